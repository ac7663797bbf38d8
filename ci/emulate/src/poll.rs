//! poll(2) and ppoll(2): sopoll_generic of FreeBSD, poll_callback over kqueue of XNU.

use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::file::{File, Kind};
use crate::kernel::{Answer, Kernel};
use crate::memory::{get, get_signed, put};
use crate::thread::Wait;
use crate::{Stop, System, host};

/// What a file is ready for, without the numbers of any system.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ready {
    pub(crate) read: bool,
    pub(crate) write: bool,
    pub(crate) urgent: bool,
    /// Nothing more comes.
    pub(crate) read_ended: bool,
    /// Nothing more goes.
    pub(crate) write_ended: bool,
    pub(crate) error: bool,
}

impl Kernel {
    /// What a file is ready for.
    pub(crate) fn ready(&self, file: &File) -> Ready {
        if let Kind::Queue(queue) = &file.kind {
            return Ready {
                read: self.queue_is_ready(&queue.borrow()),
                ..Ready::default()
            };
        }
        let all = libc::POLLIN | libc::POLLOUT | libc::POLLPRI | libc::POLLRDHUP;
        let events = host::ready(file.raw(), all);
        let has = |event: i16| events & event != 0;
        let mut ready = Ready {
            read: has(libc::POLLIN),
            write: has(libc::POLLOUT),
            urgent: has(libc::POLLPRI),
            read_ended: has(libc::POLLRDHUP | libc::POLLHUP),
            write_ended: has(libc::POLLHUP),
            error: has(libc::POLLERR),
        };
        if let Ok(socket) = file.socket() {
            let state = socket.state.borrow();
            ready.read |= !state.rest.is_empty();
            ready.read &= !state.deaf;
            if socket.kind == libc::SOCK_DGRAM {
                // Nothing keeps a Unix datagram back, sowriteable.
                ready.write |= socket.is_unix();
            } else if !state.connected && !state.listening {
                // Not connected: neither end is closed, and nothing can be sent.
                return Ready::default();
            }
        }
        ready
    }

    /// The host's events that a file has to be woken for.
    pub(crate) fn wakes(&self, file: &File, ready: Ready, read: bool, write: bool) -> (i32, i16) {
        let mut events = 0;
        // The host tells ends and errors unasked, also those that this waiter has no interest in.
        if read && !ready.read {
            events |= libc::POLLIN | libc::POLLPRI | libc::POLLRDHUP;
        }
        if write && !ready.write {
            events |= libc::POLLOUT;
        }
        (file.raw(), events)
    }

    pub(crate) fn poll_millis(&mut self, fds: u64, count: u64, millis: i32) -> Answer {
        let most = match millis {
            -1 => None,
            millis => match u64::try_from(millis) {
                Ok(millis) => Some(Duration::from_millis(millis)),
                // FreeBSD: EINVAL. Darwin: a deadline that lies in the past.
                Err(_) if self.system == System::FreeBsd => return Err(Stop::Errno(libc::EINVAL)),
                Err(_) => Some(Duration::ZERO),
            },
        };
        self.poll(fds, count, most)
    }

    /// A `struct timespec`.
    pub(crate) fn timespec_in(&self, start: u64) -> Result<Option<Duration>, Stop> {
        if start == 0 {
            return Ok(None);
        }
        let layout = self.l.timespec;
        let bytes = self.memory.read(start, layout.len)?;
        let sec = get_signed(&bytes, layout.tv_sec);
        let nsec = get_signed(&bytes, layout.tv_nsec);
        match (u64::try_from(sec), u32::try_from(nsec)) {
            (Ok(sec), Ok(nsec)) if nsec < 1_000_000_000 => {
                Ok(Some(Duration::new(sec.min(1 << 31), nsec)))
            }
            _ => Err(Stop::Errno(libc::EINVAL)),
        }
    }

    pub(crate) fn poll(&mut self, fds: u64, count: u64, most: Option<Duration>) -> Answer {
        let layout = self.l.pollfd;
        let count = count & 0xffff_ffff;
        if count > 4096 {
            return Err(Stop::Errno(libc::EINVAL));
        }
        let mut bytes = match count {
            0 => Vec::new(),
            _ => self.memory.read(fds, layout.len * count)?,
        };
        let mut wait = Wait::default();
        let (mut number, mut invalid) = (0u64, 0);
        let mut complaint = None;
        for entry in bytes.chunks_exact_mut(layout.len as usize) {
            let fd = get_signed(entry, layout.fd) as i32;
            let asked = get(entry, layout.events).cast_signed();
            let found = if fd < 0 {
                0
            } else {
                match self.file(fd) {
                    Err(_) => {
                        invalid += 1;
                        self.n.POLLNVAL
                    }
                    Ok(file) => {
                        complaint = self.unnamed_events(asked).or(complaint);
                        self.poll_one(&file, asked, &mut wait)
                    }
                }
            };
            put(entry, layout.revents, found.cast_unsigned());
            number += u64::from(found != 0);
        }
        if let Some(events) = complaint {
            self.complain(format!("events of poll(2) that nothing names: {events:#x}"));
        }
        let now = Instant::now();
        let progress = self.progress()?;
        if !progress.began {
            progress.until = most.map(|most| now + most);
        }
        let until = progress.until;
        let over = until.is_some_and(|until| until <= now);
        let at_once = invalid > 0 && self.system == System::Darwin;
        if number == 0 && !over && !at_once {
            wait.until = until;
            return Err(Stop::Wait(wait));
        }
        if !bytes.is_empty() {
            self.memory.write(fds, &bytes)?;
        }
        Ok(number.into())
    }

    /// Events beyond those that have names.
    fn unnamed_events(&self, asked: i64) -> Option<i64> {
        let n = &self.n;
        let own = self
            .freebsd()
            .map_or(0, |only| only.POLLRDHUP | only.POLLINIGNEOF);
        let named = n.POLLIN
            | n.POLLPRI
            | n.POLLOUT
            | n.POLLERR
            | n.POLLHUP
            | n.POLLNVAL
            | n.POLLRDNORM
            | n.POLLRDBAND
            | n.POLLWRBAND
            | own;
        Some(asked & !named).filter(|rest| *rest != 0)
    }

    /// What poll tells of a file; what wakes it goes into `wait`.
    fn poll_one(&self, file: &Rc<File>, asked: i64, wait: &mut Wait) -> i64 {
        let n = &self.n;
        let ready = self.ready(file);
        let (input, output) = (n.POLLIN | n.POLLRDNORM, n.POLLOUT | n.POLLWRBAND);
        let band = n.POLLPRI | n.POLLRDBAND;
        let own = self.freebsd().map_or(0, |only| only.POLLRDHUP);
        let reads = asked & (input | band | n.POLLHUP | own) != 0;
        let writes = asked & output != 0;
        let mut found = 0;
        match self.system {
            System::FreeBsd => {
                if ready.read || ready.error || ready.read_ended {
                    found |= asked & input;
                }
                if ready.write || ready.error || ready.write_ended {
                    found |= asked & n.POLLOUT;
                }
                if ready.urgent {
                    found |= asked & band;
                }
                if ready.read_ended {
                    found |= asked & own;
                }
                if ready.read_ended && ready.write_ended {
                    found |= n.POLLHUP;
                }
            }
            System::Darwin => {
                let read_ended = ready.read_ended && reads;
                if read_ended || ready.write_ended && (reads || writes) {
                    found |= n.POLLHUP;
                }
                if reads && (ready.read || ready.error || read_ended) {
                    found |= asked & if read_ended { input | band } else { input };
                }
                if ready.urgent && asked & band != 0 {
                    found |= asked & (input | band);
                }
                if writes && found & n.POLLHUP == 0 && (ready.write || ready.error) {
                    found |= asked & output;
                }
            }
        }
        if found == 0 {
            // Ends come unasked, of a file that had none.
            let entry = self.wakes(file, ready, reads || self.system == System::FreeBsd, writes);
            wait.fds.push(entry);
        }
        found
    }
}

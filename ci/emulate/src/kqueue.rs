//! kqueue(2) and kevent(2), for sockets: kern/kern_event.c, and filt_soread and filt_sowrite of uipc_socket.c.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

use crate::file::{File, Kind};
use crate::kernel::{Answer, Kernel, Only};
use crate::memory::{get, get_signed, put};
use crate::poll::Ready;
use crate::table::Field;
use crate::thread::Wait;
use crate::{Stop, System, host};

/// A registered event.
#[derive(Debug)]
struct Note {
    ident: u64,
    filter: i64,
    flags: i64,
    fflags: i64,
    data: i64,
    udata: u64,
    enabled: bool,
    file: Weak<File>,
    /// With EV_CLEAR: what was told last.
    told: Option<i64>,
    /// A timer's next end.
    due: Option<Instant>,
    triggered: bool,
}

/// The events that are waited for.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    notes: Vec<Note>,
}

/// The fields of the system's structure.
#[derive(Clone, Copy, Debug)]
struct Layout {
    len: u64,
    ident: Field,
    filter: Field,
    flags: Field,
    fflags: Field,
    data: Field,
    udata: Field,
}

/// An event as the program sees it.
#[derive(Clone, Copy, Debug)]
struct Event {
    ident: u64,
    filter: i64,
    flags: i64,
    fflags: i64,
    data: i64,
    udata: u64,
}

impl Kernel {
    pub(crate) fn kqueue(&mut self) -> Answer {
        // A host descriptor keeps the place; nothing happens to it.
        let [host, _] = host::pipe()?;
        let file = File {
            host,
            kind: Kind::Queue(RefCell::default()),
            nonblocking: Cell::new(false),
            flags: self.n.O_RDWR,
        };
        // XNU: kqueue_internal makes it close-on-exec. FreeBSD: not.
        let close_on_exec = self.system == System::Darwin;
        Ok(self
            .descriptors
            .add(Rc::new(file), close_on_exec, 0)?
            .into())
    }

    fn event_layout(&self) -> Layout {
        macro_rules! layout {
            ($from:expr) => {{
                let from = $from;
                Layout {
                    len: from.len,
                    ident: from.ident,
                    filter: from.filter,
                    flags: from.flags,
                    fflags: from.fflags,
                    data: from.data,
                    udata: from.udata,
                }
            }};
        }
        match &self.only {
            Only::FreeBsd(_, layouts) => layout!(layouts.kevent),
            Only::Darwin(_, layouts) => layout!(layouts.kevent),
        }
    }

    pub(crate) fn kevent(
        &mut self,
        fd: i32,
        changes: (u64, i32),
        events: (u64, i32),
        time: u64,
    ) -> Answer {
        let file = self.file(fd)?;
        let Kind::Queue(queue) = &file.kind else {
            return Err(Stop::Errno(libc::EBADF));
        };
        let layout = self.event_layout();
        let most = self.timespec_in(time)?;
        let room = events.1.max(0) as usize;
        let mut found = Vec::new();
        if !self.progress()?.began {
            for index in 0..changes.1.max(0) as u64 {
                let bytes = self
                    .memory
                    .read(changes.0 + index * layout.len, layout.len)?;
                let event = Event {
                    ident: get(&bytes, layout.ident),
                    filter: get_signed(&bytes, layout.filter),
                    flags: get(&bytes, layout.flags).cast_signed(),
                    fflags: get(&bytes, layout.fflags).cast_signed(),
                    data: get_signed(&bytes, layout.data),
                    udata: get(&bytes, layout.udata),
                };
                let done = self.register(&mut queue.borrow_mut(), event);
                let errno = match done {
                    Ok(()) => 0,
                    Err(Stop::Errno(errno)) => self.errno(errno),
                    Err(stop) => return Err(stop),
                };
                if errno == 0 && event.flags & self.n.EV_RECEIPT == 0 {
                    continue;
                }
                if found.len() >= room {
                    return match done {
                        Ok(()) => continue,
                        Err(stop) => Err(stop),
                    };
                }
                found.push(Event {
                    flags: self.n.EV_ERROR,
                    data: errno,
                    ..event
                });
            }
        }
        if room == 0 {
            return Ok(0.into());
        }
        if found.is_empty() {
            found = self.collect(&mut queue.borrow_mut(), room);
        }
        if found.is_empty() {
            let now = Instant::now();
            let progress = self.progress()?;
            if !progress.began {
                progress.until = most.map(|most| now + most);
            }
            let until = progress.until;
            if until.is_some_and(|until| until <= now) {
                return Ok(0.into());
            }
            return Err(Stop::Wait(self.wait_for(&queue.borrow(), until)));
        }
        for (index, event) in found.iter().enumerate() {
            let mut bytes = vec![0; layout.len as usize];
            put(&mut bytes, layout.ident, event.ident);
            put(&mut bytes, layout.filter, event.filter.cast_unsigned());
            put(&mut bytes, layout.flags, event.flags.cast_unsigned());
            put(&mut bytes, layout.fflags, event.fflags.cast_unsigned());
            put(&mut bytes, layout.data, event.data.cast_unsigned());
            put(&mut bytes, layout.udata, event.udata);
            self.memory
                .write(events.0 + index as u64 * layout.len, &bytes)?;
        }
        Ok((found.len() as u64).into())
    }

    fn register(&mut self, queue: &mut Queue, event: Event) -> Result<(), Stop> {
        let n = self.n;
        let known = [n.EVFILT_READ, n.EVFILT_WRITE, n.EVFILT_TIMER, n.EVFILT_USER];
        if !known.contains(&event.filter) {
            return Err(Stop::Errno(libc::EINVAL));
        }
        let of_file = event.filter == n.EVFILT_READ || event.filter == n.EVFILT_WRITE;
        let file = match of_file {
            true => Rc::downgrade(&self.file(event.ident as i32)?),
            false => Weak::new(),
        };
        let same = |note: &Note| note.ident == event.ident && note.filter == event.filter;
        let place = queue.notes.iter().position(same);
        if event.flags & n.EV_DELETE != 0 {
            let place = place.ok_or(libc::ENOENT)?;
            queue.notes.remove(place);
            return Ok(());
        }
        let place = match place {
            Some(place) => place,
            None if event.flags & n.EV_ADD == 0 => return Err(Stop::Errno(libc::ENOENT)),
            None => {
                queue.notes.push(Note {
                    ident: event.ident,
                    filter: event.filter,
                    flags: 0,
                    fflags: 0,
                    data: 0,
                    udata: 0,
                    enabled: true,
                    file,
                    told: None,
                    due: None,
                    triggered: false,
                });
                queue.notes.len() - 1
            }
        };
        let period = self.period(&event);
        if let Some(note) = queue.notes.get_mut(place) {
            note.udata = event.udata;
            if event.flags & n.EV_ADD != 0 {
                note.flags = event.flags & !(n.EV_ADD | n.EV_ENABLE | n.EV_DISABLE | n.EV_RECEIPT);
                note.fflags = event.fflags;
                note.data = event.data;
                note.told = None;
                note.due = (event.filter == n.EVFILT_TIMER).then(|| Instant::now() + period);
            }
            if event.filter == n.EVFILT_USER && event.fflags & n.NOTE_TRIGGER != 0 {
                note.triggered = true;
            }
            if event.flags & n.EV_ENABLE != 0 {
                note.enabled = true;
            }
            if event.flags & n.EV_DISABLE != 0 {
                note.enabled = false;
            }
        }
        Ok(())
    }

    /// A timer's time; milliseconds unless it says otherwise.
    fn period(&self, event: &Event) -> Duration {
        let n = &self.n;
        let count = event.data.max(0).cast_unsigned();
        match event.fflags {
            unit if unit & n.NOTE_SECONDS != 0 => Duration::from_secs(count),
            unit if unit & n.NOTE_USECONDS != 0 => Duration::from_micros(count),
            unit if unit & n.NOTE_NSECONDS != 0 => Duration::from_nanos(count),
            _ => Duration::from_millis(count),
        }
    }

    /// What has happened, of one note.
    fn happened(&self, note: &Note, now: Instant) -> Option<Event> {
        let n = &self.n;
        if !note.enabled {
            return None;
        }
        let mut event = Event {
            ident: note.ident,
            filter: note.filter,
            flags: note.flags,
            fflags: 0,
            data: 0,
            udata: note.udata,
        };
        if note.filter == n.EVFILT_TIMER {
            event.data = 1;
            return note.due.is_some_and(|due| due <= now).then_some(event);
        }
        if note.filter == n.EVFILT_USER {
            return note.triggered.then_some(event);
        }
        let file = note.file.upgrade()?;
        let ready = self.ready(&file);
        let ended = if note.filter == n.EVFILT_READ {
            ready.read_ended
        } else {
            ready.write_ended
        };
        if ended {
            event.flags |= n.EV_EOF;
        }
        let happened = if note.filter == n.EVFILT_READ {
            event.data = host::readable(file.raw()).unwrap_or(0).into();
            let enough = note.fflags & n.NOTE_LOWAT == 0 || event.data >= note.data;
            let urgent = ready.urgent
                && self
                    .darwin()
                    .is_some_and(|only| note.flags & only.EV_OOBAND != 0);
            ended || ready.error || ready.read && enough || urgent
        } else {
            event.data = 1;
            ended || ready.error || ready.write
        };
        (happened && note.told != Some(event.data | event.flags << 32)).then_some(event)
    }

    fn collect(&self, queue: &mut Queue, room: usize) -> Vec<Event> {
        let n = &self.n;
        let now = Instant::now();
        // A closed descriptor's events are gone.
        let of_file = |note: &Note| note.filter == n.EVFILT_READ || note.filter == n.EVFILT_WRITE;
        queue
            .notes
            .retain(|note| !of_file(note) || note.file.strong_count() > 0);
        let mut found = Vec::new();
        let mut once = Vec::new();
        for (index, note) in queue.notes.iter_mut().enumerate() {
            if found.len() == room {
                break;
            }
            let Some(event) = self.happened(note, now) else {
                continue;
            };
            found.push(event);
            if note.flags & n.EV_ONESHOT != 0 {
                once.push(index);
            }
            if note.flags & n.EV_DISPATCH != 0 {
                note.enabled = false;
            }
            if note.flags & n.EV_CLEAR != 0 {
                note.told = Some(event.data | event.flags << 32);
                note.triggered = false;
            }
            if note.due.is_some() {
                let again = Event {
                    data: note.data,
                    fflags: note.fflags,
                    ..event
                };
                note.due = Some(now + self.period(&again));
            }
        }
        for index in once.into_iter().rev() {
            queue.notes.remove(index);
        }
        found
    }

    pub(crate) fn queue_is_ready(&self, queue: &Queue) -> bool {
        let now = Instant::now();
        queue
            .notes
            .iter()
            .any(|note| self.happened(note, now).is_some())
    }

    /// What a wait for any of the events is woken by.
    fn wait_for(&self, queue: &Queue, until: Option<Instant>) -> Wait {
        let mut wait = Wait {
            until,
            ..Wait::default()
        };
        for note in queue.notes.iter().filter(|note| note.enabled) {
            wait.until = wait.until.into_iter().chain(note.due).min();
            if let Some(file) = note.file.upgrade() {
                let read = note.filter == self.n.EVFILT_READ;
                wait.fds
                    .push(self.wakes(&file, Ready::default(), read, !read));
            }
        }
        wait
    }
}

//! Sending: sosend.

use std::rc::Rc;

use super::Parts;
use crate::file::{File, Socket};
use crate::kernel::{Answer, Kernel};
use crate::memory::{get, get_signed};
use crate::{Stop, System, host, record};

/// `net.local.dgram.maxdgram` and `net.inet.udp.maxdgram` of each system, unless SO_SNDBUF says more.
const fn longest_datagram(system: System, unix: bool) -> usize {
    match (system, unix) {
        (System::FreeBsd, true) => 8192,
        (System::Darwin, true) => 2048,
        (_, false) => 9216,
    }
}

/// What a send is about.
struct Sending {
    parts: Parts,
    flags: i32,
    /// It waits for room.
    waits: bool,
    address: Option<Vec<u8>>,
    control: Vec<Rc<File>>,
}

impl Kernel {
    pub(crate) fn sendto(
        &mut self,
        fd: i32,
        start: u64,
        len: u64,
        flags: i32,
        to: u64,
        to_len: u64,
    ) -> Answer {
        self.file(fd)?.socket()?;
        let address = match to {
            0 => None,
            _ => Some(self.address_in(to, to_len)?),
        };
        let sending = Sending {
            waits: self.send_waits(fd, flags)?,
            parts: vec![(start, len)],
            flags: self.flags(flags),
            address,
            control: Vec::new(),
        };
        self.send(fd, &sending)
    }

    pub(crate) fn sendmsg(&mut self, fd: i32, start: u64, flags: i32) -> Answer {
        self.file(fd)?.socket()?;
        let l = self.l.msghdr;
        let header = self.memory.read(start, l.len)?;
        let parts = self.parts(get(&header, l.msg_iov), get_signed(&header, l.msg_iovlen))?;
        let address = match get(&header, l.msg_name) {
            0 => None,
            name => Some(self.address_in(name, get(&header, l.msg_namelen))?),
        };
        let control = match get(&header, l.msg_control) {
            0 => Vec::new(),
            control => self.control_in(control, get(&header, l.msg_controllen))?,
        };
        let sending = Sending {
            waits: self.send_waits(fd, flags)?,
            parts,
            flags: self.flags(flags),
            address,
            control,
        };
        self.send(fd, &sending)
    }

    /// Whether a send waits for room. sosendcheck of XNU looks at O_NONBLOCK and MSG_NBIO, not at MSG_DONTWAIT.
    fn send_waits(&self, fd: i32, flags: i32) -> Result<bool, Stop> {
        let bit = match self.darwin() {
            Some(only) => only.MSG_NBIO,
            None => self.n.MSG_DONTWAIT,
        };
        Ok(!self.file(fd)?.nonblocking.get() && i64::from(flags) & bit == 0)
    }

    fn send(&mut self, fd: i32, sending: &Sending) -> Answer {
        let file = self.file(fd)?;
        let socket = file.socket()?;
        let sent = self.try_send(&file, socket, sending);
        if matches!(sent, Err(Stop::Errno(libc::EPIPE))) {
            let quiet = self.is_quiet(socket) || sending.flags & libc::MSG_NOSIGNAL != 0;
            if !quiet {
                self.raise(self.n.SIGPIPE)?;
            }
        }
        sent
    }

    /// SO_NOSIGPIPE.
    fn is_quiet(&self, socket: &Socket) -> bool {
        let name = self.n.SO_NOSIGPIPE;
        let state = socket.state.borrow();
        match self.system {
            System::FreeBsd => state.options & name != 0,
            System::Darwin => state
                .kept
                .get(&(self.n.SOL_SOCKET, name))
                .is_some_and(|value| *value != 0),
        }
    }

    fn try_send(&mut self, file: &File, socket: &Socket, sending: &Sending) -> Answer {
        let Sending { flags, address, .. } = sending;
        let stream = socket.is_stream();
        if stream && flags & libc::MSG_EOR != 0 {
            return Err(Stop::Errno(libc::EINVAL));
        }
        if socket.is_unix() && flags & libc::MSG_OOB != 0 {
            return Err(Stop::Errno(libc::EOPNOTSUPP));
        }
        if socket.state.borrow().listening {
            return Err(Stop::Errno(libc::ENOTCONN));
        }
        self.take_error(file, socket)?;
        let bytes = self.gather(&sending.parts)?;
        let datagram = socket.kind == libc::SOCK_DGRAM;
        let set = socket
            .state
            .borrow()
            .kept
            .get(&(self.n.SOL_SOCKET, self.n.SO_SNDBUF))
            .copied();
        let longest = set.map_or(longest_datagram(self.system, socket.is_unix()), |set| {
            set as usize
        });
        if datagram && bytes.len() > longest {
            return Err(Stop::Errno(libc::EMSGSIZE));
        }
        if datagram && address.is_some() && socket.state.borrow().connected {
            return Err(Stop::Errno(libc::EISCONN));
        }
        let connected = socket.state.borrow().connected;
        if !connected && (address.is_none() || stream) {
            return Err(Stop::Errno(if datagram {
                libc::EDESTADDRREQ
            } else {
                libc::ENOTCONN
            }));
        }
        let to = match address {
            Some(address) if !connected => Some(self.host_address(socket.family, address)?),
            _ => None,
        };
        // No record, no bytes: nothing goes, and nothing arrives (uipc_sosend_stream_or_seqpacket).
        if socket.kind == libc::SOCK_SEQPACKET && bytes.is_empty() && sending.control.is_empty() {
            return Ok(0.into());
        }
        let record = socket.kind == libc::SOCK_SEQPACKET;
        let waits = sending.waits;
        let host_flags = flags & (libc::MSG_OOB | libc::MSG_DONTROUTE);
        let fds = Kernel::host_descriptors(&sending.control);
        loop {
            let done = self.progress()?.done as usize;
            let rest = bytes.get(done..).unwrap_or_default();
            let piece = record.then(|| record::piece(rest, flags & libc::MSG_EOR != 0));
            let fds = if done == 0 { fds.as_slice() } else { &[] };
            let host_bytes = piece.as_deref().unwrap_or(rest);
            match host::send(file.raw(), host_bytes, host_flags, to.as_deref(), fds) {
                Ok(sent) => {
                    let progress = self.progress()?;
                    progress.done += (sent - usize::from(record)) as u64;
                    let done = progress.done;
                    if record && (done as usize) < bytes.len() {
                        continue;
                    }
                    if !stream || done as usize >= bytes.len() || !waits {
                        return Ok(done.into());
                    }
                }
                // The receiver is full: sbappendaddr fails, and there is nothing to wait for.
                Err(libc::EAGAIN | libc::ENOBUFS) if datagram && socket.is_unix() => {
                    return Err(Stop::Errno(libc::ENOBUFS));
                }
                Err(libc::EAGAIN) if waits => {
                    let most = socket.state.borrow().send_timeout;
                    return self.wait_on(file, libc::POLLOUT, most);
                }
                Err(libc::EAGAIN) if done > 0 => return Ok((done as u64).into()),
                // unp_drop: the peer's end is told once, and then there is no peer.
                Err(libc::ECONNREFUSED) if datagram && socket.is_unix() && to.is_none() => {
                    socket.state.borrow_mut().connected = false;
                    return Err(Stop::Errno(libc::ECONNRESET));
                }
                Err(errno) => {
                    let errno = match &to {
                        Some(host) => self.connect_error(socket, host, errno),
                        None => errno,
                    };
                    return Err(Stop::Errno(errno));
                }
            }
        }
    }

    /// so_error: what waits to be told fails the next send, once.
    fn take_error(&self, file: &File, socket: &Socket) -> Result<(), Stop> {
        if socket.kind != libc::SOCK_DGRAM || socket.is_unix() {
            return Ok(());
        }
        match host::option(file.raw(), libc::SOL_SOCKET, libc::SO_ERROR)? {
            0 => Ok(()),
            errno => Err(Stop::Errno(errno)),
        }
    }
}

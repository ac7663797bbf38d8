//! Sending and receiving: sosend and soreceive of both systems' kern/uipc_socket.c, and what uipc_syscalls.c puts
//! around them.

use std::os::fd::OwnedFd;
use std::rc::Rc;

use crate::file::{File, Socket};
use crate::kernel::{Answer, Kernel};
use crate::memory::{get, get_signed, put};
use crate::{Stop, System, host, record};

/// UIO_MAXIOV of both systems.
const MOST_PARTS: i64 = 1024;

/// `net.local.dgram.maxdgram` and `net.inet.udp.maxdgram` of each system, unless SO_SNDBUF says more.
const fn longest_datagram(system: System, unix: bool) -> usize {
    match (system, unix) {
        (System::FreeBsd, true) => 8192,
        (System::Darwin, true) => 2048,
        (_, false) => 9216,
    }
}

/// The parts of the program's memory that a call reads or writes.
type Parts = Vec<(u64, u64)>;

/// What a send is about.
struct Sending {
    parts: Parts,
    flags: i32,
    /// It waits for room.
    waits: bool,
    address: Option<Vec<u8>>,
    control: Vec<Rc<File>>,
}

/// What a receive found.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) message: host::Message,
    pub(crate) count: u64,
    /// MSG_TRUNC: the message was longer.
    pub(crate) cut: bool,
    /// MSG_EOR: a record ends here.
    pub(crate) ends: bool,
}

impl Kernel {
    fn parts(&self, start: u64, count: i64) -> Result<Parts, Stop> {
        let wrong = match self.system {
            System::FreeBsd => !(0..=MOST_PARTS).contains(&count),
            System::Darwin => !(1..=MOST_PARTS).contains(&count),
        };
        if wrong {
            return Err(Stop::Errno(libc::EMSGSIZE));
        }
        let layout = self.l.iovec;
        let bytes = self
            .memory
            .read(start, layout.len * count.cast_unsigned())?;
        let parts = bytes.chunks_exact(layout.len as usize);
        Ok(parts
            .map(|part| (get(part, layout.iov_base), get(part, layout.iov_len)))
            .collect())
    }

    fn gather(&self, parts: &Parts) -> Result<Vec<u8>, Stop> {
        let mut bytes = Vec::new();
        for &(start, len) in parts.iter().filter(|part| part.1 > 0) {
            bytes.extend(self.memory.read(start, len)?);
        }
        Ok(bytes)
    }

    fn scatter(&mut self, parts: &Parts, skip: u64, bytes: &[u8]) -> Result<(), Stop> {
        let (mut skip, mut rest) = (skip, bytes);
        for &(start, len) in parts {
            let from = skip.min(len);
            skip -= from;
            let fits = ((len - from) as usize).min(rest.len());
            let (now, later) = rest.split_at_checked(fits).unwrap_or((rest, &[]));
            if !now.is_empty() {
                self.memory.write(start + from, now)?;
            }
            rest = later;
        }
        Ok(())
    }

    /// The host's flags. The kernels ignore a bit that they do not know, which hides a wrong number.
    fn flags(&mut self, flags: i32) -> i32 {
        let n = self.n;
        let pairs = [
            (n.MSG_OOB, libc::MSG_OOB),
            (n.MSG_PEEK, libc::MSG_PEEK),
            (n.MSG_DONTROUTE, libc::MSG_DONTROUTE),
            (n.MSG_EOR, libc::MSG_EOR),
            (n.MSG_WAITALL, libc::MSG_WAITALL),
            (n.MSG_DONTWAIT, libc::MSG_DONTWAIT),
            (n.MSG_NOSIGNAL, libc::MSG_NOSIGNAL),
            (
                self.freebsd().map_or(0, |only| only.MSG_CMSG_CLOEXEC),
                libc::MSG_CMSG_CLOEXEC,
            ),
        ];
        let private = self.darwin().map_or(0, |only| only.MSG_NBIO);
        let mut rest = i64::from(flags) & !private;
        let mut host = 0;
        for (bit, host_bit) in pairs {
            if bit != 0 && rest & bit != 0 {
                host |= host_bit;
                rest &= !bit;
            }
        }
        if rest != 0 {
            self.complain(format!("flags of a message that nothing names: {rest:#x}"));
        }
        host
    }

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
        let mut bytes = self.gather(&sending.parts)?;
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
        if record {
            bytes.push(u8::from(flags & libc::MSG_EOR != 0));
        }
        let waits = sending.waits;
        let host_flags = flags & (libc::MSG_OOB | libc::MSG_DONTROUTE);
        let fds = Kernel::host_descriptors(&sending.control);
        loop {
            let done = self.progress()?.done as usize;
            let rest = bytes.get(done..).unwrap_or_default();
            let fds = if done == 0 { fds.as_slice() } else { &[] };
            match host::send(file.raw(), rest, host_flags, to.as_deref(), fds) {
                Ok(sent) => {
                    let progress = self.progress()?;
                    progress.done += sent as u64;
                    let done = progress.done;
                    if record {
                        return Ok((done - 1).into());
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

    pub(crate) fn recvfrom(
        &mut self,
        fd: i32,
        start: u64,
        len: u64,
        flags: i32,
        from: u64,
        from_len: u64,
    ) -> Answer {
        let room = match from_len {
            0 => 0,
            _ => u64::from(self.memory.u32_at(from_len)?),
        };
        let mut received = self.receive(fd, &vec![(start, len)], flags)?;
        let peeks = i64::from(flags) & self.n.MSG_PEEK != 0;
        if self.system == System::Darwin && !peeks {
            // dom_externalize comes first, and nobody closes what there is no room for.
            let descriptors = std::mem::take(&mut received.message.descriptors);
            self.control_out(descriptors, 0, 0, false)?;
        }
        if from != 0 {
            let len = self.sender_out(&received.message.address, from, room)?;
            if from_len != 0 {
                self.memory.put_u32(from_len, len)?;
            }
        } else if from_len != 0 && self.system == System::FreeBsd {
            // kern_recvit writes what it was given.
            self.memory.put_u32(from_len, room as u32)?;
        }
        Ok(received.count.into())
    }

    /// Copies out the sender's address, if there is one, and says what msg_namelen becomes.
    fn sender_out(&mut self, host: &[u8], start: u64, room: u64) -> Result<u32, Stop> {
        if host.is_empty() {
            return Ok(0);
        }
        let address = self.address_of_host(host);
        let fits = address.len().min(room as usize);
        self.memory
            .write(start, address.get(..fits).unwrap_or_default())?;
        // kern_recvit tells what it copied; copyout_sa of XNU the whole length.
        Ok(match self.system {
            System::FreeBsd => fits as u32,
            System::Darwin => address.len() as u32,
        })
    }

    pub(crate) fn recvmsg(&mut self, fd: i32, start: u64, flags: i32) -> Answer {
        let l = self.l.msghdr;
        let mut header = self.memory.read(start, l.len)?;
        let parts = self.parts(get(&header, l.msg_iov), get_signed(&header, l.msg_iovlen))?;
        let host_flags = self.flags(flags);
        let mut received = self.receive(fd, &parts, flags)?;
        let name = get(&header, l.msg_name);
        if name != 0 {
            let room = get(&header, l.msg_namelen);
            let len = self.sender_out(&received.message.address, name, room)?;
            put(&mut header, l.msg_namelen, len.into());
        }
        let close_on_exec = host_flags & libc::MSG_CMSG_CLOEXEC != 0;
        let descriptors: Vec<OwnedFd> = std::mem::take(&mut received.message.descriptors);
        let control = get(&header, l.msg_control);
        let room = get(&header, l.msg_controllen);
        let (len, cut) = if host_flags & libc::MSG_PEEK != 0 {
            self.control_peeked(descriptors.len(), control, room)?
        } else {
            self.control_out(descriptors, control, room, close_on_exec)?
        };
        put(&mut header, l.msg_controllen, len);
        let told = [
            (cut, self.n.MSG_CTRUNC),
            (received.cut, self.n.MSG_TRUNC),
            (received.ends, self.n.MSG_EOR),
        ];
        let told = told
            .iter()
            .filter(|(is, _)| *is)
            .fold(0, |all, (_, bit)| all | bit);
        put(&mut header, l.msg_flags, told.cast_unsigned());
        self.memory.write(start, &header)?;
        Ok(received.count.into())
    }

    fn receive(&mut self, fd: i32, parts: &Parts, flags: i32) -> Result<Received, Stop> {
        let flags = self.flags(flags);
        let file = self.file(fd)?;
        let socket = file.socket()?;
        let waits = !(file.nonblocking.get() || flags & libc::MSG_DONTWAIT != 0);
        if socket.is_unix() && flags & libc::MSG_OOB != 0 {
            return Err(Stop::Errno(libc::EOPNOTSUPP));
        }
        if socket.kind != libc::SOCK_DGRAM && !socket.state.borrow().connected {
            return Err(Stop::Errno(libc::ENOTCONN));
        }
        let room = parts.iter().map(|part| part.1).sum::<u64>();
        let total = room.min(1 << 30) as usize;
        // A receive without room takes nothing from a stream.
        if total == 0 && socket.kind != libc::SOCK_DGRAM {
            return Ok(Received::default());
        }
        if socket.kind == libc::SOCK_SEQPACKET {
            let peek = flags & libc::MSG_PEEK != 0;
            return match record::receive(&file, socket, total, peek) {
                Err(libc::EAGAIN) if waits => self.wait_to_receive(&file, socket),
                Err(errno) => Err(Stop::Errno(errno)),
                Ok((bytes, received)) => self.scatter(parts, 0, &bytes).map(|()| received),
            };
        }
        let all = waits && socket.is_stream() && flags & libc::MSG_WAITALL != 0;
        let host_flags = flags & (libc::MSG_PEEK | libc::MSG_OOB);
        loop {
            let done = self.progress()?.done as usize;
            let message = match host::receive(file.raw(), total - done, host_flags) {
                Err(libc::EAGAIN) if waits => return self.wait_to_receive(&file, socket),
                Err(errno) => return Err(Stop::Errno(errno)),
                Ok(message) => message,
            };
            self.scatter(parts, done as u64, &message.bytes)?;
            let got = message.bytes.len();
            let progress = self.progress()?;
            progress.done += got as u64;
            let count = progress.done;
            if all && got > 0 && (count as usize) < total && message.descriptors.is_empty() {
                continue;
            }
            let cut = message.flags & libc::MSG_TRUNC != 0;
            return Ok(Received {
                message: self.without_stream_name(socket, message),
                count,
                cut,
                ends: false,
            });
        }
    }

    /// A receive waits; at the end of its time, what has come counts.
    fn wait_to_receive(&mut self, file: &File, socket: &Socket) -> Result<Received, Stop> {
        let most = socket.state.borrow().recv_timeout;
        let values = self.wait_on(file, libc::POLLIN, most)?;
        Ok(Received {
            count: values.first,
            ..Received::default()
        })
    }

    /// A stream's messages come from nobody: there the host tells an address of its own, or none.
    fn without_stream_name(&self, socket: &Socket, mut message: host::Message) -> host::Message {
        if socket.kind != libc::SOCK_DGRAM {
            message.address.clear();
        } else if socket.is_unix() && message.address.is_empty() {
            // Nobody's name is one too, sun_noname.
            message.address = (libc::AF_UNIX as u16).to_ne_bytes().to_vec();
        }
        message
    }
}

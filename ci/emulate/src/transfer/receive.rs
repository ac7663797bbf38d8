//! Receiving: soreceive.

use std::os::fd::OwnedFd;

use super::{Parts, Received};
use crate::file::{File, Socket};
use crate::kernel::{Answer, Kernel};
use crate::memory::{get, get_signed, put};
use crate::{Stop, System, host, record};

impl Kernel {
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
        // What was asked comes back too: soreceive adds to the flags that it was given, but for MSG_EOR.
        let asked = i64::from(flags) & !self.n.MSG_EOR;
        put(&mut header, l.msg_flags, (told | asked).cast_unsigned());
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
        if socket.state.borrow().deaf {
            while host::receive(file.raw(), 0, 0).is_ok() {}
        }
        let all = waits && socket.is_stream() && flags & libc::MSG_WAITALL != 0;
        let host_flags = flags & (libc::MSG_PEEK | libc::MSG_OOB);
        loop {
            let done = self.progress()?.done as usize;
            let message = match host::receive(file.raw(), total - done, host_flags) {
                // SS_CANTRCVMORE: the end, also of datagrams.
                Err(libc::EAGAIN) if socket.state.borrow().read_shut => {
                    return Ok(Received::default());
                }
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

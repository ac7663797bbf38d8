//! connect(2): kern_connectat of FreeBSD, connectit of XNU.

use crate::file::{File, Socket};
use crate::kernel::{Answer, Kernel};
use crate::{Stop, System, host};

impl Kernel {
    pub(crate) fn connect(&mut self, fd: i32, start: u64, len: u64) -> Answer {
        let file = self.file(fd)?;
        let socket = file.socket()?;
        if self.progress()?.began {
            return self.finish_connect(&file, socket);
        }
        let address = self.address_in(start, len)?;
        let stream = socket.kind != libc::SOCK_DGRAM;
        if socket.state.borrow().listening {
            return Err(Stop::Errno(libc::EOPNOTSUPP));
        }
        if socket.state.borrow().connecting {
            if host::ready(file.raw(), libc::POLLOUT) == 0 {
                return Err(Stop::Errno(libc::EALREADY));
            }
            socket.state.borrow_mut().connecting = false;
            let connected = host::peer_name(file.raw()).is_ok();
            let errno = if connected {
                libc::EISCONN
            } else {
                libc::ECONNREFUSED
            };
            return Err(Stop::Errno(errno));
        }
        if stream && socket.state.borrow().connected {
            return Err(Stop::Errno(libc::EISCONN));
        }
        if !stream {
            return self.connect_datagram(&file, socket, &address);
        }
        let host = self.host_address(socket.family, &address)?;
        match host::connect(file.raw(), &host) {
            Ok(_) => {
                socket.state.borrow_mut().connected = true;
                Ok(0.into())
            }
            // The backlog is full: sonewconn makes none.
            Err(libc::EAGAIN) if socket.is_unix() => Err(Stop::Errno(libc::ECONNREFUSED)),
            Err(libc::EINPROGRESS) => {
                socket.state.borrow_mut().connected = true;
                if file.nonblocking.get() {
                    socket.state.borrow_mut().connecting = true;
                    return Err(Stop::Errno(libc::EINPROGRESS));
                }
                socket.state.borrow_mut().connecting = true;
                self.wait_on(&file, libc::POLLOUT, None)
            }
            Err(errno) => Err(Stop::Errno(self.connect_error(socket, &host, errno))),
        }
    }

    /// A datagram socket takes another peer, or with AF_UNSPEC none, which is still an error.
    fn connect_datagram(&mut self, file: &File, socket: &Socket, address: &[u8]) -> Answer {
        let family = self.family(address);
        let none = (libc::AF_UNSPEC as u16).to_ne_bytes();
        if socket.state.borrow().connected {
            // soconnect disconnects first, whatever then comes.
            let mut unspecified = none.to_vec();
            unspecified.extend([0; 14]);
            host::connect(file.raw(), &unspecified)?;
            let mut state = socket.state.borrow_mut();
            state.connected = false;
            state.deaf = self.system == System::FreeBsd && !socket.is_unix();
        }
        if family == self.n.AF_UNSPEC {
            return Err(Stop::Errno(libc::EAFNOSUPPORT));
        }
        let host = self.host_address(socket.family, address)?;
        match host::connect(file.raw(), &host) {
            Ok(_) => {
                let mut state = socket.state.borrow_mut();
                if std::mem::take(&mut state.deaf) {
                    while host::receive(file.raw(), 0, 0).is_ok() {}
                }
                state.connected = true;
                Ok(0.into())
            }
            Err(errno) => Err(Stop::Errno(self.connect_error(socket, &host, errno))),
        }
    }

    /// unp_connectat looks at the file before the socket.
    pub(crate) fn connect_error(&self, socket: &Socket, host: &[u8], errno: i32) -> i32 {
        if !socket.is_unix() || errno != libc::ECONNREFUSED {
            return errno;
        }
        let path = host
            .get(2..host.len().saturating_sub(1))
            .unwrap_or_default();
        match host::kind_of(path) {
            Ok(kind) if kind != libc::S_IFSOCK => libc::ENOTSOCK,
            _ => errno,
        }
    }

    /// The connect that this call waits for has ended.
    fn finish_connect(&mut self, file: &File, socket: &Socket) -> Answer {
        if host::ready(file.raw(), libc::POLLOUT) == 0 {
            return self.wait_on(file, libc::POLLOUT, None);
        }
        socket.state.borrow_mut().connecting = false;
        match host::option(file.raw(), libc::SOL_SOCKET, libc::SO_ERROR)? {
            0 => Ok(0.into()),
            errno => Err(Stop::Errno(errno)),
        }
    }
}

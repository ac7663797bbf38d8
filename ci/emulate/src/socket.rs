//! Making, naming and connecting sockets: kern/uipc_syscalls.c and kern/uipc_socket.c of both systems.

mod connect;

use std::cell::{Cell, RefCell};
use std::os::fd::OwnedFd;
use std::rc::Rc;

use crate::file::{File, Kind, Socket, State};
use crate::kernel::{Answer, Kernel};
use crate::thread::Wait;
use crate::{Stop, System, host};

/// What a new descriptor is born with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Birth {
    pub(crate) nonblocking: bool,
    pub(crate) close_on_exec: bool,
}

/// The host's family of the system's number.
pub(crate) fn host_family(kernel: &Kernel, family: i32) -> Option<i32> {
    let n = &kernel.n;
    match i64::from(family) {
        family if family == n.AF_UNIX => Some(libc::AF_UNIX),
        family if family == n.AF_INET => Some(libc::AF_INET),
        family if family == n.AF_INET6 => Some(libc::AF_INET6),
        _ => None,
    }
}

impl Kernel {
    /// The host's numbers for a new socket. FreeBSD takes flags in the type.
    fn kinds(&self, family: i32, kind: i32) -> Result<(i32, i32, Birth), Stop> {
        let mut birth = Birth::default();
        let mut kind = i64::from(kind);
        if let Some(only) = self.freebsd() {
            birth.close_on_exec = kind & only.SOCK_CLOEXEC != 0;
            birth.nonblocking = kind & only.SOCK_NONBLOCK != 0;
            kind &= !(only.SOCK_CLOEXEC | only.SOCK_NONBLOCK);
        }
        let host = host_family(self, family).ok_or(libc::EAFNOSUPPORT)?;
        let n = &self.n;
        let seqpacket = kind == n.SOCK_SEQPACKET && host == libc::AF_UNIX;
        let kind = match kind {
            kind if kind == n.SOCK_STREAM => libc::SOCK_STREAM,
            kind if kind == n.SOCK_DGRAM => libc::SOCK_DGRAM,
            // bsd/kern/uipc_proto.c of XNU has no such.
            _ if seqpacket && self.system == System::FreeBsd => libc::SOCK_SEQPACKET,
            _ if self.system == System::FreeBsd => return Err(Stop::Errno(libc::EPROTOTYPE)),
            _ => return Err(Stop::Errno(libc::EPROTONOSUPPORT)),
        };
        Ok((host, kind, birth))
    }

    pub(crate) fn add_socket(
        &mut self,
        host: OwnedFd,
        socket: Socket,
        birth: Birth,
    ) -> Result<u64, Stop> {
        let file = File {
            host,
            kind: Kind::Socket(socket),
            nonblocking: Cell::new(birth.nonblocking),
            flags: self.n.O_RDWR,
        };
        self.descriptors.add(Rc::new(file), birth.close_on_exec, 0)
    }

    pub(crate) fn socket(&mut self, family: i32, kind: i32, protocol: i32) -> Answer {
        let (family, kind, birth) = self.kinds(family, kind)?;
        if family == libc::AF_UNIX && protocol != 0 {
            return Err(Stop::Errno(libc::EPROTONOSUPPORT));
        }
        let host = host::socket(family, kind, protocol)?;
        if family == libc::AF_INET6 {
            // net.inet6.ip6.v6only of FreeBSD is 1, of Darwin 0.
            let only = i32::from(self.system == System::FreeBsd);
            host::set_option(
                host::raw(&host),
                libc::IPPROTO_IPV6,
                libc::IPV6_V6ONLY,
                &[only],
            )?;
        }
        let socket = Socket {
            family,
            kind,
            state: RefCell::default(),
        };
        Ok(self.add_socket(host, socket, birth)?.into())
    }

    pub(crate) fn socketpair(
        &mut self,
        family: i32,
        kind: i32,
        protocol: i32,
        room: u64,
    ) -> Answer {
        let (family, kind, birth) = self.kinds(family, kind)?;
        if family != libc::AF_UNIX {
            return Err(Stop::Errno(libc::EOPNOTSUPP));
        }
        if protocol != 0 {
            return Err(Stop::Errno(libc::EPROTONOSUPPORT));
        }
        if !self.descriptors.has_room(2) {
            return Err(Stop::Errno(libc::EMFILE));
        }
        for (index, host) in host::pair(family, kind, 0)?.into_iter().enumerate() {
            let state = State {
                connected: true,
                ..State::default()
            };
            let socket = Socket {
                family,
                kind,
                state: state.into(),
            };
            let fd = self.add_socket(host, socket, birth)?;
            self.memory.put_u32(room + 4 * index as u64, fd as u32)?;
        }
        Ok(0.into())
    }

    pub(crate) fn bind(&mut self, fd: i32, start: u64, len: u64) -> Answer {
        let file = self.file(fd)?;
        let socket = file.socket()?;
        let address = self.address_in(start, len)?;
        let host = self.host_address(socket.family, &address)?;
        if socket.is_unix() {
            if socket.state.borrow().path.is_some() {
                return Err(Stop::Errno(libc::EINVAL));
            }
            // The name as it is given is kept, and told.
            let path = host
                .get(2..host.len().saturating_sub(1))
                .unwrap_or_default()
                .to_vec();
            let from = self.l.sockaddr_un.sun_path.offset as usize;
            if path.iter().all(|byte| *byte == b'/') {
                // namei(9): the root cannot be made.
                return Err(Stop::Errno(libc::EISDIR));
            }
            let given = address.get(from..).unwrap_or_default().to_vec();
            host::bind(file.raw(), &host)?;
            self.paths.insert(path.clone(), given);
            socket.state.borrow_mut().path = Some(path);
        } else {
            host::bind(file.raw(), &host)?;
        }
        Ok(0.into())
    }

    pub(crate) fn listen(&mut self, fd: i32, backlog: i32) -> Answer {
        let file = self.file(fd)?;
        let socket = file.socket()?;
        if socket.kind == libc::SOCK_DGRAM {
            return Err(Stop::Errno(libc::EOPNOTSUPP));
        }
        let most = self.n.SOMAXCONN;
        let asked = i64::from(backlog);
        let unix_unbound = socket.is_unix() && socket.state.borrow().path.is_none();
        if unix_unbound {
            // uipc_listen: a socket without a name.
            let errno = match self.system {
                System::FreeBsd => libc::EDESTADDRREQ,
                System::Darwin => libc::EINVAL,
            };
            return Err(Stop::Errno(errno));
        }
        if socket.state.borrow().connected {
            return Err(Stop::Errno(libc::EINVAL));
        }
        let host = match self.system {
            // sonewconn: more than 3/2 of the backlog is too much; Linux takes one more than it is told.
            System::FreeBsd => {
                3 * (if (0..=most).contains(&asked) {
                    asked
                } else {
                    most
                }) / 2
            }
            System::Darwin => {
                (if (1..=most).contains(&asked) {
                    asked
                } else {
                    most
                }) - 1
            }
        };
        host::listen(file.raw(), host as i32)?;
        let mut state = socket.state.borrow_mut();
        state.listening = true;
        state.options |= self.n.SO_ACCEPTCONN;
        Ok(0.into())
    }

    /// accept(2), which hands on O_NONBLOCK, or with flags accept4(2) of FreeBSD, which does not.
    pub(crate) fn accept(&mut self, fd: i32, start: u64, len: u64, flags: Option<i64>) -> Answer {
        if start != 0 {
            self.memory.u32_at(len)?;
        }
        let file = self.file(fd)?;
        let listener = file.socket()?;
        if !listener.state.borrow().listening {
            return Err(Stop::Errno(libc::EINVAL));
        }
        if !self.descriptors.has_room(1) {
            return Err(Stop::Errno(libc::EMFILE));
        }
        let accepted = match host::accept(file.raw()) {
            Err(libc::EAGAIN) if !file.nonblocking.get() => {
                return self.wait_on(&file, libc::POLLIN, listener.state.borrow().recv_timeout);
            }
            other => other?,
        };
        let birth = match (flags, self.freebsd()) {
            (Some(flags), Some(only)) => Birth {
                nonblocking: flags & only.SOCK_NONBLOCK != 0,
                close_on_exec: flags & only.SOCK_CLOEXEC != 0,
            },
            _ => Birth {
                nonblocking: file.nonblocking.get(),
                close_on_exec: false,
            },
        };
        // sonewconn: options are the listener's.
        let parent = listener.state.borrow();
        let state = State {
            options: parent.options & !self.n.SO_ACCEPTCONN,
            kept: parent.kept.clone(),
            linger: parent.linger,
            path: parent.path.clone(),
            connected: true,
            ..State::default()
        };
        drop(parent);
        let socket = Socket {
            family: listener.family,
            kind: listener.kind,
            state: state.into(),
        };
        let (host, address) = accepted;
        let made = self.add_socket(host, socket, birth)?;
        if start != 0 {
            let address = self.address_of_host(&address);
            if let Err(stop) = self.address_out(&address, start, len) {
                self.descriptors.close(made as i32)?;
                return Err(stop);
            }
        }
        Ok(made.into())
    }

    /// Waits for a host's event on a file, under the time of SO_RCVTIMEO or SO_SNDTIMEO.
    pub(crate) fn wait_on(
        &mut self,
        file: &File,
        events: i16,
        most: Option<std::time::Duration>,
    ) -> Answer {
        let now = std::time::Instant::now();
        let progress = self.progress()?;
        if !progress.began {
            progress.until = most.map(|most| now + most);
        } else if progress.until.is_some_and(|until| until <= now) {
            return match progress.done {
                0 => Err(Stop::Errno(libc::EAGAIN)),
                done => Ok(done.into()),
            };
        }
        Err(Stop::Wait(Wait {
            fds: vec![(file.raw(), events)],
            until: progress.until,
            ..Wait::default()
        }))
    }

    pub(crate) fn shutdown(&mut self, fd: i32, how: i32) -> Answer {
        let n = self.n;
        let host = match i64::from(how) {
            how if how == n.SHUT_RD => libc::SHUT_RD,
            how if how == n.SHUT_WR => libc::SHUT_WR,
            how if how == n.SHUT_RDWR => libc::SHUT_RDWR,
            _ => return Err(Stop::Errno(libc::EINVAL)),
        };
        let file = self.file(fd)?;
        let socket = file.socket()?;
        let done = if socket.state.borrow().listening {
            // Both: soshutdown of a listener.
            Err(libc::ENOTCONN)
        } else {
            host::shutdown(file.raw(), host)
        };
        match done {
            Ok(_) => {
                socket.state.borrow_mut().read_shut |= host != libc::SHUT_WR;
                Ok(0.into())
            }
            // kern_shutdown: programs of old releases depend on success, P_OSREL_SHUTDOWN_ENOTCONN.
            Err(libc::ENOTCONN) if self.system == System::FreeBsd && self.release < 1_100_077 => {
                Ok(0.into())
            }
            Err(errno) => Err(Stop::Errno(errno)),
        }
    }

    pub(crate) fn getsockname(&mut self, fd: i32, start: u64, len: u64) -> Answer {
        let file = self.file(fd)?;
        file.socket()?;
        let address = self.address_of_host(&host::local_name(file.raw())?);
        self.address_out(&address, start, len)?;
        Ok(0.into())
    }

    pub(crate) fn getpeername(&mut self, fd: i32, start: u64, len: u64) -> Answer {
        let file = self.file(fd)?;
        file.socket()?;
        let address = self.address_of_host(&host::peer_name(file.raw())?);
        self.address_out(&address, start, len)?;
        Ok(0.into())
    }
}

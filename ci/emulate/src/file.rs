//! Open files and the descriptors of the program.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::os::fd::{OwnedFd, RawFd};
use std::rc::{Rc, Weak};
use std::time::Duration;

use crate::Stop;
use crate::host;
use crate::kqueue::Queue;

/// The most descriptors that a program may have, RLIMIT_NOFILE.
const LIMIT: usize = 1024;

/// What an open file is.
#[derive(Debug)]
pub(crate) enum Kind {
    Socket(Socket),
    /// A pipe, a file of a file system, or a terminal.
    Plain,
    Queue(RefCell<Queue>),
}

/// What is known of a socket beyond what the host's socket knows.
#[derive(Debug)]
pub(crate) struct Socket {
    /// The host's numbers.
    pub(crate) family: i32,
    pub(crate) kind: i32,
    pub(crate) state: RefCell<State>,
}

/// What changes in the life of a socket.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// `so_options`: the flags of SOL_SOCKET, by their own numbers.
    pub(crate) options: i64,
    /// Options that are kept and given back, by level and name.
    pub(crate) kept: HashMap<(i64, i64), i64>,
    pub(crate) linger: i64,
    pub(crate) recv_timeout: Option<Duration>,
    pub(crate) send_timeout: Option<Duration>,
    /// The path it was bound to, as it was given.
    pub(crate) path: Option<Vec<u8>>,
    /// A connect has begun and was not yet seen to have ended.
    pub(crate) connecting: bool,
    /// It has or had a peer.
    pub(crate) connected: bool,
    pub(crate) listening: bool,
    /// It was shut for receiving.
    pub(crate) read_shut: bool,
    /// FreeBSD: a UDP socket that was disconnected receives nothing until it is connected again (in_pcbdisconnect
    /// takes it out of the table that datagrams are looked up in).
    pub(crate) deaf: bool,
    /// What a record left behind that did not fit.
    pub(crate) rest: VecDeque<Record>,
}

/// A part of a record, and what came with it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) bytes: Vec<u8>,
    /// The record ends here.
    pub(crate) ends: bool,
    pub(crate) descriptors: Vec<Rc<OwnedFd>>,
}

/// An open file: what descriptors of one open(2) share.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) host: OwnedFd,
    pub(crate) kind: Kind,
    pub(crate) nonblocking: Cell<bool>,
    /// O_ACCMODE and O_APPEND, as the program gave them.
    pub(crate) flags: i64,
}

impl File {
    pub(crate) fn raw(&self) -> RawFd {
        host::raw(&self.host)
    }

    /// The socket; ENOTSOCK when it is none.
    pub(crate) fn socket(&self) -> Result<&Socket, Stop> {
        match &self.kind {
            Kind::Socket(socket) => Ok(socket),
            _ => Err(Stop::Errno(libc::ENOTSOCK)),
        }
    }
}

impl Socket {
    pub(crate) fn is_unix(&self) -> bool {
        self.family == libc::AF_UNIX
    }

    pub(crate) fn is_stream(&self) -> bool {
        self.kind == libc::SOCK_STREAM
    }
}

#[derive(Debug)]
struct Entry {
    file: Rc<File>,
    close_on_exec: bool,
}

/// A process's descriptors.
#[derive(Debug, Default)]
pub(crate) struct Descriptors {
    entries: Vec<Option<Entry>>,
    /// Open files by what identifies them at the host, for those that come back in messages.
    known: HashMap<(u64, i32), Known>,
}

/// An open file that may be on its way in a message, without a descriptor.
#[derive(Debug)]
struct Known {
    file: Weak<File>,
    nonblocking: bool,
    flags: i64,
    socket: Option<(i32, i32, State)>,
}

impl Descriptors {
    /// The open file of a descriptor, or EBADF.
    pub(crate) fn get(&self, fd: i32) -> Result<Rc<File>, Stop> {
        Ok(self.entry(fd)?.file.clone())
    }

    fn entry(&self, fd: i32) -> Result<&Entry, Stop> {
        let index = usize::try_from(fd).map_err(|_| Stop::Errno(libc::EBADF))?;
        let entry = self.entries.get(index).and_then(Option::as_ref);
        entry.ok_or(Stop::Errno(libc::EBADF))
    }

    /// A new descriptor: the lowest that is free, not below `from`.
    pub(crate) fn add(
        &mut self,
        file: Rc<File>,
        close_on_exec: bool,
        from: usize,
    ) -> Result<u64, Stop> {
        let free = (from..LIMIT).find(|&index| self.entries.get(index).is_none_or(Option::is_none));
        let index = free.ok_or(Stop::Errno(libc::EMFILE))?;
        if self.entries.len() <= index {
            self.entries.resize_with(index + 1, || None);
        }
        if let Some(place) = self.entries.get_mut(index) {
            *place = Some(Entry {
                file,
                close_on_exec,
            });
        }
        Ok(index as u64)
    }

    /// Whether so many descriptors may be made.
    pub(crate) fn has_room(&self, number: usize) -> bool {
        self.entries.iter().flatten().count() + number <= LIMIT
    }

    pub(crate) fn close(&mut self, fd: i32) -> Result<(), Stop> {
        self.entry(fd)?;
        if let Some(place) = self.entries.get_mut(fd as usize) {
            *place = None;
        }
        Ok(())
    }

    pub(crate) fn close_on_exec(&self, fd: i32) -> Result<bool, Stop> {
        Ok(self.entry(fd)?.close_on_exec)
    }

    pub(crate) fn set_close_on_exec(&mut self, fd: i32, value: bool) -> Result<(), Stop> {
        self.entry(fd)?;
        if let Some(Some(entry)) = self.entries.get_mut(fd as usize) {
            entry.close_on_exec = value;
        }
        Ok(())
    }

    /// Remembers an open file that goes away in a message.
    pub(crate) fn remember(&mut self, file: &Rc<File>) {
        let Ok(identity) = host::identity(file.raw()) else {
            return;
        };
        let socket = file.socket().ok();
        let known = Known {
            file: Rc::downgrade(file),
            nonblocking: file.nonblocking.get(),
            flags: file.flags,
            socket: socket
                .map(|socket| (socket.family, socket.kind, socket.state.borrow().clone())),
        };
        self.known.insert(identity, known);
    }

    /// The open file that has come in a message.
    pub(crate) fn recall(&self, host: OwnedFd) -> Rc<File> {
        let identity = host::identity(host::raw(&host)).unwrap_or_default();
        let known = self.known.get(&identity);
        if let Some(file) = known.and_then(|known| known.file.upgrade()) {
            return file;
        }
        let kind = match known.and_then(|known| known.socket.clone()) {
            Some((family, kind, state)) => Kind::Socket(Socket {
                family,
                kind,
                state: RefCell::new(state),
            }),
            None => Kind::Plain,
        };
        Rc::new(File {
            host,
            kind,
            nonblocking: Cell::new(known.is_some_and(|known| known.nonblocking)),
            flags: known.map_or(0, |known| known.flags),
        })
    }
}

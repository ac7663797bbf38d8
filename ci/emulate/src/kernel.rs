//! The state of a modelled kernel, and what all its calls share.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::cpu::{Call, Cpu};
use crate::file::{Descriptors, File};
use crate::libsystem::Library;
use crate::memory::Memory;
use crate::numbers::{Common, DarwinLayouts, DarwinOnly, FreeBsdLayouts, FreeBsdOnly, Layouts};
use crate::signal::Signals;
use crate::table::Table;
use crate::thread::Threads;
use crate::{Arch, NOT_SUPPORTED, Result, Stop, System, darwin, freebsd};

/// What a call returns: its value, and a second one where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Values {
    pub(crate) first: u64,
    pub(crate) second: Option<u64>,
    /// A Mach trap's value, which is no errno.
    pub(crate) plain: bool,
}

impl From<u64> for Values {
    fn from(first: u64) -> Self {
        Values {
            first,
            second: None,
            plain: false,
        }
    }
}

/// The result of a call.
pub(crate) type Answer = std::result::Result<Values, Stop>;

/// What one system has that the other has not.
#[derive(Debug)]
pub(crate) enum Only {
    FreeBsd(Box<FreeBsdOnly>, FreeBsdLayouts),
    Darwin(Box<DarwinOnly>, DarwinLayouts),
}

/// A kernel, with the one process that it has.
#[derive(Debug)]
pub(crate) struct Kernel {
    pub(crate) system: System,
    pub(crate) arch: Arch,
    pub(crate) memory: Memory,
    pub(crate) cpu: Cpu,
    /// Constants.
    pub(crate) n: Common,
    /// Layouts.
    pub(crate) l: Layouts,
    pub(crate) only: Only,
    errors: HashMap<i32, i64>,
    /// The names of system calls.
    pub(crate) calls: HashMap<i64, String>,
    pub(crate) descriptors: Descriptors,
    pub(crate) threads: Threads,
    pub(crate) signals: Signals,
    pub(crate) libsystem: Library,
    /// `p_osrel`: the release that the program was made for.
    pub(crate) release: u32,
    /// Unix addresses as they were given, by path: the host adds a NUL.
    pub(crate) paths: HashMap<Vec<u8>, Vec<u8>>,
    pub(crate) trace: bool,
    /// When the run has to be over.
    pub(crate) limit: Option<std::time::Instant>,
    /// The program is the first process.
    pub(crate) init: bool,
    complaints: HashSet<String>,
}

impl Kernel {
    pub(crate) fn new(system: System, arch: Arch, memory: Memory, table: &Table) -> Result<Self> {
        let n = Common::read(table)?;
        let only = match system {
            System::FreeBsd => Only::FreeBsd(
                FreeBsdOnly::read(table)?.into(),
                FreeBsdLayouts::read(table)?,
            ),
            System::Darwin => {
                Only::Darwin(DarwinOnly::read(table)?.into(), DarwinLayouts::read(table)?)
            }
        };
        Ok(Kernel {
            system,
            arch,
            memory,
            cpu: Cpu::new(arch, system),
            n,
            l: Layouts::read(table)?,
            only,
            errors: errors(&n)
                .into_iter()
                .chain([(NOT_SUPPORTED, n.ENOTSUP)])
                .collect(),
            calls: table.reversed("SYS_"),
            descriptors: Descriptors::default(),
            threads: Threads::default(),
            signals: Signals::default(),
            libsystem: Library::default(),
            release: 0,
            paths: HashMap::new(),
            trace: false,
            limit: None,
            init: false,
            complaints: HashSet::new(),
        })
    }

    /// The system's own number of an error that the host names.
    pub(crate) fn errno(&self, host: i32) -> i64 {
        self.errors.get(&host).copied().unwrap_or(self.n.EIO)
    }

    pub(crate) fn freebsd(&self) -> Option<&FreeBsdOnly> {
        match &self.only {
            Only::FreeBsd(constants, _) => Some(constants),
            Only::Darwin(..) => None,
        }
    }

    pub(crate) fn darwin(&self) -> Option<&DarwinOnly> {
        match &self.only {
            Only::Darwin(constants, _) => Some(constants),
            Only::FreeBsd(..) => None,
        }
    }

    pub(crate) fn file(&self, fd: i32) -> std::result::Result<Rc<File>, Stop> {
        self.descriptors.get(fd)
    }

    /// Something that the real kernel lets pass but no right program does: it is told once, and the run fails.
    pub(crate) fn complain(&mut self, what: String) {
        if self.complaints.insert(what.clone()) {
            eprintln!("emulate: the program passes {what}");
        }
    }

    pub(crate) fn has_complaints(&self) -> bool {
        !self.complaints.is_empty()
    }

    /// Makes one system call.
    pub(crate) fn dispatch(&mut self, call: &Call) -> Answer {
        match self.system {
            System::FreeBsd => freebsd::dispatch(self, call),
            System::Darwin => darwin::dispatch(self, call),
        }
    }

    /// The calls that have the same name and meaning in both kernels.
    pub(crate) fn common(&mut self, name: &str, call: &Call) -> Option<Answer> {
        let (fd, a, b, c) = (call.int(0), call.arg(1), call.arg(2), call.arg(3));
        Some(match name {
            "read" => self.read(fd, a, b),
            "write" => self.write(fd, a, b),
            "open" => self.open(call.arg(0), call.int(1), call.arg(2)),
            "close" => self.close(fd),
            "unlink" => self.unlink(call.arg(0)),
            "mkdir" => self.mkdir(call.arg(0), call.arg(1)),
            "dup" => self.dup(fd),
            "fcntl" => self.fcntl(fd, call.int(1), call.arg(2)),
            "ioctl" => self.ioctl(fd, call.arg(1), call.arg(2)),
            "getpid" => Ok(u64::from(self.process_id()).into()),
            "exit" => Err(Stop::Exit(call.int(0))),
            "socket" => self.socket(call.int(0), call.int(1), call.int(2)),
            "socketpair" => self.socketpair(call.int(0), call.int(1), call.int(2), call.arg(3)),
            "bind" => self.bind(fd, a, b),
            "listen" => self.listen(fd, call.int(1)),
            "accept" => self.accept(fd, a, b, None),
            "connect" => self.connect(fd, a, b),
            "shutdown" => self.shutdown(fd, call.int(1)),
            "getsockname" => self.getsockname(fd, a, b),
            "getpeername" => self.getpeername(fd, a, b),
            "getsockopt" => self.getsockopt(fd, call.int(1), call.int(2), c, call.arg(4)),
            "setsockopt" => self.setsockopt(fd, call.int(1), call.int(2), c, call.int(4)),
            "sendto" => self.sendto(fd, a, b, call.int(3), call.arg(4), call.arg(5)),
            "sendmsg" => self.sendmsg(fd, a, call.int(2)),
            "recvfrom" => self.recvfrom(fd, a, b, call.int(3), call.arg(4), call.arg(5)),
            "recvmsg" => self.recvmsg(fd, a, call.int(2)),
            "poll" => self.poll_millis(call.arg(0), call.arg(1), call.int(2)),
            "kqueue" => self.kqueue(),
            "mmap" => self.mmap(call.arg(0), a, call.int(2), call.int(3), call.int(4)),
            "munmap" => self.munmap(call.arg(0), a),
            "mprotect" => self.mprotect(call.arg(0), a, call.int(2)),
            "setitimer" => self.setitimer(call.int(0), a, b),
            _ => return None,
        })
    }

    pub(crate) fn process_id(&self) -> u32 {
        if self.init { 1 } else { std::process::id() }
    }
}

/// The host's numbers of errors and the system's.
fn errors(n: &Common) -> HashMap<i32, i64> {
    macro_rules! same {
        ($($name:ident)*) => { HashMap::from([$((libc::$name, n.$name)),*]) };
    }
    same! {
        EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EDEADLK ENOMEM EACCES EFAULT EBUSY EEXIST
        EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM
        ERANGE EAGAIN EINPROGRESS EALREADY ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT
        EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN
        ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT
        ECONNREFUSED ELOOP ENAMETOOLONG EHOSTDOWN EHOSTUNREACH ENOTEMPTY ENOSYS EOVERFLOW ECANCELED EPROTO
    }
}

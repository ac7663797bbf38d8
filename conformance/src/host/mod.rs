//! The host through std: threads, signals and descriptors of an ordinary program. Part of the program
//! `conformance` and of the test `host`, not of the library.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use conformance::{DescriptorFlags, Env, Runner, Signals};

#[cfg(target_vendor = "apple")]
use sock_darwin::{Darwin as Kernel, OwnedFd};
#[cfg(target_os = "freebsd")]
use sock_freebsd::{FreeBsd as Kernel, OwnedFd};
#[cfg(target_os = "linux")]
use sock_linux::{Linux as Kernel, OwnedFd};

/// Runs the cases whose names are `wanted`; whether something ran and nothing failed.
pub(crate) fn run(wanted: &dyn Fn(&str) -> bool) -> bool {
    // std ignores SIGPIPE: a backend that raises it would not show.
    catch(libc::SIGPIPE, count_pipe);
    catch(libc::SIGUSR1, count);
    let mut out = Stdout;
    let mut runner = Runner::new(&Host, &mut out, wanted);
    conformance::portable(&mut runner);
    own_cases(&mut runner);
    runner.finish().is_good()
}

#[cfg(target_os = "linux")]
fn own_cases(runner: &mut Runner<'_, Host>) {
    conformance::linux(runner);
}

#[cfg(target_os = "freebsd")]
fn own_cases(runner: &mut Runner<'_, Host>) {
    conformance::bsd(runner);
    conformance::freebsd(runner);
}

#[cfg(target_vendor = "apple")]
fn own_cases(runner: &mut Runner<'_, Host>) {
    conformance::bsd(runner);
    conformance::darwin(runner);
}

struct Host;

/// Descriptors are counted below this number. They are numbered from the lowest that is free, so
/// one that is left open shows here.
const DESCRIPTORS: libc::c_int = 1024;

static SIGNALS: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(_: libc::c_int) {
    SIGNALS.fetch_add(1, Ordering::Relaxed);
}

static PIPE_SIGNALS: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count_pipe(_: libc::c_int) {
    PIPE_SIGNALS.fetch_add(1, Ordering::Relaxed);
}

/// Installs a handler, without SA_RESTART.
fn catch(signal: libc::c_int, handler: extern "C" fn(libc::c_int)) {
    // SAFETY: a zeroed sigaction is one without flags and with an empty mask; the handlers only add
    // to an atomic. The signals belong to this program.
    let installed = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as *const () as usize;
        libc::sigaction(signal, &action, std::ptr::null_mut())
    };
    if installed != 0 {
        broken("sigaction");
    }
}

/// Ends the program because the machine cannot run the suite: `call` failed.
fn broken(call: &str) -> ! {
    eprintln!(
        "conformance: {call} failed: {}",
        std::io::Error::last_os_error()
    );
    std::process::exit(101)
}

impl Env for Host {
    type Backend = Kernel;

    fn backend(&self) -> Kernel {
        Kernel
    }

    fn together(&self, other: &mut (dyn FnMut() + Send), this: &mut dyn FnMut()) {
        std::thread::scope(|scope| {
            scope.spawn(other);
            this();
        });
    }

    fn under_signals(&self, period: Duration, wait: &mut dyn FnMut()) -> Signals {
        let before = SIGNALS.load(Ordering::Relaxed);
        // SAFETY: pthread_self(3) has no precondition.
        let me = SendThread(unsafe { libc::pthread_self() });
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Acquire) {
                    std::thread::sleep(period);
                    me.signal();
                }
            });
            wait();
            over.store(true, Ordering::Release);
        });
        Signals(SIGNALS.load(Ordering::Relaxed) - before)
    }

    fn pipe_signals(&self) -> usize {
        PIPE_SIGNALS.load(Ordering::Relaxed)
    }

    fn flags(&self, fd: &OwnedFd) -> DescriptorFlags {
        let ask = |command| match fcntl(fd.as_raw_fd(), command) {
            Some(flags) => flags,
            None => broken("fcntl"),
        };
        DescriptorFlags {
            close_on_exec: ask(libc::F_GETFD) & libc::FD_CLOEXEC != 0,
            nonblocking: ask(libc::F_GETFL) & libc::O_NONBLOCK != 0,
        }
    }

    fn duplicate(&self, fd: &OwnedFd) -> OwnedFd {
        let number = fcntl(fd.as_raw_fd(), libc::F_DUPFD_CLOEXEC).unwrap_or(-1);
        // SAFETY: F_DUPFD_CLOEXEC has made the descriptor for this caller, if the number is one.
        unsafe { OwnedFd::from_raw_fd(number) }.unwrap_or_else(|| broken("fcntl"))
    }

    fn open_descriptors(&self) -> usize {
        (0..DESCRIPTORS)
            .filter(|&fd| fcntl(fd, libc::F_GETFD).is_some())
            .count()
    }

    fn temporary_path<'p>(&self, room: &'p mut [u8; 64]) -> &'p [u8] {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = format!("/tmp/sock-conformance-{}-{number}", std::process::id());
        match room.get_mut(..path.len()) {
            Some(place) => {
                place.copy_from_slice(path.as_bytes());
                place
            }
            None => broken("the name of a temporary file"),
        }
    }

    fn unlink(&self, path: &[u8]) {
        let path = std::str::from_utf8(path).unwrap_or_default();
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => broken("unlink"),
            _ => {}
        }
    }

    fn is_emulated(&self) -> bool {
        false
    }
}

/// fcntl(2) with a command that takes a number or nothing: its answer, if it has one.
fn fcntl(fd: libc::c_int, command: libc::c_int) -> Option<libc::c_int> {
    // SAFETY: F_GETFD, F_GETFL and F_DUPFD_CLOEXEC, the only commands given here, take an `int` or
    // nothing and touch no memory.
    let answer = unsafe { libc::fcntl(fd, command, 0) };
    (answer >= 0).then_some(answer)
}

/// A thread that lives as long as somebody signals it.
struct SendThread(libc::pthread_t);

impl SendThread {
    fn signal(&self) {
        // SAFETY: the thread waits for its signaller to end, so it is alive.
        unsafe { libc::pthread_kill(self.0, libc::SIGUSR1) };
    }
}

// SAFETY: the name of a thread is the same on each; where it is a pointer (FreeBSD), only pthread_kill(3)
// follows it, which any thread may call.
unsafe impl Sync for SendThread {}

/// Standard output, as the suite writes to it.
struct Stdout;

impl std::fmt::Write for Stdout {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        std::io::stdout()
            .write_all(text.as_bytes())
            .map_err(|_| std::fmt::Error)
    }
}

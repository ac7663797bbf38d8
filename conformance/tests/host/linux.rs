//! Linux through std: threads, signals and descriptors of an ordinary program.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use conformance::{DescriptorFlags, Env, Runner, Signals};
use sock_linux::{Linux, OwnedFd};

pub(crate) fn run(wanted: &dyn Fn(&str) -> bool) -> bool {
    // std ignores SIGPIPE: a backend that raises it would not show.
    catch(libc::SIGPIPE, count_pipe);
    let mut out = super::Stdout(std::io::stdout());
    let mut runner = Runner::new(&Host, &mut out, wanted);
    conformance::portable(&mut runner);
    conformance::linux(&mut runner);
    runner.finish().is_good()
}

struct Host;

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
    // to an atomic. The signals belong to this test.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as *const () as usize;
        let installed = libc::sigaction(signal, &action, std::ptr::null_mut());
        assert_eq!(installed, 0);
    }
}

impl Env for Host {
    type Backend = Linux;

    fn backend(&self) -> Linux {
        Linux
    }

    fn together(&self, other: &mut (dyn FnMut() + Send), this: &mut dyn FnMut()) {
        std::thread::scope(|scope| {
            scope.spawn(other);
            this();
        });
    }

    fn under_signals(&self, period: Duration, wait: &mut dyn FnMut()) -> Signals {
        let before = SIGNALS.load(Ordering::Relaxed);
        catch(libc::SIGUSR1, count);
        // SAFETY: pthread_self(3) has no precondition.
        let me = unsafe { libc::pthread_self() };
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Acquire) {
                    std::thread::sleep(period);
                    // SAFETY: the thread `me` waits for this one to end, so it is alive.
                    unsafe { libc::pthread_kill(me, libc::SIGUSR1) };
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
        // SAFETY: fcntl with these commands touches no memory.
        let (of_fd, of_file) = unsafe {
            (
                libc::fcntl(fd.as_raw_fd(), libc::F_GETFD),
                libc::fcntl(fd.as_raw_fd(), libc::F_GETFL),
            )
        };
        assert!(of_fd >= 0 && of_file >= 0);
        DescriptorFlags {
            close_on_exec: of_fd & libc::FD_CLOEXEC != 0,
            nonblocking: of_file & libc::O_NONBLOCK != 0,
        }
    }

    fn duplicate(&self, fd: &OwnedFd) -> OwnedFd {
        // SAFETY: F_DUPFD_CLOEXEC makes a descriptor for this caller.
        unsafe { OwnedFd::from_raw_fd(libc::fcntl(fd.as_raw_fd(), libc::F_DUPFD_CLOEXEC, 0)) }
            .expect("a free descriptor")
    }

    fn open_descriptors(&self) -> usize {
        // One of them is the directory's own.
        std::fs::read_dir("/proc/self/fd").expect("/proc").count() - 1
    }

    fn temporary_path<'p>(&self, room: &'p mut [u8; 64]) -> &'p [u8] {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = format!("/tmp/sock-conformance-{}-{number}", std::process::id());
        room[..path.len()].copy_from_slice(path.as_bytes());
        &room[..path.len()]
    }

    fn unlink(&self, path: &[u8]) {
        let path = std::str::from_utf8(path).expect("one of ours");
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{path}: {error}"),
            _ => {}
        }
    }

    fn is_emulated(&self) -> bool {
        false
    }
}

//! What a case needs beyond a backend.

use core::time::Duration;

use sock_core::Backend;

/// Where cases run. Each runner implements it.
pub trait Env {
    /// The kernel under test.
    type Backend: Backend<Fd: Send + Sync> + Send + Sync;

    /// The kernel under test.
    fn backend(&self) -> Self::Backend;

    /// Runs `other` on a second thread and `this` on the present one, and returns when both have
    /// ended. Descriptors are common to both.
    fn together(&self, other: &mut (dyn FnMut() + Send), this: &mut dyn FnMut());

    /// Runs `wait` while a signal with a handler that does nothing, installed without
    /// SA_RESTART, arrives at this thread every `period`.
    fn under_signals(&self, period: Duration, wait: &mut dyn FnMut()) -> Signals;

    /// How often SIGPIPE has arrived so far. A runner that does not catch it has no number: the signal
    /// ends the program, which is no success either.
    fn pipe_signals(&self) -> usize {
        0
    }

    /// The flags of a descriptor.
    fn flags(&self, fd: &<Self::Backend as Backend>::Fd) -> DescriptorFlags;

    /// A second descriptor for the same open file, dup(2).
    fn duplicate(&self, fd: &<Self::Backend as Backend>::Fd) -> <Self::Backend as Backend>::Fd;

    /// How many descriptors are open.
    fn open_descriptors(&self) -> usize;

    /// A path that no file has, in a directory that the case may write to. A new one each time;
    /// at most 64 bytes.
    fn temporary_path<'p>(&self, room: &'p mut [u8; 64]) -> &'p [u8];

    /// Removes the file of that path, if there is one.
    fn unlink(&self, path: &[u8]);

    /// Whether an emulator makes the system calls, so that one it does not know may be its fault.
    fn is_emulated(&self) -> bool;
}

/// How many signals arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signals(pub usize);

/// The flags of a descriptor and of its open file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DescriptorFlags {
    /// FD_CLOEXEC.
    pub close_on_exec: bool,
    /// O_NONBLOCK.
    pub nonblocking: bool,
}

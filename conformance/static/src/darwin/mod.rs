//! Darwin. The sockets are those of the backend; the environment's own calls go through libSystem, which
//! alone can make threads.

mod connectx;
mod layout;
mod library;
mod numbers;
pub(crate) mod raw;
mod signals;
mod thread;

use conformance::{Outcome, Runner, check};
use sock_darwin::Darwin;
pub(crate) use sock_darwin::{OwnedFd, kqueue};

use crate::env::Program;
pub(crate) use signals::under_signals;
pub(crate) use thread::together;

/// The kernel under test.
pub(crate) type Kernel = Darwin;

/// The cases that are Darwin's own.
pub(crate) fn own_cases(runner: &mut Runner<'_, Program>) {
    conformance::bsd(runner);
    conformance::darwin(runner);
    crate::kqueue::cases(runner);
    connectx::cases(runner);
}

/// The kernel's own strings are there, the first being the path that the program was started by.
pub(crate) fn program_start(env: &Program) -> Outcome {
    let first = env.args().apple().next();
    check!(first.is_some_and(|first| first.to_bytes().starts_with(b"executable_path=")));
    Ok(())
}

/// Nothing to prepare: the first process of such a machine is launchd.
pub(crate) fn prepare() {}

/// Ends the program.
pub(crate) fn end(status: i32) -> ! {
    sock_start::exit(status)
}

//! Linux, by raw system calls.

pub(crate) mod raw;
mod signals;
mod thread;

use conformance::{Outcome, Runner, check};
use sock_linux::Linux;
pub(crate) use sock_linux::OwnedFd;

use crate::env::Program;
pub(crate) use signals::under_signals;
pub(crate) use thread::together;

/// The kernel under test.
pub(crate) type Kernel = Linux;

/// AT_PAGESZ, getauxval(3).
const PAGE_SIZE: usize = 6;

/// The cases that are Linux's own.
pub(crate) fn own_cases(runner: &mut Runner<'_, Program>) {
    conformance::linux(runner);
}

/// The auxiliary vector is found behind arguments and environment.
pub(crate) fn program_start(env: &Program) -> Outcome {
    let page_size = env.args().auxv().find(|&(kind, _)| kind == PAGE_SIZE);
    check!(page_size.is_some_and(|(_, size)| size.is_power_of_two()));
    Ok(())
}

/// Nothing to prepare: as the first process, too, Linux starts a program with the console open, and the
/// network is for who made the machine.
pub(crate) fn prepare() {}

/// Ends the program.
pub(crate) fn end(status: i32) -> ! {
    sock_start::exit(status)
}

//! FreeBSD, by raw system calls.

mod first;
mod layout;
mod numbers;
pub(crate) mod raw;
mod signals;
mod thread;

use conformance::{Outcome, Runner, check};
use sock_freebsd::FreeBsd;
pub(crate) use sock_freebsd::{OwnedFd, kqueue};

use crate::env::Program;
use numbers::{AT_OSRELDATE, AT_PAGESZ};

pub(crate) use first::{end, prepare};
pub(crate) use signals::under_signals;
pub(crate) use thread::together;

/// The kernel under test.
pub(crate) type Kernel = FreeBsd;

/// FreeBSD 12.0, the oldest release that the numbers are for.
const OLDEST: usize = 1_200_000;

/// The cases that are FreeBSD's own.
pub(crate) fn own_cases(runner: &mut Runner<'_, Program>) {
    conformance::bsd(runner);
    conformance::freebsd(runner);
    crate::kqueue::cases(runner);
}

/// The auxiliary vector is found behind arguments and environment.
pub(crate) fn program_start(env: &Program) -> Outcome {
    let find = |kind| env.args().auxv().find(|&(found, _)| found == kind);
    check!(find(AT_PAGESZ).is_some_and(|(_, size)| size.is_power_of_two()));
    check!(find(AT_OSRELDATE).is_some_and(|(_, release)| release >= OLDEST));
    Ok(())
}

//! What the kernel hands to the program at its start.

use conformance::{Outcome, check};

use crate::env::Program;

/// AT_PAGESZ, getauxval(3).
const PAGE_SIZE: usize = 6;

/// The environment and the auxiliary vector are found behind the arguments, which are none when
/// something starts the program so.
pub(crate) fn case(env: &Program) -> Outcome {
    let args = env.args();
    check!(args.vars().all(|var| !var.is_empty()));
    let page_size = args.auxv().find(|&(kind, _)| kind == PAGE_SIZE);
    check!(page_size.is_some_and(|(_, size)| size.is_power_of_two()));
    Ok(())
}

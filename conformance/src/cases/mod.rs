//! The cases, grouped by topic.

mod stream;
mod support;

use sock_core::Backend;
use sock_core::abi::Linux;

use crate::{Env, Runner};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    stream::portable(runner);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    let _ = runner;
}

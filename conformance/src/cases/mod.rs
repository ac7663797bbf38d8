//! The cases, grouped by topic.

mod accept;
mod address;
mod backlog;
mod blocking;
mod bsd;
mod by_hand;
mod calls;
mod connect;
mod datagram;
mod deadline;
mod descriptors;
mod environment;
mod errors;
mod message;
mod options;
mod order;
mod poll;
mod seqpacket;
mod signal;
mod stream;
mod support;
mod unix;

use sock_core::Backend;
use sock_core::abi::{Darwin, FreeBsd, Linux};

use crate::{Env, Runner};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    environment::portable(runner);
    address::portable(runner);
    unix::portable(runner);
    datagram::portable(runner);
    seqpacket::portable(runner);
    message::portable(runner);
    descriptors::portable(runner);
    options::portable(runner);
    stream::portable(runner);
    accept::portable(runner);
    connect::portable(runner);
    deadline::portable(runner);
    poll::portable(runner);
    errors::portable(runner);
    by_hand::portable(runner);
    calls::portable(runner);
    blocking::portable(runner);
    signal::portable(runner);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    address::linux(runner);
    unix::linux(runner);
    datagram::linux(runner);
    seqpacket::linux(runner);
    message::linux(runner);
    options::linux(runner);
    order::linux(runner);
    stream::linux(runner);
    accept::linux(runner);
    connect::linux(runner);
    backlog::linux(runner);
    poll::linux(runner);
    errors::linux(runner);
    by_hand::linux(runner);
    calls::linux(runner);
    signal::linux(runner);
}

pub(crate) fn bsd<E: Env>(runner: &mut Runner<'_, E>) {
    bsd::both(runner);
}

pub(crate) fn freebsd<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = FreeBsd>,
{
    bsd::freebsd(runner);
}

pub(crate) fn darwin<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Darwin>,
{
    bsd::darwin(runner);
}

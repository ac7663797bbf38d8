//! Sending all of a message where messages are marks in a stream, and so may go in part.

use super::Handle;
use crate::message::SendMsg;
use crate::wait::Wait;
use crate::{Backend, Deadline, Error, IoSlice, PollEvents, Result, SendFlags};

/// The last call of a message sets its mark.
const MARKED: SendFlags = SendFlags::DONTWAIT.union(SendFlags::EOR);

/// Sends one message gathered from `parts`, and what has no room yet as soon as it has: how many bytes
/// went before the deadline passed, if any did.
pub(super) fn send_by<B: Backend>(
    handle: &Handle<B>,
    parts: &[B::IoSlice<'_>],
    deadline: Deadline,
) -> Result<usize, B> {
    let len = parts.iter().map(|part| part.as_slice().len()).sum();
    let mut sent = 0;
    let mut wait = Wait::new(deadline);
    let done = handle.call_all_by(PollEvents::OUT, &mut wait, |backend, fd| {
        sent += send_rest::<B>(backend, fd, parts, sent)?;
        Ok(sent >= len)
    });
    match done {
        Err(error) if sent == 0 || error != Error::DEADLINE => Err(error),
        _ => Ok(sent),
    }
}

/// Sends of `parts` what follows the first `sent` bytes, or of that what is left of a slice.
fn send_rest<B: Backend>(
    backend: &B,
    fd: &B::Fd,
    mut parts: &[B::IoSlice<'_>],
    mut sent: usize,
) -> Result<usize, B> {
    while let [first, others @ ..] = parts
        && first.as_slice().len() <= sent
        && !others.is_empty()
    {
        sent -= first.as_slice().len();
        parts = others;
    }
    match parts {
        [first, others @ ..] if sent > 0 || others.is_empty() => {
            let rest = first.as_slice().get(sent..);
            let is_last = others.iter().all(|part| part.as_slice().is_empty());
            let flags = if is_last { MARKED } else { SendFlags::DONTWAIT };
            backend.send(fd, rest.ok_or(Error::UNEXPECTED_REPLY)?, flags)
        }
        parts => backend.send_msg(fd, &SendMsg::new(parts), MARKED),
    }
}

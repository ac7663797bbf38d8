//! SOCK_SEQPACKET of FreeBSD 15: a stream with marks (uipc_sosend_stream_or_seqpacket and
//! uipc_soreceive_stream_or_seqpacket of kern/uipc_usrreq.c). A record ends where its sender gave MSG_EOR; what does
//! not fit stays for the next receive. On the host's socket each part of a record is a message, whose last byte says
//! whether the record ends with it.

use std::rc::Rc;

use crate::file::{File, Record, Socket, State};
use crate::host;
use crate::transfer::Received;

/// The longest part that is asked of the host; Unix sockets take no longer ones.
const LONGEST: usize = 1 << 18;

/// The longest part that is given to the host at once, so that a record for which it has only some room goes in part.
const PIECE: usize = 1 << 13;

/// What the host is given of the `rest` of what is sent.
pub(crate) fn piece(rest: &[u8], ends: bool) -> Vec<u8> {
    let part = rest.get(..PIECE).unwrap_or(rest);
    let mark = ends && part.len() == rest.len();
    [part, &[u8::from(mark)]].concat()
}

/// Takes what the host has of parts of records, until there is nothing more.
fn fetch(file: &File, state: &mut State) -> Result<(), i32> {
    loop {
        match host::receive(file.raw(), LONGEST, 0) {
            Err(libc::EAGAIN) => return Ok(()),
            Err(errno) => return Err(errno),
            Ok(mut message) => match message.bytes.pop() {
                // The end of the stream comes again and again.
                None => return Ok(()),
                Some(mark) => state.rest.push_back(Record {
                    bytes: message.bytes,
                    ends: mark != 0,
                    descriptors: message.descriptors.into_iter().map(Rc::new).collect(),
                }),
            },
        }
    }
}

/// Receives at most `room` bytes of one record: them, the descriptors that came with them, and whether the record ends.
/// EAGAIN: there is nothing, and there may be.
pub(crate) fn receive(
    file: &File,
    socket: &Socket,
    room: usize,
    peek: bool,
) -> Result<(Vec<u8>, Received), i32> {
    let mut state = socket.state.borrow_mut();
    fetch(file, &mut state)?;
    let mut received = Received::default();
    let mut bytes = Vec::new();
    if state.rest.is_empty() {
        let ended =
            host::ready(file.raw(), libc::POLLRDHUP) & (libc::POLLRDHUP | libc::POLLHUP) != 0;
        return if ended {
            Ok((bytes, received))
        } else {
            Err(libc::EAGAIN)
        };
    }
    let mut kept = state.rest.clone();
    let mut first = true;
    while let Some(record) = kept.front_mut() {
        // Control data begins a receive.
        if !first && !record.descriptors.is_empty() {
            break;
        }
        first = false;
        for descriptor in std::mem::take(&mut record.descriptors) {
            let copy = descriptor.try_clone().map_err(|_| libc::EMFILE)?;
            received.message.descriptors.push(copy);
        }
        let fits = record.bytes.len().min(room - bytes.len());
        bytes.extend(record.bytes.drain(..fits));
        if !record.bytes.is_empty() {
            break;
        }
        let ends = record.ends;
        kept.pop_front();
        if ends {
            received.ends = true;
            break;
        }
        if bytes.len() == room {
            break;
        }
    }
    if !peek {
        state.rest = kept;
    }
    received.count = bytes.len() as u64;
    Ok((bytes, received))
}

//! Two clients that name no socket library: one knows `embedded-nal` alone, the other
//! `embedded-nal-async` and the MQTT client `rust-mqtt`.

#![no_std]
#![forbid(unsafe_code)]

pub mod http;
pub mod mqtt;

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

/// The least of all executors: polls one future until it is done. It need not be woken, since a
/// future that yields wants to be polled again anyway.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

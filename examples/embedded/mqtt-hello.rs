//! `mqtt-hello ADDRESS:PORT TOPIC MESSAGE`: publishes a message, and prints it as it comes back from
//! the broker.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::fmt::Write;
use core::time::Duration;

use sock::Deadline;
use sock::embedded::YieldingStack;
use sock::program::{self, Stdio};
use sock_embedded_examples::{block_on, mqtt};

sock_start::entry!(main);

fn main(args: sock_start::Args) -> i32 {
    // Standard output may be closed; no socket may get its number.
    if program::open_standard_streams().is_err() {
        return 1;
    }
    let mut words = args
        .args()
        .skip(1)
        .map(|word| word.to_str().unwrap_or_default());
    let (Some(Ok(broker)), Some(topic), Some(message)) =
        (words.next().map(str::parse), words.next(), words.next())
    else {
        let _ = writeln!(
            Stdio::Stderr,
            "usage: mqtt-hello ADDRESS:PORT TOPIC MESSAGE"
        );
        return 2;
    };
    let soon = Deadline::after(Duration::from_secs(5));
    let mut stack = YieldingStack::default();
    stack.set_connect_deadline(soon);
    stack.set_read_deadline(soon);
    stack.set_write_deadline(soon);
    let mut written = Ok(());
    let print = |message: &[u8]| {
        let text = core::str::from_utf8(message).unwrap_or("(not text)");
        written = writeln!(Stdio::Stdout, "{topic}: {text}");
    };
    let done = mqtt::there_and_back(&stack, broker, topic, message.as_bytes(), print);
    match (block_on(done), written) {
        (Ok(()), Ok(())) => 0,
        (Err(fault), _) => {
            let _ = writeln!(Stdio::Stderr, "{broker}: {fault:?}");
            1
        }
        (_, Err(_)) => 1,
    }
}

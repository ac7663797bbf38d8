//! Values are logged through `defmt`, and what went over the wire is decoded with the texts in this
//! very program, as `probe-rs` and its kin do it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::Mutex;
use std::time::Duration;

use defmt_decoder::Table;
use sock_core::abi::Linux;
use sock_core::embedded::{StackError, State};
use sock_core::{
    Abi, AddrError, Deadline, Error, ErrorKind, Family, Incomplete, Inet, Instant, MessageFlags,
    PollEvents, Received, RecvFlags, Rejected, ScopedAddr, SendFlags, Shutdown, SocketAddr,
    SocketAddrV6, SocketKind, UnixAddr, UnixName, abi, option,
};

static WIRE: Mutex<(defmt::Encoder, Vec<u8>)> = Mutex::new((defmt::Encoder::new(), Vec::new()));

#[defmt::global_logger]
struct Wire;

fn encode(call: impl FnOnce(&mut defmt::Encoder, &mut dyn FnMut(&[u8]))) {
    let mut wire = WIRE.lock().unwrap();
    let (encoder, bytes) = &mut *wire;
    call(encoder, &mut |more| bytes.extend_from_slice(more));
}

// SAFETY: `defmt::Logger` demands that no two frames mix: this program has one thread, and no handler
// of a signal.
unsafe impl defmt::Logger for Wire {
    fn acquire() {
        encode(|encoder, out| encoder.start_frame(out));
    }

    unsafe fn flush() {}

    unsafe fn release() {
        encode(|encoder, out| encoder.end_frame(out));
    }

    unsafe fn write(bytes: &[u8]) {
        encode(|encoder, out| encoder.write(bytes, out));
    }
}

/// What the host reads.
fn logged(table: &Table, value: impl defmt::Format) -> String {
    WIRE.lock().unwrap().1.clear();
    defmt::println!("{}", value);
    let bytes = std::mem::take(&mut WIRE.lock().unwrap().1);
    let mut decoder = table.new_stream_decoder();
    decoder.received(&bytes);
    let frame = decoder.decode().expect("a whole frame");
    frame.display_message().to_string()
}

fn main() {
    let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let table = Table::parse(&program).unwrap().expect("texts of the log");
    let mut wrong = 0;
    let mut lines = 0;
    let mut check = |found: String, wanted: &str| {
        lines += 1;
        if found != wanted {
            wrong += 1;
            println!("FAILED: logged as {found:?}, wanted {wanted:?}");
        }
    };
    macro_rules! logs {
        ($($value:expr => $text:expr,)+) => {
            $(check(logged(&table, $value), $text);)+
        };
    }
    let error = Error::<Linux>::os(Linux::ECONNREFUSED);
    let v4: SocketAddr<Linux> = "192.0.2.1:80".parse().unwrap();
    let v6: SocketAddr<Linux> = "[2001:db8::1]:80".parse().unwrap();
    let zone = ScopedAddr::<Linux>::parse;
    let path = UnixAddr::<Linux>::path(b"/run/x\xff").unwrap();
    let name = UnixAddr::<Linux>::abstract_name(b"bus").unwrap();
    let second = Duration::from_secs(1);
    logs! {
        error => "ConnectionRefused (os error 111)",
        Error::<Linux>::os(4000) => "Other (os error 4000)",
        Error::<Linux>::DEADLINE => "DeadlinePassed",
        ErrorKind::BrokenPipe => "BrokenPipe",
        Incomplete { done: 7, error } => "ConnectionRefused (os error 111) after 7 bytes",
        Rejected { error, socket: () } => "ConnectionRefused (os error 111)",
        AddrError::TooLong { len: 200, max: 107 } => "TooLong { len: 200, max: 107 }",
        v4 => "192.0.2.1:80",
        v4.as_v4().unwrap() => "192.0.2.1:80",
        v6 => "[2001:0db8:0000:0000:0000:0000:0000:0001]:80",
        SocketAddrV6::<Linux>::new(v6.as_v6().unwrap().ip(), 80, 0, 7) => "[2001:0db8:0000:0000:0000:0000:0000:0001%7]:80",
        zone("[fe80::1%eth0]:80").unwrap() => "[fe80:0000:0000:0000:0000:0000:0000:0001%eth0]:80",
        zone("192.0.2.1:80").unwrap() => "192.0.2.1:80",
        path => "b\"/run/x\\xff\"",
        name => "@b\"bus\"",
        UnixAddr::<Linux>::UNNAMED => "(unnamed)",
        UnixName::Path(b"p") => "b\"p\"",
        Deadline::NEVER => "Deadline { limit: Never, spins: 0 }",
        Deadline::after(second).spinning(3) => "Deadline { limit: After(1000000000), spins: 3 }",
        Deadline::at(Instant::from_nanos(5)) => "Deadline { limit: At(Instant(5)), spins: 0 }",
        Received { bytes: 3usize, from: v4, truncated: true }
            => "Received { bytes: 3, from: 192.0.2.1:80, truncated: true }",
        SendFlags::OOB | SendFlags::MORE => "SendFlags(0x8001)",
        RecvFlags::PEEK => "RecvFlags(0x2)",
        MessageFlags::TRUNC => "MessageFlags(0x20)",
        PollEvents::IN | PollEvents::RDHUP => "PollEvents(0x2001)",
        (Shutdown::Write, SocketKind::Stream, Family::Inet6) => "(Write, Stream, Inet6)",
        (Inet::V4, abi::Kernel::Linux, option::NoDelay) => "(V4, Linux, NoDelay)",
        StackError::<Linux>::Socket(error) => "ConnectionRefused (os error 111)",
        StackError::<Linux>::WrongState(State::Listening) => "WrongState(Listening)",
        StackError::<Linux>::EndOfStream => "EndOfStream",
        StackError::<Linux>::Truncated => "Truncated",
        StackError::<Linux>::LocalAddress => "LocalAddress",
    }
    // As the suite's runners close.
    println!("{} passed, {wrong} failed", lines - wrong);
    assert_eq!(wrong, 0);
}

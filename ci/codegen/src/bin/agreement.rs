//! Whether the calls by hand do what those of `sock` do, on real sockets: a yardstick that does less
//! would measure nothing. A static program, so that it runs on each architecture.
//!
//! `ok NAME` or `FAIL NAME: why` for each call, and `N passed, M failed`.
#![no_std]
#![no_main]

use core::fmt::Write;
use core::mem::{MaybeUninit, size_of_val, transmute_copy};
use core::net::Ipv4Addr;
use core::ptr;

use codegen::by_hand::{self, Count, FAILED, Message, MessageFrom};
use codegen::ours;
use sock::generic::Address;
use sock::{Deadline, Error, Received, Result, Shutdown, SocketAddr, UdpSocket};
use sock::{TcpListener, TcpStream};
use sock_linux::{OwnedFd, program::Stdio};

sock_start::entry!(main);

/// Why a case fails: the line, and what differs.
type Fault = (u32, &'static str);

/// The case goes on if both are the same.
macro_rules! same {
    ($hand:expr, $ours:expr) => {
        if $hand != $ours {
            return Err((line!(), stringify!($hand != $ours)));
        }
    };
}

/// The value of a step that prepares a case.
macro_rules! done {
    ($step:expr) => {
        match $step {
            Ok(value) => value,
            Err(_) => return Err((line!(), stringify!($step))),
        }
    };
}

fn main(_: sock_start::Args) -> i32 {
    let cases: [(&str, fn() -> core::result::Result<(), Fault>); 9] = [
        ("send", send),
        ("recv", recv),
        ("recv_uninit", recv_uninit),
        ("send_to", send_to),
        ("recv_from", recv_from),
        ("connected_send", connected_send),
        ("connected_recv", connected_recv),
        ("accept", accept),
        ("encode", encode),
    ];
    let (mut passed, mut failed) = (0, 0);
    for (name, case) in cases {
        let told = match case() {
            Ok(()) => {
                passed += 1;
                writeln!(Stdio::Stdout, "ok {name}")
            }
            Err((line, what)) => {
                failed += 1;
                writeln!(Stdio::Stdout, "FAIL {name}: line {line}: {what}")
            }
        };
        if told.is_err() {
            return 1;
        }
    }
    let told = writeln!(Stdio::Stdout, "{passed} passed, {failed} failed");
    i32::from(failed != 0 || told.is_err())
}

/// A socket as the calls by hand take it. That its descriptor comes first is what they rely on, and
/// what each case shows.
fn raw<T>(socket: &T) -> *const i32 {
    ptr::from_ref(socket).cast()
}

/// The word that an error is.
fn word(error: Error) -> usize {
    const { assert!(size_of::<Error>() == size_of::<usize>()) };
    // SAFETY: an `Error` is one integer of the size of a word, without padding.
    unsafe { transmute_copy(&error) }
}

/// A count as the calls by hand return it.
fn count(result: Result<usize>) -> (usize, usize) {
    match result {
        Ok(value) => (0, value),
        Err(error) => (1, word(error)),
    }
}

fn parts(count: Count) -> (usize, usize) {
    (count.failed, count.value)
}

/// A message as the calls by hand return it.
fn message<A>(result: Result<Received<usize, A>>) -> (usize, u8) {
    match result {
        Ok(received) => (received.bytes, u8::from(received.truncated)),
        Err(error) => (word(error), FAILED),
    }
}

fn pair(at: &str) -> core::result::Result<(TcpStream, TcpStream), Fault> {
    let listener = done!(TcpListener::bind(&done!(at.parse())));
    let to = done!(listener.local_addr());
    let client = done!(TcpStream::connect(&to, Deadline::NEVER));
    let (server, _) = done!(listener.accept_by(Deadline::NEVER));
    Ok((client, server))
}

fn send() -> core::result::Result<(), Fault> {
    let (a, b) = pair("127.0.0.1:0")?;
    // SAFETY: a stream, and bytes with their length.
    let hand = |bytes: &[u8]| unsafe {
        parts(by_hand::by_hand_send(raw(&a), bytes.as_ptr(), bytes.len()))
    };
    for bytes in [&b""[..], b"one", b"three"] {
        same!(hand(bytes), count(ours::sock_send(&a, bytes)));
    }
    let mut room = [0; 16];
    done!(b.recv_exact(&mut room, Deadline::NEVER));
    same!(room, *b"oneonethreethree");
    let much = [0; 65536];
    while ours::sock_send(&a, &much).is_ok() {}
    same!(hand(&much), count(Err(Error::WOULD_BLOCK)));
    done!(a.shutdown(Shutdown::Write));
    same!(hand(&much), count(ours::sock_send(&a, &much)));
    Ok(())
}

fn recv() -> core::result::Result<(), Fault> {
    let (a, b) = pair("127.0.0.1:0")?;
    // SAFETY: a stream, and room with its length.
    let hand = |room: &mut [u8]| unsafe {
        parts(by_hand::by_hand_recv(
            raw(&b),
            room.as_mut_ptr(),
            room.len(),
        ))
    };
    let (mut one, mut other) = ([0; 4], [0; 4]);
    same!(hand(&mut one), count(ours::sock_recv(&b, &mut other)));
    same!(hand(&mut one), count(Err(Error::WOULD_BLOCK)));
    same!(hand(&mut []), count(ours::sock_recv(&b, &mut [])));
    done!(a.send(b"abcdabcd"));
    done!(b.wait(sock::PollEvents::IN, Deadline::NEVER));
    same!(hand(&mut one), count(ours::sock_recv(&b, &mut other)));
    same!(one, other);
    done!(a.shutdown(Shutdown::Write));
    done!(b.wait(sock::PollEvents::IN, Deadline::NEVER));
    same!(hand(&mut one), count(ours::sock_recv(&b, &mut other)));
    same!(hand(&mut one), (0, 0));
    Ok(())
}

fn recv_uninit() -> core::result::Result<(), Fault> {
    let (a, b) = pair("127.0.0.1:0")?;
    // SAFETY: a stream, and room with its length.
    let hand = |room: &mut [MaybeUninit<u8>]| unsafe {
        let filled = by_hand::by_hand_recv_uninit(raw(&b), room.as_mut_ptr().cast(), room.len());
        (filled.bytes.cast_const(), filled.value)
    };
    let ours = |room: &mut [MaybeUninit<u8>]| match ours::sock_recv_uninit(&b, room) {
        Ok(filled) => (filled.as_ptr(), filled.len()),
        Err(error) => (ptr::null(), word(error)),
    };
    let mut room = [MaybeUninit::uninit(); 4];
    same!(hand(&mut room), ours(&mut room));
    same!(hand(&mut room[..0]).1, ours(&mut room[..0]).1);
    same!(hand(&mut room[..0]).0.is_null(), false);
    done!(a.send(b"abcdwxyz"));
    done!(b.wait(sock::PollEvents::IN, Deadline::NEVER));
    let (bytes, len) = hand(&mut room);
    // SAFETY: the call has just written so many bytes there, and `room` is still borrowed by nobody.
    same!(unsafe { core::slice::from_raw_parts(bytes, len) }, b"abcd");
    same!(ours(&mut room), (bytes, len));
    Ok(())
}

fn send_to() -> core::result::Result<(), Fault> {
    for at in ["127.0.0.1:0", "[::1]:0"] {
        let a = done!(UdpSocket::bind(&done!(at.parse())));
        let to = done!(a.local_addr());
        let other = done!(
            if to.is_ipv4() {
                "[::1]:9"
            } else {
                "127.0.0.1:9"
            }
            .parse()
        );
        // SAFETY: a socket, bytes with their length, and an address in the layout of the kernel.
        let hand = |bytes: &[u8], to: &SocketAddr| unsafe {
            let to = ptr::from_ref(to).cast();
            parts(by_hand::by_hand_send_to(
                raw(&a),
                bytes.as_ptr(),
                bytes.len(),
                to,
            ))
        };
        let much = [0; 65536];
        for (bytes, to) in [(&b"x"[..], &to), (b"", &to), (&much, &to), (b"x", &other)] {
            same!(hand(bytes, to), count(ours::sock_send_to(&a, bytes, to)));
        }
        for bytes in [1, 1, 0, 0] {
            let received = done!(a.recv_from_by(&mut [0; 9], Deadline::NEVER));
            same!((received.bytes, received.from), (bytes, to));
        }
    }
    Ok(())
}

fn recv_from() -> core::result::Result<(), Fault> {
    for at in ["127.0.0.1:0", "[::1]:0"] {
        let a = done!(UdpSocket::bind(&done!(at.parse())));
        let to = done!(a.local_addr());
        // SAFETY: a socket, and room with its length.
        let hand = |room: &mut [u8]| unsafe {
            by_hand::by_hand_recv_from(raw(&a), room.as_mut_ptr(), room.len())
        };
        let parts = |message: &MessageFrom| (message.value, message.state);
        same!(
            parts(&hand(&mut [0; 4])),
            message(ours::sock_recv_from(&a, &mut [0; 4]))
        );
        for bytes in [&b"ab"[..], b"abcdef", b""] {
            done!(a.send_to(bytes, &to));
            done!(a.send_to(bytes, &to));
            done!(a.wait(sock::PollEvents::IN, Deadline::NEVER));
            let (mut one, mut other) = ([0; 4], [0; 4]);
            let received = hand(&mut one);
            same!(
                parts(&received),
                message(ours::sock_recv_from(&a, &mut other))
            );
            same!(one, other);
            // SAFETY: the kernel has written the address, which is as long as this one.
            let from = unsafe {
                core::slice::from_raw_parts(
                    received.from.as_ptr().cast::<u8>(),
                    to.as_bytes().len(),
                )
            };
            same!(from, to.as_bytes());
        }
    }
    Ok(())
}

fn connected_send() -> core::result::Result<(), Fault> {
    let b = done!(UdpSocket::bind(&done!("127.0.0.1:0".parse())));
    let a = done!(done!(UdpSocket::v4()).connect(&done!(b.local_addr())));
    // SAFETY: a socket, and bytes with their length.
    let hand = |bytes: &[u8]| unsafe {
        parts(by_hand::by_hand_connected_send(
            raw(&a),
            bytes.as_ptr(),
            bytes.len(),
        ))
    };
    let much = [0; 65536];
    for bytes in [&b"x"[..], b"", &much] {
        same!(hand(bytes), count(ours::sock_connected_send(&a, bytes)));
    }
    for bytes in [1, 1, 0, 0] {
        let received = done!(b.recv_from_by(&mut [0; 9], Deadline::NEVER));
        same!(received.bytes, bytes);
    }
    Ok(())
}

fn connected_recv() -> core::result::Result<(), Fault> {
    let b = done!(UdpSocket::bind(&done!("127.0.0.1:0".parse())));
    let a = done!(done!(UdpSocket::v4()).connect(&done!(b.local_addr())));
    let to = done!(a.local_addr());
    // SAFETY: a socket, and room with its length.
    let hand = |room: &mut [u8]| unsafe {
        by_hand::by_hand_connected_recv(raw(&a), room.as_mut_ptr(), room.len())
    };
    let parts = |message: &Message| (message.value, message.state);
    same!(
        parts(&hand(&mut [0; 4])),
        message(ours::sock_connected_recv(&a, &mut [0; 4]))
    );
    for bytes in [&b"ab"[..], b"abcdef", b""] {
        done!(b.send_to(bytes, &to));
        done!(b.send_to(bytes, &to));
        done!(a.wait(sock::PollEvents::IN, Deadline::NEVER));
        let (mut one, mut other) = ([0; 4], [0; 4]);
        let received = hand(&mut one);
        same!(
            parts(&received),
            message(ours::sock_connected_recv(&a, &mut other))
        );
        same!(one, other);
    }
    Ok(())
}

fn accept() -> core::result::Result<(), Fault> {
    for at in ["127.0.0.1:0", "[::1]:0"] {
        let listener = done!(TcpListener::bind(&done!(at.parse())));
        let to = done!(listener.local_addr());
        // SAFETY: a listener.
        let hand = || unsafe { by_hand::by_hand_accept(raw(&listener)) };
        let none = hand();
        // SAFETY: where there is no connection, the error is at the second word.
        let error = unsafe { ptr::from_ref(&none).cast::<usize>().add(1).read() };
        same!(none.complement, 0);
        same!(
            Err(error),
            ours::sock_accept(&listener).map(drop).map_err(word)
        );
        for turn in 0..2 {
            let client = done!(TcpStream::connect(&to, Deadline::NEVER));
            let name = done!(client.local_addr());
            done!(listener.wait(sock::PollEvents::IN, Deadline::NEVER));
            if turn == 0 {
                same!(done!(ours::sock_accept(&listener)).1, name);
                continue;
            }
            let accepted = hand();
            // SAFETY: the call has just made the descriptor for this caller.
            let stream = unsafe { OwnedFd::from_raw_fd(!accepted.complement) };
            same!(stream.is_some(), true);
            // SAFETY: the kernel has written the address, which is as long as this one.
            let peer = unsafe {
                core::slice::from_raw_parts(
                    accepted.peer.as_ptr().cast::<u8>(),
                    name.as_bytes().len(),
                )
            };
            same!(peer, name.as_bytes());
        }
    }
    Ok(())
}

fn encode() -> core::result::Result<(), Fault> {
    let (ip, port) = (Ipv4Addr::new(192, 0, 2, 33), 0x1234);
    let ours = ours::sock_encode(ip, port);
    // SAFETY: it takes no pointers.
    let hand = unsafe { by_hand::by_hand_encode(u32::from_ne_bytes(ip.octets()), port) };
    same!(size_of_val(&ours.0), hand.0.len());
    // SAFETY: an address is so many bytes, all of them initialised, and nothing else.
    same!(hand.0, unsafe {
        transmute_copy::<SocketAddr, [u8; 28]>(&ours.0)
    });
    Ok(())
}

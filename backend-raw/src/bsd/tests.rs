//! Two systems that are made up, FreeBSD's ways and Darwin's, whose calls are noted down and
//! answered from a script; and the calls of sockets over them.

extern crate std;

use core::cell::RefCell;
use core::num::NonZeroU32;
use std::boxed::Box;
use std::collections::VecDeque;
use std::string::String;
use std::vec::Vec;

use sock_core::{Family, Instant, Shutdown, SocketKind, abi};

use super::kqueue::RawEvent;
use super::{Ret, socket};
use crate::register::Arg;
use crate::{Error, OwnedFd, PollFd, Result};

mod program;
mod transfers;

/// A system that is made up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct System<const DARWIN: bool>;

/// One in FreeBSD's ways.
pub(crate) type Fake = System<false>;
/// One in Darwin's ways.
pub(crate) type FakeDarwin = System<true>;

/// An answer of the script, given the arguments.
pub(crate) type Answer = Box<dyn FnOnce(&[*mut ()]) -> Ret>;

std::thread_local! {
    static CALLS: RefCell<Vec<(&'static str, Vec<usize>)>> = const { RefCell::new(Vec::new()) };
    static ANSWERS: RefCell<VecDeque<Answer>> = const { RefCell::new(VecDeque::new()) };
}

/// Notes a call down and answers it; with 0 when the script has ended.
pub(super) fn call(name: &'static str, arguments: &[*mut ()]) -> Ret {
    let words = arguments.iter().map(|word| word.addr()).collect();
    CALLS.with_borrow_mut(|calls| calls.push((name, words)));
    let answer = ANSWERS.with_borrow_mut(VecDeque::pop_front);
    answer.map_or(ok(0), |answer| answer(arguments))
}

/// Begins anew with these answers to the calls that follow.
pub(crate) fn script(answers: impl IntoIterator<Item = Answer>) {
    calls();
    ANSWERS.set(answers.into_iter().collect());
}

/// The calls since the last look.
pub(crate) fn calls() -> Vec<(&'static str, Vec<usize>)> {
    CALLS.take()
}

/// The calls since the last look, with their first arguments.
pub(crate) fn told() -> Vec<String> {
    let line = |(name, words): &(&str, Vec<usize>)| match words.first() {
        Some(word) => std::format!("{name} {word}"),
        None => String::from(*name),
    };
    calls().iter().map(line).collect()
}

pub(crate) fn ok(word: usize) -> Ret {
    Ret::new(core::ptr::without_provenance_mut(word), false)
}

/// An answer without effects.
pub(crate) fn value(word: usize) -> Answer {
    Box::new(move |_| ok(word))
}

pub(crate) fn error(errno: u16) -> Answer {
    Box::new(move |_| Ret::new(core::ptr::without_provenance_mut(errno.into()), true))
}

/// An event of the systems that are made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct FakeEvent {
    pub(super) ident: usize,
    pub(super) filter: i16,
    pub(super) flags: u16,
    pub(super) fflags: u32,
    pub(super) data: i64,
    pub(super) token: usize,
}

// SAFETY: it is what the made-up kevent takes.
unsafe impl RawEvent for FakeEvent {
    fn new(ident: usize, filter: i16, flags: u16, token: usize) -> Self {
        let (fflags, data) = (0, 0);
        FakeEvent {
            ident,
            filter,
            flags,
            fflags,
            data,
            token,
        }
    }

    fn ident(&self) -> usize {
        self.ident
    }

    fn filter(&self) -> i16 {
        self.filter
    }

    fn flags(&self) -> u16 {
        self.flags
    }

    fn fflags(&self) -> u32 {
        self.fflags
    }

    fn data(&self) -> i64 {
        self.data
    }

    fn token(&self) -> usize {
        self.token
    }
}

/// What the macro makes is public, and a test does not use all of it.
#[allow(dead_code, unreachable_pub)]
mod backends {
    use super::{Fake, FakeDarwin, abi};

    crate::bsd_backend! { Fake, abi::FreeBsd }
    crate::bsd_backend! { FakeDarwin, abi::Darwin }
}

impl<const DARWIN: bool> super::System for System<DARWIN>
where
    Self: crate::Kernel,
{
    type Event = FakeEvent;
    const BORN: i32 = if DARWIN { 0 } else { 0x3000_0000 };
    const SEND_FLAGS: i32 = if DARWIN { 0 } else { 0x20000 };
    const RECVMSG_FLAGS: i32 = if DARWIN { 0 } else { 0x40000 };
    const POLL_NOTHING: i16 = if DARWIN { 0 } else { 0x80 };
    const POLLRDHUP: Option<i16> = if DARWIN { None } else { Some(0x4000) };
    const OPENS_WHAT_DOES_NOT_FIT: bool = DARWIN;
    const CONTROL_ALIGN: usize = if DARWIN { 4 } else { 8 };
    const MAX_DESCRIPTORS: usize = 254;

    fn born(fd: OwnedFd<Self>) -> Result<OwnedFd<Self>, Self> {
        call("born", &[fd.arg().into_word()]).unit::<Self>()?;
        Ok(fd)
    }

    unsafe fn accept(
        fd: &OwnedFd<Self>,
        addr: Arg<'_>,
        len: Arg<'_>,
    ) -> Result<OwnedFd<Self>, Self> {
        let arguments = [fd.arg(), addr, len].map(Arg::into_word);
        // SAFETY: the test's script makes the descriptor up.
        unsafe { call("accept", &arguments).descriptor::<Self>() }
    }

    fn received(fd: &OwnedFd<Self>) {
        let _ = call("received", &[fd.arg().into_word()]);
    }

    fn poll(fds: &mut [PollFd<'_, Self>], left: Option<&mut u64>) -> Result<usize, Self> {
        let left = left.map_or(Arg::null(), Arg::from_mut);
        call("poll", &[Arg::word(fds.len()), left].map(Arg::into_word)).count::<Self>()
    }

    fn now() -> Instant {
        Instant::from_nanos(0)
    }

    fn interface_index(_: &[u8]) -> Result<NonZeroU32, Self> {
        Err(Error::<Self>::UNKNOWN_ZONE)
    }
}

/// A descriptor of a system that is made up.
pub(crate) fn fd<S: super::System>(number: i32) -> OwnedFd<S> {
    // SAFETY: the system closes nothing.
    unsafe { OwnedFd::from_raw_fd(number) }.unwrap()
}

#[test]
fn a_socket_is_finished_or_closed() {
    script([value(7)]);
    let made = socket::socket::<Fake>(Family::Inet6, SocketKind::Datagram, 17).unwrap();
    assert_eq!(made.as_raw_fd(), 7);
    let arguments = std::vec![28, 0x3000_0002, 17];
    assert_eq!(calls(), [("socket", arguments), ("born", std::vec![7])]);
    drop(made);
    assert_eq!(told(), ["close 7"]);
    script([value(8), error(22)]);
    let refused = socket::socket::<FakeDarwin>(Family::Inet6, SocketKind::Stream, 0);
    assert_eq!(refused.err(), Some(Error::<FakeDarwin>::INVALID));
    assert_eq!(told(), ["socket 30", "born 8", "close 8"]);
    script([error(24)]);
    let refused = socket::socket::<Fake>(Family::Unix, SocketKind::Stream, 0);
    assert_eq!(refused.err(), Some(Error::<Fake>::os(24)));
    assert_eq!(told(), ["socket 1"]);
}

#[test]
fn both_of_a_pair_are_finished_or_closed() {
    let pair = || -> Answer {
        Box::new(|arguments| {
            // SAFETY: the fourth argument of socketpair(2) points to two numbers.
            unsafe { arguments[3].cast::<[i32; 2]>().write([7, 8]) };
            ok(0)
        })
    };
    script([pair()]);
    let (a, b) = socket::socket_pair::<Fake>(SocketKind::Seqpacket).unwrap();
    assert_eq!((a.into_raw_fd(), b.into_raw_fd()), (7, 8));
    let made = calls();
    assert_eq!(made[0].1[..3], [1, 0x3000_0005, 0]);
    script([pair(), value(0), error(22)]);
    assert!(socket::socket_pair::<Fake>(SocketKind::Stream).is_err());
    let told = told();
    assert_eq!(told[1..3], ["born 7", "born 8"]);
    let mut closed = told[3..].to_vec();
    closed.sort();
    assert_eq!(closed, ["close 7", "close 8"]);
}

#[test]
fn an_address_that_nobody_wants_is_null() {
    let listener = fd::<Fake>(3);
    script([value(7)]);
    let (accepted, len) = socket::accept(&listener, &mut []).unwrap();
    assert_eq!((accepted.into_raw_fd(), len), (7, 0));
    assert_eq!(calls(), [("accept", std::vec![3, 0, 0])]);
    let mut room = [0; 28];
    script([Box::new(|arguments: &[*mut ()]| {
        // SAFETY: the second argument of accept(2) points to room, the third to its length.
        unsafe {
            assert_eq!(arguments[2].cast::<u32>().read(), 28);
            arguments[1].cast::<[u8; 16]>().write([9; 16]);
            arguments[2].cast::<u32>().write(16);
        }
        ok(8)
    }) as Answer]);
    let (accepted, len) = socket::accept(&listener, &mut room).unwrap();
    assert_eq!((accepted.into_raw_fd(), len), (8, 16));
    assert_eq!((room[..16].to_vec(), room[16]), (std::vec![9; 16], 0));
    let _ = listener.into_raw_fd();
}

#[test]
fn small_calls() {
    let socket_fd = fd::<Fake>(3);
    script([]);
    socket::listen(&socket_fd, u32::MAX).unwrap();
    socket::listen(&socket_fd, 5).unwrap();
    let how = [Shutdown::Read, Shutdown::Write, Shutdown::Both];
    for how in how {
        socket::shutdown(&socket_fd, how).unwrap();
    }
    let made: Vec<_> = calls()
        .into_iter()
        .map(|(name, words)| (name, words[1]))
        .collect();
    let listened = [("listen", i32::MAX as usize), ("listen", 5)];
    let shut = [("shutdown", 0), ("shutdown", 1), ("shutdown", 2)];
    assert_eq!(made, [&listened[..], &shut].concat());
    script([value(2 | 4), value(2)]);
    assert_eq!(socket::is_nonblocking(&socket_fd), Ok(true));
    assert_eq!(socket::is_nonblocking(&socket_fd), Ok(false));
    assert_eq!(calls()[0], ("fcntl", std::vec![3, 3, 0]));
    for on in [true, false] {
        script([Box::new(move |arguments: &[*mut ()]| {
            // SAFETY: FIONBIO has an `int`.
            assert_eq!(unsafe { arguments[2].cast::<i32>().read() }, i32::from(on));
            ok(0)
        }) as Answer]);
        socket::set_nonblocking(&socket_fd, on).unwrap();
        assert_eq!(calls()[0].1[..2], [3, 0x8004_667e]);
    }
    let _ = socket_fd.into_raw_fd();
}

#[test]
fn a_socket_whose_peer_has_gone_has_none() {
    let socket_fd = fd::<FakeDarwin>(3);
    let gone = Err(Error::<FakeDarwin>::os(57));
    for (errno, told) in [(22, gone), (57, gone), (9, Err(Error::<FakeDarwin>::os(9)))] {
        script([error(errno)]);
        assert_eq!(socket::getpeername(&socket_fd, &mut [0; 28]), told);
    }
    let _ = socket_fd.into_raw_fd();
}

#[test]
fn the_length_of_an_option_is_at_most_the_room() {
    let socket_fd = fd::<Fake>(3);
    for (told, got) in [(4, 4), (2, 2), (9, 4)] {
        script([Box::new(move |arguments: &[*mut ()]| {
            // SAFETY: the fifth argument of getsockopt(2) points to a length.
            unsafe { arguments[4].cast::<u32>().write(told) };
            ok(0)
        }) as Answer]);
        let mut value = [core::mem::MaybeUninit::new(0); 4];
        // SAFETY: the system is made up.
        let len = unsafe { socket::getsockopt_raw(&socket_fd, 6, 1, &mut value) };
        assert_eq!(len, Ok(got));
    }
    let _ = socket_fd.into_raw_fd();
}

//! Queues of events, and what a program needs.

use core::ffi::CStr;
use core::time::Duration;
use std::boxed::Box;

use sock_core::{PollEvents, UnixAddr};

use super::*;
use crate::bsd::kqueue::{Change, Event, Kqueue, Source};
use crate::bsd::program::{self, Program};

impl<const DARWIN: bool> Program for System<DARWIN>
where
    Self: crate::Kernel,
{
    const AT_FDCWD: i32 = -100;

    fn is_ignored(signal: i32) -> Result<bool, Self> {
        Ok(signal == 1)
    }

    fn file_mode(path: &CStr) -> Result<u16, Self> {
        let mode = call("lstat", &[path.count_bytes() as *mut ()]).count::<Self>()?;
        Ok(mode as u16)
    }

    fn executable_size() -> Result<u64, Self> {
        Err(Error::<Self>::os(2))
    }
}

/// An answer of kevent(2) that gives one event.
fn event(event: FakeEvent) -> Answer {
    Box::new(move |arguments| {
        // SAFETY: the fourth argument has room for an event.
        unsafe { arguments[3].cast::<FakeEvent>().write(event) };
        ok(1)
    })
}

fn queue() -> Kqueue<Fake> {
    script([value(5)]);
    let queue = Kqueue::new().unwrap();
    assert_eq!(
        calls(),
        [("kqueue", std::vec![]), ("fcntl", std::vec![5, 2, 1])]
    );
    queue
}

#[test]
fn a_queue_is_close_on_exec_or_closed() {
    drop(queue());
    assert_eq!(told(), ["close 5"]);
    script([value(5), error(9)]);
    assert!(Kqueue::<Fake>::new().is_err());
    assert_eq!(told(), ["kqueue", "fcntl 5", "close 5"]);
}

#[test]
fn changes_say_what_and_how() {
    let (queue, socket) = (queue(), fd::<Fake>(7));
    let changes = [
        Change::add(Source::Readable(&socket), 1),
        Change::add_edge(Source::Writable(&socket), 2),
        Change::add_once(Source::Signal(15), 3),
        Change::delete(Source::Readable(&socket)),
    ];
    script([Box::new(|arguments: &[*mut ()]| {
        // SAFETY: the second argument points to four changes.
        let changes = unsafe { arguments[1].cast::<[FakeEvent; 4]>().read() };
        let words = changes.map(|c| (c.ident, c.filter, c.flags, c.token));
        let expected = [
            (7, -1, 0x1, 1),
            (7, -2, 0x21, 2),
            (15, -6, 0x11, 3),
            (7, -1, 0x2, 0),
        ];
        assert_eq!(words, expected);
        let words: Vec<_> = arguments.iter().map(|word| word.addr()).collect();
        assert_eq!((words[0], &words[2..]), (5, &[4, 0, 0, 0][..]));
        ok(0)
    }) as Answer]);
    queue.apply(&changes).unwrap();
    let _ = socket.into_raw_fd();
}

#[test]
fn a_wait_gives_what_came() {
    let queue = queue();
    let (filter, flags, fflags) = (-1, 0x8000, 54);
    let came = FakeEvent {
        ident: 7,
        filter,
        flags,
        fflags,
        data: 3,
        token: 9,
    };
    script([event(came), value(0), error(4)]);
    let mut events = [Event::empty(), Event::empty()];
    assert_eq!(queue.wait(&mut events, None), Ok(1));
    let first = events[0];
    assert!(first.is_readable() && first.is_end() && !first.is_writable());
    assert_eq!(
        (first.token(), first.amount(), first.signal()),
        (9, 3, None)
    );
    assert_eq!(first.error(), Some(Error::<Fake>::os(54)));
    assert_eq!(events[1].error(), None);
    assert_eq!(queue.wait(&mut events, Some(1_500_000_000)), Ok(0));
    assert_eq!(
        queue.wait(&mut events, Some(0)),
        Err(Error::<Fake>::INTERRUPTED)
    );
    let calls = calls();
    assert_eq!((calls[0].1[4], calls[0].1[5]), (2, 0));
    assert_ne!((calls[1].1[5], calls[2].1[5]), (0, 0));
    let refused = FakeEvent {
        filter: -2,
        flags: 0x4000,
        data: 9,
        ..came
    };
    script([event(refused)]);
    assert_eq!(queue.wait(&mut events, None), Ok(1));
    assert_eq!(events[0].error(), Some(Error::<Fake>::os(9)));
}

#[test]
fn all_is_written_whatever_a_write_takes() {
    script([value(2), error(4), value(3)]);
    assert_eq!(program::write_all::<Fake>(1, b"bytes"), Ok(()));
    let lens: Vec<_> = calls().into_iter().map(|(_, words)| words[2]).collect();
    assert_eq!(lens, [5, 3, 3]);
    script([value(6)]);
    let more = program::write_all::<Fake>(1, b"bytes");
    assert_eq!(more, Err(Error::<Fake>::UNEXPECTED_REPLY));
    script([error(32)]);
    assert_eq!(
        program::write_all::<Fake>(1, b"bytes"),
        Err(Error::<Fake>::os(32))
    );
}

#[test]
fn only_streams_that_are_missing_are_opened() {
    script([value(0), error(9), value(1), value(0)]);
    assert_eq!(program::open_standard_streams::<Fake>(), Ok(()));
    let told = told();
    assert_eq!((told.len(), &told[1]), (4, &String::from("fcntl 1")));
    assert!(told[2].starts_with("openat"));
    script([error(9), error(2)]);
    assert_eq!(
        program::open_standard_streams::<Fake>(),
        Err(Error::<Fake>::os(2))
    );
}

#[test]
fn a_sleep_goes_on_after_a_signal() {
    let interrupted = |left: u64| -> Answer {
        Box::new(move |arguments| {
            // SAFETY: the second argument points to what is left.
            unsafe { arguments[1].cast::<u64>().write(left) };
            Ret::new(core::ptr::without_provenance_mut(4), true)
        })
    };
    script([interrupted(500), interrupted(100), value(0)]);
    program::sleep::<Fake>(Duration::from_micros(1));
    assert_eq!(told(), ["poll 0", "poll 0", "poll 0"]);
    program::sleep::<Fake>(Duration::ZERO);
    assert_eq!(told(), [""; 0]);
}

#[test]
fn paths_end_with_a_nul() {
    let addr = UnixAddr::path(&[b'a'; 103]).unwrap();
    script([value(0xc1ff), value(0x81ff), error(2)]);
    assert_eq!(program::is_socket::<Fake>(&addr), Ok(true));
    assert_eq!(program::is_socket::<Fake>(&addr), Ok(false));
    assert_eq!(program::is_socket::<Fake>(&addr), Err(Error::<Fake>::os(2)));
    assert_eq!(calls()[0], ("lstat", std::vec![103]));
    script([]);
    program::remove_path::<Fake>(&addr).unwrap();
    assert_eq!(calls()[0].1[0] as i32, -100);
    let unnamed = program::is_socket::<Fake>(&UnixAddr::UNNAMED);
    assert_eq!(unnamed, Err(Error::<Fake>::INVALID));
}

/// An answer of sigpending(2).
fn pending(signals: u32) -> Answer {
    Box::new(move |arguments| {
        // SAFETY: the first argument points to a set.
        unsafe { arguments[0].cast::<u32>().write(signals) };
        ok(0)
    })
}

#[test]
fn a_signal_is_waited_for_and_taken() {
    let (hup, int, term, pipe) = (1 << 0, 1 << 1, 1 << 14, 1 << 12);
    script([value(5)]);
    let held = program::Termination::<Fake>::hold().unwrap();
    let calls = calls();
    // SIGHUP is ignored, and stays so.
    let names: Vec<_> = calls.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        ["kqueue", "fcntl", "kevent", "kevent", "sigprocmask"]
    );
    assert_eq!(calls[4].1[0], 1);
    assert_eq!(held.poll_fd().raw().fd, 5);
    assert_eq!(crate::PollFd::revents(&held.poll_fd()), PollEvents::empty());
    // It is there already; those that are not held do not count.
    let forgotten: Answer = Box::new(|arguments| {
        // SAFETY: the second argument points to two changes.
        let changes = unsafe { arguments[1].cast::<[FakeEvent; 2]>().read() };
        let words = changes.map(|c| (c.ident, c.filter, c.flags));
        assert_eq!(words, [(15, -6, 0x2), (15, -6, 0x1)]);
        ok(0)
    });
    script([
        pending(hup | pipe | term),
        forgotten,
        value(0),
        pending(hup | term),
        error(4),
        pending(hup),
    ]);
    assert_eq!(held.wait(Duration::ZERO), Ok(true));
    assert_eq!(
        told().iter().map(|t| &t[..6]).collect::<Vec<_>>(),
        ["sigpen", "kevent", "sigwai", "sigpen", "sigwai", "sigpen"]
    );
    // It comes while the queue is waited for.
    let (filter, flags, fflags) = (-6, 0, 0);
    let came = FakeEvent {
        ident: 2,
        filter,
        flags,
        fflags,
        data: 1,
        token: 0,
    };
    script([pending(hup), event(came), pending(int)]);
    assert_eq!(held.wait(Duration::from_secs(1)), Ok(true));
    // It does not come.
    script([pending(0), value(0)]);
    assert_eq!(held.wait(Duration::from_secs(1)), Ok(false));
    script([pending(0), error(4)]);
    assert_eq!(held.wait(Duration::from_secs(1)), Ok(false));
    script([]);
    drop(held);
    let told = told();
    assert_eq!(told, ["sigprocmask 3", "close 5"]);
}

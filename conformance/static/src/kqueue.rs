//! Cases of kqueue(2), which FreeBSD and Darwin have beside poll(2).

use core::time::Duration;

use conformance::{Env, Outcome, Runner, check, check_number};
use sock_core::{Backend, Deadline, ErrorKind, UnixStream};

use crate::env::Program;
use crate::system::kqueue::{Change, Event, Kqueue, Source};

const SOON: Deadline = Deadline::after(Duration::from_secs(10));

pub(crate) fn cases(runner: &mut Runner<'_, Program>) {
    runner.case("kqueue-tells-what-is-readable", tells_what_is_readable);
    runner.case(
        "kqueue-tells-the-end-and-the-room",
        tells_the_end_and_the_room,
    );
    runner.case("kqueue-tells-once", tells_once);
    runner.case(
        "kqueue-waits-as-long-as-it-is-told",
        waits_as_long_as_it_is_told,
    );
    runner.case(
        "kqueue-refuses-what-it-does-not-have",
        refuses_what_it_does_not_have,
    );
}

fn tells_what_is_readable(env: &Program) -> Outcome {
    let backend = env.backend();
    let (a, b) = UnixStream::pair_in(backend)?;
    let queue = Kqueue::new()?;
    let mut events = [Event::empty(); 4];
    a.call(|_, fd| queue.apply(&[Change::add(Source::Readable(fd), 7)]))?;
    check_number!(queue.wait(&mut events, Some(0))?, 0);
    b.send_all(b"ready", SOON)?;
    check_number!(queue.wait(&mut events, None)?, 1);
    let [event, ..] = &events;
    check!(event.is_readable() && !event.is_writable() && !event.is_end());
    check_number!(event.token(), 7);
    check_number!(event.amount(), 5);
    check!(event.error().is_none());
    a.recv_exact(&mut [0; 5], SOON)?;
    check_number!(queue.wait(&mut events, Some(0))?, 0);
    Ok(())
}

fn tells_the_end_and_the_room(env: &Program) -> Outcome {
    let (a, b) = UnixStream::pair_in(env.backend())?;
    let queue = Kqueue::new()?;
    let mut events = [Event::empty(); 4];
    a.call(|_, fd| queue.apply(&[Change::add(Source::Writable(fd), 1)]))?;
    check_number!(queue.wait(&mut events, None)?, 1);
    let [event, ..] = &events;
    check!(event.is_writable() && event.amount() > 0);
    a.call(|_, fd| {
        queue.apply(&[
            Change::delete(Source::Writable(fd)),
            Change::add(Source::Readable(fd), 2),
        ])
    })?;
    check_number!(queue.wait(&mut events, Some(0))?, 0);
    drop(b);
    check_number!(queue.wait(&mut events, None)?, 1);
    let [event, ..] = &events;
    check!(event.is_readable() && event.is_end());
    check_number!(event.token(), 2);
    Ok(())
}

fn tells_once(env: &Program) -> Outcome {
    let (a, b) = UnixStream::pair_in(env.backend())?;
    let queue = Kqueue::new()?;
    let mut events = [Event::empty(); 4];
    a.call(|_, fd| queue.apply(&[Change::add_once(Source::Readable(fd), 3)]))?;
    b.send_all(b"x", SOON)?;
    check_number!(queue.wait(&mut events, None)?, 1);
    check_number!(queue.wait(&mut events, Some(0))?, 0);
    Ok(())
}

fn waits_as_long_as_it_is_told(env: &Program) -> Outcome {
    let backend = env.backend();
    let queue = Kqueue::new()?;
    let mut events = [Event::empty(); 1];
    for span in [300_000, 5_000_000, 20_000_000] {
        let start = backend.now();
        check_number!(queue.wait(&mut events, Some(span))?, 0);
        let passed = backend.now().as_nanos() - start.as_nanos();
        check!(passed >= span);
    }
    Ok(())
}

fn refuses_what_it_does_not_have(env: &Program) -> Outcome {
    let (a, _b) = UnixStream::pair_in(env.backend())?;
    let queue = Kqueue::new()?;
    let absent = a.call(|_, fd| queue.apply(&[Change::delete(Source::Readable(fd))]));
    check!(absent.is_err_and(|error| error.kind() == ErrorKind::NotFound));
    Ok(())
}

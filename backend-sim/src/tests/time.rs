//! The clock, and calls that wait.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sock_core::option::SendBuffer;
use sock_core::{
    Backend, Blocking, Counted, Deadline, Error, PollEvents, PollFd, RecvFlags, SendFlags,
    SocketKind, TcpListener, UnixAddr, UnixListener, UnixStream, poll,
};

use super::{any, connection};
use crate::{Call, Fault, Sim};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

fn since(sim: &Sim, start: sock_core::Instant) -> Duration {
    sim.now().saturating_duration_since(start)
}

#[test]
fn a_wait_takes_exactly_its_time_and_work_takes_none() {
    let sim = Sim::new();
    let start = sim.now();
    let (a, b) = connection(&sim);
    a.send_all(&[0; 1000], Deadline::NEVER).unwrap();
    b.recv(&mut [0; 1000]).unwrap();
    assert_eq!(sim.now(), start);
    let late = b.recv_by(&mut [0; 1], Deadline::after(HOUR));
    assert_eq!(late, Err(Error::DEADLINE));
    assert_eq!(since(&sim, start), HOUR);
    let mut left = 5;
    assert_eq!(sim.poll(&mut [], Some(&mut left)), Ok(0));
    assert_eq!(
        (left, since(&sim, start)),
        (0, HOUR + Duration::from_nanos(5))
    );
}

#[test]
fn time_passes_to_the_first_end_of_all_waits() {
    let sim = Sim::new();
    let start = sim.now();
    let nap = |span| {
        poll(&sim, &mut [], Deadline::after(span)).unwrap();
        since(&sim, start)
    };
    let (long, short) = sim.together(|| nap(3 * SECOND), || [nap(SECOND), nap(SECOND)]);
    assert_eq!(short, [SECOND, 2 * SECOND]);
    assert_eq!(long, 3 * SECOND);
    // The party that has ended is not waited for.
    let (_, alone) = sim.together(|| (), || nap(HOUR));
    assert_eq!(alone, HOUR + 3 * SECOND);
}

/// One that has been woken and has not run yet is not taken for one that waits.
#[test]
fn no_wait_ends_while_there_is_an_answer() {
    let sim = Sim::new();
    let (a, b) = connection(&sim);
    let start = sim.now();
    let by = Deadline::after(SECOND);
    let rounds = |first: bool, mine: &sock_core::TcpStream<Sim>| {
        for _ in 0..2000 {
            if first {
                mine.send_all(b"x", by).unwrap();
            }
            mine.recv_exact(&mut [0; 1], by).unwrap();
            if !first {
                mine.send_all(b"x", by).unwrap();
            }
        }
    };
    sim.together(|| rounds(false, &b), || rounds(true, &a));
    assert_eq!(sim.now(), start);
}

#[test]
fn a_wait_that_nothing_can_end_is_told_so() {
    let stuck = Error::os(35);
    let sim = Sim::new();
    let (a, b) = connection(&sim);
    assert_eq!(a.recv_by(&mut [0; 1], Deadline::NEVER), Err(stuck));
    let wait = |mine: &sock_core::TcpStream<Sim>| {
        let waited = mine.recv_by(&mut [0; 1], Deadline::NEVER);
        mine.send_all(b"x", Deadline::NEVER).unwrap();
        waited
    };
    // The last one to wait is told, and can help the other.
    let outcome = sim.together(|| wait(&a), || wait(&b));
    assert!(outcome == (Ok(1), Err(stuck)) || outcome == (Err(stuck), Ok(1)));
}

#[test]
fn a_signal_ends_one_call() {
    let sim = Sim::new();
    let start = sim.now();
    let mut left = 2_500_000_000;
    let interrupted = Err(Error::INTERRUPTED);
    let (outcomes, arrived) = sim.under_signals(SECOND, || {
        [0; 3].map(|_| sim.poll(&mut [], Some(&mut left)))
    });
    assert_eq!(outcomes, [interrupted, interrupted, Ok(0)]);
    assert_eq!((left, arrived), (0, 2));
    assert_eq!(since(&sim, start).as_millis(), 2500);
}

#[test]
fn the_end_of_the_clock_is_no_end_of_the_program() {
    let sim = Sim::new();
    assert_eq!(sim.poll(&mut [], Some(&mut u64::MAX.clone())), Ok(0));
    assert_eq!(sim.now().as_nanos(), u64::MAX);
    let (a, b) = connection(&sim);
    let late = a.recv_by(&mut [0; 1], Deadline::after(HOUR));
    assert_eq!(late, Err(Error::DEADLINE));
    drop((a, b));
    TcpListener::bind_in(sim, &any()).unwrap();
}

#[test]
fn a_blocking_descriptor_waits_inside_the_call() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let sim = Sim::new();
    let (a, _b) = sim.socket_pair(SocketKind::Stream).unwrap();
    let start = sim.now();
    let mut waiting =
        Blocking::new(UnixStream::from_fd(Counted::new(sim.clone(), &CALLS), a).unwrap());
    waiting.set_read_deadline(Deadline::after(HOUR));
    assert_eq!(waiting.recv(&mut [0; 1]), Err(Error::DEADLINE));
    assert_eq!(since(&sim, start), HOUR);
    assert!(CALLS.load(Ordering::Relaxed) < 100);

    let listener = TcpListener::bind_in(sim.clone(), &any()).unwrap();
    let fd = listener.as_fd();
    sim.set_nonblocking(fd, false).unwrap();
    let addr = listener.local_addr().unwrap();
    let (accepted, connected) = sim.together(
        || sim.accept(fd, &mut []).map(drop),
        || {
            poll(&sim, &mut [], Deadline::after(SECOND))?;
            sock_core::TcpStream::connect_in(sim.clone(), &addr, Deadline::NOW)
        },
    );
    assert!(accepted.is_ok() && connected.is_ok());
}

#[test]
fn a_blocking_stream_sends_all_and_waits_for_all() {
    let sim = Sim::new();
    let (a, b) = UnixStream::pair_in(sim.clone()).unwrap();
    a.set_option(SendBuffer, 4096).unwrap();
    for stream in [&a, &b] {
        sim.set_nonblocking(stream.as_fd(), false).unwrap();
    }
    let bytes: Vec<u8> = (0..100_000u32).map(|n| (n % 251) as u8).collect();
    let mut room = vec![0; bytes.len()];
    let (sent, came) = sim.together(
        || sim.send(a.as_fd(), &bytes, SendFlags::empty()),
        || sim.recv(b.as_fd(), &mut room, RecvFlags::WAITALL),
    );
    assert_eq!((sent, came), (Ok(bytes.len()), Ok(bytes.len())));
    assert!(room == bytes);
    // The end comes before all does.
    a.send(b"end").unwrap();
    drop(a);
    let came = sim.recv(b.as_fd(), &mut room, RecvFlags::WAITALL);
    assert_eq!(came, Ok(3));
}

#[test]
fn a_blocking_connect_gives_its_outcome() {
    let sim = Sim::new();
    let listener = TcpListener::bind_in(sim.clone(), &any()).unwrap();
    let addr = listener.local_addr().unwrap();
    let connect = || {
        use sock_core::Address;
        let fd = sim.socket(addr.family(), SocketKind::Stream, 0)?;
        sim.set_nonblocking(&fd, false)?;
        sim.connect(&fd, addr.as_bytes())
    };
    assert_eq!(connect(), Ok(()));
    drop(listener);
    assert_eq!(connect(), Err(Error::os(111)));
}

#[test]
fn an_interruption_comes_at_some_moment_of_a_wait() {
    let sim = Sim::with_seed(3);
    sim.faults().rate(Fault::Interrupted, 1.0);
    let mut moments = Vec::new();
    for _ in 0..100 {
        let mut left = 1_000_000;
        assert_eq!(sim.poll(&mut [], Some(&mut left)), Err(Error::INTERRUPTED));
        moments.push(left);
    }
    moments.sort();
    assert!(moments[10] < 250_000 && moments[90] > 750_000);
    let (a, b) = sim.socket_pair(SocketKind::Stream).unwrap();
    sim.faults()
        .rate(Fault::Interrupted, 0.0)
        .rate_in(Fault::Interrupted, Call::Poll, 1.0);
    sim.send(&a, b"x", SendFlags::empty()).unwrap();
    assert_eq!(
        sim.poll(&mut [crate::PollFd::new(&b, PollEvents::IN)], None),
        Ok(1)
    );
}

#[test]
fn timers_are_late_within_their_bounds() {
    let sim = Sim::with_seed(3);
    sim.faults().rate(Fault::LateTimer, 1.0);
    let mut late = Vec::new();
    for _ in 0..100 {
        let start = sim.now();
        assert_eq!(sim.poll(&mut [], Some(&mut 1_000_000_000)), Ok(0));
        late.push(sim.now().saturating_duration_since(start).as_nanos() - 1_000_000_000);
    }
    late.sort();
    assert!(late[99] <= 1_050_000 && late[80] > 500_000 && late[20] < 500_000);
    // Blocking waits under time-outs of the socket.
    let start = sim.now();
    let (a, _b) = UnixStream::pair_in(sim.clone()).unwrap();
    let mut a = Blocking::new(a);
    a.set_read_deadline(Deadline::after(Duration::from_secs(100)));
    assert_eq!(a.recv(&mut [0; 1]), Err(Error::DEADLINE));
    let over = sim.now().saturating_duration_since(start).as_millis() - 100_000;
    assert!(over < 2, "{over}");
    assert!(sim.hits().of(Fault::LateTimer, Call::Recv) > 0);
    let name = UnixAddr::abstract_name(b"full").unwrap();
    let socket = sock_core::UnixStreamSocket::open(sim.clone(), sock_core::Local).unwrap();
    socket.bind(&name).unwrap();
    let _listener: UnixListener<_> = socket.listen(0).unwrap();
    let connect =
        || UnixStream::connect_in(sim.clone(), &name, Deadline::after(Duration::from_secs(9)));
    let _inside = connect().unwrap();
    assert_eq!(connect().unwrap_err(), Error::DEADLINE);
    assert!(sim.hits().of(Fault::LateTimer, Call::Connect) > 0);
}

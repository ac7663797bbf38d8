//! Each fault in each call that it can happen in, by a script and by a rate: it is counted once
//! where it is told to happen, and changes what comes of the call, there and nowhere else.

use sock_core::option::{PendingError, SocketOption};
use sock_core::{
    Abi, Address, Backend, Control, ControlBuffer, Error, Family, IoSlice, IoSliceMut,
    MessageFlags, PollEvents, PollFd, RecvFlags, RecvMsg, SendFlags, SendMsg, SocketKind, abi,
};

use super::any;
use crate::{Call, Fault, Fd, Sim, Target};

type Outcome<A> = Result<usize, Error<A>>;

fn bound<A: Abi>(sim: &Sim<A>, kind: SocketKind) -> (Fd<A>, Vec<u8>) {
    let fd = sim.socket(Family::Inet, kind, 0).unwrap();
    sim.bind(&fd, any::<A>().as_bytes()).unwrap();
    let mut addr = vec![0; 16];
    sim.getsockname(&fd, &mut addr).unwrap();
    (fd, addr)
}

fn listener<A: Abi>(sim: &Sim<A>) -> (Fd<A>, Vec<u8>) {
    let (fd, addr) = bound(sim, SocketKind::Stream);
    sim.listen(&fd, 100).unwrap();
    (fd, addr)
}

fn connection<A: Abi>(sim: &Sim<A>) -> (Fd<A>, Fd<A>) {
    let (listener, addr) = listener(sim);
    let a = sim.socket(Family::Inet, SocketKind::Stream, 0).unwrap();
    assert_eq!(sim.connect(&a, &addr), Err(Error::IN_PROGRESS));
    (a, sim.accept(&listener, &mut []).unwrap().0)
}

fn send<A: Abi>(sim: &Sim<A>, call: Call, fd: &Fd<A>, to: &[u8]) -> Outcome<A> {
    let parts = [IoSlice::new(b"abc")];
    match call {
        Call::Send => sim.send(fd, b"abc", SendFlags::empty()),
        Call::SendTo => sim.send_to(fd, b"abc", SendFlags::empty(), to),
        _ => sim.send_msg(fd, &SendMsg::new(&parts).to(to), SendFlags::empty()),
    }
}

/// The bytes, and 10 more for each descriptor.
fn receive<A: Abi>(sim: &Sim<A>, call: Call, fd: &Fd<A>) -> Outcome<A> {
    let (mut room, mut control, flags) = ([0; 100], ControlBuffer::<64>::new(), RecvFlags::empty());
    match call {
        Call::Recv => sim.recv(fd, &mut room, flags),
        Call::RecvFrom => Ok(sim.recv_from(fd, &mut room, flags, &mut [])?.len),
        _ => {
            let message = RecvMsg {
                parts: &mut [IoSliceMut::new(&mut room)],
                addr: &mut [],
                control: control.as_mut_slice(),
            };
            let mut report = sim.recv_msg(fd, message, flags)?;
            let came = std::iter::from_fn(|| report.control.take_descriptor()).count();
            assert_eq!(
                report.flags.contains(MessageFlags::CTRUNC),
                sim.hits().of(Fault::ControlCut, call) > 0 && came == 0
            );
            Ok(report.len + 10 * came)
        }
    }
}

/// Makes the call once, and tells what came of it.
fn make<A: Abi>(sim: &Sim<A>, fault: Fault, call: Call) -> Outcome<A> {
    let datagrams = matches!(fault, Fault::Lost | Fault::Duplicated | Fault::Reordered)
        || matches!(call, Call::SendTo | Call::RecvFrom);
    match call {
        Call::Socket => sim.socket(Family::Inet, SocketKind::Stream, 0).map(|_| 0),
        Call::SocketPair => sim.socket_pair(SocketKind::Stream).map(|_| 0),
        Call::Bind => {
            let fd = sim.socket(Family::Inet, SocketKind::Stream, 0)?;
            sim.bind(&fd, any::<A>().as_bytes()).map(|()| 0)
        }
        Call::Accept => {
            let (listener, addr) = listener(sim);
            let client = sim.socket(Family::Inet, SocketKind::Stream, 0)?;
            let _ = sim.connect(&client, &addr);
            sim.accept(&listener, &mut [0; 16]).map(|(_, len)| len)
        }
        Call::Connect => {
            let (_listener, addr) = listener(sim);
            let fd = sim.socket(Family::Inet, SocketKind::Stream, 0)?;
            match sim.connect(&fd, &addr) {
                Err(error) if error == Error::IN_PROGRESS => {}
                out => return out.map(|()| 0),
            }
            let mut fds = [crate::PollFd::new(&fd, PollEvents::OUT)];
            let ready = sim.poll(&mut fds, Some(&mut 1_000_000))?;
            let (mut errno, name) = ([0], <PendingError as SocketOption<A>>::NAME);
            sim.getsockopt(&fd, name, &mut errno)?;
            Ok(ready + 10 * usize::from(errno[0]))
        }
        Call::Send | Call::SendTo | Call::SendMsg if datagrams => {
            let (to, addr) = bound(sim, SocketKind::Datagram);
            let from = sim.socket(Family::Inet, SocketKind::Datagram, 0)?;
            if call == Call::Send {
                sim.connect(&from, &addr)?;
            }
            let sent = send(sim, call, &from, &addr)?;
            let came = || std::iter::from_fn(|| receive(sim, Call::RecvFrom, &to).ok()).count();
            let at_once = came();
            sim.poll(&mut [], Some(&mut 2_000_000))?;
            Ok(sent + 10 * at_once + 100 * came())
        }
        Call::Send | Call::SendMsg => {
            let (a, b) = connection(sim);
            let sent = send(sim, call, &a, &[])?;
            Ok(sent + 10 * receive(sim, Call::RecvFrom, &b).unwrap_or(0))
        }
        Call::RecvFrom => {
            let (to, addr) = bound(sim, SocketKind::Datagram);
            let from = sim.socket(Family::Inet, SocketKind::Datagram, 0)?;
            sim.send_to(&from, b"abc", SendFlags::empty(), &addr)?;
            receive(sim, call, &to)
        }
        Call::RecvMsg if fault == Fault::ControlCut => {
            let (a, b) = sim.socket_pair(SocketKind::Stream)?;
            let (parts, passed) = ([IoSlice::new(b"abc")], [&a]);
            let message = SendMsg::new(&parts).with_descriptors(&passed);
            sim.send_msg(&a, &message, SendFlags::empty())?;
            receive(sim, call, &b)
        }
        Call::Recv | Call::RecvMsg => {
            let (a, b) = connection(sim);
            let breaks = matches!(fault, Fault::Reset | Fault::HalfOpen);
            if !breaks {
                sim.send(&a, b"abc", SendFlags::empty())?;
            }
            let came = receive(sim, call, &b);
            if breaks && came == Err(Error::WOULD_BLOCK) {
                sim.send(&a, b"abc", SendFlags::empty())?;
                return receive(sim, Call::RecvFrom, &b);
            }
            came
        }
        Call::Poll => sim.poll(&mut [], Some(&mut 1_000_000)),
        Call::Now => {
            let begin = Backend::now(sim);
            sim.poll(&mut [], Some(&mut 1_000_000))?;
            let passed = Backend::now(sim).saturating_duration_since(begin);
            Ok(passed.as_micros() as usize)
        }
        _ => unreachable!("{call:?} meets no fault"),
    }
}

/// The faults and the calls that they can happen in, but for the late timer, which needs a
/// time-out.
fn cells<A: Abi>() -> impl Iterator<Item = (Fault, Call)> {
    let cells = Fault::ALL
        .into_iter()
        .flat_map(|fault| Call::ALL.map(|call| (fault, call)));
    cells.filter(|(fault, call)| fault.can_hit::<A>(*call) && *fault != Fault::LateTimer)
}

/// How many calls of the kind one `make` has.
fn calls(call: Call) -> u64 {
    if call == Call::Now { 2 } else { 1 }
}

fn by_script<A: Abi>(abi: A) {
    for (fault, call) in cells::<A>() {
        let sim = Sim::with_abi(abi);
        let plain = make(&sim, fault, call);
        sim.faults()
            .script(Target::Host, call, 3 * calls(call), fault);
        let outcomes = [0; 5].map(|_| make(&sim, fault, call));
        for (n, outcome) in outcomes.iter().enumerate() {
            assert_eq!(
                *outcome != plain,
                n == 2,
                "{fault:?} in {call:?}: {outcomes:?}"
            );
        }
        assert_eq!(sim.hits().of(fault, call), 1, "{fault:?} in {call:?}");
        assert_eq!(sim.hits().all_faults(), 1);
        assert_eq!(sim.open_descriptors(), 0);
        assert_eq!(sim.faults().injected(), 0);
    }
}

#[test]
fn a_script_hits_the_nth_call_and_no_other() {
    by_script(abi::Linux);
    by_script(abi::FreeBsd);
    by_script(abi::Darwin);
}

#[test]
fn a_rate_hits_its_part_of_the_calls() {
    for (fault, call) in cells::<abi::FreeBsd>() {
        let sim = Sim::with_abi_and_seed(abi::FreeBsd, 42);
        let plain = make(&sim, fault, call);
        sim.faults().rate_in(fault, call, 0.3);
        let hit = (0..1000)
            .filter(|_| make(&sim, fault, call) != plain)
            .count();
        // Four standard deviations.
        assert!((242..358).contains(&hit), "{fault:?} in {call:?}: {hit}");
        let hits = sim.hits().of(fault, call);
        assert!(
            hits >= hit as u64 && hits == sim.faults().injected(),
            "{fault:?} in {call:?}"
        );
        sim.faults().rate(fault, 0.0);
        assert_eq!(make(&sim, fault, call), plain);
        assert_eq!(sim.open_descriptors(), 0, "{fault:?} in {call:?}");
    }
}

#[test]
fn the_lists_are_in_the_order_of_their_numbers() {
    assert!(
        Fault::ALL
            .iter()
            .enumerate()
            .all(|(n, fault)| *fault as usize == n)
    );
    assert!(
        Call::ALL
            .iter()
            .enumerate()
            .all(|(n, call)| *call as usize == n)
    );
    let mut hits = crate::Hits::new();
    hits.count(Fault::LateTimer, Call::Now);
    let more = hits.clone();
    hits += &more;
    assert_eq!(
        (hits.of(Fault::LateTimer, Call::Now), hits.all_faults()),
        (2, 2)
    );
    assert_eq!(format!("{hits:?}"), "{(LateTimer, Now): 2}");
}

#[test]
fn a_fault_that_cannot_happen_does_not() {
    let sim = Sim::new();
    for fault in Fault::ALL {
        for call in Call::ALL {
            if !fault.can_hit::<abi::Linux>(call) {
                sim.faults()
                    .rate_in(fault, call, 1.0)
                    .script(Target::Host, call, 1, fault);
            }
        }
    }
    let (a, b) = connection(&sim);
    assert_eq!(send(&sim, Call::Send, &a, &[]), Ok(3));
    assert_eq!(receive(&sim, Call::Recv, &b), Ok(3));
    assert_eq!(sim.hits().all_faults(), 0);
}

#[test]
fn scripts_tell_sockets_apart() {
    let sim = Sim::new();
    let (a, b) = sim.socket_pair(SocketKind::Stream).unwrap();
    let other = sim.socket_pair(SocketKind::Stream).unwrap().0;
    sim.faults()
        .script(&b, Call::Send, 2, Fault::NoMemory)
        .script(Target::Nth(2), Call::Send, 1, Fault::NoBuffers);
    let lost = |fd| send(&sim, Call::Send, fd, &[]).err().map(Error::kind);

    assert_eq!(
        [lost(&a), lost(&b), lost(&b), lost(&b)],
        [None, None, Some(sock_core::ErrorKind::OutOfMemory), None]
    );
    assert_eq!(lost(&other), Some(sock_core::ErrorKind::NoBufferSpace));
}

#[test]
fn only_those_wanted_happen_and_the_rest_stays_as_it_was() {
    let run = |only: Option<&[u64]>| {
        let sim = Sim::with_seed(11);
        let (a, _b) = sim.socket_pair(SocketKind::Stream).unwrap();
        sim.faults().rate(Fault::NoMemory, 0.2);
        if let Some(only) = only {
            sim.faults().only(only);
        }
        let outcomes = (0..100).map(|_| sim.send(&a, b"x", SendFlags::empty()).is_err());
        let failed: Vec<usize> = outcomes
            .enumerate()
            .filter_map(|(n, failed)| failed.then_some(n))
            .collect();
        (
            failed,
            sim.faults().injected(),
            sim.hits().of(Fault::NoMemory, Call::Send),
        )
    };
    let (all, injected, hits) = run(None);
    assert_eq!((injected, hits), (all.len() as u64, all.len() as u64));
    let (some, injected, hits) = run(Some(&[1, 4]));
    assert_eq!(some, [all[1], all[4]]);
    assert_eq!((injected, hits), (all.len() as u64, 2));
}

#[test]
fn a_connect_of_datagrams_waits_for_nothing() {
    let sim = Sim::new();
    let (_to, addr) = bound(&sim, SocketKind::Datagram);
    let fd = sim.socket(Family::Inet, SocketKind::Datagram, 0).unwrap();
    sim.faults().rate(Fault::Interrupted, 1.0);
    assert_eq!(sim.connect(&fd, &addr), Ok(()));
}

#[test]
fn an_interrupted_connect_goes_on() {
    let sim = Sim::new();
    let (_listener, addr) = listener(&sim);
    let fd = sim.socket(Family::Inet, SocketKind::Stream, 0).unwrap();
    sim.faults()
        .script(&fd, Call::Connect, 1, Fault::Interrupted);
    assert_eq!(sim.connect(&fd, &addr), Err(Error::INTERRUPTED));
    assert_eq!(
        sim.poll(&mut [crate::PollFd::new(&fd, PollEvents::OUT)], None),
        Ok(1)
    );
    assert_eq!(sim.send(&fd, b"x", SendFlags::empty()), Ok(1));
}

#[test]
fn a_limit_of_descriptors_holds() {
    let sim = Sim::new();
    let (listener, addr) = listener(&sim);
    let client = sim.socket(Family::Inet, SocketKind::Stream, 0).unwrap();
    let _ = sim.connect(&client, &addr);
    sim.limit_descriptors(3);
    let (a, b) = (
        sim.socket(Family::Unix, SocketKind::Stream, 0),
        Error::os(24),
    );
    let open = |_| sim.socket(Family::Unix, SocketKind::Stream, 0).map(drop);
    assert_eq!(
        (
            a.is_ok(),
            open(()),
            sim.accept(&listener, &mut []).map(drop)
        ),
        (true, Err(b), Err(b))
    );
    drop(a);
    assert_eq!(sim.socket_pair(SocketKind::Stream).map(drop), Err(b));
    assert_eq!(sim.accept(&listener, &mut []).map(drop), Ok(()));
    // What no descriptor is left for is cut off.
    sim.limit_descriptors(4);
    let (c, d) = sim.socket_pair(SocketKind::Stream).unwrap();
    let (parts, passed) = ([IoSlice::new(b"abc")], [&c, &d]);
    let message = SendMsg::new(&parts).with_descriptors(&passed);
    sim.send_msg(&c, &message, SendFlags::empty()).unwrap();
    let (mut room, mut control) = ([0; 9], ControlBuffer::<64>::new());
    let message = RecvMsg {
        parts: &mut [IoSliceMut::new(&mut room)],
        addr: &mut [],
        control: control.as_mut_slice(),
    };
    let report = sim.recv_msg(&d, message, RecvFlags::empty()).unwrap();
    assert_eq!(report.flags, MessageFlags::CTRUNC);
    assert_eq!(sim.open_descriptors(), 4);
}

//! What the conformance suite does not cover: time, other kernels' numbers, limits.

mod faults;
mod links;
mod outages;
mod parties;
mod random;
mod segments;
mod time;
mod windows;

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use sock_core::option::{OnlyV6, ReuseAddr};
use sock_core::{
    Abi, Address, Backend, Control, ControlBuffer, Deadline, Error, ErrorKind, Family, Inet,
    IoSlice, IoSliceMut, MessageFlags, PollEvents, PollFd, RecvFlags, RecvMsg, SendFlags, SendMsg,
    SocketAddr, SocketKind, TcpListener, TcpSocket, TcpStream, UdpSocket, UnixAddr, UnixDatagram,
    abi,
};

use crate::{Fd, Sim};

const V4: [u8; 4] = [127, 0, 0, 1];

fn any<A: Abi>() -> SocketAddr<A> {
    SocketAddr::new_v4(V4.into(), 0)
}

/// A TCP connection of a kernel of its own.
fn connection(sim: &Sim) -> (TcpStream<Sim>, TcpStream<Sim>) {
    let listener = TcpListener::bind_in(sim.clone(), &any()).unwrap();
    let addr = listener.local_addr().unwrap();
    let client = TcpStream::connect_in(sim.clone(), &addr, Deadline::NOW).unwrap();
    (client, listener.accept().unwrap().0)
}

#[test]
fn is_a_value_for_any_thread() {
    fn holds<T: Clone + std::fmt::Debug + Send + Sync + 'static>(_: &T) {}
    let sim = Sim::new();
    holds(&sim);
    assert_eq!(format!("{sim:?}"), "Sim { abi: Linux, .. }");
    let (fd, _) = sim.socket_pair(SocketKind::Stream).unwrap();
    assert_eq!(format!("{fd:?}"), "Fd(0)");
}

#[test]
fn numbers_and_layouts_are_those_of_the_abi() {
    fn in_use<A: Abi>(abi: A) -> (Option<i32>, Vec<u8>) {
        let sim = Sim::with_abi(abi);
        let path = UnixAddr::path(b"/tmp/x").unwrap();
        let _first = UnixDatagram::bind_in(sim.clone(), &path).unwrap();
        let second = UnixDatagram::bind_in(sim.clone(), &path).unwrap_err();
        let mut room = [0; 128];
        let len = sim.getsockname(_first.as_fd(), &mut room).unwrap();
        (second.raw_os_error(), room[..len].to_vec())
    }
    assert_eq!(in_use(abi::Linux), (Some(98), b"\x01\0/tmp/x\0".to_vec()));
    assert_eq!(in_use(abi::FreeBsd), (Some(48), b"\x08\x01/tmp/x".to_vec()));
    assert_eq!(in_use(abi::Darwin), in_use(abi::FreeBsd));
}

#[test]
fn only_linux_has_autobind_and_doubles_buffers() {
    fn bound<A: Abi>(abi: A) -> (Option<ErrorKind>, u32) {
        let socket = UnixDatagram::open(Sim::with_abi(abi)).unwrap();
        let size = sock_core::option::SendBuffer;
        socket.set_option(size, 10_000).unwrap();
        let bound = socket.bind_to(&UnixAddr::UNNAMED);
        (bound.err().map(Error::kind), socket.option(size).unwrap())
    }
    assert_eq!(bound(abi::Linux), (None, 20_000));
    let refused = Some(ErrorKind::InvalidInput);
    assert_eq!(bound(abi::FreeBsd), (refused, 10_000));
}

#[test]
fn two_kernels_have_nothing_in_common() {
    let (one, other) = (Sim::new(), Sim::new());
    let listener = TcpListener::bind_in(one.clone(), &any()).unwrap();
    let addr = listener.local_addr().unwrap();
    let refused = TcpStream::connect_in(other.clone(), &addr, Deadline::NEVER);
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    let fd = listener.as_fd();
    let error = other.listen(fd, 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadDescriptor);
    let mut fds = [crate::PollFd::new(fd, PollEvents::IN)];
    assert_eq!(other.poll(&mut fds, Some(&mut 0)), Ok(1));
    assert_eq!(fds[0].revents(), PollEvents::NVAL);
}

#[test]
fn ipv4_reaches_an_ipv6_socket_mapped() {
    let sim = Sim::new();
    let any6 = SocketAddr::new_v6(Ipv6Addr::UNSPECIFIED, 0);
    let listener = TcpListener::bind_in(sim.clone(), &any6).unwrap();
    let port = listener.local_addr().unwrap().port();
    let to = SocketAddr::new_v4(Ipv4Addr::LOCALHOST, port);
    let client = TcpStream::connect_in(sim.clone(), &to, Deadline::NOW).unwrap();
    let (server, peer) = listener.accept().unwrap();
    let mapped = |port| SocketAddr::new_v6(Ipv4Addr::LOCALHOST.to_ipv6_mapped(), port);
    assert_eq!(peer, mapped(client.local_addr().unwrap().port()));
    assert_eq!(server.local_addr().unwrap(), mapped(port));
    assert_eq!(client.peer_addr().unwrap(), to);

    let only = TcpSocket::open(sim.clone(), Inet::V6).unwrap();
    only.set_option(OnlyV6, true).unwrap();
    let taken = only.bind(&listener.local_addr().unwrap()).unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::AddrInUse);
    only.bind(&any6).unwrap();
    let only = only.listen(1).unwrap();
    let to = SocketAddr::new_v4(Ipv4Addr::LOCALHOST, only.local_addr().unwrap().port());
    let refused = TcpStream::connect_in(sim, &to, Deadline::NOW).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn an_address_is_kept_for_a_minute() {
    let sim = Sim::new();
    let listener = TcpListener::bind_in(sim.clone(), &any()).unwrap();
    let addr = listener.local_addr().unwrap();
    let client = TcpStream::connect_in(sim.clone(), &addr, Deadline::NOW).unwrap();
    drop(listener.accept().unwrap());
    drop((client, listener));
    let bind = |reuse| {
        let socket = TcpSocket::open(sim.clone(), Inet::V4).unwrap();
        socket.set_option(ReuseAddr, reuse).unwrap();
        socket.bind(&addr)
    };
    assert_eq!(bind(false).unwrap_err().kind(), ErrorKind::AddrInUse);
    assert_eq!(bind(true), Ok(()));
    let minute = Deadline::after(Duration::from_secs(60));
    sock_core::poll(&sim, &mut [], minute).unwrap();
    assert_eq!(bind(false), Ok(()));
}

#[test]
fn a_datagram_that_finds_no_room_is_lost() {
    let sim = Sim::new();
    let receiver = UdpSocket::bind_in(sim.clone(), &any()).unwrap();
    let to = receiver.local_addr().unwrap();
    let sender = UdpSocket::open(sim, Inet::V4).unwrap();
    for _ in 0..100 {
        assert_eq!(sender.send_to(&[0; 8000], &to), Ok(8000));
    }
    let mut came = 0;
    while receiver.recv_from(&mut [0; 8000]).is_ok() {
        came += 1;
    }
    assert!((20..50).contains(&came), "{came}");
}

#[test]
fn what_it_does_not_have_is_refused() {
    let sim = Sim::new();
    let (a, b) = sock_core::UnixStream::pair_in(sim.clone()).unwrap();
    assert_eq!(a.send_with(b"x", SendFlags::OOB), Err(Error::NOT_SUPPORTED));
    for flags in [RecvFlags::OOB, RecvFlags::ERRQUEUE] {
        assert_eq!(b.recv_with(&mut [0; 1], flags), Err(Error::NOT_SUPPORTED));
    }
    let error = sim.socket(Family::Inet, SocketKind::Seqpacket, 0);
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Unsupported);
    let foreign = SocketAddr::new_v4([192, 0, 2, 1].into(), 1);
    let error = TcpStream::connect_in(sim.clone(), &foreign, Deadline::NOW);
    assert_eq!(error.unwrap_err().kind(), ErrorKind::NetworkUnreachable);
    assert_eq!(sim.interface_index(b"lo").map(|index| index.get()), Ok(1));
    assert_eq!(sim.interface_index(b"eth0"), Err(Error::UNKNOWN_ZONE));
}

/// Sends `passed` with a byte, and receives it with this much room for control data.
fn pass(sim: &Sim, (a, b): (&Fd, &Fd), passed: &[&Fd], room: usize) -> (MessageFlags, Vec<Fd>) {
    let parts = [IoSlice::new(b"x")];
    let message = SendMsg::new(&parts).with_descriptors(passed);
    sim.send_msg(a, &message, SendFlags::empty()).unwrap();
    let (mut byte, mut control) = ([0; 4], ControlBuffer::<64>::new());
    let message = RecvMsg {
        parts: &mut [IoSliceMut::new(&mut byte)],
        addr: &mut [],
        control: &mut control.as_mut_slice()[..room],
    };
    let mut report = sim.recv_msg(b, message, RecvFlags::empty()).unwrap();
    let came = std::iter::from_fn(|| report.control.take_descriptor()).collect();
    (report.flags, came)
}

#[test]
fn descriptors_go_with_messages_and_are_never_lost() {
    let sim = Sim::new();
    let (a, b) = sim.socket_pair(SocketKind::Stream).unwrap();
    let (c, d) = sim.socket_pair(SocketKind::Stream).unwrap();
    let (flags, came) = pass(&sim, (&a, &b), &[&c, &d], 24);
    assert_eq!((flags, came.len()), (MessageFlags::empty(), 2));
    drop((c, d));
    sim.send(&came[0], b"through", SendFlags::empty()).unwrap();
    let got = sim.recv(&came[1], &mut [0; 16], RecvFlags::empty());
    assert_eq!(got, Ok(7));

    let (flags, short) = pass(&sim, (&a, &b), &[&came[0], &came[1]], 20);
    assert_eq!((flags, short.len()), (MessageFlags::CTRUNC, 1));
    drop(short);
    assert_eq!(sim.open_descriptors(), 4);
    // One that is received without room, and one that is never received.
    let (parts, passed) = ([IoSlice::new(b"x")], [&came[0]]);
    let message = SendMsg::new(&parts).with_descriptors(&passed);
    for _ in 0..2 {
        sim.send_msg(&a, &message, SendFlags::empty()).unwrap();
    }
    sim.recv(&b, &mut [0; 16], RecvFlags::empty()).unwrap();
    drop((a, b, came));
    assert_eq!(sim.open_descriptors(), 0);
    assert!(sim.lock().sockets.is_empty());
}

#[test]
fn connections_that_nobody_accepts_end_with_their_listener() {
    let sim = Sim::new();
    let name = UnixAddr::abstract_name(b"x").unwrap();
    let listener = sock_core::UnixListener::bind_in(sim.clone(), &name).unwrap();
    let client = sock_core::UnixStream::connect_in(sim.clone(), &name, Deadline::NOW).unwrap();
    drop(listener);
    let reset = client.recv(&mut [0; 1]).unwrap_err();
    assert_eq!(reset.kind(), ErrorKind::ConnectionReset);
    drop(client);
    assert!(sim.lock().sockets.is_empty());
}

#[test]
fn an_address_is_cut_to_its_room_and_told_whole() {
    let sim = Sim::new();
    let socket = UdpSocket::bind_in(sim.clone(), &any()).unwrap();
    let addr = socket.local_addr().unwrap();
    let mut room = [0xff; 5];
    assert_eq!(sim.getsockname(socket.as_fd(), &mut room[..4]), Ok(16));
    assert_eq!(room[..4], addr.as_bytes()[..4]);
    assert_eq!(room[4], 0xff);
}

#[test]
fn a_connect_that_waits_is_refused_when_the_listener_goes() {
    let sim = Sim::new();
    let listening = TcpSocket::open(sim.clone(), Inet::V4).unwrap();
    listening.bind(&any()).unwrap();
    let listener = listening.listen(0).unwrap();
    let addr = listener.local_addr().unwrap();
    let connect = || {
        TcpSocket::open(sim.clone(), Inet::V4)
            .unwrap()
            .connect(&addr)
    };
    let (inside, waiting) = (connect().unwrap(), connect().unwrap());
    assert_eq!(
        waiting.wait(PollEvents::OUT, Deadline::NOW),
        Err(Error::DEADLINE)
    );
    drop(listener);
    let ended = |connecting: sock_core::TcpConnecting<Sim>| connecting.finish().unwrap_err().kind();
    assert_eq!(ended(waiting), ErrorKind::ConnectionRefused);
    assert_eq!(ended(inside), ErrorKind::ConnectionReset);
}

#[test]
fn descriptors_come_with_their_own_bytes() {
    let sim = Sim::new();
    let (a, b) = sim.socket_pair(SocketKind::Stream).unwrap();
    let (parts, passed) = ([IoSlice::new(b"with")], [&a]);
    sim.send(&a, b"before", SendFlags::empty()).unwrap();
    let message = SendMsg::new(&parts).with_descriptors(&passed);
    sim.send_msg(&a, &message, SendFlags::empty()).unwrap();
    sim.send(&a, b"after", SendFlags::empty()).unwrap();
    for peek in [RecvFlags::PEEK, RecvFlags::empty()] {
        let came = sim.recv(&b, &mut [0; 32], peek);
        assert_eq!(came, Ok(6));
    }
    for len in [4, 5] {
        assert_eq!(sim.recv(&b, &mut [0; 32], RecvFlags::empty()), Ok(len));
    }
}

#[test]
fn a_direction_that_is_closed_here_is_not_waited_for() {
    let (a, _b) = connection(&Sim::new());
    while a.send(&[0; 4096]).is_ok() {}
    assert_eq!(a.wait(PollEvents::OUT, Deadline::NOW), Err(Error::DEADLINE));
    a.shutdown(sock_core::Shutdown::Write).unwrap();
    assert_eq!(a.wait(PollEvents::OUT, Deadline::NOW), Ok(PollEvents::OUT));
    let broken = a.send(b"x").unwrap_err();
    assert_eq!(broken.kind(), ErrorKind::BrokenPipe);
}

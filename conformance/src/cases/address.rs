//! Addresses: what goes into bind comes out of getsockname, in every family.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::sync::atomic::{AtomicUsize, Ordering};

use sock_core::abi::Linux;
use sock_core::{
    Abi, AddrError, Backend, ConnectedUdpSocket, Counted, Error, ErrorKind, Family, Inet,
    SocketAddr, SocketAddrV6, TcpListener, TcpSocket, TcpStream, UdpSocket, UnixAddr, UnixDatagram,
    UnixListener,
};

use super::support::{
    Path, SOON, UnixAddrOf, abstract_name, fails, loopback4, loopback6, rejected, udp,
};
use crate::{Env, Outcome, Runner, check, check_number};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("address-v4-round-trip", v4_round_trip);
    runner.case("address-v6-round-trip", v6_round_trip);
    runner.case("address-wildcard-becomes-concrete", wildcard);
    runner.case("address-wrong-family-makes-no-call", wrong_family);
    runner.case("address-from-fd-asks-the-family", from_fd);
    runner.case("address-unix-path-round-trip", unix_path);
    runner.case("address-unix-longest-path", longest_path);
    runner.case("address-unix-unnamed", unnamed);
    runner.case("address-unix-refused", refused);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    runner.case("address-v6-scope-is-kept", scope);
    runner.case("address-abstract-round-trip", abstract_round_trip);
    runner.case(
        "address-abstract-length-is-part-of-the-name",
        abstract_length,
    );
    runner.case("address-abstract-longest", abstract_longest);
    runner.case("address-autobind-is-new-each-time", autobind);
}

/// The kernel picks a port, and says so; the address is the one that was asked for. What binds to
/// that very address finds it taken.
fn v4_round_trip<E: Env>(env: &E) -> Outcome {
    let (socket, addr) = udp(env)?;
    check!(addr.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST));
    check!(addr.port() != 0);
    check!(socket.family() == Family::Inet);
    fails(
        UdpSocket::bind_in(env.backend(), &addr),
        ErrorKind::AddrInUse,
    )?;
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let addr = listener.local_addr()?;
    check!(addr.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST) && addr.port() != 0);
    let fresh = TcpSocket::open(env.backend(), Inet::V4)?;
    check!(fresh.local_addr()? == SocketAddr::new_v4(Ipv4Addr::UNSPECIFIED, 0));
    fails(fresh.bind(&addr), ErrorKind::AddrInUse)
}

/// As over IPv4. Flow information is no part of what a socket is bound to, and the kernel has none
/// to tell (`inet6_getname` in net/ipv6/af_inet6.c).
fn v6_round_trip<E: Env>(env: &E) -> Outcome {
    let asked = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 0, 0x0005_4321, 0);
    let socket = UdpSocket::bind_in(env.backend(), &asked.into())?;
    check!(socket.family() == Family::Inet6);
    let addr = socket.local_addr()?;
    let same = SocketAddrV6::new(Ipv6Addr::LOCALHOST, addr.port(), 0, 0);
    check!(addr == same.into() && addr.port() != 0);
    fails(
        UdpSocket::bind_in(env.backend(), &addr),
        ErrorKind::AddrInUse,
    )?;
    let listener = TcpListener::bind_in(env.backend(), &loopback6::<E>())?;
    let addr = listener.local_addr()?;
    check!(addr.ip() == IpAddr::V6(Ipv6Addr::LOCALHOST) && addr.port() != 0);
    let fresh = TcpSocket::open(env.backend(), Inet::V6)?;
    check!(fresh.local_addr()? == SocketAddr::new_v6(Ipv6Addr::UNSPECIFIED, 0));
    fails(fresh.bind(&addr), ErrorKind::AddrInUse)
}

/// A socket bound to the wildcard address says so; with a peer it has a concrete one.
fn wildcard<E: Env>(env: &E) -> Outcome {
    let (_peer, peer) = udp(env)?;
    let any = SocketAddr::new_v4(Ipv4Addr::UNSPECIFIED, 0);
    let socket = UdpSocket::bind_in(env.backend(), &any)?;
    let bound = socket.local_addr()?;
    check!(bound.ip() == any.ip() && bound.port() != 0);
    let socket: ConnectedUdpSocket<E::Backend> = socket.connect(&peer)?;
    let mut concrete = loopback4::<E>();
    concrete.set_port(bound.port());
    check!(socket.local_addr()? == concrete);
    check!(socket.peer_addr()? == peer);
    Ok(())
}

/// An address of the other family is refused by everything that takes one, before any call: the
/// kernel would read one as the other, or bind to all interfaces instead.
fn wrong_family<E: Env>(env: &E) -> Outcome {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let backend = Counted::new(env.backend(), &CALLS);
    let kind = ErrorKind::WrongFamily;
    for (domain, mut other) in [(Inet::V4, loopback6::<E>()), (Inet::V6, loopback4::<E>())] {
        other.set_port(9);
        let tcp = TcpSocket::open(backend.clone(), domain)?;
        let udp = UdpSocket::open(backend.clone(), domain)?;
        let before = CALLS.load(Ordering::Relaxed);
        check!(before > 0);
        check!(tcp.bind(&other) == Err(Error::WRONG_FAMILY));
        let tcp = rejected(tcp.connect(&other), kind)?;
        check!(tcp.connect_by(&other, SOON).err() == Some(Error::WRONG_FAMILY));
        check!(udp.bind_to(&other) == Err(Error::WRONG_FAMILY));
        check!(udp.send_to(b"x", &other) == Err(Error::WRONG_FAMILY));
        check!(udp.send_to_by(b"x", &other, SOON) == Err(Error::WRONG_FAMILY));
        rejected(udp.connect(&other), kind)?;
        check_number!(CALLS.load(Ordering::Relaxed), before);
    }
    Ok(())
}

/// A datagram socket over a descriptor learns its family from the kernel, and is none when that
/// is not one of the protocol's.
fn from_fd<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let v6 = UdpSocket::bind_in(env.backend(), &loopback6::<E>())?;
    let addr = v6.local_addr()?;
    let v6 = UdpSocket::from_fd(env.backend(), v6.into_fd())?;
    check!(v6.family() == Family::Inet6 && v6.local_addr()? == addr);
    check!(v6.send_to(b"x", &loopback4::<E>()) == Err(Error::WRONG_FAMILY));
    let unix = UnixDatagram::open(env.backend())?;
    let family = ErrorKind::WrongFamily;
    fails(UdpSocket::from_fd(backend.clone(), unix.into_fd()), family)?;
    fails(UnixDatagram::from_fd(backend.clone(), v6.into_fd()), family)?;
    let kind = ErrorKind::WrongKind;
    let stream = TcpSocket::open(backend.clone(), Inet::V4)?;
    fails(UdpSocket::from_fd(backend.clone(), stream.into_fd()), kind)?;
    let listener = TcpListener::bind_in(backend.clone(), &loopback4::<E>())?;
    fails(
        TcpStream::from_fd(backend.clone(), listener.into_fd()),
        kind,
    )?;
    let stream = TcpSocket::open(backend.clone(), Inet::V4)?;
    fails(TcpListener::from_fd(backend, stream.into_fd()), kind)
}

/// A path comes back as it was given, without its NUL, and names the socket to others.
fn unix_path<E: Env>(env: &E) -> Outcome {
    let (stream, datagram) = (Path::new(env)?, Path::new(env)?);
    let listener = UnixListener::bind_in(env.backend(), &stream.addr)?;
    check!(listener.local_addr()? == stream.addr);
    let socket = UnixDatagram::bind_in(env.backend(), &datagram.addr)?;
    check!(socket.local_addr()? == datagram.addr);
    check!(datagram.addr != stream.addr);
    UnixDatagram::open(env.backend())?.send_to(b"x", &datagram.addr)?;
    check_number!(socket.recv_from_by(&mut [0; 2], SOON)?.bytes, 1);
    Ok(())
}

/// A path that fills the structure but for its NUL is bound, told and found whole, and is another
/// than one that is shorter by a byte.
fn longest_path<E: Env>(env: &E) -> Outcome {
    let len = UnixAddrOf::<E>::MAX_PATH;
    let path = Path::of_length(env, len)?;
    let socket = UnixDatagram::bind_in(env.backend(), &path.addr)?;
    let told = socket.local_addr()?;
    check!(told == path.addr);
    check_number!(told.as_path().map_or(0, <[u8]>::len), len);
    socket.send_to(b"x", &told)?;
    let received = socket.recv_from_by(&mut [0; 2], SOON)?;
    check!(received.from == path.addr);
    let shorter = path.addr.as_path().and_then(|path| path.get(..len - 1));
    let shorter = UnixAddr::path(shorter.unwrap_or_default())?;
    fails(socket.send_to(b"x", &shorter), ErrorKind::NotFound)
}

/// A socket that was never bound has no name, nor has either end of a pair.
fn unnamed<E: Env>(env: &E) -> Outcome {
    check!(
        UnixDatagram::open(env.backend())?
            .local_addr()?
            .is_unnamed()
    );
    let (a, b) = sock_core::UnixStream::pair_in(env.backend())?;
    for end in [&a, &b] {
        check!(end.local_addr()?.is_unnamed());
        check!(end.peer_addr()?.is_unnamed());
    }
    Ok(())
}

/// What no kernel could take never becomes an address: nothing is cut, and nothing is guessed.
fn refused<E: Env>(_: &E) -> Outcome {
    let path = UnixAddrOf::<E>::path;
    let size = <<E::Backend as Backend>::Abi as Abi>::SUN_PATH;
    let long = [b'x'; 256];
    check!(path(b"") == Err(AddrError::EmptyPath));
    check!(path(b"/a\0b") == Err(AddrError::InteriorNul { position: 2 }));
    check!(path(b"/a\0") == Err(AddrError::InteriorNul { position: 2 }));
    for len in [size, size + 1, 256] {
        let too_long = AddrError::TooLong {
            len: len + 1,
            max: size,
        };
        let name = long.get(..len).unwrap_or_default();
        check!(path(name) == Err(too_long));
        if <<E::Backend as Backend>::Abi as Abi>::ABSTRACT_NAMES {
            check!(UnixAddrOf::<E>::abstract_name(name) == Err(too_long));
        }
    }
    check!(path(long.get(..size - 1).unwrap_or_default()).is_ok());
    Ok(())
}

/// A link-local address belongs to an interface, which is told with it; without one it means
/// nothing (`__inet6_bind` in net/ipv6/af_inet6.c). An address that needs no scope has none. The
/// address of all nodes is one that every interface has.
fn scope<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let index = env.backend().interface_index(b"lo")?.get();
    let all_nodes = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
    let asked = SocketAddrV6::new(all_nodes, 0, 0, index);
    let socket = UdpSocket::bind_in(env.backend(), &asked.into())?;
    let addr = socket.local_addr()?.as_v6();
    let told = addr.map(|addr| (addr.ip(), addr.scope_id(), addr.flowinfo()));
    check!(told == Some((all_nodes, index, 0)));
    let without = SocketAddrV6::new(all_nodes, 0, 0, 0);
    let kind = ErrorKind::InvalidInput;
    fails(UdpSocket::bind_in(env.backend(), &without.into()), kind)?;
    let needless = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 0, 0, index);
    let socket = UdpSocket::bind_in(env.backend(), &needless.into())?;
    let addr = socket.local_addr()?.as_v6();
    check!(addr.map(|addr| addr.scope_id()) == Some(0));
    Ok(())
}

/// An abstract name comes back exact, whatever bytes are in it.
fn abstract_round_trip<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let mut room = [0; 64];
    let unique = env.temporary_path(&mut room);
    let mut name = [0; 72];
    for (place, byte) in name.iter_mut().skip(4).zip(unique) {
        *place = *byte;
    }
    // NULs before the text and behind it: all of them count.
    for name in [unique, &name] {
        let addr = UnixAddr::abstract_name(name)?;
        let socket = UnixDatagram::bind_in(env.backend(), &addr)?;
        check!(socket.local_addr()? == addr);
        check!(socket.local_addr()?.as_abstract_name() == Some(name));
        socket.send_to(b"x", &addr)?;
        check!(socket.recv_from_by(&mut [0; 2], SOON)?.from == addr);
    }
    Ok(())
}

/// A name with a NUL more is another name, unix(7): it finds nobody, and can be bound too.
fn abstract_length<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let name = abstract_name(env)?;
    let mut longer = [0; 72];
    let len = name.as_abstract_name().unwrap_or_default().len();
    for (place, byte) in longer
        .iter_mut()
        .zip(name.as_abstract_name().unwrap_or_default())
    {
        *place = *byte;
    }
    let longer = UnixAddr::abstract_name(longer.get(..=len).unwrap_or_default())?;
    let first = UnixDatagram::bind_in(env.backend(), &name)?;
    let kind = ErrorKind::ConnectionRefused;
    fails(first.send_to(b"x", &longer), kind)?;
    let second = UnixDatagram::bind_in(env.backend(), &longer)?;
    first.send_to(b"12", &longer)?;
    let received = second.recv_from_by(&mut [0; 3], SOON)?;
    check!(received.bytes == 2 && received.from == name);
    check!(first.recv_from(&mut [0; 3]).err() == Some(Error::WOULD_BLOCK));
    Ok(())
}

/// A name of 107 bytes fills the structure, and is told apart by its last one.
fn abstract_longest<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let mut name = [b'x'; 107];
    for (place, byte) in name.iter_mut().zip(env.temporary_path(&mut [0; 64])) {
        *place = *byte;
    }
    let addr = UnixAddr::abstract_name(&name)?;
    let socket = UnixDatagram::bind_in(env.backend(), &addr)?;
    check!(socket.local_addr()?.as_abstract_name() == Some(&name));
    if let Some(last) = name.last_mut() {
        *last = b'y';
    }
    let other = UnixAddr::abstract_name(&name)?;
    fails(socket.send_to(b"x", &other), ErrorKind::ConnectionRefused)
}

/// Binding to no name picks an abstract one that nobody has, of five digits (`unix_autobind` in
/// net/unix/af_unix.c); it can be sent to.
fn autobind<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = Linux>,
{
    let bound = || UnixDatagram::bind_in(env.backend(), &UnixAddr::UNNAMED);
    let sockets = [bound()?, bound()?, bound()?];
    for (i, socket) in sockets.iter().enumerate() {
        let addr = socket.local_addr()?;
        check_number!(addr.as_abstract_name().map_or(0, <[u8]>::len), 5);
        for other in sockets.iter().skip(i + 1) {
            check!(other.local_addr()? != addr);
        }
        socket.send_to(b"x", &addr)?;
        check!(socket.recv_from_by(&mut [0; 2], SOON)?.from == addr);
    }
    let listening = UnixListener::bind_in(env.backend(), &UnixAddr::UNNAMED)?;
    check!(listening.local_addr()?.as_abstract_name().is_some());
    Ok(())
}

//! What is particular on FreeBSD and Darwin.

mod calls;
mod marks;

use core::num::NonZeroU32;
use core::time::Duration;

use sock_core::abi::{Darwin, FreeBsd};
use sock_core::option::{NoSigPipe, ReusePortLb};
use sock_core::{
    Abi, Backend, Deadline, ErrorKind, Family, Inet, Instant, Local, SocketKind, TcpListener,
    TcpSocket, UdpSocket, UnixListener, UnixSeqpacket, UnixStreamSocket, poll,
};

use super::support::*;
use crate::{Env, Outcome, Runner, check, check_number};

pub(super) fn both<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("bsd-errors-are-told-by-carry", calls::errors);
    runner.case(
        "bsd-registers-that-the-kernel-overwrites",
        calls::live_values,
    );
    runner.case("bsd-flags-it-does-not-have", calls::unsupported_flags);
    runner.case("bsd-length-bytes", length_bytes);
    runner.case("bsd-length-of-a-path", length_of_a_path);
    runner.case("bsd-no-abstract-names", no_abstract_names);
    runner.case("bsd-loopback-zone", loopback_zone);
    runner.case("bsd-poll-below-a-millisecond", poll_below_a_millisecond);
    runner.case("bsd-full-backlog-refuses", full_backlog);
    super::datagram::bsd(runner);
}

pub(super) fn freebsd<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = FreeBsd>,
{
    runner.case("freebsd-reuse-port-lb", reuse_port_lb);
    runner.case("freebsd-no-sigpipe", |env| {
        let socket = UdpSocket::open(env.backend(), Inet::V4)?;
        check!(!socket.option(NoSigPipe)?);
        socket.set_option(NoSigPipe, true)?;
        check!(socket.option(NoSigPipe)?);
        Ok(())
    });
    marks::cases(runner);
}

pub(super) fn darwin<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Darwin>,
{
    runner.case("darwin-no-sigpipe-from-birth", |env| {
        let socket = UdpSocket::open(env.backend(), Inet::V4)?;
        check!(socket.option(NoSigPipe)?);
        let (client, server) = tcp_pair(env)?;
        check!(client.option(NoSigPipe)? && server.option(NoSigPipe)?);
        Ok(())
    });
    runner.case("darwin-has-no-seqpacket", |env| {
        let kind = ErrorKind::Unsupported;
        fails(UnixSeqpacket::pair_in(env.backend()), kind)?;
        let backend = env.backend();
        fails(backend.socket(Family::Unix, SocketKind::Seqpacket, 0), kind)
    });
}

/// Addresses begin with their length, ours and those that the kernel gives.
fn length_bytes<E: Env>(env: &E) -> Outcome {
    check!(<E::Backend as Backend>::Abi::LENGTH_BYTE);
    for (addr, len) in [(loopback4::<E>(), 16), (loopback6::<E>(), 28)] {
        let listener = TcpListener::bind_in(env.backend(), &addr)?;
        let mut room = [0xee; 128];
        let told = env.backend().getsockname(listener.as_fd(), &mut room)?;
        check_number!(told, len);
        check_number!(room.first().copied().unwrap_or_default(), len);
    }
    Ok(())
}

/// A name that begins with NUL is no name there, and is refused before any call.
fn no_abstract_names<E: Env>(_: &E) -> Outcome {
    check!(UnixAddrOf::<E>::abstract_name(b"name").is_err());
    Ok(())
}

/// The loopback interface is lo0, and its zone is known by that name; others are not.
fn loopback_zone<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let index: NonZeroU32 = backend.interface_index(b"lo0")?;
    check!(index.get() < 1 << 16);
    let unknown = |name: &[u8]| backend.interface_index(name).is_err();
    check!(unknown(b"lo"));
    check!(unknown(b""));
    check!(unknown(b"lo0\0"));
    check!(unknown(b"no-such-interface0"));
    Ok(())
}

/// A wait of less than a millisecond, and one that is no whole number of them, ends neither early nor
/// a millisecond late as a rule.
fn poll_below_a_millisecond<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    for micros in [1, 300, 999, 1_500, 2_999] {
        let wait = Duration::from_micros(micros);
        let mut punctual = false;
        // One that is not late shows that the kernel can; a busy machine delays many.
        for _ in 0..200 {
            let start: Instant = backend.now();
            poll(&backend, &mut [], Deadline::after(wait))?;
            let took = Duration::from_nanos(backend.now().as_nanos() - start.as_nanos());
            check!(took >= wait);
            punctual = took < wait + Duration::from_millis(1);
            if punctual {
                break;
            }
        }
        check!(env.is_emulated() || punctual);
    }
    Ok(())
}

/// The length of a path stops before its NUL (`SUN_LEN`), and the kernel tells it so.
fn length_of_a_path<E: Env>(env: &E) -> Outcome {
    let path = Path::new(env)?;
    let listener = UnixListener::bind_in(env.backend(), &path.addr)?;
    let mut room = [0xee; 128];
    let told = env.backend().getsockname(listener.as_fd(), &mut room)?;
    let len = path.addr.as_path().unwrap_or_default().len();
    check_number!(told, 2 + len);
    check!(room.get(2..told) == path.addr.as_path());
    check_number!(room.first().copied().unwrap_or_default(), told);
    Ok(())
}

/// A Unix listener with a full backlog refuses: there is nothing to wait for.
fn full_backlog<E: Env>(env: &E) -> Outcome {
    let path = Path::new(env)?;
    let socket = UnixStreamSocket::open(env.backend(), Local)?;
    socket.bind(&path.addr)?;
    let listener = socket.listen(1)?;
    let mut connected = [const { None }; 16];
    for place in &mut connected {
        let client = UnixStreamSocket::open(env.backend(), Local)?;
        match client.connect(&path.addr) {
            Ok(client) => *place = Some(client),
            Err(full) => {
                check!(full.error.kind() == ErrorKind::ConnectionRefused);
                // A connection that is taken makes room for another.
                listener.accept()?;
                check!(full.socket.connect_by(&path.addr, SOON).is_ok());
                return Ok(());
            }
        }
    }
    Err(crate::Failure::check("a backlog of 1 is full at some time"))
}

/// Two listeners share a port, and the connections to it, when both ask for that; one that does not ask
/// finds the port taken.
fn reuse_port_lb<E: Env>(env: &E) -> Outcome
where
    E::Backend: Backend<Abi = FreeBsd>,
{
    let open = || TcpSocket::open(env.backend(), Inet::V4);
    let first = open()?;
    first.set_option(ReusePortLb, true)?;
    check!(first.option(ReusePortLb)?);
    first.bind(&loopback4::<E>())?;
    let addr = first.local_addr()?;
    let second = open()?;
    second.set_option(ReusePortLb, true)?;
    second.bind(&addr)?;
    fails(open()?.bind(&addr), ErrorKind::AddrInUse)?;
    let listeners = [first.listen(16)?, second.listen(16)?];
    for _ in 0..8 {
        let _client = sock_core::TcpStream::connect_in(env.backend(), &addr, SOON)?;
        let mut fds = listeners
            .each_ref()
            .map(|listener| listener.poll_fd(sock_core::PollEvents::IN));
        check_number!(poll(&env.backend(), &mut fds, SOON)?, 1);
        let taken = listeners
            .iter()
            .filter(|listener| listener.accept().is_ok());
        check_number!(taken.count(), 1);
    }
    Ok(())
}

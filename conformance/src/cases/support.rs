//! What many cases begin with.

use core::net::{Ipv4Addr, Ipv6Addr};
use core::time::Duration;

use sock_core::{Backend, Deadline, SocketAddr, TcpListener, TcpStream};

use crate::{Env, Failure};

/// The address type of the environment's backend.
pub(crate) type Addr<E> = SocketAddr<<<E as Env>::Backend as Backend>::Abi>;

/// Long enough for everything that happens on one host; a case that reaches it hangs.
pub(crate) const SOON: Deadline = Deadline::after(Duration::from_secs(10));

/// Any port of the IPv4 loopback address.
pub(crate) fn loopback4<E: Env>() -> Addr<E> {
    SocketAddr::new_v4(Ipv4Addr::LOCALHOST, 0)
}

/// Any port of the IPv6 loopback address.
pub(crate) fn loopback6<E: Env>() -> Addr<E> {
    SocketAddr::new_v6(Ipv6Addr::LOCALHOST, 0)
}

/// A TCP connection over loopback: the side that connected, and the side that accepted.
pub(crate) fn tcp_pair<E: Env>(
    env: &E,
) -> Result<(TcpStream<E::Backend>, TcpStream<E::Backend>), Failure> {
    let listener = TcpListener::bind_in(env.backend(), &loopback4::<E>())?;
    let client = TcpStream::connect_in(env.backend(), &listener.local_addr()?, SOON)?;
    let (server, _) = listener.accept_by(SOON)?;
    Ok((client, server))
}

//! Sockets with an address of their own, for others to come to.

use sock::generic::{TcpListener, UdpSocket, UnixDatagram, UnixListener, UnixSeqpacketListener};
use sock::program::{self, Stdio};
#[cfg(not(target_os = "linux"))]
use sock::{Address as _, Backend};
use sock::{ErrorKind, OwnedFd, PollEvents, PollFd, Result, UnixAddr, option};

use crate::address::Address;
use crate::kernel::{KERNEL, Kernel};
use crate::output::line;

/// A bound socket; one that listens, if it is of a kind with connections. When it is dropped, its path
/// is gone.
pub(crate) struct Bound {
    /// Dropped before the path, which is removed only when nobody is there.
    pub(crate) fd: OwnedFd,
    pub(crate) path: Path,
    /// With the port, or the name, that the kernel has picked.
    pub(crate) address: Address,
}

impl Bound {
    pub(crate) fn at(address: &Address) -> Result<Self> {
        let (fd, path) = bind(address)?;
        let address = address.of_socket(&fd)?;
        Ok(Bound { fd, path, address })
    }

    /// Says where the socket is.
    pub(crate) fn announce(&self, stream: Stdio) -> Result<()> {
        line(stream, format_args!("listening {}", self.address))
    }

    /// Ready when somebody has come, or a datagram.
    pub(crate) fn poll_fd(&self) -> PollFd<'_> {
        PollFd::new(&self.fd, PollEvents::IN)
    }
}

fn bind(address: &Address) -> Result<(OwnedFd, Path)> {
    let no_path = Path(None);
    match address {
        Address::Tcp(addr) => {
            let listener = TcpListener::bind_in(KERNEL, addr)?;
            // For its connections, which inherit them: small answers go at once, and a peer that has
            // vanished is found out by probes, tcp(7).
            listener.set_option(option::NoDelay, true)?;
            listener.set_option(option::KeepAlive, true)?;
            Ok((listener.into_fd(), no_path))
        }
        Address::Udp(addr) => Ok((UdpSocket::bind_in(KERNEL, addr)?.into_fd(), no_path)),
        Address::Unix(addr) => bind_unix(addr, |addr| {
            Ok(UnixListener::bind_in(KERNEL, addr)?.into_fd())
        }),
        Address::UnixDgram(addr) => bind_unix(addr, |addr| {
            Ok(UnixDatagram::bind_in(KERNEL, addr)?.into_fd())
        }),
        Address::UnixSeqpacket(addr) => bind_unix(addr, |addr| {
            Ok(UnixSeqpacketListener::bind_in(KERNEL, addr)?.into_fd())
        }),
    }
}

/// Binds to a Unix address, also where a program that was killed has left its socket behind.
fn bind_unix(addr: &UnixAddr, bind: fn(&UnixAddr) -> Result<OwnedFd>) -> Result<(OwnedFd, Path)> {
    let fd = match bind(addr) {
        Err(error) if error.kind() == ErrorKind::AddrInUse && remove_if_abandoned(addr) => {
            bind(addr)
        }
        done => done,
    }?;
    Ok((fd, Path(Some(*addr))))
}

/// Removes the socket at a path if no process has it open any more. Anything else stays.
fn remove_if_abandoned(addr: &UnixAddr) -> bool {
    // A datagram socket asks without being noticed: a live socket of another kind answers
    // "wrong type", and one of its own has no connection to accept (`unix_find_bsd` in
    // net/unix/af_unix.c).
    let probe = UnixDatagram::<Kernel>::open(KERNEL);
    let answer = probe.and_then(|probe| Ok(probe.connect(addr)?));
    answer.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
        && program::is_socket(addr) == Ok(true)
        && program::remove_path(addr).is_ok()
}

/// The path that a socket was bound to, if it is at one.
pub(crate) struct Path(Option<UnixAddr>);

#[cfg(not(target_os = "linux"))]
impl Path {
    /// Binds a socket to a path.
    pub(crate) fn bind(fd: &OwnedFd, addr: UnixAddr) -> Result<Self> {
        KERNEL.bind(fd, addr.as_bytes())?;
        Ok(Path(Some(addr)))
    }
}

impl Drop for Path {
    fn drop(&mut self) {
        if let Some(addr) = &self.0 {
            remove_if_abandoned(addr);
        }
    }
}

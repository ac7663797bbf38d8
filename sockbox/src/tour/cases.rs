//! The cases of the tour. Both ends of every socket are held here, in one thread.

use core::fmt::Write;
use core::time::Duration;

use heapless::String;
use sock::generic::{TcpSocket, TcpStream, UdpSocket, poll};
#[cfg(not(target_os = "linux"))]
use sock::{Address as _, UnixAddr};
use sock::{Backend, Deadline, Error, ErrorKind, Inet, OwnedFd, PollEvents, PollFd, RecvFlags};
use sock::{SendFlags, SocketAddr, program};

use super::Fault;
use super::measure::{Figures, measure};
#[cfg(not(target_os = "linux"))]
use crate::address;
use crate::address::{Address, Room};
use crate::bound::Bound;
#[cfg(not(target_os = "linux"))]
use crate::bound::Path;
use crate::kernel::KERNEL;
use crate::peer::{Kind, Peer};

type Outcome = Result<Figures, Fault>;

/// One case.
pub(super) struct Case {
    pub(super) name: &'static str,
    what: What,
}

enum What {
    /// Round trips to a server at this address.
    At(&'static str),
    /// The same, with a path of this process's own behind this.
    AtPath(&'static str),
    Refused,
    Deadline,
}

pub(super) const ALL: &[Case] = &[
    case("tcp4", What::At("tcp:127.0.0.1:0")),
    case("tcp6", What::At("tcp:[::1]:0")),
    case("udp4", What::At("udp:127.0.0.1:0")),
    case("udp6", What::At("udp:[::1]:0")),
    case("unix-stream-path", What::AtPath("unix")),
    #[cfg(target_os = "linux")]
    case("unix-stream-abstract", What::At("unix:(unnamed)")),
    case("unix-dgram-path", What::AtPath("unix-dgram")),
    #[cfg(target_os = "linux")]
    case("unix-dgram-abstract", What::At("unix-dgram:(unnamed)")),
    #[cfg(not(target_os = "macos"))]
    case("unix-seqpacket-path", What::AtPath("unix-seqpacket")),
    #[cfg(target_os = "linux")]
    case(
        "unix-seqpacket-abstract",
        What::At("unix-seqpacket:(unnamed)"),
    ),
    case("refused", What::Refused),
    case("deadline", What::Deadline),
];

const fn case(name: &'static str, what: What) -> Case {
    Case { name, what }
}

impl Case {
    pub(super) fn run(&self) -> Outcome {
        match self.what {
            What::At(address) => round_trips(address),
            What::AtPath(kind) => {
                let mut address = String::<64>::new();
                // The longest number leaves room.
                let _ = write!(
                    address,
                    "{kind}:/tmp/sockbox-{}.sock",
                    program::process_id()
                );
                round_trips(&address)
            }
            What::Refused => refused(),
            What::Deadline => deadline(),
        }
    }
}

/// What a message is long, in bytes.
const MESSAGE: usize = 64;
/// Round trips of a message.
const MESSAGES: usize = 10_000;
/// Connects that are refused.
const REFUSALS: usize = 1_000;
/// Receives whose deadline passes.
const DEADLINES: usize = 100;
/// That deadline.
const BRIEF: Duration = Duration::from_millis(2);
/// Loopback needs no second; a case that waits this long fails.
const SOON: Deadline = Deadline::after(Duration::from_secs(1));

/// A message that tells its number in each byte.
fn message(number: usize) -> [u8; MESSAGE] {
    let [a, b, ..] = number.to_le_bytes();
    core::array::from_fn(|i| (i as u8).wrapping_mul(31) ^ a ^ b.rotate_left(i as u32 % 8))
}

fn same(sent: &[u8], received: &[u8]) -> Result<(), Fault> {
    if sent == received {
        Ok(())
    } else {
        Err(Fault::Bytes)
    }
}

/// Messages to a server and back, each checked on both sides. Where the address leaves the port or
/// the name open, the kernel picks one.
fn round_trips(address: &str) -> Outcome {
    let address = Address::parse(address.as_bytes()).map_err(Fault::Address)?;
    let bound = Bound::at(&address)?;
    // Dropped after the client: its path is removed when nobody is there.
    #[cfg(not(target_os = "linux"))]
    let _name;
    let client = Peer::connect(&bound.address, SOON)?;
    #[cfg(not(target_os = "linux"))]
    {
        _name = name(&client)?;
    }
    if client.kind == Kind::Datagram {
        return measure(MESSAGES, &mut |number| {
            let sent = message(number);
            send(&client, &sent)?;
            answer(&bound.fd, &sent)?;
            receive(&client, &sent)
        });
    }
    let server = Peer::accept(client.kind, &bound.fd)?;
    measure(MESSAGES, &mut |number| {
        let sent = message(number);
        send(&client, &sent)?;
        receive(&server, &sent)?;
        send(&server, &sent)?;
        receive(&client, &sent)
    })
}

/// Gives a client that must be answered a path, where the kernel gives it no name.
#[cfg(not(target_os = "linux"))]
fn name(client: &Peer) -> Result<Option<Path>, Fault> {
    let mut room: Room = [0; _];
    let len = KERNEL.getsockname(&client.fd, &mut room)?;
    let is_unix = UnixAddr::from_bytes(room.get(..len).unwrap_or_default()).is_some();
    if !is_unix || client.kind != Kind::Datagram {
        return Ok(None);
    }
    let mut path = String::<64>::new();
    let _ = write!(path, "/tmp/sockbox-{}-client.sock", program::process_id());
    let addr = path.parse().map_err(address::Fault::Addr);
    Ok(Some(Path::bind(&client.fd, addr.map_err(Fault::Address)?)?))
}

fn send(peer: &Peer, message: &[u8]) -> Result<(), Fault> {
    let sent = soon(&peer.fd, PollEvents::OUT, &mut || peer.send(message, true))?;
    same(message, message.get(..sent).unwrap_or_default())
}

/// Receives this very message.
fn receive(peer: &Peer, message: &[u8]) -> Result<(), Fault> {
    // One byte more, so that a message that is too long shows.
    let mut room = [0; MESSAGE + 1];
    let mut came = 0;
    loop {
        let free = room.get_mut(came..).unwrap_or_default();
        let flags = RecvFlags::empty();
        came += soon(&peer.fd, PollEvents::IN, &mut || {
            Ok(peer.recv(free, flags)?.map_or(0, |came| came.len))
        })?;
        // A stream may bring a message in parts.
        if peer.kind != Kind::Stream || came >= message.len() {
            return same(message, room.get(..came).unwrap_or_default());
        }
    }
}

/// Receives this very message without a peer, and sends it back to where it came from.
fn answer(server: &OwnedFd, message: &[u8]) -> Result<(), Fault> {
    let mut room = [0; MESSAGE + 1];
    let mut from: Room = [0; _];
    let mut from_len = 0;
    let came = soon(server, PollEvents::IN, &mut || {
        let report = KERNEL.recv_from(server, &mut room, RecvFlags::DONTWAIT, &mut from)?;
        from_len = report.addr_len;
        Ok(report.len)
    })?;
    let bytes = room.get(..came).unwrap_or_default();
    same(message, bytes)?;
    let from = from.get(..from_len).unwrap_or_default();
    soon(server, PollEvents::OUT, &mut || {
        KERNEL.send_to(server, bytes, SendFlags::DONTWAIT, from)
    })?;
    Ok(())
}

/// Makes a call, and waits while it would block.
fn soon(
    fd: &OwnedFd,
    events: PollEvents,
    call: &mut dyn FnMut() -> sock::Result<usize>,
) -> sock::Result<usize> {
    loop {
        match call() {
            Err(error) if error == Error::WOULD_BLOCK => {}
            done => return done,
        }
        if poll(&KERNEL, &mut [PollFd::new(fd, events)], SOON)? == 0 {
            return Err(Error::DEADLINE);
        }
    }
}

const LOOPBACK: SocketAddr = SocketAddr::new_v4(core::net::Ipv4Addr::LOCALHOST, 0);

/// Connects to a port that is bound, but at which nobody listens.
fn refused() -> Outcome {
    let nobody = TcpSocket::open(KERNEL, Inet::V4)?;
    nobody.bind(&LOOPBACK)?;
    let addr = nobody.local_addr()?;
    measure(
        REFUSALS,
        &mut |_| match TcpStream::connect_in(KERNEL, &addr, SOON) {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(()),
            Err(error) => Err(error.into()),
            Ok(_) => Err(Fault::Success),
        },
    )
}

/// Receives where nothing comes.
fn deadline() -> Outcome {
    let socket = UdpSocket::bind_in(KERNEL, &LOOPBACK)?;
    measure(DEADLINES, &mut |_| {
        let start = sock::now();
        let received = socket.recv_from_by(&mut [0; MESSAGE], Deadline::after(BRIEF));
        match received {
            Err(error) if error == Error::DEADLINE => {}
            Err(error) => return Err(error.into()),
            Ok(_) => return Err(Fault::Success),
        }
        let waited = sock::now().saturating_duration_since(start);
        if waited < BRIEF {
            Err(Fault::Early)
        } else {
            Ok(())
        }
    })
}

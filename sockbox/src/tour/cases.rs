//! The cases of the tour. Both ends of every socket are held here, in one thread.

use core::fmt::Write;
use core::time::Duration;

use heapless::String;
use sock::generic::{
    Connected, DatagramSocket, Deadline, Stream, TcpListener, TcpSocket, TcpStream, UdpSocket,
    UnixDatagram, UnixListener, UnixSeqpacket, UnixSeqpacketListener, UnixStream,
};
use sock::{Error, ErrorKind, Inet, Protocol, SocketAddr, UnixAddr, program};

use super::measure::{Figures, measure};
use super::{Case, Failure, Kernel};

type Outcome = Result<Figures, Failure>;

pub(super) const ALL: &[Case] = &[
    Case {
        name: "tcp4",
        run: |kernel| tcp(kernel, "127.0.0.1:0"),
    },
    Case {
        name: "tcp6",
        run: |kernel| tcp(kernel, "[::1]:0"),
    },
    Case {
        name: "udp4",
        run: |kernel| udp(kernel, "127.0.0.1:0"),
    },
    Case {
        name: "udp6",
        run: |kernel| udp(kernel, "[::1]:0"),
    },
    Case {
        name: "unix-stream-path",
        run: |kernel| at_paths(kernel, unix_stream),
    },
    Case {
        name: "unix-stream-abstract",
        run: |kernel| unix_stream(kernel, ABSTRACT),
    },
    Case {
        name: "unix-dgram-path",
        run: |kernel| at_paths(kernel, unix_dgram),
    },
    Case {
        name: "unix-dgram-abstract",
        run: |kernel| unix_dgram(kernel, ABSTRACT),
    },
    Case {
        name: "unix-seqpacket-path",
        run: |kernel| at_paths(kernel, unix_seqpacket),
    },
    Case {
        name: "unix-seqpacket-abstract",
        run: |kernel| unix_seqpacket(kernel, ABSTRACT),
    },
    Case {
        name: "refused",
        run: refused,
    },
    Case {
        name: "deadline",
        run: deadline,
    },
];

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

/// Binding to these two, the kernel picks abstract names.
const ABSTRACT: [UnixAddr; 2] = [UnixAddr::UNNAMED; 2];

/// A message that tells its number in each byte.
fn message(number: usize) -> [u8; MESSAGE] {
    let [a, b, ..] = number.to_le_bytes();
    core::array::from_fn(|i| (i as u8).wrapping_mul(31) ^ a ^ b.rotate_left(i as u32 % 8))
}

fn same(sent: &[u8], received: &[u8]) -> Result<(), Failure> {
    if sent == received {
        Ok(())
    } else {
        Err(Failure::Bytes)
    }
}

fn parse(text: &str) -> Result<SocketAddr, Failure> {
    text.parse().map_err(Failure::Address)
}

/// Runs a case over two paths of this process's own, and removes them.
fn at_paths(kernel: Kernel, case: fn(Kernel, [UnixAddr; 2]) -> Outcome) -> Outcome {
    let addrs = [path("a")?, path("b")?];
    let outcome = case(kernel, addrs);
    for addr in addrs {
        match program::remove_path(&addr) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    outcome
}

fn path(end: &str) -> Result<UnixAddr, Failure> {
    let mut path = String::<64>::new();
    // The longest number leaves room.
    let _ = write!(path, "/tmp/sockbox-{}-{end}.sock", program::process_id());
    UnixAddr::path(path.as_bytes()).map_err(Failure::Address)
}

fn tcp(kernel: Kernel, addr: &str) -> Outcome {
    let listener = TcpListener::bind_in(kernel.clone(), &parse(addr)?)?;
    let client = TcpStream::connect_in(kernel, &listener.local_addr()?, SOON)?;
    let (server, _) = listener.accept_by(SOON)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    streams(&client, &server)
}

fn unix_stream(kernel: Kernel, [addr, _]: [UnixAddr; 2]) -> Outcome {
    let listener = UnixListener::bind_in(kernel.clone(), &addr)?;
    let client = UnixStream::connect_in(kernel, &listener.local_addr()?, SOON)?;
    let (server, _) = listener.accept_by(SOON)?;
    streams(&client, &server)
}

/// A message to the server and back, checked on both sides.
fn streams<P: Protocol>(client: &Stream<Kernel, P>, server: &Stream<Kernel, P>) -> Outcome {
    let mut room = [0; MESSAGE];
    measure(MESSAGES, |number| {
        let sent = message(number);
        client.send_all(&sent, SOON)?;
        server.recv_exact(&mut room, SOON)?;
        same(&sent, &room)?;
        server.send_all(&room, SOON)?;
        room.fill(0);
        client.recv_exact(&mut room, SOON)?;
        same(&sent, &room)
    })
}

fn udp(kernel: Kernel, addr: &str) -> Outcome {
    let server = UdpSocket::bind_in(kernel.clone(), &parse(addr)?)?;
    let client = UdpSocket::bind_in(kernel, &parse(addr)?)?.connect(&server.local_addr()?)?;
    datagrams(&client, &server)
}

fn unix_dgram(kernel: Kernel, [a, b]: [UnixAddr; 2]) -> Outcome {
    let server = UnixDatagram::bind_in(kernel.clone(), &a)?;
    let client = UnixDatagram::bind_in(kernel, &b)?.connect(&server.local_addr()?)?;
    datagrams(&client, &server)
}

/// A message to a server without a peer, and back to where it came from.
fn datagrams<P: Protocol>(
    client: &Connected<Kernel, P>,
    server: &DatagramSocket<Kernel, P>,
) -> Outcome {
    // One byte more, so that a message that is too long shows.
    let mut room = [0; MESSAGE + 1];
    measure(MESSAGES, |number| {
        let sent = message(number);
        client.send_by(&sent, SOON)?;
        let received = server.recv_from_by(&mut room, SOON)?;
        let bytes = room.get(..received.bytes).unwrap_or_default();
        same(&sent, bytes)?;
        server.send_to_by(bytes, &received.from, SOON)?;
        room.fill(0);
        let received = client.recv_by(&mut room, SOON)?;
        same(&sent, room.get(..received.bytes).unwrap_or_default())
    })
}

fn unix_seqpacket(kernel: Kernel, [addr, _]: [UnixAddr; 2]) -> Outcome {
    let listener = UnixSeqpacketListener::bind_in(kernel.clone(), &addr)?;
    let client = UnixSeqpacket::connect_in(kernel, &listener.local_addr()?, SOON)?;
    let (server, _) = listener.accept_by(SOON)?;
    let mut room = [0; MESSAGE + 1];
    measure(MESSAGES, |number| {
        let sent = message(number);
        client.send_by(&sent, SOON)?;
        let received = server.recv_by(&mut room, SOON)?;
        let bytes = room.get(..received.bytes).unwrap_or_default();
        same(&sent, bytes)?;
        server.send_by(bytes, SOON)?;
        room.fill(0);
        let received = client.recv_by(&mut room, SOON)?;
        same(&sent, room.get(..received.bytes).unwrap_or_default())
    })
}

/// Connects to a port that is bound, but at which nobody listens.
fn refused(kernel: Kernel) -> Outcome {
    let nobody = TcpSocket::open(kernel.clone(), Inet::V4)?;
    nobody.bind(&parse("127.0.0.1:0")?)?;
    let addr = nobody.local_addr()?;
    measure(REFUSALS, |_| {
        match TcpStream::connect_in(kernel.clone(), &addr, SOON) {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(()),
            Err(error) => Err(error.into()),
            Ok(_) => Err(Failure::Success),
        }
    })
}

/// Receives where nothing comes.
fn deadline(kernel: Kernel) -> Outcome {
    let socket = UdpSocket::bind_in(kernel, &parse("127.0.0.1:0")?)?;
    measure(DEADLINES, |_| {
        let start = sock::now();
        let received = socket.recv_from_by(&mut [0; MESSAGE], Deadline::after(BRIEF));
        match received {
            Err(error) if error == Error::DEADLINE => {}
            Err(error) => return Err(error.into()),
            Ok(_) => return Err(Failure::Success),
        }
        let waited = sock::now().saturating_duration_since(start);
        if waited < BRIEF {
            Err(Failure::Early)
        } else {
            Ok(())
        }
    })
}

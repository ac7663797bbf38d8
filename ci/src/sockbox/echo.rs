//! `sockbox echo` for each kind of socket, and for peers that behave badly.

use std::io::{ErrorKind, Read, Write};
use std::net::UdpSocket;
use std::os::unix::net::UnixDatagram;
use std::thread;
use std::time::Duration;

use super::Case;
use super::socket::{self, Seqpacket, exchange, stream, tcp, to, udp, unix_dgram};
use super::stage::{Stage, pattern, same};
use crate::Result;

pub(super) const CASES: &[Case] = &[
    (
        "addresses are announced in order, with their real ports",
        announced,
    ),
    (
        "a megabyte through several clients at once, over each kind of stream",
        megabytes,
    ),
    (
        "bytes sent after the end of the sender's interest still come back",
        half_close,
    ),
    (
        "udp: each datagram comes back whole, empty ones too",
        udp_datagrams,
    ),
    (
        "udp: what claims to be from a port of the server is not answered",
        own_port,
    ),
    (
        "unix-dgram: each datagram comes back whole, empty ones too",
        unix_datagrams,
    ),
    (
        "unix-dgram: who cannot be answered stops nobody",
        unanswerable,
    ),
    (
        "unix-seqpacket: each message comes back whole, empty ones too, and then the end",
        seqpacket,
    ),
    (
        "unix-seqpacket: a message that is too long ends its connection alone",
        too_long,
    ),
    ("resets stop nobody", resets),
    ("peers that vanish stop nobody", vanish),
    (
        "a flood that is not read stops nobody, and loses nothing",
        flood,
    ),
];

const MEGABYTE: usize = 1 << 20;

fn announced(stage: &Stage) -> Result<()> {
    let path = format!("unix:{}", stage.path("s"));
    let name = format!("unix-seqpacket:@{}", stage.name());
    let asked = [
        "udp:[::1]:0",
        &path,
        "tcp:127.0.0.1:0",
        &name,
        "tcp:[::1]:0",
        "udp:127.0.0.1:0",
    ];
    let rest = ["tcp:127.0.0.1:0"; 10];
    let asked = [&asked[..], &rest].concat();
    let server = stage.echo(&asked)?;
    for (asked, found) in asked.iter().zip(&server.addresses) {
        let good = match asked.strip_suffix(":0") {
            None => asked == found,
            Some(host) => {
                let port = found
                    .strip_prefix(host)
                    .and_then(|port| port.strip_prefix(':'));
                port.and_then(|port| port.parse().ok())
                    .is_some_and(|port: u16| port != 0)
            }
        };
        if !good {
            return Err(format!("asked for {asked}, announced {found}"));
        }
    }
    for address in server
        .addresses
        .iter()
        .filter(|address| address.starts_with("tcp:"))
    {
        exchange(stream(address)?, address.as_bytes())?;
    }
    server.stop()
}

/// One address of each kind of stream.
fn streams(stage: &Stage) -> [String; 4] {
    [
        "tcp:127.0.0.1:0".into(),
        "tcp:[::1]:0".into(),
        format!("unix:{}", stage.path("s")),
        format!("unix:@{}", stage.name()),
    ]
}

fn megabytes(stage: &Stage) -> Result<()> {
    let addresses = streams(stage);
    let words: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let server = stage.echo(&words)?;
    // Three clients at each address, all twelve at once.
    thread::scope(|scope| {
        let clients: Vec<_> = (0..12_u8)
            .map(|number| {
                let address = server.address(usize::from(number) % 4);
                scope.spawn(move || exchange(stream(address?)?, &pattern(number, MEGABYTE)))
            })
            .collect();
        let done = clients.into_iter().map(|client| client.join());
        done.into_iter()
            .try_for_each(|done| done.map_err(|_| "a client panicked")?)
    })?;
    server.stop()
}

/// All is sent, and the direction closed, before anything is read.
fn half_close(stage: &Stage) -> Result<()> {
    let addresses = streams(stage);
    let words: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let server = stage.echo(&words)?;
    for address in &server.addresses {
        let mut stream = stream(address)?;
        let bytes = pattern(1, 50_000);
        stream.write_all(&bytes).map_err(to("send"))?;
        stream.shutdown().map_err(to("shutdown"))?;
        thread::sleep(Duration::from_millis(20));
        let mut back = Vec::new();
        stream.read_to_end(&mut back).map_err(to("receive"))?;
        same(&bytes, &back).map_err(to(address))?;
        // And with nothing in between.
        exchange(socket::stream(address)?, b"").map_err(to(address))?;
    }
    server.stop()
}

fn udp_datagrams(stage: &Stage) -> Result<()> {
    let server = stage.echo(&["udp:127.0.0.1:0", "udp:[::1]:0"])?;
    for address in &server.addresses {
        let socket = udp(address)?;
        for len in [1, 0, 1472, 0, 9000, 65_000, 65_507] {
            let (bytes, mut room) = (pattern(2, len), vec![0; 1 << 17]);
            socket.send(&bytes).map_err(to("send"))?;
            let len = socket.recv(&mut room).map_err(to("receive"))?;
            same(&bytes, room.get(..len).unwrap_or_default()).map_err(to(address))?;
        }
    }
    server.stop()
}

/// From the same port of another loopback address, as a datagram with a forged sender would be.
fn own_port(stage: &Stage) -> Result<()> {
    let server = stage.echo(&["udp:127.0.0.1:0"])?;
    let addr = server.address(0)?.trim_start_matches("udp:").to_string();
    let port = addr.rsplit(':').next().unwrap_or_default();
    let forged = UdpSocket::bind(format!("127.0.0.2:{port}")).map_err(to("bind"))?;
    forged.send_to(b"forged", &addr).map_err(to("send"))?;
    // The server takes datagrams in order: when this one is back, the other was dealt with.
    let honest = udp(server.address(0)?)?;
    honest.send(b"honest").map_err(to("send"))?;
    let mut room = [0; 16];
    let len = honest.recv(&mut room).map_err(to("receive"))?;
    same(b"honest", room.get(..len).unwrap_or_default())?;
    forged.set_nonblocking(true).map_err(to("mode"))?;
    match forged.recv(&mut room) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => server.stop(),
        other => Err(format!("it was answered: {other:?}")),
    }
}

fn unix_datagrams(stage: &Stage) -> Result<()> {
    let path = format!("unix-dgram:{}", stage.path("s"));
    let name = format!("unix-dgram:@{}", stage.name());
    let server = stage.echo(&[&path, &name])?;
    for (at, address) in server.addresses.iter().enumerate() {
        let own = if at == 0 {
            stage.path("own")
        } else {
            format!("@{}.own", stage.name())
        };
        let socket = unix_dgram(address, &own)?;
        for len in [1, 0, 9000, 0, 65_536] {
            let (bytes, mut room) = (pattern(3, len), vec![0; 1 << 17]);
            socket.send(&bytes).map_err(to("send"))?;
            let len = socket.recv(&mut room).map_err(to("receive"))?;
            same(&bytes, room.get(..len).unwrap_or_default()).map_err(to(address))?;
        }
    }
    server.stop()
}

fn unanswerable(stage: &Stage) -> Result<()> {
    let path = stage.path("s");
    let address = format!("unix-dgram:{path}");
    let server = stage.echo(&[&address])?;
    // Without a name; with one that nobody has any more; too long; and one who never receives.
    let unnamed = UnixDatagram::unbound().map_err(to("socket"))?;
    unnamed.send_to(b"from nobody", &path).map_err(to("send"))?;
    let gone = UnixDatagram::bind(stage.path("gone")).map_err(to("bind"))?;
    gone.send_to(b"from the dead", &path).map_err(to("send"))?;
    drop(gone);
    std::fs::remove_file(stage.path("gone")).map_err(to("remove"))?;
    let deaf = UnixDatagram::bind(stage.path("deaf")).map_err(to("bind"))?;
    deaf.send_to(&pattern(0, 70_000), &path)
        .map_err(to("send"))?;
    for _ in 0..1000 {
        deaf.send_to(b"and again", &path).map_err(to("send"))?;
    }
    // One who is connected fills the buffer of the server with what it does not receive (Linux counts
    // no queue of a peer, `unix_dgram_sendmsg`), but only as long as it is there.
    let deaf = unix_dgram(&address, &stage.path("deaf too"))?;
    for _ in 0..1000 {
        deaf.send(b"and again").map_err(to("send"))?;
    }
    drop(deaf);
    let socket = unix_dgram(&address, &stage.path("own"))?;
    for number in 0..100_u8 {
        socket.send(&[number]).map_err(to("send"))?;
        let mut room = [0; 2];
        let len = socket.recv(&mut room).map_err(to("receive"))?;
        same(&[number], room.get(..len).unwrap_or_default())?;
    }
    server.stop()
}

fn seqpacket(stage: &Stage) -> Result<()> {
    let path = format!("unix-seqpacket:{}", stage.path("s"));
    let name = format!("unix-seqpacket:@{}", stage.name());
    let server = stage.echo(&[&path, &name])?;
    for address in &server.addresses {
        let socket = Seqpacket::connect(address)?;
        let messages = [1, 0, 0, 9000, 65_536, 0, 7, 0, 0].map(|len| pattern(4, len));
        let check = |message: &Vec<u8>| match socket.recv()? {
            Some(found) => same(message, &found),
            None => Err("the end came too early".into()),
        };
        // One by one, then all before anything is read.
        for message in &messages {
            socket.send(message)?;
            check(message)?;
        }
        messages
            .iter()
            .try_for_each(|message| socket.send(message))?;
        socket.end()?;
        messages.iter().try_for_each(check).map_err(to(address))?;
        if socket.recv()?.is_some() {
            return Err("more came back than was sent".into());
        }
    }
    server.stop()
}

fn too_long(stage: &Stage) -> Result<()> {
    let address = format!("unix-seqpacket:{}", stage.path("s"));
    let server = stage.echo(&[&address])?;
    let (good, bad) = (Seqpacket::connect(&address)?, Seqpacket::connect(&address)?);
    bad.send(&pattern(5, 65_537))?;
    match bad.recv() {
        Ok(None) => {}
        // What it has not received is lost with the connection.
        Err(error) if error.contains("reset") => {}
        other => return Err(format!("{other:?} came back")),
    }
    good.send(b"still there")?;
    same(b"still there", &good.recv()?.unwrap_or_default())?;
    server.stop()
}

fn resets(stage: &Stage) -> Result<()> {
    let server = stage.echo(&["tcp:127.0.0.1:0"])?;
    let address = server.address(0)?;
    let steady = stream(address)?;
    for len in [0, 1, 100, 3 * 4096, 300_000].repeat(20) {
        let mut stream = tcp(address)?;
        stream.set_nonblocking(true).map_err(to("mode"))?;
        // As much as there is room for, so that bytes are on their way in both directions.
        match stream.write(&pattern(6, len)) {
            Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error.to_string()),
            _ => {}
        }
        rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO))
            .map_err(to("SO_LINGER"))?;
    }
    exchange(steady, &pattern(7, MEGABYTE))?;
    exchange(stream(address)?, b"still there")?;
    server.stop()
}

fn vanish(stage: &Stage) -> Result<()> {
    let path = format!("unix:{}", stage.path("s"));
    let seqpacket = format!("unix-seqpacket:@{}", stage.name());
    let server = stage.echo(&["tcp:127.0.0.1:0", &path, &seqpacket])?;
    for number in 0..300 {
        let mut tcp = stream(server.address(0)?)?;
        let mut unix = stream(&path)?;
        let messages = Seqpacket::connect(&seqpacket)?;
        if number % 2 == 0 {
            tcp.write_all(b"x").map_err(to("send"))?;
            unix.write_all(b"x").map_err(to("send"))?;
            messages.send(b"x")?;
        }
    }
    for at in [0, 1] {
        exchange(stream(server.address(at)?)?, b"still there")?;
    }
    server.stop()
}

fn flood(stage: &Stage) -> Result<()> {
    let path = format!("unix:{}", stage.path("s"));
    let server = stage.echo(&["tcp:127.0.0.1:0", &path])?;
    for address in &server.addresses {
        let mut flooder = stream(address)?;
        let sender = flooder.duplicate().map_err(to("dup"))?;
        // More than all queues between here and the server can hold: this blocks until something
        // is read.
        let bytes = pattern(8, 64 * MEGABYTE);
        thread::scope(|scope| {
            let bytes = &bytes;
            let sender = scope.spawn(move || {
                let mut sender = sender;
                sender.write_all(bytes).and_then(|()| sender.shutdown())
            });
            for number in 0..20 {
                exchange(stream(address)?, &pattern(number, 10_000))?;
            }
            if sender.is_finished() {
                return Err(format!("{address}: the server took everything"));
            }
            let mut back = Vec::new();
            flooder.read_to_end(&mut back).map_err(to("receive"))?;
            let sent = sender.join().map_err(|_| "the sender panicked")?;
            sent.map_err(to("send"))?;
            same(bytes, &back).map_err(to(address))
        })?;
    }
    server.stop()
}

//! What programs do: both ends of either kind, large transfers, lines, and traits.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::thread;

const MANY: usize = 8 << 20;

/// Sends many bytes to the other end, which sends them back.
fn echo<A, B>(mut client: A, server: B)
where
    for<'a> &'a A: Read + Write,
    A: Read + Write + Sync,
    B: Read + Write + Send,
{
    let bytes: Vec<u8> = (0..MANY).map(|n| (n % 251) as u8).collect();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut server = server;
            let mut room = vec![0; 100_000];
            let mut left = MANY;
            while left > 0 {
                let n = server.read(&mut room).unwrap();
                server.write_all(&room[..n]).unwrap();
                left -= n;
            }
        });
        let (writer, sent) = (&client, &bytes);
        let writing = scope.spawn(move || {
            let mut writer = writer;
            writer.write_all(sent).unwrap();
        });
        let mut back = vec![0; MANY];
        (&client).read_exact(&mut back).unwrap();
        writing.join().unwrap();
        assert!(back == bytes);
    });
    assert_eq!(client.read(&mut [0; 1]).unwrap(), 0);
}

macro_rules! tcp {
    ($listener:ty, $stream:ty) => {{
        let listener = <$listener>::bind("127.0.0.1:0").unwrap();
        let client = <$stream>::connect(listener.local_addr().unwrap()).unwrap();
        echo(client, listener.accept().unwrap().0);
    }};
}

#[test]
fn either_end_may_be_stds() {
    tcp!(sock::net::TcpListener, sock::net::TcpStream);
    tcp!(sock::net::TcpListener, std::net::TcpStream);
    tcp!(std::net::TcpListener, sock::net::TcpStream);
    let (a, b) = sock::net::UnixStream::pair().unwrap();
    echo(a, b);
    let (a, b) = std::os::unix::net::UnixStream::pair().unwrap();
    echo(sock::net::UnixStream::try_from(a).unwrap(), b);
}

#[test]
fn a_line_protocol_over_buffers() {
    fn serve(stream: sock::net::TcpStream) -> io::Result<()> {
        let mut writer = BufWriter::new(stream.try_clone()?);
        for line in BufReader::new(stream).lines() {
            let line = line?;
            writeln!(writer, "HTTP/1.0 200 {}", line.len())?;
            writer.flush()?;
        }
        Ok(())
    }
    let listener = sock::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        for stream in listener.into_incoming().take(2) {
            serve(stream?)?;
        }
        io::Result::Ok(())
    });
    for n in 0..2 {
        let stream = sock::net::TcpStream::connect(addr).unwrap();
        let mut reader = BufReader::new(&stream);
        let mut line = String::new();
        for request in ["GET / HTTP/1.0", "Host: here", ""] {
            (&stream).write_all(request.as_bytes()).unwrap();
            (&stream).write_all(b"\n").unwrap();
            line.clear();
            reader.read_line(&mut line).unwrap();
            assert_eq!(line, format!("HTTP/1.0 200 {}\n", request.len()), "{n}");
        }
    }
    server.join().unwrap().unwrap();
}

#[test]
fn copies_between_streams() {
    let (mut a, mut b) = sock::net::UnixStream::pair().unwrap();
    let (mut c, mut d) = sock::net::UnixStream::pair().unwrap();
    let copy = thread::spawn(move || {
        let n = io::copy(&mut b, &mut c);
        drop(c);
        n
    });
    let writer = thread::spawn(move || a.write_all(&vec![9; MANY]));
    let mut all = Vec::new();
    d.read_to_end(&mut all).unwrap();
    writer.join().unwrap().unwrap();
    assert_eq!(
        (copy.join().unwrap().unwrap(), all.len()),
        (MANY as u64, MANY)
    );
}

/// What std's types are, ours are.
#[test]
fn auto_traits() {
    fn is<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>() {}
    macro_rules! all {
        ($($type:ty),*) => { $(is::<$type>();)* };
    }
    all!(
        std::net::TcpStream,
        std::net::TcpListener,
        std::net::UdpSocket
    );
    all!(
        sock::net::TcpStream,
        sock::net::TcpListener,
        sock::net::UdpSocket
    );
    all!(
        std::net::Incoming<'static>,
        sock::net::Incoming<'static>,
        sock::net::IntoIncoming
    );
    all!(
        std::os::unix::net::UnixStream,
        std::os::unix::net::UnixDatagram
    );
    all!(
        sock::net::UnixStream,
        sock::net::UnixListener,
        sock::net::UnixDatagram
    );
    all!(
        std::os::unix::net::UnixListener,
        sock::net::unix::Incoming<'static>
    );
}

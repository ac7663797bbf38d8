//! varlink, a server and a client over TCP and Unix streams: splits its connections by cloning them,
//! waits in select(2) for a listener that it has lent, and adopts sockets of abstract names that
//! another crate has made.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::path::Path;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use varlink::{Connection, ListenConfig, OrgVarlinkServiceClient, OrgVarlinkServiceInterface};

use crate::steps::{Steps, at_its_limit, error, free_port};
use crate::{Failure, Result};

/// Ample for the server to start.
const START: Duration = Duration::from_secs(20);

/// How long the server waits for the first connection, in its unit.
const SECONDS: u64 = 1;

pub fn run(steps: &mut Steps) -> Result<()> {
    let name = format!("sock-dropin-{}", process::id());
    let path = std::env::temp_dir().join(&name).display().to_string();
    let tcp = format!("127.0.0.1:{}", free_port()?);
    let ways = [
        ("tcp", format!("tcp:{tcp}"), Peer::Tcp(tcp)),
        ("unix", format!("unix:{path}"), Peer::Path(path.clone())),
        ("abstract", format!("unix:@{name}"), Peer::Abstract(name)),
    ];
    for (way, address, peer) in &ways {
        let server = Server::start(address, 0);
        let name = |what: &str| format!("varlink: {way}: {what}");
        steps.step(&name("std asks"), "3 answers", || asked(peer.connect()?));
        steps.step(
            &name("itself asks"),
            "product, 3 interfaces asked for",
            || asks(address),
        );
        let early = "2 answers while another client says nothing";
        steps.step(&name("clients at a time"), early, || {
            let mut silent = peer.connect()?;
            silent.write_all(b"{\"method\":")?;
            let answers = [asked(peer.connect()?)?, asked(peer.connect()?)?];
            Ok(format!(
                "{} answers while another client says nothing",
                answers.len()
            ))
        });
        steps.step(&name("told to stop"), "ended without an error", || {
            server?.stop()
        });
        steps.step(&name("idle"), "Timeout", || {
            let limit = Duration::from_secs(SECONDS);
            let server = Server::listening(address, SECONDS, Arc::default());
            let outcome = at_its_limit(limit, || server.join())?;
            let outcome = outcome.map_err(|_| "the server panicked")?;
            Ok(format!("{:?}", error(outcome)?.kind()))
        });
    }
    steps.step("varlink: unix: its path is gone", "gone", || {
        let there = Path::new(&path).exists();
        Ok(if there { "there" } else { "gone" }.to_string())
    });
    steps.step("varlink: refused", "Io(ConnectionRefused)", || {
        let address = format!("tcp:127.0.0.1:{}", free_port()?);
        // Without Debug, so `error` does not do.
        match Connection::with_address(&address) {
            Ok(_) => Err("it did not fail".into()),
            Err(error) => Ok(format!("{:?}", error.kind())),
        }
    });
    steps.step(
        "varlink: no such path",
        "Io(NotFound)",
        || match Connection::with_address("unix:/nowhere/socket") {
            Ok(_) => Err("it did not fail".into()),
            Err(error) => Ok(format!("{:?}", error.kind())),
        },
    );
    steps.step("varlink: a server that ends", "ConnectionClosed", || {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = format!("tcp:{}", listener.local_addr()?);
        let connection = Connection::with_address(&address)?;
        let server = thread::spawn(move || -> Result<()> {
            let (stream, _) = listener.accept()?;
            // All is read before the end, lest the end be a reset.
            BufReader::new(stream).read_until(0, &mut Vec::new())?;
            Ok(())
        });
        let outcome = OrgVarlinkServiceClient::new(connection).get_info();
        server.join().map_err(|_| "the server panicked")??;
        Ok(format!("{:?}", error(outcome)?.kind()))
    });
    Ok(())
}

/// Three calls over one connection, in pieces, and their answers.
fn asked(stream: Box<dyn Stream>) -> Result<String> {
    let mut stream = BufReader::new(stream);
    let mut answers = 0;
    for _ in 0..3 {
        for part in ["{\"method\":\"org.varlink", ".service.GetInfo\"}\0"] {
            stream.get_mut().write_all(part.as_bytes())?;
        }
        let mut answer = Vec::new();
        stream.read_until(0, &mut answer)?;
        let answer = String::from_utf8(answer)?;
        if !answer.contains("\"product\":\"product\"") {
            return Err(answer.into());
        }
        answers += 1;
    }
    Ok(format!("{answers} answers"))
}

fn asks(address: &str) -> Result<String> {
    let connection = Connection::with_address(address)?;
    let mut client = OrgVarlinkServiceClient::new(connection);
    let info = client.get_info()?;
    for _ in 0..3 {
        client.get_interface_description("org.varlink.service")?;
    }
    Ok(format!("{}, 3 interfaces asked for", info.product))
}

trait Stream: Read + Write {}

impl<S: Read + Write> Stream for S {}

/// Where the server listens, for an ordinary client.
enum Peer {
    Tcp(String),
    Path(String),
    Abstract(String),
}

impl Peer {
    /// Connects as soon as the server listens.
    fn connect(&self) -> Result<Box<dyn Stream>> {
        let start = Instant::now();
        loop {
            match self.try_connect() {
                Err(_) if start.elapsed() < START => thread::sleep(Duration::from_millis(10)),
                done => return done,
            }
        }
    }

    fn try_connect(&self) -> Result<Box<dyn Stream>> {
        Ok(match self {
            Peer::Tcp(addr) => Box::new(TcpStream::connect(addr)?),
            Peer::Path(path) => Box::new(UnixStream::connect(path)?),
            Peer::Abstract(name) => {
                let addr = SocketAddr::from_abstract_name(name)?;
                Box::new(UnixStream::connect_addr(&addr)?)
            }
        })
    }
}

/// A server in a thread, until it is told to stop.
struct Server {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<varlink::Result<()>>,
}

impl Server {
    fn start(address: &str, idle: u64) -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let thread = Self::listening(address, idle, stop.clone());
        Ok(Server { stop, thread })
    }

    fn listening(
        address: &str,
        idle_timeout: u64,
        stop: Arc<AtomicBool>,
    ) -> JoinHandle<varlink::Result<()>> {
        let address = address.to_string();
        thread::spawn(move || {
            let service = varlink::VarlinkService::new("vendor", "product", "1", "url", vec![]);
            let config = ListenConfig {
                idle_timeout,
                stop_listening: Some(stop),
                ..ListenConfig::default()
            };
            varlink::listen(service, &address, &config)
        })
    }

    fn stop(self) -> Result<String> {
        self.stop.store(true, Ordering::SeqCst);
        let ended = self.thread.join();
        ended.map_err(|_| Failure::from("the server panicked"))??;
        Ok("ended without an error".to_string())
    }
}

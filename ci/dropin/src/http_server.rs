//! oxhttp, a server: accepts, clones its connections, and has a time-out for each read and write.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use oxhttp::model::{Body, Method, Request, Response, StatusCode};

use crate::child::python;
use crate::steps::{Steps, at_its_limit, error};
use crate::{Failure, Result};

const CLIENT: &str = include_str!("client.py");

/// The time-out of the server.
const LIMIT: Duration = Duration::from_millis(600);

/// The most connections that it serves at a time, and how many come.
const SERVED: usize = 4;
const COMING: usize = 12;

pub fn run(steps: &mut Steps) -> Result<()> {
    let addr = start()?;
    let all = "7 of 7 requests over one connection";
    steps.step("http server: Python asks", all, || {
        let output = python(CLIENT).arg(addr.port().to_string()).output()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        match output.status.success() {
            true => Ok(String::from_utf8(output.stdout)?.trim().to_string()),
            false => Err(errors.into()),
        }
    });
    steps.step("http server: many at once", "12 answers", || many(addr));
    steps.step("http server: minreq asks", "200 home", || {
        let response = minreq::get(format!("http://{addr}/")).send()?;
        Ok(format!("{} {}", response.status_code, response.as_str()?))
    });
    // The server answers any error but one of kind TimedOut by this status.
    let timed_out = "HTTP/1.1 500 Internal Server Error, \
                     Resource temporarily unavailable (os error 11)";
    steps.step("http server: a client that stops", timed_out, || {
        let mut client = ask(addr, "GET / HTTP/1.1\r\nHo")?;
        at_its_limit(LIMIT, || answer(&mut client))?
    });
    let idle = "200 home, then HTTP/1.1 500 Internal Server Error, \
                Resource temporarily unavailable (os error 11)";
    steps.step("http server: a client that is idle", idle, || {
        let mut client = ask(addr, "GET / HTTP/1.1\r\nHost: here\r\n\r\n")?;
        let first = response(&mut client)?;
        let then = at_its_limit(LIMIT, || answer(&mut client))??;
        Ok(format!("{first}, then {then}"))
    });
    steps.step("http server: a client that ends", "no answer", || {
        let mut client = ask(addr, "")?;
        client.shutdown(Shutdown::Write)?;
        match read(&mut client)? {
            text if text.is_empty() => Ok("no answer".to_string()),
            text => Ok(text),
        }
    });
    let taken = "AddrInUse: Address already in use (os error 98)";
    steps.step("http server: a port that is taken", taken, || {
        let error = error(oxhttp::Server::new(home).bind(addr).spawn())?;
        Ok(format!("{:?}: {error}", error.kind()))
    });
    Ok(())
}

/// A server on a port of its own; it goes on until this process ends.
fn start() -> Result<SocketAddr> {
    // Between the two binds somebody else may take the port.
    for _ in 0..8 {
        let addr = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let server = oxhttp::Server::new(home)
            .bind(addr)
            .with_global_timeout(LIMIT)
            .with_max_concurrent_connections(SERVED);
        if server.spawn().is_ok() {
            return Ok(addr);
        }
    }
    Err("the server finds no port".into())
}

fn home(request: &mut Request<Body>) -> Response<Body> {
    let respond = |status, body| {
        let response = Response::builder().status(status).body(body);
        response.unwrap_or_default()
    };
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/") => respond(StatusCode::OK, Body::from("home")),
        (&Method::POST, "/echo") => {
            let mut body = Vec::new();
            match request.body_mut().read_to_end(&mut body) {
                Ok(_) => respond(StatusCode::OK, Body::from(body)),
                Err(_) => respond(StatusCode::BAD_REQUEST, Body::empty()),
            }
        }
        _ => respond(StatusCode::NOT_FOUND, Body::empty()),
    }
}

/// A client that has sent this.
fn ask(addr: SocketAddr, request: &str) -> Result<TcpStream> {
    let mut client = TcpStream::connect(addr)?;
    client.set_read_timeout(Some(Duration::from_secs(30)))?;
    client.write_all(request.as_bytes())?;
    Ok(client)
}

/// All that comes until the server closes.
fn read(client: &mut TcpStream) -> Result<String> {
    let mut text = String::new();
    client.read_to_string(&mut text)?;
    Ok(text)
}

/// The first line and the body of the last response of a connection.
fn answer(client: &mut TcpStream) -> Result<String> {
    let text = read(client)?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or("no response")?;
    let status = head.lines().next().unwrap_or_default();
    Ok(format!("{status}, {body}"))
}

/// The status and the body of a response to which others may follow.
fn response(client: &mut TcpStream) -> Result<String> {
    let mut text = Vec::new();
    while !text.ends_with(b"home") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        text.extend(byte);
    }
    let text = String::from_utf8(text)?;
    let status = text.split(' ').nth(1).unwrap_or_default();
    Ok(format!("{status} home"))
}

/// More clients at a time than the server serves.
fn many(addr: SocketAddr) -> Result<String> {
    let request = "GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
    let clients: Vec<_> = (0..COMING)
        .map(|_| {
            thread::spawn(move || -> Result<()> {
                let answer = answer(&mut ask(addr, request)?)?;
                match answer.as_str() {
                    "HTTP/1.1 200 OK, home" => Ok(()),
                    _ => Err(answer.into()),
                }
            })
        })
        .collect();
    for client in clients {
        client
            .join()
            .map_err(|_| Failure::from("a client panicked"))??;
    }
    Ok(format!("{COMING} answers"))
}

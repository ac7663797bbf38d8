//! minreq, a client: connects with and without a time-out, and computes the time-out of each read
//! from one for the whole request.

use std::io;
use std::time::Duration;

use crate::Result;
use crate::child::{Running, python};
use crate::steps::{Steps, at_its_limit, error, free_port, pattern};

const SERVER: &str = include_str!("server.py");

/// The time-out of requests that are not answered, in minreq's unit.
const SECONDS: u64 = 1;
const LIMIT: Duration = Duration::from_secs(SECONDS);

pub fn run(steps: &mut Steps) -> Result<()> {
    let (_server, ports) = Running::ready(&mut python(SERVER))?;
    let (port, deaf) = ports.split_once(' ').ok_or("the server's ports")?;
    let url = |path: &str| format!("http://127.0.0.1:{port}{path}");
    let get = |path: &str| minreq::get(url(path)).with_timeout(30);

    steps.step(
        "http client: requests",
        "200 hello, 200 hello, 200 hello",
        || {
            let words: Result<Vec<String>> = (0..3).map(|_| text(get("/hello"))).collect();
            Ok(words?.join(", "))
        },
    );
    steps.step("http client: without a time-out", "200 hello", || {
        text(minreq::get(url("/hello")))
    });
    steps.step("http client: by name", "200 hello", || {
        text(minreq::get(format!("http://localhost:{port}/hello")))
    });
    steps.step("http client: a megabyte", "200, the same", || {
        let body = pattern(1 << 20);
        let response = minreq::post(url("/echo")).with_body(body.clone()).send()?;
        let same = response.as_bytes() == body;
        let verdict = if same { "the same" } else { "something else" };
        Ok(format!("{}, {verdict}", response.status_code))
    });
    steps.step("http client: a body in parts", "200 one two three", || {
        text(get("/chunked"))
    });
    steps.step("http client: a redirect", "200 hello", || {
        text(get("/redirect"))
    });
    steps.step("http client: not found", "404 nothing here", || {
        text(get("/nothing"))
    });

    let passed = "the timeout of the request was reached";
    steps.step("http client: a silent server", passed, || {
        let request = minreq::get(url("/silent")).with_timeout(SECONDS);
        Ok(at_its_limit(LIMIT, || error(request.send()))??.to_string())
    });
    // The body is read without the thread that watches over the head, so that here it is the
    // socket's own time-out that ends the read.
    let half = "half , then the timeout of the request was reached";
    steps.step("http client: a server that stops", half, || {
        let request = minreq::get(url("/stops")).with_timeout(SECONDS);
        at_its_limit(LIMIT, || {
            let mut got = String::new();
            for byte in request.send_lazy()? {
                match byte {
                    Ok((byte, _)) => got.push(byte.into()),
                    Err(error) => return Ok(format!("{got}, then {error}")),
                }
            }
            Err("the body ended".into())
        })?
    });
    // Both the thread that watches and the connect itself end then, in either order.
    steps.step("http client: a listener that is full", "TimedOut", || {
        let request = minreq::get(format!("http://127.0.0.1:{deaf}/")).with_timeout(SECONDS);
        match at_its_limit(LIMIT, || error(request.send()))?? {
            minreq::Error::IoError(error) => Ok(format!("{:?}", error.kind())),
            other => Err(other.into()),
        }
    });
    // To minreq an end is an empty response.
    steps.step("http client: a server that ends", "503", || {
        text(get("/ends"))
    });
    let refused = "ConnectionRefused: Connection refused (os error 111)";
    for limit in [None, Some(30)] {
        let name = format!("http client: refused, time-out {limit:?}");
        steps.step(&name, refused, || {
            let port = free_port()?;
            let mut request = minreq::get(format!("http://127.0.0.1:{port}/"));
            if let Some(limit) = limit {
                request = request.with_timeout(limit);
            }
            match error(request.send())? {
                minreq::Error::IoError(error) => Ok(told(&error)),
                other => Err(other.into()),
            }
        });
    }
    Ok(())
}

fn text(request: minreq::Request) -> Result<String> {
    let response = request.send()?;
    let text = format!("{} {}", response.status_code, response.as_str()?);
    Ok(text.trim_end().to_string())
}

/// The kind of an error and its text.
fn told(error: &io::Error) -> String {
    format!("{:?}: {error}", error.kind())
}

//! redis, a client over TCP and Unix streams: keeps its connection, pipelines, and subscribes.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{fs, process, thread};

use redis::{Client, Connection, RedisError, cmd};

use crate::child::{Running, redis};
use crate::steps::{Steps, at_its_limit, error, free_port, pattern};
use crate::{Failure, Result};

/// Ample for Redis to start.
const START: Duration = Duration::from_secs(20);

/// The time-out of receives to which nothing comes.
const LIMIT: Duration = Duration::from_millis(500);

pub fn run(steps: &mut Steps) -> Result<()> {
    let server = Server::start()?;
    let port = server.port;
    let unix = format!("redis+unix://{}", server.socket().display());
    let ways = [
        ("tcp", format!("redis://127.0.0.1:{port}")),
        ("tcp by name", format!("redis://localhost:{port}")),
        ("unix", unix),
    ];
    for (way, url) in &ways {
        let client = Client::open(url.as_str())?;
        let name = |what: &str| format!("redis client: {way}: {what}");
        let connect = || client.get_connection();
        steps.step(&name("requests"), "1 connection, PONG, 100", || {
            requests(&mut connect()?)
        });
        steps.step(
            &name("a megabyte"),
            "the same",
            || megabyte(&mut connect()?),
        );
        steps.step(&name("a pipeline"), "1000 answers", || {
            pipeline(&mut connect()?)
        });
        steps.step(&name("a subscription"), "one, two", || {
            subscription(&client)
        });
        let passed = "Resource temporarily unavailable (os error 11), a time-out";
        steps.step(&name("a silent server"), passed, || {
            let mut connection = connect()?;
            connection.set_read_timeout(Some(LIMIT))?;
            let mut wait = || {
                cmd("BLPOP")
                    .arg("empty")
                    .arg(0)
                    .query::<()>(&mut connection)
            };
            Ok(told(&at_its_limit(LIMIT, || error(wait()))??))
        });
        let zero = "cannot set a 0 duration timeout";
        steps.step(&name("a time-out of zero"), zero, || {
            let outcome = connect()?.set_read_timeout(Some(Duration::ZERO));
            Ok(error(outcome)?.to_string())
        });
        let dropped = "unexpected end of file, open: false";
        steps.step(&name("a server that ends"), dropped, || {
            killed(connect()?, connect()?)
        });
    }
    let within = "1 connection, PONG, 100";
    steps.step("redis client: connecting within a time", within, || {
        let client = Client::open(ways[0].1.as_str())?;
        requests(&mut client.get_connection_with_timeout(START)?)
    });
    let refused = "Connection refused (os error 111)";
    steps.step("redis client: refused", refused, || {
        failing(&format!("redis://127.0.0.1:{}", free_port()?))
    });
    let nothing = "No such file or directory (os error 2)";
    steps.step("redis client: no such path", nothing, || {
        failing("redis+unix:///nowhere/redis.sock")
    });
    Ok(())
}

fn requests(connection: &mut Connection) -> Result<String> {
    let id = |connection: &mut Connection| cmd("CLIENT").arg("ID").query::<u64>(connection);
    let first = id(connection)?;
    let pong: String = cmd("PING").query(connection)?;
    cmd("DEL").arg("counter").query::<()>(connection)?;
    let mut counted = 0;
    for _ in 0..100 {
        counted = cmd("INCR").arg("counter").query::<u64>(connection)?;
    }
    let connections = id(connection)? - first + 1;
    Ok(format!("{connections} connection, {pong}, {counted}"))
}

fn megabyte(connection: &mut Connection) -> Result<String> {
    let value = pattern(1 << 20);
    cmd("SET")
        .arg("large")
        .arg(&value[..])
        .query::<()>(connection)?;
    let got: Vec<u8> = cmd("GET").arg("large").query(connection)?;
    let same = got == value;
    Ok(if same { "the same" } else { "something else" }.to_string())
}

fn pipeline(connection: &mut Connection) -> Result<String> {
    let mut pipe = redis::pipe();
    for i in 0..1000 {
        pipe.cmd("ECHO").arg(i);
    }
    let answers: Vec<u64> = pipe.query(connection)?;
    let in_order = answers.iter().zip(0..1000).all(|(got, sent)| *got == sent);
    Ok(format!(
        "{} {}",
        answers.len(),
        if in_order { "answers" } else { "in disorder" }
    ))
}

/// One connection receives what another sends from another thread.
fn subscription(client: &Client) -> Result<String> {
    let mut receiver = client.get_connection()?;
    let mut receiver = receiver.as_pubsub();
    receiver.subscribe("channel")?;
    let mut sender = client.get_connection()?;
    let sender = thread::spawn(move || -> Result<()> {
        for word in ["one", "two"] {
            cmd("PUBLISH")
                .arg("channel")
                .arg(word)
                .query::<()>(&mut sender)?;
        }
        Ok(())
    });
    let mut word = || receiver.get_message()?.get_payload::<String>();
    let words = [word()?, word()?];
    sender
        .join()
        .map_err(|_| Failure::from("the sender panicked"))??;
    Ok(words.join(", "))
}

/// The server closes `one` when `other` asks it to.
fn killed(mut one: Connection, mut other: Connection) -> Result<String> {
    let id: u64 = cmd("CLIENT").arg("ID").query(&mut one)?;
    cmd("CLIENT")
        .arg("KILL")
        .arg("ID")
        .arg(id)
        .query::<()>(&mut other)?;
    let error = match one.recv_response() {
        Ok(value) => return Err(format!("{value:?}").into()),
        Err(error) => error,
    };
    let open = redis::ConnectionLike::is_open(&one);
    Ok(format!("{}, open: {open}", told(&error)))
}

fn failing(url: &str) -> Result<String> {
    Ok(told(&error(Client::open(url)?.get_connection())?))
}

/// The text of an error, and whether the crate takes it for a time-out.
fn told(error: &RedisError) -> String {
    match error.is_timeout() {
        true => format!("{error}, a time-out"),
        false => error.to_string(),
    }
}

/// Redis, in a folder of its own.
struct Server {
    _process: Running,
    port: u16,
    folder: PathBuf,
}

impl Server {
    fn start() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("sock-dropin-{}", process::id()));
        fs::create_dir_all(&folder)?;
        let port = free_port()?;
        let mut command = redis();
        command.current_dir(&folder).stdout(Stdio::null());
        command.args(["--bind", "127.0.0.1", "--port", &port.to_string()]);
        command.args(["--unixsocket", "redis.sock"]);
        let process = Running::start(&mut command)?;
        let server = Server {
            _process: process,
            port,
            folder,
        };
        let start = Instant::now();
        while UnixStream::connect(server.socket()).is_err() {
            if start.elapsed() > START {
                return Err("Redis does not start".into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    fn socket(&self) -> PathBuf {
        Path::new(&self.folder).join("redis.sock")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{}: {error}", self.folder.display());
        }
    }
}

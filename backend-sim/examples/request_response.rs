//! How to test a protocol of your own: write it over [`Backend`], run it in simulations with many
//! seeds, and let the first seed that breaks it tell the whole story again.
//!
//! The protocol: a client asks a server for the square of a number, a datagram each way, and asks again
//! when no answer has come for 50 ms. Its first version is wrong in a way that no test over loopback
//! finds: when a slow answer comes after the question was asked again, a second answer follows it, and
//! the client takes that one for the answer to its next question.
//!
//! `cargo run -p sock-sim --example request_response`

use std::time::Duration;

use sock_core::{Backend, Connected, Deadline, Error, Result, SocketAddr, Udp, UdpSocket};
use sock_sim::{Link, Record, Sim};

/// Which version of the client.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Version {
    /// Takes whatever comes for the answer.
    First,
    /// Looks at which question an answer belongs to.
    Mended,
}

const PATIENCE: Duration = Duration::from_millis(50);
const TRIES: usize = 20;

struct Client<B: Backend> {
    socket: Connected<B, Udp>,
    version: Version,
    asked: u8,
}

impl<B: Backend> Client<B> {
    fn new(backend: B, server: &SocketAddr<B::Abi>, version: Version) -> Result<Self, B> {
        let socket =
            UdpSocket::bind_in(backend, &"0.0.0.0:0".parse().map_err(|_| Error::INVALID)?)?;
        Ok(Client {
            socket: socket.connect(server)?,
            version,
            asked: 0,
        })
    }

    /// The square of a number: the question is `[which, number]`, the answer `[which, low, high]`.
    fn square(&mut self, number: u8) -> Result<u16, B> {
        self.asked += 1;
        for _ in 0..TRIES {
            self.socket.send(&[self.asked, number])?;
            let deadline = Deadline::at(self.socket.backend().now().saturating_add(PATIENCE));
            let mut answer = [0; 3];
            while self.socket.recv_by(&mut answer, deadline).is_ok() {
                let [which, low, high] = answer;
                if which == self.asked || self.version == Version::First {
                    return Ok(u16::from_le_bytes([low, high]));
                }
            }
        }
        Err(Error::DEADLINE)
    }
}

/// Answers questions until none has come for a minute.
fn serve<B: Backend>(socket: &UdpSocket<B>) -> Result<(), B> {
    loop {
        let mut question = [0; 2];
        let from =
            match socket.recv_from_by(&mut question, Deadline::after(Duration::from_secs(60))) {
                Ok(received) => received.from,
                Err(error) if error == Error::DEADLINE => return Ok(()),
                Err(error) => return Err(error),
            };
        let [which, number] = question;
        let [low, high] = (u16::from(number) * u16::from(number)).to_le_bytes();
        socket.send_to(&[which, low, high], &from)?;
    }
}

/// One conversation in a simulation of its own. What went wrong, if something did, and what happened.
fn converse(version: Version, seed: u64) -> (std::result::Result<(), String>, Vec<Record>) {
    let near = Sim::with_seed(seed);
    near.assign([10, 0, 0, 1]);
    let far = near.host([[10, 0, 0, 2]]);
    let link = Link {
        latency: Duration::from_millis(20),
        jitter: Duration::from_millis(8),
        loss: 0.02,
        ..Link::default()
    };
    near.set_link(&far, link);
    near.record();
    let conversation = || -> Result<std::result::Result<(), String>, Sim> {
        let server = SocketAddr::new_v4([10, 0, 0, 2].into(), 7);
        let socket = UdpSocket::bind_in(far.clone(), &server)?;
        let mut client = Client::new(near.clone(), &server, version)?;
        let ask = || {
            for number in 1..=10 {
                match client.square(number)? {
                    right if right == u16::from(number).pow(2) => {}
                    wrong => return Ok(Err(format!("the square of {number} is not {wrong}"))),
                }
            }
            Ok(Ok(()))
        };
        let (served, asked) = near.together(|| serve(&socket), ask);
        served.and(asked)
    };
    let outcome = conversation().unwrap_or_else(|error| Err(error.to_string()));
    (outcome, near.trace())
}

/// The first seed that breaks the protocol, and how.
fn find(version: Version, seeds: std::ops::Range<u64>) -> Option<(u64, String, Vec<Record>)> {
    seeds
        .into_iter()
        .find_map(|seed| match converse(version, seed) {
            (Ok(()), _) => None,
            (Err(why), trace) => Some((seed, why, trace)),
        })
}

fn main() {
    for version in [Version::First, Version::Mended] {
        match find(version, 0..500) {
            None => println!("{version:?}: 500 seeds, and every answer was right"),
            Some((seed, why, trace)) => {
                println!("{version:?}: with the seed {seed} {why}:");
                trace.iter().for_each(|record| println!("  {record}"));
            }
        }
    }
}

#[test]
fn the_first_version_is_found_out() {
    let (seed, why, trace) = find(Version::First, 0..500).unwrap();
    // The seed says everything: the same again, call by call.
    assert_eq!(converse(Version::First, seed), (Err(why), trace));
}

#[test]
fn the_mended_version_holds() {
    assert_eq!(find(Version::Mended, 0..500), None);
}

//! What is between two hosts.

use std::time::Duration;

/// One direction between two hosts, or a host's loopback. The default is a perfect one: nothing is
/// lost, and everything arrives at once.
///
/// ```
/// use std::time::Duration;
/// use sock_core::{Deadline, TcpListener, TcpStream};
/// use sock_sim::{Link, Sim};
///
/// let (near, far) = (Sim::new(), [10, 0, 0, 2]);
/// near.assign([10, 0, 0, 1]);
/// let far = near.host([far]);
/// near.set_link(&far, Link { latency: Duration::from_millis(20), ..Link::default() });
///
/// let listener = TcpListener::bind_in(far, &"10.0.0.2:80".parse()?)?;
/// let start = near.now();
/// TcpStream::connect_in(near.clone(), &listener.local_addr()?, Deadline::NEVER)?;
/// assert_eq!(near.now(), start.saturating_add(Duration::from_millis(40)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// How long every packet is on its way.
    pub latency: Duration,
    /// What may come to that: for each packet a time from zero to this. TCP keeps its order all the
    /// same.
    pub jitter: Duration,
    /// The bytes that it takes in a second; `None` for any number. Packets queue for it.
    pub bandwidth: Option<u64>,
    /// Which part of the packets is lost. TCP sends what is lost again, which takes time.
    pub loss: f64,
    /// Which part of the datagrams arrives twice.
    pub duplicate: f64,
    /// Which part of the datagrams is a millisecond late, and overtaken.
    pub reorder: f64,
    /// Whether nothing passes, and nobody is told: a black hole.
    pub down: bool,
}

impl Default for Link {
    fn default() -> Self {
        Link {
            latency: Duration::ZERO,
            jitter: Duration::ZERO,
            bandwidth: None,
            loss: 0.0,
            duplicate: 0.0,
            reorder: 0.0,
            down: false,
        }
    }
}

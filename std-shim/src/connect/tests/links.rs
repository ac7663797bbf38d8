//! Over links that are slow, or let nothing pass, each family by its own.

use super::*;
use sock_sim::Link;

/// A client and, for each family, a host of its own that the client reaches by a link.
struct Network {
    client: Sim,
    v6: Sim,
    v4: Sim,
}

const V6: &str = "[2001:db8::2]:80";
const V4: &str = "192.0.2.2:80";

impl Network {
    fn new(v6: Link, v4: Link) -> Self {
        let client = Sim::new();
        client.assign("2001:db8::1".parse::<IpAddr>().unwrap());
        client.assign("192.0.2.1".parse::<IpAddr>().unwrap());
        let network = Network {
            v6: client.host(["2001:db8::2".parse::<IpAddr>().unwrap()]),
            v4: client.host(["192.0.2.2".parse::<IpAddr>().unwrap()]),
            client,
        };
        network.client.set_link(&network.v6, v6);
        network.client.set_link(&network.v4, v4);
        network
    }

    /// Which address a connect to both comes to, and after how long.
    fn won(&self) -> (Addr, Duration) {
        super::won(&self.client, &[V6.parse().unwrap(), V4.parse().unwrap()])
    }
}

fn slow(latency: Duration) -> Link {
    Link {
        latency,
        ..Link::default()
    }
}

fn down() -> Link {
    Link {
        down: true,
        ..Link::default()
    }
}

fn addr(text: &str) -> Addr {
    text.parse().unwrap()
}

#[test]
fn a_family_that_is_a_black_hole_costs_the_delay() {
    let network = Network::new(down(), slow(ms(20)));
    let (_listener, _) = listener(&network.v4, V4);
    assert_eq!(network.won(), (addr(V4), ms(250 + 40)));
}

#[test]
fn a_slow_family_loses_and_one_that_is_not_so_slow_wins() {
    for (latency, winner, took) in [
        (ms(120), V6, ms(240)),
        (ms(130), V6, ms(260)),
        (ms(140), V6, ms(280)),
        (ms(150), V4, ms(290)),
        (ms(500), V4, ms(290)),
    ] {
        let network = Network::new(slow(latency), slow(ms(20)));
        let (_v6, _) = listener(&network.v6, V6);
        let (_v4, _) = listener(&network.v4, V4);
        let before = network.client.open_descriptors();
        assert_eq!(network.won(), (addr(winner), took), "{latency:?}");
        assert_eq!(network.client.open_descriptors(), before);
    }
}

#[test]
fn a_refusal_that_takes_its_time_starts_the_next_when_it_comes() {
    let network = Network::new(slow(ms(50)), slow(ms(20)));
    let (_v4, _) = listener(&network.v4, V4);
    assert_eq!(network.won(), (addr(V4), ms(100 + 40)));
}

#[test]
fn a_refusal_of_the_later_one_leaves_the_earlier_one_its_time() {
    let network = Network::new(slow(ms(300)), slow(ms(20)));
    let (_v6, _) = listener(&network.v6, V6);
    assert_eq!(network.won(), (addr(V6), ms(600)));
}

#[test]
fn no_call_is_added_when_the_first_answers_after_a_round_trip() {
    let network = Network::new(slow(ms(100)), slow(ms(1)));
    let (_v6, _) = listener(&network.v6, V6);
    let (_v4, _) = listener(&network.v4, V4);
    let connect = |backend| {
        let addrs = [addr(V6), addr(V4)];
        drop(race(backend, addrs[0], addrs[1..].iter().copied(), None).unwrap());
    };
    assert_eq!(calls(connect, &network.client), 5);
}

//! Which call meets which fault: by rates and by scripts.

use std::collections::BTreeSet;

use fastrand::Rng;
use sock_core::Abi;

use crate::host::HostId;
use crate::socket::Id;
use crate::{Call, Fault, Fd};

/// Whose calls a script counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The calls of the host, on whatever socket or on none.
    Host,
    /// The calls on the socket that the host made as its nth, from 0. `socket` makes one,
    /// `socket_pair` two, and each connection that comes to a listener is one.
    Nth(u64),
    /// The calls on this socket, by the number that the `Debug` of its descriptor shows.
    Socket(u64),
}

impl<A: Abi> From<&Fd<A>> for Target {
    fn from(fd: &Fd<A>) -> Self {
        Target::Socket(fd.id.number())
    }
}

/// "The third send on this socket."
#[derive(Debug)]
struct Script {
    host: HostId,
    target: Target,
    call: Call,
    /// How many calls are still to come, the one that is hit among them; 0 when it has been.
    left: u64,
    fault: Fault,
}

#[derive(Debug)]
struct Rate {
    host: HostId,
    call: Call,
    fault: Fault,
    rate: f64,
}

/// What is to go wrong.
#[derive(Debug)]
pub(crate) struct Plan {
    rates: Vec<Rate>,
    scripts: Vec<Script>,
    random: Rng,
    /// The seed of what a single fault draws, so that one that is left out shifts no other.
    seed: u64,
    /// How many the rates have had.
    injected: u64,
    only: Option<BTreeSet<u64>>,
}

/// A fault that a call has met and that has not had its effect yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planned {
    pub(crate) fault: Fault,
    scripted: bool,
}

impl Plan {
    pub(crate) fn new(seed: u64) -> Self {
        Plan {
            rates: Vec::new(),
            scripts: Vec::new(),
            random: Rng::with_seed(seed),
            seed,
            injected: 0,
            only: None,
        }
    }

    pub(crate) fn set_rate(&mut self, host: HostId, call: Call, fault: Fault, rate: f64) {
        let same = |row: &Rate| row.host == host && row.call == call && row.fault == fault;
        self.rates.retain(|row| !same(row));
        if rate > 0.0 {
            self.rates.push(Rate {
                host,
                call,
                fault,
                rate,
            });
        }
    }

    pub(crate) fn script(
        &mut self,
        host: HostId,
        target: Target,
        call: Call,
        nth: u64,
        fault: Fault,
    ) {
        self.scripts.push(Script {
            host,
            target,
            call,
            left: nth,
            fault,
        });
    }

    pub(crate) fn only(&mut self, numbers: &[u64]) {
        self.only = Some(numbers.iter().copied().collect());
    }

    pub(crate) fn injected(&self) -> u64 {
        self.injected
    }

    /// What the present call meets. `nth` is which socket of its host it is on.
    pub(crate) fn meet(
        &mut self,
        host: HostId,
        call: Call,
        on: Option<(Id, u64)>,
    ) -> Option<Planned> {
        let mut met = None;
        for script in &mut self.scripts {
            let here = match (script.target, on) {
                (Target::Host, _) => true,
                (Target::Nth(nth), Some((_, of))) => nth == of,
                (Target::Socket(number), Some((id, _))) => number == id.number(),
                _ => false,
            };
            if here && script.host == host && script.call == call && script.left > 0 {
                script.left -= 1;
                if script.left == 0 && met.is_none() {
                    met = Some(Planned {
                        fault: script.fault,
                        scripted: true,
                    });
                }
            }
        }
        for row in &self.rates {
            if row.host == host && row.call == call && self.random.f64() < row.rate && met.is_none()
            {
                met = Some(Planned {
                    fault: row.fault,
                    scripted: false,
                });
            }
        }
        met
    }

    /// Whether a fault that now can have its effect shall have it; and what it draws. A script
    /// draws nothing.
    pub(crate) fn takes_effect(&mut self, planned: Planned) -> Option<Option<Rng>> {
        if planned.scripted {
            return Some(None);
        }
        self.inject().map(Some)
    }

    /// [`takes_effect`](Self::takes_effect) for what a rate has decided.
    pub(crate) fn inject(&mut self) -> Option<Rng> {
        let number = self.injected;
        self.injected += 1;
        let wanted = self.only.as_ref().is_none_or(|only| only.contains(&number));
        let mix = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        wanted.then(|| Rng::with_seed(self.seed ^ mix))
    }
}

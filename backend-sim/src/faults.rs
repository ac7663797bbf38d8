//! The faults of a host, as a program sets them.

use sock_core::{Abi, abi};

use crate::plan::Target;
use crate::{Call, Fault, Sim};

/// What is to go wrong on a host: from [`Sim::faults`].
///
/// ```
/// use sock_core::{Backend, Error, SendFlags, SocketKind};
/// use sock_sim::{Call, Fault, Sim};
///
/// let sim = Sim::with_seed(7);
/// let (a, b) = sim.socket_pair(SocketKind::Stream)?;
/// sim.faults()
///     .script(&a, Call::Send, 2, Fault::Short) // the second send on this socket
///     .rate(Fault::NoMemory, 0.0);
/// assert_eq!(sim.send(&a, b"abc", SendFlags::empty()), Ok(3));
/// assert_eq!(sim.send(&a, b"abc", SendFlags::empty()), Ok(1));
/// assert_eq!(sim.send(&a, b"abc", SendFlags::empty()), Ok(3));
/// assert_eq!(sim.hits().of(Fault::Short, Call::Send), 1);
/// # Ok::<(), Error<sock_core::abi::Linux>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Faults<'s, A: Abi = abi::Linux>(pub(crate) &'s Sim<A>);

impl<A: Abi> Faults<'_, A> {
    /// The fault happens to this part, of 0 to 1, of the calls that it can happen in; 0 ends it. A
    /// call meets one fault at the most.
    pub fn rate(self, fault: Fault, rate: f64) -> Self {
        for call in fault.calls() {
            self.rate_in(fault, *call, rate);
        }
        self
    }

    /// [`rate`](Self::rate) for one call. Nothing when the fault [cannot happen](Fault::can_hit) in
    /// it.
    pub fn rate_in(self, fault: Fault, call: Call, rate: f64) -> Self {
        if fault.can_hit::<A>(call) {
            let host = self.0.host;
            self.0.lock().plan.set_rate(host, call, fault, rate);
        }
        self
    }

    /// The fault happens in the `nth` of such calls from now on, the first being 1. It has no
    /// effect where it cannot have one, and is then over, too.
    pub fn script(self, target: impl Into<Target>, call: Call, nth: u64, fault: Fault) -> Self {
        if fault.can_hit::<A>(call) {
            let host = self.0.host;
            self.0
                .lock()
                .plan
                .script(host, target.into(), call, nth, fault);
        }
        self
    }

    /// Of the faults that rates and links bring about in the whole simulation, in the order in
    /// which they have their effect and numbered from 0, only these: to find out which of them a
    /// failure needs.
    pub fn only(self, numbers: &[u64]) -> Self {
        self.0.lock().plan.only(numbers);
        self
    }

    /// How many faults rates and links have brought about in the whole simulation, those that
    /// [`only`](Self::only) left out among them.
    pub fn injected(self) -> u64 {
        self.0.lock().plan.injected()
    }
}

//! What the parties of a schedule do. Each scenario is a module with a function `play`.

mod accept;
mod connect;
mod conversation;
mod datagrams;
mod deadlines;
mod descriptors;
mod halves;
mod states;
mod transfer;

use sock_core::Abi;

use crate::failure::Check;
use crate::plan::Plan;
use crate::world::World;

macro_rules! scenarios {
    ($($scenario:ident: $module:ident, $weight:literal;)+) => {
        /// What the parties of a schedule do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Scenario {
            $($scenario,)+
        }

        impl Scenario {
            /// Each, and how often it is to be played, in relation to the others.
            pub(crate) const ALL: &[(Scenario, u64)] = &[$((Scenario::$scenario, $weight),)+];

            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Scenario::$scenario => stringify!($module),)+
                }
            }

            /// Plays it; an error is an invariant that was broken.
            pub(crate) fn play<A: Abi>(self, world: &World<A>, plan: &mut Plan<'_>) -> Check {
                match self {
                    $(Scenario::$scenario => $module::play(world, plan),)+
                }
            }
        }
    };
}

scenarios! {
    Accept: accept, 3;
    Connect: connect, 3;
    Conversation: conversation, 2;
    Datagrams: datagrams, 3;
    Deadlines: deadlines, 3;
    Descriptors: descriptors, 2;
    Halves: halves, 1;
    States: states, 4;
    Transfer: transfer, 2;
}

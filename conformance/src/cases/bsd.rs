//! What is particular on FreeBSD and Darwin.

use core::num::NonZeroU32;
use core::time::Duration;

use sock_core::abi::{Darwin, FreeBsd};
use sock_core::{Abi, Backend, Instant, poll};

use super::support::*;
use crate::{Env, Outcome, Runner, check, check_number};

pub(super) fn both<E: Env>(runner: &mut Runner<'_, E>) {
    runner.case("bsd-length-bytes", length_bytes);
    runner.case("bsd-no-abstract-names", no_abstract_names);
    runner.case("bsd-loopback-zone", loopback_zone);
    runner.case("bsd-poll-below-a-millisecond", poll_below_a_millisecond);
}

pub(super) fn freebsd<E: Env>(_runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = FreeBsd>,
{
}

pub(super) fn darwin<E: Env>(_runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Darwin>,
{
}

/// Addresses begin with their length, ours and those that the kernel gives.
fn length_bytes<E: Env>(env: &E) -> Outcome {
    check!(<E::Backend as Backend>::Abi::LENGTH_BYTE);
    for (addr, len) in [(loopback4::<E>(), 16), (loopback6::<E>(), 28)] {
        let listener = sock_core::TcpListener::bind_in(env.backend(), &addr)?;
        let mut room = [0xee; 128];
        let told = env.backend().getsockname(listener.as_fd(), &mut room)?;
        check_number!(told, len);
        check_number!(room.first().copied().unwrap_or_default(), len);
    }
    Ok(())
}

/// A name that begins with NUL is no name there, and is refused before any call.
fn no_abstract_names<E: Env>(_: &E) -> Outcome {
    check!(UnixAddrOf::<E>::abstract_name(b"name").is_err());
    Ok(())
}

/// The loopback interface is lo0, and its zone is known by that name; others are not.
fn loopback_zone<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let index: NonZeroU32 = backend.interface_index(b"lo0")?;
    check!(index.get() < 1 << 16);
    let unknown = |name: &[u8]| backend.interface_index(name).is_err();
    check!(unknown(b"lo"));
    check!(unknown(b""));
    check!(unknown(b"lo0\0"));
    check!(unknown(b"no-such-interface0"));
    Ok(())
}

/// A wait of less than a millisecond, and one that is no whole number of them, ends neither early nor
/// a millisecond late as a rule.
fn poll_below_a_millisecond<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    for micros in [1, 300, 999, 1_500, 2_999] {
        let wait = Duration::from_micros(micros);
        let mut shortest = Duration::MAX;
        for _ in 0..8 {
            let start: Instant = backend.now();
            poll(&backend, &mut [], sock_core::Deadline::after(wait))?;
            let took = Duration::from_nanos(backend.now().as_nanos() - start.as_nanos());
            check!(took >= wait);
            shortest = shortest.min(took);
        }
        check!(env.is_emulated() || shortest < wait + Duration::from_millis(1));
    }
    Ok(())
}

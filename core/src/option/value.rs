//! How the value of an option stands in bytes.

use core::time::Duration;

use crate::abi::Kernel;
use crate::{Abi, SocketKind};

/// The largest value of an option here.
pub(super) const ROOM: usize = 16;

/// The bytes of a value.
#[derive(Debug)]
pub struct Value {
    bytes: [u8; ROOM],
    len: usize,
}

impl Value {
    pub(crate) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&self.bytes)
    }

    /// An `int`.
    fn int(value: i32) -> Self {
        let [a, b, c, d] = value.to_ne_bytes();
        let bytes = [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Value { bytes, len: 4 }
    }

    /// Two of them.
    fn ints(first: i32, second: i32) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (first.to_ne_bytes(), second.to_ne_bytes());
        let bytes = [a, b, c, d, e, f, g, h, 0, 0, 0, 0, 0, 0, 0, 0];
        Value { bytes, len: 8 }
    }
}

fn int(bytes: &[u8]) -> Option<i32> {
    match *bytes {
        [a, b, c, d, ..] => Some(i32::from_ne_bytes([a, b, c, d])),
        // Some options of IP are a single byte (ip(7), IP_MULTICAST_TTL).
        [byte] => Some(i32::from(byte)),
        _ => None,
    }
}

/// Turns a value into the bytes that the kernel takes, and back.
pub trait Codec {
    type Value;
    /// `None` when the value does not fit.
    fn encode(value: Self::Value) -> Option<Value>;
    /// [`encode`](Self::encode) for the kernel `A`, where kernels differ in what fits.
    fn encode_for<A: Abi>(value: Self::Value) -> Option<Value> {
        Self::encode(value)
    }
    /// `None` when the bytes are no such value.
    fn decode(bytes: &[u8]) -> Option<Self::Value>;
}

/// On or off, an `int` that is not zero.
#[derive(Debug)]
pub struct Flag;

impl Codec for Flag {
    type Value = bool;

    fn encode(value: bool) -> Option<Value> {
        Some(Value::int(i32::from(value)))
    }

    fn decode(bytes: &[u8]) -> Option<bool> {
        Some(int(bytes)? != 0)
    }
}

/// A number that is not negative, an `int`.
#[derive(Debug)]
pub struct Count;

impl Codec for Count {
    type Value = u32;

    fn encode(value: u32) -> Option<Value> {
        Some(Value::int(i32::try_from(value).ok()?))
    }

    fn decode(bytes: &[u8]) -> Option<u32> {
        int(bytes)?.try_into().ok()
    }
}

/// Thirty-two bits without a meaning of their own, an `unsigned int`.
#[derive(Debug)]
pub struct Word;

impl Codec for Word {
    type Value = u32;

    fn encode(value: u32) -> Option<Value> {
        Some(Value::int(value.cast_signed()))
    }

    fn decode(bytes: &[u8]) -> Option<u32> {
        Some(int(bytes)?.cast_unsigned())
    }
}

/// The number of a processor, an `int`; -1 for none.
#[derive(Debug)]
pub struct Cpu;

impl Codec for Cpu {
    type Value = Option<u32>;

    fn encode(value: Option<u32>) -> Option<Value> {
        match value {
            Some(cpu) => Count::encode(cpu),
            None => Some(Value::int(-1)),
        }
    }

    fn decode(bytes: &[u8]) -> Option<Option<u32>> {
        Some(int(bytes)?.try_into().ok())
    }
}

/// A number that may be negative, an `int`.
#[derive(Debug)]
pub struct Signed;

impl Codec for Signed {
    type Value = i32;

    fn encode(value: i32) -> Option<Value> {
        Some(Value::int(value))
    }

    fn decode(bytes: &[u8]) -> Option<i32> {
        int(bytes)
    }
}

/// A time in units of `NANOS` nanoseconds, an `int`. A time that is finer than the unit does not
/// fit: it is not rounded behind the caller's back.
#[derive(Debug)]
pub struct Time<const NANOS: u32>;

pub(super) type Seconds = Time<1_000_000_000>;
pub(super) type Milliseconds = Time<1_000_000>;
pub(super) type Microseconds = Time<1_000>;

impl<const NANOS: u32> Codec for Time<NANOS> {
    type Value = Duration;

    fn encode(value: Duration) -> Option<Value> {
        let (nanos, unit) = (value.as_nanos(), u128::from(NANOS));
        if !nanos.is_multiple_of(unit) {
            return None;
        }
        Some(Value::int(i32::try_from(nanos / unit).ok()?))
    }

    fn decode(bytes: &[u8]) -> Option<Duration> {
        let units = u64::try_from(int(bytes)?).ok()?;
        Some(Duration::from_nanos(units * u64::from(NANOS)))
    }
}

/// `struct linger`: off, or on with a time in seconds.
#[derive(Debug)]
pub struct Linger;

impl Codec for Linger {
    type Value = Option<Duration>;

    fn encode(value: Option<Duration>) -> Option<Value> {
        let Some(time) = value else {
            return Some(Value::ints(0, 0));
        };
        if time.subsec_nanos() != 0 {
            return None;
        }
        Some(Value::ints(1, i32::try_from(time.as_secs()).ok()?))
    }

    /// The BSDs keep it in 16 bits, and some of what does not fit comes out of them negative
    /// (`so_linger` in sys/socketvar.h): FreeBSD in seconds, Darwin in hundredths of them (`sosetoptlock`
    /// in bsd/kern/uipc_socket.c).
    fn encode_for<A: Abi>(value: Option<Duration>) -> Option<Value> {
        let most = match A::KERNEL {
            Kernel::Linux => u64::MAX,
            Kernel::FreeBsd => 32_767,
            Kernel::Darwin => 327,
        };
        match value {
            Some(time) if time.as_secs() > most => None,
            value => Self::encode(value),
        }
    }

    fn decode(bytes: &[u8]) -> Option<Option<Duration>> {
        let (on, seconds) = bytes.split_at_checked(4)?;
        if int(on)? == 0 {
            return Some(None);
        }
        Some(Some(Duration::from_secs(
            u64::try_from(int(seconds)?).ok()?,
        )))
    }
}

/// The kind of a socket, as `SO_TYPE` gives it. The numbers are the same on every kernel.
#[derive(Debug)]
pub struct Kind;

impl Codec for Kind {
    type Value = SocketKind;

    fn encode(_: SocketKind) -> Option<Value> {
        None
    }

    fn decode(bytes: &[u8]) -> Option<SocketKind> {
        match int(bytes)? {
            1 => Some(SocketKind::Stream),
            2 => Some(SocketKind::Datagram),
            5 => Some(SocketKind::Seqpacket),
            _ => None,
        }
    }
}

/// `struct timeval` in nanoseconds, cut to microseconds: seconds and microseconds, each a
/// `long`. (The microseconds of Darwin are an `int` followed by padding; on its little-endian
/// machines the bytes are the same.)
#[derive(Debug)]
pub(crate) struct TimeVal;

impl Codec for TimeVal {
    type Value = u64;

    fn encode(nanos: u64) -> Option<Value> {
        let seconds = isize::try_from(nanos / 1_000_000_000).unwrap_or(isize::MAX);
        let micros = (nanos % 1_000_000_000 / 1_000) as isize;
        let mut bytes = [0; ROOM];
        let parts = [seconds.to_ne_bytes(), micros.to_ne_bytes()];
        for (place, part) in bytes.chunks_exact_mut(size_of::<isize>()).zip(parts) {
            place.copy_from_slice(&part);
        }
        Some(Value {
            bytes,
            len: 2 * size_of::<isize>(),
        })
    }

    fn decode(bytes: &[u8]) -> Option<u64> {
        let (seconds, micros) = bytes.split_at_checked(size_of::<isize>())?;
        let word = |bytes: &[u8]| Some(isize::from_ne_bytes(bytes.try_into().ok()?) as u64);
        Some(word(seconds)? * 1_000_000_000 + word(micros)? * 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trip<C: Codec>(value: C::Value) -> Option<C::Value> {
        C::decode(C::encode(value)?.as_slice())
    }

    #[test]
    fn values_round_trip() {
        assert_eq!(trip::<Flag>(true), Some(true));
        assert_eq!(trip::<Count>(4096), Some(4096));
        assert_eq!(trip::<Word>(u32::MAX), Some(u32::MAX));
        assert_eq!(trip::<Signed>(-1), Some(-1));
        assert_eq!(trip::<Cpu>(Some(3)), Some(Some(3)));
        assert_eq!(trip::<Cpu>(None), Some(None));
        assert_eq!(
            trip::<Seconds>(Duration::from_secs(60)),
            Some(Duration::from_secs(60))
        );
        let ms = Duration::from_millis(1500);
        assert_eq!(trip::<Milliseconds>(ms), Some(ms));
        assert_eq!(trip::<Linger>(None), Some(None));
        let none = Some(Duration::ZERO);
        assert_eq!(trip::<Linger>(none), Some(none));
        assert_eq!(trip::<TimeVal>(1_234_567_891), Some(1_234_567_000));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(Count::encode(u32::MAX).is_none());
        assert!(Seconds::encode(Duration::from_millis(1500)).is_none());
        assert!(Seconds::encode(Duration::from_secs(1 << 31)).is_none());
        assert!(Linger::encode(Some(Duration::from_nanos(1))).is_none());
        assert!(Count::decode(&(-1i32).to_ne_bytes()).is_none());
        assert!(Linger::decode(&[1, 0, 0]).is_none());
        assert!(Flag::decode(&[]).is_none());
    }
}

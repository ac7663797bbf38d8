//! Socket options: kept as the bytes that a read gives.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use sock_core::abi::{self, Kernel as Of};
use sock_core::option::*;
use sock_core::{Abi, Error, Family, OptionName, SocketKind};

use crate::gate::Direction;
use crate::kernel::Kernel;
use crate::sim::Result;
use crate::socket::{Id, Socket};

/// Level and number.
type Key = (i32, i32);

/// What has been set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options(BTreeMap<Key, Vec<u8>>);

/// An option that the kernel has.
struct Row {
    key: Key,
    sockets: Sockets,
    form: Form,
}

/// Which sockets have an option.
enum Sockets {
    Any,
    Unix,
    Inet,
    Tcp,
    Udp,
    V6,
}

/// What an option is, and what it is before it is set.
enum Form {
    Flag,
    /// A flag that is on before it is set.
    FlagOn,
    Number(RangeInclusive<i32>, i32),
    SendBuffer,
    ReceiveBuffer,
    Linger,
    TimeOut,
    PendingError,
    Kind,
    Accepting,
    LowWater,
    IncomingCpu,
    Retransmits,
}

fn key<A: Abi, O: SocketOption<A>>(_: O) -> Key {
    (O::NAME.level(), O::NAME.number())
}

fn row<A: Abi, O: SocketOption<A>>(option: O, sockets: Sockets, form: Form) -> Row {
    let key = key::<A, O>(option);
    Row { key, sockets, form }
}

/// Options of every kernel.
fn everywhere<A: Abi>() -> [Row; 22] {
    use Form::*;
    use Sockets::*;
    let time_out = |number| Row {
        key: (A::SOL_SOCKET, number),
        sockets: Any,
        form: TimeOut,
    };
    [
        row::<A, _>(ReuseAddr, Any, Flag),
        row::<A, _>(ReusePort, Any, Flag),
        row::<A, _>(KeepAlive, Any, Flag),
        row::<A, _>(Broadcast, Any, Flag),
        row::<A, _>(sock_core::option::SendBuffer, Any, SendBuffer),
        row::<A, _>(RecvBuffer, Any, ReceiveBuffer),
        row::<A, _>(sock_core::option::Linger, Any, Linger),
        row::<A, _>(sock_core::option::PendingError, Any, PendingError),
        row::<A, _>(sock_core::option::Kind, Any, Kind),
        row::<A, _>(sock_core::option::Accepting, Any, Accepting),
        row::<A, _>(OobInline, Any, Flag),
        row::<A, _>(DontRoute, Any, Flag),
        row::<A, _>(NoDelay, Tcp, Flag),
        row::<A, _>(KeepIdle, Tcp, Number(1..=32767, 7200)),
        row::<A, _>(KeepInterval, Tcp, Number(1..=32767, 75)),
        row::<A, _>(KeepCount, Tcp, Number(1..=127, 9)),
        row::<A, _>(RecvLowWater, Any, LowWater),
        row::<A, _>(MaxSegment, Tcp, Number(88..=32767, SEGMENT_UNKNOWN)),
        row::<A, _>(FastOpen, Tcp, Number(0..=i32::MAX, 0)),
        row::<A, _>(OnlyV6, V6, Flag),
        time_out(A::SO_RCVTIMEO),
        time_out(A::SO_SNDTIMEO),
    ]
}

/// What a TCP socket without a peer takes for the largest segment, `TCP_MSS_DEFAULT`.
const SEGMENT_UNKNOWN: i32 = 536;

/// Options of Linux. Of those that nothing here asks for, each is for what a simulation does not
/// have: processors, queues of devices, a firewall, data in a SYN, sends without a copy.
fn linux() -> [Row; 15] {
    use Form::*;
    use Sockets::*;
    type L = abi::Linux;
    [
        row::<L, _>(Priority, Any, Number(0..=i32::MAX, 0)),
        row::<L, _>(Mark, Any, Number(i32::MIN..=i32::MAX, 0)),
        row::<L, _>(UserTimeout, Tcp, Number(0..=i32::MAX, 0)),
        row::<L, _>(NotSentLowWater, Tcp, Number(i32::MIN..=i32::MAX, 0)),
        row::<L, _>(SynCount, Tcp, Number(1..=127, 6)),
        row::<L, _>(Gro, Udp, Flag),
        row::<L, _>(Segment, Udp, Number(0..=65_535, 0)),
        row::<L, _>(ZeroCopy, Inet, Flag),
        row::<L, _>(BusyPoll, Any, Number(0..=i32::MAX, 0)),
        row::<L, _>(sock_core::option::IncomingCpu, Any, IncomingCpu),
        row::<L, _>(PassCredentials, Unix, Flag),
        row::<L, _>(Cork, Tcp, Flag),
        row::<L, _>(QuickAck, Tcp, FlagOn),
        row::<L, _>(DeferAccept, Tcp, Retransmits),
        row::<L, _>(Transparent, Inet, Flag),
    ]
}

/// The row of an option that sockets like this one have.
fn find<A: Abi>(socket: &Socket<A>, name: OptionName) -> Result<Row, A> {
    let tcp = socket.kind == SocketKind::Stream && !socket.is_unix();
    let udp = socket.kind == SocketKind::Datagram && !socket.is_unix();
    let rows = everywhere::<A>().into_iter();
    let rows = rows.chain(linux().into_iter().filter(|_| A::KERNEL == Of::Linux));
    let mut rows = rows.filter(|row| match row.sockets {
        Sockets::Any => true,
        Sockets::Unix => socket.is_unix(),
        Sockets::Inet => !socket.is_unix(),
        Sockets::Tcp => tcp,
        Sockets::Udp => udp,
        Sockets::V6 => socket.family == Family::Inet6,
    });
    let unknown = match socket.is_unix() && name.level() != A::SOL_SOCKET {
        true => Error::NOT_SUPPORTED,
        false => Error::os(A::ENOPROTOOPT),
    };
    rows.find(|row| row.key == (name.level(), name.number()))
        .ok_or(unknown)
}

/// Darwin has fast open for listeners alone (`tcp_ctloutput` in bsd/netinet/tcp_usrreq.c).
fn is_for_listeners<A: Abi>(key: Key) -> bool {
    A::KERNEL == Of::Darwin && key == self::key::<A, _>(FastOpen)
}

impl<A: Abi> Kernel<A> {
    /// Writes what fits of the value, and gives its length there.
    pub(crate) fn get_option(
        &mut self,
        id: Id,
        name: OptionName,
        room: &mut [u8],
    ) -> Result<usize, A> {
        let socket = self.socket_mut(id)?;
        let row = find(socket, name)?;
        if is_for_listeners::<A>(row.key) && !socket.is_listening() {
            return Err(Error::os(A::ENOTSUP));
        }
        let value = match row.form {
            Form::PendingError => {
                let errno = socket.error.take().and_then(Error::raw_os_error);
                bytes([errno.unwrap_or(0)])
            }
            Form::Kind => bytes([socket.kind.number::<A>()]),
            Form::Accepting => bytes([i32::from(socket.is_listening())]),
            Form::SendBuffer => bytes([socket.send_buffer() as i32]),
            Form::ReceiveBuffer => bytes([socket.receive_buffer() as i32]),
            Form::LowWater => bytes([socket.low_water() as i32]),
            Form::IncomingCpu if socket.heard => bytes([0]),
            form => match socket.options.0.get(&row.key) {
                Some(value) => value.clone(),
                None => match form {
                    Form::Number(_, initial) => bytes([initial]),
                    Form::FlagOn => bytes([1]),
                    Form::IncomingCpu => bytes([-1]),
                    Form::Linger => bytes([0, 0]),
                    Form::TimeOut => vec![0; 2 * size_of::<isize>()],
                    _ => bytes([0]),
                },
            },
        };
        for (place, byte) in room.iter_mut().zip(&value) {
            *place = *byte;
        }
        Ok(value.len().min(room.len()))
    }

    pub(crate) fn set_option(&mut self, id: Id, name: OptionName, value: &[u8]) -> Result<(), A> {
        let socket = self.socket_mut(id)?;
        let row = find(socket, name)?;
        let Some(first) = int(value) else {
            return Err(Error::INVALID);
        };
        if is_for_listeners::<A>(row.key) && !socket.is_listening() {
            return Err(Error::INVALID);
        }
        let bound = socket.inet_local().is_some_and(|local| local.port() != 0);
        let kept = match row.form {
            Form::Flag if row.key == key::<A, _>(OnlyV6) && bound => return Err(Error::INVALID),
            Form::Flag | Form::FlagOn => bytes([i32::from(first != 0)]),
            // As Linux has it (`sk_setsockopt` in net/core/sock.c).
            Form::LowWater => bytes([if first < 0 { i32::MAX } else { first.max(1) }]),
            Form::IncomingCpu => {
                socket.heard = false;
                bytes([first])
            }
            Form::Retransmits => bytes([retransmits(first)]),
            Form::Number(range, _) if range.contains(&first) => bytes([first]),
            Form::Number(..) => return Err(Error::INVALID),
            Form::SendBuffer => bytes([buffer::<A>(first, 4608)]),
            Form::ReceiveBuffer => bytes([buffer::<A>(first, 2304)]),
            Form::Linger => {
                let seconds = value.get(4..).and_then(int).ok_or(Error::INVALID)?;
                bytes(if first == 0 { [0, 0] } else { [1, seconds] })
            }
            Form::TimeOut => {
                nanoseconds(value).ok_or(Error::os(A::EDOM))?;
                value.to_vec()
            }
            Form::PendingError | Form::Kind | Form::Accepting => {
                return Err(Error::os(A::ENOPROTOOPT));
            }
        };
        socket.options.0.insert(row.key, kept);
        let uncorked = first == 0 && row.key == key::<abi::Linux, _>(Cork);
        if uncorked || (first != 0 && row.key == key::<A, _>(NoDelay)) {
            self.flush(id);
            self.pump(id);
        }
        Ok(())
    }
}

impl Options {
    pub(crate) fn number<A: Abi, O: SocketOption<A>>(&self, option: O) -> Option<i32> {
        self.0.get(&key(option)).and_then(|value| int(value))
    }

    pub(crate) fn flag<A: Abi, O: SocketOption<A>>(&self, option: O) -> bool {
        self.number(option).is_some_and(|value| value != 0)
    }

    /// [`flag`](Self::flag) of an option that Linux alone has.
    pub(crate) fn is_on<O: SocketOption<abi::Linux>>(&self, option: O) -> bool {
        self.flag::<abi::Linux, O>(option)
    }

    /// The seconds of a linger that is on.
    pub(crate) fn linger<A: Abi>(&self, option: sock_core::option::Linger) -> Option<i32> {
        let value = self.0.get(&key::<A, _>(option))?;
        let on = int(value)? != 0;
        value.get(4..).and_then(int).filter(|_| on)
    }

    /// How long a call on a blocking descriptor waits, in nanoseconds; `None` for ever.
    pub(crate) fn time_out<A: Abi>(&self, direction: Direction) -> Option<u64> {
        let number = match direction {
            Direction::Receive => A::SO_RCVTIMEO,
            Direction::Send => A::SO_SNDTIMEO,
        };
        let value = self.0.get(&(A::SOL_SOCKET, number))?;
        nanoseconds(value).filter(|nanos| *nanos != 0)
    }
}

impl<A: Abi> Socket<A> {
    /// How many bytes make a stream readable.
    pub(crate) fn low_water(&self) -> usize {
        let set = self.options.number::<A, _>(RecvLowWater);
        set.map_or(1, |bytes| bytes.max(1) as usize)
    }

    /// The largest segment of `usual` bytes that it sends.
    pub(crate) fn segment(&self, usual: usize) -> usize {
        let set = self.options.number::<A, _>(MaxSegment);
        set.map_or(usual, |bytes| usual.min(bytes as usize))
    }

    /// `net.ipv4.tcp_wmem` and `net.core.wmem_default` of Linux, unless set.
    pub(crate) fn send_buffer(&self) -> usize {
        let initial = if self.is_tcp() { 16_384 } else { 212_992 };
        let set = self.options.number::<A, _>(SendBuffer);
        set.map_or(initial, |size| size as usize)
    }

    /// `net.ipv4.tcp_rmem` and `net.core.rmem_default` of Linux, unless set.
    pub(crate) fn receive_buffer(&self) -> usize {
        let initial = if self.is_tcp() { 131_072 } else { 212_992 };
        let set = self.options.number::<A, _>(RecvBuffer);
        set.map_or(initial, |size| size as usize)
    }
}

/// The time at which Linux sends a SYN-ACK again that is not before so many seconds, 1, 3, 7, …
/// (`secs_to_retrans` and `retrans_to_secs` in net/ipv4/tcp.c).
fn retransmits(seconds: i32) -> i32 {
    let (mut period, mut next) = (0, 1);
    for _ in 0..255 {
        if seconds <= period {
            break;
        }
        period += next;
        next = (next * 2).min(120);
    }
    period
}

/// The size of a buffer that was asked for, socket(7): Linux doubles it, within its limits.
fn buffer<A: Abi>(size: i32, least: i32) -> i32 {
    match A::KERNEL {
        Of::Linux => (size.clamp(0, 212_992) * 2).max(least),
        _ => size.max(1),
    }
}

fn int(bytes: &[u8]) -> Option<i32> {
    bytes.first_chunk().map(|bytes| i32::from_ne_bytes(*bytes))
}

fn bytes<const N: usize>(parts: [i32; N]) -> Vec<u8> {
    parts.into_iter().flat_map(i32::to_ne_bytes).collect()
}

/// A `struct timeval`: seconds and microseconds, each a `long`. Less than no time is none.
fn nanoseconds(value: &[u8]) -> Option<u64> {
    let (seconds, micros) = value.split_at_checked(size_of::<isize>())?;
    let word = |bytes: &[u8]| {
        bytes
            .first_chunk()
            .map(|bytes| isize::from_ne_bytes(*bytes))
    };
    let (seconds, micros) = (word(seconds)?, word(micros)?);
    let micros = u64::try_from(micros)
        .ok()
        .filter(|micros| *micros < 1_000_000)?;
    let seconds = u64::try_from(seconds).unwrap_or(0);
    Some(
        seconds
            .saturating_mul(1_000_000_000)
            .saturating_add(micros * 1_000),
    )
}

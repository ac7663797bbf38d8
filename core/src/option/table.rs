//! The table of options.

use super::{AppliesTo, GetOption, OptionName, SetOption, SocketOption, sealed, value};
use crate::abi::{Abi, Kernel, darwin, freebsd, linux};
use crate::protocol::{Tcp, Udp, UnixDatagrams, UnixSeqpackets, UnixStreams};

macro_rules! options {
    ($(
        $(#[$meta:meta])+
        $name:ident: $codec:ident, $level:ident $which:ident $numbers:tt
            for $sockets:ident, $($access:ident)+;
    )+) => {$(
        options!(@$which [$(#[$meta])+] $name $codec $level $numbers);

        impl sealed::Sealed for $name {}
        options!(@applies $name $sockets);
        $(options!(@access $name $access);)+
    )+};

    // Every kernel has the option: it is one for any ABI.
    (@everywhere [$(#[$meta:meta])+] $name:ident $codec:ident $level:ident
        [$linux:ident $freebsd:ident $darwin:ident]) => {
        $(#[$meta])+
        ///
        #[doc = concat!("Linux `", stringify!($linux), "`, FreeBSD `", stringify!($freebsd),
            "`, Darwin `", stringify!($darwin), "`.")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name;

        impl<A: Abi> SocketOption<A> for $name {
            type Value = <value::$codec as value::Codec>::Value;
            type Codec = value::$codec;
            const NAME: OptionName = match A::KERNEL {
                Kernel::Linux => OptionName::new(linux::$level, linux::$linux),
                Kernel::FreeBsd => OptionName::new(freebsd::$level, freebsd::$freebsd),
                Kernel::Darwin => OptionName::new(darwin::$level, darwin::$darwin),
            };
        }
    };

    // Some kernels have it: for the ABI of another it does not compile.
    (@only [$(#[$meta:meta])+] $name:ident $codec:ident $level:ident
        [$($numbers:ident::$number:ident)+]) => {
        $(#[$meta])+
        ///
        #[doc = concat!("Only ", $("`", stringify!($number), "` of ", stringify!($numbers), " ",)+)]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name;

        $(impl SocketOption<$numbers::Kernel> for $name {
            type Value = <value::$codec as value::Codec>::Value;
            type Codec = value::$codec;
            const NAME: OptionName = OptionName::new($numbers::$level, $numbers::$number);
        })+
    };

    (@applies $name:ident tcp) => {
        impl AppliesTo<Tcp> for $name {}
    };
    (@applies $name:ident udp) => {
        impl AppliesTo<Udp> for $name {}
    };
    (@applies $name:ident inet) => {
        impl AppliesTo<Tcp> for $name {}
        impl AppliesTo<Udp> for $name {}
    };
    (@applies $name:ident unix) => {
        impl AppliesTo<UnixStreams> for $name {}
        impl AppliesTo<UnixDatagrams> for $name {}
        impl AppliesTo<UnixSeqpackets> for $name {}
    };
    (@applies $name:ident any) => {
        impl<P> AppliesTo<P> for $name {}
    };
    (@access $name:ident get) => {
        impl GetOption for $name {}
    };
    (@access $name:ident set) => {
        impl SetOption for $name {}
    };
}

options! {
    /// Bind to an address whose last connections are still being forgotten (`TIME_WAIT`), socket(7).
    #[doc(alias = "SO_REUSEADDR")]
    ReuseAddr: Flag, SOL_SOCKET
        everywhere [SO_REUSEADDR SO_REUSEADDR SO_REUSEADDR] for any, get set;

    /// Let several sockets bind to one address, socket(7): Linux spreads connections and datagrams
    /// among them; the BSDs give them to the last one. Of a Unix socket of Linux 6.18 it is
    /// `Unsupported`.
    #[doc(alias = "SO_REUSEPORT")]
    ReusePort: Flag, SOL_SOCKET
        everywhere [SO_REUSEPORT SO_REUSEPORT SO_REUSEPORT] for any, get set;

    /// Probe an idle connection, RFC 9293 section 3.8.4.
    #[doc(alias = "SO_KEEPALIVE")]
    KeepAlive: Flag, SOL_SOCKET
        everywhere [SO_KEEPALIVE SO_KEEPALIVE SO_KEEPALIVE] for any, get set;

    /// Allow sending to a broadcast address, socket(7).
    #[doc(alias = "SO_BROADCAST")]
    Broadcast: Flag, SOL_SOCKET
        everywhere [SO_BROADCAST SO_BROADCAST SO_BROADCAST] for any, get set;

    /// The size of the send buffer in bytes. Linux doubles what is set, for its own bookkeeping,
    /// and limits it to `net.core.wmem_max`; what is read is the doubled size.
    #[doc(alias = "SO_SNDBUF")]
    SendBuffer: Count, SOL_SOCKET everywhere [SO_SNDBUF SO_SNDBUF SO_SNDBUF] for any, get set;

    /// The size of the receive buffer in bytes. Linux doubles what is set, for its own
    /// bookkeeping, and limits it to `net.core.rmem_max`; what is read is the doubled size.
    #[doc(alias = "SO_RCVBUF")]
    RecvBuffer: Count, SOL_SOCKET everywhere [SO_RCVBUF SO_RCVBUF SO_RCVBUF] for any, get set;

    /// What closing does with data not yet sent, socket(7): `None` leaves it to the kernel, a time
    /// makes a blocking close wait, zero resets the connection. In whole seconds;
    /// on FreeBSD at most 32,767, on Darwin 327: more does not fit where those kernels keep it.
    #[doc(alias = "SO_LINGER")]
    #[doc(alias = "SO_LINGER_SEC")]
    Linger: Linger, SOL_SOCKET everywhere [SO_LINGER SO_LINGER SO_LINGER_SEC] for any, get set;

    /// The pending error of the socket, which reading clears, socket(7): an error number, 0 for
    /// none. See `take_error`.
    #[doc(alias = "SO_ERROR")]
    PendingError: Signed, SOL_SOCKET everywhere [SO_ERROR SO_ERROR SO_ERROR] for any, get;

    /// The kind of the socket.
    #[doc(alias = "SO_TYPE")]
    Kind: Kind, SOL_SOCKET everywhere [SO_TYPE SO_TYPE SO_TYPE] for any, get;

    /// Whether the socket listens.
    #[doc(alias = "SO_ACCEPTCONN")]
    Accepting: Flag, SOL_SOCKET everywhere [SO_ACCEPTCONN SO_ACCEPTCONN SO_ACCEPTCONN] for any, get;

    /// Leave urgent data in the stream, RFC 6093.
    #[doc(alias = "SO_OOBINLINE")]
    OobInline: Flag, SOL_SOCKET
        everywhere [SO_OOBINLINE SO_OOBINLINE SO_OOBINLINE] for any, get set;

    /// Send to directly connected hosts only, socket(7).
    #[doc(alias = "SO_DONTROUTE")]
    DontRoute: Flag, SOL_SOCKET
        everywhere [SO_DONTROUTE SO_DONTROUTE SO_DONTROUTE] for any, get set;

    /// How many bytes make a stream readable, socket(7).
    #[doc(alias = "SO_RCVLOWAT")]
    RecvLowWater: Count, SOL_SOCKET
        everywhere [SO_RCVLOWAT SO_RCVLOWAT SO_RCVLOWAT] for any, get set;

    /// Allow sending without a copy, Linux 4.14 for TCP, 5.0 for UDP. The flag that a send needs for
    /// it, `MSG_ZEROCOPY`, is none of [`SendFlags`](crate::SendFlags) in this version.
    #[doc(alias = "SO_ZEROCOPY")]
    ZeroCopy: Flag, SOL_SOCKET only [linux::SO_ZEROCOPY] for inet, get set;

    /// How long a wait may poll the device driver, in whole microseconds, Linux 3.11. More than
    /// before needs CAP_NET_ADMIN, socket(7); Linux 6.18 does not ask for it.
    #[doc(alias = "SO_BUSY_POLL")]
    BusyPoll: Microseconds, SOL_SOCKET only [linux::SO_BUSY_POLL] for any, get set;

    /// The queueing priority of what is sent, socket(7). Above 6 needs CAP_NET_ADMIN.
    #[doc(alias = "SO_PRIORITY")]
    Priority: Count, SOL_SOCKET only [linux::SO_PRIORITY] for any, get set;

    /// The firewall mark of what is sent. Needs CAP_NET_ADMIN (or CAP_NET_RAW, Linux 5.17).
    #[doc(alias = "SO_MARK")]
    Mark: Word, SOL_SOCKET only [linux::SO_MARK] for any, get set;

    /// The processor that received the last packet, `None` when there was none, socket(7), Linux
    /// 3.19; set on a listener, the processor whose connections it prefers, Linux 4.4.
    #[doc(alias = "SO_INCOMING_CPU")]
    IncomingCpu: Cpu, SOL_SOCKET only [linux::SO_INCOMING_CPU] for any, get set;

    /// Receive the credentials of the sender with each message, unix(7). They come as control data,
    /// which this version does not give: [`Control`](crate::Control) has descriptors only. A socket
    /// with the option gets an abstract name when it connects or sends without one.
    #[doc(alias = "SO_PASSCRED")]
    PassCredentials: Flag, SOL_SOCKET only [linux::SO_PASSCRED] for unix, get set;

    /// Do not raise SIGPIPE, setsockopt(2) of FreeBSD and Darwin. No send of this library raises it: the
    /// flag `MSG_NOSIGNAL` says so where the kernel has it, and otherwise the backend sets this.
    #[doc(alias = "SO_NOSIGPIPE")]
    NoSigPipe: Flag, SOL_SOCKET only [freebsd::SO_NOSIGPIPE darwin::SO_NOSIGPIPE] for any, get set;

    /// Let several sockets bind to one address, and spread connections and datagrams among them by the
    /// addresses and ports of both ends, setsockopt(2) of FreeBSD 12.
    #[doc(alias = "SO_REUSEPORT_LB")]
    ReusePortLb: Flag, SOL_SOCKET only [freebsd::SO_REUSEPORT_LB] for any, get set;

    /// Send small segments at once: no Nagle algorithm, RFC 9293 section 3.7.4.
    #[doc(alias = "TCP_NODELAY")]
    NoDelay: Flag, IPPROTO_TCP everywhere [TCP_NODELAY TCP_NODELAY TCP_NODELAY] for tcp, get set;

    /// The largest segment that is sent, in bytes, tcp(7), RFC 9293 section 3.7.1.
    #[doc(alias = "TCP_MAXSEG")]
    MaxSegment: Count, IPPROTO_TCP everywhere [TCP_MAXSEG TCP_MAXSEG TCP_MAXSEG] for tcp, get set;

    /// How long a connection is idle before it is probed, in whole seconds, tcp(7).
    #[doc(alias = "TCP_KEEPIDLE")]
    #[doc(alias = "TCP_KEEPALIVE")]
    KeepIdle: Seconds, IPPROTO_TCP
        everywhere [TCP_KEEPIDLE TCP_KEEPIDLE TCP_KEEPALIVE] for tcp, get set;

    /// The time between two probes, in whole seconds, tcp(7).
    #[doc(alias = "TCP_KEEPINTVL")]
    KeepInterval: Seconds, IPPROTO_TCP
        everywhere [TCP_KEEPINTVL TCP_KEEPINTVL TCP_KEEPINTVL] for tcp, get set;

    /// How many probes may go unanswered, tcp(7).
    #[doc(alias = "TCP_KEEPCNT")]
    KeepCount: Count, IPPROTO_TCP everywhere [TCP_KEEPCNT TCP_KEEPCNT TCP_KEEPCNT] for tcp, get set;

    /// How many connects with data in their SYN a listener holds, RFC 7413. Darwin and FreeBSD
    /// take it as on or off.
    #[doc(alias = "TCP_FASTOPEN")]
    FastOpen: Count, IPPROTO_TCP
        everywhere [TCP_FASTOPEN TCP_FASTOPEN TCP_FASTOPEN] for tcp, get set;

    /// Send full segments only, until it is cleared or 200 ms have passed, tcp(7).
    #[doc(alias = "TCP_CORK")]
    Cork: Flag, IPPROTO_TCP only [linux::TCP_CORK] for tcp, get set;

    /// Send full segments only, until it is cleared, tcp(4) of FreeBSD and Darwin.
    #[doc(alias = "TCP_NOPUSH")]
    NoPush: Flag, IPPROTO_TCP only [freebsd::TCP_NOPUSH darwin::TCP_NOPUSH] for tcp, get set;

    /// Acknowledge at once. Not sticky: the kernel changes it as it sees fit, tcp(7).
    #[doc(alias = "TCP_QUICKACK")]
    QuickAck: Flag, IPPROTO_TCP only [linux::TCP_QUICKACK] for tcp, get set;

    /// Accept a connection only when data has come, and wait for it this long, in whole seconds,
    /// tcp(7). The kernel rounds up to when it sends its next SYN-ACK.
    #[doc(alias = "TCP_DEFER_ACCEPT")]
    DeferAccept: Seconds, IPPROTO_TCP only [linux::TCP_DEFER_ACCEPT] for tcp, get set;

    /// How long sent data may stay unacknowledged, in whole milliseconds, RFC 5482; zero is the
    /// default of the system.
    #[doc(alias = "TCP_USER_TIMEOUT")]
    UserTimeout: Milliseconds, IPPROTO_TCP only [linux::TCP_USER_TIMEOUT] for tcp, get set;

    /// How many bytes not yet sent leave the stream writable; Linux 3.12.
    #[doc(alias = "TCP_NOTSENT_LOWAT")]
    NotSentLowWater: Word, IPPROTO_TCP
        only [linux::TCP_NOTSENT_LOWAT darwin::TCP_NOTSENT_LOWAT] for tcp, get set;

    /// How many times a connect repeats its SYN before it gives up, 1 to 127, tcp(7).
    #[doc(alias = "TCP_SYNCNT")]
    SynCount: Count, IPPROTO_TCP only [linux::TCP_SYNCNT] for tcp, get set;

    /// Cut what is sent into datagrams of this many bytes (generic segmentation offload), udp(7),
    /// Linux 4.18; zero for off, 65,535 at the most.
    #[doc(alias = "UDP_SEGMENT")]
    Segment: Count, IPPROTO_UDP only [linux::UDP_SEGMENT] for udp, get set;

    /// Receive datagrams of one sender joined together (generic receive offload), udp(7), Linux 5.0.
    /// The size of the segments comes only as control data, which this version does not give: the
    /// joined datagrams cannot be told apart yet.
    #[doc(alias = "UDP_GRO")]
    Gro: Flag, IPPROTO_UDP only [linux::UDP_GRO] for udp, get set;

    /// Bind to addresses that are not of this host, ip(7). Needs CAP_NET_ADMIN.
    #[doc(alias = "IP_TRANSPARENT")]
    Transparent: Flag, IPPROTO_IP only [linux::IP_TRANSPARENT] for inet, get set;

    /// An IPv6 socket that does not take IPv4, RFC 3493 section 5.3. FreeBSD has it on by default.
    /// On an IPv4 socket it is `Unsupported`; once the socket is bound it is `InvalidInput`, ipv6(7).
    #[doc(alias = "IPV6_V6ONLY")]
    OnlyV6: Flag, IPPROTO_IPV6 everywhere [IPV6_V6ONLY IPV6_V6ONLY IPV6_V6ONLY] for inet, get set;
}

//! What may go wrong, and the calls that it may go wrong in.

use sock_core::{Abi, Error};

/// A call of a program: a method of [`Backend`](sock_core::Backend).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// socket(2).
    Socket,
    /// socketpair(2).
    SocketPair,
    /// bind(2).
    Bind,
    /// listen(2).
    Listen,
    /// accept(2).
    Accept,
    /// connect(2).
    Connect,
    /// shutdown(2).
    Shutdown,
    /// getsockname(2).
    GetSockName,
    /// getpeername(2).
    GetPeerName,
    /// getsockopt(2).
    GetSockOpt,
    /// setsockopt(2).
    SetSockOpt,
    /// ioctl(2) FIONBIO.
    SetNonblocking,
    /// send(2).
    Send,
    /// sendto(2).
    SendTo,
    /// sendmsg(2).
    SendMsg,
    /// recv(2), also into uninitialised memory.
    Recv,
    /// recvfrom(2), also into uninitialised memory.
    RecvFrom,
    /// recvmsg(2).
    RecvMsg,
    /// ppoll(2).
    Poll,
    /// clock_gettime(2).
    Now,
}

impl Call {
    /// Every call.
    pub const ALL: [Call; 20] = [
        Call::Socket,
        Call::SocketPair,
        Call::Bind,
        Call::Listen,
        Call::Accept,
        Call::Connect,
        Call::Shutdown,
        Call::GetSockName,
        Call::GetPeerName,
        Call::GetSockOpt,
        Call::SetSockOpt,
        Call::SetNonblocking,
        Call::Send,
        Call::SendTo,
        Call::SendMsg,
        Call::Recv,
        Call::RecvFrom,
        Call::RecvMsg,
        Call::Poll,
        Call::Now,
    ];
}

/// Something that a kernel or a network does and programs seldom meet. Each happens only where the
/// manual page named lets it, and has its effect only on a call that would have done something
/// else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A signal comes, and the call fails with `EINTR` before it has transferred anything,
    /// signal(7). Of a poll and of a call on a blocking descriptor it ends the wait, at some moment
    /// of it, and does not happen when there is nothing to wait for. A TCP connect goes on without
    /// the call, as POSIX says.
    Interrupted,
    /// `EAGAIN` although it is ready, select(2) "BUGS": another thread was faster, a checksum was
    /// wrong, a connection has gone again. Only where the call does not wait.
    NotReady,
    /// A stream takes or gives less than it could, send(2), recv(2): by a rate any part, by a
    /// script one byte.
    Short,
    /// `ENOBUFS`, socket(2), accept(2), send(2), and POSIX for socketpair and connect.
    NoBuffers,
    /// `ENOMEM`, socket(2), bind(2), accept(2), send(2), recv(2), poll(2), and POSIX for
    /// socketpair.
    NoMemory,
    /// `EMFILE`: no descriptor is left to the process, socket(2), accept(2). A connection that was
    /// to be accepted stays in the backlog.
    ProcessFiles,
    /// `ENFILE`: no open file is left to the system, socket(2), accept(2).
    SystemFiles,
    /// `ECONNABORTED`: the TCP connection ended before it was accepted, accept(2). It has left the
    /// backlog.
    Aborted,
    /// A TCP connection is reset, RFC 9293 section 3.5.2: both sides are told, by `ECONNRESET`.
    Reset,
    /// Nothing passes a TCP connection any more, in either direction: its network or its peer is
    /// gone without a word (RFC 9293 section 3.5.1, "half-open"). Data that is sent is not
    /// acknowledged, which ends in `ETIMEDOUT`, tcp(7).
    HalfOpen,
    /// A connect is refused although somebody listens, connect(2): `ECONNREFUSED`.
    Refused,
    /// A TCP connect is never answered, and ends in `ETIMEDOUT`, connect(2): after 127 seconds,
    /// unless `TCP_SYNCNT` says otherwise.
    BlackHole,
    /// A UDP datagram does not arrive, udp(7).
    Lost,
    /// A UDP datagram arrives twice, RFC 1122 section 4.1.1.
    Duplicated,
    /// A UDP datagram arrives a millisecond late, udp(7): those that are sent until then overtake
    /// it.
    Reordered,
    /// The last descriptor of a message is cut off, and closed, although there is room for it: the
    /// receiver's table of descriptors was full, `scm_detach_fds` in net/core/scm.c. `MSG_CTRUNC`
    /// tells of it, recvmsg(2).
    ControlCut,
    /// accept does not say who the peer of a TCP connection is: the address has length 0. FreeBSD
    /// and Darwin do that when the peer has gone again; not with the numbers of Linux.
    PeerUntold,
    /// The clock gives the same time again, as long as that is not more than 10 ms late: one whose
    /// resolution is a tick of the kernel does, clock_getres(2), time(7).
    ClockStops,
    /// A wait ends late: ppoll by up to 0.1 % of its time and 50 µs (`select_estimate_accuracy` in
    /// fs/select.c), a time-out of a socket by up to an eighth and 20 ms (kernel/time/timer.c).
    LateTimer,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Fault; 19] = [
        Fault::Interrupted,
        Fault::NotReady,
        Fault::Short,
        Fault::NoBuffers,
        Fault::NoMemory,
        Fault::ProcessFiles,
        Fault::SystemFiles,
        Fault::Aborted,
        Fault::Reset,
        Fault::HalfOpen,
        Fault::Refused,
        Fault::BlackHole,
        Fault::Lost,
        Fault::Duplicated,
        Fault::Reordered,
        Fault::ControlCut,
        Fault::PeerUntold,
        Fault::ClockStops,
        Fault::LateTimer,
    ];

    /// The calls that it can happen in.
    pub const fn calls(self) -> &'static [Call] {
        use Call::*;
        match self {
            Fault::Interrupted => &[
                Accept, Connect, Send, SendTo, SendMsg, Recv, RecvFrom, RecvMsg, Poll,
            ],
            Fault::NotReady => &[Accept, Send, SendTo, SendMsg, Recv, RecvFrom, RecvMsg],
            Fault::Short => &[Send, SendMsg, Recv, RecvMsg],
            Fault::NoBuffers => &[Socket, SocketPair, Accept, Connect, Send, SendTo, SendMsg],
            Fault::NoMemory => &[
                Socket, SocketPair, Bind, Accept, Send, SendTo, SendMsg, Recv, RecvFrom, RecvMsg,
                Poll,
            ],
            Fault::ProcessFiles | Fault::SystemFiles => &[Socket, SocketPair, Accept],
            Fault::Aborted | Fault::PeerUntold => &[Accept],
            Fault::Reset | Fault::HalfOpen => &[Send, SendMsg, Recv, RecvMsg],
            Fault::Refused | Fault::BlackHole => &[Connect],
            Fault::Lost | Fault::Duplicated | Fault::Reordered => &[Send, SendTo, SendMsg],
            Fault::ControlCut => &[RecvMsg],
            Fault::ClockStops => &[Now],
            Fault::LateTimer => &[Connect, Recv, Poll],
        }
    }

    /// Whether it can happen in the call, with the numbers of `A`.
    pub fn can_hit<A: Abi>(self, call: Call) -> bool {
        let untold = A::KERNEL != sock_core::abi::Kernel::Linux || self != Fault::PeerUntold;
        untold && self.calls().contains(&call)
    }

    /// The error that the call fails with at once and without any other effect, where it is one.
    pub(crate) fn error<A: Abi>(self) -> Option<Error<A>> {
        let errno = match self {
            Fault::NoBuffers => A::ENOBUFS,
            Fault::NoMemory => A::ENOMEM,
            Fault::ProcessFiles => A::EMFILE,
            Fault::SystemFiles => A::ENFILE,
            _ => return None,
        };
        Some(Error::os(errno))
    }
}

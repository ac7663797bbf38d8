//! How a device logs the values of this crate: `defmt::Format`, where deriving it does not do.
//!
//! Deriving would ask the ABI, a parameter of many types here, for `Format`, and give the bytes of an
//! address. The formats are what `Debug` and `Display` say, put together by whoever reads the log.

use defmt::{Format, Formatter, write};

use crate::{
    Abi, Deadline, Error, Incomplete, MessageFlags, PollEvents, RecvFlags, Rejected, ScopedAddr,
    SendFlags, SocketAddr, SocketAddrV4, SocketAddrV6, UnixAddr, UnixName,
};

impl<A: Abi> Format for Error<A> {
    fn format(&self, f: Formatter<'_>) {
        match self.raw_os_error() {
            Some(errno) => write!(f, "{} (os error {=i32})", self.kind(), errno),
            None => write!(f, "{}", self.kind()),
        }
    }
}

impl<A: Abi> Format for Incomplete<A> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{} after {=usize} bytes", self.error, self.done);
    }
}

impl<S, A: Abi> Format for Rejected<S, A> {
    fn format(&self, f: Formatter<'_>) {
        self.error.format(f);
    }
}

impl<A: Abi> Format for SocketAddrV4<A> {
    fn format(&self, f: Formatter<'_>) {
        core::net::SocketAddrV4::from(*self).format(f);
    }
}

impl<A: Abi> Format for SocketAddrV6<A> {
    fn format(&self, f: Formatter<'_>) {
        match self.scope_id() {
            0 => write!(f, "[{}]:{=u16}", self.ip(), self.port()),
            scope => write!(f, "[{}%{=u32}]:{=u16}", self.ip(), scope, self.port()),
        }
    }
}

impl<A: Abi> Format for SocketAddr<A> {
    fn format(&self, f: Formatter<'_>) {
        match self.as_v6() {
            Some(v6) => v6.format(f),
            None => core::net::SocketAddr::from(*self).format(f),
        }
    }
}

impl<A: Abi> Format for ScopedAddr<'_, A> {
    fn format(&self, f: Formatter<'_>) {
        match (self.addr.as_v6(), self.zone()) {
            (Some(v6), Some(zone)) => {
                write!(f, "[{}%{=str}]:{=u16}", v6.ip(), zone, v6.port());
            }
            _ => self.addr.format(f),
        }
    }
}

impl Format for UnixName<'_> {
    fn format(&self, f: Formatter<'_>) {
        match *self {
            UnixName::Unnamed => write!(f, "(unnamed)"),
            UnixName::Path(path) => write!(f, "{=[u8]:a}", path),
            UnixName::Abstract(name) => write!(f, "@{=[u8]:a}", name),
        }
    }
}

impl<A: Abi> Format for UnixAddr<A> {
    fn format(&self, f: Formatter<'_>) {
        self.name().format(f);
    }
}

impl Format for Deadline {
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "Deadline {{ limit: {}, spins: {=u32} }}",
            self.limit(),
            self.spins()
        );
    }
}

macro_rules! flags {
    ($($flags:ident: $hint:literal),*) => {$(
        impl Format for $flags {
            fn format(&self, f: Formatter<'_>) {
                write!(f, $hint, self.bits());
            }
        }
    )*};
}

flags!(
    SendFlags: "SendFlags({=u32:#x})",
    RecvFlags: "RecvFlags({=u32:#x})",
    MessageFlags: "MessageFlags({=u32:#x})",
    PollEvents: "PollEvents({=u16:#x})"
);

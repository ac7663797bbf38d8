//! Sending and receiving: sosend and soreceive of both systems' kern/uipc_socket.c, and what uipc_syscalls.c puts
//! around them.

mod receive;
mod send;

use crate::kernel::Kernel;
use crate::memory::get;
use crate::{Stop, System, host};

/// UIO_MAXIOV of both systems.
const MOST_PARTS: i64 = 1024;

/// The parts of the program's memory that a call reads or writes.
pub(crate) type Parts = Vec<(u64, u64)>;

/// What a receive found.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) message: host::Message,
    pub(crate) count: u64,
    /// MSG_TRUNC: the message was longer.
    pub(crate) cut: bool,
    /// MSG_EOR: a record ends here.
    pub(crate) ends: bool,
}

impl Kernel {
    fn parts(&self, start: u64, count: i64) -> Result<Parts, Stop> {
        let wrong = match self.system {
            System::FreeBsd => !(0..=MOST_PARTS).contains(&count),
            System::Darwin => !(1..=MOST_PARTS).contains(&count),
        };
        if wrong {
            return Err(Stop::Errno(libc::EMSGSIZE));
        }
        let layout = self.l.iovec;
        let bytes = self
            .memory
            .read(start, layout.len * count.cast_unsigned())?;
        let parts = bytes.chunks_exact(layout.len as usize);
        Ok(parts
            .map(|part| (get(part, layout.iov_base), get(part, layout.iov_len)))
            .collect())
    }

    fn gather(&self, parts: &Parts) -> Result<Vec<u8>, Stop> {
        let mut bytes = Vec::new();
        for &(start, len) in parts.iter().filter(|part| part.1 > 0) {
            bytes.extend(self.memory.read(start, len)?);
        }
        Ok(bytes)
    }

    fn scatter(&mut self, parts: &Parts, skip: u64, bytes: &[u8]) -> Result<(), Stop> {
        let (mut skip, mut rest) = (skip, bytes);
        for &(start, len) in parts {
            let from = skip.min(len);
            skip -= from;
            let fits = ((len - from) as usize).min(rest.len());
            let (now, later) = rest.split_at_checked(fits).unwrap_or((rest, &[]));
            if !now.is_empty() {
                self.memory.write(start + from, now)?;
            }
            rest = later;
        }
        Ok(())
    }

    /// The host's flags. The kernels ignore a bit that they do not know, which hides a wrong number.
    fn flags(&mut self, flags: i32) -> i32 {
        let n = self.n;
        let pairs = [
            (n.MSG_OOB, libc::MSG_OOB),
            (n.MSG_PEEK, libc::MSG_PEEK),
            (n.MSG_DONTROUTE, libc::MSG_DONTROUTE),
            (n.MSG_EOR, libc::MSG_EOR),
            (n.MSG_WAITALL, libc::MSG_WAITALL),
            (n.MSG_DONTWAIT, libc::MSG_DONTWAIT),
            (n.MSG_NOSIGNAL, libc::MSG_NOSIGNAL),
            (
                self.freebsd().map_or(0, |only| only.MSG_CMSG_CLOEXEC),
                libc::MSG_CMSG_CLOEXEC,
            ),
        ];
        let private = self.darwin().map_or(0, |only| only.MSG_NBIO);
        let mut rest = i64::from(flags) & !private;
        let mut host = 0;
        for (bit, host_bit) in pairs {
            if bit != 0 && rest & bit != 0 {
                host |= host_bit;
                rest &= !bit;
            }
        }
        if rest != 0 {
            self.complain(format!("flags of a message that nothing names: {rest:#x}"));
        }
        host
    }
}

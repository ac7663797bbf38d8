//! Memory of the program: mmap(2) of anonymous memory, munmap(2), mprotect(2).

use crate::Stop;
use crate::kernel::{Answer, Kernel};
use crate::memory::{EXECUTE, PAGE, READ, WRITE};

impl Kernel {
    fn protection(&self, bits: i32) -> u32 {
        let n = &self.n;
        let pairs = [
            (n.PROT_READ, READ),
            (n.PROT_WRITE, WRITE),
            (n.PROT_EXEC, EXECUTE),
        ];
        let set = pairs.iter().filter(|(bit, _)| i64::from(bits) & bit != 0);
        set.fold(0, |all, (_, bit)| all | bit)
    }

    pub(crate) fn mmap(
        &mut self,
        address: u64,
        len: u64,
        protection: i32,
        flags: i32,
        fd: i32,
    ) -> Answer {
        let n = self.n;
        let flags = i64::from(flags);
        if len == 0 {
            return Err(Stop::Errno(libc::EINVAL));
        }
        if flags & n.MAP_ANON == 0 || flags & n.MAP_FIXED != 0 {
            let what = format!("mmap with flags {flags:#x} at {address:#x} is not modelled");
            return Err(Stop::Fault(what));
        }
        // vm_mmap.c of FreeBSD; XNU takes a tag there.
        if fd != -1 && self.freebsd().is_some() {
            return Err(Stop::Errno(libc::EINVAL));
        }
        if flags & (n.MAP_PRIVATE | n.MAP_SHARED) == n.MAP_PRIVATE | n.MAP_SHARED {
            return Err(Stop::Errno(libc::EINVAL));
        }
        let protection = self.protection(protection);
        Ok(self.memory.map_anywhere(len, protection)?.into())
    }

    pub(crate) fn munmap(&mut self, address: u64, len: u64) -> Answer {
        if len == 0 || !address.is_multiple_of(PAGE) {
            return Err(Stop::Errno(libc::EINVAL));
        }
        self.memory.unmap(address, len)?;
        Ok(0.into())
    }

    pub(crate) fn mprotect(&mut self, address: u64, len: u64, protection: i32) -> Answer {
        if !address.is_multiple_of(PAGE) {
            return Err(Stop::Errno(libc::EINVAL));
        }
        let protection = self.protection(protection);
        match self.memory.protect(address, len, protection)? {
            true => Ok(0.into()),
            false => Err(Stop::Errno(libc::ENOMEM)),
        }
    }
}

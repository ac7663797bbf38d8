//! Socket options, by the names of the core and, unsafely, by plain numbers.

use core::mem::MaybeUninit;

use linux_raw_sys::general::{__NR_getsockopt, __NR_setsockopt};

use crate::arch::{Arg, Nr, syscall5};
use crate::call::{count, unit};
use crate::{Linux, OwnedFd, Result};

impl Linux {
    /// Reads any option, getsockopt(2): how many bytes of `value` the kernel filled.
    ///
    /// # Safety
    ///
    /// The kernel follows addresses in the value of some options, and writes there: with
    /// TCP_ZEROCOPY_RECEIVE it overwrites the memory that the bytes in `value` point to. The caller
    /// vouches that what it does with this option and these bytes is allowed.
    ///
    /// # Errors
    /// `Unsupported`: the kernel does not have the option. `InvalidInput`, `BadDescriptor`.
    #[inline]
    pub unsafe fn getsockopt_raw(
        &self,
        fd: &OwnedFd,
        level: i32,
        number: i32,
        value: &mut [MaybeUninit<u8>],
    ) -> Result<usize> {
        let mut len = value.len() as u32;
        // SAFETY: getsockopt(2) writes at most `len` bytes to `value` and the length to `len`, both
        // borrowed mutably; the caller vouches for what else the option does.
        count(unsafe {
            syscall5(
                Nr::new(__NR_getsockopt),
                fd.arg(),
                Arg::int(level),
                Arg::int(number),
                Arg::from_mut(value),
                Arg::from_mut(&mut len),
            )
        })?;
        Ok((len as usize).min(value.len()))
    }

    /// Sets any option, setsockopt(2).
    ///
    /// # Safety
    ///
    /// The kernel follows addresses in the value of some options (SO_ATTACH_FILTER,
    /// those of iptables), or changes mappings of the process. The caller vouches that what it
    /// does with this option and these bytes is allowed.
    ///
    /// # Errors
    /// Those of [`getsockopt_raw`](Self::getsockopt_raw), and `NotPermitted`.
    #[inline]
    pub unsafe fn setsockopt_raw(
        &self,
        fd: &OwnedFd,
        level: i32,
        number: i32,
        value: &[u8],
    ) -> Result<()> {
        // SAFETY: setsockopt(2) reads `value`, which is borrowed; the caller vouches for what else the
        // option does. Not `readonly`: some write through an address in the value.
        unit(unsafe {
            syscall5(
                Nr::new(__NR_setsockopt),
                fd.arg(),
                Arg::int(level),
                Arg::int(number),
                Arg::from_ref(value),
                Arg::word(value.len()),
            )
        })
    }
}

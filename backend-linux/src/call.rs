//! From the word that a call returns to a [`Result`].

use crate::arch::Ret;
use crate::{Error, OwnedFd, Result};

/// A count, or the error.
#[inline(always)]
pub(crate) fn count(ret: Ret) -> Result<usize> {
    match ret.check() {
        Ok(value) => Ok(value),
        Err(errno) => {
            core::hint::cold_path();
            Err(Error::os_word(errno.get()))
        }
    }
}

/// Nothing, or the error.
#[inline(always)]
pub(crate) fn unit(ret: Ret) -> Result<()> {
    match ret.errno() {
        None => Ok(()),
        Some(errno) => Err(Error::os_word(errno.get())),
    }
}

/// A descriptor that the call has just made, or the error.
///
/// # Safety
///
/// The call must be one that makes a descriptor for its caller and returns the number.
#[inline(always)]
pub(crate) unsafe fn descriptor(ret: Ret) -> Result<OwnedFd> {
    let number = count(ret)?;
    // SAFETY: the descriptor is new, so nobody else has it, and the caller vouches that it is one.
    Ok(unsafe { OwnedFd::from_word(number) })
}

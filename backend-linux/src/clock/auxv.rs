//! The auxiliary vector: pairs of words that the kernel hands to a new program (getauxval(3)).
//!
//! A library is not given the program's stack, where the vector is. It asks the kernel for a copy:
//! prctl(PR_GET_AUXV) since Linux 6.4, the file /proc/self/auxv before that.

use core::num::NonZeroUsize;

use linux_raw_sys::auxvec::{AT_NULL, AT_SYSINFO_EHDR};
use linux_raw_sys::general::{
    __NR_close, __NR_openat, __NR_prctl, __NR_read, AT_FDCWD, O_CLOEXEC, O_RDONLY,
};
use linux_raw_sys::prctl::PR_GET_AUXV;

use crate::arch::{Arg, Errno, Nr, syscall1_readonly, syscall3, syscall4_readonly, syscall5};

/// Room for 64 pairs, the last one `AT_NULL`. The kernel's own copy (`saved_auxv` in
/// `include/linux/mm_types.h`) has fewer than 40.
type Vector = [usize; 128];

/// The address of the vDSO's ELF image, if the kernel gave this process one and tells.
pub(super) fn vdso_address() -> Option<NonZeroUsize> {
    let mut vector: Vector = [0; 128];
    if by_prctl(&mut vector).is_err() {
        vector = [0; 128];
        by_file(&mut vector).ok()?;
    }
    find(&vector, AT_SYSINFO_EHDR as usize).and_then(NonZeroUsize::new)
}

/// The value of the first pair of this `kind`.
fn find(vector: &Vector, kind: usize) -> Option<usize> {
    let (pairs, _) = vector.as_chunks::<2>();
    pairs
        .iter()
        .take_while(|&&[at, _]| at != AT_NULL as usize)
        .find(|&&[at, _]| at == kind)
        .map(|&[_, value]| value)
}

fn by_prctl(vector: &mut Vector) -> Result<usize, Errno> {
    let size = size_of_val(vector);
    // SAFETY: PR_GET_AUXV (PR_GET_AUXV(2const)) writes at most `size` bytes to `vector`, which is
    // borrowed mutably and for which every bit pattern is valid.
    unsafe {
        syscall5(
            Nr::new(__NR_prctl),
            Arg::uint(PR_GET_AUXV),
            Arg::from_mut(vector),
            Arg::word(size),
            Arg::word(0),
            Arg::word(0),
        )
    }
    .check()
}

fn by_file(vector: &mut Vector) -> Result<usize, Errno> {
    let size = size_of_val(vector);
    // SAFETY: openat(2) reads the path up to its zero.
    let descriptor = unsafe {
        syscall4_readonly(
            Nr::new(__NR_openat),
            Arg::int(AT_FDCWD),
            Arg::from_ref(c"/proc/self/auxv"),
            Arg::uint(O_RDONLY | O_CLOEXEC),
            Arg::word(0),
        )
    }
    .check()?;
    // SAFETY: read(2) writes at most `size` bytes to `vector`, which is borrowed mutably and for
    // which every bit pattern is valid.
    let result = unsafe {
        syscall3(
            Nr::new(__NR_read),
            Arg::word(descriptor),
            Arg::from_mut(vector),
            Arg::word(size),
        )
    };
    // SAFETY: the descriptor was opened above and given to nobody. An error of close(2) on a file
    // that was only read means nothing, and the descriptor is gone either way.
    let _ = unsafe { syscall1_readonly(Nr::new(__NR_close), Arg::word(descriptor)) };
    result.check()
}

#[cfg(test)]
mod tests {
    use super::{AT_NULL, AT_SYSINFO_EHDR, Vector, by_file, by_prctl, find, vdso_address};

    #[test]
    fn both_ways_tell_the_same() {
        let mut file: Vector = [0; 128];
        assert!(by_file(&mut file).unwrap() > 0);
        let base = find(&file, AT_SYSINFO_EHDR as usize);
        assert_eq!(base, vdso_address().map(usize::from));
        // Kernels before 6.4 and emulators do not know PR_GET_AUXV: then there is only the file.
        let mut call: Vector = [0; 128];
        if by_prctl(&mut call).is_ok() {
            assert_eq!(base, find(&call, AT_SYSINFO_EHDR as usize));
        }
    }

    #[test]
    fn find_stops_at_the_end() {
        let mut vector: Vector = [0; 128];
        vector[..6].copy_from_slice(&[7, 70, AT_NULL as usize, 0, 9, 90]);
        assert_eq!(find(&vector, 7), Some(70));
        assert_eq!(find(&vector, 9), None);
        assert_eq!(find(&[1; 128], 9), None);
    }
}

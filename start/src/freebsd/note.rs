//! The note by which FreeBSD knows its programs, and their age.

use super::numbers::NT_FREEBSD_ABI_TAG;

/// The release that programs are written for, as `__FreeBSD_version` counts them: 15.0.
///
/// The kernel only compares it with releases that changed a behaviour, "at least this one" (`P_OSREL_…`
/// in sys/sys/param.h): an older kernel, down to 12, is not troubled by a number above its own, and
/// a newer one keeps to the behaviour of this release.
const RELEASE: u32 = 1_500_000;

const OWNER: [u8; 8] = *b"FreeBSD\0";

/// An ELF note, owned by "FreeBSD", of the type NT_FREEBSD_ABI_TAG: the kernel takes a program that has
/// one for its own, and learns which release it was made for (`get_brandinfo` and `check_note` in
/// sys/kern/imgact_elf.c). One without the note it takes for older than any release: shutdown(2) of a
/// socket that is not connected then succeeds (`kern_shutdown` in sys/kern/uipc_syscalls.c).
///
/// [`entry!`](crate::entry) puts it into the section `.note.tag`, where C's start files have it, too.
#[repr(C, align(4))]
#[derive(Debug)]
pub struct AbiTag {
    owner_size: u32,
    release_size: u32,
    kind: u32,
    owner: [u8; 8],
    release: u32,
}

impl AbiTag {
    /// The note of the release that this crate is written for.
    pub const CURRENT: Self = AbiTag {
        owner_size: size_of_val(&OWNER) as u32,
        release_size: size_of::<u32>() as u32,
        kind: NT_FREEBSD_ABI_TAG,
        owner: OWNER,
        release: RELEASE,
    };
}

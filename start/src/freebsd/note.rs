//! The notes by which FreeBSD knows its programs, and their age.

use super::numbers::{NT_FREEBSD_ABI_TAG, NT_FREEBSD_FEATURE_CTL};

/// The release that programs are written for, as `__FreeBSD_version` counts them: 15.0-RELEASE.
///
/// The kernel only compares it with releases that changed a behaviour, "at least this one" (`P_OSREL_…`
/// in sys/sys/param.h): an older kernel, down to 12, is not troubled by a number above its own, and
/// a newer one keeps to the behaviour of this release.
const RELEASE: u32 = 1_500_068;

/// Two ELF notes of FreeBSD.
///
/// By the first the kernel takes a program for its own, and learns which release it was made for
/// (`get_brandinfo` and `check_note` in sys/kern/imgact_elf.c). One without it counts as older than any
/// release: shutdown(2) of a socket that is not connected then succeeds (`kern_shutdown` in
/// sys/kern/uipc_syscalls.c). The second asks for no feature to be turned off, and is there to be behind
/// the first: a note that ends where its segment ends is overlooked (`parse_notes`).
///
/// [`entry!`](crate::entry) puts them into the section `.note.tag`, where C's start files have both, too
/// (lib/csu/common/crtbrand.S, feature_note.S).
#[repr(C)]
#[derive(Debug)]
pub struct AbiTag([Note; 2]);

/// `Elf_Note`, with the owner's name and a number behind it.
#[repr(C)]
#[derive(Debug)]
struct Note {
    n_namesz: u32,
    n_descsz: u32,
    n_type: u32,
    name: [u8; 8],
    desc: u32,
}

impl Note {
    const fn new(kind: u32, value: u32) -> Self {
        Note {
            n_namesz: 8,
            n_descsz: 4,
            n_type: kind,
            name: *b"FreeBSD\0",
            desc: value,
        }
    }
}

impl AbiTag {
    /// The notes of the release that this crate is written for.
    pub const CURRENT: Self = AbiTag([
        Note::new(NT_FREEBSD_ABI_TAG, RELEASE),
        Note::new(NT_FREEBSD_FEATURE_CTL, 0),
    ]);
}

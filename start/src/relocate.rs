//! A program that relocates itself: what a dynamic linker does for others, a static PIE must do
//! before its first use of an address that stands in its data.
//!
//! Sources: System V ABI, "Dynamic Linking" (the dynamic array, `DT_RELA`) and "Program Header"; its
//! generic part for `DT_RELR`; for the auxiliary vector `create_elf_tables` in Linux's
//! `fs/binfmt_elf.c` and `freebsd_copyout_auxargs` in FreeBSD's `sys/kern/imgact_elf.c`.

use crate::arch::RELATIVE;
use crate::numbers::{
    AT_NULL, AT_PAGESZ, AT_PHDR, AT_PHNUM, DT_NULL, DT_PLTRELSZ, DT_RELA, DT_RELASZ, DT_RELR,
    DT_RELRSZ, DT_RELSZ, PROT_READ, PT_DYNAMIC, PT_GNU_RELRO,
};
use crate::system::{exit, mprotect};

/// What dynamic linkers end a program with that they cannot start.
const CANNOT_START: i32 = 127;

const WORD: usize = size_of::<usize>();

/// The relocation that a linker leaves where it had counted on one more, on every architecture.
const NONE: usize = 0;

/// `Elf64_Phdr`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Segment {
    kind: u32,
    flags: u32,
    offset: usize,
    address: usize,
    physical_address: usize,
    file_size: usize,
    size: usize,
    alignment: usize,
}

/// `Elf64_Rela`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Rela {
    offset: usize,
    info: usize,
    addend: usize,
}

/// Adds the load bias of the program to each address in its data, then makes the pages read-only that
/// the linker has marked for it (`PT_GNU_RELRO`). A program at a fixed address has nothing to add.
///
/// [`entry!`](crate::entry) calls it when asked for `relocatable`. It calls mprotect(2), and ends the
/// program with status 127 where a relocation is of another kind than `R_…_RELATIVE`, which a static
/// program has no need for, or the pages stay writable.
///
/// # Safety
///
/// `stack` points to the initial process stack, as for [`Args::from_stack`](crate::Args::from_stack),
/// `dynamic` is the address of the symbol `_DYNAMIC`, if the program has it, and the program has
/// neither read an address from its own data yet nor started a thread.
// Nothing here reads a static or a table of addresses: none is right before this function has
// returned. Without optimisation even a call of another crate goes through such a table (the GOT), and
// so does the copy of a structure, so there are only words, operators, casts, and functions that are
// always inlined or of this crate alone.
pub unsafe extern "C" fn relocate(stack: *const usize, dynamic: *const usize) {
    let mut word = stack as usize;
    // SAFETY: the stack begins with argc, then come so many pointers and a null (System V ABI,
    // "Process Initialization"), which the caller vouches for.
    word = word.wrapping_add(unsafe { load(word) }.wrapping_add(2).wrapping_mul(WORD));
    // SAFETY: the environment, up to its null, as above.
    while unsafe { load(word) } != 0 {
        word = word.wrapping_add(WORD);
    }
    word = word.wrapping_add(WORD);
    let (mut header, mut count, mut page) = (0, 0, 0);
    // SAFETY: the auxiliary vector, in pairs up to one that begins with zero, as above.
    while unsafe { load(word) } != AT_NULL {
        // SAFETY: the pair is not the last.
        let (kind, value) = unsafe { pair(word) };
        if kind == AT_PHDR {
            header = value;
        } else if kind == AT_PHNUM {
            count = value;
        } else if kind == AT_PAGESZ {
            page = value;
        }
        word = word.wrapping_add(2 * WORD);
    }
    let (mut bias, mut start, mut size) = (0_usize, 0_usize, 0);
    while count != 0 {
        // SAFETY: AT_PHDR is where the kernel has mapped the AT_PHNUM headers of this program, each
        // an `Elf64_Phdr`: it loads no file that has others (`load_elf_phdrs`, `check_header`).
        let (kind, address, segment_size) = unsafe {
            let segment = header as *const Segment;
            ((*segment).kind, (*segment).address, (*segment).size)
        };
        if kind == PT_DYNAMIC {
            bias = (dynamic as usize).wrapping_sub(address);
            // SAFETY: the program has a dynamic segment, which is what `_DYNAMIC` names (System V
            // ABI, "Dynamic Section"), and the kernel has mapped all segments `bias` above their
            // addresses in the file.
            unsafe { apply(dynamic as usize, bias) };
        } else if kind == PT_GNU_RELRO {
            (start, size) = (address, segment_size);
        }
        header = header.wrapping_add(size_of::<Segment>());
        count = count.wrapping_sub(1);
    }
    // Where the kernel's pages are larger than the linker thought, the segment ends inside one, and
    // what follows there is written.
    start = start.wrapping_add(bias);
    let end = start.wrapping_add(size) & page.wrapping_neg();
    start &= page.wrapping_neg();
    // SAFETY: the linker has put into these pages only what is not written after relocation, and
    // relocation is done.
    if start < end && unsafe { mprotect(start, end.wrapping_sub(start), PROT_READ) } != 0 {
        exit(CANNOT_START);
    }
}

/// Applies the relocations that the dynamic array at this address tells of.
///
/// # Safety
///
/// It is the dynamic array of this program, whose segments are mapped `bias` above their addresses
/// in the file, those that relocations name writable.
unsafe fn apply(mut dynamic: usize, bias: usize) {
    let (mut rela, mut rela_size, mut relr, mut relr_size) = (0_usize, 0, 0_usize, 0);
    // SAFETY: the array consists of pairs up to one that begins with DT_NULL.
    while unsafe { load(dynamic) } != DT_NULL {
        // SAFETY: the pair is not the last.
        let (tag, value) = unsafe { pair(dynamic) };
        if tag == DT_RELA {
            rela = value;
        } else if tag == DT_RELASZ {
            rela_size = value;
        } else if tag == DT_RELR {
            relr = value;
        } else if tag == DT_RELRSZ {
            relr_size = value;
        } else if (tag == DT_RELSZ || tag == DT_PLTRELSZ) && value != 0 {
            exit(CANNOT_START);
        }
        dynamic = dynamic.wrapping_add(2 * WORD);
    }
    // SAFETY: DT_RELA is the address of a table of DT_RELASZ bytes, DT_RELR of one of DT_RELRSZ.
    unsafe {
        apply_rela(bias.wrapping_add(rela), rela_size, bias);
        apply_relr(bias.wrapping_add(relr), relr_size, bias);
    }
}

/// # Safety
///
/// At `entry` stand `size` bytes of `Elf64_Rela`, of a program mapped `bias` above its addresses.
unsafe fn apply_rela(mut entry: usize, size: usize, bias: usize) {
    let end = entry.wrapping_add(size);
    while entry < end {
        // SAFETY: the entry lies in the table.
        let (offset, info, addend) = unsafe {
            let rela = entry as *const Rela;
            ((*rela).offset, (*rela).info, (*rela).addend)
        };
        if info == RELATIVE {
            // SAFETY: the relocation names a word of this program, which is to hold the sum.
            unsafe { *(bias.wrapping_add(offset) as *mut usize) = bias.wrapping_add(addend) };
        } else if info != NONE {
            exit(CANNOT_START);
        }
        entry = entry.wrapping_add(size_of::<Rela>());
    }
}

/// # Safety
///
/// At `entry` stand `size` bytes of `Elf64_Relr`, of a program mapped `bias` above its addresses.
unsafe fn apply_relr(mut entry: usize, size: usize, bias: usize) {
    let end = entry.wrapping_add(size);
    let mut next = bias;
    while entry < end {
        // SAFETY: the entry lies in the table.
        let value = unsafe { load(entry) };
        if value & 1 == 0 {
            // The address of one word.
            next = bias.wrapping_add(value);
            // SAFETY: the table names a word of this program.
            unsafe { move_by(next, bias) };
            next = next.wrapping_add(WORD);
        } else {
            // Which of the next 63 words, by the bits above the lowest.
            let (mut bits, mut word) = (value >> 1, next);
            while bits != 0 {
                if bits & 1 != 0 {
                    // SAFETY: as above.
                    unsafe { move_by(word, bias) };
                }
                bits >>= 1;
                word = word.wrapping_add(WORD);
            }
            next = next.wrapping_add(63 * WORD);
        }
        entry = entry.wrapping_add(WORD);
    }
}

/// # Safety
///
/// There is a word at the address.
#[inline(always)]
unsafe fn load(address: usize) -> usize {
    // SAFETY: the caller vouches for it.
    unsafe { *(address as *const usize) }
}

/// # Safety
///
/// There are two words at the address.
#[inline(always)]
unsafe fn pair(address: usize) -> (usize, usize) {
    // SAFETY: the caller vouches for them.
    unsafe { (load(address), load(address.wrapping_add(WORD))) }
}

/// # Safety
///
/// There is a word at the address, which may be written.
#[inline(always)]
unsafe fn move_by(address: usize, bias: usize) {
    let word = address as *mut usize;
    // SAFETY: the caller vouches for it.
    unsafe { *word = (*word).wrapping_add(bias) }
}

#[cfg(test)]
mod tests;

//! What FreeBSD's kernel needs to see in a static program: sys/kern/imgact_elf.c.

use object::elf;
use object::read::elf::{ElfFile64, FileHeader, NoteIterator, ProgramHeader};
use object::{Endianness, ReadRef};

use crate::Result;

/// The type of the note by which a program says which release it was made for, sys/elf_common.h.
const NT_FREEBSD_ABI_TAG: u32 = 1;

/// The oldest release whose behaviour a program may ask for, as `__FreeBSD_version` counts: 12.0.
const OLDEST: u32 = 1_200_000;

/// Checks a program for an architecture, by its name in Rust; what it was made for, in words.
pub(super) fn check(bytes: &[u8], arch: &str) -> Result<String> {
    let file = ElfFile64::<Endianness>::parse(bytes).map_err(|error| format!("ELF: {error}"))?;
    let (header, endian) = (file.elf_header(), file.endian());
    let mut faults = Vec::new();
    let mut require = |holds: bool, fault: &str| {
        if !holds {
            faults.push(fault.to_string());
        }
    };
    let machine = match arch {
        "x86_64" => elf::EM_X86_64,
        _ => elf::EM_AARCH64,
    };
    require(endian == Endianness::Little, "it is big-endian");
    require(
        header.e_machine(endian) == machine,
        "it is for another machine",
    );
    require(
        header.e_ident.os_abi == elf::ELFOSABI_FREEBSD,
        "EI_OSABI is not FreeBSD",
    );
    require(
        header.e_type(endian) == elf::ET_EXEC,
        "it is not linked at a fixed address",
    );
    let segments = file.elf_program_headers();
    let has = |kind| segments.iter().any(|it| it.p_type(endian) == kind);
    require(!has(elf::PT_INTERP), "it asks for a dynamic linker");
    require(!has(elf::PT_DYNAMIC), "it has a dynamic section");
    let entry = header.e_entry(endian);
    let mut holds_entry = false;
    for segment in segments {
        let flags = segment.p_flags(endian);
        let (writable, executable) = (flags & elf::PF_W != 0, flags & elf::PF_X != 0);
        match segment.p_type(endian) {
            elf::PT_LOAD => {
                let from = segment.p_vaddr(endian);
                let within = (from..from + segment.p_filesz(endian)).contains(&entry);
                holds_entry |= within && executable;
                require(
                    !(writable && executable),
                    "a segment is writable and executable",
                );
            }
            elf::PT_GNU_STACK => require(!executable, "its stack is executable"),
            _ => {}
        }
    }
    require(holds_entry, "its entry is in no executable segment");
    let release = release(segments, endian, bytes)?;
    match release {
        None => require(false, "it has no FreeBSD ABI tag (PT_NOTE)"),
        Some(release) => require(
            release >= OLDEST,
            "its ABI tag asks for a release before 12.0",
        ),
    }
    if faults.is_empty() {
        Ok(format!(
            "static ELF, FreeBSD {}",
            release.unwrap_or_default()
        ))
    } else {
        Err(faults.join("; "))
    }
}

/// The release in the ABI tag.
fn release<'d, R: ReadRef<'d>>(
    segments: &[elf::ProgramHeader64<Endianness>],
    endian: Endianness,
    bytes: R,
) -> Result<Option<u32>> {
    let words = |error: object::Error| format!("notes: {error}");
    for segment in segments {
        let notes: Option<NoteIterator<'_, elf::FileHeader64<Endianness>>> =
            segment.notes(endian, bytes).map_err(words)?;
        let Some(mut notes) = notes else { continue };
        while let Some(note) = notes.next().map_err(words)? {
            if note.name() == b"FreeBSD" && note.n_type(endian) == NT_FREEBSD_ABI_TAG {
                let release = note.desc().try_into().map_err(|_| "an ABI tag's length")?;
                // The kernel leaves a note out that ends where its segment ends (`parse_note`).
                if notes.next().map_err(words)?.is_none() {
                    return Err(
                        "its ABI tag is the last note, which the kernel does not see".into(),
                    );
                }
                return Ok(Some(u32::from_le_bytes(release)));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where things are in [`program`].
    const OSABI: usize = 7;
    const KIND: usize = 16;
    const MACHINE: usize = 18;
    const ENTRY: usize = 24;
    const SEGMENTS: usize = 64;
    const SEGMENT: usize = 56;
    const NOTE: usize = SEGMENTS + 3 * SEGMENT;

    /// The smallest program that passes: code, a note, the stack.
    fn program() -> Vec<u8> {
        let mut bytes = vec![0; NOTE];
        bytes[..OSABI].copy_from_slice(b"\x7fELF\x02\x01\x01");
        bytes[OSABI] = 9;
        let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
        put(KIND, &[2, 0]);
        put(MACHINE, &[62, 0]);
        put(20, &[1]);
        put(ENTRY, &[0x10]);
        put(32, &[SEGMENTS as u8]);
        put(52, &[64, 0, SEGMENT as u8, 0, 3, 0]);
        // PT_LOAD, r-x; PT_NOTE, r--; PT_GNU_STACK, rw-.
        for (n, (kind, flags)) in [(1, 5), (4, 4), (0x6474_e551_u32, 6)].iter().enumerate() {
            let at = SEGMENTS + n * SEGMENT;
            put(at, &kind.to_le_bytes());
            put(at + 4, &u32::to_le_bytes(*flags));
        }
        put(SEGMENTS + 32, &[0x20]);
        put(SEGMENTS + SEGMENT + 8, &[NOTE as u8]);
        put(SEGMENTS + SEGMENT + 32, &[48]);
        put(SEGMENTS + SEGMENT + 48, &[4]);
        for (kind, value) in [(NT_FREEBSD_ABI_TAG, 1_500_000_u32), (4, 0)] {
            bytes.extend([8, 0, 0, 0, 4, 0, 0, 0]);
            bytes.extend(kind.to_le_bytes());
            bytes.extend(b"FreeBSD\0");
            bytes.extend(value.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn each_fault_is_told() {
        let words = check(&program(), "x86_64").unwrap();
        assert_eq!(words, "static ELF, FreeBSD 1500000");
        let (load, note, stack) = (SEGMENTS, SEGMENTS + SEGMENT, SEGMENTS + 2 * SEGMENT);
        for (at, value, fault) in [
            (OSABI, 0, "EI_OSABI"),
            (KIND, 3, "fixed address"),
            (MACHINE, 183, "another machine"),
            (ENTRY, 0x20, "entry"),
            (load + 4, 4, "entry"),
            (load + 4, 7, "writable and executable"),
            (stack + 4, 7, "stack"),
            (note, 3, "dynamic linker"),
            (note, 2, "dynamic section"),
            (note, 4 + 1, "no FreeBSD ABI tag"),
            (NOTE + 8, 2, "no FreeBSD ABI tag"),
            (NOTE + 12, b'f', "no FreeBSD ABI tag"),
            (NOTE + 22, 0, "before 12.0"),
            (note + 32, 24, "the last note"),
        ] {
            let mut bytes = program();
            bytes[at] = value;
            let faults = check(&bytes, "x86_64").unwrap_err();
            assert!(faults.contains(fault), "{fault}: {faults}");
        }
        assert!(check(&program(), "aarch64").is_err());
        assert!(check(b"#!/bin/sh", "x86_64").is_err());
    }
}

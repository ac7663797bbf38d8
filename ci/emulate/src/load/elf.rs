//! Static ELF programs, as FreeBSD's sys/kern/imgact_elf.c takes them.

use object::LittleEndian;
use object::elf::{self, FileHeader64};
use object::read::elf::{FileHeader, ProgramHeader};

use super::Loaded;
use crate::memory::{EXECUTE, Memory, READ, WRITE};
use crate::{Arch, Result};

type Header = FileHeader64<LittleEndian>;

/// Where a position-independent program goes, `ET_DYN_LOAD_ADDR` or thereabouts.
const BASE: u64 = 0x100_0000;

/// NT_FREEBSD_ABI_TAG, sys/elf_common.h.
const ABI_TAG: u32 = 1;

fn header(image: &[u8]) -> Result<&Header> {
    Header::parse(image).map_err(|error| format!("ENOEXEC: {error}"))
}

pub(crate) fn arch(image: &[u8]) -> Result<Arch> {
    match header(image)?.e_machine.get(LittleEndian) {
        elf::EM_X86_64 => Ok(Arch::Amd64),
        elf::EM_AARCH64 => Ok(Arch::Arm64),
        other => Err(format!("ENOEXEC: machine {other}")),
    }
}

pub(crate) fn load(image: &[u8], memory: &mut Memory) -> Result<Loaded> {
    let header = header(image)?;
    let fault = |error: object::Error| format!("ENOEXEC: {error}");
    let endian = LittleEndian;
    let kind = header.e_type.get(endian);
    let base = match kind {
        elf::ET_EXEC => 0,
        elf::ET_DYN => BASE,
        _ => return Err("ENOEXEC: not an executable file".to_string()),
    };
    let segments = header.program_headers(endian, image).map_err(fault)?;
    let mut headers = 0;
    let mut release = 0;
    for segment in segments {
        let address = base + segment.p_vaddr.get(endian);
        match segment.p_type.get(endian) {
            elf::PT_LOAD => {
                let bytes = segment
                    .data(endian, image)
                    .map_err(|()| "ENOEXEC: a segment is cut short")?;
                place(
                    memory,
                    address,
                    bytes,
                    segment.p_memsz.get(endian),
                    segment.p_flags.get(endian),
                )?;
                let (start, len) = (segment.p_offset.get(endian), segment.p_filesz.get(endian));
                let table = header.e_phoff.get(endian);
                if start <= table && table < start + len {
                    headers = address + table - start;
                }
            }
            elf::PT_INTERP => {
                return Err("the program wants an interpreter, and is not static".to_string());
            }
            elf::PT_NOTE => {
                let notes = segment.notes(endian, image).map_err(fault)?;
                for note in notes.into_iter().flatten() {
                    let note = note.map_err(fault)?;
                    if note.name() == b"FreeBSD" && note.n_type(endian) == ABI_TAG {
                        let desc = note
                            .desc()
                            .try_into()
                            .map_err(|_| "ENOEXEC: a note of another length")?;
                        release = u32::from_le_bytes(desc);
                    }
                }
            }
            _ => {}
        }
    }
    if release == 0 && header.e_ident.os_abi != elf::ELFOSABI_FREEBSD {
        return Err("ENOEXEC: no brand of FreeBSD, neither a note nor in e_ident".to_string());
    }
    Ok(Loaded {
        entry: base + header.e_entry.get(endian),
        headers: (headers, header.e_phnum.get(endian).into()),
        release,
        imports: Vec::new(),
    })
}

fn place(memory: &mut Memory, address: u64, bytes: &[u8], len: u64, flags: u32) -> Result<()> {
    let bits = [(elf::PF_R, READ), (elf::PF_W, WRITE), (elf::PF_X, EXECUTE)];
    let protection = bits
        .iter()
        .filter(|(flag, _)| flags & flag != 0)
        .fold(0, |all, (_, bit)| all | bit);
    if protection & (WRITE | EXECUTE) == WRITE | EXECUTE {
        return Err("a segment can be written and executed".to_string());
    }
    memory.map(address, len, protection)?;
    memory.engine.write_memory(address, bytes)
}

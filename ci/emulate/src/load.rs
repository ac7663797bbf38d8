//! Programs, as execve(2) takes them.

pub(crate) mod elf;
pub(crate) mod macho;

use crate::memory::Memory;
use crate::{Arch, Result, System};

/// A program that could be loaded.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) system: System,
    pub(crate) arch: Arch,
    pub(crate) image: Vec<u8>,
}

/// What of a program in memory the kernel needs to know.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) entry: u64,
    /// Where the program headers of an ELF file are, and how many.
    pub(crate) headers: (u64, u64),
    /// The release that the program was made for; 0 without a note.
    pub(crate) release: u32,
    /// What a Mach-O file wants bound: the symbol and the place.
    pub(crate) imports: Vec<Import>,
}

/// A place in memory that gets the address of a symbol.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) symbol: String,
    pub(crate) place: u64,
    pub(crate) addend: i64,
    pub(crate) weak: bool,
}

/// Looks at a file's first bytes.
pub(crate) fn identify(image: Vec<u8>) -> Result<Program> {
    let (system, arch) = match image.get(..4) {
        Some(b"\x7fELF") => (System::FreeBsd, elf::arch(&image)?),
        Some(b"\xcf\xfa\xed\xfe") => (System::Darwin, macho::arch(&image)?),
        _ => return Err("ENOEXEC: neither a 64-bit ELF nor a 64-bit Mach-O file".to_string()),
    };
    Ok(Program {
        system,
        arch,
        image,
    })
}

/// Puts the program into memory.
pub(crate) fn load(program: &Program, memory: &mut Memory) -> Result<Loaded> {
    match program.system {
        System::FreeBsd => elf::load(&program.image, memory),
        System::Darwin => macho::load(&program.image, program.arch, memory),
    }
}

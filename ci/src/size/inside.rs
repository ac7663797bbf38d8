//! What must not be in a program.

use object::Endianness;
use object::elf;
use object::read::elf::{ElfFile64, ProgramHeader};

use crate::Result;

/// The faults of a static program: a dynamic linker or libraries, writable code.
pub(crate) fn faults_of_file(bytes: &[u8]) -> Result<Vec<String>> {
    let file = ElfFile64::<Endianness>::parse(bytes).map_err(|error| error.to_string())?;
    let endian = file.endian();
    let mut faults = Vec::new();
    for header in file.elf_program_headers() {
        match header.p_type(endian) {
            elf::PT_INTERP => faults.push("it asks for a dynamic linker".to_string()),
            elf::PT_DYNAMIC => {
                let entries = header
                    .dynamic(endian, bytes)
                    .map_err(|error| error.to_string())?;
                let needs =
                    |entry: &elf::Dyn64<Endianness>| entry.d_tag.get(endian) == elf::DT_NEEDED;
                if entries.unwrap_or_default().iter().any(needs) {
                    faults.push("it needs a library".to_string());
                }
            }
            elf::PT_LOAD
                if header.p_flags(endian) & (elf::PF_W | elf::PF_X) == elf::PF_W | elf::PF_X =>
            {
                faults.push("a segment can be written and executed".to_string());
            }
            elf::PT_GNU_STACK if header.p_flags(endian) & elf::PF_X != 0 => {
                faults.push("its stack can be executed".to_string());
            }
            _ => {}
        }
    }
    Ok(faults)
}

/// What a bare program must not have, as it stands in the symbols that the linker lists.
const FORBIDDEN: [(&str, &str); 4] = [
    ("4core3fmt", "core::fmt"),
    ("9panicking", "a panic"),
    ("5alloc", "an allocator"),
    ("__rust_alloc", "an allocator"),
];

/// The faults of a bare program, by the linker's map of it.
pub(crate) fn faults_of_map(map: &str) -> Vec<String> {
    // Symbols that made it into the program stand in the map, one a line; what was discarded does not.
    // Where each section comes from stands there, too: `FILE:(SECTION)`.
    let symbols = map
        .lines()
        .filter_map(|line| line.split_whitespace().last())
        .filter(|symbol| !symbol.ends_with(')'));
    let mut faults: Vec<String> = symbols
        .filter_map(|symbol| {
            let (_, what) = FORBIDDEN.iter().find(|(part, _)| symbol.contains(part))?;
            Some(format!("{what} is in it: {symbol}"))
        })
        .collect();
    if !map.contains("_start") {
        faults.push("the linker's map lists no _start".to_string());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_symbols_are_named() {
        let line = |symbol| format!("   10118    10118       4c     1         {symbol}\n");
        let good = line("_start") + &line("_RNvCs1_8tcp_echo4main");
        assert_eq!(faults_of_map(&good), [""; 0]);
        let panic = "_RNvNtCs2_4core9panicking9panic_fmt";
        assert_eq!(
            faults_of_map(&(good + &line(panic))),
            [format!("a panic is in it: {panic}")]
        );
        assert_eq!(faults_of_map("").len(), 1);
    }

    #[test]
    fn what_is_no_program_is_an_error() {
        assert!(faults_of_file(b"#!/bin/sh").is_err());
    }
}

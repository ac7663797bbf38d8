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

/// What a bare program must not have, as it stands in the symbols that the linker lists, of either
/// mangling and demangled.
const FORBIDDEN: [(&str, &str); 8] = [
    ("core::fmt", "core::fmt"),
    ("core..fmt", "core::fmt"),
    ("4core3fmt", "core::fmt"),
    ("panicking", "a panic"),
    ("core::panic", "a panic"),
    ("alloc::", "an allocator"),
    ("5alloc", "an allocator"),
    ("__rust_alloc", "an allocator"),
];

/// The column in which the linker's map has its symbols; in the columns before it are sections and the
/// files they come from.
const SYMBOLS: &str = " Symbol";

/// The faults of a bare program, by the linker's map of it.
pub(crate) fn faults_of_map(map: &str) -> Vec<String> {
    let column = map
        .lines()
        .next()
        .and_then(|head| head.find(SYMBOLS))
        .map_or(0, |space| space + 1);
    // Symbols that made it into the program stand in the map, one a line; what was discarded does not.
    let symbols: Vec<&str> = map
        .lines()
        .skip(1)
        .filter(|line| {
            line.get(..column)
                .is_some_and(|before| before.ends_with(' '))
        })
        .filter_map(|line| Some(line.get(column..)?.trim()))
        .filter(|symbol| !symbol.is_empty())
        .collect();
    let mut faults: Vec<String> = symbols
        .iter()
        .filter_map(|symbol| {
            let (_, what) = FORBIDDEN.iter().find(|(part, _)| symbol.contains(part))?;
            Some(format!("{what} is in it: {symbol}"))
        })
        .collect();
    if !symbols.contains(&"_start") {
        faults.push("the linker's map lists no _start".to_string());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_symbols_are_named() {
        // As ld.lld of LLVM 22 writes it.
        let map = [
            "             VMA              LMA     Size Align Out     In      Symbol",
            "           100e8            100e8      51b     4 .text",
            "           100e8            100e8       10     4         /deps/echo.o:(.text._RNv4core3fmt)",
            "           100e8            100e8       10     1                 _start",
            "           100f8            100f8       15     1                 ",
        ]
        .join("\n");
        let with = |symbol| format!("{map}{symbol}\n");
        assert_eq!(
            faults_of_map(&with("tcp_echo::main::h5446ad1939839db2")),
            [""; 0]
        );
        for (symbol, what) in [
            ("core::panicking::panic_fmt", "a panic"),
            ("_RNvNtCs2_4core9panicking9panic_fmt", "a panic"),
            ("core::fmt::write::h5446ad1939839db2", "core::fmt"),
            (
                "_$LT$u8$u20$as$u20$core..fmt..Display$GT$::fmt",
                "core::fmt",
            ),
            ("alloc::vec::Vec$LT$T$GT$::push", "an allocator"),
        ] {
            assert_eq!(
                faults_of_map(&with(symbol)),
                [format!("{what} is in it: {symbol}")]
            );
        }
        assert_eq!(faults_of_map("").len(), 1);
    }

    #[test]
    fn what_is_no_program_is_an_error() {
        assert!(faults_of_file(b"#!/bin/sh").is_err());
    }
}

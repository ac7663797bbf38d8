//! What Darwin's kernel and dyld need to see in a program: bsd/kern/mach_loader.c, dyld's `MachOAnalyzer`.

use object::macho::{self, MachHeader64};
use object::read::macho::{LoadCommandVariant, MachHeader, MachOFile64, Segment};
use object::{Endianness, Object};

use crate::Result;

const LIBSYSTEM: &[u8] = b"/usr/lib/libSystem.B.dylib";

/// The functions of libSystem that make system calls on sockets, and on descriptors as sockets need it. A
/// program whose system calls are its own imports none of them; one that goes through libSystem cannot do
/// without the first nine.
const CALLS: [&str; 24] = [
    "socket",
    "bind",
    "connect",
    "listen",
    "accept",
    "sendto",
    "recvfrom",
    "getsockopt",
    "setsockopt",
    "send",
    "sendmsg",
    "recv",
    "recvmsg",
    "socketpair",
    "shutdown",
    "getsockname",
    "getpeername",
    "connectx",
    "poll",
    "select",
    "kqueue",
    "kevent",
    "kevent64",
    "syscall",
];

/// How many of them each program through libSystem imports.
const CERTAIN: usize = 9;

/// Checks a program for an architecture, by its name in Rust; what it was made for, in words. `raw`: its
/// system calls are its own.
pub(super) fn check(bytes: &[u8], arch: &str, raw: bool) -> Result<String> {
    let words = |error: object::Error| format!("Mach-O: {error}");
    let file = MachOFile64::<Endianness>::parse(bytes).map_err(words)?;
    let (header, endian) = (file.macho_header(), file.endian());
    let mut faults = Vec::new();
    let processor = match arch {
        "x86_64" => macho::CPU_TYPE_X86_64,
        _ => macho::CPU_TYPE_ARM64,
    };
    if header.cputype(endian) != processor {
        faults.push("it is for another machine".to_string());
    }
    if header.filetype(endian) != macho::MH_EXECUTE {
        faults.push("it is no program".to_string());
    }
    for (flag, name) in [
        (macho::MH_PIE, "MH_PIE"),
        (macho::MH_DYLDLINK, "MH_DYLDLINK"),
        (macho::MH_TWOLEVEL, "MH_TWOLEVEL"),
    ] {
        if header.flags(endian) & flag == 0 {
            faults.push(format!("it is not {name}"));
        }
    }
    let seen = Seen::read(header, endian, bytes).map_err(words)?;
    faults.extend(seen.faults(arch));
    let imports = file.imports().map_err(words)?;
    let imports: Vec<&[u8]> = imports.iter().map(|import| import.name()).collect();
    faults.extend(wrong_imports(&imports, raw));
    if faults.is_empty() {
        let (major, minor) = (seen.oldest >> 16, seen.oldest >> 8 & 0xff);
        let way = if raw {
            "no socket call imported"
        } else {
            "calls of libSystem"
        };
        Ok(format!("Mach-O, macOS {major}.{minor}, {way}"))
    } else {
        Err(faults.join("; "))
    }
}

/// What stands in the load commands.
#[derive(Default)]
struct Seen {
    main: Option<u64>,
    text: Option<std::ops::Range<u64>>,
    dynamic_linker: bool,
    libraries: Vec<Vec<u8>>,
    signature: bool,
    /// The oldest release, as `LC_BUILD_VERSION` has it; 0 for none.
    oldest: u32,
    writable_code: bool,
}

impl Seen {
    fn read(
        header: &MachHeader64<Endianness>,
        endian: Endianness,
        bytes: &[u8],
    ) -> object::Result<Self> {
        let mut seen = Self::default();
        let mut commands = header.load_commands(endian, bytes, 0)?;
        while let Some(command) = commands.next()? {
            match command.variant()? {
                LoadCommandVariant::EntryPoint(entry) => {
                    seen.main = Some(entry.entryoff.get(endian))
                }
                LoadCommandVariant::LoadDylinker(_) => seen.dynamic_linker = true,
                LoadCommandVariant::Dylib(library) => {
                    let name = command.string(endian, library.dylib.name)?;
                    seen.libraries.push(name.to_vec());
                }
                LoadCommandVariant::LinkeditData(_)
                    if command.cmd() == macho::LC_CODE_SIGNATURE =>
                {
                    seen.signature = true;
                }
                LoadCommandVariant::BuildVersion(version)
                    if version.platform.get(endian) == macho::PLATFORM_MACOS =>
                {
                    seen.oldest = version.minos.get(endian);
                }
                LoadCommandVariant::Segment64(segment, _) => {
                    let protection = segment.initprot.get(endian);
                    let both = macho::VM_PROT_WRITE | macho::VM_PROT_EXECUTE;
                    seen.writable_code |= protection & both == both;
                    if protection & macho::VM_PROT_EXECUTE != 0 {
                        let (offset, size) = segment.file_range(endian);
                        seen.text = Some(offset..offset + size);
                    }
                }
                _ => {}
            }
        }
        Ok(seen)
    }

    fn faults(&self, arch: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let mut require = |holds: bool, fault: &str| {
            if !holds {
                faults.push(fault.to_string());
            }
        };
        let within = |main| self.text.as_ref().is_some_and(|text| text.contains(&main));
        require(
            self.main.is_some_and(within),
            "LC_MAIN is missing, or not in an executable segment",
        );
        require(self.dynamic_linker, "LC_LOAD_DYLINKER is missing");
        require(
            self.libraries == [LIBSYSTEM],
            "it is not linked with libSystem alone",
        );
        require(
            self.signature || arch != "aarch64",
            "LC_CODE_SIGNATURE is missing",
        );
        require(self.oldest != 0, "LC_BUILD_VERSION names no oldest macOS");
        require(!self.writable_code, "a segment is writable and executable");
        faults
    }
}

/// What a program should not import, or should.
fn wrong_imports(imports: &[&[u8]], raw: bool) -> Vec<String> {
    // C's names begin with an underscore, and may have a variant behind a dollar sign.
    let is = |import: &[u8], call: &str| {
        let name = import.strip_prefix(b"_").unwrap_or(import);
        let name = name.split(|byte| *byte == b'$').next().unwrap_or(name);
        name == call.as_bytes()
    };
    let imported = |call: &&&str| imports.iter().any(|import| is(import, call));
    if raw {
        let wrong = CALLS.iter().filter(imported);
        wrong.map(|call| format!("it imports {call}")).collect()
    } else {
        let certain = CALLS.iter().take(CERTAIN);
        let missing = certain.filter(|call| !imported(call));
        missing
            .map(|call| format!("it does not import {call}"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// A load command: its number, what follows its size, and a name, padded.
    fn command(number: u32, fields: &[u32], name: &[u8]) -> Vec<u8> {
        let mut rest = words(fields);
        rest.extend(name);
        rest.resize(rest.len().next_multiple_of(8), 0);
        [words(&[number, rest.len() as u32 + 8]), rest].concat()
    }

    /// The load commands of a good program, by name.
    fn commands() -> Vec<(&'static str, Vec<u8>)> {
        let mut segment = b"__TEXT".to_vec();
        segment.resize(16, 0);
        // vmaddr, vmsize, fileoff, filesize, maxprot, initprot, nsects, flags.
        segment.extend(words(&[0, 1, 0x1000, 0, 0, 0, 0x1000, 0, 5, 5, 0, 0]));
        vec![
            ("segment", command(macho::LC_SEGMENT_64, &[], &segment)),
            ("LC_MAIN", command(macho::LC_MAIN, &[0x400, 0, 0, 0], b"")),
            (
                "LC_LOAD_DYLINKER",
                command(macho::LC_LOAD_DYLINKER, &[12], b"/usr/lib/dyld\0"),
            ),
            (
                "libSystem",
                command(
                    macho::LC_LOAD_DYLIB,
                    &[24, 0, 0, 0],
                    &[LIBSYSTEM, b"\0"].concat(),
                ),
            ),
            (
                "LC_BUILD_VERSION",
                command(macho::LC_BUILD_VERSION, &[1, 11 << 16, 0, 0], b""),
            ),
            (
                "LC_CODE_SIGNATURE",
                command(macho::LC_CODE_SIGNATURE, &[0, 0], b""),
            ),
        ]
    }

    fn program(flags: u32, commands: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let all: Vec<u8> = commands.iter().flat_map(|(_, it)| it.clone()).collect();
        let (number, size) = (commands.len() as u32, all.len() as u32);
        let header = [0xfeed_facf, 0x0100_000c, 0, 2, number, size, flags, 0];
        [words(&header), all].concat()
    }

    const FLAGS: u32 = macho::MH_PIE | macho::MH_DYLDLINK | macho::MH_TWOLEVEL;

    #[test]
    fn each_fault_is_told() {
        let good = check(&program(FLAGS, &commands()), "aarch64", true);
        assert_eq!(good.unwrap(), "Mach-O, macOS 11.0, no socket call imported");
        for (flag, name) in [
            (macho::MH_PIE, "MH_PIE"),
            (macho::MH_DYLDLINK, "MH_DYLDLINK"),
            (macho::MH_TWOLEVEL, "MH_TWOLEVEL"),
        ] {
            let faults = check(&program(FLAGS & !flag, &commands()), "aarch64", true);
            assert!(faults.unwrap_err().contains(name));
        }
        for (at, (name, _)) in commands().iter().enumerate() {
            let mut fewer = commands();
            fewer.remove(at);
            let faults = check(&program(FLAGS, &fewer), "aarch64", true).unwrap_err();
            let name = if *name == "segment" { "LC_MAIN" } else { name };
            assert!(faults.contains(name), "{name}: {faults}");
        }
        let mut more = commands();
        more.push((
            "other",
            command(macho::LC_LOAD_DYLIB, &[24, 0, 0, 0], b"/x\0"),
        ));
        let faults = check(&program(FLAGS, &more), "aarch64", true).unwrap_err();
        assert!(faults.contains("libSystem alone"), "{faults}");
        assert!(check(&program(FLAGS, &commands()), "x86_64", true).is_err());
        assert!(check(b"#!/bin/sh", "x86_64", true).is_err());
    }

    #[test]
    fn which_way_calls_go_shows_in_the_imports() {
        let none: [&[u8]; 2] = [b"_memcpy", b"_pthread_create"];
        let some: [&[u8]; 2] = [b"_recvfrom$NOCANCEL", b"_memcpy"];
        assert_eq!(wrong_imports(&none, true), [""; 0]);
        assert_eq!(wrong_imports(&some, true), ["it imports recvfrom"]);
        assert_eq!(wrong_imports(&none, false).len(), CERTAIN);
        assert_eq!(wrong_imports(&some, false).len(), CERTAIN - 1);
    }
}

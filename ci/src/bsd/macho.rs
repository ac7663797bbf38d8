//! What Darwin's kernel and dyld need to see in a program: bsd/kern/mach_loader.c, dyld's `MachOAnalyzer`.

use object::macho::{self, MachHeader64};
use object::read::macho::{LoadCommandVariant, MachHeader, MachOFile64, Segment};
use object::{Endianness, Object};

use crate::Result;

const LIBSYSTEM: &[u8] = b"/usr/lib/libSystem.B.dylib";

/// The functions of libSystem that make system calls on sockets, and on descriptors as sockets need it. A
/// program whose system calls are its own imports none of them; one that goes through libSystem cannot do
/// without the first nine.
const CALLS: [&str; 26] = [
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
    "read",
    "write",
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

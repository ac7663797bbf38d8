//! Mach-O programs, as XNU's bsd/kern/mach_loader.c takes them and dyld links them.

use object::LittleEndian;
use object::macho::{self, MachHeader64};
use object::read::macho::{LoadCommandVariant, MachHeader, Segment};

use super::Loaded;
use crate::memory::{EXECUTE, Memory, READ, WRITE};
use crate::{Arch, Result};

mod bind;

type Header = MachHeader64<LittleEndian>;

/// How far from its own addresses the program lies: it must be position-independent.
const SLIDE: u64 = 0x234_4000;

pub(super) const ENDIAN: LittleEndian = LittleEndian;

fn header(image: &[u8]) -> Result<&Header> {
    Header::parse(image, 0).map_err(|error| format!("ENOEXEC: {error}"))
}

pub(crate) fn arch(image: &[u8]) -> Result<Arch> {
    match header(image)?.cputype.get(ENDIAN) {
        macho::CPU_TYPE_X86_64 => Ok(Arch::Amd64),
        macho::CPU_TYPE_ARM64 => Ok(Arch::Arm64),
        other => Err(format!("EBADARCH: processor {other:#x}")),
    }
}

/// A segment in memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) address: u64,
    pub(super) len: u64,
}

/// What the load commands say.
#[derive(Default)]
struct Commands<'i> {
    segments: Vec<Place>,
    main: Option<u64>,
    dylinker: bool,
    signed: bool,
    version: bool,
    libraries: Vec<String>,
    text: u64,
    info: Option<Info<'i>>,
    chained: Option<&'i [u8]>,
    protections: Vec<(u64, u64, u32)>,
}

/// The programs of LC_DYLD_INFO.
struct Info<'i> {
    rebase: &'i [u8],
    binds: [&'i [u8]; 3],
}

pub(crate) fn load(image: &[u8], arch: Arch, memory: &mut Memory) -> Result<Loaded> {
    let header = header(image)?;
    let flags = header.flags.get(ENDIAN);
    if header.filetype.get(ENDIAN) != macho::MH_EXECUTE {
        return Err("ENOEXEC: not MH_EXECUTE".to_string());
    }
    for (flag, name) in [
        (macho::MH_DYLDLINK, "MH_DYLDLINK"),
        (macho::MH_PIE, "MH_PIE"),
    ] {
        if flags & flag == 0 {
            return Err(format!(
                "SIGKILL: without {name}, which this kernel requires"
            ));
        }
    }
    let commands = commands(header, image, memory)?;
    for (there, what) in [
        (commands.dylinker, "LC_LOAD_DYLINKER"),
        (commands.version, "LC_BUILD_VERSION"),
        (commands.signed || arch == Arch::Amd64, "LC_CODE_SIGNATURE"),
    ] {
        if !there {
            return Err(format!("SIGKILL: no {what}"));
        }
    }
    match commands.libraries.as_slice() {
        [one] if one == "/usr/lib/libSystem.B.dylib" => {}
        other => return Err(format!("dyld: it links {other:?}, where only libSystem is")),
    }
    let entry = commands.main.ok_or("SIGKILL: no LC_MAIN")?;
    let mut imports = Vec::new();
    if let Some(info) = &commands.info {
        bind::rebase(info.rebase, &commands.segments, memory, SLIDE)?;
        for program in info.binds {
            imports.extend(bind::binds(program, &commands.segments)?);
        }
    }
    if let Some(bytes) = commands.chained {
        imports.extend(bind::chained(
            bytes,
            &commands.segments,
            memory,
            commands.text,
        )?);
    }
    for (start, len, protection) in commands.protections {
        memory.protect(start, len, protection)?;
    }
    Ok(Loaded {
        entry: commands.text + entry,
        headers: (0, 0),
        release: 0,
        imports,
    })
}

fn commands<'i>(header: &Header, image: &'i [u8], memory: &mut Memory) -> Result<Commands<'i>> {
    let fault = |error: object::Error| format!("ENOEXEC: {error}");
    let part = |offset: u32, len: u32| {
        let start = offset as usize;
        let part = image.get(start..start + len as usize);
        part.ok_or_else(|| "ENOEXEC: a load command points behind the file".to_string())
    };
    let mut found = Commands::default();
    let mut commands = header.load_commands(ENDIAN, image, 0).map_err(fault)?;
    while let Some(command) = commands.next().map_err(fault)? {
        match command.variant().map_err(fault)? {
            LoadCommandVariant::Segment64(segment, _) => {
                let name = segment.name();
                let (vm, len) = (segment.vmaddr.get(ENDIAN), segment.vmsize.get(ENDIAN));
                let initial = segment.initprot.get(ENDIAN);
                if name == b"__PAGEZERO" {
                    if vm != 0 || len < 1 << 32 || initial != 0 {
                        return Err("SIGKILL: __PAGEZERO is not 4 GiB of nothing".to_string());
                    }
                    found.segments.push(Place { address: 0, len });
                    continue;
                }
                let address = vm + SLIDE;
                let bytes = segment
                    .data(ENDIAN, image)
                    .map_err(|()| "ENOEXEC: a segment is cut short")?;
                let protection = protection(initial)?;
                memory.map(address, len, READ | WRITE)?;
                memory.engine.write_memory(address, bytes)?;
                found.protections.push((address, len, protection));
                found.segments.push(Place { address, len });
                if segment.fileoff.get(ENDIAN) == 0 && segment.filesize.get(ENDIAN) > 0 {
                    found.text = address;
                }
            }
            LoadCommandVariant::EntryPoint(main) => found.main = Some(main.entryoff.get(ENDIAN)),
            LoadCommandVariant::LoadDylinker(_) => found.dylinker = true,
            LoadCommandVariant::BuildVersion(_) => found.version = true,
            LoadCommandVariant::Dylib(library) => {
                let name = command.string(ENDIAN, library.dylib.name).map_err(fault)?;
                found
                    .libraries
                    .push(String::from_utf8_lossy(name).into_owned());
            }
            LoadCommandVariant::DyldInfo(info) => {
                let binds = [
                    part(info.bind_off.get(ENDIAN), info.bind_size.get(ENDIAN))?,
                    part(
                        info.weak_bind_off.get(ENDIAN),
                        info.weak_bind_size.get(ENDIAN),
                    )?,
                    part(
                        info.lazy_bind_off.get(ENDIAN),
                        info.lazy_bind_size.get(ENDIAN),
                    )?,
                ];
                let rebase = part(info.rebase_off.get(ENDIAN), info.rebase_size.get(ENDIAN))?;
                found.info = Some(Info { rebase, binds });
            }
            LoadCommandVariant::LinkeditData(data) => {
                let bytes = part(data.dataoff.get(ENDIAN), data.datasize.get(ENDIAN))?;
                match command.cmd() {
                    macho::LC_CODE_SIGNATURE => found.signed = !bytes.is_empty(),
                    macho::LC_DYLD_CHAINED_FIXUPS => found.chained = Some(bytes),
                    _ => {}
                }
            }
            LoadCommandVariant::Thread(..) => {
                return Err("SIGKILL: LC_UNIXTHREAD in a program for dyld".to_string());
            }
            _ => {}
        }
    }
    Ok(found)
}

fn protection(initial: u32) -> Result<u32> {
    if initial & (macho::VM_PROT_WRITE | macho::VM_PROT_EXECUTE)
        == macho::VM_PROT_WRITE | macho::VM_PROT_EXECUTE
    {
        return Err("SIGKILL: a segment can be written and executed".to_string());
    }
    let bits = [
        (macho::VM_PROT_READ, READ),
        (macho::VM_PROT_WRITE, WRITE),
        (macho::VM_PROT_EXECUTE, EXECUTE),
    ];
    let set = bits.iter().filter(|(flag, _)| initial & flag != 0);
    Ok(set.fold(0, |all, (_, bit)| all | bit))
}

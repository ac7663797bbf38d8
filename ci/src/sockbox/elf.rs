//! The file: static, at a variable address, with what relocation changed read-only; and small.

use std::ops::Range;
use std::path::Path;
use std::process::Command;

use object::Endianness;
use object::elf;
use object::read::elf::{Dyn, ElfFile64, FileHeader, ProgramHeader};

use super::Case;
use super::socket::{exchange, stream, to};
use super::stage::{Server, Stage, run};
use crate::Result;

pub(super) const CASES: &[Case] = &[(
    "it runs wherever the kernel puts it, with its relocated data read-only",
    layouts,
)];

/// The most bytes of the release build on amd64.
const LIMIT: usize = 65_536;

/// Checks a release build as `cargo build --release` makes it.
pub(super) fn check_release(program: &Path) -> Result<()> {
    let bytes = std::fs::read(program).map_err(to(&program.display().to_string()))?;
    check_file(&bytes)?;
    println!("{} bytes, at most {LIMIT} on amd64", bytes.len());
    if cfg!(target_arch = "x86_64") && bytes.len() > LIMIT {
        return Err(format!("{} bytes are more than {LIMIT}", bytes.len()));
    }
    Ok(())
}

/// Checks that it is a static PIE with RELRO, and nothing in it is both writable and executable.
pub(super) fn check_file(bytes: &[u8]) -> Result<()> {
    let file = ElfFile64::<Endianness>::parse(bytes).map_err(to("ELF"))?;
    let endian = file.endian();
    let mut faults = Vec::new();
    if file.elf_header().e_type(endian) != elf::ET_DYN {
        faults.push("it is linked at a fixed address");
    }
    let has = |kind| {
        file.elf_program_headers()
            .iter()
            .any(|header| header.p_type(endian) == kind)
    };
    if has(elf::PT_INTERP) {
        faults.push("it asks for a dynamic linker");
    }
    if !has(elf::PT_GNU_STACK) {
        faults.push("it does not say that its stack is not executable");
    }
    for header in file.elf_program_headers() {
        let flags = header.p_flags(endian);
        let writable_code = flags & elf::PF_W != 0 && flags & elf::PF_X != 0;
        if header.p_type(endian) == elf::PT_LOAD && writable_code {
            faults.push("a segment is writable and executable");
        }
        if header.p_type(endian) == elf::PT_GNU_STACK && flags & elf::PF_X != 0 {
            faults.push("its stack is executable");
        }
    }
    if relro(&file).is_empty() {
        faults.push("nothing in it becomes read-only (PT_GNU_RELRO)");
    }
    for (tag, value) in dynamic(&file, bytes)? {
        match tag {
            elf::DT_NEEDED => faults.push("it needs a library"),
            elf::DT_TEXTREL => faults.push("its code is relocated (DT_TEXTREL)"),
            elf::DT_FLAGS if value & u64::from(elf::DF_TEXTREL) != 0 => {
                faults.push("its code is relocated (DF_TEXTREL)");
            }
            _ => {}
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("; "))
    }
}

type File<'d> = ElfFile64<'d, Endianness>;

/// The tags and values of the dynamic array.
fn dynamic(file: &File<'_>, bytes: &[u8]) -> Result<Vec<(i64, u64)>> {
    let endian = file.endian();
    let mut tags = Vec::new();
    for header in file.elf_program_headers() {
        let entries = header.dynamic(endian, bytes);
        for entry in entries.map_err(to("dynamic array"))?.unwrap_or_default() {
            tags.push((entry.d_tag(endian), entry.d_val(endian)));
        }
    }
    if tags.is_empty() {
        Err("it has no dynamic array".into())
    } else {
        Ok(tags)
    }
}

/// The addresses in the file that become read-only.
fn relro(file: &File<'_>) -> Range<u64> {
    let endian = file.endian();
    let header = file
        .elf_program_headers()
        .iter()
        .find(|header| header.p_type(endian) == elf::PT_GNU_RELRO);
    header.map_or(0..0, |header| {
        let start = header.p_vaddr(endian);
        start..start + header.p_memsz(endian)
    })
}

/// A mapping of a process: addresses, access, offset in its file, and the file.
fn mappings(id: u32, program: &Path) -> Result<Vec<(Range<u64>, String, u64)>> {
    let maps = std::fs::read_to_string(format!("/proc/{id}/maps")).map_err(to("maps"))?;
    let program = program.display().to_string();
    let parse = |line: &str| {
        let mut words = line.split_whitespace();
        let (start, end) = words.next()?.split_once('-')?;
        let number = |text| u64::from_str_radix(text, 16).ok();
        let (access, offset) = (words.next()?.to_string(), number(words.next()?)?);
        Some((number(start)?..number(end)?, access, offset))
    };
    let lines = maps.lines().filter(|line| line.ends_with(&program));
    Ok(lines.filter_map(parse).collect())
}

fn layouts(stage: &Stage) -> Result<()> {
    let bytes = std::fs::read(&stage.program).map_err(to("program"))?;
    let file = ElfFile64::<Endianness>::parse(&bytes[..]).map_err(to("ELF"))?;
    let relro = relro(&file);
    let mut bases = Vec::new();
    for fixed in [false, false, false, false, true, true] {
        let mut command = match fixed {
            true => {
                let mut command = Command::new("setarch");
                command.arg("-R").arg(&stage.program);
                command
            }
            false => Command::new(&stage.program),
        };
        command.args(["echo", "tcp:127.0.0.1:0"]);
        let server = Server::start(command, 1)?;
        exchange(stream(server.address(0)?)?, b"it runs")?;
        let mappings = mappings(server.running.id(), &stage.program)?;
        let base = mappings.iter().find(|mapping| mapping.2 == 0);
        let base = base.ok_or("its first page is not mapped")?.0.start;
        // The last page of the segment is whole on machines whose pages are no larger than the linker
        // thought, which amd64's are.
        let page = base + relro.start;
        let access = mappings.iter().find(|mapping| mapping.0.contains(&page));
        match access {
            Some((_, access, _)) if access == "r--p" => {}
            other => return Err(format!("its relocated data is mapped so: {other:?}")),
        }
        bases.push(base);
        server.stop()?;
    }
    let (variable, fixed) = bases.split_at(4);
    if fixed.iter().any(|base| Some(base) != fixed.first()) {
        return Err(format!("setarch -R changes nothing: {fixed:x?}"));
    }
    let randomized = std::fs::read_to_string("/proc/sys/kernel/randomize_va_space");
    if randomized.is_ok_and(|text| text.trim() != "0")
        && variable.iter().all(|base| Some(base) == variable.first())
    {
        return Err(format!("it is always at the same address: {variable:x?}"));
    }
    // With little else on the stack than the auxiliary vector, and with much.
    for words in [vec!["--version"], vec!["--version"; 2000]] {
        let mut command = stage.sockbox(&words);
        command.env_clear();
        let code = if words.len() == 1 { 0 } else { 2 };
        let ended = run(&mut command, b"")?.status.code();
        if ended != Some(code) {
            return Err(format!(
                "with {} words it ended with {ended:?}",
                words.len()
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_with_a_dynamic_linker_are_refused() {
        // This test itself is one.
        let bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let faults = check_file(&bytes).unwrap_err();
        assert!(
            faults.contains("dynamic linker") && faults.contains("needs a library"),
            "{faults}"
        );
        assert!(check_file(b"#!/bin/sh").is_err());
    }
}

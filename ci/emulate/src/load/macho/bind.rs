//! What dyld does to a program's pointers: rebases and binds, mach-o/loader.h and mach-o/fixup-chains.h.

use object::macho;

use super::Place;
use crate::Result;
use crate::load::Import;
use crate::memory::Memory;

/// The opcodes of a program, with their operands.
struct Reader<'b> {
    rest: &'b [u8],
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn uleb(&mut self) -> Result<u64> {
        let (mut value, mut shift) = (0u64, 0);
        while let Some(byte) = self.byte() {
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            shift += 7;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("dyld: a number without an end".to_string())
    }

    fn sleb(&mut self) -> Result<i64> {
        let before = self.rest.len();
        let value = self.uleb()?;
        let bits = 7 * (before - self.rest.len()) as u32;
        let unused = 64u32.saturating_sub(bits);
        Ok((value << unused).cast_signed() >> unused)
    }

    fn string(&mut self) -> Result<String> {
        let end = self.rest.iter().position(|byte| *byte == 0);
        let (text, rest) = end
            .and_then(|end| self.rest.split_at_checked(end))
            .ok_or("dyld: a name without an end")?;
        self.rest = rest.get(1..).unwrap_or_default();
        Ok(String::from_utf8_lossy(text).into_owned())
    }
}

fn segment(segments: &[Place], index: u8) -> Result<Place> {
    let segment = segments.get(usize::from(index)).copied();
    segment.ok_or_else(|| format!("dyld: no segment {index}"))
}

/// Runs the rebase program: each pointer moves with the program.
pub(super) fn rebase(
    program: &[u8],
    segments: &[Place],
    memory: &mut Memory,
    slide: u64,
) -> Result<()> {
    let mut reader = Reader { rest: program };
    let mut address = 0u64;
    while let Some(byte) = reader.byte() {
        let immediate = byte & macho::REBASE_IMMEDIATE_MASK;
        let (count, skip) = match byte & macho::REBASE_OPCODE_MASK {
            macho::REBASE_OPCODE_DONE => break,
            macho::REBASE_OPCODE_SET_TYPE_IMM => continue,
            macho::REBASE_OPCODE_SET_SEGMENT_AND_OFFSET_ULEB => {
                address = segment(segments, immediate)?.address + reader.uleb()?;
                continue;
            }
            macho::REBASE_OPCODE_ADD_ADDR_ULEB => {
                address = address.wrapping_add(reader.uleb()?);
                continue;
            }
            macho::REBASE_OPCODE_ADD_ADDR_IMM_SCALED => {
                address += u64::from(immediate) * 8;
                continue;
            }
            macho::REBASE_OPCODE_DO_REBASE_IMM_TIMES => (immediate.into(), 0),
            macho::REBASE_OPCODE_DO_REBASE_ULEB_TIMES => (reader.uleb()?, 0),
            macho::REBASE_OPCODE_DO_REBASE_ADD_ADDR_ULEB => (1, reader.uleb()?),
            macho::REBASE_OPCODE_DO_REBASE_ULEB_TIMES_SKIPPING_ULEB => {
                (reader.uleb()?, reader.uleb()?)
            }
            other => return Err(format!("dyld: rebase opcode {other:#x}")),
        };
        for _ in 0..count {
            let mut word = [0; 8];
            memory.engine.read_memory(address, &mut word)?;
            let moved = u64::from_le_bytes(word) + slide;
            memory.engine.write_memory(address, &moved.to_le_bytes())?;
            address = address.wrapping_add(8 + skip);
        }
    }
    Ok(())
}

/// Runs a bind program, which of the lazy ones has several ends.
pub(super) fn binds(program: &[u8], segments: &[Place]) -> Result<Vec<Import>> {
    let mut reader = Reader { rest: program };
    let mut imports = Vec::new();
    let (mut address, mut addend, mut symbol, mut weak) = (0u64, 0, String::new(), false);
    while let Some(byte) = reader.byte() {
        let immediate = byte & macho::BIND_IMMEDIATE_MASK;
        let (count, skip) = match byte & macho::BIND_OPCODE_MASK {
            macho::BIND_OPCODE_DONE
            | macho::BIND_OPCODE_SET_DYLIB_ORDINAL_IMM
            | macho::BIND_OPCODE_SET_TYPE_IMM
            | macho::BIND_OPCODE_SET_DYLIB_SPECIAL_IMM => continue,
            macho::BIND_OPCODE_SET_DYLIB_ORDINAL_ULEB => {
                reader.uleb()?;
                continue;
            }
            macho::BIND_OPCODE_SET_SYMBOL_TRAILING_FLAGS_IMM => {
                symbol = reader.string()?;
                weak = immediate & macho::BIND_SYMBOL_FLAGS_WEAK_IMPORT != 0;
                continue;
            }
            macho::BIND_OPCODE_SET_ADDEND_SLEB => {
                addend = reader.sleb()?;
                continue;
            }
            macho::BIND_OPCODE_SET_SEGMENT_AND_OFFSET_ULEB => {
                address = segment(segments, immediate)?.address + reader.uleb()?;
                continue;
            }
            macho::BIND_OPCODE_ADD_ADDR_ULEB => {
                address = address.wrapping_add(reader.uleb()?);
                continue;
            }
            macho::BIND_OPCODE_DO_BIND => (1, 0),
            macho::BIND_OPCODE_DO_BIND_ADD_ADDR_ULEB => (1, reader.uleb()?),
            macho::BIND_OPCODE_DO_BIND_ADD_ADDR_IMM_SCALED => (1, u64::from(immediate) * 8),
            macho::BIND_OPCODE_DO_BIND_ULEB_TIMES_SKIPPING_ULEB => (reader.uleb()?, reader.uleb()?),
            other => return Err(format!("dyld: bind opcode {other:#x}")),
        };
        for _ in 0..count {
            imports.push(Import {
                symbol: symbol.clone(),
                place: address,
                addend,
                weak,
            });
            address = address.wrapping_add(8 + skip);
        }
    }
    Ok(imports)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32> {
    let part = bytes.get(at..).and_then(|rest| rest.first_chunk());
    part.map(|part| u32::from_le_bytes(*part))
        .ok_or_else(|| "dyld: the fixups are cut short".to_string())
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16> {
    u32_at(bytes, at & !3).map(|word| (word >> (8 * (at & 3))) as u16)
}

/// DYLD_CHAINED_IMPORT and DYLD_CHAINED_PTR_64{,_OFFSET}, which are what linkers emit for these programs.
pub(super) fn chained(
    bytes: &[u8],
    segments: &[Place],
    memory: &mut Memory,
    text: u64,
) -> Result<Vec<Import>> {
    let [starts, table, names] = [4, 8, 12].map(|at| u32_at(bytes, at));
    let (starts, table, names) = (starts? as usize, table? as usize, names? as usize);
    if u32_at(bytes, 20)? != 1 {
        return Err("dyld: imports of a format that is not DYLD_CHAINED_IMPORT".to_string());
    }
    let name = |ordinal: u64| -> Result<(String, bool)> {
        let word = u32_at(bytes, table + 4 * ordinal as usize)?;
        let at = names + (word >> 9) as usize;
        let mut reader = Reader {
            rest: bytes.get(at..).unwrap_or_default(),
        };
        Ok((reader.string()?, word & 0x100 != 0))
    };
    let mut imports = Vec::new();
    for (index, segment) in (0..u32_at(bytes, starts)?).zip(segments) {
        let offset = u32_at(bytes, starts + 4 + 4 * index as usize)? as usize;
        if offset == 0 {
            continue;
        }
        let start = starts + offset;
        let page = u64::from(u16_at(bytes, start + 4)?);
        let format = u16_at(bytes, start + 6)?;
        if format != 2 && format != 6 {
            return Err(format!("dyld: chained pointers of format {format}"));
        }
        for number in 0..u16_at(bytes, start + 20)? {
            let first = u16_at(bytes, start + 22 + 2 * usize::from(number))?;
            if first == 0xffff {
                continue;
            }
            let mut address = segment.address + page * u64::from(number) + u64::from(first);
            loop {
                let mut word = [0; 8];
                memory.engine.read_memory(address, &mut word)?;
                let word = u64::from_le_bytes(word);
                if word >> 63 == 1 {
                    let (symbol, weak) = name(word & 0xff_ffff)?;
                    let addend = (word >> 24 & 0xff) as i64;
                    imports.push(Import {
                        symbol,
                        place: address,
                        addend,
                        weak,
                    });
                } else {
                    let target = word & 0xf_ffff_ffff;
                    let high = (word >> 36 & 0xff) << 56;
                    // Format 2 counts from address 0 of the unmoved program, format 6 from its text.
                    let base = if format == 6 { text } else { super::SLIDE };
                    memory
                        .engine
                        .write_memory(address, &((base + target) | high).to_le_bytes())?;
                }
                match word >> 51 & 0xfff {
                    0 => break,
                    next => address += 4 * next,
                }
            }
            if address > segment.address + segment.len {
                return Err("dyld: a chain that leaves its segment".to_string());
            }
        }
    }
    Ok(imports)
}

//! The memory of the program, as the kernel sees it: what is mapped, and for what.

use crate::table::Field;
use crate::unicorn::Engine;
use crate::{Result, Stop};

pub(crate) const READ: u32 = 1;
pub(crate) const WRITE: u32 = 2;
pub(crate) const EXECUTE: u32 = 4;

/// Unicorn maps by these; both kernels' pages on amd64 and FreeBSD's on arm64 are as large.
pub(crate) const PAGE: u64 = 4096;

#[derive(Clone, Copy, Debug)]
struct Region {
    start: u64,
    len: u64,
    protection: u32,
}

/// A processor's memory.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) engine: Engine,
    regions: Vec<Region>,
    /// Where the next mapping without an address goes.
    next: u64,
}

impl Memory {
    pub(crate) fn new(engine: Engine) -> Self {
        Memory {
            engine,
            regions: Vec::new(),
            next: 0x2_0000_0000,
        }
    }

    /// Maps memory at an address; both ends are rounded to pages.
    pub(crate) fn map(&mut self, start: u64, len: u64, protection: u32) -> Result<()> {
        let first = start & !(PAGE - 1);
        let len = (start + len).next_multiple_of(PAGE) - first;
        self.engine.map(first, len, protection)?;
        self.regions.push(Region {
            start: first,
            len,
            protection,
        });
        Ok(())
    }

    /// Maps memory where there is room.
    pub(crate) fn map_anywhere(&mut self, len: u64, protection: u32) -> Result<u64> {
        let start = self.next;
        // A page that nobody has lies between mappings.
        self.next += len.next_multiple_of(PAGE) + PAGE;
        self.map(start, len, protection)?;
        Ok(start)
    }

    /// Unmaps; pages that are not mapped do not matter. A mapping goes as a whole or in part.
    pub(crate) fn unmap(&mut self, start: u64, len: u64) -> Result<()> {
        let end = start + len.next_multiple_of(PAGE);
        let mut left = Vec::new();
        for region in std::mem::take(&mut self.regions) {
            let (from, to) = (
                region.start.max(start),
                (region.start + region.len).min(end),
            );
            if from >= to {
                left.push(region);
                continue;
            }
            self.engine.unmap(from, to - from)?;
            let parts = [(region.start, from), (to, region.start + region.len)];
            left.extend(
                parts
                    .iter()
                    .filter(|part| part.0 < part.1)
                    .map(|part| Region {
                        start: part.0,
                        len: part.1 - part.0,
                        ..region
                    }),
            );
        }
        self.regions = left;
        Ok(())
    }

    /// Changes what a mapping, or a part of it, is for.
    pub(crate) fn protect(&mut self, start: u64, len: u64, protection: u32) -> Result<bool> {
        let end = start + len.next_multiple_of(PAGE);
        let Some(at) = self
            .regions
            .iter()
            .position(|region| region.start <= start && end <= region.start + region.len)
        else {
            return Ok(false);
        };
        let whole = self.regions.swap_remove(at);
        self.engine.protect(start, end - start, protection)?;
        let parts = [
            (whole.start, start, whole.protection),
            (start, end, protection),
            (end, whole.start + whole.len, whole.protection),
        ];
        let parts = parts.iter().filter(|part| part.0 < part.1);
        self.regions
            .extend(parts.map(|&(start, end, protection)| Region {
                start,
                len: end - start,
                protection,
            }));
        Ok(true)
    }

    /// Whether all of this may be used so.
    fn allows(&self, start: u64, len: u64, protection: u32) -> bool {
        let Some(end) = start.checked_add(len) else {
            return false;
        };
        let mut at = start;
        while at < end {
            let region = self.regions.iter().find(|region| {
                region.start <= at
                    && at < region.start + region.len
                    && region.protection & protection == protection
            });
            match region {
                Some(region) => at = region.start + region.len,
                None => return false,
            }
        }
        true
    }

    /// copyin(9): EFAULT unless all of it can be read.
    pub(crate) fn read(&self, start: u64, len: u64) -> std::result::Result<Vec<u8>, Stop> {
        if len > 1 << 30 || !self.allows(start, len, READ) {
            return Err(Stop::Errno(libc::EFAULT));
        }
        let mut bytes = vec![0; len as usize];
        self.engine.read_memory(start, &mut bytes)?;
        Ok(bytes)
    }

    /// copyout(9): EFAULT unless all of it can be written.
    pub(crate) fn write(&mut self, start: u64, bytes: &[u8]) -> std::result::Result<(), Stop> {
        if !self.allows(start, bytes.len() as u64, WRITE) {
            return Err(Stop::Errno(libc::EFAULT));
        }
        Ok(self.engine.write_memory(start, bytes)?)
    }

    /// copyinstr(9): EFAULT, or ENAMETOOLONG without an end in time.
    pub(crate) fn string(&self, start: u64) -> std::result::Result<Vec<u8>, Stop> {
        let mut text = Vec::new();
        loop {
            let [byte] = self.array(start + text.len() as u64)?;
            match byte {
                0 => return Ok(text),
                _ if text.len() >= 1024 => return Err(Stop::Errno(libc::ENAMETOOLONG)),
                _ => text.push(byte),
            }
        }
    }

    pub(crate) fn array<const N: usize>(&self, start: u64) -> std::result::Result<[u8; N], Stop> {
        let bytes = self.read(start, N as u64)?;
        bytes
            .try_into()
            .map_err(|_| Stop::Fault("a read of another length".to_string()))
    }

    pub(crate) fn u64_at(&self, start: u64) -> std::result::Result<u64, Stop> {
        self.array(start).map(u64::from_le_bytes)
    }

    pub(crate) fn u32_at(&self, start: u64) -> std::result::Result<u32, Stop> {
        self.array(start).map(u32::from_le_bytes)
    }

    pub(crate) fn i32_at(&self, start: u64) -> std::result::Result<i32, Stop> {
        self.array(start).map(i32::from_le_bytes)
    }

    pub(crate) fn put_u32(&mut self, start: u64, value: u32) -> std::result::Result<(), Stop> {
        self.write(start, &value.to_le_bytes())
    }

    pub(crate) fn put_u64(&mut self, start: u64, value: u64) -> std::result::Result<(), Stop> {
        self.write(start, &value.to_le_bytes())
    }
}

/// A field of a structure that has been copied in, without its sign.
pub(crate) fn get(bytes: &[u8], field: Field) -> u64 {
    let start = field.offset as usize;
    let mut word = [0; 8];
    let value = bytes.get(start..start + field.size.min(8) as usize);
    for (place, byte) in word.iter_mut().zip(value.unwrap_or_default()) {
        *place = *byte;
    }
    u64::from_le_bytes(word)
}

/// A field of a structure that has been copied in, with its sign.
pub(crate) fn get_signed(bytes: &[u8], field: Field) -> i64 {
    let bits = 64 - 8 * field.size.min(8) as u32;
    (get(bytes, field) << bits).cast_signed() >> bits
}

/// Sets a field of a structure that will be copied out.
pub(crate) fn put(bytes: &mut [u8], field: Field, value: u64) {
    let start = field.offset as usize;
    let room = bytes.get_mut(start..start + field.size.min(8) as usize);
    for (place, byte) in room.unwrap_or_default().iter_mut().zip(value.to_le_bytes()) {
        *place = byte;
    }
}

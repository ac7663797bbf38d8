//! The page of the kernel that every process sees, osfmk/{arm,i386}/cpu_capabilities.h.

use super::OFFSET;
use crate::clock::{self, Way};
use crate::kernel::Kernel;
use crate::memory::READ;
use crate::table::Table;
use crate::{Arch, Stop};

/// Maps it, with what it says of the clock.
pub(super) fn map(kernel: &mut Kernel, table: &Table, way: Way) -> Result<(), Stop> {
    let number = |name: &str| table.get(name).map(i64::cast_unsigned);
    match kernel.arch {
        Arch::Arm64 => {
            let method = match way {
                Way::Counter => "USER_TIMEBASE_SPEC",
                Way::Call => "USER_TIMEBASE_NONE",
            };
            let base = number("_COMM_PAGE64_BASE_ADDRESS")?;
            kernel.memory.map(base, 4096, READ)?;
            let mut page = vec![0xa5; 4096];
            let mut fill = |at: u64, bytes: &[u8]| {
                let place = page.get_mut(at as usize..).unwrap_or_default();
                place
                    .iter_mut()
                    .zip(bytes)
                    .for_each(|(place, byte)| *place = *byte);
            };
            fill(number("_COMM_PAGE_TIMEBASE_OFFSET")?, &OFFSET.to_le_bytes());
            fill(
                number("_COMM_PAGE_USER_TIMEBASE")?,
                &[number(method)? as u8],
            );
            kernel.memory.engine.write_memory(base, &page)?;
        }
        Arch::Amd64 => {
            let base = number("_COMM_PAGE64_START_ADDRESS")?;
            kernel.memory.map(base, 4096, READ)?;
            // 2.5 GHz: 0.4 ns, as a fraction of 32 bits. The base is a moment ago.
            let ticks = clock::amd64();
            // A generation of 0: the kernel is writing.
            let generation = if way == Way::Call { 0 } else { 7_u32 };
            let fields: [(&str, &[u8]); 5] = [
                ("_COMM_PAGE_NT_TSC_BASE", &ticks.to_le_bytes()),
                ("_COMM_PAGE_NT_SCALE", &1_717_986_918u32.to_le_bytes()),
                ("_COMM_PAGE_NT_SHIFT", &0u32.to_le_bytes()),
                ("_COMM_PAGE_NT_NS_BASE", &clock::nanoseconds().to_le_bytes()),
                ("_COMM_PAGE_NT_GENERATION", &generation.to_le_bytes()),
            ];
            for (name, bytes) in fields {
                kernel
                    .memory
                    .engine
                    .write_memory(base + number(name)?, bytes)?;
            }
        }
    }
    Ok(())
}

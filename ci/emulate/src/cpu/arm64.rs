//! arm64: `svc`. FreeBSD: sys/arm64/arm64/trap.c (`svc_handler`, `cpu_fetch_syscall_args`), vm_machdep.c
//! (`cpu_set_syscall_retval`). XNU: osfmk/arm64/sleh.c (`handle_svc`), bsd/dev/arm/systemcalls.c.

use std::ffi::c_int;

use super::{Call, Cpu, Return};
use crate::memory::Memory;
use crate::unicorn::{ClockHook, Model};
use crate::{Stop, System};

// UC_ARM64_REG_*, unicorn's arm64.h.
const X0: c_int = 199;
const X1: c_int = 200;
const X16: c_int = 215;
const X8: c_int = 207;
const X29: c_int = 1;
const X30: c_int = 2;
const NZCV: c_int = 3;
const SP: c_int = 4;
const PC: c_int = 260;
const CPACR_EL1: c_int = 261;
const Q0: c_int = 104;

pub(super) const STACK: c_int = SP;
pub(super) const RESULT: c_int = X0;

const fn general() -> [c_int; 30] {
    let mut all = [X0; 30];
    let mut rest: &mut [c_int] = &mut all;
    let mut number = X0;
    while let Some((place, others)) = rest.split_first_mut() {
        *place = number;
        number += 1;
        rest = others;
    }
    if let Some(last) = all.last_mut() {
        *last = X29;
    }
    all
}

/// x0 to x29.
pub(super) const GENERAL: [c_int; 30] = general();

pub(super) const PARAMETERS: [c_int; 8] = [199, 200, 201, 202, 203, 204, 205, 206];

pub(super) const MODEL: Model = Model {
    arch: 2,
    mode: 0,
    // Every feature that unicorn has: an Apple processor has more than a Cortex.
    cpu: 3,
    pc: PC,
    syscall: None,
    clock: 1,
    clock_hook: ClockHook::System,
};

const CARRY: u64 = 1 << 29;

pub(super) fn start(memory: &mut Memory, stack: u64) {
    // Floating point does not trap.
    memory.engine.write(CPACR_EL1, 3 << 20);
    memory.engine.write(SP, stack);
}

pub(super) fn call(memory: &Memory, system: System) -> Result<Call, Stop> {
    let mut args = [0; 8];
    for (place, register) in args.iter_mut().zip(PARAMETERS) {
        *place = memory.engine.read(register);
    }
    let number = match system {
        System::FreeBsd => {
            let instruction = memory.u32_at(memory.engine.pc() - 4)?;
            if (instruction >> 5) & 0xffff != 0 {
                return Err(Stop::Signal(
                    "SIGILL",
                    "svc with an immediate that is not 0",
                ));
            }
            i64::from(memory.engine.read(X8) as u32)
        }
        // Only the low half counts, and its sign, arm_get_syscall_number.
        System::Darwin => i64::from(memory.engine.read(X16) as i32),
    };
    Ok(Call { number, args })
}

fn set_flags(cpu: &mut Cpu, memory: &mut Memory, carry: bool) {
    let others = (cpu.poison() << 16) & 0xd000_0000;
    let flags = others | if carry { CARRY } else { 0 };
    memory.engine.write(NZCV, flags);
}

pub(super) fn finish(cpu: &mut Cpu, memory: &mut Memory, result: Return) {
    if let Return::Plain(value) = result {
        memory.engine.write(X0, value);
        return;
    }
    set_flags(cpu, memory, matches!(result, Return::Error(_)));
    match result {
        Return::Value(first, second) => {
            memory.engine.write(X0, first);
            memory.engine.write(X1, second.unwrap_or_default());
        }
        Return::Error(number) | Return::Plain(number) => {
            memory.engine.write(X0, number);
            if cpu.system == System::Darwin {
                memory.engine.write(X1, 0);
            }
        }
    }
}

pub(super) fn enter(memory: &mut Memory, stack: u64, back: u64) {
    memory.engine.write(SP, stack);
    memory.engine.write(X30, back);
}

pub(super) fn c_return(cpu: &mut Cpu, memory: &mut Memory, value: u64, second: u64) {
    let back = memory.engine.read(X30);
    for register in X1..X0 + 18 {
        let poison = cpu.poison();
        memory.engine.write(register, poison);
    }
    // v8 to v15 keep their lower halves.
    for register in (Q0..Q0 + 8).chain(Q0 + 16..Q0 + 32) {
        let poison = cpu.poison();
        memory.engine.write(register, poison);
    }
    let carry = cpu.poison() & 0x1000 != 0;
    set_flags(cpu, memory, carry);
    memory.engine.write(X0, value);
    memory.engine.write(X1, second);
    memory.engine.set_pc(back);
}

const _: () = assert!(X8 == X0 + 8 && X16 == X0 + 16 && X1 == X0 + 1);

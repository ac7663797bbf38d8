//! amd64: `syscall`. FreeBSD: sys/amd64/amd64/exception.S (`fast_syscall`), vm_machdep.c
//! (`cpu_set_syscall_retval`), trap.c (`cpu_fetch_syscall_args`). XNU: bsd/dev/i386/systemcalls.c, osfmk/x86_64/idt64.s.

use std::ffi::c_int;

use super::{Call, Cpu, Return};
use crate::memory::Memory;
use crate::unicorn::{ClockHook, Model};
use crate::{Stop, System};

// UC_X86_REG_*, unicorn's x86.h.
const RAX: c_int = 35;
const RBP: c_int = 36;
const RBX: c_int = 37;
const RCX: c_int = 38;
const RDI: c_int = 39;
const RDX: c_int = 40;
const RIP: c_int = 41;
const RSI: c_int = 43;
const RSP: c_int = 44;
const R8: c_int = 106;
const R9: c_int = 107;
const R10: c_int = 108;
const R11: c_int = 109;
const EFLAGS: c_int = 25;
const XMM0: c_int = 122;

pub(super) const STACK: c_int = RSP;
pub(super) const RESULT: c_int = RAX;

pub(super) const GENERAL: [c_int; 15] = [
    RAX, RBX, RCX, RDX, RSI, RDI, RBP, R8, R9, R10, R11, 110, 111, 112, 113,
];

pub(super) const PARAMETERS: [c_int; 6] = [RDI, RSI, RDX, RCX, R8, R9];

const ARGUMENTS: [c_int; 6] = [RDI, RSI, RDX, R10, R8, R9];

pub(super) const MODEL: Model = Model {
    arch: 4,
    mode: 8,
    // Skylake: what a Mac may have at the most.
    cpu: 21,
    pc: RIP,
    syscall: Some(699),
    clock: 608,
    clock_hook: ClockHook::Pair {
        low: RAX,
        high: RDX,
    },
};

const CARRY: u64 = 1;
/// Parity, auxiliary carry, zero, sign and overflow.
const ARITHMETIC: u64 = 0x8d4;
const DIRECTION: u64 = 0x400;

pub(super) fn start(memory: &mut Memory, stack: u64) {
    memory.engine.write(RSP, stack);
}

pub(super) fn call(memory: &Memory) -> Result<Call, Stop> {
    let mut args = [0; 8];
    for (place, register) in args.iter_mut().zip(ARGUMENTS) {
        *place = memory.engine.read(register);
    }
    // The slot at the stack pointer is that of the C stub's return address.
    let stack = memory.engine.read(RSP);
    for (place, slot) in args.iter_mut().skip(ARGUMENTS.len()).zip([8, 16]) {
        *place = memory.u64_at(stack + slot).unwrap_or_default();
    }
    let number = memory.engine.read(RAX) as u32;
    Ok(Call {
        number: number.into(),
        args,
    })
}

fn set_flags(cpu: &mut Cpu, memory: &mut Memory, carry: bool) -> u64 {
    let others = (cpu.poison() >> 12) & ARITHMETIC;
    let flags = memory.engine.read(EFLAGS) & !(ARITHMETIC | CARRY);
    let flags = flags | others | u64::from(carry);
    memory.engine.write(EFLAGS, flags);
    flags
}

pub(super) fn finish(cpu: &mut Cpu, memory: &mut Memory, result: Return) {
    let pc = memory.engine.pc();
    let carry = matches!(result, Return::Error(_));
    let flags = set_flags(cpu, memory, carry);
    memory.engine.write(RCX, pc);
    memory.engine.write(R11, flags);
    if cpu.system == System::FreeBsd {
        // The only ones that the fast way out clears.
        for register in [R8, R9, R10] {
            memory.engine.write(register, 0);
        }
    }
    match result {
        Return::Value(first, second) => {
            memory.engine.write(RAX, first);
            match (second, cpu.system) {
                (Some(second), _) => memory.engine.write(RDX, second),
                (None, System::Darwin) => memory.engine.write(RDX, 0),
                // td_retval[1] began as the caller's rdx.
                (None, System::FreeBsd) => {}
            }
        }
        Return::Error(number) | Return::Plain(number) => memory.engine.write(RAX, number),
    }
}

pub(super) fn enter(memory: &mut Memory, stack: u64, back: u64) -> Result<(), Stop> {
    let flags = memory.engine.read(EFLAGS) & !DIRECTION;
    memory.engine.write(EFLAGS, flags);
    memory.put_u64(stack - 8, back)?;
    memory.engine.write(RSP, stack - 8);
    Ok(())
}

pub(super) fn c_return(
    cpu: &mut Cpu,
    memory: &mut Memory,
    value: u64,
    second: u64,
) -> Result<(), Stop> {
    let stack = memory.engine.read(RSP);
    let back = memory.u64_at(stack)?;
    for register in [RCX, RDX, RSI, RDI, R8, R9, R10, R11] {
        let poison = cpu.poison();
        memory.engine.write(register, poison);
    }
    for register in XMM0..XMM0 + 16 {
        let poison = cpu.poison();
        memory.engine.write(register, poison);
    }
    let carry = cpu.poison() & 0x1000 != 0;
    set_flags(cpu, memory, carry);
    memory.engine.write(RAX, value);
    memory.engine.write(RDX, second);
    memory.engine.write(RSP, stack + 8);
    memory.engine.set_pc(back);
    Ok(())
}

//! The conventions between programs and kernels, for each processor: where a call's number and arguments are,
//! what a return writes, and what it leaves in ruins.
//!
//! A register that the kernel overwrites gets what the kernel writes where that is known, and otherwise a value
//! that no program can mistake for its own, another one each time.

mod amd64;
mod arm64;

use std::ffi::c_int;

use crate::memory::Memory;
use crate::unicorn::Model;
use crate::{Arch, Stop, System};

/// A system call as it arrives.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Call {
    /// The number as the program gave it.
    pub(crate) number: i64,
    pub(crate) args: [u64; 8],
}

impl Call {
    pub(crate) fn arg(&self, index: usize) -> u64 {
        self.args.get(index).copied().unwrap_or_default()
    }

    /// An argument of type `int`.
    pub(crate) fn int(&self, index: usize) -> i32 {
        self.arg(index) as i32
    }
}

/// How a system call ends for the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Return {
    /// Success: the first and the second result.
    Value(u64, Option<u64>),
    /// The number of an error.
    Error(u64),
    /// A Mach trap's value, which says nothing of errors.
    Plain(u64),
}

/// The processor's side of a kernel.
#[derive(Debug)]
pub(crate) struct Cpu {
    pub(crate) arch: Arch,
    pub(crate) system: System,
    poisons: u64,
}

/// What the processor of an architecture is for unicorn.
pub(crate) fn model(arch: Arch) -> Model {
    match arch {
        Arch::Amd64 => amd64::MODEL,
        Arch::Arm64 => arm64::MODEL,
    }
}

impl Cpu {
    pub(crate) fn new(arch: Arch, system: System) -> Self {
        Cpu {
            arch,
            system,
            poisons: 0,
        }
    }

    /// A value that differs each time.
    pub(crate) fn poison(&mut self) -> u64 {
        self.poisons += 1;
        0xbad0_0000_0000_0bad | self.poisons.wrapping_mul(0x9e37_79b1) << 12 & 0x000f_ffff_ffff_f000
    }

    /// Registers at the start of a program: those that no ABI names hold nothing useful.
    pub(crate) fn start(&mut self, memory: &mut Memory, entry: u64, stack: u64, args: &[u64]) {
        for &register in self.general() {
            // FreeBSD clears them on amd64, exec_setregs in sys/amd64/amd64/exec_machdep.c.
            let value = match (self.system, self.arch) {
                (System::FreeBsd, Arch::Amd64) => 0,
                _ => self.poison(),
            };
            memory.engine.write(register, value);
        }
        match self.arch {
            Arch::Amd64 => amd64::start(memory, stack),
            Arch::Arm64 => arm64::start(memory, stack),
        }
        for (register, value) in self.parameters().iter().zip(args) {
            memory.engine.write(*register, *value);
        }
        memory.engine.set_pc(entry);
    }

    fn general(&self) -> &'static [c_int] {
        match self.arch {
            Arch::Amd64 => &amd64::GENERAL,
            Arch::Arm64 => &arm64::GENERAL,
        }
    }

    /// Where the parameters of a C function are.
    fn parameters(&self) -> &'static [c_int] {
        match self.arch {
            Arch::Amd64 => &amd64::PARAMETERS,
            Arch::Arm64 => &arm64::PARAMETERS,
        }
    }

    /// The system call that has just trapped. An error says why the processor or the kernel takes it for none.
    pub(crate) fn call(&self, memory: &Memory) -> Result<Call, Stop> {
        match self.arch {
            Arch::Amd64 => amd64::call(memory),
            Arch::Arm64 => arm64::call(memory, self.system),
        }
    }

    /// Returns from a system call.
    pub(crate) fn finish(&mut self, memory: &mut Memory, result: Return) {
        match self.arch {
            Arch::Amd64 => amd64::finish(self, memory, result),
            Arch::Arm64 => arm64::finish(self, memory, result),
        }
    }

    /// Goes back to the instruction that made the call, to make it again.
    pub(crate) fn again(&self, memory: &mut Memory) {
        let len = match self.arch {
            Arch::Amd64 => 2,
            Arch::Arm64 => 4,
        };
        let pc = memory.engine.pc();
        memory.engine.set_pc(pc - len);
    }

    pub(crate) fn stack(&self, memory: &Memory) -> u64 {
        memory.engine.read(match self.arch {
            Arch::Amd64 => amd64::STACK,
            Arch::Arm64 => arm64::STACK,
        })
    }

    /// Enters a C function with these arguments, on this stack, that returns to `back`. `stack` is aligned to 16
    /// bytes. All other registers are ruins.
    pub(crate) fn enter(
        &mut self,
        memory: &mut Memory,
        function: u64,
        stack: u64,
        args: &[u64],
        back: u64,
    ) -> Result<(), Stop> {
        for &register in self.general() {
            let value = self.poison();
            memory.engine.write(register, value);
        }
        match self.arch {
            Arch::Amd64 => amd64::enter(memory, stack, back)?,
            Arch::Arm64 => arm64::enter(memory, stack, back),
        }
        for (register, value) in self.parameters().iter().zip(args) {
            memory.engine.write(*register, *value);
        }
        memory.engine.set_pc(function);
        Ok(())
    }

    /// The arguments of the C function whose first instruction has trapped, at most eight; those behind
    /// `named` come as a variadic function's do.
    pub(crate) fn c_call(&self, memory: &Memory, named: usize) -> Result<Call, Stop> {
        let mut call = Call::default();
        let stack = self.stack(memory);
        for (index, place) in call.args.iter_mut().enumerate() {
            let in_register = match (self.arch, self.system) {
                // Apple passes the variable ones on the stack.
                (Arch::Arm64, System::Darwin) if index >= named => None,
                _ => self.parameters().get(index),
            };
            *place = match (in_register, self.arch) {
                (Some(register), _) => memory.engine.read(*register),
                // Above the return address.
                (None, Arch::Amd64) => {
                    let skipped = self.parameters().len() as u64;
                    memory
                        .u64_at(stack + 8 + 8 * (index as u64 - skipped))
                        .unwrap_or_default()
                }
                (None, Arch::Arm64) => {
                    let skipped = named.min(self.parameters().len()) as u64;
                    memory
                        .u64_at(stack + 8 * (index as u64 - skipped))
                        .unwrap_or_default()
                }
            };
        }
        Ok(call)
    }

    /// Returns from a C function, which may change what its ABI lets it change, and does.
    pub(crate) fn c_return(
        &mut self,
        memory: &mut Memory,
        value: u64,
        second: Option<u64>,
    ) -> Result<(), Stop> {
        let second = second.unwrap_or_else(|| self.poison());
        match self.arch {
            Arch::Amd64 => amd64::c_return(self, memory, value, second),
            Arch::Arm64 => {
                arm64::c_return(self, memory, value, second);
                Ok(())
            }
        }
    }
}

impl Cpu {
    /// What a C function of the program has returned.
    pub(crate) fn result(&self, memory: &Memory) -> u64 {
        memory.engine.read(match self.arch {
            Arch::Amd64 => amd64::RESULT,
            Arch::Arm64 => arm64::RESULT,
        })
    }
}

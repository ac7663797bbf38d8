//! The processor: unicorn, a library that is loaded when the program starts.
//!
//! An [`Engine`] runs machine code until it traps. It knows nothing of kernels.

mod api;
mod hooks;

use std::ffi::{CStr, c_int, c_void};
use std::path::Path;
use std::ptr;

use crate::Result;
use api::{Api, Close, Raw};
use hooks::{Seen, on_interrupt, on_invalid, on_memory, on_mrs, on_rdtsc, on_syscall};

/// `uc_arch`, `uc_mode` and `uc_cpu_*` of an architecture, unicorn.h.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Model {
    pub(crate) arch: c_int,
    pub(crate) mode: c_int,
    pub(crate) cpu: c_int,
    /// The register that holds the address of the next instruction.
    pub(crate) pc: c_int,
    /// `UC_X86_INS_SYSCALL`, where an instruction of its own makes a system call.
    pub(crate) syscall: Option<c_int>,
    /// The instruction that reads a clock: `UC_X86_INS_RDTSC` or `UC_ARM64_INS_MRS`.
    pub(crate) clock: c_int,
    /// What answers it.
    pub(crate) clock_hook: ClockHook,
}

/// How a clock is read: by an instruction of its own, or as a system register.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ClockHook {
    /// `rdtsc`, into two registers.
    Pair { low: c_int, high: c_int },
    /// `mrs`, into the register that it names.
    System,
}

const HOOK_INTR: c_int = 1;
const HOOK_INSN: c_int = 2;
const HOOK_MEM_INVALID: c_int = 1008;
const HOOK_INSN_INVALID: c_int = 16384;
/// `uc_ctl_set_cpu_model`: UC_CTL_WRITE(UC_CTL_CPU_MODEL, 1).
const CTL_SET_CPU_MODEL: c_int = 7 | 1 << 26 | 1 << 30;

/// Why the processor stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trap {
    /// `syscall` or `svc`; the program goes on behind it.
    Call,
    /// The clock has been read often: someone waits for another thread, and looks at nothing else.
    Turn,
    /// Another exception, by its number in qemu.
    Exception(u32),
    /// Memory that is not there, or not for that.
    Memory(u64),
    /// An instruction that the processor does not have.
    Instruction,
    /// It ran to the address at which nothing may be.
    End,
}

/// A processor with its memory.
#[derive(Debug)]
pub(crate) struct Engine {
    api: Api,
    raw: Raw,
    model: Model,
    seen: Box<Seen>,
}

impl Engine {
    /// A processor whose clock reads `clock`.
    pub(crate) fn new(library: &Path, model: Model, clock: fn() -> u64) -> Result<Self> {
        let api = Api::load(library)?;
        let mut raw = ptr::null_mut();
        // SAFETY: uc_open writes the handle.
        let opened = unsafe { (api.open)(model.arch, model.mode, &raw mut raw) };
        let seen = Box::new(Seen {
            stop: api.stop,
            write_register: api.write_register,
            clock_hook: model.clock_hook,
            clock,
            // EXCP_SWI of qemu's target/arm/cpu.h.
            call: model.syscall.is_none().then_some(2),
            trap: None,
            looks: 0,
        });
        let mut engine = Engine {
            api,
            raw,
            model,
            seen,
        };
        engine.check(opened, "uc_open")?;
        // SAFETY: this control takes one int, unicorn.h.
        let chosen = unsafe { (engine.api.control)(raw, CTL_SET_CPU_MODEL, model.cpu) };
        engine.check(chosen, "the processor model")?;
        if let Some(instruction) = model.syscall {
            engine.hook(HOOK_INSN, on_syscall as *mut c_void, instruction)?;
        }
        let clock_hook = match model.clock_hook {
            ClockHook::Pair { .. } => on_rdtsc as *mut c_void,
            ClockHook::System => on_mrs as *mut c_void,
        };
        engine.hook(HOOK_INSN, clock_hook, model.clock)?;
        engine.hook(HOOK_INTR, on_interrupt as *mut c_void, 0)?;
        engine.hook(HOOK_MEM_INVALID, on_memory as *mut c_void, 0)?;
        engine.hook(HOOK_INSN_INVALID, on_invalid as *mut c_void, 0)?;
        Ok(engine)
    }

    fn hook(&mut self, kind: c_int, function: *mut c_void, instruction: c_int) -> Result<()> {
        let mut handle = 0;
        let seen = ptr::from_mut(&mut *self.seen).cast();
        // SAFETY: each function above has the type that unicorn.h gives for its kind of hook, and the
        // user data lives as long as the engine. 1 to 0 is every address.
        let added = unsafe {
            (self.api.hook_add)(
                self.raw,
                &raw mut handle,
                kind,
                function,
                seen,
                1,
                0,
                instruction,
            )
        };
        self.check(added, "uc_hook_add")
    }

    fn check(&self, code: c_int, what: &str) -> Result<()> {
        if code == 0 {
            return Ok(());
        }
        // SAFETY: uc_strerror returns a string that is never freed, for any code.
        let text = unsafe { CStr::from_ptr((self.api.text)(code)) };
        Err(format!("unicorn: {what}: {}", text.to_string_lossy()))
    }

    /// Reads a register of 64 bits or fewer.
    pub(crate) fn read(&self, register: c_int) -> u64 {
        // Room for the widest register, should it be asked for one.
        let mut value = [0u64; 8];
        // SAFETY: uc_reg_read writes at most the size of the register.
        unsafe { (self.api.read_register)(self.raw, register, value.as_mut_ptr().cast()) };
        let [low, ..] = value;
        low
    }

    /// Writes a register of 64 bits or fewer.
    pub(crate) fn write(&mut self, register: c_int, value: u64) {
        let value = [value, 0, 0, 0, 0, 0, 0, 0];
        // SAFETY: uc_reg_write reads at most the size of the register.
        unsafe { (self.api.write_register)(self.raw, register, value.as_ptr().cast()) };
    }

    /// Where the program goes on.
    pub(crate) fn pc(&self) -> u64 {
        self.read(self.model.pc)
    }

    /// Makes the program go on elsewhere.
    pub(crate) fn set_pc(&mut self, address: u64) {
        self.write(self.model.pc, address);
    }

    pub(crate) fn map(&mut self, start: u64, len: u64, protection: u32) -> Result<()> {
        // SAFETY: uc_mem_map brings memory of its own.
        let done = unsafe { (self.api.map)(self.raw, start, len, protection) };
        self.check(done, "uc_mem_map")
    }

    pub(crate) fn unmap(&mut self, start: u64, len: u64) -> Result<()> {
        // SAFETY: the memory is unicorn's.
        let done = unsafe { (self.api.unmap)(self.raw, start, len) };
        self.check(done, "uc_mem_unmap")
    }

    pub(crate) fn protect(&mut self, start: u64, len: u64, protection: u32) -> Result<()> {
        // SAFETY: the memory is unicorn's.
        let done = unsafe { (self.api.protect)(self.raw, start, len, protection) };
        self.check(done, "uc_mem_protect")
    }

    pub(crate) fn read_memory(&self, start: u64, room: &mut [u8]) -> Result<()> {
        let len = room.len() as u64;
        // SAFETY: uc_mem_read writes `len` bytes to the room, which has as many.
        let done =
            unsafe { (self.api.read_memory)(self.raw, start, room.as_mut_ptr().cast(), len) };
        self.check(done, "uc_mem_read")
    }

    pub(crate) fn write_memory(&mut self, start: u64, bytes: &[u8]) -> Result<()> {
        let len = bytes.len() as u64;
        // SAFETY: uc_mem_write reads `len` bytes, as many as there are.
        let done = unsafe { (self.api.write_memory)(self.raw, start, bytes.as_ptr().cast(), len) };
        self.check(done, "uc_mem_write")
    }

    /// Runs until something traps.
    pub(crate) fn run(&mut self) -> Result<Trap> {
        self.seen.trap = None;
        self.seen.looks = 0;
        let pc = self.pc();
        // SAFETY: the code runs in unicorn's memory; the hooks touch only `seen` and registers. Nothing
        // may be at address 0, so it is an end that no program reaches.
        let ended = unsafe { (self.api.start)(self.raw, pc, 0, 0, 0) };
        match self.seen.trap {
            Some(trap) => Ok(trap),
            None => self.check(ended, "uc_emu_start").map(|()| Trap::End),
        }
    }

    /// All registers, to be given back later.
    pub(crate) fn save(&self) -> Result<Context> {
        let mut raw = ptr::null_mut();
        // SAFETY: uc_context_alloc writes the handle.
        let made = unsafe { (self.api.context_alloc)(self.raw, &raw mut raw) };
        self.check(made, "uc_context_alloc")?;
        let context = Context {
            raw,
            free: self.api.context_free,
        };
        // SAFETY: the context is of this engine.
        let saved = unsafe { (self.api.context_save)(self.raw, raw) };
        self.check(saved, "uc_context_save").map(|()| context)
    }

    pub(crate) fn restore(&mut self, context: &Context) -> Result<()> {
        // SAFETY: the context is of this engine, the only one of the program.
        let done = unsafe { (self.api.context_restore)(self.raw, context.raw) };
        self.check(done, "uc_context_restore")
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if !self.raw.is_null() {
            // SAFETY: the handle is this value's own.
            unsafe { (self.api.close)(self.raw) };
        }
    }
}

/// The registers of a processor at some time.
#[derive(Debug)]
pub(crate) struct Context {
    raw: Raw,
    free: Close,
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the context is this value's own.
        unsafe { (self.free)(self.raw) };
    }
}

//! The processor: unicorn, a library that is loaded when the program starts.
//!
//! An [`Engine`] runs machine code until it traps. It knows nothing of kernels.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::Path;
use std::ptr;

use libloading::Library;

use crate::Result;

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

type Raw = *mut c_void;
type Open = unsafe extern "C" fn(c_int, c_int, *mut Raw) -> c_int;
type Close = unsafe extern "C" fn(Raw) -> c_int;
type Control = unsafe extern "C" fn(Raw, c_int, ...) -> c_int;
type Text = unsafe extern "C" fn(c_int) -> *const c_char;
type ReadRegister = unsafe extern "C" fn(Raw, c_int, *mut c_void) -> c_int;
type WriteRegister = unsafe extern "C" fn(Raw, c_int, *const c_void) -> c_int;
type ReadMemory = unsafe extern "C" fn(Raw, u64, *mut c_void, u64) -> c_int;
type WriteMemory = unsafe extern "C" fn(Raw, u64, *const c_void, u64) -> c_int;
type Map = unsafe extern "C" fn(Raw, u64, u64, u32) -> c_int;
type Unmap = unsafe extern "C" fn(Raw, u64, u64) -> c_int;
type Start = unsafe extern "C" fn(Raw, u64, u64, u64, usize) -> c_int;
type HookAdd =
    unsafe extern "C" fn(Raw, *mut usize, c_int, *mut c_void, *mut c_void, u64, u64, ...) -> c_int;
type ContextAlloc = unsafe extern "C" fn(Raw, *mut Raw) -> c_int;
type ContextMove = unsafe extern "C" fn(Raw, Raw) -> c_int;

/// The functions of the library. It stays loaded to the end of the program.
#[derive(Debug)]
struct Api {
    open: Open,
    close: Close,
    control: Control,
    text: Text,
    read_register: ReadRegister,
    write_register: WriteRegister,
    read_memory: ReadMemory,
    write_memory: WriteMemory,
    map: Map,
    unmap: Unmap,
    protect: Map,
    start: Start,
    stop: Close,
    hook_add: HookAdd,
    context_alloc: ContextAlloc,
    context_save: ContextMove,
    context_restore: ContextMove,
    context_free: Close,
}

impl Api {
    fn load(path: &Path) -> Result<Self> {
        let fault = |error| format!("{}: {error}", path.display());
        // SAFETY: loading unicorn runs its constructors, which set up tables of its own.
        let library = Box::leak(Box::new(unsafe { Library::new(path) }.map_err(fault)?));
        macro_rules! function {
            ($name:literal) => {
                // SAFETY: each type above is the declaration of the function in unicorn.h 2.1.4.
                *unsafe { library.get($name) }.map_err(fault)?
            };
        }
        Ok(Self {
            open: function!(b"uc_open"),
            close: function!(b"uc_close"),
            control: function!(b"uc_ctl"),
            text: function!(b"uc_strerror"),
            read_register: function!(b"uc_reg_read"),
            write_register: function!(b"uc_reg_write"),
            read_memory: function!(b"uc_mem_read"),
            write_memory: function!(b"uc_mem_write"),
            map: function!(b"uc_mem_map"),
            unmap: function!(b"uc_mem_unmap"),
            protect: function!(b"uc_mem_protect"),
            start: function!(b"uc_emu_start"),
            stop: function!(b"uc_emu_stop"),
            hook_add: function!(b"uc_hook_add"),
            context_alloc: function!(b"uc_context_alloc"),
            context_save: function!(b"uc_context_save"),
            context_restore: function!(b"uc_context_restore"),
            context_free: function!(b"uc_context_free"),
        })
    }
}

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

/// What the hooks tell.
#[derive(Debug)]
struct Seen {
    stop: Close,
    write_register: WriteRegister,
    clock_hook: ClockHook,
    /// Nanoseconds to units of the clock.
    clock: fn() -> u64,
    /// The exception that is a system call.
    call: Option<u32>,
    trap: Option<Trap>,
    /// How often the clock has been read since the code began to run.
    looks: u32,
}

/// After so many looks at the clock another thread may run.
const LOOKS: u32 = 200;

impl Seen {
    /// Notes a look at the clock: the time, and whether it is another thread's turn.
    fn look(&mut self) -> (u64, bool) {
        self.looks += 1;
        ((self.clock)(), self.looks >= LOOKS)
    }

    /// # Safety
    ///
    /// `seen` is the user data of a hook of [`Engine`], and `raw` the engine whose hook runs.
    unsafe fn stop(raw: Raw, seen: *mut c_void, trap: Trap) {
        // SAFETY: `Engine::new` gives its own `Seen`, which lives as long, and looks at it only while
        // no code runs.
        let seen = unsafe { &mut *seen.cast::<Seen>() };
        seen.trap.get_or_insert(trap);
        // SAFETY: uc_emu_stop may be called in hooks.
        unsafe { (seen.stop)(raw) };
    }
}

unsafe extern "C" fn on_syscall(raw: Raw, seen: *mut c_void) {
    // SAFETY: as a hook of the engine.
    unsafe { Seen::stop(raw, seen, Trap::Call) }
}

unsafe extern "C" fn on_interrupt(raw: Raw, number: u32, seen: *mut c_void) {
    // SAFETY: as in `Seen::stop`.
    let call = unsafe { (*seen.cast::<Seen>()).call };
    let trap = if call == Some(number) {
        Trap::Call
    } else {
        Trap::Exception(number)
    };
    // SAFETY: as a hook of the engine.
    unsafe { Seen::stop(raw, seen, trap) }
}

unsafe extern "C" fn on_memory(
    raw: Raw,
    _: c_int,
    address: u64,
    _: c_int,
    _: i64,
    seen: *mut c_void,
) -> bool {
    // SAFETY: as a hook of the engine.
    unsafe { Seen::stop(raw, seen, Trap::Memory(address)) };
    false
}

unsafe extern "C" fn on_invalid(raw: Raw, seen: *mut c_void) -> bool {
    // SAFETY: as a hook of the engine.
    unsafe { Seen::stop(raw, seen, Trap::Instruction) };
    false
}

/// `rdtsc`: true skips the instruction.
unsafe extern "C" fn on_rdtsc(raw: Raw, seen: *mut c_void) -> c_int {
    // SAFETY: as in `Seen::stop`.
    let Seen {
        clock_hook,
        write_register,
        ..
    } = unsafe { &*seen.cast::<Seen>() };
    let (clock_hook, write_register) = (*clock_hook, *write_register);
    let ClockHook::Pair { low, high } = clock_hook else {
        return 0;
    };
    // SAFETY: as above.
    let (time, turn) = unsafe { (*seen.cast::<Seen>()).look() };
    for (register, half) in [(low, time & 0xffff_ffff), (high, time >> 32)] {
        // SAFETY: uc_reg_write reads 64 bits for a general register.
        unsafe { write_register(raw, register, ptr::from_ref(&half).cast()) };
    }
    if turn {
        // SAFETY: as a hook of the engine.
        unsafe { Seen::stop(raw, seen.cast(), Trap::Turn) };
    }
    1
}

/// `uc_arm64_cp_reg`: a system register by the numbers in its encoding.
#[repr(C)]
struct SystemRegister {
    crn: u32,
    crm: u32,
    op0: u32,
    op1: u32,
    op2: u32,
    value: u64,
}

/// `mrs`: true skips the instruction. CNTVCT_EL0 and CNTVCTSS_EL0 are the clock.
unsafe extern "C" fn on_mrs(
    raw: Raw,
    register: c_int,
    system: *const SystemRegister,
    seen: *mut c_void,
) -> u32 {
    // SAFETY: as in `Seen::stop`; unicorn passes the register of the instruction.
    let system = unsafe { &*system };
    let SystemRegister {
        crn,
        crm,
        op0,
        op1,
        op2,
        ..
    } = *system;
    if (op0, op1, crn, crm) != (3, 3, 14, 0) || !(op2 == 2 || op2 == 6) {
        return 0;
    }
    // SAFETY: as in `Seen::stop`.
    let (time, turn) = unsafe { (*seen.cast::<Seen>()).look() };
    // SAFETY: as in `Seen::stop`; uc_reg_write reads 64 bits for a general register.
    unsafe {
        let write = (*seen.cast::<Seen>()).write_register;
        write(raw, register, ptr::from_ref(&time).cast());
    }
    if turn {
        // SAFETY: as a hook of the engine.
        unsafe { Seen::stop(raw, seen, Trap::Turn) };
    }
    1
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

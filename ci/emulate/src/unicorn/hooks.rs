//! What unicorn calls while it runs code: each notes why the processor stops, or answers for the clock.

use std::ffi::{c_int, c_void};
use std::ptr;

use super::api::{Close, Raw, WriteRegister};
use super::{ClockHook, Trap};

/// What the hooks tell.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) stop: Close,
    pub(super) write_register: WriteRegister,
    pub(super) clock_hook: ClockHook,
    /// Nanoseconds to units of the clock.
    pub(super) clock: fn() -> u64,
    /// The exception that is a system call.
    pub(super) call: Option<u32>,
    pub(super) trap: Option<Trap>,
    /// How often the clock has been read since the code began to run.
    pub(super) looks: u32,
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
    /// `seen` is the user data of a hook of `Engine`, and `raw` the engine whose hook runs.
    unsafe fn stop(raw: Raw, seen: *mut c_void, trap: Trap) {
        // SAFETY: `Engine::new` gives its own `Seen`, which lives as long, and looks at it only while
        // no code runs.
        let seen = unsafe { &mut *seen.cast::<Seen>() };
        seen.trap.get_or_insert(trap);
        // SAFETY: uc_emu_stop may be called in hooks.
        unsafe { (seen.stop)(raw) };
    }
}

pub(super) unsafe extern "C" fn on_syscall(raw: Raw, seen: *mut c_void) {
    // SAFETY: as a hook of the engine.
    unsafe { Seen::stop(raw, seen, Trap::Call) }
}

pub(super) unsafe extern "C" fn on_interrupt(raw: Raw, number: u32, seen: *mut c_void) {
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

pub(super) unsafe extern "C" fn on_memory(
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

pub(super) unsafe extern "C" fn on_invalid(raw: Raw, seen: *mut c_void) -> bool {
    // SAFETY: as a hook of the engine.
    unsafe { Seen::stop(raw, seen, Trap::Instruction) };
    false
}

/// `rdtsc`: true skips the instruction.
pub(super) unsafe extern "C" fn on_rdtsc(raw: Raw, seen: *mut c_void) -> c_int {
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
pub(super) struct SystemRegister {
    crn: u32,
    crm: u32,
    op0: u32,
    op1: u32,
    op2: u32,
    value: u64,
}

/// `mrs`: true skips the instruction. CNTVCT_EL0 and CNTVCTSS_EL0 are the clock.
pub(super) unsafe extern "C" fn on_mrs(
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

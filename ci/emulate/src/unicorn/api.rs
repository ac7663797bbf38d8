//! The functions of the library, as unicorn.h declares them.

use std::ffi::{c_char, c_int, c_void};
use std::path::Path;

use libloading::Library;

use crate::Result;

pub(super) type Raw = *mut c_void;
pub(super) type Open = unsafe extern "C" fn(c_int, c_int, *mut Raw) -> c_int;
pub(super) type Close = unsafe extern "C" fn(Raw) -> c_int;
pub(super) type Control = unsafe extern "C" fn(Raw, c_int, ...) -> c_int;
pub(super) type Text = unsafe extern "C" fn(c_int) -> *const c_char;
pub(super) type ReadRegister = unsafe extern "C" fn(Raw, c_int, *mut c_void) -> c_int;
pub(super) type WriteRegister = unsafe extern "C" fn(Raw, c_int, *const c_void) -> c_int;
pub(super) type ReadMemory = unsafe extern "C" fn(Raw, u64, *mut c_void, u64) -> c_int;
pub(super) type WriteMemory = unsafe extern "C" fn(Raw, u64, *const c_void, u64) -> c_int;
pub(super) type Map = unsafe extern "C" fn(Raw, u64, u64, u32) -> c_int;
pub(super) type Unmap = unsafe extern "C" fn(Raw, u64, u64) -> c_int;
pub(super) type Start = unsafe extern "C" fn(Raw, u64, u64, u64, usize) -> c_int;
pub(super) type HookAdd =
    unsafe extern "C" fn(Raw, *mut usize, c_int, *mut c_void, *mut c_void, u64, u64, ...) -> c_int;
pub(super) type ContextAlloc = unsafe extern "C" fn(Raw, *mut Raw) -> c_int;
pub(super) type ContextMove = unsafe extern "C" fn(Raw, Raw) -> c_int;

/// The functions of the library. It stays loaded to the end of the program.
#[derive(Debug)]
pub(super) struct Api {
    pub(super) open: Open,
    pub(super) close: Close,
    pub(super) control: Control,
    pub(super) text: Text,
    pub(super) read_register: ReadRegister,
    pub(super) write_register: WriteRegister,
    pub(super) read_memory: ReadMemory,
    pub(super) write_memory: WriteMemory,
    pub(super) map: Map,
    pub(super) unmap: Unmap,
    pub(super) protect: Map,
    pub(super) start: Start,
    pub(super) stop: Close,
    pub(super) hook_add: HookAdd,
    pub(super) context_alloc: ContextAlloc,
    pub(super) context_save: ContextMove,
    pub(super) context_restore: ContextMove,
    pub(super) context_free: Close,
}

impl Api {
    pub(super) fn load(path: &Path) -> Result<Self> {
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

//! [`entry!`](crate::entry): from the kernel's first instruction to `main` and back.

use crate::system;

/// Ends the process, all its threads included, with the low eight bits of `code` as its status.
///
/// System call: exit_group(2) on Linux, exit(2) on FreeBSD.
pub fn exit(code: i32) -> ! {
    system::exit(code)
}

/// Makes `main` the start of a program without libc.
///
/// `entry!(main)` expects `fn main(args: sock_start::Args) -> i32`; what it returns becomes the
/// exit status. Call it once, at the top level of the program's crate. It defines
///
/// - `_start`, where the kernel enters the program, also as the first process of a machine;
/// - `memcpy`, `memmove`, `memset`, `memcmp`, `bcmp` and `strlen`, which compiled code and `core`
///   call by these names (see [`memory`](crate::memory));
/// - the panic handler. By default a panic ends the program at once with status 101, the status
///   of a panic in a program with std, and says nothing: to print its message would bring
///   `core::fmt` into each program, which is larger than a small program. `entry!(main, panic = handler)` calls
///   `fn handler(info: &core::panic::PanicInfo<'_>) -> !` instead.
/// - `rust_eh_personality` and `_Unwind_Resume`, which the library `core` as it is distributed
///   (built to unwind) refers to. Nothing calls them in a program whose panics abort.
/// - on FreeBSD a note in the section `.note.tag`, by which its kernel knows the program
///   (`AbiTag`, which this crate has there);
/// - on Linux and arm64 `getauxval`, which the library `compiler_builtins` as it is distributed for musl refers
///   to beside its atomics (`init_have_lse_atomics`). That is a constructor, and a program without a
///   libc runs none, so that nothing calls it: atomics then do without LSE.
///
/// `entry!(main, relocatable)` and `entry!(main, relocatable, panic = handler)` make a program that
/// may be linked as a static PIE, too: before anything else it applies its own relocations, and
/// makes what they changed read-only ([`relocate`](crate::relocate())).
#[macro_export]
macro_rules! entry {
    ($main:path) => {
        const _: () = {
            fn quiet(_: &::core::panic::PanicInfo<'_>) -> ! {
                $crate::exit(101)
            }
            $crate::entry!($main, panic = quiet);
        };
    };
    ($main:path, relocatable) => {
        const _: () = {
            fn quiet(_: &::core::panic::PanicInfo<'_>) -> ! {
                $crate::exit(101)
            }
            $crate::entry!($main, relocatable, panic = quiet);
        };
    };
    ($main:path, panic = $handler:path) => {
        $crate::entry!(@program $main, $handler);
    };
    ($main:path, relocatable, panic = $handler:path) => {
        $crate::entry!(@program $main, $handler, $crate::relocate);
    };
    (@program $main:path, $handler:path $(, $relocate:path)?) => {
        const _: () = {
            /// Where the kernel enters the program: no caller, no return address, and the address of
            /// argc in the stack pointer (Linux) or in the first argument's register (FreeBSD).
            #[unsafe(naked)]
            #[unsafe(no_mangle)]
            unsafe extern "C" fn _start() -> ! {
                $crate::__start!(enter $(, $relocate)?)
            }

            unsafe extern "C" fn enter(stack: *const usize) -> ! {
                let main: fn($crate::Args) -> i32 = $main;
                // SAFETY: `_start` hands over the address of argc, which argv, envp and auxv follow:
                // the initial process stack of the System V ABI, laid out so by the kernel
                // (`create_elf_tables` in Linux's fs/binfmt_elf.c, `exec_copyout_strings` in FreeBSD's
                // sys/kern/kern_exec.c).
                let args = unsafe { $crate::Args::from_stack(stack) };
                $crate::exit(main(args))
            }

            #[cfg(target_os = "freebsd")]
            #[used]
            #[unsafe(link_section = ".note.tag")]
            static ABI_TAG: $crate::AbiTag = $crate::AbiTag::CURRENT;

            #[panic_handler]
            fn panic(info: &::core::panic::PanicInfo<'_>) -> ! {
                let handler: fn(&::core::panic::PanicInfo<'_>) -> ! = $handler;
                handler(info)
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, n: usize) -> *mut u8 {
                // SAFETY: this function has the contract of `copy`, C's for memcpy.
                unsafe { $crate::memory::copy(to, from, n) }
                to
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, n: usize) -> *mut u8 {
                // SAFETY: this function has the contract of `copy_overlapping`, C's for memmove.
                unsafe { $crate::memory::copy_overlapping(to, from, n) }
                to
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn memset(to: *mut u8, byte: i32, n: usize) -> *mut u8 {
                // SAFETY: this function has the contract of `fill`; C's memset takes the byte as
                // an int and uses its low eight bits.
                unsafe { $crate::memory::fill(to, byte as u8, n) }
                to
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, n: usize) -> i32 {
                // SAFETY: this function has the contract of `compare`, C's for memcmp.
                unsafe { $crate::memory::compare(a, b, n) }
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn bcmp(a: *const u8, b: *const u8, n: usize) -> i32 {
                // SAFETY: as for memcmp; bcmp only asks for zero when equal.
                unsafe { $crate::memory::compare(a, b, n) }
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn strlen(string: *const u8) -> usize {
                // SAFETY: this function has the contract of `length`, C's for strlen.
                unsafe { $crate::memory::length(string) }
            }

            #[unsafe(no_mangle)]
            extern "C" fn rust_eh_personality() -> ! {
                $crate::exit(101)
            }

            #[unsafe(no_mangle)]
            extern "C" fn _Unwind_Resume() -> ! {
                $crate::exit(101)
            }

            #[cfg(all(target_os = "linux", target_arch = "aarch64"))]
            #[unsafe(no_mangle)]
            extern "C" fn getauxval(_: usize) -> usize {
                0
            }
        };
    };
}

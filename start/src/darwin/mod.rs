//! [`entry!`](crate::entry) on Darwin: dyld starts a program, and calls its `main`.

unsafe extern "C" {
    fn _exit(code: i32) -> !;
}

/// Ends the process, all its threads included, with the low eight bits of `code` as its status.
///
/// libSystem's `_exit(2)`, which every program is linked with.
pub fn exit(code: i32) -> ! {
    // SAFETY: _exit(2) has no precondition, and does not come back.
    unsafe { _exit(code) }
}

/// Makes `main` the start of a program without std.
///
/// `entry!(main)` expects `fn main(args: sock_start::Args) -> i32`; what it returns becomes the
/// exit status. Call it once, at the top level of the program's crate. It defines
///
/// - `main` as C has it, which dyld calls with argc, argv, envp and the kernel's own strings
///   (`LC_MAIN`, mach-o/loader.h);
/// - the panic handler. By default a panic ends the program at once with status 101, the status
///   of a panic in a program with std, and says nothing. `entry!(main, panic = handler)` calls
///   `fn handler(info: &core::panic::PanicInfo<'_>) -> !` instead;
/// - `rust_eh_personality`, which the library `core` as it is distributed (built to unwind) refers to.
///   Nothing calls it in a program whose panics abort.
///
/// The memory functions are libSystem's. `relocatable` may be asked for as on other systems: every
/// program is, and dyld relocates it.
#[macro_export]
macro_rules! entry {
    ($main:path $(, relocatable)?) => {
        const _: () = {
            fn quiet(_: &::core::panic::PanicInfo<'_>) -> ! {
                $crate::exit(101)
            }
            $crate::entry!($main, panic = quiet);
        };
    };
    ($main:path, $(relocatable,)? panic = $handler:path) => {
        const _: () = {
            #[unsafe(export_name = "main")]
            unsafe extern "C" fn enter(
                _: i32,
                argv: *const *const ::core::ffi::c_char,
                envp: *const *const ::core::ffi::c_char,
                apple: *const *const ::core::ffi::c_char,
            ) -> i32 {
                let main: fn($crate::Args) -> i32 = $main;
                // SAFETY: dyld hands over what the kernel has written onto the initial stack: three
                // lists of strings, each ended by a null pointer (`exec_copyout_strings` in
                // bsd/kern/kern_exec.c).
                let args = unsafe { $crate::Args::from_main(argv, envp, apple) };
                main(args)
            }

            #[panic_handler]
            fn panic(info: &::core::panic::PanicInfo<'_>) -> ! {
                let handler: fn(&::core::panic::PanicInfo<'_>) -> ! = $handler;
                handler(info)
            }

            #[unsafe(no_mangle)]
            extern "C" fn rust_eh_personality() -> ! {
                $crate::exit(101)
            }
        };
    };
}

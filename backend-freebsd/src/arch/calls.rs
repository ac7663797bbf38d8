//! The system-call functions, written once over the facts that each architecture's file states.

/// Makes `syscall0` … `syscall6`, their `_readonly` forms and `syscall1_noreturn`.
///
/// `trap` enters the kernel, `carry` stores the carry flag as 0 or 1 in a register of the class and
/// type `flag`, and `halt` stops a program that came back from a call of no return. The registers
/// `number`, `result`, `arguments` and `clobbers` are the ABI. An argument may be in a register that
/// the kernel changes, the result's or another: an input and a late output can share one.
///
/// The flag is read in the same block, directly after the trap, since nothing keeps flags between
/// two blocks. There is no `preserves_flags`: the kernel sets or clears the carry flag on each
/// return.
macro_rules! syscalls {
    (
        trap: $trap:literal,
        carry: $carry:literal,
        flag: $class:ident $flag:ty,
        halt: $halt:literal,
        number: $number:tt,
        result: $result:tt,
        arguments: $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt,
        clobbers: $clobbers:tt,
    ) => {
        use core::arch::asm;

        use super::{Arg, Nr, Ret};

        syscalls!(@arity ($trap $carry $class $flag, $number $result $clobbers)
            "no argument" syscall0 syscall0_readonly ());
        syscalls!(@arity ($trap $carry $class $flag, $number $result $clobbers)
            "one argument" syscall1 syscall1_readonly (a $a));
        syscalls!(@arity ($trap $carry $class $flag, $number $result $clobbers)
            "two arguments" syscall2 syscall2_readonly (a $a, b $b));
        syscalls!(@arity ($trap $carry $class $flag, $number $result $clobbers)
            "three arguments" syscall3 syscall3_readonly (a $a, b $b, c $c));
        syscalls!(@arity ($trap $carry $class $flag, $number $result $clobbers)
            "four arguments" syscall4 syscall4_readonly (a $a, b $b, c $c, d $d));
        syscalls!(@arity ($trap $carry $class $flag, $number $result $clobbers)
            "five arguments" syscall5 syscall5_readonly (a $a, b $b, c $c, d $d, e $e));
        syscalls!(@arity ($trap $carry $class $flag, $number $result $clobbers)
            "six arguments" syscall6 syscall6_readonly (a $a, b $b, c $c, d $d, e $e, f $f));

        /// A system call that does not return: exit.
        ///
        /// # Safety
        ///
        /// See [the module](crate::arch#safety).
        #[inline(always)]
        pub unsafe fn syscall1_noreturn(number: Nr, a: Arg<'_>) -> ! {
            // SAFETY: number and argument are in the registers that the ABI named at the top of
            // this architecture's file asks for; the caller vouches for what the call does; and
            // `halt` keeps the promise not to come back.
            unsafe {
                asm!(
                    $trap,
                    $halt,
                    in($number) number.word(),
                    in($a) a.into_word(),
                    options(noreturn, nostack),
                )
            }
        }
    };

    (@arity $abi:tt $count:literal $call:ident $readonly:ident $arguments:tt) => {
        syscalls! {
            @function $abi $call $arguments ()
            #[doc = concat!("A system call with ", $count, "; it may write the caller's memory.")]
            ///
            /// # Safety
            ///
            /// See [the module](crate::arch#safety).
        }

        syscalls! {
            @function $abi $readonly $arguments (readonly)
            #[doc = concat!("A system call with ", $count, " that writes none of the caller's memory.")]
            ///
            /// # Safety
            ///
            /// See [the module](crate::arch#safety), with what it adds for `readonly`.
        }
    };

    (
        @function
        ($trap:literal $carry:literal $class:ident $flag:ty, $number:tt $result:tt [$($clobber:tt)*])
        $name:ident
        ($($argument:ident $register:tt),*)
        ($($readonly:ident)?)
        $(#[$document:meta])*
    ) => {
        $(#[$document])*
        #[inline(always)]
        pub unsafe fn $name(number: Nr, $($argument: Arg<'_>),*) -> Ret {
            let result: *mut ();
            let failed: $flag;
            // SAFETY: number and arguments are in the registers, and all that the kernel changes is
            // declared, according to the sources named at the top of this architecture's file; the
            // kernel runs on a stack of its own (`nostack`); the caller vouches for what the call
            // does, and for `readonly`.
            unsafe {
                asm!(
                    $trap,
                    $carry,
                    failed = lateout($class) failed,
                    in($number) number.word(),
                    $(in($register) $argument.into_word(),)*
                    lateout($result) result,
                    $(lateout($clobber) _,)*
                    options(nostack $(, $readonly)?),
                );
            }
            Ret::new(result, failed != 0)
        }
    };
}

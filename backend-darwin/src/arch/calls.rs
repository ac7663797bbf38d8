//! The system-call functions, written once over the facts that each architecture's file states.

/// Makes `syscall0` … `syscall6` and their `_readonly` forms.
///
/// `trap` enters the kernel, and `carry` is the instruction right after it that copies the carry
/// flag into a register of that class and type. The registers `number`, `result`, `arguments` and `clobbers` are the ABI. An argument may
/// be in a register that is also the result's or a clobber: an input and a late output can share
/// one. The status flags are never kept: the carry flag is what the kernel answers with.
macro_rules! syscalls {
    (
        trap: $trap:literal,
        carry: $carry:literal in $kind:ident $wide:ident,
        number: $number:tt in $bits:expr,
        result: $result:tt,
        arguments: $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt,
        clobbers: $clobbers:tt,
    ) => {
        syscalls!(@arity ($trap $carry $kind $wide $number $bits, $result $clobbers)
            "no argument" syscall0 syscall0_readonly ());
        syscalls!(@arity ($trap $carry $kind $wide $number $bits, $result $clobbers)
            "one argument" syscall1 syscall1_readonly (a $a));
        syscalls!(@arity ($trap $carry $kind $wide $number $bits, $result $clobbers)
            "two arguments" syscall2 syscall2_readonly (a $a, b $b));
        syscalls!(@arity ($trap $carry $kind $wide $number $bits, $result $clobbers)
            "three arguments" syscall3 syscall3_readonly (a $a, b $b, c $c));
        syscalls!(@arity ($trap $carry $kind $wide $number $bits, $result $clobbers)
            "four arguments" syscall4 syscall4_readonly (a $a, b $b, c $c, d $d));
        syscalls!(@arity ($trap $carry $kind $wide $number $bits, $result $clobbers)
            "five arguments" syscall5 syscall5_readonly (a $a, b $b, c $c, d $d, e $e));
        syscalls!(@arity ($trap $carry $kind $wide $number $bits, $result $clobbers)
            "six arguments" syscall6 syscall6_readonly (a $a, b $b, c $c, d $d, e $e, f $f));
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
        ($trap:literal $carry:literal $kind:ident $wide:ident $number:tt $bits:expr, $result:tt
            [$($clobber:tt)*])
        $name:ident
        ($($argument:ident $register:tt),*)
        ($($readonly:ident)?)
        $(#[$document:meta])*
    ) => {
        $(#[$document])*
        #[inline(always)]
        pub unsafe fn $name(number: Nr, $($argument: Arg<'_>),*) -> Ret {
            let result: *mut ();
            let carry: $wide;
            // SAFETY: number and arguments are in the registers, and all that the kernel changes is
            // declared, according to the kernel sources named at the top of this architecture's
            // file; the kernel runs on a stack of its own (`nostack`); the caller vouches for what
            // the call does, and for `readonly`.
            unsafe {
                asm!(
                    $trap,
                    $carry,
                    carry = lateout($kind) carry,
                    in($number) $bits | number.word(),
                    $(in($register) $argument.into_word(),)*
                    lateout($result) result,
                    $(lateout($clobber) _,)*
                    options(nostack $(, $readonly)?),
                );
            }
            Ret::new(result, carry != 0)
        }
    };
}

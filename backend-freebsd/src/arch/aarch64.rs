//! arm64.
//!
//! FreeBSD's `sys/arm64/arm64/trap.c` (cpu_fetch_syscall_args, svc_handler): the number is in x8, the
//! arguments in x0 to x5, by `svc #0`; any other immediate is SIGILL. `sys/arm64/arm64/vm_machdep.c`
//! (cpu_set_syscall_retval): the result, or the error number, is in x0, and the carry flag of PSTATE
//! says which; x1 becomes a second result, or zero, unless the call fails. `sys/arm64/arm64/
//! exception.S` (save_registers, restore_registers) keeps every other integer register; FPSR and v0
//! to v31 are the thread's.
//!
//! Of SVE, nothing beyond those 128 bits of each vector is promised to be kept. p0 to p15 are
//! declared always, which costs nothing: no ordinary call preserves them either. The z registers can
//! be declared only by way of v0 to v31, and of v8 to v15 a function has to preserve the low halves
//! for its caller. So that is done in programs compiled for SVE; other programs pay nothing.
//!
//! A function that turns SVE on for itself by `#[target_feature]`, in a program compiled without it,
//! must leave its system calls to functions that are not inlined into it.

macro_rules! arm64 {
    ($($vector:literal)*) => {
        syscalls! {
            trap: "svc #0",
            carry: "cset {failed:w}, cs",
            flag: reg u32,
            halt: "udf #0",
            number: "x8",
            result: "x0",
            arguments: "x0" "x1" "x2" "x3" "x4" "x5",
            clobbers: [
                "x1"
                "p0" "p1" "p2" "p3" "p4" "p5" "p6" "p7"
                "p8" "p9" "p10" "p11" "p12" "p13" "p14" "p15"
                $($vector)*
            ],
        }
    };
}

#[cfg(not(target_feature = "sve"))]
arm64!();

#[cfg(target_feature = "sve")]
arm64!(
    "v0" "v1" "v2" "v3" "v4" "v5" "v6" "v7"
    "v8" "v9" "v10" "v11" "v12" "v13" "v14" "v15"
    "v16" "v17" "v18" "v19" "v20" "v21" "v22" "v23"
    "v24" "v25" "v26" "v27" "v28" "v29" "v30" "v31"
);

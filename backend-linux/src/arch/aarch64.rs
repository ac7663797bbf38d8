//! arm64.
//!
//! syscall(2): the number is in x8, the arguments in x0 to x5, the result in x0, by `svc #0`. The
//! kernel's `arch/arm64/kernel/entry.S` (kernel_entry, kernel_exit) saves and restores every other
//! integer register and, in PSTATE, the condition flags; FPSR and v0 to v31 are the thread's.
//!
//! Of SVE, only those 128 bits are kept: "all other bits of Z0..Z31, and all of P0..P15 and FFR
//! become zero" (kernel `Documentation/arch/arm64/sve.rst`, section 3). p0 to p15 are declared
//! always, which costs nothing: no ordinary call preserves them either. (Compilers keep no value in
//! FFR.) The z registers can be declared only by way of v0 to v31, and of v8 to v15 a function has
//! to preserve the low halves for its caller. So that is done in programs compiled for SVE, where a
//! loop's vectors do otherwise stay in z registers across the trap; other programs pay nothing.
//!
//! A function that turns SVE on for itself by `#[target_feature]`, in a program compiled without it,
//! must leave its system calls to functions that are not inlined into it.

macro_rules! arm64 {
    ($($vector:literal)*) => {
        syscalls! {
            trap: "svc #0",
            halt: "udf #0",
            number: "x8",
            result: "x0",
            arguments: "x0" "x1" "x2" "x3" "x4" "x5",
            clobbers: [
                "p0" "p1" "p2" "p3" "p4" "p5" "p6" "p7"
                "p8" "p9" "p10" "p11" "p12" "p13" "p14" "p15"
                $($vector)*
            ],
            keeps: [preserves_flags],
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

//! riscv64.
//!
//! syscall(2): the number is in a7, the arguments in a0 to a5, the result in a0, by `ecall`. The
//! kernel's `arch/riscv/kernel/entry.S` (handle_exception) saves and restores every other integer
//! register, and the floating-point state is the thread's.
//!
//! Vector state is not kept: "vector registers are clobbered by system calls" (kernel
//! `Documentation/arch/riscv/vector.rst`, section 3; `riscv_v_vstate_discard` in
//! `arch/riscv/include/asm/vector.h` fills them with ones and makes vtype invalid). So v0 to v31 are
//! declared, also where this code is compiled without V, since a caller may have it; and there is no
//! `preserves_flags`, which on this architecture would promise vtype, vl and vxsat.

syscalls! {
    trap: "ecall",
    halt: "unimp",
    number: "a7",
    result: "a0",
    arguments: "a0" "a1" "a2" "a3" "a4" "a5",
    clobbers: [
        "v0" "v1" "v2" "v3" "v4" "v5" "v6" "v7"
        "v8" "v9" "v10" "v11" "v12" "v13" "v14" "v15"
        "v16" "v17" "v18" "v19" "v20" "v21" "v22" "v23"
        "v24" "v25" "v26" "v27" "v28" "v29" "v30" "v31"
    ],
    keeps: [],
}

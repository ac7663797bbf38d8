//! The sock tool.
#![no_std]
#![no_main]

sock_start::entry!(main);

fn main(_: sock_start::Args) -> i32 {
    write(b"sockbox\n")
}

/// Writes to standard output; zero, or one when the kernel did not take it all.
fn write(line: &[u8]) -> i32 {
    let written: usize;
    // SAFETY: write(2) reads `line` and writes no memory of the program; registers and clobbers are
    // those of syscall(2), "Architecture calling conventions".
    unsafe {
        #[cfg(target_arch = "x86_64")]
        core::arch::asm!("syscall", inlateout("rax") 1usize => written, in("rdi") 1usize,
            in("rsi") line.as_ptr(), in("rdx") line.len(), lateout("rcx") _, lateout("r11") _);
        #[cfg(target_arch = "aarch64")]
        core::arch::asm!("svc #0", in("x8") 64usize, inlateout("x0") 1usize => written,
            in("x1") line.as_ptr(), in("x2") line.len());
        #[cfg(target_arch = "riscv64")]
        core::arch::asm!("ecall", in("a7") 64usize, inlateout("a0") 1usize => written,
            in("a1") line.as_ptr(), in("a2") line.len());
        #[cfg(target_arch = "loongarch64")]
        core::arch::asm!("syscall 0", in("$a7") 64usize, inlateout("$a0") 1usize => written,
            in("$a1") line.as_ptr(), in("$a2") line.len(), lateout("$t0") _, lateout("$t1") _,
            lateout("$t2") _, lateout("$t3") _, lateout("$t4") _, lateout("$t5") _,
            lateout("$t6") _, lateout("$t7") _, lateout("$t8") _);
    }
    i32::from(written != line.len())
}

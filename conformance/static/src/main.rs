//! The conformance suite as a static program.
#![no_std]
#![no_main]

sock_start::entry!(main);

unsafe extern "C" {
    fn memcpy(to: *mut u8, from: *const u8, n: usize) -> *mut u8;
    fn memmove(to: *mut u8, from: *const u8, n: usize) -> *mut u8;
    fn memset(to: *mut u8, byte: i32, n: usize) -> *mut u8;
    fn memcmp(a: *const u8, b: *const u8, n: usize) -> i32;
}

fn main(args: sock_start::Args) -> i32 {
    let page_size = args
        .auxv()
        .find(|&(kind, _)| kind == 6)
        .map(|(_, value)| value);
    let start = args.args().count() > 0
        && args.vars().all(|var| !var.is_empty())
        && page_size.is_some_and(|size| size.is_power_of_two());
    let cases = [("start", start), ("memory", memory())];
    let mut status = 0;
    for (name, passed) in cases {
        status |= write(if passed { b"ok " } else { b"FAIL " });
        status |= write(name.as_bytes());
        status |= write(if passed { b"\n" } else { b": wrong\n" });
    }
    if cases.iter().all(|case| case.1) {
        status | write(b"2 passed, 0 failed\n")
    } else {
        write(b"1 passed, 1 failed\n") | 1
    }
}

/// The exported functions, at every alignment and short length, against plain loops.
fn memory() -> bool {
    const ROOM: usize = 96;
    let mut source = [0u8; ROOM];
    for (i, byte) in source.iter_mut().enumerate() {
        *byte = i as u8 ^ 0x5a;
    }
    let mut passed = true;
    for to in 0..17 {
        for from in 0..17 {
            for n in 0..64 {
                let mut target = [0xeeu8; ROOM];
                let mut shifted = source;
                // SAFETY: 17 + 64 bytes are inside each buffer of 96.
                unsafe {
                    memcpy(target.as_mut_ptr().add(to), source.as_ptr().add(from), n);
                    let start = shifted.as_mut_ptr();
                    memmove(start.add(to), start.add(from), n);
                    passed &= memcmp(start.add(to), source.as_ptr().add(from), n) == 0;
                }
                for (i, &byte) in target.iter().enumerate() {
                    let inside = i >= to && i < to + n;
                    let expected = if inside {
                        source.get(i - to + from)
                    } else {
                        Some(&0xee)
                    };
                    passed &= Some(&byte) == expected;
                }
                // SAFETY: as above.
                unsafe { memset(target.as_mut_ptr().add(to), 0x17, n) };
                for (i, &byte) in target.iter().enumerate() {
                    let inside = i >= to && i < to + n;
                    passed &= !inside || byte == 0x17;
                }
            }
        }
    }
    passed
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

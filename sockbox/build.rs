//! Links the program without a libc, at a variable address: a static PIE.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_CFG_TARGET_OS").is_none_or(|os| os != "linux") {
        return;
    }
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let words = if flags.contains("relocation-model=static") {
        // Whoever compiles for a fixed address gets one. `cc` and `ld.lld` both understand this.
        "-nostdlib -static -no-pie"
    } else if flags.contains("linker-flavor=ld") {
        "-nostdlib -static -pie --no-dynamic-linker -ztext -zpack-relative-relocs"
    } else {
        "-nostdlib -static-pie -Wl,-z,pack-relative-relocs,-z,noseparate-code"
    };
    // The linker script comes with `sock-start`.
    for word in words.split(' ').chain(["-Tno-unwind.ld"]) {
        println!("cargo::rustc-link-arg-bins={word}");
    }
}

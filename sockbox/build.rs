//! Links the program without a libc, at a variable address: a static PIE.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=discard.ld");
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
    for word in words.split(' ') {
        println!("cargo::rustc-link-arg-bins={word}");
    }
    let folder = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    println!("cargo::rustc-link-arg-bins=-T{folder}/discard.ld");
}

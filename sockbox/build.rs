//! Links the program without a libc, on Linux at a variable address: a static PIE; on macOS with libSystem
//! and nothing else.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let system = env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    match system.as_str() {
        "linux" => link(linux()),
        "freebsd" => link("-nostdlib -static -no-pie -Tno-unwind.ld"),
        "macos" => link("-nodefaultlibs -lSystem"),
        _ => {}
    }
}

fn link(words: &str) {
    for word in words.split(' ') {
        println!("cargo::rustc-link-arg-bins={word}");
    }
}

/// The linker script comes with `sock-start`.
fn linux() -> &'static str {
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    if flags.contains("relocation-model=static") {
        // Whoever compiles for a fixed address gets one. `cc` and `ld.lld` both understand this.
        "-nostdlib -static -no-pie -Tno-unwind.ld"
    } else if flags.contains("linker-flavor=ld") {
        "-nostdlib -static -pie --no-dynamic-linker -ztext -zpack-relative-relocs -Tno-unwind.ld"
    } else {
        "-nostdlib -static-pie -Wl,-z,pack-relative-relocs,-z,noseparate-code \
         -Tno-unwind.ld"
    }
}

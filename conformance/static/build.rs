//! Links the program without a libc, at a fixed address; on Darwin with libSystem and nothing else.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let words: &[&str] = match system.as_str() {
        // Words that `cc` and `ld.lld` both understand: no start files and no libraries, no
        // dynamic linker, and no relocations left for the program itself to apply.
        "linux" | "freebsd" => &["-nostdlib", "-static", "-no-pie"],
        "macos" => &["-nodefaultlibs", "-lSystem"],
        _ => &[],
    };
    for word in words {
        println!("cargo::rustc-link-arg-bins={word}");
    }
}

//! Links the programs without a libc, as small as they get; on macOS with libSystem and nothing else.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let words: &[&str] = match system.as_str() {
        // Words that `cc` and `ld.lld` both understand. The linker script comes with `sock-start`.
        "linux" | "freebsd" => &["-nostdlib", "-static", "-no-pie", "-Tsmall.ld"],
        "macos" => &["-nodefaultlibs", "-lSystem"],
        _ => &[],
    };
    for word in words {
        println!("cargo::rustc-link-arg-bins={word}");
    }
}

//! Links the programs without a libc, as small as they get.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_CFG_TARGET_OS").is_some_and(|os| os == "linux") {
        // Words that `cc` and `ld.lld` both understand. The linker script comes with `sock-start`.
        for argument in ["-nostdlib", "-static", "-no-pie", "-Tsmall.ld"] {
            println!("cargo::rustc-link-arg-bins={argument}");
        }
    }
}

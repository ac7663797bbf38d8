//! Links the program without a libc, at a fixed address.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_CFG_TARGET_OS").is_some_and(|os| os == "linux") {
        // Words that `cc` and `ld.lld` both understand: no start files and no libraries, no
        // dynamic linker, and no relocations left for the program itself to apply.
        for argument in ["-nostdlib", "-static", "-no-pie"] {
            println!("cargo::rustc-link-arg-bins={argument}");
        }
    }
}

//! Links a program without libc. The linker script comes with `sock-start`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for argument in ["-nostdlib", "-static", "-no-pie", "-Tsmall.ld"] {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
}

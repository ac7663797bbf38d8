//! Lets programs find the linker scripts `small.ld` and `no-unwind.ld` by their names.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=small.ld");
    println!("cargo::rerun-if-changed=no-unwind.ld");
    println!("cargo::rustc-link-search={}", env!("CARGO_MANIFEST_DIR"));
}

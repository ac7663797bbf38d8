//! Lets programs find the linker scripts `small.ld` and `no-unwind.ld` by their names. A script in the
//! folder of the target's system comes before one for all.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let here = env!("CARGO_MANIFEST_DIR");
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    for script in ["small.ld", "no-unwind.ld", "freebsd/small.ld"] {
        println!("cargo::rerun-if-changed={script}");
    }
    if system == "freebsd" {
        println!("cargo::rustc-link-search={here}/{system}");
    }
    println!("cargo::rustc-link-search={here}");
}

//! Links the test as a device's firmware is linked: the texts of the log in a section of their own, at
//! fixed addresses.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // The script comes with `defmt`.
    println!("cargo::rerun-if-changed=log.ld");
    println!("cargo::rustc-link-search={}", env!("CARGO_MANIFEST_DIR"));
    for argument in ["-no-pie", "-fuse-ld=bfd", "-Tlog.ld"] {
        println!("cargo::rustc-link-arg-tests={argument}");
    }
}

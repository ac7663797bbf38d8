//! The suite as a test of the host, over std.
//!
//! `cargo test -p conformance --test host -- NAME…` runs the cases whose names contain one of the
//! words. The program `conformance` is the same.

#[path = "../src/host/mod.rs"]
#[cfg(any(target_os = "linux", target_os = "freebsd", target_os = "macos"))]
mod host;

#[cfg(any(target_os = "linux", target_os = "freebsd", target_os = "macos"))]
fn main() -> std::process::ExitCode {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let wanted =
        |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    match host::run(&wanted) {
        true => std::process::ExitCode::SUCCESS,
        false => std::process::ExitCode::FAILURE,
    }
}

#[cfg(not(any(target_os = "linux", target_os = "freebsd", target_os = "macos")))]
fn main() -> std::process::ExitCode {
    eprintln!("there is no backend for this system");
    std::process::ExitCode::FAILURE
}

//! The suite as a test of the host, over std.
//!
//! `cargo test -p conformance --test host -- NAME…` runs the cases whose names contain one of the
//! words.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[cfg(target_os = "linux")]
#[path = "host/linux.rs"]
mod linux;

fn main() -> std::process::ExitCode {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let wanted =
        |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    #[cfg(target_os = "linux")]
    let good = linux::run(&wanted);
    #[cfg(not(target_os = "linux"))]
    let good = false;
    if good {
        std::process::ExitCode::SUCCESS
    } else {
        std::process::ExitCode::FAILURE
    }
}

/// Standard output, as the suite writes to it.
struct Stdout(std::io::Stdout);

impl std::fmt::Write for Stdout {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        use std::io::Write;
        self.0
            .write_all(text.as_bytes())
            .map_err(|_| std::fmt::Error)
    }
}

//! The suite on the machine that it is started on: Linux, FreeBSD or macOS.
//!
//! ```text
//! cargo run -p conformance -- [WORD…]
//! ```
//!
//! It runs the cases whose names contain one of the words, or all, and prints one line for each. The first
//! line says which kernel it is, and how it is called.

#[cfg(any(target_os = "linux", target_os = "freebsd", target_os = "macos"))]
mod host;

use std::process::ExitCode;

#[cfg(any(target_os = "linux", target_os = "freebsd", target_os = "macos"))]
fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word.starts_with('-')) {
        eprintln!("conformance: takes parts of case names");
        return ExitCode::from(2);
    }
    let wanted =
        |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let way = match cfg!(all(sock_libsystem, target_vendor = "apple")) {
        true => "through libSystem",
        false => "raw system calls",
    };
    println!("# {}, {way}", kernel());
    match host::run(&wanted) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// The name, release and machine of the running kernel, uname(3).
#[cfg(any(target_os = "linux", target_os = "freebsd", target_os = "macos"))]
fn kernel() -> String {
    // SAFETY: uname(3) writes the structure, for which any bytes are valid; its strings end with a NUL.
    let names = unsafe {
        let mut names: libc::utsname = std::mem::zeroed();
        libc::uname(&mut names);
        [&names.sysname, &names.release, &names.machine].map(|name| {
            std::ffi::CStr::from_ptr(name.as_ptr())
                .to_string_lossy()
                .into_owned()
        })
    };
    names.join(" ")
}

#[cfg(not(any(target_os = "linux", target_os = "freebsd", target_os = "macos")))]
fn main() -> ExitCode {
    eprintln!("conformance: there is no backend for this system");
    ExitCode::FAILURE
}

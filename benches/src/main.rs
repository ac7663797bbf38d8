//! How fast sock is beside hand-written system calls and beside its peers: one program, in which
//! the variants of each bench take turns. `--help` says what it prints.

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod compare;

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
fn main() -> std::process::ExitCode {
    compare::main()
}

#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
fn main() -> std::process::ExitCode {
    eprintln!("sock-benches: the hand-written system calls are those of Linux on amd64 and arm64");
    std::process::ExitCode::FAILURE
}

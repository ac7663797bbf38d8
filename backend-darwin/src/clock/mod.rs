//! The monotonic clock, read without entering the kernel where the kernel allows that.
//!
//! Darwin has no system call clock_gettime. Its clock is the one that `mach_absolute_time` reads: ticks
//! of a counter of the processor, and an offset that the kernel keeps in the commpage, a page at the
//! same address in every process. That is the clock `CLOCK_UPTIME_RAW`, and so the clock of
//! `std::time::Instant` on macOS: it stands still while the machine sleeps.
//!
//! - arm64: the counter that the commpage's method byte names, and the offset (`aarch64.rs`). A tick is
//!   not a nanosecond there; what it is says a Mach trap, once. Where programs may not read a counter,
//!   and by a method that is not known here, the Mach trap for the time is made.
//! - amd64: the time-stamp counter, scaled by what the commpage holds (`x86_64.rs`). Where that does not
//!   come to rest, the system call gettimeofday, which tells this clock beside the time of day.
//! - With `--cfg sock_libsystem`: `mach_absolute_time` and `mach_timebase_info` of libSystem.
//!
//! The length of a tick is kept in one static. It is the only state of the process that this crate
//! keeps, and it is a constant of the machine: threads that race to fill it store the same value.

#[cfg(not(sock_libsystem))]
#[cfg_attr(target_arch = "aarch64", path = "aarch64/numbers.rs")]
#[cfg_attr(target_arch = "x86_64", path = "x86_64/numbers.rs")]
pub mod numbers;

#[cfg(any(test, all(target_arch = "aarch64", not(sock_libsystem))))]
mod counter;
#[cfg(any(test, all(target_arch = "x86_64", not(sock_libsystem))))]
mod nanotime;
#[cfg(any(test, target_arch = "aarch64", sock_libsystem))]
mod timebase;

#[cfg_attr(sock_libsystem, path = "libsystem.rs")]
#[cfg_attr(all(not(sock_libsystem), target_arch = "aarch64"), path = "aarch64.rs")]
#[cfg_attr(all(not(sock_libsystem), target_arch = "x86_64"), path = "x86_64.rs")]
mod source;

pub use source::monotonic;

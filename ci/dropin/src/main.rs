//! Exchanges with crates that know only std::net. `cargo ci dropin` runs this program twice: over
//! the crates as they are, and over the same crates moved to sock::net.
//!
//! Standard output has a line for each step, with its outcome; two runs must print the same.

mod child;
mod http_client;
mod http_server;
mod redis_client;
mod steps;
mod varlink_both;

use std::process::ExitCode;

use steps::Steps;

/// What stops a step.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The result of anything that may fail.
type Result<T> = std::result::Result<T, Failure>;

fn main() -> ExitCode {
    let mut steps = Steps::default();
    let parts = [
        (
            "http server",
            http_server::run as fn(&mut Steps) -> Result<()>,
        ),
        ("http client", http_client::run),
        ("redis client", redis_client::run),
        ("varlink", varlink_both::run),
    ];
    for (name, run) in parts {
        if let Err(failure) = run(&mut steps) {
            steps.stopped(name, &failure);
        }
    }
    if steps.all_went_well() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

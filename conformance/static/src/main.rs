//! The conformance suite as a program without libc: on Linux and FreeBSD static, needing no file but
//! itself, also as the first process of a machine (FreeBSD's `/sbin/init`); on Darwin over libSystem,
//! which every program there has.
//!
//! ```text
//! conformance-static [--emulator] [WORD…]
//! ```
//!
//! It runs the cases whose names contain one of the words, or all. `--emulator` says that system
//! calls are made by an emulator, and that one it does not know is its fault.
#![no_std]
#![no_main]

mod env;
#[cfg(not(target_os = "linux"))]
mod kqueue;
mod memory;
mod output;
#[cfg_attr(target_os = "linux", path = "linux/mod.rs")]
#[cfg_attr(target_os = "freebsd", path = "freebsd/mod.rs")]
#[cfg_attr(target_vendor = "apple", path = "darwin/mod.rs")]
mod system;

use core::fmt::Write;
use core::panic::PanicInfo;

use conformance::{Outcome, Runner, check};
use sock_start::Args;

use crate::env::Program;
use crate::output::Output;

sock_start::entry!(main, panic = report);

/// What the program was started with is not what it takes.
const USAGE: i32 = 2;

fn main(args: Args) -> i32 {
    system::prepare();
    system::end(run(args))
}

fn run(args: Args) -> i32 {
    let words = || args.args().skip(1).map(|word| word.to_str());
    let mut emulated = false;
    for word in words() {
        match word {
            Ok("--emulator") => emulated = true,
            Ok(word) if !word.starts_with('-') => {}
            _ => {
                let _ = Output::Stderr
                    .write_str("conformance-static: takes --emulator and parts of case names\n");
                return USAGE;
            }
        }
    }
    let mut asked = words().flatten().filter(|word| !word.starts_with('-'));
    let all = asked.next().is_none();
    let wanted = |name: &str| {
        let mut asked = words().flatten().filter(|word| !word.starts_with('-'));
        all || asked.any(|word| name.contains(word))
    };
    let env = Program::new(args, emulated);
    let mut out = Output::Stdout;
    let mut runner = Runner::new(&env, &mut out, &wanted);
    runner.case("program-start", program_start);
    runner.case("memory-functions", memory::case);
    conformance::portable(&mut runner);
    system::own_cases(&mut runner);
    i32::from(!runner.finish().is_good())
}

/// What the kernel hands to the program at its start: arguments, which may be none at all, the
/// environment, and what else a system has.
fn program_start(env: &Program) -> Outcome {
    check!(env.args().vars().all(|var| !var.is_empty()));
    system::program_start(env)
}

/// Tells where the program broke, and ends it with the status of a panic.
fn report(info: &PanicInfo<'_>) -> ! {
    let _ = writeln!(Output::Stderr, "conformance-static: {info}");
    system::end(101)
}

/// Ends the program because the machine cannot run the suite: `call` failed.
fn broken(call: &str) -> ! {
    let _ = writeln!(Output::Stderr, "conformance-static: {call} failed");
    system::end(101)
}

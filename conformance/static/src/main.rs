//! The conformance suite as a static program: no libc, no file but itself, also as the first process
//! of a machine.
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
mod memory;
mod raw;
mod signals;
mod start;
mod thread;

use core::fmt::Write;
use core::panic::PanicInfo;

use conformance::Runner;
use sock_linux::program::Stdio;
use sock_start::Args;

use crate::env::Program;

sock_start::entry!(main, panic = report);

/// What the program was started with is not what it takes.
const USAGE: i32 = 2;

fn main(args: Args) -> i32 {
    let words = || args.args().skip(1).map(|word| word.to_str());
    let mut emulated = false;
    for word in words() {
        match word {
            Ok("--emulator") => emulated = true,
            Ok(word) if !word.starts_with('-') => {}
            _ => {
                let _ = Stdio::Stderr
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
    let mut out = Stdio::Stdout;
    let mut runner = Runner::new(&env, &mut out, &wanted);
    runner.case("program-start", start::case);
    runner.case("memory-functions", memory::case);
    conformance::portable(&mut runner);
    conformance::linux(&mut runner);
    i32::from(!runner.finish().is_good())
}

/// Tells where the program broke, and ends it with the status of a panic.
fn report(info: &PanicInfo<'_>) -> ! {
    let _ = writeln!(Stdio::Stderr, "conformance-static: {info}");
    sock_start::exit(101)
}

/// Ends the program because the machine cannot run the suite: `call` failed.
fn broken(call: &str) -> ! {
    let _ = writeln!(Stdio::Stderr, "conformance-static: {call} failed");
    sock_start::exit(101)
}

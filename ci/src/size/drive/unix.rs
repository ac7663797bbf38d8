//! The pair of streams: its greeting, and what it says without descriptors.

use super::Machine;
use crate::Result;
use crate::child::{self, Show};

pub(super) fn drive(machine: &Machine<'_>) -> Result<()> {
    let (status, output) = machine.run(&[])?;
    if (status, output.as_str()) != (Some(0), "hello from the other end\n") {
        return Err(format!("it ends with {status:?} and prints {output:?}"));
    }
    // An emulator needs descriptors of its own, so there the limit would be the emulator's.
    if machine.emulator.is_none() {
        let mut command = machine.project.command("sh");
        command.args(["-c", "ulimit -n 3; exec \"$0\""]);
        let finished = child::run(
            command.arg(&machine.program),
            Show::Nothing,
            Some(super::PATIENCE),
        )?;
        if finished.code() != Some(1) {
            return Err(format!("out of descriptors: {}", finished.ending()));
        }
    }
    Ok(())
}

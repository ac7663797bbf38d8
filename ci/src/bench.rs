//! `cargo ci bench [--json]`: how fast sock is beside hand-written system calls and its peers.
//!
//! The program `sock-benches` measures; here it is built, given the alarm, and kept to its time.

use std::time::Duration;

use crate::Result;
use crate::child::{self, Show};
use crate::project::Project;

/// A ratio above this fails: the goal is 1.02 of hand-written asm and 1.00 of every peer.
const ALARM: &str = "1.05";

/// The program keeps itself below five minutes; a machine that is busy may take longer.
const LIMIT: Duration = Duration::from_secs(600);

pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<bool> {
    measure(project, arguments).map(|()| true)
}

/// Builds the comparison and runs it; an error when a row is missing, one of ours allocates, or the
/// alarm rings.
pub(crate) fn measure(project: &Project, arguments: &[String]) -> Result<()> {
    let build = ["build", "--release", "-p", "sock-benches"];
    child::check(project.cargo().args(build))?;
    let program = project.target.join("release").join("sock-benches");
    let mut command = project.command(program);
    command.args(["--alarm", ALARM]).args(arguments);
    let finished = child::run(&mut command, Show::Live, Some(LIMIT))?;
    if finished.succeeded() {
        Ok(())
    } else {
        Err(finished.ending())
    }
}

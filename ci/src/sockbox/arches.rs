//! The tool on the four architectures, as a static PIE linked by `ld.lld` itself.

use std::path::{Path, PathBuf};

use super::elf::check_file;
use super::socket::{exchange, stream, to};
use super::stage::{Stage, pattern, run};
use crate::cross::Lane;
use crate::linux::{ARCHES, Arch};
use crate::project::Project;
use crate::steps::Steps;
use crate::{Result, child, tour};

/// Builds it for each architecture, and runs it there or under its emulator.
pub(crate) fn check(project: &Project, lane: &Lane, steps: &mut Steps) {
    if !steps.check("sockbox: four architectures, build", || {
        build(project, lane)
    }) {
        return;
    }
    for (arch, emulator) in &lane.machines {
        steps.check(&format!("sockbox: run on {}", arch.name), || {
            run_on(project, arch, emulator.clone())
        });
    }
}

/// With the flags of all static programs, but for a variable address.
fn build(project: &Project, lane: &Lane) -> Result<()> {
    let words = ["build", "--profile", "static", "-p", "sockbox"];
    let targets = ARCHES.map(|arch| arch.target);
    for cargo in &mut lane.toolchains.cargo(project, &words, &targets)? {
        for arch in ARCHES {
            let variables = arch.build_environment(&lane.lld);
            cargo.envs(variables.map(|(name, flags)| (name, variable_address(&flags))));
        }
        child::check(cargo)?;
    }
    Ok(())
}

fn variable_address(flags: &str) -> String {
    flags.replace("-Crelocation-model=static", "-Crelocation-model=pic")
}

fn run_on(project: &Project, arch: &Arch, emulator: Option<PathBuf>) -> Result<()> {
    let program = arch.program(project, "sockbox");
    let bytes = std::fs::read(&program).map_err(to(&program.display().to_string()))?;
    println!("{} bytes", bytes.len());
    check_file(&bytes)?;
    let mut stage = Stage::new(project, program)?;
    stage.emulator = emulator;
    let tour = run(&mut stage.sockbox(&["tour", "--json"]), b"")?;
    tour.expect(0, "")?;
    tour::check(&String::from_utf8_lossy(&tour.stdout))?;

    let path = stage.path("s");
    let seqpacket = format!("unix-seqpacket:{}", stage.path("q"));
    let server = stage.echo(&["tcp:127.0.0.1:0", &format!("unix:{path}"), &seqpacket])?;
    for address in &server.addresses {
        let cat = run(&mut stage.sockbox(&["cat", address]), &pattern(1, 300_000))?;
        cat.expect_bytes(&pattern(1, 300_000))
            .map_err(to(address))?;
    }
    exchange(stream(server.address(0)?)?, &pattern(2, 300_000))?;
    server.stop()?;
    if Path::new(&path).exists() {
        return Err("a path is still there".into());
    }
    let line = "sockbox: tcp:127.0.0.1:0: connection refused\n";
    run(&mut stage.sockbox(&["cat", "tcp:127.0.0.1:0"]), b"")?.expect(1, line)
}

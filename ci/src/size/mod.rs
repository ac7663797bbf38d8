//! `cargo ci size`: how large the smallest programs are, on each Linux architecture, and that they still
//! do their work.
//!
//! The list is `ci/size.toml`. Each program is built (profile `static`, linked by `ld.lld`), looked into,
//! and driven in the same run, natively or under emulation.

mod drive;
mod inside;
mod programs;

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use drive::Machine;
use programs::Program;

use crate::cross::Lane;
use crate::linux::Arch;
use crate::project::Project;
use crate::tally::Tally;
use crate::{Result, child};

pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<bool> {
    let lane = Lane::find(project)?;
    let sizes = measure(project, &lane, |line| eprintln!("{line}"))?;
    let text = if arguments.iter().any(|word| word == "--json") {
        sizes.iter().map(|size| size.json() + "\n").collect()
    } else {
        table(&sizes, &lane)
    };
    let written = std::io::stdout().write_all(text.as_bytes());
    written.map_err(|error| format!("standard output: {error}"))?;
    Ok(sizes.iter().all(Size::is_ok))
}

/// The same as a step of another command.
pub(crate) fn check(project: &Project, lane: &Lane) -> Result<Tally> {
    let sizes = measure(project, lane, |line| println!("{line}"))?;
    print!("{}", table(&sizes, lane));
    let passed = sizes.iter().filter(|size| size.is_ok()).count() as u64;
    Ok(Tally {
        passed,
        failed: sizes.len() as u64 - passed,
        skipped: 0,
    })
}

/// One program on one architecture.
struct Size {
    program: String,
    target: &'static str,
    bytes: u64,
    limit: Option<u64>,
    faults: Vec<String>,
}

impl Size {
    fn is_ok(&self) -> bool {
        self.faults.is_empty()
    }

    fn json(&self) -> String {
        serde_json::json!({
            "program": self.program,
            "target": self.target,
            "bytes": self.bytes,
            "limit": self.limit,
            "ok": self.is_ok(),
        })
        .to_string()
    }
}

/// Measures and drives all programs; `say` gets a line for each as it is done.
fn measure(project: &Project, lane: &Lane, say: impl Fn(&str)) -> Result<Vec<Size>> {
    let mut sizes = Vec::new();
    for program in programs::load(project)? {
        for (arch, emulator) in &lane.machines {
            if !program.is_for(arch) {
                continue;
            }
            let size = one(project, lane, &program, arch, emulator.clone())?;
            let mark = if size.is_ok() { "ok" } else { "FAILED" };
            let (name, arch, bytes) = (&size.program, size.target, size.bytes);
            say(&format!("{mark:<6} {name:<22} {arch:<12} {bytes:>7} bytes"));
            for fault in &size.faults {
                say(&format!("       {name} on {arch}: {fault}"));
            }
            sizes.push(size);
        }
    }
    Ok(sizes)
}

fn one(
    project: &Project,
    lane: &Lane,
    program: &Program,
    arch: &Arch,
    emulator: Option<PathBuf>,
) -> Result<Size> {
    let (path, map) = match program.host {
        true => (build_for_host(project, program)?, String::new()),
        false => build(project, lane, program, arch)?,
    };
    let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut faults = inside::faults_of_file(&bytes)?;
    if program.bare {
        faults.extend(inside::faults_of_map(&map));
    }
    let len = bytes.len() as u64;
    if let Some(limit) = program.limit.filter(|limit| len > *limit) {
        faults.push(format!("{len} bytes are more than {limit}"));
    }
    let machine = Machine {
        project,
        program: path,
        emulator,
    };
    faults.extend(drive::drive(&program.drive, &machine).err());
    Ok(Size {
        program: program.name.clone(),
        target: arch.name,
        bytes: len,
        limit: program.limit,
        faults,
    })
}

/// Builds a program as its users do.
fn build_for_host(project: &Project, program: &Program) -> Result<PathBuf> {
    let words = ["build", "--quiet", "--release", "-p", &program.package];
    child::check(project.cargo().args(words))
        .map_err(|error| format!("{}: {error}", program.name))?;
    Ok(project.target.join("release").join(&program.name))
}

/// Builds a program for an architecture; the linker's map of it comes with it.
fn build(
    project: &Project,
    lane: &Lane,
    program: &Program,
    arch: &Arch,
) -> Result<(PathBuf, String)> {
    let mut words = vec!["rustc", "--quiet", "--profile", "static"];
    words.extend(["-p", &program.package, "--bin", &program.name]);
    if let Some(features) = &program.features {
        words.extend(["--features", features]);
    }
    let path = arch.program(project, &program.name);
    let map = path.with_extension("map");
    for cargo in &mut lane.toolchains.cargo(project, &words, &[arch.target])? {
        cargo.envs(arch.build_environment(&lane.lld));
        cargo.args([
            "--".to_string(),
            format!("-Clink-arg=-Map={}", map.display()),
        ]);
        child::check(cargo)
            .map_err(|error| format!("{} for {}: {error}", program.name, arch.name))?;
    }
    let text = fs::read_to_string(&map).map_err(|error| format!("{}: {error}", map.display()))?;
    Ok((path, text))
}

/// Programs down, architectures across.
fn table(sizes: &[Size], lane: &Lane) -> String {
    let mut text = format!("\n{:<22}", "bytes, stripped");
    for (arch, _) in &lane.machines {
        text.push_str(&format!(" {:>12}", arch.name));
    }
    text.push_str(&format!(" {:>8}\n", "limit"));
    let mut names: Vec<&str> = sizes.iter().map(|size| size.program.as_str()).collect();
    names.dedup();
    for name in names {
        text.push_str(&format!("{name:<22}"));
        let row = || sizes.iter().filter(|size| size.program == name);
        for (arch, _) in &lane.machines {
            let cell = match row().find(|size| size.target == arch.name) {
                None => "–".to_string(),
                Some(size) if size.is_ok() => size.bytes.to_string(),
                Some(size) => format!("{} FAILED", size.bytes),
            };
            text.push_str(&format!(" {cell:>12}"));
        }
        let limit = row().find_map(|size| size.limit);
        let limit = limit.map_or("–".to_string(), |limit| limit.to_string());
        text.push_str(&format!(" {limit:>8}\n"));
    }
    text
}

//! `cargo ci fuzz [--seconds N] [NAME…]`: the targets of `ci/fuzz` under libFuzzer, each for a bounded
//! time, from the seeds in `ci/fuzz/corpus`.
//!
//! What it finds on the way is kept in the target folder, where the next run begins; a crash stays
//! there, too.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::child::{self, Show};
use crate::project::Project;
use crate::steps::Steps;
use crate::{Result, toolchain};

const TARGETS: [&str; 3] = ["inet-text", "unix-text", "bytes"];

/// How long each target runs, unless told otherwise.
const SECONDS: u64 = 20;

/// Ample for what libFuzzer does before and after its time.
const GRACE: Duration = Duration::from_secs(60);

/// The compiler's part of libFuzzer: counters at each edge, and operands of comparisons.
const COVERAGE: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<bool> {
    let (seconds, names) = parse(arguments)?;
    let mut steps = Steps::new(project);
    check(project, seconds, &names, &mut steps);
    Ok(steps.finish())
}

/// Every target for so many seconds, or for the usual time.
pub(crate) fn check_all(project: &Project, seconds: Option<u64>, steps: &mut Steps) {
    check(project, seconds.unwrap_or(SECONDS), &TARGETS, steps);
}

fn parse(arguments: &[String]) -> Result<(u64, Vec<&'static str>)> {
    let (mut seconds, mut names) = (SECONDS, Vec::new());
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--seconds" {
            // To libFuzzer none is without end.
            let number = arguments.next().and_then(|number| number.parse().ok());
            let number = number.filter(|seconds| (1..=86_400).contains(seconds));
            seconds = number.ok_or("--seconds wants a number from 1 to 86400")?;
        } else {
            let known = TARGETS.into_iter().find(|target| target == argument);
            names.push(known.ok_or_else(|| format!("no target {argument}: {TARGETS:?}"))?);
        }
    }
    if names.is_empty() {
        names.extend(TARGETS);
    }
    Ok((seconds, names))
}

/// Debian's package of what libFuzzer is compiled with, where it cannot be run.
pub(crate) fn packages(project: &Project) -> Vec<&'static str> {
    let compiler = child::text(project.command("c++").arg("--version"));
    compiler.map_or(vec!["g++"], |_| Vec::new())
}

fn check(project: &Project, seconds: u64, names: &[&str], steps: &mut Steps) {
    if !packages(project).is_empty() {
        let reason = "c++ cannot be run; run: cargo ci setup";
        return steps.unable("fuzz targets", reason);
    }
    let mut folder = PathBuf::new();
    let built = steps.check("fuzz targets: build", || {
        folder = build(project)?;
        Ok(())
    });
    for name in names.iter().filter(|_| built) {
        steps.check(&format!("fuzz {name}"), || {
            Target::new(project, &folder, name)?.fuzz(seconds)
        });
    }
}

/// Builds the targets, for the host by its name: so the flags do not reach build scripts.
fn build(project: &Project) -> Result<PathBuf> {
    let host = toolchain::host(project)?;
    let mut cargo = project.cargo();
    cargo.args(["build", "-p", "fuzz", "--features", "libfuzzer"]);
    cargo.args(["--profile", "fuzz", "--target", &host]);
    child::check(cargo.env("RUSTFLAGS", COVERAGE.join(" ")))?;
    Ok(project.target.join(host).join("fuzz"))
}

struct Target<'p> {
    project: &'p Project,
    name: &'p str,
    program: PathBuf,
    /// What was found on the way.
    found: PathBuf,
    /// Crashes.
    crashes: PathBuf,
}

impl<'p> Target<'p> {
    fn new(project: &'p Project, programs: &Path, name: &'p str) -> Result<Self> {
        let kept = project.target.join("fuzzing").join(name);
        let target = Target {
            project,
            name,
            program: programs.join(format!("fuzz-{name}")),
            found: kept.join("found"),
            crashes: kept.join("crashes"),
        };
        // A crash of an earlier run is none of this one.
        let _ = fs::remove_dir_all(&target.crashes);
        for folder in [&target.found, &target.crashes] {
            fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        Ok(target)
    }

    fn fuzz(&self, seconds: u64) -> Result<()> {
        let seeds = format!("ci/fuzz/corpus/{}", self.name);
        let log = self.found.with_file_name("log");
        let file = fs::File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let mut command = self.project.command(&self.program);
        command
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/", self.crashes.display()))
            .args(["-dict=ci/fuzz/dictionary.txt", "-max_len=300"])
            .args(["-print_final_stats=1", "-timeout=5"])
            .arg(&self.found)
            .arg(&seeds)
            .stderr(file);
        let limit = Duration::from_secs(seconds) + GRACE;
        let finished = child::run(&mut command, Show::Live, Some(limit))?;
        // libFuzzer tells everything there, with much that only its makers read.
        let text = fs::read(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let text = String::from_utf8_lossy(&text);
        if finished.succeeded() {
            return match inputs(&text) {
                Some(inputs) if inputs > 0 => {
                    println!("{inputs} inputs");
                    Ok(())
                }
                _ => Err(format!("no inputs were tried: {}", log.display())),
            };
        }
        let panic = text.lines().skip_while(|line| !line.contains("panicked"));
        panic.take(4).for_each(|line| println!("{line}"));
        Err(match self.crash() {
            Some((path, input)) => format!(
                "input \"{}\"; to reproduce it: {} {} (or copy it to {seeds}, and cargo test -p fuzz)",
                input.escape_ascii(),
                self.program.display(),
                path.display()
            ),
            None => format!("{}, {}", finished.ending(), log.display()),
        })
    }

    fn crash(&self) -> Option<(PathBuf, Vec<u8>)> {
        let path = fs::read_dir(&self.crashes).ok()?.next()?.ok()?.path();
        let input = fs::read(&path).ok()?;
        Some((path, input))
    }
}

/// How many inputs were tried, as libFuzzer counts in the end.
fn inputs(log: &str) -> Option<u64> {
    let count = |line: &str| {
        line.strip_prefix("stat::number_of_executed_units:")?
            .trim()
            .parse()
            .ok()
    };
    log.lines().find_map(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_and_names() {
        let parse =
            |line: &[&str]| parse(&line.iter().map(|word| word.to_string()).collect::<Vec<_>>());
        assert_eq!(parse(&[]), Ok((SECONDS, TARGETS.to_vec())));
        assert_eq!(parse(&["--seconds", "3", "bytes"]), Ok((3, vec!["bytes"])));
        assert!(parse(&["--seconds"]).is_err());
        assert!(parse(&["other"]).is_err());
    }

    #[test]
    fn inputs_are_counted() {
        assert_eq!(inputs("a\nstat::number_of_executed_units: 12\nb"), Some(12));
        assert_eq!(inputs("Done"), None);
    }

    #[test]
    fn each_target_has_seeds_and_a_program() {
        let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
        let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
        for target in TARGETS {
            assert!(fuzz.join("corpus").join(target).is_dir());
            assert!(manifest.contains(&format!("name = \"fuzz-{target}\"")));
        }
    }
}

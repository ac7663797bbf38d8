//! The template's workflow for GitHub Actions: what can be told of it without running it.

use yaml_rust2::{Yaml, YamlLoader};

use crate::Result;

/// What the last step of the workflow runs, and the README tells a user to run.
const SCRIPT: &str = "./build.sh";

/// Checks that it parses, that each of its actions has a major version, that it checks out `sock` beside
/// the program, and that it runs the script there.
pub(super) fn check(text: &str) -> Result<()> {
    let documents = YamlLoader::load_from_str(text).map_err(|error| error.to_string())?;
    let [workflow] = documents.as_slice() else {
        return Err(format!("it has {} documents", documents.len()));
    };
    let jobs = workflow["jobs"].as_hash().ok_or("it has no jobs")?;
    let [job] = jobs.values().collect::<Vec<_>>()[..] else {
        return Err(format!("it has {} jobs", jobs.len()));
    };
    let steps = job["steps"].as_vec().ok_or("its job has no steps")?;
    let mut folders = Vec::new();
    for step in steps {
        match (step["uses"].as_str(), step["run"].as_str()) {
            (Some(action), None) => {
                has_version(action)?;
                folders.extend(step["with"]["path"].as_str());
            }
            (None, Some(_)) => {}
            _ => return Err(format!("a step neither uses nor runs: {step:?}")),
        }
    }
    let [program, "sock"] = folders[..] else {
        return Err(format!("it checks out {folders:?}, not a program and sock"));
    };
    let builds = |step: &&Yaml| {
        step["run"].as_str() == Some(SCRIPT) && step["working-directory"].as_str() == Some(program)
    };
    match steps.iter().filter(builds).count() {
        1 => Ok(()),
        n => Err(format!("{n} of its steps run {SCRIPT} in {program}")),
    }
}

/// `owner/name@v1`.
fn has_version(action: &str) -> Result<()> {
    let version = action.split_once("@v").map(|(_, version)| version);
    match version.map(str::parse::<u32>) {
        Some(Ok(_)) => Ok(()),
        _ => Err(format!("{action} has no major version")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "
jobs:
  build:
    steps:
      - uses: actions/checkout@v6
        with: { path: program }
      - uses: actions/checkout@v6
        with: { repository: a/sock, path: sock }
      - run: install something
      - run: ./build.sh
        working-directory: program
";

    #[test]
    fn what_a_workflow_must_be() {
        assert_eq!(check(GOOD), Ok(()));
        for (from, to) in [
            ("jobs:", "jobs"),
            ("jobs:", "works:"),
            ("checkout@v6", "checkout@main"),
            ("checkout@v6", "checkout"),
            ("path: sock", "path: other"),
            ("./build.sh", "./other.sh"),
            ("working-directory: program", "working-directory: sock"),
            ("- run: install", "- name: install"),
            ("  build:", "  other: { steps: [] }\n  build:"),
        ] {
            let text = GOOD.replace(from, to);
            assert!(text != GOOD && check(&text).is_err(), "{to}");
        }
    }
}

//! `cargo ci deep`: the long campaigns, one after the other.

use crate::cross::Lane;
use crate::project::Project;
use crate::steps::Steps;
use crate::{Result, abi, bench, bsd, fuzz, mutants, sim};

pub(crate) fn run(project: &Project, _: &[String]) -> Result<bool> {
    let mut steps = Steps::new(project);
    match Lane::find(project) {
        Ok(lane) => lane.bsd_with_std(project, &bsd::WITH_STD_TOO, &mut steps),
        Err(missing) => steps.unable("cross", &missing),
    }
    steps.check("bench", || bench::measure(project, &[]));
    steps.check("campaigns in the simulator", || sim::check_all(project));
    steps.step("planted faults in the simulator", || {
        sim::find_planted(project, &[])
    });
    steps.step("wrong numbers", || abi::campaign::deep(project));
    fuzz::check_all(project, None, &mut steps);
    steps.step("mutants", || mutants::campaign(project, &[]));
    Ok(steps.finish())
}

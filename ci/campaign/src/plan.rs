//! What is random in one schedule: named parameters, so that a failure can be shrunk to the least
//! values with which it still happens.

use std::fmt;
use std::ops::RangeInclusive;

use fastrand::Rng;

use crate::scenario::Scenario;

/// What is forced on a schedule instead of chance: values of parameters, and the faults that happen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Forced {
    /// Parameters by name.
    pub(crate) values: Vec<(String, u64)>,
    /// Only these of the faults that chance asks for, by their number in the schedule.
    pub(crate) faults: Option<Vec<u64>>,
    /// Whether every call is written down.
    pub(crate) recorded: bool,
}

impl Forced {
    /// The same with one more parameter forced.
    pub(crate) fn with(&self, name: &str, value: u64) -> Self {
        let mut forced = self.clone();
        forced.values.retain(|(known, _)| known != name);
        forced.values.push((name.to_string(), value));
        forced
    }

    /// The same without what has no effect in a schedule that has drawn these, and had so many faults.
    pub(crate) fn effective(mut self, drawn: &[Drawn], injected: u64) -> Self {
        self.values
            .retain(|(name, value)| drawn.iter().any(|d| d.name == name && d.value == *value));
        if let Some(faults) = &mut self.faults {
            faults.retain(|number| *number < injected);
        }
        self
    }

    /// What has no effect in such a schedule, in words: a replay with a slip of the pen is none.
    pub(crate) fn ineffective(&self, drawn: &[Drawn], injected: u64) -> Option<String> {
        let values = self.values.iter().find_map(|(name, value)| {
            match drawn.iter().find(|drawn| drawn.name == name) {
                Some(drawn) if drawn.value == *value => None,
                Some(Drawn { least, most, .. }) => Some(format!(
                    "--set {name}={value}: it is {least} to {most} in this schedule"
                )),
                None => {
                    let names: Vec<_> = drawn.iter().map(|drawn| drawn.name).collect();
                    let names = names.join(", ");
                    Some(format!(
                        "--set {name}={value}: no '{name}' in this schedule, which draws {names}"
                    ))
                }
            }
        });
        let faults = || {
            let mut faults = self.faults.iter().flatten();
            let number = faults.find(|number| **number >= injected)?;
            Some(format!(
                "--faults {number}: the faults of this schedule, numbered from 0, are {injected}"
            ))
        };
        values.or_else(faults)
    }

    fn value(&self, name: &str) -> Option<u64> {
        let found = self.values.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| *value)
    }
}

/// As options of the command that replays it.
impl fmt::Display for Forced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<String> = self
            .values
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        if !values.is_empty() {
            write!(f, " --set {}", values.join(","))?;
        }
        match &self.faults {
            None => Ok(()),
            Some(kept) if kept.is_empty() => write!(f, " --faults none"),
            Some(kept) => {
                let kept: Vec<String> = kept.iter().map(u64::to_string).collect();
                write!(f, " --faults {}", kept.join(","))
            }
        }
    }
}

/// A parameter that a schedule has drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Drawn {
    pub(crate) name: &'static str,
    pub(crate) value: u64,
    /// The simplest value that it can have.
    pub(crate) least: u64,
    /// The largest.
    pub(crate) most: u64,
    /// Whether it is the rate of a fault: which of them happen is forced in another way.
    pub(crate) of_fault: bool,
}

/// The random choices of one schedule. The same seed and the same forced values make the same
/// choices.
pub(crate) struct Plan<'f> {
    random: Rng,
    forced: &'f Forced,
    pub(crate) drawn: Vec<Drawn>,
}

impl<'f> Plan<'f> {
    /// The plan of the schedule `index` of the campaign `seed`.
    pub(crate) fn new(seed: u64, index: u64, forced: &'f Forced) -> Self {
        let mut of_index = Rng::with_seed(index);
        Plan {
            random: Rng::with_seed(seed ^ of_index.u64(..)),
            forced,
            drawn: Vec::new(),
        }
    }

    /// Which scenario. No parameter: another one would not be the same failure.
    pub(crate) fn scenario(&mut self) -> Scenario {
        let all: u64 = Scenario::ALL.iter().map(|(_, weight)| weight).sum();
        let mut drawn = self.random.u64(0..all);
        for (scenario, weight) in Scenario::ALL {
            match drawn.checked_sub(*weight) {
                None => return *scenario,
                Some(rest) => drawn = rest,
            }
        }
        Scenario::Transfer
    }

    /// A number of the range, all as likely.
    pub(crate) fn number(&mut self, name: &'static str, range: RangeInclusive<u64>) -> u64 {
        let drawn = self.random.u64(range.clone());
        self.settle(name, drawn, range)
    }

    /// A number from `least` to `most`, each order of magnitude as likely.
    pub(crate) fn size(&mut self, name: &'static str, least: u64, most: u64) -> u64 {
        let drawn = size(&mut self.random, least, most);
        self.settle(name, drawn, least..=most)
    }

    /// Whether something is so, one time in `of`.
    pub(crate) fn rarely(&mut self, name: &'static str, of: u64) -> bool {
        let drawn = u64::from(self.random.u64(0..of) == 0);
        self.settle(name, drawn, 0..=1) != 0
    }

    /// A rate in thousandths: one time in `of` up to `most`, otherwise 0.
    pub(crate) fn rate(&mut self, name: &'static str, of: u64, most: u64) -> u64 {
        let drawn = match self.random.u64(0..of) {
            0 => size(&mut self.random, 1, most),
            _ => 0,
        };
        self.settle(name, drawn, 0..=most)
    }

    /// [`rate`](Self::rate) of a fault.
    pub(crate) fn fault(&mut self, name: &'static str, of: u64, most: u64) -> u64 {
        let rate = self.rate(name, of, most);
        if let Some(drawn) = self.drawn.last_mut() {
            drawn.of_fault = true;
        }
        rate
    }

    /// The only faults that are to happen, where that is forced.
    pub(crate) fn faults(&self) -> Option<&'f [u64]> {
        self.forced.faults.as_deref()
    }

    /// Whether every call is to be written down.
    pub(crate) fn is_recorded(&self) -> bool {
        self.forced.recorded
    }

    /// A source of chance for what is not worth a name.
    pub(crate) fn stream(&mut self) -> Rng {
        self.random.fork()
    }

    // A parameter is drawn also where it is forced: the choices after it stay the same. One that cannot
    // have the value is not forced.
    fn settle(&mut self, name: &'static str, drawn: u64, range: RangeInclusive<u64>) -> u64 {
        let forced = self.forced.value(name);
        let value = forced.filter(|value| range.contains(value));
        let value = value.unwrap_or(drawn);
        self.drawn.push(Drawn {
            name,
            value,
            least: *range.start(),
            most: *range.end(),
            of_fault: false,
        });
        value
    }
}

/// A number from `least` to `most`, each order of magnitude as likely.
pub(crate) fn size(random: &mut Rng, least: u64, most: u64) -> u64 {
    let bits = random.u32(0..=most.max(1).ilog2());
    let top = (2 << bits) - 1;
    random.u64(0..=top).clamp(least, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(forced: &Forced) -> (u64, u64, u64) {
        let mut plan = Plan::new(7, 8, forced);
        (
            plan.number("a", 3..=9),
            plan.size("b", 1, 1000),
            plan.stream().u64(..),
        )
    }

    #[test]
    fn a_forced_value_leaves_the_others_as_they_were() {
        let chance = draw(&Forced::default());
        assert_eq!(draw(&Forced::default()), chance);
        let forced = draw(&Forced::default().with("a", 3));
        assert_eq!(forced, (3, chance.1, chance.2));
    }

    #[test]
    fn what_has_no_effect_is_named_and_left_out() {
        let told = |forced: &Forced, injected| {
            let mut plan = Plan::new(7, 8, forced);
            plan.number("a", 3..=9);
            plan.size("b", 1, 1000);
            plan.rarely("c", 2);
            plan.fault("d", 2, 250);
            let effective = forced.clone().effective(&plan.drawn, injected);
            (forced.ineffective(&plan.drawn, injected), effective)
        };
        let mut good = Forced::default();
        for (name, most) in [("a", 9), ("b", 1000), ("c", 1), ("d", 250)] {
            good = good.with(name, most);
        }
        good.faults = Some(vec![0, 4]);
        assert_eq!(told(&good, 5), (None, good.clone()));
        for (name, value) in [
            ("a", 2),
            ("a", 10),
            ("b", 0),
            ("b", 1001),
            ("c", 2),
            ("d", 251),
        ] {
            let (what, effective) = told(&good.with(name, value), 5);
            assert!(
                what.unwrap()
                    .starts_with(&format!("--set {name}={value}: it is "))
            );
            assert_eq!(effective.value(name), None);
            assert_eq!(effective.values.len(), 3);
        }
        let (what, effective) = told(&good.with("e", 0), 5);
        assert!(
            what.unwrap()
                .ends_with("no 'e' in this schedule, which draws a, b, c, d")
        );
        assert_eq!(effective, good);
        let (what, effective) = told(&good, 4);
        assert!(what.unwrap().starts_with("--faults 4: "));
        assert_eq!(effective.faults, Some(vec![0]));
    }

    #[test]
    fn sizes_keep_to_their_limits() {
        let mut random = Rng::with_seed(1);
        let sizes: Vec<u64> = (0..1000).map(|_| size(&mut random, 2, 3000)).collect();
        assert!(sizes.iter().all(|size| (2..=3000).contains(size)));
        assert!(sizes.contains(&2) && sizes.iter().any(|size| *size > 2000));
    }

    #[test]
    fn what_is_forced_prints_as_options() {
        let mut forced = Forced::default();
        assert_eq!(forced.to_string(), "");
        forced = forced.with("bytes", 1).with("abi", 0).with("bytes", 2);
        forced.faults = Some(vec![3, 17]);
        assert_eq!(forced.to_string(), " --set abi=0,bytes=2 --faults 3,17");
        forced.faults = Some(vec![]);
        assert_eq!(forced.to_string(), " --set abi=0,bytes=2 --faults none");
    }
}

//! One call at one level on one architecture: what it came to, and how that is told.

use serde_json::json;

use super::Call;
use super::build::Level;
use super::text::Counts;
use crate::linux::Arch;

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) call: Call,
    pub(crate) arch: Arch,
    pub(crate) level: Level,
    /// What is in our function, if the text has it.
    pub(crate) ours: Option<Counts>,
    /// What is in the one by hand.
    pub(crate) by_hand: Option<Counts>,
    /// The most instructions that ours may have.
    pub(crate) bound: Option<usize>,
}

impl Row {
    /// What is wrong with it.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        match &self.ours {
            None => faults.push("not in the text".to_string()),
            Some(counts) => {
                faults.extend(self.broken(counts));
                match self.bound {
                    None => faults.push("has no bound (cargo ci asm --bless sets it)".to_string()),
                    Some(bound) if counts.instructions > bound => faults.push(format!(
                        "{} instructions, more than {bound}",
                        counts.instructions
                    )),
                    Some(_) => {}
                }
            }
        }
        match &self.by_hand {
            None => faults.push("by hand: not in the text".to_string()),
            Some(counts) => {
                let broken = self.broken(counts);
                faults.extend(broken.into_iter().map(|fault| format!("by hand: {fault}")));
            }
        }
        faults
    }

    /// Which properties do not hold.
    fn broken(&self, counts: &Counts) -> Vec<String> {
        let mut broken = Vec::new();
        if counts.system_calls != self.call.system_calls {
            let (found, wanted) = (counts.system_calls, self.call.system_calls);
            broken.push(format!("{found} system-call instructions, not {wanted}"));
        }
        for (what, list) in [
            ("calls", &counts.calls),
            ("traps", &counts.traps),
            ("refers to", &counts.symbols),
        ] {
            broken.extend(list.iter().map(|line| format!("{what}: {line}")));
        }
        broken
    }

    /// The instructions of ours, where they are fewer than the bound.
    pub(crate) fn slack(&self) -> Option<usize> {
        let counts = self.ours.as_ref()?;
        self.bound
            .filter(|bound| counts.instructions < *bound)
            .map(|_| counts.instructions)
    }

    /// The line for a program to read.
    pub(crate) fn json(&self) -> String {
        let ours = self.ours.as_ref();
        let count = |list: fn(&Counts) -> usize| ours.map(list);
        json!({
            "call": self.call.name,
            "arch": self.arch.name,
            "opt_level": self.level.name(),
            "instructions": count(|counts| counts.instructions),
            "by_hand": self.by_hand.as_ref().map(|counts| counts.instructions),
            "bound": self.bound,
            "system_calls": count(|counts| counts.system_calls),
            "calls": count(|counts| counts.calls.len()),
            "traps": count(|counts| counts.traps.len()),
            "symbols": count(|counts| counts.symbols.len()),
            "ok": self.faults().is_empty(),
        })
        .to_string()
    }
}

/// The heading of the table.
pub(crate) fn heading() -> String {
    format!(
        "{:<15} {:<12} {:>9} {:>5} {:>8} {:>6} {:>6}",
        "call", "arch", "opt-level", "sock", "by hand", "over", "bound"
    )
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ours = self.ours.as_ref().map(|counts| counts.instructions);
        let by_hand = self.by_hand.as_ref().map(|counts| counts.instructions);
        let over = ours.zip(by_hand);
        let over = over.map(|(ours, by_hand)| format!("{:+}", ours as i64 - by_hand as i64));
        let number =
            |number: Option<usize>| number.map_or_else(|| "–".to_string(), |n| n.to_string());
        let faults = self.faults();
        let verdict = if faults.is_empty() {
            "ok".to_string()
        } else {
            format!("FAILED {}", faults.join("; "))
        };
        write!(
            f,
            "{:<15} {:<12} {:>9} {:>5} {:>8} {:>6} {:>6}  {verdict}",
            self.call.name,
            self.arch.name,
            self.level.name(),
            number(ours),
            number(by_hand),
            over.unwrap_or_else(|| "–".to_string()),
            number(self.bound),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::ARCHES;

    fn row(ours: Counts, bound: Option<usize>) -> Row {
        Row {
            call: Call {
                name: "send",
                system_calls: 1,
            },
            arch: ARCHES[0],
            level: Level::Size,
            ours: Some(ours),
            by_hand: Some(counts(9)),
            bound,
        }
    }

    fn counts(instructions: usize) -> Counts {
        Counts {
            instructions,
            system_calls: 1,
            ..Counts::default()
        }
    }

    #[test]
    fn at_the_bound_or_below_is_well() {
        assert_eq!(row(counts(10), Some(10)).faults(), Vec::<String>::new());
        assert_eq!(row(counts(10), Some(10)).slack(), None);
        assert_eq!(row(counts(9), Some(10)).slack(), Some(9));
        assert!(row(counts(10), Some(10)).to_string().ends_with("  ok"));
        assert!(row(counts(10), Some(10)).json().contains("\"ok\":true"));
    }

    #[test]
    fn each_property_is_a_fault_when_it_does_not_hold() {
        let with = |change: fn(&mut Counts)| {
            let mut counts = counts(10);
            change(&mut counts);
            row(counts, Some(10))
        };
        let broken = [
            row(counts(11), Some(10)),
            row(counts(10), None),
            with(|counts| counts.system_calls = 2),
            with(|counts| counts.system_calls = 0),
            with(|counts| counts.calls.push("call memcpy".into())),
            with(|counts| counts.traps.push("ud2".into())),
            with(|counts| counts.symbols.push("panic".into())),
        ];
        for row in &broken {
            assert_eq!(row.faults().len(), 1, "{row}");
            assert!(row.to_string().contains("FAILED ") && row.json().contains("\"ok\":false"));
        }
        let mut missing = row(counts(10), Some(10));
        missing.by_hand = Some(Counts::default());
        assert_eq!(missing.faults().len(), 1);
        missing.by_hand = None;
        missing.ours = None;
        assert_eq!(missing.faults().len(), 2);
    }
}

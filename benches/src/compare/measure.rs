//! The rounds of a bench, and what comes out of them.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use super::Result;
use super::matrix::{Bench, Row, SETUPS};
use super::processors::Processors;

/// Figures keep four digits: a ratio is off by less than 0.02 %.
const DIGITS: u8 = 4;

/// How much of the matrix is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Effort {
    /// As much as the matrix says.
    Full,
    /// As little as shows that everything works: the figures mean nothing.
    Smoke,
}

/// The time of one operation, by the means of the rounds, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Figures {
    /// The least.
    pub(crate) min: f64,
    /// The median.
    pub(crate) median: f64,
}

/// The figures of each variant that ran.
pub(crate) type Measured = BTreeMap<&'static str, Figures>;

/// Runs the variants that `rows` name, in rotated order, for `longest` at the most.
///
/// # Errors
/// What fails in a variant, and an allocation in one of ours.
pub(crate) fn measure(
    bench: &Bench,
    rows: &[&Row],
    processors: Processors,
    effort: Effort,
    longest: Duration,
) -> Result<Measured> {
    let start = Instant::now();
    let (setups, rounds, operations) = match effort {
        Effort::Full => (SETUPS, bench.rounds / SETUPS, bench.operations),
        Effort::Smoke => (1, 2, bench.operations.min(20)),
    };
    let mut rounds_of = BTreeMap::new();
    for setup in 1..=setups {
        let mut variants = (bench.setup)(processors)?;
        variants.retain(|variant| {
            rows.iter()
                .any(|row| row.ours == variant.name || row.theirs == variant.name)
        });
        for round in 0..rounds {
            if round > 0 && start.elapsed() > longest * setup / setups {
                break;
            }
            for variant in &mut variants {
                let at = |failure| format!("{} {}: {failure}", bench.name, variant.name);
                let sample = deeper(setup, &mut || (variant.round)(operations)).map_err(at)?;
                let is_ours = rows.iter().any(|row| row.ours == variant.name);
                if is_ours && sample.allocations > 0 {
                    return Err(at(format!("{} allocations", sample.allocations).into()).into());
                }
                if !rounds_of.contains_key(variant.name) {
                    rounds_of.insert(variant.name, Histogram::<u64>::new(DIGITS)?);
                }
                if let Some(rounds) = rounds_of.get_mut(variant.name) {
                    rounds.record(picoseconds_each(sample.elapsed, operations))?;
                }
            }
            rotate(&mut variants);
        }
    }
    Ok(rounds_of
        .into_iter()
        .map(|(name, rounds)| (name, figures(&rounds)))
        .collect())
}

/// Does it from so many frames further down the stack. A frame here is two words, and where in a line of
/// the cache it begins changes what takes but nanoseconds by half.
#[inline(never)]
fn deeper<T>(frames: u32, work: &mut dyn FnMut() -> T) -> T {
    if frames == 0 {
        return work();
    }
    let done = deeper(frames - 1, work);
    // Something to come back for, or it would be a loop.
    black_box(());
    done
}

/// The next round begins with another variant.
fn rotate<T>(variants: &mut [T]) {
    if !variants.is_empty() {
        variants.rotate_left(1);
    }
}

fn picoseconds_each(elapsed: Duration, operations: u32) -> u64 {
    (elapsed.as_nanos() * 1000 / u128::from(operations.max(1))) as u64
}

fn figures(rounds: &Histogram<u64>) -> Figures {
    let nanoseconds = |picoseconds: u64| picoseconds as f64 / 1000.0;
    Figures {
        min: nanoseconds(rounds.min()),
        median: nanoseconds(rounds.value_at_quantile(0.5)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_means_of_operations() {
        let mut rounds = Histogram::new(DIGITS).unwrap();
        for micros in [300, 100, 200] {
            let each = picoseconds_each(Duration::from_micros(micros), 1000);
            rounds.record(each).unwrap();
        }
        let Figures { min, median } = figures(&rounds);
        assert!((min - 100.0).abs() < 0.02, "{min}");
        assert!((median - 200.0).abs() < 0.04, "{median}");
    }

    #[test]
    fn every_variant_takes_every_turn() {
        let mut variants = [0, 1, 2];
        let mut firsts = Vec::new();
        for _ in 0..3 {
            firsts.push(variants[0]);
            rotate(&mut variants);
        }
        assert_eq!(firsts, [0, 1, 2]);
        rotate::<u8>(&mut []);
    }
}

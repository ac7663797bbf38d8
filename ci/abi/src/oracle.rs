//! What the headers of each target say, asked once in a run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::target::Target;

/// How many compilers run at once.
const AT_ONCE: usize = 2;

/// Expressions for each target.
pub(crate) type Requests = BTreeMap<Target, BTreeSet<String>>;

/// Who knows what the headers of a target say.
pub trait Headers: Sync {
    /// The value of each expression that the headers have, in the order asked.
    ///
    /// # Errors
    /// They cannot be asked.
    fn values(&self, target: Target, expressions: &[String]) -> Result<Vec<Option<i128>>, String>;
}

/// The values of the expressions that were asked for.
pub(crate) struct Oracle<'a> {
    headers: &'a dyn Headers,
    known: BTreeMap<Target, BTreeMap<String, Option<i128>>>,
}

impl<'a> Oracle<'a> {
    pub(crate) fn new(headers: &'a dyn Headers) -> Self {
        Self {
            headers,
            known: BTreeMap::new(),
        }
    }

    /// Asks the headers for all expressions that were not asked for before.
    pub(crate) fn ask(&mut self, requests: &Requests) -> Result<(), String> {
        let new: Vec<(Target, Vec<String>)> = requests
            .iter()
            .map(|(target, expressions)| {
                let known = self.known.get(target);
                let is_new = |expression: &&String| {
                    known.is_none_or(|known| !known.contains_key(*expression))
                };
                (
                    *target,
                    expressions.iter().filter(is_new).cloned().collect(),
                )
            })
            .filter(|(_, new): &(_, Vec<String>)| !new.is_empty())
            .collect();
        let (next, answers) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while let Some((target, list)) = new.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let values = self.headers.values(*target, list);
                        let mut answers = answers.lock().unwrap_or_else(|held| held.into_inner());
                        answers.push((*target, list, values));
                    }
                });
            }
        });
        for (target, list, values) in answers
            .into_inner()
            .unwrap_or_else(|held| held.into_inner())
        {
            let values = list.iter().cloned().zip(values?);
            self.known.entry(target).or_default().extend(values);
        }
        Ok(())
    }

    /// The value of an expression that was asked for, if the headers have it.
    pub(crate) fn value(&self, target: Target, expression: &str) -> Option<i128> {
        *self.known.get(&target)?.get(expression)?
    }
}

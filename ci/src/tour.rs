//! Reads what `sockbox tour --json` prints: one JSON object a line, each with `"ok": true`, the last one
//! telling in `"cases"` how many lines came before it.

use serde_json::Value;

use crate::Result;

/// How many things the tour shows.
const CASES: usize = 12;

/// Checks the lines of a tour.
pub(crate) fn check(output: &str) -> Result<()> {
    let mut lines = Vec::new();
    for line in output.lines() {
        let value: Value =
            serde_json::from_str(line).map_err(|error| format!("not JSON ({error}): {line}"))?;
        if value.get("ok") != Some(&Value::Bool(true)) {
            return Err(format!("not ok: {line}"));
        }
        lines.push(value);
    }
    let last = lines.pop().ok_or("the tour prints nothing")?;
    let told = last.get("cases").and_then(Value::as_u64);
    if lines.len() != CASES || told != Some(CASES as u64) {
        return Err(format!(
            "{} cases shown, {told:?} told, {CASES} wanted",
            lines.len()
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tour(cases: usize, last: &str) -> String {
        "{\"ok\":true,\"case\":\"tcp\"}\n".repeat(cases) + last
    }

    #[test]
    fn a_whole_tour() {
        assert_eq!(check(&tour(12, "{\"ok\":true,\"cases\":12}\n")), Ok(()));
    }

    #[test]
    fn tours_that_fall_short() {
        for output in [
            String::new(),
            tour(12, ""),
            tour(11, "{\"ok\":true,\"cases\":12}\n"),
            tour(11, "{\"ok\":true,\"cases\":11}\n"),
            tour(12, "{\"ok\":true,\"cases\":11}\n"),
            tour(12, "{\"ok\":false,\"cases\":12}\n"),
            tour(12, "{\"cases\":12}\n"),
            tour(12, "12 cases\n"),
            tour(6, "{\"ok\":true,\"ca") + "\n" + &tour(6, "{\"ok\":true,\"cases\":12}\n"),
        ] {
            assert!(check(&output).is_err(), "{output}");
        }
    }
}

//! Cases that the simulated kernel does not pass yet, and why.

/// The name of a case, or the beginning of names before a `*`; and the reason.
pub(crate) const EXCLUDED: &[(&str, &str)] = &[
    ("deadline-not-prolonged-by-a-stream-of-bytes", BUSY),
];

const BUSY: &str = "both threads work all the time, and the clock stands still while one works";

//! Cases that no simulated kernel can pass, and why.

/// The name of a case, or the beginning of names before a `*`; and the reason.
pub(crate) const EXCLUDED: &[(&str, &str)] = &[(
    "deadline-not-prolonged-by-a-stream-of-bytes",
    "both threads work all the time, and the clock moves only when all wait",
)];

/// Beside those: cases about what a loopback without delay does.
pub(crate) const OVER_A_LINK: &[(&str, &str)] = &[
    ("tcp-connect-under-a-passed-deadline", AT_ONCE),
    ("calls-of-what-need-not-wait", AT_ONCE),
    ("option-gro", "datagrams are joined only within a host"),
];

const AT_ONCE: &str = "a connect takes a round trip, and is not done when the call returns";

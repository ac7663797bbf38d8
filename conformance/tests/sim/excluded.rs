//! Cases that the simulated kernel does not pass yet, and why.

/// The name of a case, or the beginning of names before a `*`; and the reason.
pub(crate) const EXCLUDED: &[(&str, &str)] = &[
    ("deadline-not-prolonged-by-a-stream-of-bytes", BUSY),
    ("tcp-urgent-data", "no urgent data: MSG_OOB is refused"),
    ("tcp-more-holds-back", HOLD),
    ("option-cork", HOLD),
    ("option-flags-are-apart", HOLD),
    ("option-segment", "no segmentation of datagrams"),
    ("option-gro", "no segmentation of datagrams"),
    ("option-broadcast-allows-it", "no broadcast"),
    ("option-pass-credentials", "no credentials"),
    ("option-recv-low-water", "one byte is enough to be readable"),
    ("option-zero-copy", "no error queue, which tells of copies"),
    ("option-defer-accept", "no timer of SYN-ACKs"),
    ("option-transparent", "no address but its own"),
    ("option-max-segment", UNKNOWN),
    ("option-fast-open", UNKNOWN),
    ("option-busy-poll", UNKNOWN),
    ("option-incoming-cpu", UNKNOWN),
    ("option-quick-ack", UNKNOWN),
];

const BUSY: &str = "both threads work all the time, and the clock stands still while one works";
const HOLD: &str = "nothing is held back: MSG_MORE and TCP_CORK are refused";
const UNKNOWN: &str = "the option is not known yet";

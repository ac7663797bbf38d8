//! Standard output and standard error, as the suite writes to them.

use core::fmt;

use crate::system::raw;

/// A standard stream.
pub(crate) enum Output {
    /// Standard output.
    Stdout = 1,
    /// Standard error.
    Stderr = 2,
}

impl fmt::Write for Output {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let fd = match self {
            Output::Stdout => 1,
            Output::Stderr => 2,
        };
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            let written = raw::write(fd, rest).filter(|&n| n > 0).ok_or(fmt::Error)?;
            rest = rest.get(written..).unwrap_or_default();
        }
        Ok(())
    }
}

//! Fuzz targets: each takes any bytes, and panics when a property does not hold.
//!
//! `cargo ci fuzz` runs them under libFuzzer (`src/bin`); the tests of this package run them over the
//! seeds in `corpus`.

mod decode;
mod text;

pub use decode::bytes;
pub use text::{inet_text, unix_text};

//! The same program over std's types and over ours.

use std::fmt::Debug;
use std::io;

/// What a program saw, line by line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Log(Vec<String>);

impl Log {
    /// What a call came to: the value, or the kind and number of the error.
    pub(crate) fn call<T: Debug>(&mut self, what: &str, result: io::Result<T>) {
        self.0.push(match result {
            Ok(value) => format!("{what}: {value:?}"),
            Err(error) => format!("{what}: {:?} {:?}", error.kind(), error.raw_os_error()),
        });
    }

    /// What was seen beside.
    pub(crate) fn note(&mut self, what: &str, value: impl Debug) {
        self.0.push(format!("{what}: {value:?}"));
    }
}

/// A test that runs one body with a name bound to std's module and to ours, and compares the logs.
macro_rules! same_as_std {
    ($test:ident, $std:path, $ours:path, $net:ident, $log:ident, $body:block) => {
        #[test]
        fn $test() {
            fn theirs() -> $crate::common::Log {
                use $std as $net;
                let mut $log = $crate::common::Log::default();
                $body
                $log
            }
            fn ours() -> $crate::common::Log {
                use $ours as $net;
                let mut $log = $crate::common::Log::default();
                $body
                $log
            }
            assert_eq!(ours(), theirs());
        }
    };
}

pub(crate) use same_as_std;

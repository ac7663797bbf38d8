//! What a case needs beyond a backend, by raw system calls.

use core::ffi::CStr;
use core::fmt::{self, Write};
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use conformance::{DescriptorFlags, Env, Signals};
use sock_start::Args;

use crate::broken;
use crate::system::{self, Kernel, OwnedFd, raw};

/// Descriptors are counted below this number. They are numbered from the lowest that is free, so
/// one that is left open shows here.
const DESCRIPTORS: i32 = 1024;

/// This program, as an environment.
pub(crate) struct Program {
    args: Args,
    emulated: bool,
    /// Where temporary files are: the machine may not have a /tmp that can be written.
    folder: &'static str,
}

impl Program {
    pub(crate) fn new(args: Args, emulated: bool) -> Self {
        raw::make_directory(c"/tmp", 0o1777);
        // A directory may be there and not take a file.
        let probe = c"/tmp/sock-conformance";
        let folder = if raw::make_directory(probe, 0o700) && raw::remove_directory(probe) {
            "/tmp/"
        } else {
            ""
        };
        Program {
            args,
            emulated,
            folder,
        }
    }

    pub(crate) fn args(&self) -> Args {
        self.args
    }
}

impl Env for Program {
    type Backend = Kernel;

    fn backend(&self) -> Kernel {
        Kernel::default()
    }

    fn together(&self, other: &mut (dyn FnMut() + Send), this: &mut dyn FnMut()) {
        system::together(other, this);
    }

    fn under_signals(&self, period: Duration, wait: &mut dyn FnMut()) -> Signals {
        system::under_signals(period, wait)
    }

    fn flags(&self, fd: &OwnedFd) -> DescriptorFlags {
        raw::flags(fd).unwrap_or_else(|| broken("fcntl"))
    }

    fn duplicate(&self, fd: &OwnedFd) -> OwnedFd {
        raw::duplicate(fd).unwrap_or_else(|| broken("fcntl"))
    }

    fn open_descriptors(&self) -> usize {
        (0..DESCRIPTORS).filter(|&fd| raw::is_open(fd)).count()
    }

    fn temporary_path<'p>(&self, room: &'p mut [u8; 64]) -> &'p [u8] {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let (folder, process) = (self.folder, raw::process_id());
        let mut text = Text { room, len: 0 };
        if write!(text, "{folder}sock-conformance-{process}-{number}").is_err() {
            broken("the name of a temporary file");
        }
        let Text { room, len } = text;
        room.get(..len).unwrap_or_default()
    }

    fn unlink(&self, path: &[u8]) {
        let mut room = [0; 128];
        for (place, byte) in room.iter_mut().zip(path) {
            *place = *byte;
        }
        match CStr::from_bytes_until_nul(&room) {
            // There may be none.
            Ok(path) => raw::remove_file(path),
            Err(_) => broken("the name of a temporary file"),
        };
    }

    fn is_emulated(&self) -> bool {
        self.emulated
    }
}

/// Room that text is written to.
struct Text<'r> {
    room: &'r mut [u8],
    len: usize,
}

impl Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        let place = self.room.get_mut(self.len..end).ok_or(fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

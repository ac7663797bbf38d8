//! What a program calls, told as strace does.

use std::fmt::Write;

use crate::cpu::Call;
use crate::kernel::{Answer, Kernel};
use crate::{Stop, System};

/// The name of a call.
pub(crate) fn name(kernel: &Kernel, call: &Call) -> String {
    let number = match (kernel.system, kernel.arch) {
        (System::Darwin, crate::Arch::Amd64) => call.number & 0xff_ffff,
        _ => call.number,
    };
    match kernel.calls.get(&number) {
        Some(name) => name.clone(),
        None => format!("call {:#x}", call.number),
    }
}

/// A call and what came of it.
pub(crate) fn call(kernel: &Kernel, call: &Call, answer: &Answer) {
    let thread = kernel.threads.all.get(kernel.threads.current);
    let id = thread.map_or(0, |thread| thread.id);
    line(kernel, id, &name(kernel, call), call, answer);
}

pub(crate) fn line(kernel: &Kernel, thread: i64, name: &str, call: &Call, answer: &Answer) {
    let mut text = format!("[{thread}] {name}(");
    for (index, arg) in call.args.iter().take(6).enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        // What looks like a small number is one.
        let _ = match *arg {
            small
                if (small as i32).unsigned_abs() < 0x1_0000
                    && (small >> 32 == 0 || small >> 31 == 0x1_ffff_ffff) =>
            {
                write!(text, "{separator}{}", small as i32)
            }
            other => write!(text, "{separator}{other:#x}"),
        };
    }
    let result = match answer {
        Ok(values) => format!("{:#x}", values.first),
        Err(Stop::Errno(errno)) => {
            let text = std::io::Error::from_raw_os_error(*errno);
            format!("error {} ({text})", kernel.errno(*errno))
        }
        Err(Stop::Wait(_)) => "waits".to_string(),
        Err(other) => format!("{other:?}"),
    };
    eprintln!("{text}) = {result}");
}

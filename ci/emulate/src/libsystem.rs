//! libSystem, as dyld would bind it: each function that a program imports is an instruction that traps, and is done
//! here. An unknown symbol is an error that names it.

use crate::cpu::Call;
use crate::kernel::{Answer, Kernel, Values};
use crate::load::Import;
use crate::memory::{EXECUTE, Memory, READ, WRITE};
use crate::thread::{InFlight, Progress};
use crate::{Arch, Result, Stop, System, trace};

/// Where the functions are.
const CODE: u64 = 0x6_0000_0000;
/// Where data that the library exports is.
const DATA: u64 = 0x6_1000_0000;
/// The size of a function.
const STUB: u64 = 16;

/// A function: its name, and how many arguments its prototype names, where others follow.
type Function = (&'static str, usize);

/// Functions that make the system call of their name, and set errno.
const CALLS: &[Function] = &[
    ("accept", 8),
    ("bind", 8),
    ("close", 8),
    ("connect", 8),
    ("connectx", 8),
    ("dup", 8),
    ("dup2", 8),
    ("fcntl", 2),
    ("getpeername", 8),
    ("getpid", 8),
    ("getsockname", 8),
    ("getsockopt", 8),
    ("ioctl", 2),
    ("kevent", 8),
    ("kqueue", 8),
    ("listen", 8),
    ("mkdir", 8),
    ("mmap", 8),
    ("mprotect", 8),
    ("munmap", 8),
    ("open", 2),
    ("openat", 3),
    ("poll", 8),
    ("read", 8),
    ("recvfrom", 8),
    ("recvmsg", 8),
    ("rmdir", 8),
    ("sendmsg", 8),
    ("sendto", 8),
    ("setitimer", 8),
    ("setsockopt", 8),
    ("shutdown", 8),
    ("socket", 8),
    ("socketpair", 8),
    ("sysctl", 8),
    ("unlink", 8),
    ("unlinkat", 8),
    ("write", 8),
];

/// Functions that are more than a call.
const OTHERS: &[Function] = &[
    ("_exit", 8),
    ("exit", 8),
    ("abort", 8),
    ("__error", 8),
    ("memcpy", 8),
    ("memmove", 8),
    ("memset", 8),
    ("bzero", 8),
    ("memcmp", 8),
    ("bcmp", 8),
    ("strlen", 8),
    ("sigaction", 8),
    ("sigprocmask", 8),
    ("pthread_sigmask", 8),
    ("pthread_create", 8),
    ("pthread_join", 8),
    ("mach_absolute_time", 8),
    ("mach_timebase_info", 8),
    ("__umodti3", 8),
    ("__udivti3", 8),
    ("__modti3", 8),
    ("__divti3", 8),
    // Bound at load: nothing is left for it to do.
    ("dyld_stub_binder", 8),
    // Where main and a thread's function return to, and where a handler does.
    (AFTER_MAIN, 8),
    (AFTER_THREAD, 8),
    (TRAMPOLINE, 8),
];

const AFTER_MAIN: &str = "(after main)";
const AFTER_THREAD: &str = "(after a thread)";
const TRAMPOLINE: &str = "(signal trampoline)";

fn functions() -> impl Iterator<Item = Function> {
    CALLS.iter().chain(OTHERS).copied()
}

/// The library in memory.
#[derive(Debug, Default)]
pub(crate) struct Library {
    arch: Option<Arch>,
    /// Where the program begins, to tell places in it by.
    pub(crate) program: u64,
    /// The next free place for an `errno`.
    next_errno: u64,
}

impl Library {
    /// Puts the functions into memory.
    pub(crate) fn map(&mut self, memory: &mut Memory, arch: Arch) -> Result<()> {
        self.arch = Some(arch);
        self.next_errno = DATA;
        memory.map(CODE, STUB * functions().count() as u64, READ | EXECUTE)?;
        memory.map(DATA, 4096, READ | WRITE)?;
        let code: &[u8] = match arch {
            Arch::Amd64 => &[0x0f, 0x05, 0x0f, 0x0b],
            Arch::Arm64 => &[0x01, 0x00, 0x00, 0xd4],
        };
        for (index, _) in functions().enumerate() {
            memory
                .engine
                .write_memory(CODE + STUB * index as u64, code)?;
        }
        Ok(())
    }

    /// The function whose instruction has just trapped before `pc`.
    pub(crate) fn at(&self, pc: u64) -> Option<usize> {
        let end = CODE + STUB * functions().count() as u64;
        (CODE..end)
            .contains(&pc)
            .then(|| ((pc - CODE) / STUB) as usize)
    }

    fn address(name: &str) -> Option<u64> {
        let index = functions().position(|function| function.0 == name)?;
        Some(CODE + STUB * index as u64)
    }

    pub(crate) fn name(&self, index: usize) -> String {
        functions()
            .nth(index)
            .map_or(String::new(), |function| function.0.to_string())
    }

    pub(crate) fn trampoline(&self) -> u64 {
        Self::address(TRAMPOLINE).unwrap_or_default()
    }

    pub(crate) fn after_main(&self) -> u64 {
        Self::address(AFTER_MAIN).unwrap_or_default()
    }

    /// Binds what a program imports.
    pub(crate) fn bind(&self, memory: &mut Memory, imports: &[Import]) -> Result<()> {
        for import in imports {
            // C's names have an underscore before them, and some a variant behind.
            let name = import.symbol.strip_prefix('_').unwrap_or(&import.symbol);
            let name = name.split('$').next().unwrap_or(name);
            let address = match Self::address(name) {
                Some(address) => address.wrapping_add_signed(import.addend),
                None if import.weak => 0,
                None => {
                    return Err(format!(
                        "dyld: the model of libSystem has no {}",
                        import.symbol
                    ));
                }
            };
            memory
                .engine
                .write_memory(import.place, &address.to_le_bytes())?;
        }
        Ok(())
    }
}

/// Division of 128 bits, of compiler-rt in libSystem.
fn divide(name: &str, [low, high, by_low, by_high]: [u64; 4]) -> Answer {
    let wide = |low: u64, high: u64| u128::from(high) << 64 | u128::from(low);
    let (left, right) = (wide(low, high), wide(by_low, by_high));
    let (signed, by) = (left.cast_signed(), right.cast_signed());
    let result = match name {
        "__umodti3" => left.checked_rem(right),
        "__udivti3" => left.checked_div(right),
        "__modti3" => signed.checked_rem(by).map(i128::cast_unsigned),
        _ => signed.checked_div(by).map(i128::cast_unsigned),
    };
    let result = result.ok_or_else(|| Stop::Fault(format!("{name} by zero")))?;
    Ok(Values {
        first: result as u64,
        second: Some((result >> 64) as u64),
        plain: false,
    })
}

impl Kernel {
    /// The program calls a function of the library.
    pub(crate) fn enter_library(&mut self, index: usize) -> std::result::Result<(), Stop> {
        let thread = self.thread()?;
        thread.progress = Progress::default();
        thread.call = Some(InFlight::Library(index));
        self.attempt_library(index)
    }

    /// Sets the thread's errno.
    pub(crate) fn set_errno(&mut self, errno: i32) -> std::result::Result<(), Stop> {
        let number = self.errno(errno);
        let place = self.errno_place()?;
        self.memory.put_u32(place, number as u32)
    }

    fn errno_place(&mut self) -> std::result::Result<u64, Stop> {
        let next = self.libsystem.next_errno;
        let thread = self.thread()?;
        if thread.errno != 0 {
            return Ok(thread.errno);
        }
        thread.errno = next;
        // As many as a page holds; threads that have ended give theirs back with them.
        self.libsystem.next_errno = DATA + (next + 16 - DATA) % 4096;
        Ok(next)
    }

    /// Does what the function does, for the first time or after a wait.
    pub(crate) fn library_function(&mut self, index: usize) -> Answer {
        let Some((name, named)) = functions().nth(index) else {
            return Err(Stop::Fault("no such function".to_string()));
        };
        let call = self.cpu.c_call(&self.memory, named)?;
        let answer = self.library_call(name, index, &call);
        if self.trace {
            let thread = self.threads.all.get(self.threads.current);
            let id = thread.map_or(0, |thread| thread.id);
            trace::line(self, id, name, &call, &answer);
        }
        answer
    }

    fn library_call(&mut self, name: &str, index: usize, call: &Call) -> Answer {
        if index < CALLS.len() {
            // System calls of an int return one.
            return self.darwin_call(name, call);
        }
        let [a, b, c, d, ..] = call.args;
        match name {
            TRAMPOLINE => self.leave_handler(),
            AFTER_MAIN => {
                let status = self.cpu.result(&self.memory);
                Err(Stop::Exit(status as i32))
            }
            AFTER_THREAD => {
                let value = self.cpu.result(&self.memory);
                self.thread()?.result = value;
                Err(Stop::ThreadEnds)
            }
            _ if self.system == System::FreeBsd => {
                Err(Stop::Fault(format!("{name} in a static program")))
            }
            "_exit" | "exit" => Err(Stop::Exit(call.int(0))),
            "abort" => Err(Stop::Fault("abort".to_string())),
            "__error" => Ok(self.errno_place()?.into()),
            "memcpy" | "memmove" => {
                let bytes = self.memory.read(b, c)?;
                self.memory.write(a, &bytes)?;
                Ok(a.into())
            }
            "memset" => {
                self.memory.write(a, &vec![b as u8; c as usize])?;
                Ok(a.into())
            }
            "bzero" => {
                self.memory.write(a, &vec![0; b as usize])?;
                Ok(a.into())
            }
            "memcmp" | "bcmp" => {
                let (left, right) = (self.memory.read(a, c)?, self.memory.read(b, c)?);
                let order = left.cmp(&right) as i32;
                Ok((i64::from(order).cast_unsigned()).into())
            }
            "strlen" => {
                let mut len = 0;
                while self.memory.array::<1>(a + len)? != [0] {
                    len += 1;
                }
                Ok(len.into())
            }
            "sigaction" => self.sigaction(call.int(0), b, c),
            "sigprocmask" => self.sigprocmask(call.int(0), b, c),
            // It returns the error itself.
            "pthread_sigmask" => match self.sigprocmask(call.int(0), b, c) {
                Err(Stop::Errno(errno)) => Ok(self.errno(errno).cast_unsigned().into()),
                other => other,
            },
            "pthread_create" => {
                let id = 1 + self.threads.all.len() as i64;
                let stack = self.memory.map_anywhere(512 * 1024, READ | WRITE)?;
                let back = Library::address(AFTER_THREAD).unwrap_or_default();
                self.new_thread(id, c, d, stack + 512 * 1024, back)?;
                self.memory.put_u64(a, id.cast_unsigned())?;
                Ok(0.into())
            }
            "pthread_join" => match self.join(a.cast_signed()) {
                Ok(value) => {
                    if b != 0 {
                        self.memory.put_u64(b, value)?;
                    }
                    Ok(0.into())
                }
                Err(Stop::Errno(errno)) => Ok(self.errno(errno).cast_unsigned().into()),
                Err(stop) => Err(stop),
            },
            "mach_absolute_time" => Ok(self.absolute_time().into()),
            "mach_timebase_info" => {
                let info = self.timebase();
                let bytes: Vec<u8> = info
                    .iter()
                    .flat_map(|number| number.to_le_bytes())
                    .collect();
                self.memory.write(a, &bytes)?;
                Ok(0.into())
            }
            "__umodti3" | "__udivti3" | "__modti3" | "__divti3" => divide(name, [a, b, c, d]),
            _ => Err(Stop::Fault(format!("{name} is not modelled"))),
        }
    }
}

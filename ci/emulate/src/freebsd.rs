//! FreeBSD 15: its calls by their names, its threads, and how it starts a program.

use std::time::Instant;

use crate::cpu::Call;
use crate::kernel::{Answer, Kernel};
use crate::load::Loaded;
use crate::memory::get;
use crate::start::Stack;
use crate::thread::{Thread, Wait};
use crate::{Arch, Stop};

/// The calls that are modelled.
pub(crate) const CALLS: &[&str] = &[
    "exit",
    "read",
    "write",
    "open",
    "close",
    "unlink",
    "getpid",
    "recvmsg",
    "sendmsg",
    "recvfrom",
    "accept",
    "getpeername",
    "getsockname",
    "dup",
    "ioctl",
    "reboot",
    "munmap",
    "mprotect",
    "setitimer",
    "dup2",
    "fcntl",
    "socket",
    "connect",
    "bind",
    "setsockopt",
    "listen",
    "gettimeofday",
    "getsockopt",
    "sendto",
    "shutdown",
    "socketpair",
    "mkdir",
    "rmdir",
    "__sysctl",
    "poll",
    "clock_gettime",
    "sigprocmask",
    "kqueue",
    "nmount",
    "sigaction",
    "thr_exit",
    "thr_self",
    "thr_kill",
    "_umtx_op",
    "thr_new",
    "mmap",
    "mkdirat",
    "openat",
    "unlinkat",
    "accept4",
    "pipe2",
    "ppoll",
    "fstatat",
    "kevent",
    "sigpending",
    "sigwait",
    "lseek",
    "sched_yield",
];

/// AT_REMOVEDIR of fcntl.h is in the table; so are the auxiliary vector's tags.
const PAGE: u64 = 4096;

/// `__FreeBSD_version` of this kernel.
const RELEASE: u64 = 1_500_000;

pub(crate) fn dispatch(kernel: &mut Kernel, call: &Call) -> Answer {
    let Some(name) = kernel.calls.get(&call.number).cloned() else {
        // nosys: also SIGSYS while kern.signosys is 1, which ends the program.
        return Err(Stop::Fault(format!(
            "no system call {} in the model: ENOSYS and SIGSYS",
            call.number
        )));
    };
    let (fd, a) = (call.int(0), call.arg(1));
    match name.as_str() {
        "accept4" => {
            let flags = i64::from(call.int(3));
            let only = kernel.freebsd().copied();
            let known = only.map_or(0, |only| only.SOCK_CLOEXEC | only.SOCK_NONBLOCK);
            match flags & !known {
                0 => kernel.accept(fd, a, call.arg(2), Some(flags)),
                _ => Err(Stop::Errno(libc::EINVAL)),
            }
        }
        "ppoll" => {
            let most = kernel.timespec_in(call.arg(2))?;
            if call.arg(3) != 0 {
                return Err(Stop::Fault("ppoll with a mask is not modelled".to_string()));
            }
            kernel.poll(call.arg(0), a, most)
        }
        "kevent" => {
            let changes = (a, call.int(2));
            kernel.kevent(fd, changes, (call.arg(3), call.int(4)), call.arg(5))
        }
        "clock_gettime" => kernel.clock_gettime(fd, a),
        "sigaction" => kernel.sigaction(fd, a, call.arg(2)),
        "sigprocmask" => kernel.sigprocmask(fd, a, call.arg(2)),
        "thr_new" => kernel.thr_new(call.arg(0), a),
        "thr_exit" => {
            kernel.thread()?.on_exit = call.arg(0);
            Err(Stop::ThreadEnds)
        }
        "thr_self" => {
            let id = kernel.thread()?.id.cast_unsigned();
            kernel.memory.put_u64(call.arg(0), id)?;
            Ok(0.into())
        }
        "thr_kill" => kernel
            .raise_at(call.arg(0).cast_signed(), call.int(1).into())
            .map(|()| 0.into()),
        "_umtx_op" => kernel.umtx_op(call),
        "sched_yield" => Ok(0.into()),
        "dup2" => kernel.dup2(fd, call.int(1)),
        "pipe2" => Err(Stop::Fault("pipe2 is not modelled".to_string())),
        "openat" => {
            let path = kernel.at_working_directory(fd, a)?;
            kernel.open(path, call.int(2), call.arg(3))
        }
        "mkdirat" => {
            let path = kernel.at_working_directory(fd, a)?;
            kernel.mkdir(path, call.arg(2))
        }
        "unlinkat" => {
            let path = kernel.at_working_directory(fd, a)?;
            match kernel.freebsd().map(|only| only.AT_REMOVEDIR) {
                Some(bit) if i64::from(call.int(2)) & bit != 0 => kernel.rmdir(path),
                _ => kernel.unlink(path),
            }
        }
        "reboot" if kernel.init => {
            let off = kernel.freebsd().map_or(0, |only| only.RB_POWEROFF);
            match i64::from(fd) & off {
                0 => Err(Stop::Errno(libc::EINVAL)),
                // The machine is off; whether all was well stands in the output.
                _ => Err(Stop::Exit(0)),
            }
        }
        "reboot" | "nmount" if !kernel.init => Err(Stop::Errno(libc::EPERM)),
        "nmount" => Ok(0.into()),
        _ => match kernel.common(&name, call) {
            Some(answer) => answer,
            None => Err(Stop::Fault(format!("{name} is not modelled"))),
        },
    }
}

impl Kernel {
    fn clock_gettime(&mut self, clock: i32, room: u64) -> Answer {
        let Some(only) = self.freebsd() else {
            return Err(Stop::Errno(libc::ENOSYS));
        };
        let clock = i64::from(clock);
        let uptime = [
            only.CLOCK_MONOTONIC,
            only.CLOCK_MONOTONIC_PRECISE,
            only.CLOCK_MONOTONIC_FAST,
            only.CLOCK_UPTIME,
            only.CLOCK_UPTIME_PRECISE,
            only.CLOCK_UPTIME_FAST,
        ];
        let real = [
            only.CLOCK_REALTIME,
            only.CLOCK_REALTIME_PRECISE,
            only.CLOCK_REALTIME_FAST,
        ];
        let time = if uptime.contains(&clock) {
            std::time::Duration::from_nanos(crate::clock::nanoseconds())
        } else if real.contains(&clock) {
            let now = std::time::SystemTime::now();
            now.duration_since(std::time::UNIX_EPOCH)
                .unwrap_or_default()
        } else {
            return Err(Stop::Errno(libc::EINVAL));
        };
        let layout = self.l.timespec;
        let mut bytes = vec![0; layout.len as usize];
        crate::memory::put(&mut bytes, layout.tv_sec, time.as_secs());
        crate::memory::put(&mut bytes, layout.tv_nsec, time.subsec_nanos().into());
        self.memory.write(room, &bytes)?;
        Ok(0.into())
    }

    /// thr_new(2): cpu_set_upcall gives the new thread a stack and an argument, and nothing else.
    fn thr_new(&mut self, start: u64, len: u64) -> Answer {
        let crate::kernel::Only::FreeBsd(_, layouts) = &self.only else {
            return Err(Stop::Errno(libc::ENOSYS));
        };
        let layout = layouts.thr_param;
        if len > layout.len {
            return Err(Stop::Errno(libc::EINVAL));
        }
        let bytes = self.memory.read(start, layout.len)?;
        let field = |field| get(&bytes, field);
        if field(layout.flags) != 0 {
            return Err(Stop::Fault(
                "thr_new with flags is not modelled".to_string(),
            ));
        }
        let id = 100_000 + self.threads.all.len() as i64 + i64::from(self.process_id());
        for place in [field(layout.child_tid), field(layout.parent_tid)] {
            if place != 0 {
                self.memory.put_u64(place, id.cast_unsigned())?;
            }
        }
        let top = (field(layout.stack_base) + field(layout.stack_size)) & !15;
        let (function, argument) = (field(layout.start_func), field(layout.arg));
        self.new_thread(id, function, argument, top, 0)?;
        Ok(0.into())
    }

    /// A thread that begins with a function on a stack of its own, and returns to `back`.
    pub(crate) fn new_thread(
        &mut self,
        id: i64,
        function: u64,
        argument: u64,
        stack: u64,
        back: u64,
    ) -> Result<(), Stop> {
        let present = self.memory.engine.save()?;
        self.cpu
            .enter(&mut self.memory, function, stack, &[argument], back)?;
        let mut thread = Thread::new(id);
        thread.context = Some(self.memory.engine.save()?);
        // Masks are the maker's.
        thread.mask = self.thread()?.mask;
        self.threads.all.push(thread);
        self.memory.engine.restore(&present)?;
        Ok(())
    }

    fn umtx_op(&mut self, call: &Call) -> Answer {
        let Some(only) = self.freebsd().copied() else {
            return Err(Stop::Errno(libc::ENOSYS));
        };
        let (address, value) = (call.arg(0), call.arg(2));
        let op = i64::from(call.int(1));
        let waits_for = match op {
            _ if op == only.UMTX_OP_WAIT => self.memory.u64_at(address)? == value,
            _ if op == only.UMTX_OP_WAIT_UINT || op == only.UMTX_OP_WAIT_UINT_PRIVATE => {
                self.memory.u32_at(address)? == value as u32
            }
            _ if op == only.UMTX_OP_WAKE || op == only.UMTX_OP_WAKE_PRIVATE => {
                self.wake(address, value.min(1 << 20) as usize);
                return Ok(0.into());
            }
            _ => return Err(Stop::Fault(format!("_umtx_op {op} is not modelled"))),
        };
        let most = match (call.arg(3), call.arg(4)) {
            (_, 0) => None,
            (0, time) => self.timespec_in(time)?,
            _ => {
                return Err(Stop::Fault(
                    "_umtx_op with a struct _umtx_time is not modelled".to_string(),
                ));
            }
        };
        let now = Instant::now();
        let progress = self.progress()?;
        if progress.woken || !waits_for {
            return Ok(0.into());
        }
        if !progress.began {
            progress.until = most.map(|most| now + most);
        } else if progress.until.is_some_and(|until| until <= now) {
            return Err(Stop::Errno(libc::ETIMEDOUT));
        }
        Err(Stop::Wait(Wait {
            address: Some(address),
            until: progress.until,
            ..Wait::default()
        }))
    }
}

/// exec_setregs and exec_copyout_strings.
pub(crate) fn start(
    kernel: &mut Kernel,
    loaded: &Loaded,
    words: &[Vec<u8>],
    top: u64,
) -> Result<(), Stop> {
    let Some(only) = kernel.freebsd().copied() else {
        return Err(Stop::Fault(
            "a FreeBSD program in another kernel".to_string(),
        ));
    };
    let mut stack = Stack::new(top);
    let memory = &mut kernel.memory;
    let path = words.first().map_or(&b""[..], Vec::as_slice);
    let path = stack.string(memory, path)?;
    let mut block = vec![words.len() as u64];
    for word in words {
        block.push(stack.string(memory, word)?);
    }
    let variables = stack.string(memory, b"HOME=/")?;
    block.extend([0, variables, 0]);
    let tags = [
        (only.AT_PHDR, loaded.headers.0),
        (only.AT_PHENT, 56),
        (only.AT_PHNUM, loaded.headers.1),
        (only.AT_PAGESZ, PAGE),
        (only.AT_FLAGS, 0),
        (only.AT_ENTRY, loaded.entry),
        (only.AT_BASE, 0),
        (only.AT_EXECPATH, path),
        (only.AT_OSRELDATE, RELEASE),
        (only.AT_NCPUS, 2),
        (only.AT_NULL, 0),
    ];
    block.extend(
        tags.iter()
            .flat_map(|(tag, value)| [tag.cast_unsigned(), *value]),
    );
    // The arguments are where no aligned stack pointer can point.
    let arguments = stack.words(memory, &block, 16, 8)?;
    let pointer = match kernel.arch {
        // ((stack - 8) & ~15) + 8; that it is also the address of the arguments is no promise.
        Arch::Amd64 => arguments - 32,
        Arch::Arm64 => (arguments - 32) & !15,
    };
    kernel.libsystem.program = loaded.entry;
    kernel
        .cpu
        .start(&mut kernel.memory, loaded.entry, pointer, &[arguments]);
    Ok(())
}

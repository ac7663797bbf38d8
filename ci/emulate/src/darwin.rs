//! XNU: its calls by their names, Mach traps, the commpage, and how a program starts.

mod commpage;

use crate::cpu::Call;
use crate::kernel::{Answer, Kernel, Only, Values};
use crate::load::Loaded;
use crate::memory::get;
use crate::start::Stack;
use crate::table::Table;
use crate::thread::Wait;
use crate::{Arch, Stop, clock};

/// What no header has: the numbers of system calls, and the commpage.
pub(crate) const FACTS: &str = include_str!("../darwin.tsv");

/// SYSCALL_CLASS_SHIFT and its classes, osfmk/mach/i386/syscall_sw.h.
const CLASS_SHIFT: u32 = 24;
const CLASS_UNIX: i64 = 2;

/// handle_mach_absolute_time_trap, and mach_timebase_info_trap of osfmk/kern/syscall_sw.c.
const ABSOLUTE_TIME: i64 = -3;
const TIMEBASE_INFO: i64 = -89;

/// `mach_timebase_info`: what a tick of arm64 is in nanoseconds.
const TIMEBASE: [u32; 2] = [125, 3];

/// How far the clock is before the counter: the machine slept.
const OFFSET: u64 = 24_000_000 * 3_600;

pub(crate) fn dispatch(kernel: &mut Kernel, call: &Call) -> Answer {
    let number = match kernel.arch {
        Arch::Amd64 if call.number >> CLASS_SHIFT == CLASS_UNIX => call.number & 0xff_ffff,
        // Of another class: not a BSD call, and none of the others is modelled.
        Arch::Amd64 => {
            return Err(Stop::Fault(format!(
                "no call {:#x} in the model",
                call.number
            )));
        }
        Arch::Arm64 if call.number < 0 => return kernel.mach_trap(call),
        // arm_get_syscall_number takes the low 16 bits.
        Arch::Arm64 => call.number & 0xffff,
    };
    let Some(name) = kernel.calls.get(&number).cloned() else {
        // nosys: ENOSYS, and SIGSYS, which ends the program.
        let why = format!("no system call {number} in the model: ENOSYS and SIGSYS");
        return Err(Stop::Fault(why));
    };
    kernel.darwin_call(&name, call)
}

impl Kernel {
    /// A call by its name; the functions of libSystem make the same ones.
    pub(crate) fn darwin_call(&mut self, name: &str, call: &Call) -> Answer {
        let (fd, a) = (call.int(0), call.arg(1));
        match name {
            "gettimeofday" => self.gettimeofday(call),
            "kevent" => self.kevent(
                fd,
                (a, call.int(2)),
                (call.arg(3), call.int(4)),
                call.arg(5),
            ),
            "connectx" => self.connectx(call),
            "sysctl" => self.sysctl(call.arg(0), a, call.arg(2), call.arg(3), call.arg(4)),
            "openat" => {
                let path = self.at_working_directory(fd, a)?;
                self.open(path, call.int(2), call.arg(3))
            }
            "unlinkat" => {
                let path = self.at_working_directory(fd, a)?;
                self.unlink(path)
            }
            "rmdir" => self.rmdir(call.arg(0)),
            "dup2" => self.dup2(fd, call.int(1)),
            _ => match self.common(name, call) {
                Some(answer) => answer,
                None => Err(Stop::Fault(format!("{name} is not modelled"))),
            },
        }
    }

    fn mach_trap(&mut self, call: &Call) -> Answer {
        let plain = |first| Values {
            first,
            second: None,
            plain: true,
        };
        match call.number {
            ABSOLUTE_TIME => Ok(plain(self.absolute_time())),
            TIMEBASE_INFO => {
                let bytes: Vec<u8> = TIMEBASE
                    .iter()
                    .flat_map(|number| number.to_le_bytes())
                    .collect();
                self.memory.write(call.arg(0), &bytes)?;
                Ok(plain(0))
            }
            other => Err(Stop::Fault(format!("Mach trap {other} is not modelled"))),
        }
    }

    /// `mach_absolute_time`.
    pub(crate) fn absolute_time(&self) -> u64 {
        match self.arch {
            Arch::Amd64 => clock::nanoseconds(),
            Arch::Arm64 => clock::arm64() + OFFSET,
        }
    }

    /// `mach_timebase_info`.
    pub(crate) fn timebase(&self) -> [u32; 2] {
        match self.arch {
            Arch::Amd64 => [1, 1],
            Arch::Arm64 => TIMEBASE,
        }
    }

    /// gettimeofday(2), which since macOS 10.12 also writes the absolute time through its third argument.
    fn gettimeofday(&mut self, call: &Call) -> Answer {
        let now = std::time::SystemTime::now();
        let time = now
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let layout = self.l.timeval;
        if call.arg(0) != 0 {
            let mut bytes = vec![0; layout.len as usize];
            crate::memory::put(&mut bytes, layout.tv_sec, time.as_secs());
            crate::memory::put(&mut bytes, layout.tv_usec, time.subsec_micros().into());
            self.memory.write(call.arg(0), &bytes)?;
        }
        if call.arg(1) != 0 {
            self.memory.write(call.arg(1), &[0; 8])?;
        }
        if call.arg(2) != 0 {
            let time = self.absolute_time();
            self.memory.put_u64(call.arg(2), time)?;
        }
        Ok(0.into())
    }

    /// connectx(2): a connect, with data that goes behind the handshake (or in it).
    fn connectx(&mut self, call: &Call) -> Answer {
        let Only::Darwin(n, layouts) = &self.only else {
            return Err(Stop::Errno(libc::ENOSYS));
        };
        let (n, layout) = (**n, layouts.sa_endpoints);
        let fd = call.int(0);
        let file = self.file(fd)?;
        let socket = file.socket()?;
        let began = self.progress()?.began;
        let bytes = self.memory.read(call.arg(1), layout.len)?;
        let (flags, parts, count) = (i64::from(call.int(3)), call.arg(4), call.arg(5));
        let (len_room, id_room) = (call.arg(6), call.arg(7));
        let known = n.CONNECT_RESUME_ON_READ_WRITE | n.CONNECT_DATA_IDEMPOTENT;
        if flags & !known != 0 || i64::from(call.int(2)) != n.SAE_ASSOCID_ANY {
            return Err(Stop::Errno(libc::EINVAL));
        }
        let to = get(&bytes, layout.sae_dstaddr);
        let to_len = get(&bytes, layout.sae_dstaddrlen);
        if to == 0 {
            return Err(Stop::Errno(libc::EDESTADDRREQ));
        }
        let source = get(&bytes, layout.sae_srcaddr);
        if !began && source != 0 {
            self.bind(fd, source, get(&bytes, layout.sae_srcaddrlen))?;
        }
        let interface = get(&bytes, layout.sae_srcif);
        if interface != 0 && Some(interface as u32) != crate::host::interface(b"lo") {
            return Err(Stop::Errno(libc::ENXIO));
        }
        let connected = self.connect(fd, to, to_len);
        let pending = match connected {
            Ok(_) => false,
            Err(Stop::Errno(libc::EINPROGRESS)) => true,
            Err(stop) => return Err(stop),
        };
        let mut sent = 0;
        if parts != 0 && count > 0 && socket.is_stream() {
            let layout = self.l.iovec;
            let part = self.memory.read(parts, layout.len)?;
            let (start, len) = (get(&part, layout.iov_base), get(&part, layout.iov_len));
            let data = self.memory.read(start, len)?;
            // On the loopback the handshake is over at once.
            let waited = crate::host::ready(file.raw(), libc::POLLOUT) & libc::POLLOUT != 0;
            if waited && count == 1 {
                sent = crate::host::send(file.raw(), &data, 0, None, &[])? as u64;
            }
        }
        if len_room != 0 {
            self.memory.put_u64(len_room, sent)?;
        }
        if id_room != 0 {
            self.memory.put_u32(id_room, 1)?;
        }
        // soconnectxlock: data that was taken makes it a success.
        if pending && sent == 0 && flags & n.CONNECT_RESUME_ON_READ_WRITE == 0 {
            return Err(Stop::Errno(libc::EINPROGRESS));
        }
        if pending && (sent > 0 || flags & n.CONNECT_RESUME_ON_READ_WRITE != 0) {
            socket.state.borrow_mut().connecting = false;
        }
        Ok(0.into())
    }

    /// pthread_join(3) waits for a thread by its id.
    pub(crate) fn join(&mut self, id: i64) -> Result<u64, Stop> {
        let thread = self.threads.all.iter().find(|thread| thread.id == id);
        let thread = thread.ok_or(libc::ESRCH)?;
        if thread.ended {
            return Ok(thread.result);
        }
        Err(Stop::Wait(Wait {
            thread: Some(id),
            ..Wait::default()
        }))
    }
}

/// What the kernel and dyld do: main(argc, argv, envp, apple).
pub(crate) fn start(
    kernel: &mut Kernel,
    loaded: &Loaded,
    words: &[Vec<u8>],
    top: u64,
    table: &Table,
    way: clock::Way,
) -> Result<(), Stop> {
    commpage::map(kernel, table, way)?;
    kernel.libsystem.bind(&mut kernel.memory, &loaded.imports)?;
    let mut stack = Stack::new(top);
    let memory = &mut kernel.memory;
    let mut path = b"executable_path=".to_vec();
    path.extend(words.first().map_or(&b""[..], Vec::as_slice));
    let mut lists = vec![words.len() as u64];
    for word in words {
        lists.push(stack.string(memory, word)?);
    }
    let variables = stack.string(memory, b"HOME=/")?;
    let apple = stack.string(memory, &path)?;
    lists.extend([0, variables, 0, apple, 0]);
    let lists = stack.words(memory, &lists, 16, 0)?;
    let (argv, count) = (lists + 8, words.len() as u64);
    let envp = argv + 8 * (count + 1);
    let args = [count, argv, envp, envp + 16];
    let back = kernel.libsystem.after_main();
    kernel.libsystem.program = loaded.entry;
    kernel
        .cpu
        .start(&mut kernel.memory, loaded.entry, lists - 64, &[]);
    kernel.cpu.enter(
        &mut kernel.memory,
        loaded.entry,
        (lists - 64) & !15,
        &args,
        back,
    )
}

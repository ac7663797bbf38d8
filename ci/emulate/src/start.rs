//! Starting a program: its image, its first stack, its descriptors.

use std::cell::Cell;
use std::fs;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::rc::Rc;

use crate::file::{File, Kind};
use crate::kernel::Kernel;
use crate::load::{self, Program};
use crate::memory::{Memory, READ, WRITE};
use crate::scheduler::Status;
use crate::table::Table;
use crate::thread::Thread;
use crate::unicorn::Engine;
use crate::{Arch, FAULT, Options, Result, System, clock, cpu, darwin, freebsd, limit};

const STACK_TOP: u64 = 0x7_ffff_0000;
/// What a main thread may use, on either system.
const STACK: u64 = 8 << 20;

/// Runs a program; what its exit status is.
pub(crate) fn start(options: &Options) -> Result<u8> {
    let path = options.program.first().ok_or("a program is missing")?;
    let image = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let program = load::identify(image)?;
    let text = fs::read_to_string(&options.table)
        .map_err(|error| format!("{}: {error}", options.table.display()))?;
    let mut table = Table::parse(&text)?;
    if program.system == System::Darwin {
        table.extend(Table::parse(darwin::FACTS)?);
    }
    let ticks = match program.arch {
        Arch::Amd64 => clock::amd64,
        Arch::Arm64 => clock::arm64,
    };
    let engine = Engine::new(&options.unicorn, cpu::model(program.arch), ticks)?;
    let memory = Memory::new(engine);
    let mut kernel = Kernel::new(program.system, program.arch, memory, &table)?;
    kernel.trace = options.trace;
    kernel.init = options.init;
    prepare(&mut kernel, &program, options, &table)?;
    kernel.limit = options.limit.map(limit::start);
    let ended = kernel.run();
    match ended {
        Ok(_) if kernel.has_complaints() => Ok(FAULT),
        Ok(Status::Exit(status)) => Ok(status as u8),
        Ok(Status::Signal(signal)) => Ok(128 + signal as u8),
        Err(fault) => Err(fault),
    }
}

fn prepare(kernel: &mut Kernel, program: &Program, options: &Options, table: &Table) -> Result<()> {
    let loaded = load::load(program, &mut kernel.memory)?;
    kernel.release = loaded.release;
    kernel.libsystem.map(&mut kernel.memory, program.arch)?;
    kernel.memory.map(STACK_TOP - STACK, STACK, READ | WRITE)?;
    if !options.init {
        inherit(kernel)?;
    }
    kernel
        .threads
        .all
        .push(Thread::new(i64::from(kernel.process_id()) + 100_000));
    let words: Vec<Vec<u8>> = options
        .program
        .iter()
        .map(|word| word.as_bytes().to_vec())
        .collect();
    let started = match program.system {
        System::FreeBsd => freebsd::start(kernel, &loaded, &words, STACK_TOP),
        System::Darwin => darwin::start(kernel, &loaded, &words, STACK_TOP, table, options.clock),
    };
    started.map_err(|stop| format!("{stop:?} before the program's start"))
}

/// Descriptors 0 to 2 are those of this process.
fn inherit(kernel: &mut Kernel) -> Result<()> {
    let (input, output, errors) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
    let inherited =
        [input.as_fd(), output.as_fd(), errors.as_fd()].map(|fd| fd.try_clone_to_owned());
    for host in inherited {
        let file = File {
            host: host.map_err(|error| error.to_string())?,
            kind: Kind::Plain,
            nonblocking: Cell::new(false),
            flags: kernel.n.O_RDWR,
        };
        let added = kernel.descriptors.add(Rc::new(file), false, 0);
        added.map_err(|stop| format!("{stop:?}"))?;
    }
    Ok(())
}

/// The first stack of a program, written downwards.
#[derive(Debug)]
pub(crate) struct Stack {
    top: u64,
}

impl Stack {
    pub(crate) fn new(top: u64) -> Self {
        Stack { top }
    }

    /// Puts bytes there, and says where.
    pub(crate) fn bytes(
        &mut self,
        memory: &mut Memory,
        bytes: &[u8],
    ) -> std::result::Result<u64, crate::Stop> {
        self.top -= bytes.len() as u64;
        memory.write(self.top, bytes)?;
        Ok(self.top)
    }

    /// Puts a string there, with its end.
    pub(crate) fn string(
        &mut self,
        memory: &mut Memory,
        text: &[u8],
    ) -> std::result::Result<u64, crate::Stop> {
        let mut bytes = text.to_vec();
        bytes.push(0);
        self.bytes(memory, &bytes)
    }

    /// Puts words there, at an address that is a multiple of `align` and so much.
    pub(crate) fn words(
        &mut self,
        memory: &mut Memory,
        words: &[u64],
        align: u64,
        beyond: u64,
    ) -> std::result::Result<u64, crate::Stop> {
        self.top = ((self.top - 8 * words.len() as u64) & !(align - 1)) - beyond;
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        memory.write(self.top, &bytes)?;
        Ok(self.top)
    }
}

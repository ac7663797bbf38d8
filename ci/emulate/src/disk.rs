//! Files, paths, and reading and writing of whatever a descriptor names.

use std::cell::Cell;
use std::rc::Rc;

use crate::file::{File, Kind};
use crate::kernel::{Answer, Kernel};
use crate::{Stop, host};

impl Kernel {
    pub(crate) fn read(&mut self, fd: i32, start: u64, len: u64) -> Answer {
        let file = self.file(fd)?;
        if matches!(file.kind, Kind::Socket(_)) {
            return self.recvfrom(fd, start, len, 0, 0, 0);
        }
        let mut room = vec![0; len.min(1 << 20) as usize];
        match host::read(file.raw(), &mut room) {
            Ok(count) => {
                self.memory
                    .write(start, room.get(..count).unwrap_or_default())?;
                Ok((count as u64).into())
            }
            Err(libc::EAGAIN) if !file.nonblocking.get() => self.wait_on(&file, libc::POLLIN, None),
            Err(errno) => Err(Stop::Errno(errno)),
        }
    }

    pub(crate) fn write(&mut self, fd: i32, start: u64, len: u64) -> Answer {
        let file = self.file(fd)?;
        if matches!(file.kind, Kind::Socket(_)) {
            return self.sendto(fd, start, len, 0, 0, 0);
        }
        let bytes = self.memory.read(start, len)?;
        loop {
            let done = self.progress()?.done as usize;
            let rest = bytes.get(done..).unwrap_or_default();
            match host::write(file.raw(), rest) {
                Ok(count) => {
                    let progress = self.progress()?;
                    progress.done += count as u64;
                    let done = progress.done;
                    if done as usize >= bytes.len() || count == 0 {
                        return Ok(done.into());
                    }
                }
                Err(libc::EAGAIN) if !file.nonblocking.get() => {
                    return self.wait_on(&file, libc::POLLOUT, None);
                }
                Err(errno) => {
                    if errno == libc::EPIPE {
                        self.raise(self.n.SIGPIPE)?;
                    }
                    return Err(Stop::Errno(errno));
                }
            }
        }
    }

    pub(crate) fn open(&mut self, path: u64, flags: i32, mode: u64) -> Answer {
        let path = self.memory.string(path)?;
        let n = self.n;
        let flags = i64::from(flags);
        let mut host = match flags & n.O_ACCMODE {
            access if access == n.O_WRONLY => libc::O_WRONLY,
            access if access == n.O_RDWR => libc::O_RDWR,
            _ => libc::O_RDONLY,
        };
        let pairs = [
            (n.O_CREAT, libc::O_CREAT),
            (n.O_EXCL, libc::O_EXCL),
            (n.O_TRUNC, libc::O_TRUNC),
            (n.O_APPEND, libc::O_APPEND),
            (n.O_DIRECTORY, libc::O_DIRECTORY),
        ];
        let set = pairs.iter().filter(|(bit, _)| flags & bit != 0);
        host |= set.fold(0, |all, (_, bit)| all | bit);
        let console = self.init && path == b"/dev/console";
        let host = match console {
            true => host::open(b"/dev/stdout", libc::O_WRONLY, 0)?,
            false => host::open(&path, host, mode as u32)?,
        };
        let file = File {
            host,
            kind: Kind::Plain,
            nonblocking: Cell::new(flags & n.O_NONBLOCK != 0),
            flags: flags & (n.O_ACCMODE | n.O_APPEND),
        };
        let close_on_exec = flags & n.O_CLOEXEC != 0;
        Ok(self
            .descriptors
            .add(Rc::new(file), close_on_exec, 0)?
            .into())
    }

    /// A path relative to a directory, which is the working one or the root.
    pub(crate) fn at_working_directory(&mut self, directory: i32, path: u64) -> Result<u64, Stop> {
        let absolute = self.memory.string(path)?.first() == Some(&b'/');
        if i64::from(directory) == self.n.AT_FDCWD || absolute {
            return Ok(path);
        }
        self.file(directory)?;
        Err(Stop::Fault(
            "a path relative to a descriptor is not modelled".to_string(),
        ))
    }

    pub(crate) fn unlink(&mut self, path: u64) -> Answer {
        let path = self.memory.string(path)?;
        host::unlink(&path)?;
        self.paths.remove(&path);
        Ok(0.into())
    }

    pub(crate) fn mkdir(&mut self, path: u64, mode: u64) -> Answer {
        let path = self.memory.string(path)?;
        host::make_directory(&path, mode as u32)?;
        Ok(0.into())
    }

    pub(crate) fn rmdir(&mut self, path: u64) -> Answer {
        let path = self.memory.string(path)?;
        host::remove_directory(&path)?;
        Ok(0.into())
    }
}

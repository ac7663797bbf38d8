//! Calls on descriptors: dup(2), close(2), fcntl(2), ioctl(2).

use std::rc::Rc;

use crate::file::{File, Kind};
use crate::kernel::{Answer, Kernel};
use crate::{Stop, host};

impl Kernel {
    pub(crate) fn close(&mut self, fd: i32) -> Answer {
        self.descriptors.close(fd)?;
        Ok(0.into())
    }

    pub(crate) fn dup(&mut self, fd: i32) -> Answer {
        let file = self.file(fd)?;
        Ok(self.descriptors.add(file, false, 0)?.into())
    }

    pub(crate) fn dup2(&mut self, fd: i32, to: i32) -> Answer {
        let file = self.file(fd)?;
        let to = usize::try_from(to).map_err(|_| libc::EBADF)?;
        if fd as usize != to {
            // Whatever was there is closed.
            let _ = self.descriptors.close(to as i32);
            self.descriptors.add(file, false, to)?;
        }
        Ok((to as u64).into())
    }

    pub(crate) fn fcntl(&mut self, fd: i32, command: i32, argument: u64) -> Answer {
        let n = self.n;
        let file = self.file(fd)?;
        let command = i64::from(command);
        let value = match command {
            _ if command == n.F_GETFD => {
                let set = self.descriptors.close_on_exec(fd)?;
                if set { n.FD_CLOEXEC.cast_unsigned() } else { 0 }
            }
            _ if command == n.F_SETFD => {
                let set = argument & n.FD_CLOEXEC.cast_unsigned() != 0;
                self.descriptors.set_close_on_exec(fd, set)?;
                0
            }
            _ if command == n.F_GETFL => {
                let nonblocking = if file.nonblocking.get() {
                    n.O_NONBLOCK
                } else {
                    0
                };
                (file.flags | nonblocking).cast_unsigned()
            }
            _ if command == n.F_SETFL => {
                file.nonblocking
                    .set(argument & n.O_NONBLOCK.cast_unsigned() != 0);
                0
            }
            _ if command == n.F_DUPFD || command == n.F_DUPFD_CLOEXEC => {
                let from = usize::try_from(argument as i32).map_err(|_| libc::EINVAL)?;
                let close_on_exec = command == n.F_DUPFD_CLOEXEC;
                self.descriptors.add(file, close_on_exec, from)?
            }
            _ => return Err(Stop::Errno(libc::EINVAL)),
        };
        Ok(value.into())
    }

    pub(crate) fn ioctl(&mut self, fd: i32, request: u64, argument: u64) -> Answer {
        let n = self.n;
        let file = self.file(fd)?;
        // The kernels look at 32 bits, and warn of more.
        let request = i64::from(request as u32);
        let same = |number: i64| request == i64::from(number as u32);
        if same(n.FIONBIO) {
            file.nonblocking.set(self.memory.i32_at(argument)? != 0);
        } else if same(n.FIONREAD) {
            let bytes = self.readable(&file)?;
            self.memory.put_u32(argument, bytes)?;
        } else if same(n.FIOCLEX) {
            self.descriptors.set_close_on_exec(fd, true)?;
        } else if same(n.FIONCLEX) {
            self.descriptors.set_close_on_exec(fd, false)?;
        } else if matches!(file.kind, Kind::Socket(_)) {
            return self.interface_request(request, argument);
        } else {
            // Not a terminal.
            return Err(Stop::Errno(libc::ENOTTY));
        }
        Ok(0.into())
    }

    fn readable(&self, file: &Rc<File>) -> Result<u32, Stop> {
        let kept = file.socket().map_or(0, |socket| {
            let state = socket.state.borrow();
            state.rest.iter().map(|record| record.bytes.len()).sum()
        });
        Ok(host::readable(file.raw())? as u32 + kept as u32)
    }
}

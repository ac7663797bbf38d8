//! Socket options: sogetopt and sosetopt of kern/uipc_socket.c, tcp_ctloutput, ip6_ctloutput.

mod table;

use std::rc::Rc;
use std::time::Duration;

use crate::file::{File, Socket};
use crate::kernel::{Answer, Kernel, Only};
use crate::memory::{get, get_signed, put};
use crate::numbers::so_np_extensions;
use crate::{NOT_SUPPORTED, Stop, System, host};
use table::Way;

impl Kernel {
    /// Darwin's TCP_FASTOPEN is for listeners. FreeBSD permits it where net.inet.tcp.fastopen.* is set.
    fn refused(&self, socket: &Socket, level: i64, name: i64) -> Result<(), Stop> {
        if level != self.n.IPPROTO_TCP || name != self.n.TCP_FASTOPEN {
            return Ok(());
        }
        let state = socket.state.borrow();
        match self.system {
            System::Darwin if !state.listening => Err(Stop::Errno(libc::EINVAL)),
            // As a booted kernel of 15.0 answers.
            System::FreeBsd => Err(Stop::Errno(libc::EPERM)),
            System::Darwin => Ok(()),
        }
    }

    pub(crate) fn getsockopt(
        &mut self,
        fd: i32,
        level: i32,
        name: i32,
        value: u64,
        len: u64,
    ) -> Answer {
        let room = match value {
            0 => 0,
            _ => self.memory.u32_at(len)?,
        };
        let file = self.file(fd)?;
        let socket = file.socket()?;
        let bytes = self.value_of(&file, socket, level.into(), name.into())?;
        let fits = bytes.len().min(room as usize);
        self.memory
            .write(value, bytes.get(..fits).unwrap_or_default())?;
        self.memory.put_u32(len, fits as u32)?;
        Ok(0.into())
    }

    fn value_of(
        &mut self,
        file: &Rc<File>,
        socket: &Socket,
        level: i64,
        name: i64,
    ) -> Result<Vec<u8>, Stop> {
        let way = self
            .way(socket, level, name)
            .ok_or_else(|| self.unknown(socket, level))?;
        if self.system == System::Darwin
            && name == self.n.TCP_FASTOPEN
            && !socket.state.borrow().listening
            && level == self.n.IPPROTO_TCP
        {
            return Err(Stop::Errno(NOT_SUPPORTED));
        }
        let state = socket.state.borrow();
        let kept = state.kept.get(&(level, name)).copied();
        let number = match way {
            Way::Bit(_) | Way::AcceptConn => state.options & name,
            Way::Number { first, .. } => kept.unwrap_or(first),
            Way::Flag { on, .. } => match kept.unwrap_or(0) {
                0 => 0,
                _ => on,
            },
            Way::Host(level, name) => i64::from(host::option(file.raw(), level, name)?),
            Way::Error => {
                let errno = host::option(file.raw(), libc::SOL_SOCKET, libc::SO_ERROR)?;
                if errno == 0 { 0 } else { self.errno(errno) }
            }
            Way::Kind => match socket.kind {
                libc::SOCK_STREAM => self.n.SOCK_STREAM,
                libc::SOCK_DGRAM => self.n.SOCK_DGRAM,
                _ => self.n.SOCK_SEQPACKET,
            },
            Way::Extensions => {
                let layout = self.extensions()?;
                let mut bytes = vec![0; layout.len as usize];
                put(
                    &mut bytes,
                    layout.npx_flags,
                    kept.unwrap_or(0).cast_unsigned(),
                );
                return Ok(bytes);
            }
            Way::Linger { per_second } => {
                let layout = self.l.linger;
                let mut bytes = vec![0; layout.len as usize];
                let on = state.options & self.n.SO_LINGER;
                put(&mut bytes, layout.l_onoff, on.cast_unsigned());
                let time = state.linger * per_second / self.ticks();
                put(&mut bytes, layout.l_linger, time.cast_unsigned());
                return Ok(bytes);
            }
            Way::Timeout { send } => {
                let layout = self.l.timeval;
                let time = if send {
                    state.send_timeout
                } else {
                    state.recv_timeout
                };
                let time = time.unwrap_or_default();
                let mut bytes = vec![0; layout.len as usize];
                put(&mut bytes, layout.tv_sec, time.as_secs());
                put(&mut bytes, layout.tv_usec, time.subsec_micros().into());
                return Ok(bytes);
            }
        };
        Ok((number as i32).to_le_bytes().to_vec())
    }

    /// `so_linger` counts these in a second.
    fn ticks(&self) -> i64 {
        match self.system {
            System::FreeBsd => 1,
            System::Darwin => 100,
        }
    }

    fn unknown(&self, socket: &Socket, level: i64) -> Stop {
        // uipc_ctloutput knows SOL_LOCAL alone.
        let unix = socket.is_unix() && level != self.n.SOL_SOCKET;
        Stop::Errno(if unix {
            libc::EINVAL
        } else {
            libc::ENOPROTOOPT
        })
    }

    pub(crate) fn setsockopt(
        &mut self,
        fd: i32,
        level: i32,
        name: i32,
        value: u64,
        len: i32,
    ) -> Answer {
        let len = u64::try_from(len).map_err(|_| libc::EINVAL)?;
        let file = self.file(fd)?;
        let socket = file.socket()?;
        let (level, name) = (i64::from(level), i64::from(name));
        let way = self
            .way(socket, level, name)
            .ok_or_else(|| self.unknown(socket, level))?;
        if self.is_too_late(&file, socket) {
            return Err(Stop::Errno(libc::EINVAL));
        }
        let size = match way {
            Way::Linger { .. } => self.l.linger.len,
            Way::Extensions => self.extensions()?.len,
            Way::Timeout { .. } => self.l.timeval.len,
            _ => 4,
        };
        if len < size {
            return Err(Stop::Errno(libc::EINVAL));
        }
        let bytes = self.memory.read(value, size)?;
        let number = bytes
            .first_chunk()
            .map_or(0, |bytes| i32::from_le_bytes(*bytes));
        let mut state = socket.state.borrow_mut();
        let set = |level, name, value: i32| host::set_option(file.raw(), level, name, &[value]);
        match way {
            Way::Bit(effect) => {
                if let Some(host) = effect {
                    set(libc::SOL_SOCKET, host, i32::from(number != 0))?;
                }
                state.options &= !name;
                state.options |= if number != 0 { name } else { 0 };
            }
            Way::Number { least, host, .. } => {
                if i64::from(number) < least {
                    return Err(Stop::Errno(libc::EINVAL));
                }
                if let Some((level, name)) = host {
                    set(level, name, number)?;
                }
                state.kept.insert((level, name), number.into());
            }
            Way::Flag { host, .. } => {
                drop(state);
                self.refused(socket, level, name)?;
                if let Some((level, name)) = host {
                    set(level, name, i32::from(number != 0))?;
                }
                socket
                    .state
                    .borrow_mut()
                    .kept
                    .insert((level, name), number.into());
            }
            Way::Host(level, name) => {
                set(level, name, number)?;
            }
            Way::Error | Way::Kind | Way::AcceptConn => return Err(Stop::Errno(libc::ENOPROTOOPT)),
            Way::Extensions => {
                let layout = self.extensions()?;
                let bit = self.darwin().map_or(0, |only| only.SONPX_SETOPTSHUT);
                let [flags, mask] = [layout.npx_flags, layout.npx_mask]
                    .map(|field| get(&bytes, field).cast_signed());
                if mask & !bit != 0 {
                    return Err(Stop::Errno(libc::EINVAL));
                }
                let before = state.kept.get(&(level, name)).copied().unwrap_or(0);
                let value = before & !mask | flags & mask;
                state.kept.insert((level, name), value);
            }
            Way::Linger { per_second } => {
                let layout = self.l.linger;
                let (on, time) = (
                    get(&bytes, layout.l_onoff),
                    get_signed(&bytes, layout.l_linger),
                );
                let time = self.linger_time(time, per_second)?;
                let seconds = time / self.ticks();
                let values = [i32::from(on != 0), seconds as i32];
                host::set_option(file.raw(), libc::SOL_SOCKET, libc::SO_LINGER, &values)?;
                state.linger = time;
                state.options &= !self.n.SO_LINGER;
                state.options |= if on != 0 { self.n.SO_LINGER } else { 0 };
            }
            Way::Timeout { send } => {
                let layout = self.l.timeval;
                let sec = get_signed(&bytes, layout.tv_sec);
                let usec = get_signed(&bytes, layout.tv_usec);
                let (Ok(sec), Ok(usec)) = (u64::try_from(sec), u32::try_from(usec)) else {
                    return Err(Stop::Errno(libc::EDOM));
                };
                if usec >= 1_000_000 {
                    return Err(Stop::Errno(libc::EDOM));
                }
                let time = Duration::new(sec, usec * 1000);
                let time = (!time.is_zero()).then_some(time);
                if send {
                    state.send_timeout = time;
                } else {
                    state.recv_timeout = time;
                }
            }
        }
        Ok(0.into())
    }

    fn extensions(&self) -> Result<so_np_extensions, Stop> {
        match &self.only {
            Only::Darwin(_, layouts) => Ok(layouts.so_np_extensions),
            Only::FreeBsd(..) => Err(Stop::Errno(libc::ENOPROTOOPT)),
        }
    }

    /// Whether both directions are shut and options must not be set then (sosetoptlock of XNU).
    fn is_too_late(&self, file: &File, socket: &Socket) -> bool {
        let Some(only) = self.darwin() else {
            return false;
        };
        let state = socket.state.borrow();
        let allowed = state.kept.get(&(self.n.SOL_SOCKET, only.SO_NP_EXTENSIONS));
        let allowed = allowed.is_some_and(|flags| flags & only.SONPX_SETOPTSHUT != 0);
        let shut = || host::ready(file.raw(), libc::POLLIN) & libc::POLLHUP != 0;
        state.connected && !allowed && shut()
    }

    /// What `so_linger` becomes.
    fn linger_time(&self, time: i64, per_second: i64) -> Result<i64, Stop> {
        match self.system {
            System::FreeBsd if !(0..=65_535).contains(&time) => Err(Stop::Errno(libc::EDOM)),
            System::FreeBsd => Ok(time),
            // A short, which is cut (sosetoptlock).
            System::Darwin => Ok((time * self.ticks() / per_second).clamp(0, 32_767)),
        }
    }
}

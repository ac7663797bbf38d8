//! The calls about signals: sigaction(2), sigprocmask(2), setitimer(2).

use std::time::{Duration, Instant};

use super::{Action, Alarm, bit};
use crate::kernel::{Answer, Kernel};
use crate::memory::{get, get_signed, put};
use crate::{Stop, System};

impl Kernel {
    /// sigaction(2).
    pub(crate) fn sigaction(&mut self, signal: i32, new: u64, old: u64) -> Answer {
        let signal = i64::from(signal);
        let most = if self.system == System::FreeBsd {
            128
        } else {
            31
        };
        if !(1..=most).contains(&signal) || signal == self.n.SIGKILL || signal == self.n.SIGSTOP {
            return Err(Stop::Errno(libc::EINVAL));
        }
        let layout = self.l.sigaction;
        let before = self.signals.action(signal);
        if new != 0 {
            let bytes = self.memory.read(new, layout.len)?;
            let mut mask = [0; 16];
            let start = layout.sa_mask.offset as usize;
            let given = bytes.get(start..start + layout.sa_mask.size as usize);
            mask.iter_mut()
                .zip(given.unwrap_or_default())
                .for_each(|(place, byte)| *place = *byte);
            let handler = bytes
                .first_chunk()
                .map_or(0, |word| u64::from_le_bytes(*word));
            let action = Action {
                handler,
                mask: u128::from_le_bytes(mask),
                flags: get_signed(&bytes, layout.sa_flags),
            };
            self.set_action(signal, action);
        }
        if old != 0 {
            let mut bytes = vec![0; layout.len as usize];
            let handler = before.handler.to_le_bytes();
            bytes
                .iter_mut()
                .zip(handler)
                .for_each(|(place, byte)| *place = byte);
            let masks = before.mask.to_le_bytes();
            let start = layout.sa_mask.offset as usize;
            let place = bytes.get_mut(start..start + layout.sa_mask.size as usize);
            place
                .unwrap_or_default()
                .iter_mut()
                .zip(masks)
                .for_each(|(place, byte)| *place = byte);
            put(&mut bytes, layout.sa_flags, before.flags.cast_unsigned());
            self.memory.write(old, &bytes)?;
        }
        Ok(0.into())
    }

    /// sigprocmask(2) and pthread_sigmask(3).
    pub(crate) fn sigprocmask(&mut self, how: i32, new: u64, old: u64) -> Answer {
        let size = self.l.sigaction.sa_mask.size;
        let before = self.thread()?.mask;
        if new != 0 {
            let mut mask = [0; 16];
            let given = self.memory.read(new, size)?;
            mask.iter_mut()
                .zip(given)
                .for_each(|(place, byte)| *place = byte);
            let mask = u128::from_le_bytes(mask) & !bit(self.n.SIGKILL) & !bit(self.n.SIGSTOP);
            self.thread()?.mask = match i64::from(how) {
                how if how == self.n.SIG_BLOCK => before | mask,
                how if how == self.n.SIG_UNBLOCK => before & !mask,
                how if how == self.n.SIG_SETMASK => mask,
                _ => return Err(Stop::Errno(libc::EINVAL)),
            };
        }
        if old != 0 {
            let bytes = before.to_le_bytes();
            let bytes = bytes.get(..size as usize).unwrap_or_default();
            self.memory.write(old, bytes)?;
        }
        Ok(0.into())
    }

    /// setitimer(2) of ITIMER_REAL.
    pub(crate) fn setitimer(&mut self, which: i32, new: u64, old: u64) -> Answer {
        if i64::from(which) != self.n.ITIMER_REAL {
            return Err(Stop::Fault(format!(
                "setitimer of kind {which} is not modelled"
            )));
        }
        let layout = self.l.itimerval;
        if old != 0 {
            let zero = vec![0; layout.len as usize];
            self.memory.write(old, &zero)?;
        }
        if new == 0 {
            return Ok(0.into());
        }
        let bytes = self.memory.read(new, layout.len)?;
        let time = |offset: u64| -> Result<Duration, Stop> {
            let part = bytes.get(offset as usize..).unwrap_or_default();
            let (sec, usec) = (self.l.timeval.tv_sec, self.l.timeval.tv_usec);
            let (sec, usec) = (get(part, sec), get_signed(part, usec));
            match u32::try_from(usec) {
                Ok(usec) if usec < 1_000_000 && sec <= 100_000_000 => {
                    Ok(Duration::new(sec, usec * 1000))
                }
                _ => Err(Stop::Errno(libc::EINVAL)),
            }
        };
        let period = time(layout.it_interval.offset)?;
        let first = time(layout.it_value.offset)?;
        self.signals.alarm = (!first.is_zero()).then(|| Alarm {
            next: Instant::now() + first,
            period,
        });
        Ok(0.into())
    }
}

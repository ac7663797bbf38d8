//! Network interfaces: the loopback alone, which the BSDs call `lo0`.

use crate::kernel::{Answer, Kernel, Only};
use crate::memory::put;
use crate::{Stop, host};

/// IFNAMSIZ of both systems, net/if.h.
const NAME: usize = 16;

/// ENXIO says that there is none, ifunit in net/if.c.
const NONE: i32 = libc::ENXIO;

impl Kernel {
    fn loopback(&self) -> Result<u32, Stop> {
        host::interface(b"lo").ok_or(Stop::Errno(NONE))
    }

    /// ioctl(2) on a socket, about an interface.
    pub(crate) fn interface_request(&mut self, request: i64, argument: u64) -> Answer {
        let layout = self.l.ifreq;
        let index = self
            .freebsd()
            .map(|only| i64::from(only.SIOCGIFINDEX as u32));
        if index != Some(request) {
            return Err(Stop::Errno(libc::ENOTTY));
        }
        let mut bytes = self.memory.read(argument, layout.len)?;
        let name = bytes.get(..NAME).unwrap_or_default();
        let end = name.iter().position(|byte| *byte == 0).unwrap_or(NAME);
        if name.get(..end) != Some(b"lo0") {
            return Err(Stop::Errno(NONE));
        }
        let mut place = layout.ifr_ifru;
        place.size = 4;
        put(&mut bytes, place, self.loopback()?.into());
        self.memory.write(argument, &bytes)?;
        Ok(0.into())
    }

    /// sysctl(3) of the interface table, which has a row for each index up to the highest (net/if_mib.c).
    pub(crate) fn sysctl(
        &mut self,
        name: u64,
        count: u64,
        old: u64,
        old_len: u64,
        new: u64,
    ) -> Answer {
        let numbers = self.memory.read(name, 4 * (count & 0xff))?;
        let numbers: Vec<i64> = numbers
            .chunks_exact(4)
            .filter_map(<[u8]>::first_chunk)
            .map(|bytes| i32::from_le_bytes(*bytes).into())
            .collect();
        let Only::Darwin(n, layouts) = &self.only else {
            return Err(Stop::Fault(format!("sysctl {numbers:?} is not modelled")));
        };
        let table = [n.CTL_NET, n.PF_LINK, n.NETLINK_GENERIC];
        let Some(rest) = numbers.strip_prefix(&table) else {
            return Err(Stop::Fault(format!("sysctl {numbers:?} is not modelled")));
        };
        if new != 0 {
            return Err(Stop::Errno(libc::EPERM));
        }
        let index = i64::from(self.loopback()?);
        let value = match rest {
            [table, what] if *table == n.IFMIB_SYSTEM && *what == n.IFMIB_IFCOUNT => {
                (index as u32).to_le_bytes().to_vec()
            }
            [table, row, what] if *table == n.IFMIB_IFDATA && *what == n.IFDATA_GENERAL => {
                if *row != index {
                    return Err(Stop::Errno(libc::ENOENT));
                }
                let layout = layouts.ifmibdata;
                let mut bytes = vec![0; layout.len as usize];
                let place = layout.ifmd_name;
                let place = bytes.get_mut(place.offset as usize..).unwrap_or_default();
                place
                    .iter_mut()
                    .zip(b"lo0")
                    .for_each(|(place, byte)| *place = *byte);
                bytes
            }
            _ => return Err(Stop::Errno(libc::ENOENT)),
        };
        let room = self.memory.u64_at(old_len)? as usize;
        let fits = value.len().min(room);
        if old != 0 {
            self.memory
                .write(old, value.get(..fits).unwrap_or_default())?;
        }
        self.memory.put_u64(old_len, value.len() as u64)?;
        if old != 0 && fits < value.len() {
            return Err(Stop::Errno(libc::ENOMEM));
        }
        Ok(0.into())
    }
}

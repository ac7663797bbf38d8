//! Addresses: from the layout of the system to the host's, and back.

use crate::Stop;
use crate::kernel::Kernel;
use crate::memory::{get, put};

/// SOCK_MAXADDRLEN of both systems, sys/socket.h: lengths are a byte.
const LONGEST: u64 = 255;

/// `sun_noname`, of a socket without a name: a `struct sockaddr` of both systems (kern/uipc_usrreq.c).
const NO_NAME: u64 = 16;

/// An address of the host, or what the system says of one that the host cannot be asked.
type Host = Vec<u8>;

impl Kernel {
    /// An address that the program passes, as getsockaddr copies it in.
    pub(crate) fn address_in(&self, start: u64, len: u64) -> Result<Vec<u8>, Stop> {
        let len = len & 0xffff_ffff;
        if len > LONGEST {
            return Err(Stop::Errno(libc::ENAMETOOLONG));
        }
        if len < self.l.sockaddr.sa_family.offset + self.l.sockaddr.sa_family.size {
            return Err(Stop::Errno(libc::EINVAL));
        }
        let mut address = self.memory.read(start, len)?;
        put(&mut address, self.l.sockaddr.sa_len, len);
        Ok(address)
    }

    /// The family of an address, by the system's number.
    pub(crate) fn family(&self, address: &[u8]) -> i64 {
        get(address, self.l.sockaddr.sa_family).cast_signed()
    }

    /// The host's form of an address for a socket of the host's family `family`.
    pub(crate) fn host_address(&mut self, family: i32, address: &[u8]) -> Result<Host, Stop> {
        let wanted = match family {
            libc::AF_INET => self.n.AF_INET,
            libc::AF_INET6 => self.n.AF_INET6,
            _ => self.n.AF_UNIX,
        };
        // A right family with a wrong length is EINVAL, whichever is looked at first.
        if self.family(address) != wanted {
            return Err(Stop::Errno(libc::EAFNOSUPPORT));
        }
        let l = self.l;
        let part = |offset: u64, len: u64| {
            let start = offset as usize;
            address
                .get(start..start + len as usize)
                .unwrap_or_default()
                .to_vec()
        };
        let mut host = (family as u16).to_ne_bytes().to_vec();
        match family {
            libc::AF_INET => {
                if address.len() as u64 != l.sockaddr_in.len {
                    return Err(Stop::Errno(libc::EINVAL));
                }
                host.extend(part(l.sockaddr_in.sin_port.offset, 2));
                host.extend(part(l.sockaddr_in.sin_addr.offset, 4));
                host.extend([0; 8]);
            }
            libc::AF_INET6 => {
                let layout = l.sockaddr_in6;
                if address.len() as u64 != layout.len {
                    return Err(Stop::Errno(libc::EINVAL));
                }
                host.extend(part(layout.sin6_port.offset, 2));
                host.extend(part(layout.sin6_flowinfo.offset, 4));
                host.extend(part(layout.sin6_addr.offset, 16));
                host.extend(part(layout.sin6_scope_id.offset, 4));
            }
            _ => {
                let start = l.sockaddr_un.sun_path.offset;
                let len = (address.len() as u64).saturating_sub(start);
                if len == 0 || address.len() as u64 > l.sockaddr_un.len {
                    return Err(Stop::Errno(libc::EINVAL));
                }
                let given = part(start, len);
                let end = given
                    .iter()
                    .position(|byte| *byte == 0)
                    .unwrap_or(given.len());
                let path = given.get(..end).unwrap_or_default();
                if path.is_empty() {
                    // namei(9) of an empty path. There are no names but those of files.
                    return Err(Stop::Errno(libc::ENOENT));
                }
                host.extend(path);
                host.push(0);
                self.paths.entry(path.to_vec()).or_insert(given);
            }
        }
        Ok(host)
    }

    /// The system's form of an address of the host.
    pub(crate) fn address_of_host(&self, host: &[u8]) -> Vec<u8> {
        let family = host
            .first_chunk()
            .map_or(0, |family| u16::from_ne_bytes(*family));
        let l = self.l;
        let copy = |address: &mut Vec<u8>, to: u64, from: usize, len: usize| {
            let place = address
                .get_mut(to as usize..to as usize + len)
                .unwrap_or_default();
            let bytes = host.get(from..from + len).unwrap_or_default();
            place
                .iter_mut()
                .zip(bytes)
                .for_each(|(place, byte)| *place = *byte);
        };
        let (len, family) = match i32::from(family) {
            libc::AF_INET => (l.sockaddr_in.len, self.n.AF_INET),
            libc::AF_INET6 => (l.sockaddr_in6.len, self.n.AF_INET6),
            _ => return self.unix_from_host(host.get(2..).unwrap_or_default()),
        };
        let mut address = vec![0; len as usize];
        put(&mut address, l.sockaddr.sa_len, len);
        put(&mut address, l.sockaddr.sa_family, family.cast_unsigned());
        if family == self.n.AF_INET {
            copy(&mut address, l.sockaddr_in.sin_port.offset, 2, 2);
            copy(&mut address, l.sockaddr_in.sin_addr.offset, 4, 4);
        } else {
            copy(&mut address, l.sockaddr_in6.sin6_port.offset, 2, 2);
            copy(&mut address, l.sockaddr_in6.sin6_flowinfo.offset, 4, 4);
            copy(&mut address, l.sockaddr_in6.sin6_addr.offset, 8, 16);
            copy(&mut address, l.sockaddr_in6.sin6_scope_id.offset, 24, 4);
        }
        address
    }

    /// A Unix address: the path as it was given to bind(2), or no name.
    pub(crate) fn unix_from_host(&self, path: &[u8]) -> Vec<u8> {
        let end = path
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(path.len());
        let path = path.get(..end).unwrap_or_default();
        if path.is_empty() {
            return self.no_name();
        }
        let given = self.paths.get(path).map_or(path, Vec::as_slice);
        let start = self.l.sockaddr_un.sun_path.offset as usize;
        let mut address = vec![0; start];
        address.extend(given);
        let len = address.len() as u64;
        put(&mut address, self.l.sockaddr.sa_len, len);
        put(
            &mut address,
            self.l.sockaddr.sa_family,
            self.n.AF_UNIX.cast_unsigned(),
        );
        address
    }

    fn no_name(&self) -> Vec<u8> {
        let mut address = vec![0; NO_NAME as usize];
        put(&mut address, self.l.sockaddr.sa_len, NO_NAME);
        put(
            &mut address,
            self.l.sockaddr.sa_family,
            self.n.AF_UNIX.cast_unsigned(),
        );
        address
    }

    /// Copies an address out to room whose length stands at `len`, and the length that it has. Both systems tell the
    /// whole length of one that does not fit.
    pub(crate) fn address_out(&mut self, address: &[u8], start: u64, len: u64) -> Result<(), Stop> {
        let room = self.memory.u32_at(len)? as usize;
        let part = address.get(..room.min(address.len())).unwrap_or_default();
        self.memory.write(start, part)?;
        self.memory.put_u32(len, address.len() as u32)
    }
}

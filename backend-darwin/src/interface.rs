//! The indices of network interfaces. Darwin has no SIOCGIFINDEX, and what it has instead needs
//! memory for all of them; the interface table of sysctl(3), net.link.generic, tells them one by one.

use core::mem::MaybeUninit;
use core::num::NonZeroU32;

use sock_core::abi::darwin::ENOENT;
use sock_raw::register::Arg;

use crate::layout::ifmibdata;
use crate::numbers::{
    CTL_NET, IFDATA_GENERAL, IFMIB_IFCOUNT, IFMIB_IFDATA, IFMIB_SYSTEM, IFNAMSIZ, NETLINK_GENERIC,
    PF_LINK,
};
use crate::{Darwin, Error, Result, call};

/// The name of an interface as the table has it.
type Name = [u8; IFNAMSIZ];

/// A name with the NULs behind it, which one at least must have room. `None`: no interface can have it.
fn terminated(name: &[u8]) -> Option<Name> {
    if name.is_empty() || name.len() >= IFNAMSIZ || name.contains(&0) {
        return None;
    }
    let mut terminated = [0; IFNAMSIZ];
    for (place, byte) in terminated.iter_mut().zip(name) {
        *place = *byte;
    }
    Some(terminated)
}

/// The number of the entry with that name, of those from 1 to `count`; `entry` gives an entry's name,
/// or `None` for a number that no interface has.
fn search(
    name: &[u8],
    count: impl FnOnce() -> Result<u32>,
    mut entry: impl FnMut(u32) -> Result<Option<Name>>,
) -> Result<NonZeroU32> {
    let name = terminated(name).ok_or(Error::UNKNOWN_ZONE)?;
    for index in 1..=count()? {
        if entry(index)? == Some(name) {
            return NonZeroU32::new(index).ok_or(Error::UNKNOWN_ZONE);
        }
    }
    Err(Error::UNKNOWN_ZONE)
}

/// The index of the interface of that name: one system call for the highest index, and one for
/// each up to the one found.
pub(crate) fn index(name: &[u8]) -> Result<NonZeroU32> {
    search(name, count, entry)
}

/// The highest index there is, `if_index` in bsd/net/if_mib.c.
fn count() -> Result<u32> {
    let mut count = MaybeUninit::<i32>::uninit();
    read(
        [
            CTL_NET,
            PF_LINK,
            NETLINK_GENERIC,
            IFMIB_SYSTEM,
            IFMIB_IFCOUNT,
        ],
        &mut count,
    )?;
    // SAFETY: `read` has filled it.
    u32::try_from(unsafe { count.assume_init() }).map_err(|_| Error::UNEXPECTED_REPLY)
}

/// The name of the interface of that index. One that has gone leaves its index out.
fn entry(index: u32) -> Result<Option<Name>> {
    let mut data = MaybeUninit::<ifmibdata>::uninit();
    let name = [
        CTL_NET,
        PF_LINK,
        NETLINK_GENERIC,
        IFMIB_IFDATA,
        index.cast_signed(),
        IFDATA_GENERAL,
    ];
    match read(name, &mut data) {
        // SAFETY: `read` has filled it, and it consists of numbers.
        Ok(()) => Ok(Some(unsafe { data.assume_init() }.ifmd_name)),
        Err(error) if error == Error::os(ENOENT) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads a value that is as large as its type, sysctl(3). Its parts must be numbers.
fn read<const N: usize, T>(mut name: [i32; N], value: &mut MaybeUninit<T>) -> Result<()> {
    let mut len = size_of::<T>();
    // SAFETY: sysctl(3) reads `N` numbers of the name, writes at most `len` bytes to `value` and
    // their count to `len`, all borrowed, and is given no new value.
    unsafe {
        call::sysctl(
            Arg::from_mut(&mut name),
            Arg::word(N),
            Arg::from_mut(value),
            Arg::from_mut(&mut len),
            Arg::null(),
            Arg::word(0),
        )
    }
    .unit::<Darwin>()?;
    if len == size_of::<T>() {
        Ok(())
    } else {
        Err(Error::UNEXPECTED_REPLY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(name: &[u8]) -> Result<u32> {
        let entry = |index| {
            Ok(match index {
                1 => terminated(b"lo0"),
                3 => terminated(b"en0"),
                4 => terminated(b"a-name-of-15-xx"),
                _ => None,
            })
        };
        search(name, || Ok(5), entry).map(NonZeroU32::get)
    }

    #[test]
    fn names_are_found_behind_gaps() {
        assert_eq!(index(b"lo0"), Ok(1));
        assert_eq!(index(b"en0"), Ok(3));
        assert_eq!(index(b"a-name-of-15-xx"), Ok(4));
    }

    #[test]
    fn what_no_interface_has_is_unknown() {
        for name in [
            &b"en"[..],
            b"en00",
            b"",
            b"en0\0",
            b"\0",
            b"a-name-of-16-xxx",
            b"LO0",
        ] {
            assert_eq!(index(name), Err(Error::UNKNOWN_ZONE), "{name:?}");
        }
        let none = search(b"", || unreachable!(), |_| unreachable!());
        assert_eq!(none, Err(Error::UNKNOWN_ZONE));
    }

    #[test]
    fn an_error_of_the_table_is_told() {
        let refused = Error::os(sock_core::abi::darwin::EPERM);
        assert_eq!(search(b"en0", || Err(refused), |_| Ok(None)), Err(refused));
        assert_eq!(search(b"en0", || Ok(1), |_| Err(refused)), Err(refused));
    }
}

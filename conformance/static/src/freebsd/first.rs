//! What the first process of a machine has to do itself: it is started with no descriptors, no network
//! and nothing but a root file system, perhaps read-only.

use core::ffi::CStr;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use sock_core::UdpSocket;
use sock_freebsd::arch::{Arg, Nr, syscall1, syscall2_readonly, syscall3, syscall3_readonly};
use sock_freebsd::{FreeBsd, IoSlice, OwnedFd};

use super::layout::{ifaliasreq, ifreq, in6_addrlifetime, in6_aliasreq};
use super::numbers::*;
use super::raw;

/// Whether this program is what the kernel starts first, `/sbin/init`.
fn is_first() -> bool {
    raw::process_id() == 1
}

/// As the first process, makes of the machine what a program expects: standard streams, the loopback
/// network, and a directory that can be written. What fails is left, and the cases that need it fail.
pub(crate) fn prepare() {
    if is_first() {
        open_console();
        bring_loopback_up();
        mount(c"tmpfs", c"/tmp");
    }
}

/// Ends the program; the first process lets the console print what was written to it, and turns the
/// power off, reboot(2).
pub(crate) fn end(status: i32) -> ! {
    if is_first() {
        // SAFETY: TIOCDRAIN takes no argument, ioctl(2), and waits until what was written has gone out.
        let _ = unsafe { syscall2_readonly(Nr::new(SYS_ioctl), Arg::fd(1), Arg::uint(TIOCDRAIN)) };
        // SAFETY: reboot(2) with RB_POWEROFF. A machine whose first process is this program is there to
        // run it, and nothing else.
        let _ = unsafe { syscall1(Nr::new(SYS_reboot), Arg::int(RB_POWEROFF)) };
    }
    sock_start::exit(status)
}

/// The console becomes standard input, output and error. The kernel has mounted /dev, if its root has
/// the directory (`vfs_mountroot_shuffle` in sys/kern/vfs_mountroot.c). A root without it is read-only
/// still, but /sbin is there, which nothing else needs any more.
fn open_console() {
    let opened = raw::open(c"/dev/console").or_else(|| {
        mount(c"devfs", c"/sbin");
        raw::open(c"/sbin/console")
    });
    let Some(console) = opened else { return };
    // Only the opening must not wait.
    let _ = raw::fcntl(console.as_raw_fd(), F_SETFL, 0);
    for number in 0..3 {
        raw::duplicate_to(&console, number);
    }
    if console.as_raw_fd() < 3 {
        let _ = console.into_raw_fd();
    }
}

/// Mounts a file system of the kernel's own, nmount(2).
fn mount(kind: &CStr, at: &CStr) {
    raw::make_directory(at, 0o1777);
    let words = [c"fstype", kind, c"fspath", at];
    // With their NULs (`vfs_getopts` in sys/kern/vfs_mount.c).
    let words =
        words.map(|word| <IoSlice<'_> as sock_core::IoSlice>::new(word.to_bytes_with_nul()));
    // SAFETY: nmount(2) reads the slices, which are borrowed, and what they point to.
    let _ = unsafe {
        syscall3_readonly(
            Nr::new(SYS_nmount),
            Arg::from_ref(&words),
            Arg::word(words.len()),
            Arg::int(0),
        )
    };
}

/// lo0 comes up, with the addresses that a system's start-up gives it.
fn bring_loopback_up() {
    let Ok(socket) = UdpSocket::<FreeBsd>::v4() else {
        return;
    };
    let fd = socket.as_fd();
    let mut request = ifreq {
        ifr_name: LOOPBACK,
        ifr_ifru: [0; 8],
    };
    // From the flags that it has: IFF_LOOPBACK must stay, or no address of it is found any more
    // (`ifhwioctl` in sys/net/if.c takes over every flag that is not one of IFF_CANTCHANGE).
    if !ioctl(fd, SIOCGIFFLAGS, &mut request) {
        return;
    }
    let [flags, ..] = &mut request.ifr_ifru;
    *flags |= IFF_UP;
    ioctl(fd, SIOCSIFFLAGS, &mut request);
    if !has(Ipv4Addr::LOCALHOST.into()) {
        let mut request = ifaliasreq {
            ifra_name: LOOPBACK,
            ifra_addr: encoded(Ipv4Addr::LOCALHOST.into()),
            ifra_broadaddr: [0; 16],
            ifra_mask: encoded(Ipv4Addr::new(255, 0, 0, 0).into()),
            ifra_vhid: 0,
        };
        ioctl(fd, SIOCAIFADDR, &mut request);
    }
    // The kernel gives ::1 by itself when lo0 comes up (`in6_ifattach` in sys/netinet6/in6_ifattach.c),
    // unless it was built otherwise.
    if !has(Ipv6Addr::LOCALHOST.into())
        && let Ok(socket) = UdpSocket::<FreeBsd>::v6()
    {
        let mut request = in6_aliasreq {
            ifra_name: LOOPBACK,
            ifra_addr: encoded(Ipv6Addr::LOCALHOST.into()),
            ifra_broadaddr: [0; 28],
            ifra_prefixmask: encoded(Ipv6Addr::from_bits(u128::MAX).into()),
            ifra_flags: 0,
            ifra_lifetime: in6_addrlifetime {
                ia6t_expire: 0,
                ia6t_preferred: 0,
                ia6t_vltime: ND6_INFINITE_LIFETIME,
                ia6t_pltime: ND6_INFINITE_LIFETIME,
            },
            ifra_vhid: 0,
        };
        ioctl(socket.as_fd(), SIOCAIFADDR_IN6, &mut request);
    }
}

const LOOPBACK: [u8; 16] = *b"lo0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// Whether an interface has the address.
fn has(addr: IpAddr) -> bool {
    UdpSocket::bind_in(FreeBsd, &(addr, 0).into()).is_ok()
}

/// An address in the kernel's layout, with port 0.
fn encoded<const N: usize>(addr: IpAddr) -> [u8; N] {
    let addr: sock_core::SocketAddr<sock_core::abi::FreeBsd> = (addr, 0).into();
    let mut bytes = [0; N];
    for (place, byte) in bytes.iter_mut().zip(sock_core::Address::as_bytes(&addr)) {
        *place = *byte;
    }
    bytes
}

/// ioctl(2) of an interface request: whether the kernel did it.
fn ioctl<T>(fd: &OwnedFd, request: u32, argument: &mut T) -> bool {
    // SAFETY: each request of this module is passed the structure that its number names, by size and
    // kind, in sys/sockio.h and netinet6/in6_var.h; the kernel reads and writes that and nothing else.
    let done = unsafe {
        syscall3(
            Nr::new(SYS_ioctl),
            Arg::fd(fd.as_raw_fd()),
            Arg::uint(request),
            Arg::from_mut(argument),
        )
    };
    done.check().is_ok()
}

//! The system calls of the machine that this runs on, over slices. Every descriptor is non-blocking: a call of
//! the program that waits becomes a wait of the scheduler.

use std::ffi::CString;
use std::mem;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;
use std::time::Duration;

use libc::c_int;

/// The result of a call: a number, or errno.
pub(crate) type Answer<T> = Result<T, c_int>;

fn errno() -> c_int {
    std::io::Error::last_os_error()
        .raw_os_error()
        .unwrap_or(libc::EIO)
}

fn check(result: c_int) -> Answer<c_int> {
    if result < 0 { Err(errno()) } else { Ok(result) }
}

fn count(result: isize) -> Answer<usize> {
    usize::try_from(result).map_err(|_| errno())
}

fn owned(result: c_int) -> Answer<OwnedFd> {
    // SAFETY: the kernel has just made the descriptor for this caller.
    check(result).map(|fd| unsafe { OwnedFd::from_raw_fd(fd) })
}

const FRESH: c_int = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;

pub(crate) fn socket(family: c_int, kind: c_int, protocol: c_int) -> Answer<OwnedFd> {
    // SAFETY: socket(2) touches no memory.
    owned(unsafe { libc::socket(family, kind | FRESH, protocol) })
}

pub(crate) fn pair(family: c_int, kind: c_int, protocol: c_int) -> Answer<[OwnedFd; 2]> {
    let mut fds = [0; 2];
    // SAFETY: socketpair(2) writes two descriptors, which it has made for this caller.
    unsafe {
        check(libc::socketpair(
            family,
            kind | FRESH,
            protocol,
            fds.as_mut_ptr(),
        ))?;
        Ok(fds.map(|fd| OwnedFd::from_raw_fd(fd)))
    }
}

pub(crate) fn pipe() -> Answer<[OwnedFd; 2]> {
    let mut fds = [0; 2];
    // SAFETY: pipe2(2) writes two descriptors, which it has made for this caller.
    unsafe {
        check(libc::pipe2(
            fds.as_mut_ptr(),
            libc::O_NONBLOCK | libc::O_CLOEXEC,
        ))?;
        Ok(fds.map(|fd| OwnedFd::from_raw_fd(fd)))
    }
}

fn len(bytes: &[u8]) -> libc::socklen_t {
    bytes.len() as libc::socklen_t
}

pub(crate) fn bind(fd: RawFd, address: &[u8]) -> Answer<c_int> {
    // SAFETY: bind(2) reads as many bytes as it is told.
    check(unsafe { libc::bind(fd, address.as_ptr().cast(), len(address)) })
}

pub(crate) fn connect(fd: RawFd, address: &[u8]) -> Answer<c_int> {
    // SAFETY: connect(2) reads as many bytes as it is told.
    check(unsafe { libc::connect(fd, address.as_ptr().cast(), len(address)) })
}

pub(crate) fn listen(fd: RawFd, backlog: c_int) -> Answer<c_int> {
    // SAFETY: listen(2) touches no memory.
    check(unsafe { libc::listen(fd, backlog) })
}

pub(crate) fn shutdown(fd: RawFd, how: c_int) -> Answer<c_int> {
    // SAFETY: shutdown(2) touches no memory.
    check(unsafe { libc::shutdown(fd, how) })
}

/// Room for any address, and the length of it.
struct Room {
    bytes: [u8; 128],
    len: libc::socklen_t,
}

impl Room {
    fn new() -> Self {
        Room {
            bytes: [0; 128],
            len: 128,
        }
    }

    fn address(&self) -> Vec<u8> {
        self.bytes
            .get(..self.len as usize)
            .unwrap_or_default()
            .to_vec()
    }
}

pub(crate) fn accept(fd: RawFd) -> Answer<(OwnedFd, Vec<u8>)> {
    let mut room = Room::new();
    // SAFETY: accept4(2) writes an address to the room, whose length it is told, and the length.
    let made =
        unsafe { libc::accept4(fd, room.bytes.as_mut_ptr().cast(), &raw mut room.len, FRESH) };
    Ok((owned(made)?, room.address()))
}

pub(crate) fn local_name(fd: RawFd) -> Answer<Vec<u8>> {
    let mut room = Room::new();
    // SAFETY: getsockname(2) writes an address to the room, whose length it is told, and the length.
    check(unsafe { libc::getsockname(fd, room.bytes.as_mut_ptr().cast(), &raw mut room.len) })?;
    Ok(room.address())
}

pub(crate) fn peer_name(fd: RawFd) -> Answer<Vec<u8>> {
    let mut room = Room::new();
    // SAFETY: getpeername(2) writes an address to the room, whose length it is told, and the length.
    check(unsafe { libc::getpeername(fd, room.bytes.as_mut_ptr().cast(), &raw mut room.len) })?;
    Ok(room.address())
}

pub(crate) fn option(fd: RawFd, level: c_int, name: c_int) -> Answer<c_int> {
    let mut value: c_int = 0;
    let mut len = size_of::<c_int>() as libc::socklen_t;
    // SAFETY: getsockopt(2) writes at most the length, that of an int.
    check(unsafe {
        libc::getsockopt(
            fd,
            level,
            name,
            ptr::from_mut(&mut value).cast(),
            &raw mut len,
        )
    })?;
    Ok(value)
}

pub(crate) fn set_option(fd: RawFd, level: c_int, name: c_int, value: &[c_int]) -> Answer<c_int> {
    let len = size_of_val(value) as libc::socklen_t;
    // SAFETY: setsockopt(2) reads as many bytes as it is told.
    check(unsafe { libc::setsockopt(fd, level, name, value.as_ptr().cast(), len) })
}

/// How many bytes can be read.
pub(crate) fn readable(fd: RawFd) -> Answer<c_int> {
    let mut bytes: c_int = 0;
    // SAFETY: FIONREAD writes an int.
    check(unsafe { libc::ioctl(fd, libc::FIONREAD, &raw mut bytes) })?;
    Ok(bytes)
}

/// What identifies an open file: the inode, and how it may be used, which tells the ends of a pipe apart.
pub(crate) fn identity(fd: RawFd) -> Answer<(u64, c_int)> {
    // SAFETY: a zeroed stat is one; fstat(2) writes it.
    let inode = unsafe {
        let mut stat: libc::stat = mem::zeroed();
        check(libc::fstat(fd, &raw mut stat))?;
        stat.st_ino
    };
    // SAFETY: F_GETFL touches no memory.
    let flags = check(unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
    Ok((inode, flags & libc::O_ACCMODE))
}

pub(crate) fn read(fd: RawFd, room: &mut [u8]) -> Answer<usize> {
    // SAFETY: read(2) writes at most the length of the room.
    count(unsafe { libc::read(fd, room.as_mut_ptr().cast(), room.len()) })
}

pub(crate) fn write(fd: RawFd, bytes: &[u8]) -> Answer<usize> {
    // SAFETY: write(2) reads as many bytes as it is told.
    count(unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) })
}

fn path(path: &[u8]) -> Answer<CString> {
    CString::new(path).map_err(|_| libc::ENOENT)
}

pub(crate) fn open(name: &[u8], flags: c_int, mode: libc::mode_t) -> Answer<OwnedFd> {
    let name = path(name)?;
    let flags = flags | libc::O_NONBLOCK | libc::O_CLOEXEC;
    // SAFETY: open(2) reads a path that ends with a NUL.
    owned(unsafe { libc::open(name.as_ptr(), flags, mode) })
}

pub(crate) fn unlink(name: &[u8]) -> Answer<c_int> {
    let name = path(name)?;
    // SAFETY: unlink(2) reads a path that ends with a NUL.
    check(unsafe { libc::unlink(name.as_ptr()) })
}

pub(crate) fn make_directory(name: &[u8], mode: libc::mode_t) -> Answer<c_int> {
    let name = path(name)?;
    // SAFETY: mkdir(2) reads a path that ends with a NUL.
    check(unsafe { libc::mkdir(name.as_ptr(), mode) })
}

/// What kind of file a path names: S_IFMT of its mode.
pub(crate) fn kind_of(name: &[u8]) -> Answer<libc::mode_t> {
    let name = path(name)?;
    // SAFETY: a zeroed stat is one; stat(2) writes it and reads a path that ends with a NUL.
    unsafe {
        let mut stat: libc::stat = mem::zeroed();
        check(libc::stat(name.as_ptr(), &raw mut stat))?;
        Ok(stat.st_mode & libc::S_IFMT)
    }
}

/// The index of the interface of that name.
pub(crate) fn interface(name: &[u8]) -> Option<u32> {
    let name = path(name).ok()?;
    // SAFETY: if_nametoindex(3) reads a name that ends with a NUL.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => None,
        index => Some(index),
    }
}

/// Waits until one of the descriptors is ready, at most `left`.
pub(crate) fn poll(fds: &mut [libc::pollfd], left: Option<Duration>) -> Answer<usize> {
    let left = left.map(|left| libc::timespec {
        tv_sec: left.as_secs() as libc::time_t,
        tv_nsec: left.subsec_nanos().into(),
    });
    let time = left.as_ref().map_or(ptr::null(), ptr::from_ref);
    let number = fds.len() as libc::nfds_t;
    // SAFETY: ppoll(2) reads and writes as many as it is told, and reads the time.
    let ready = unsafe { libc::ppoll(fds.as_mut_ptr(), number, time, ptr::null()) };
    check(ready).map(|ready| ready as usize)
}

/// What one descriptor is ready for, of these.
pub(crate) fn ready(fd: RawFd, events: i16) -> i16 {
    let mut fds = [libc::pollfd {
        fd,
        events,
        revents: 0,
    }];
    match poll(&mut fds, Some(Duration::ZERO)) {
        Ok(_) => fds.first().map_or(0, |found| found.revents),
        Err(_) => 0,
    }
}

/// A received message.
#[derive(Debug, Default)]
pub(crate) struct Message {
    pub(crate) bytes: Vec<u8>,
    pub(crate) address: Vec<u8>,
    pub(crate) descriptors: Vec<OwnedFd>,
    pub(crate) flags: c_int,
}

/// Room for as many descriptors as Linux passes with one message.
#[repr(C, align(8))]
struct Control([u8; 1024 + 64]);

const MOST: usize = 253;

pub(crate) fn send(
    fd: RawFd,
    bytes: &[u8],
    flags: c_int,
    address: Option<&[u8]>,
    descriptors: &[RawFd],
) -> Answer<usize> {
    if descriptors.len() > MOST {
        return Err(libc::EINVAL);
    }
    let mut control = Control([0; 1088]);
    let part = libc::iovec {
        iov_base: bytes.as_ptr().cast_mut().cast(),
        iov_len: bytes.len(),
    };
    // SAFETY: a zeroed header is one without an address and control data. CMSG_FIRSTHDR and CMSG_DATA of a
    // header whose control data has room for the descriptors, which are copied there, cmsg(3). sendmsg(2)
    // reads what the header points to, which lives as long.
    unsafe {
        let mut header: libc::msghdr = mem::zeroed();
        header.msg_iov = (&raw const part).cast_mut();
        header.msg_iovlen = 1;
        if let Some(address) = address {
            header.msg_name = address.as_ptr().cast_mut().cast();
            header.msg_namelen = len(address);
        }
        if !descriptors.is_empty() {
            let size = size_of_val(descriptors) as u32;
            header.msg_control = control.0.as_mut_ptr().cast();
            header.msg_controllen = libc::CMSG_SPACE(size) as usize;
            let first = libc::CMSG_FIRSTHDR(&raw const header);
            (*first).cmsg_level = libc::SOL_SOCKET;
            (*first).cmsg_type = libc::SCM_RIGHTS;
            (*first).cmsg_len = libc::CMSG_LEN(size) as usize;
            ptr::copy_nonoverlapping(
                descriptors.as_ptr(),
                libc::CMSG_DATA(first).cast(),
                descriptors.len(),
            );
        }
        count(libc::sendmsg(
            fd,
            &raw const header,
            flags | libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT,
        ))
    }
}

pub(crate) fn receive(fd: RawFd, room: usize, flags: c_int) -> Answer<Message> {
    let mut control = Control([0; 1088]);
    let mut message = Message {
        bytes: vec![0; room],
        ..Message::default()
    };
    let mut name = Room::new();
    let mut part = libc::iovec {
        iov_base: message.bytes.as_mut_ptr().cast(),
        iov_len: room,
    };
    // SAFETY: a zeroed header is valid; recvmsg(2) writes to the parts that it points to, of the lengths that
    // it says. CMSG_NXTHDR walks what the kernel wrote, cmsg(3); the descriptors in it were made for this
    // caller.
    unsafe {
        let mut header: libc::msghdr = mem::zeroed();
        header.msg_name = name.bytes.as_mut_ptr().cast();
        header.msg_namelen = name.len;
        header.msg_iov = &raw mut part;
        header.msg_iovlen = 1;
        header.msg_control = control.0.as_mut_ptr().cast();
        header.msg_controllen = control.0.len();
        let flags = flags | libc::MSG_DONTWAIT | libc::MSG_CMSG_CLOEXEC;
        let got = count(libc::recvmsg(fd, &raw mut header, flags))?;
        message.bytes.truncate(got);
        name.len = header.msg_namelen;
        message.address = name.address();
        message.flags = header.msg_flags;
        let mut at = libc::CMSG_FIRSTHDR(&raw const header);
        while !at.is_null() {
            if ((*at).cmsg_level, (*at).cmsg_type) == (libc::SOL_SOCKET, libc::SCM_RIGHTS) {
                let bytes = (*at).cmsg_len - libc::CMSG_LEN(0) as usize;
                let data = libc::CMSG_DATA(at).cast::<RawFd>();
                for index in 0..bytes / size_of::<RawFd>() {
                    let fd = data.add(index).read_unaligned();
                    message.descriptors.push(OwnedFd::from_raw_fd(fd));
                }
            }
            at = libc::CMSG_NXTHDR(&raw const header, at);
        }
    }
    Ok(message)
}

/// The number of a descriptor.
pub(crate) fn raw(fd: &OwnedFd) -> RawFd {
    fd.as_raw_fd()
}

pub(crate) fn remove_directory(name: &[u8]) -> Answer<c_int> {
    let name = path(name)?;
    // SAFETY: rmdir(2) reads a path that ends with a NUL.
    check(unsafe { libc::rmdir(name.as_ptr()) })
}

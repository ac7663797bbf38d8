extern crate std;

use core::mem::MaybeUninit;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsRawFd;

use linux_raw_sys::errno;
use linux_raw_sys::general as abi;

use super::*;

fn error<T>(result: Result<T, Errno>) -> Option<u32> {
    result.err().map(|errno| errno.get().get() as u32)
}

#[test]
fn no_argument() {
    let pid = std::process::id() as usize;
    // SAFETY: getpid(2) touches nothing.
    let told = unsafe { syscall0(Nr::new(abi::__NR_getpid)) };
    assert_eq!(told.check(), Ok(pid));
    // SAFETY: as above.
    let told = unsafe { syscall0_readonly(Nr::new(abi::__NR_getpid)) };
    assert_eq!(told.check(), Ok(pid));
}

#[test]
fn errors() {
    // SAFETY: -1 is no descriptor, so close(2) closes nothing.
    let closed = unsafe { syscall1_readonly(Nr::new(abi::__NR_close), Arg::fd(-1)) };
    assert_eq!(error(closed.check()), Some(errno::EBADF));
    // SAFETY: a number that no kernel has.
    let unknown = unsafe { syscall0(Nr::new(0xffff)) };
    assert_eq!(error(unknown.check()), Some(errno::ENOSYS));
    // SAFETY: read(2) would write 8 bytes at address 8, which is in no mapping.
    let fault = unsafe {
        let null = File::open("/proc/self/stat").unwrap();
        syscall3(
            Nr::new(abi::__NR_read),
            Arg::fd(null.as_raw_fd()),
            Arg::word(8),
            Arg::word(8),
        )
    };
    assert_eq!(error(fault.check()), Some(errno::EFAULT));
}

#[test]
fn a_pipe_carries_bytes() {
    let mut ends = [0_i32; 2];
    // SAFETY: pipe2(2) writes two descriptors to `ends`.
    let made = unsafe {
        syscall2(
            Nr::new(abi::__NR_pipe2),
            Arg::from_mut(&mut ends),
            Arg::uint(abi::O_CLOEXEC),
        )
    };
    assert_eq!(made.check(), Ok(0));
    let message = b"over";
    // SAFETY: write(2) reads `message`.
    let written = unsafe {
        syscall3_readonly(
            Nr::new(abi::__NR_write),
            Arg::fd(ends[1]),
            Arg::from_ref(message),
            Arg::word(message.len()),
        )
    };
    assert_eq!(written.check(), Ok(4));
    let mut buffer = [MaybeUninit::<u8>::uninit(); 16];
    let length = buffer.len();
    // SAFETY: read(2) writes at most `length` bytes to `buffer`.
    let read = unsafe {
        syscall3(
            Nr::new(abi::__NR_read),
            Arg::fd(ends[0]),
            Arg::from_mut(&mut buffer),
            Arg::word(length),
        )
    };
    assert_eq!(read.check(), Ok(4));
    // SAFETY: the kernel said that it wrote these four bytes.
    let filled: [u8; 4] = unsafe { buffer.as_ptr().cast::<[u8; 4]>().read() };
    assert_eq!(&filled, message);
    for end in ends {
        // SAFETY: both descriptors are this test's own.
        let closed = unsafe { syscall1_readonly(Nr::new(abi::__NR_close), Arg::fd(end)) };
        assert_eq!(closed.check(), Ok(0));
    }
}

#[test]
fn a_loop_sees_what_the_kernel_wrote() {
    // The same address again and again: a compiler that kept the buffer's bytes would fail this.
    let mut zeros = File::open("/dev/zero").unwrap();
    let mut byte = [0_u8; 1];
    zeros.read_exact(&mut byte).unwrap();
    for _ in 0..100 {
        byte[0] = 1;
        // SAFETY: read(2) writes at most one byte to `byte`.
        let read = unsafe {
            syscall3(
                Nr::new(abi::__NR_read),
                Arg::fd(zeros.as_raw_fd()),
                Arg::from_mut(&mut byte),
                Arg::word(1),
            )
        };
        assert_eq!((read.check(), byte[0]), (Ok(1), 0));
    }
}

#[test]
fn four_arguments_in_their_order() {
    let mut file = tempfile();
    file.write_all(b"0123456789").unwrap();
    let mut buffer = [0_u8; 3];
    // SAFETY: pread64(2) writes at most 3 bytes to `buffer`.
    let read = unsafe {
        syscall4(
            Nr::new(abi::__NR_pread64),
            Arg::fd(file.as_raw_fd()),
            Arg::from_mut(&mut buffer),
            Arg::word(3),
            Arg::word(6),
        )
    };
    assert_eq!((read.check(), &buffer), (Ok(3), b"678"));
    // SAFETY: pwrite64(2) reads 2 bytes.
    let written = unsafe {
        syscall4_readonly(
            Nr::new(abi::__NR_pwrite64),
            Arg::fd(file.as_raw_fd()),
            Arg::from_ref(b"ab"),
            Arg::word(2),
            Arg::word(7),
        )
    };
    assert_eq!(written.check(), Ok(2));
    let mut back = [0; 10];
    std::os::unix::fs::FileExt::read_exact_at(&file, &mut back, 0).unwrap();
    assert_eq!(&back, b"0123456ab9");
}

/// A file without a name, in memory.
fn tempfile() -> File {
    // SAFETY: memfd_create(2) reads the name up to its zero.
    let descriptor = unsafe {
        syscall2_readonly(
            Nr::new(abi::__NR_memfd_create),
            Arg::from_ref(c"sock"),
            Arg::uint(abi::MFD_CLOEXEC),
        )
    };
    let descriptor = descriptor.check().unwrap() as i32;
    // SAFETY: the kernel has just made the descriptor, and nobody else has it.
    unsafe { std::os::fd::FromRawFd::from_raw_fd(descriptor) }
}

#[test]
fn six_arguments_in_their_order() {
    let mut file = tempfile();
    file.write_all(&[0; 4096]).unwrap();
    file.write_all(b"second page").unwrap();
    file.set_len(1 << 17).unwrap();
    // The offset must be a multiple of the page, which is at most 64 KiB.
    std::os::unix::fs::FileExt::write_all_at(&file, b"far", 1 << 16).unwrap();
    // SAFETY: mmap(2) makes a new mapping, at an address of its choice.
    let mapped = unsafe {
        syscall6(
            Nr::new(abi::__NR_mmap),
            Arg::null(),
            Arg::word(1 << 16),
            Arg::uint(abi::PROT_READ | abi::PROT_WRITE),
            Arg::uint(abi::MAP_SHARED),
            Arg::fd(file.as_raw_fd()),
            Arg::word(1 << 16),
        )
    };
    let address = mapped.check_pointer().unwrap();
    // SAFETY: the mapping is there, readable and writable, and this test's own.
    let start = unsafe {
        let start = address.cast::<[u8; 3]>().read();
        address.cast::<u8>().write(b'c');
        start
    };
    assert_eq!(&start, b"far");
    // SAFETY: nothing refers to the mapping any more.
    let unmapped = unsafe {
        syscall2(
            Nr::new(abi::__NR_munmap),
            Arg::from_ptr(address),
            Arg::word(1 << 16),
        )
    };
    assert_eq!(unmapped.check(), Ok(0));
    let mut back = [0; 3];
    std::os::unix::fs::FileExt::read_exact_at(&file, &mut back, 1 << 16).unwrap();
    assert_eq!(&back, b"car");
}

#[test]
fn exit_does_not_return() {
    const SIGCHLD: u32 = abi::SIGCHLD;
    // SAFETY: clone(2) without flags is fork(2); the child makes one system call and is gone.
    let child = unsafe {
        let child = syscall5(
            Nr::new(abi::__NR_clone),
            Arg::uint(SIGCHLD),
            Arg::null(),
            Arg::null(),
            Arg::null(),
            Arg::null(),
        );
        if child.check() == Ok(0) {
            syscall1_noreturn(Nr::new(abi::__NR_exit_group), Arg::int(7));
        }
        child.check().unwrap()
    };
    let mut status = 0_i32;
    // SAFETY: wait4(2) writes the status; the child is this test's own.
    let waited = unsafe {
        syscall4(
            Nr::new(abi::__NR_wait4),
            Arg::word(child),
            Arg::from_mut(&mut status),
            Arg::int(0),
            Arg::null(),
        )
    };
    assert_eq!((waited.check(), status), (Ok(child), 7 << 8));
}

/// The crate `sc` has the same calls from other hands, except for loong64.
#[cfg(not(target_arch = "loongarch64"))]
mod against_sc {
    use super::*;

    macro_rules! numbers {
        ($($ours:ident $theirs:ident)*) => {
            [$((stringify!($theirs), abi::$ours as usize, sc::nr::$theirs)),*]
        };
    }

    #[test]
    fn numbers() {
        let numbers = numbers! {
            __NR_read READ  __NR_write WRITE  __NR_close CLOSE  __NR_openat OPENAT
            __NR_socket SOCKET  __NR_socketpair SOCKETPAIR  __NR_bind BIND  __NR_listen LISTEN
            __NR_accept4 ACCEPT4  __NR_connect CONNECT  __NR_shutdown SHUTDOWN
            __NR_getsockname GETSOCKNAME  __NR_getpeername GETPEERNAME
            __NR_setsockopt SETSOCKOPT  __NR_getsockopt GETSOCKOPT
            __NR_sendto SENDTO  __NR_recvfrom RECVFROM  __NR_sendmsg SENDMSG  __NR_recvmsg RECVMSG
            __NR_sendmmsg SENDMMSG  __NR_recvmmsg RECVMMSG
            __NR_ppoll PPOLL  __NR_epoll_create1 EPOLL_CREATE1  __NR_epoll_ctl EPOLL_CTL
            __NR_epoll_pwait EPOLL_PWAIT  __NR_eventfd2 EVENTFD2  __NR_fcntl FCNTL
            __NR_ioctl IOCTL  __NR_pipe2 PIPE2  __NR_dup3 DUP3  __NR_unlinkat UNLINKAT
            __NR_getpid GETPID  __NR_clock_gettime CLOCK_GETTIME  __NR_prctl PRCTL
            __NR_mmap MMAP  __NR_munmap MUNMAP  __NR_exit_group EXIT_GROUP
        };
        for (name, ours, theirs) in numbers {
            assert_eq!(ours, theirs, "{name}");
        }
    }

    #[test]
    fn results() {
        let name = c"/dev/null";
        // SAFETY: the calls are harmless: they name no descriptor or no memory of the program,
        // except for openat(2), which reads the name up to its zero.
        unsafe {
            let pairs = [
                (
                    syscall0(Nr::new(abi::__NR_getppid)).check(),
                    sc::syscall0(sc::nr::GETPPID),
                ),
                (
                    syscall1(Nr::new(abi::__NR_close), Arg::fd(-1)).check(),
                    sc::syscall1(sc::nr::CLOSE, usize::MAX),
                ),
                (
                    syscall2(Nr::new(abi::__NR_listen), Arg::fd(-1), Arg::int(1)).check(),
                    sc::syscall2(sc::nr::LISTEN, usize::MAX, 1),
                ),
                (
                    syscall3(
                        Nr::new(abi::__NR_socket),
                        Arg::int(99),
                        Arg::int(1),
                        Arg::int(0),
                    )
                    .check(),
                    sc::syscall3(sc::nr::SOCKET, 99, 1, 0),
                ),
                (
                    syscall6(
                        Nr::new(abi::__NR_mmap),
                        Arg::null(),
                        Arg::word(0),
                        Arg::int(0),
                        Arg::int(0),
                        Arg::fd(-1),
                        Arg::word(0),
                    )
                    .check(),
                    sc::syscall6(sc::nr::MMAP, 0, 0, 0, 0, usize::MAX, 0),
                ),
            ];
            for (index, (ours, theirs)) in pairs.into_iter().enumerate() {
                let word = match ours {
                    Ok(value) => value,
                    Err(errno) => errno.get().get().wrapping_neg(),
                };
                assert_eq!(word, theirs, "pair {index}");
            }
            let open = syscall4_readonly(
                Nr::new(abi::__NR_openat),
                Arg::int(abi::AT_FDCWD),
                Arg::from_ref(name),
                Arg::uint(abi::O_RDWR | abi::O_CLOEXEC),
                Arg::word(0),
            )
            .check()
            .unwrap();
            // What one opened, the other closes: and then it is closed for both.
            assert_eq!(
                sc::syscall3(sc::nr::WRITE, open, name.as_ptr() as usize, 4),
                4
            );
            let length = Arg::word(4);
            let write = Nr::new(abi::__NR_write);
            let written = syscall3_readonly(write, Arg::word(open), Arg::from_ref(name), length);
            assert_eq!(written.check(), Ok(4));
            assert_eq!(sc::syscall1(sc::nr::CLOSE, open), 0);
        }
    }
}

//! `tcp-echo-bare ADDRESS:PORT`: what `examples/tcp-echo.rs` does, over bare system calls that block.

#![no_std]
#![no_main]

mod parse;

use core::mem::MaybeUninit;

use linux_raw_sys::errno::EINTR;
use linux_raw_sys::general::{
    __NR_accept4, __NR_bind, __NR_close, __NR_listen, __NR_nanosleep, __NR_recvfrom, __NR_sendto,
    __NR_setsockopt, __NR_socket, O_CLOEXEC, timespec,
};
use linux_raw_sys::net::{
    AF_INET, IPPROTO_TCP, MSG_NOSIGNAL, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, in_addr, sockaddr_in,
};
use sock_linux::arch::{
    Arg, Errno, Nr, Ret, syscall1_readonly, syscall2_readonly, syscall3_readonly,
    syscall4_readonly, syscall5_readonly, syscall6, syscall6_readonly,
};

sock_start::entry!(main);

const ROOM: usize = 4096;

type Result = core::result::Result<usize, Errno>;

fn main(args: sock_start::Args) -> i32 {
    let addr = args.args().nth(1);
    let Some((octets, port)) = addr.and_then(|addr| parse::parse(addr.to_bytes())) else {
        return 2;
    };
    let addr = sockaddr_in {
        sin_family: AF_INET as u16,
        sin_port: port.to_be(),
        sin_addr: in_addr {
            s_addr: u32::from_ne_bytes(octets),
        },
        __pad: [0; 8],
    };
    let Ok(listener) = listen(&addr) else {
        return 1;
    };
    loop {
        // SAFETY: accept4(2) is told to write no address.
        let accepted = again(|| unsafe {
            syscall4_readonly(
                Nr::new(__NR_accept4),
                Arg::word(listener),
                Arg::null(),
                Arg::null(),
                Arg::uint(O_CLOEXEC),
            )
        });
        match accepted {
            Ok(stream) => echo(stream),
            Err(_) => nap(),
        }
    }
}

/// The call, again after a signal.
fn again(mut call: impl FnMut() -> Ret) -> Result {
    loop {
        match call().check() {
            Err(errno) if errno.get().get() == EINTR as usize => {}
            done => return done,
        }
    }
}

fn listen(addr: &sockaddr_in) -> Result {
    // SAFETY: socket(2) touches no memory; setsockopt(2) and bind(2) read what is borrowed; listen(2)
    // touches no memory.
    unsafe {
        let fd = syscall3_readonly(
            Nr::new(__NR_socket),
            Arg::uint(AF_INET),
            Arg::uint(SOCK_STREAM | O_CLOEXEC),
            Arg::uint(IPPROTO_TCP as u32),
        )
        .check()?;
        syscall5_readonly(
            Nr::new(__NR_setsockopt),
            Arg::word(fd),
            Arg::uint(SOL_SOCKET),
            Arg::uint(SO_REUSEADDR),
            Arg::from_ref(&1_i32),
            Arg::word(size_of::<i32>()),
        )
        .check()?;
        syscall3_readonly(
            Nr::new(__NR_bind),
            Arg::word(fd),
            Arg::from_ref(addr),
            Arg::word(size_of::<sockaddr_in>()),
        )
        .check()?;
        syscall2_readonly(Nr::new(__NR_listen), Arg::word(fd), Arg::uint(4096)).check()?;
        Ok(fd)
    }
}

fn nap() {
    let time = timespec {
        tv_sec: 0,
        tv_nsec: 100_000_000,
    };
    // SAFETY: nanosleep(2) reads a timespec, which is borrowed.
    let _ =
        unsafe { syscall2_readonly(Nr::new(__NR_nanosleep), Arg::from_ref(&time), Arg::null()) };
}

/// Sends back what comes, until the peer has sent all or is gone; closes the descriptor.
fn echo(stream: usize) {
    let mut room = [MaybeUninit::<u8>::uninit(); ROOM];
    // SAFETY: recvfrom(2) writes at most the length of `room`, and is told to write no address.
    'receive: while let Ok(n @ 1..) = again(|| unsafe {
        syscall6(
            Nr::new(__NR_recvfrom),
            Arg::word(stream),
            Arg::from_mut(&mut room),
            Arg::word(ROOM),
            Arg::uint(0),
            Arg::null(),
            Arg::null(),
        )
    }) {
        let mut sent = 0;
        while sent < n {
            let Some(rest) = room.get(sent..n) else { break };
            // SAFETY: sendto(2) reads `rest`, which recvfrom(2) has filled.
            let went = again(|| unsafe {
                syscall6_readonly(
                    Nr::new(__NR_sendto),
                    Arg::word(stream),
                    Arg::from_ref(rest),
                    Arg::word(rest.len()),
                    Arg::uint(MSG_NOSIGNAL),
                    Arg::null(),
                    Arg::word(0),
                )
            });
            match went {
                Ok(went) => sent += went,
                Err(_) => break 'receive,
            }
        }
    }
    // SAFETY: the descriptor is this function's own, and used nowhere after it.
    let _ = unsafe { syscall1_readonly(Nr::new(__NR_close), Arg::word(stream)) };
}

//! What a system call of FreeBSD and Darwin does to registers, and how it says that it has failed.

use core::hint::black_box;

use sock_core::{
    Abi, Address, Backend, Error, Family, RecvFlags, SendFlags, Shutdown, SocketKind, UdpSocket,
};

use crate::cases::support::{loopback4, udp, unix_pair};
use crate::{Env, Outcome, check, check_number};

type Of<E> = <<E as Env>::Backend as Backend>::Abi;

/// A call that fails says so by the carry flag, with an error number that is positive like a result: none
/// is taken for a result, and each is the one of its name.
pub(super) fn errors<E: Env>(env: &E) -> Outcome {
    let backend = env.backend();
    let fd = backend.socket(Family::Inet, SocketKind::Datagram, 0)?;
    let room = &mut [0; 64][..];
    let (dont, here) = (SendFlags::DONTWAIT, loopback4::<E>());
    check!(backend.getpeername(&fd, room).err() == Some(Error::os(Of::<E>::ENOTCONN)));
    check!(backend.listen(&fd, 1).err() == Some(Error::os(Of::<E>::EOPNOTSUPP)));
    check!(backend.accept(&fd, room).err() == Some(Error::os(Of::<E>::EINVAL)));
    check!(backend.send(&fd, b"x", dont).err() == Some(Error::os(Of::<E>::EDESTADDRREQ)));
    check!(backend.recv(&fd, room, RecvFlags::DONTWAIT).err() == Some(Error::WOULD_BLOCK));
    backend.bind(&fd, here.as_bytes())?;
    check!(backend.bind(&fd, here.as_bytes()).err() == Some(Error::os(Of::<E>::EINVAL)));
    let tcp = backend.socket(Family::Inet, SocketKind::Stream, 0)?;
    check!(backend.shutdown(&tcp, Shutdown::Write).err() == Some(Error::os(Of::<E>::ENOTCONN)));
    let tcp = backend.socket(Family::Inet, SocketKind::Stream, 0)?;
    check!(backend.send(&tcp, b"x", dont).err() == Some(Error::os(Of::<E>::ENOTCONN)));
    let (_socket, taken) = udp(env)?;
    let again = UdpSocket::bind_in(env.backend(), &taken);
    check!(again.err() == Some(Error::os(Of::<E>::EADDRINUSE)));
    Ok(())
}

/// What a function holds while it makes calls is still there after each: the kernel overwrites the
/// register of a second result, and on some processors more, and all of them are declared.
pub(super) fn live_values<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    for round in 0..8_u64 {
        let seed = black_box(round.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let held: [u64; 24] = core::array::from_fn(|i| seed.rotate_left(i as u32 * 5) ^ i as u64);
        let [
            v0,
            v1,
            v2,
            v3,
            v4,
            v5,
            v6,
            v7,
            v8,
            v9,
            v10,
            v11,
            v12,
            v13,
            v14,
            v15,
            v16,
            v17,
            v18,
            v19,
            v20,
            v21,
            v22,
            v23,
        ] = held;
        let sent = a.send(b"four")?;
        let pending = b.peek(&mut [0; 8])?;
        let came = b.recv(&mut [0; 8])?;
        let none = b.recv(&mut [0; 8]).err();
        let name = a.local_addr()?;
        let after = env.backend().now();
        let now = [
            v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15, v16, v17, v18,
            v19, v20, v21, v22, v23,
        ];
        for (i, (value, seed)) in now.iter().zip([black_box(seed); 24]).enumerate() {
            check!(*value == seed.rotate_left(i as u32 * 5) ^ i as u64);
        }
        check_number!(sent, 4);
        check_number!(pending, 4);
        check_number!(came, 4);
        check!(none == Some(Error::WOULD_BLOCK) && name.is_unnamed());
        check!(env.backend().now() >= after);
    }
    Ok(())
}

/// A flag that the kernel does not have is refused, and nothing is sent.
pub(super) fn unsupported_flags<E: Env>(env: &E) -> Outcome {
    let (a, b) = unix_pair(env)?;
    let backend = env.backend();
    let confirm = SendFlags::DONTWAIT | SendFlags::CONFIRM;
    check!(backend.send(a.as_fd(), b"x", confirm).err() == Some(Error::NOT_SUPPORTED));
    let queue = RecvFlags::DONTWAIT | RecvFlags::ERRQUEUE;
    let received = backend.recv(a.as_fd(), &mut [0; 8], queue);
    check!(received.err() == Some(Error::NOT_SUPPORTED));
    check!(b.recv(&mut [0; 8]).err() == Some(Error::WOULD_BLOCK));
    Ok(())
}

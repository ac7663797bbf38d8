//! Sends and receives.

use core::mem::MaybeUninit;
use std::boxed::Box;

use sock_core::{
    Backend, Control, MessageFlags, RecvFlags, RecvFromReport, RecvMsg, SendFlags, SendMsg,
};

use super::*;
use crate::bsd::layout::msghdr;
use crate::bsd::transfer;
use crate::{IoSlice, IoSliceMut};

/// An answer of recvmsg(2) or sendmsg(2) that sees the header.
fn header(answer: impl FnOnce(&mut msghdr) -> Ret + 'static) -> Answer {
    Box::new(move |arguments| {
        // SAFETY: the second argument points to a header.
        answer(unsafe { &mut *arguments[1].cast::<msghdr>() })
    })
}

#[test]
fn a_send_goes_to_the_peer_or_to_an_address() {
    let socket = fd::<Fake>(3);
    script([value(5), error(35)]);
    assert_eq!(
        Fake::default().send(&socket, b"bytes", SendFlags::DONTWAIT),
        Ok(5)
    );
    let would_block = Err(Error::<Fake>::WOULD_BLOCK);
    let sent = Fake::default().send_to(&socket, b"more", SendFlags::empty(), &[2; 16]);
    assert_eq!(sent, would_block);
    let calls = calls();
    assert_eq!((calls[0].0, calls[1].0), ("sendto", "sendto"));
    assert_eq!((calls[0].1[2], &calls[0].1[3..]), (5, &[0x20080, 0, 0][..]));
    assert_eq!(
        (calls[1].1[2], calls[1].1[3], calls[1].1[5]),
        (4, 0x20000, 16)
    );
    assert_ne!(calls[1].1[4], 0);
    let refused = Fake::default().send(&socket, b"bytes", SendFlags::MORE);
    assert_eq!(refused, Err(Error::<Fake>::NOT_SUPPORTED));
    assert_eq!(super::calls(), []);
    let _ = socket.into_raw_fd();
}

#[test]
fn a_message_says_what_it_has() {
    let socket = fd::<Fake>(3);
    let parts = [IoSlice::new(b"one"), IoSlice::new(b"two")];
    script([header(|header| {
        assert!(header.msg_name.is_null() && header.msg_control.is_null());
        assert_eq!((header.msg_namelen, header.msg_controllen), (0, 0));
        assert_eq!((header.msg_iovlen, header.msg_flags), (2, 0));
        // SAFETY: the header has two parts.
        let second = unsafe { header.msg_iov.add(1).read() };
        assert_eq!(second.iov_len, 3);
        ok(6)
    })]);
    let message = SendMsg::<Fake>::new(&parts);
    assert_eq!(
        transfer::send_msg(&socket, &message, SendFlags::empty()),
        Ok(6)
    );
    let passed = [&fd::<Fake>(7), &fd::<Fake>(8)];
    script([header(|header| {
        assert_eq!((header.msg_namelen, header.msg_controllen), (16, 24));
        assert!(header.msg_control.addr().is_multiple_of(8));
        // SAFETY: the control data has six words.
        let words = unsafe { header.msg_control.cast::<[i32; 6]>().read() };
        assert_eq!(words, [24, 0xffff, 1, 0, 7, 8]);
        ok(6)
    })]);
    let message = SendMsg::<Fake>::new(&parts)
        .to(&[1; 16])
        .with_descriptors(&passed);
    assert_eq!(
        transfer::send_msg(&socket, &message, SendFlags::empty()),
        Ok(6)
    );
    assert_eq!(calls()[0].1[2], 0x20000);
    let _ = socket.into_raw_fd();
}

#[test]
fn a_receive_fills_what_it_says() {
    let socket = fd::<Fake>(3);
    let three: fn() -> Answer = || {
        Box::new(|arguments| {
            // SAFETY: the second argument of recvfrom(2) points to room.
            unsafe { arguments[1].cast::<[u8; 3]>().write(*b"abc") };
            ok(3)
        })
    };
    script([three(), three(), error(35)]);
    let mut room = [0; 8];
    let taken = Fake::default().recv(&socket, &mut room, RecvFlags::DONTWAIT);
    assert_eq!((taken, &room[..4]), (Ok(3), &b"abc\0"[..]));
    let mut room = [MaybeUninit::uninit(); 8];
    let filled = transfer::recv_uninit(&socket, &mut room, RecvFlags::DONTWAIT).unwrap();
    assert_eq!(filled, b"abc");
    assert_eq!(calls()[0].1[2..], [8, 0x80, 0, 0]);
    let unfilled = transfer::recv_uninit(&socket, &mut room, RecvFlags::DONTWAIT).unwrap_err();
    assert_eq!(unfilled.error, Error::<Fake>::WOULD_BLOCK);
    assert_eq!(unfilled.room.len(), 8);
    let _ = socket.into_raw_fd();
}

#[test]
fn a_message_that_was_cut_is_told() {
    let socket = fd::<Fake>(3);
    for (flags, truncated, end_of_record) in [
        (0, false, false),
        (0x10, true, false),
        (0x80, false, false),
        (0x8, false, true),
    ] {
        script([header(move |header| {
            assert_eq!((header.msg_namelen, header.msg_iovlen), (28, 1));
            header.msg_namelen = 16;
            header.msg_flags = flags;
            ok(4)
        })]);
        let (mut room, mut addr) = ([0; 4], [0; 28]);
        let report = transfer::recv_from(&socket, &mut room, RecvFlags::PEEK, &mut addr);
        let (len, addr_len) = (4, 16);
        assert_eq!(
            report,
            Ok(RecvFromReport {
                len,
                addr_len,
                truncated,
                end_of_record
            })
        );
        assert_eq!(calls()[0].1[2], 0x2);
    }
    script([header(|header| {
        assert!(header.msg_name.is_null());
        assert_eq!(header.msg_namelen, 0);
        // SAFETY: the header has one part.
        let part = unsafe { header.msg_iov.read() };
        // SAFETY: the part has two bytes.
        unsafe { part.iov_base.cast::<[u8; 2]>().write(*b"hi") };
        ok(2)
    })]);
    let mut room = [MaybeUninit::uninit(); 4];
    let flags = RecvFlags::empty();
    let (filled, _) = transfer::recv_from_uninit(&socket, &mut room, flags, &mut []).unwrap();
    assert_eq!(filled, b"hi");
    let _ = socket.into_raw_fd();
}

/// Receives a message with descriptor 7, and drops it.
fn received<B>(words: &'static [i32]) -> (MessageFlags, Option<i32>, Vec<String>)
where
    B: Default
        + crate::bsd::System
        + for<'p> Backend<
            Fd = OwnedFd<B>,
            IoSliceMut<'p> = IoSliceMut<'p>,
            Control<'p> = crate::bsd::ReceivedControl<'p, B>,
        >,
{
    let socket = fd::<B>(3);
    let answer = header(move |header| {
        let len = words.len();
        // SAFETY: the room for control data has 64 bytes.
        let room = unsafe { core::slice::from_raw_parts_mut(header.msg_control.cast(), len) };
        room.copy_from_slice(words);
        header.msg_controllen = (4 * len) as u32;
        header.msg_flags = 0x28;
        ok(1)
    });
    // Asked for in the call, where the kernel has a flag for it.
    script([Box::new(move |arguments: &[*mut ()]| {
        assert_eq!(arguments[2].addr(), B::RECVMSG_FLAGS as usize);
        answer(arguments)
    }) as Answer]);
    let (mut byte, mut control) = ([0], sock_core::ControlBuffer::<64>::new());
    let message = RecvMsg {
        parts: &mut [IoSliceMut::new(&mut byte)],
        addr: &mut [],
        control: control.as_mut_slice(),
    };
    let mut report = transfer::recv_msg::<B, B>(&socket, message, RecvFlags::empty()).unwrap();
    let taken = report.control.take_descriptor().map(OwnedFd::into_raw_fd);
    let flags = report.flags;
    drop(report);
    let _ = socket.into_raw_fd();
    (flags, taken, told())
}

#[test]
fn descriptors_are_finished_before_they_are_handed_out() {
    let flags = MessageFlags::EOR | MessageFlags::CTRUNC;
    // By MSG_CMSG_CLOEXEC, in the same call.
    let calls = std::vec![String::from("recvmsg 3")];
    assert_eq!(
        received::<Fake>(&[20, 0xffff, 1, 0, 7]),
        (flags, Some(7), calls)
    );
    let calls = ["recvmsg 3", "received 7"].map(String::from).to_vec();
    assert_eq!(
        received::<FakeDarwin>(&[16, 0xffff, 1, 7]),
        (flags, Some(7), calls)
    );
}

#[test]
fn no_room_for_control_data_is_told_as_such() {
    let socket = fd::<Fake>(3);
    for (flags, null) in [(RecvFlags::empty(), false), (RecvFlags::PEEK, true)] {
        script([header(move |header| {
            assert_eq!(header.msg_control.is_null(), null);
            assert_eq!(header.msg_controllen, 0);
            ok(0)
        })]);
        let message = RecvMsg {
            parts: &mut [],
            addr: &mut [],
            control: &mut [],
        };
        transfer::recv_msg::<Fake, Fake>(&socket, message, flags).unwrap();
    }
    let _ = socket.into_raw_fd();
}

/// An answer of Darwin's recvmsg(2): a message with descriptors 7, 8 and 9, for which there is room.
fn three_descriptors() -> Answer {
    header(|header| {
        assert!(header.msg_controllen >= 12 + 4 * 254);
        // SAFETY: there is room for as much control data.
        let words = unsafe { &mut *header.msg_control.cast::<[i32; 6]>() };
        *words = [24, 0xffff, 1, 7, 8, 9];
        header.msg_controllen = 24;
        ok(1)
    })
}

#[test]
fn a_kernel_that_opens_what_does_not_fit_leaves_nothing_open() {
    let socket = fd::<FakeDarwin>(3);
    let (mut byte, mut addr) = ([0], [0; 16]);
    let closed = ["recvmsg 3", "close 7", "close 8", "close 9"];
    script([three_descriptors()]);
    let taken = FakeDarwin::default().recv(&socket, &mut byte, RecvFlags::DONTWAIT);
    assert_eq!((taken, told()), (Ok(1), closed.map(String::from).to_vec()));
    script([three_descriptors()]);
    transfer::recv_from(&socket, &mut byte, RecvFlags::DONTWAIT, &mut addr).unwrap();
    assert_eq!(told(), closed);

    for (room, fit) in [
        (0, 0),
        (11, 0),
        (12, 0),
        (15, 0),
        (16, 1),
        (23, 2),
        (24, 3),
        (64, 3),
    ] {
        script([three_descriptors()]);
        let mut control = sock_core::ControlBuffer::<64>::new();
        let message = RecvMsg {
            parts: &mut [IoSliceMut::new(&mut byte)],
            addr: &mut [],
            control: &mut control.as_mut_slice()[..room],
        };
        let flags = RecvFlags::empty();
        let mut report =
            transfer::recv_msg::<FakeDarwin, FakeDarwin>(&socket, message, flags).unwrap();
        assert_eq!(
            report.flags.contains(MessageFlags::CTRUNC),
            fit < 3,
            "{room}"
        );
        let before = told();
        for number in [7, 8, 9].into_iter().take(fit) {
            let taken = report.control.take_descriptor().unwrap();
            assert_eq!(taken.into_raw_fd(), number);
        }
        assert!(report.control.take_descriptor().is_none());
        drop(report);
        let mut expected = std::vec![String::from("recvmsg 3")];
        expected.extend((7 + fit..10).map(|number| std::format!("close {number}")));
        expected.extend((7..7 + fit).map(|number| std::format!("received {number}")));
        assert_eq!((before, told()), (expected, Vec::new()), "{room}");
    }
    let _ = socket.into_raw_fd();
}

/// What a peek brings as control data are no numbers of descriptors: nothing may be closed.
#[test]
fn a_peek_takes_no_control_data() {
    fn peek<B>()
    where
        B: Default
            + crate::bsd::System
            + for<'p> Backend<
                Fd = OwnedFd<B>,
                IoSliceMut<'p> = IoSliceMut<'p>,
                Control<'p> = crate::bsd::ReceivedControl<'p, B>,
            >,
    {
        let socket = fd::<B>(3);
        let answer = || {
            header(|header| {
                assert!(header.msg_control.is_null());
                assert_eq!(header.msg_controllen, 0);
                ok(1)
            })
        };
        let (mut byte, mut control) = ([0], sock_core::ControlBuffer::<64>::new());
        script([answer(), answer()]);
        let message = RecvMsg {
            parts: &mut [IoSliceMut::new(&mut byte)],
            addr: &mut [],
            control: control.as_mut_slice(),
        };
        let report = transfer::recv_msg::<B, B>(&socket, message, RecvFlags::PEEK).unwrap();
        drop(report);
        transfer::recv_from(&socket, &mut byte, RecvFlags::PEEK, &mut []).unwrap();
        assert_eq!(told(), ["recvmsg 3"; 2]);
        script([value(1)]);
        assert_eq!(transfer::recv(&socket, &mut byte, RecvFlags::PEEK), Ok(1));
        assert_eq!(told(), ["recvfrom 3"]);
        let _ = socket.into_raw_fd();
    }
    peek::<Fake>();
    peek::<FakeDarwin>();
}

/// A kernel may refuse a message without parts: there is always one, if an empty one.
#[test]
fn a_message_without_parts_has_an_empty_one() {
    let socket = fd::<FakeDarwin>(3);
    let one_empty = || {
        header(|header| {
            assert_eq!(header.msg_iovlen, 1);
            // SAFETY: the header has one part.
            assert_eq!(unsafe { header.msg_iov.read() }.iov_len, 0);
            ok(0)
        })
    };
    script([one_empty(), one_empty()]);
    let message = SendMsg::<FakeDarwin>::new(&[]);
    let flags = SendFlags::DONTWAIT;
    assert_eq!(transfer::send_msg(&socket, &message, flags), Ok(0));
    let message = RecvMsg {
        parts: &mut [],
        addr: &mut [],
        control: &mut [],
    };
    let flags = RecvFlags::DONTWAIT;
    let report = transfer::recv_msg::<FakeDarwin, FakeDarwin>(&socket, message, flags).unwrap();
    assert_eq!(report.len, 0);
    assert_eq!(told(), ["sendmsg 3", "recvmsg 3"]);
    let _ = socket.into_raw_fd();
}

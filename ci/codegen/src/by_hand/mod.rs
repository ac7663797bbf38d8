//! The same calls as an expert writes them in assembly: the yardstick of [`ours`](crate::ours).
//!
//! Each does the same work on the same memory (a socket begins with the complement of its
//! descriptor), and its result has the same form: the flags that keep the call from waiting and from
//! SIGPIPE, no call for an empty buffer of a stream, another try after a signal, errors told from
//! counts, the address looked at. They are as short as they can be, not as fast: what
//! `cargo ci asm` counts is instructions in the text.
//!
//! # Safety
//!
//! Each function follows the C calling convention of its architecture, and the system-call
//! convention that is documented in `backend-linux/src/arch/`. The caller vouches that the first
//! pointer is a socket of `sock`, and that memory that is given with a length is that long and may be
//! read by a send and written by a receive.

use core::mem::MaybeUninit;

/// The functions of an architecture, from their instructions.
macro_rules! by_hand {
    (
        send { $($send:tt)* }
        recv { $($recv:tt)* }
        recv_uninit { $($recv_uninit:tt)* }
        send_to { $($send_to:tt)* }
        recv_from { $($recv_from:tt)* }
        connected_send { $($connected_send:tt)* }
        connected_recv { $($connected_recv:tt)* }
        accept { $($accept:tt)* }
        encode { $($encode:tt)* }
    ) => {
        by_hand! {
            /// send(2) on a stream.
            by_hand_send(stream: *const i32, bytes: *const u8, len: usize) -> Count { $($send)* }

            /// recv(2) on a stream.
            by_hand_recv(stream: *const i32, room: *mut u8, len: usize) -> Count { $($recv)* }

            /// recv(2) on a stream, and the bytes that came.
            by_hand_recv_uninit(stream: *const i32, room: *mut u8, len: usize) -> Filled {
                $($recv_uninit)*
            }

            /// sendto(2).
            by_hand_send_to(
                socket: *const i32,
                bytes: *const u8,
                len: usize,
                to: *const Encoded
            ) -> Count { $($send_to)* }

            /// recvfrom(2).
            by_hand_recv_from(socket: *const i32, room: *mut u8, len: usize) -> MessageFrom {
                $($recv_from)*
            }

            /// send(2) of a message to the peer.
            by_hand_connected_send(socket: *const i32, bytes: *const u8, len: usize) -> Count {
                $($connected_send)*
            }

            /// recv(2) of a message from the peer.
            by_hand_connected_recv(socket: *const i32, room: *mut u8, len: usize) -> Message {
                $($connected_recv)*
            }

            /// accept4(2).
            by_hand_accept(listener: *const i32) -> Accepted { $($accept)* }

            /// `struct sockaddr_in`, in the room of `struct sockaddr_in6`.
            by_hand_encode(ip: u32, port: u16) -> Encoded { $($encode)* }
        }
    };

    ($(
        $(#[$document:meta])*
        $name:ident($($argument:ident: $type:ty),*) -> $result:ty { $($body:tt)* }
    )*) => {$(
        $(#[$document])*
        ///
        /// # Safety
        ///
        /// See [the module](crate::by_hand#safety).
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($($argument: $type),*) -> $result {
            core::arch::naked_asm!($($body)*)
        }
    )*};
}

#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
#[cfg_attr(target_arch = "riscv64", path = "riscv64.rs")]
#[cfg_attr(target_arch = "loongarch64", path = "loongarch64.rs")]
mod current;

pub use current::*;

/// As `Result<usize>`: in two registers.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Count {
    /// 1 when the call failed, else 0.
    pub failed: usize,
    /// The count, or the error.
    pub value: usize,
}

/// As `Result<&mut [u8]>`: in memory.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Filled {
    /// Where the bytes begin; null when the call failed.
    pub bytes: *mut u8,
    /// The number of bytes, or the error.
    pub value: usize,
    /// Never written. The convention would return less in registers.
    pub in_memory: MaybeUninit<usize>,
}

/// As `Result<Received<usize>>`: in memory.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Message {
    /// The number of bytes, or the error.
    pub value: usize,
    /// Whether the message was cut, or [`FAILED`].
    pub state: u8,
    /// Never written. The convention would return less in registers.
    pub in_memory: MaybeUninit<usize>,
}

/// As `Result<Received<usize, SocketAddr>>`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct MessageFrom {
    /// The number of bytes, or the error.
    pub value: usize,
    /// The sender: 16 bytes of an IPv4 address, 28 of an IPv6 address.
    pub from: [MaybeUninit<u32>; 7],
    /// Whether the message was cut, or [`FAILED`].
    pub state: u8,
}

/// The state of a message that was not received.
pub const FAILED: u8 = 2;

/// As `Result<(TcpStream, SocketAddr)>`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Accepted {
    /// The complement of the descriptor; 0 when the call failed.
    pub complement: i32,
    /// The peer, as in [`MessageFrom`]; the error begins at the second word.
    pub peer: [MaybeUninit<u32>; 7],
}

/// As [`Place`](crate::ours::Place).
#[derive(Clone, Copy, Debug)]
#[repr(C, align(8))]
pub struct Encoded(pub [u8; 28]);

/// sendto(2) and recvfrom(2) without waiting or SIGPIPE: `MSG_DONTWAIT` and `MSG_NOSIGNAL`.
const SEND: u32 = 0x4040;
/// `MSG_DONTWAIT`.
const RECV: u32 = 0x40;
/// `MSG_DONTWAIT` and `MSG_TRUNC`.
const RECV_MESSAGE: u32 = 0x60;
/// `SOCK_NONBLOCK` and `SOCK_CLOEXEC`.
const BORN: u32 = 0x8_0800;
/// `Error::WRONG_FAMILY`.
const WRONG_FAMILY: u32 = 0x1_0028;
/// `Error::UNEXPECTED_REPLY`.
const UNEXPECTED_REPLY: u32 = 0x1_002c;

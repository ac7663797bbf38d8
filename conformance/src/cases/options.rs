//! Options: each does what it says, on the kernels that have it, and the value that comes out is the
//! one that went in.

mod inet;
mod linux;
mod socket;

use sock_core::abi::Linux;
use sock_core::{Backend, Inet, TcpSocket, UdpSocket};

use crate::{Env, Failure, Runner};

pub(crate) fn portable<E: Env>(runner: &mut Runner<'_, E>) {
    socket::portable(runner);
    inet::portable(runner);
}

pub(crate) fn linux<E: Env>(runner: &mut Runner<'_, E>)
where
    E::Backend: Backend<Abi = Linux>,
{
    socket::linux(runner);
    linux::linux(runner);
}

/// Sets each value in turn; each is what the option then has.
macro_rules! round_trip {
    ($socket:expr, $option:expr, $($value:expr),+) => {{
        let socket = &$socket;
        for value in [$($value),+] {
            socket.set_option($option, value)?;
            crate::check!(socket.option($option)? == value);
        }
    }};
}
use round_trip;

fn tcp<E: Env>(env: &E) -> Result<TcpSocket<E::Backend>, Failure> {
    Ok(TcpSocket::open(env.backend(), Inet::V4)?)
}

fn udp<E: Env>(env: &E) -> Result<UdpSocket<E::Backend>, Failure> {
    Ok(UdpSocket::open(env.backend(), Inet::V4)?)
}

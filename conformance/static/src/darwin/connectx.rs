//! Cases of connectx(2), which only Darwin has.

use core::time::Duration;

use conformance::{Env, Outcome, Runner, check, check_number};
use sock_core::{Deadline, ErrorKind, TcpListener, TcpSocket};
use sock_darwin::Darwin;
use sock_darwin::connectx::FastOpen;

use crate::env::Program;

const SOON: Deadline = Deadline::after(Duration::from_secs(10));

pub(super) fn cases(runner: &mut Runner<'_, Program>) {
    runner.case("connectx-takes-data", takes_data);
    runner.case("connectx-at-the-first-send", at_the_first_send);
    runner.case(
        "connectx-refuses-the-wrong-family",
        refuses_the_wrong_family,
    );
}

fn takes_data(env: &Program) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &"127.0.0.1:0".parse()?)?;
    let socket = TcpSocket::<Darwin>::v4()?;
    let (stream, taken) = socket.connect_with(&listener.local_addr()?, b"question")?;
    check_number!(taken, 8);
    let (server, peer) = listener.accept_by(SOON)?;
    let mut room = [0; 8];
    server.recv_exact(&mut room, SOON)?;
    check!(&room == b"question");
    check!(peer == stream.local_addr()?);
    server.send_all(b"answer", SOON)?;
    let mut room = [0; 6];
    stream.recv_exact(&mut room, SOON)?;
    check!(&room == b"answer");
    Ok(())
}

fn at_the_first_send(env: &Program) -> Outcome {
    let listener = TcpListener::bind_in(env.backend(), &"[::1]:0".parse()?)?;
    let socket = TcpSocket::<Darwin>::v6()?;
    let stream = socket.connect_at_send(&listener.local_addr()?)?;
    stream.send_all(b"question", SOON)?;
    let (server, _) = listener.accept_by(SOON)?;
    let mut room = [0; 8];
    server.recv_exact(&mut room, SOON)?;
    check!(&room == b"question");
    Ok(())
}

fn refuses_the_wrong_family(_: &Program) -> Outcome {
    let socket = TcpSocket::<Darwin>::v4()?;
    match socket.connect_with(&"[::1]:9".parse()?, b"x") {
        Err(rejected) => check!(rejected.error.kind() == ErrorKind::WrongFamily),
        Ok(_) => check!(false),
    }
    Ok(())
}

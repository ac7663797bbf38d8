//! An HTTP client of a few lines over any `embedded-nal` stack.

use core::net::SocketAddr;

use embedded_nal::{TcpClientStack, TcpError, TcpErrorKind, nb};

/// Asks `server` for `path` (RFC 1945), and hands what it answers, head and body, to `take`, piece by
/// piece, until the server closes the connection.
///
/// # Errors
/// Those of the stack.
pub fn get<S: TcpClientStack>(
    stack: &mut S,
    server: SocketAddr,
    path: &str,
    mut take: impl FnMut(&[u8]),
) -> Result<(), S::Error> {
    let mut socket = stack.socket()?;
    nb::block!(stack.connect(&mut socket, server))?;
    for part in ["GET ", path, " HTTP/1.0\r\n\r\n"] {
        send_all(stack, &mut socket, part.as_bytes())?;
    }
    let mut room = [0; 512];
    loop {
        match nb::block!(stack.receive(&mut socket, &mut room)) {
            Ok(n) => take(room.get(..n).unwrap_or_default()),
            Err(error) if error.kind() == TcpErrorKind::PipeClosed => break,
            Err(error) => return Err(error),
        }
    }
    stack.close(socket)
}

fn send_all<S: TcpClientStack>(
    stack: &mut S,
    socket: &mut S::TcpSocket,
    bytes: &[u8],
) -> Result<(), S::Error> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let sent = nb::block!(stack.send(socket, rest))?;
        rest = rest.get(sent..).unwrap_or_default();
    }
    Ok(())
}

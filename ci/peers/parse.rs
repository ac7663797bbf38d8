//! How the peers read their address.

/// `192.0.2.1:80`, read as `examples/tcp-echo.rs` reads it.
pub(crate) fn parse(text: &[u8]) -> Option<([u8; 4], u16)> {
    let (mut octets, mut separators, mut number) = ([0; 4], b"...:".iter(), None);
    for &byte in text {
        if let digit @ 0..10 = byte.wrapping_sub(b'0') {
            let tens = number.unwrap_or(0u16).checked_mul(10)?;
            number = Some(tens.checked_add(digit.into())?);
        } else if separators.next() == Some(&byte) {
            let [_, b, c, d] = octets;
            octets = [b, c, d, number.take()?.try_into().ok()?];
        } else {
            return None;
        }
    }
    Some((octets, number.filter(|_| separators.len() == 0)?))
}

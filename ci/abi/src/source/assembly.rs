//! Numbers in the text of an assembler.

/// The integers in a text: words that begin with a digit, but for the labels (`2:`, `2f`, `2b`).
pub(crate) fn numbers(text: &str) -> Vec<u128> {
    let is_inside = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '.');
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_inside) {
        let word = rest.get(start..).unwrap_or_default();
        let end = word.find(|sign| !is_inside(sign)).unwrap_or(word.len());
        let (word, behind) = word.split_at(end);
        if !behind.starts_with(':') {
            found.extend(number(word));
        }
        rest = behind;
    }
    found
}

/// A word as an integer.
fn number(word: &str) -> Option<u128> {
    let lower = word.to_ascii_lowercase();
    let (digits, radix) = match lower.as_bytes() {
        [b'0', b'x', ..] => (lower.get(2..)?, 16),
        [b'0', b'b', _, ..] => (lower.get(2..)?, 2),
        [b'0', b'o', ..] => (lower.get(2..)?, 8),
        [b'0', b'0'..=b'7', ..] => (lower.as_str(), 8),
        _ => (lower.as_str(), 10),
    };
    u128::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_alone() {
        assert_eq!(numbers("mov $408, %eax; svc #0x80"), [408, 128]);
        assert_eq!(numbers("and rsp, -16\n2: jmp 2b; b 2f"), [16]);
        assert_eq!(numbers("ldr x10, [sp, #010]; {failed:w} {0}"), [8, 0]);
        assert_eq!(numbers("str q1, 16(sp); ud2; v0.4s; .p2align 4"), [16, 4]);
    }
}

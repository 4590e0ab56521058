//! Hexadecimal digits.

use std::fmt;

/// `N` bytes from exactly `2 N` hexadecimal digits.
pub(crate) fn parse<const N: usize>(digits: &str) -> Option<[u8; N]> {
    if digits.len() != 2 * N || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Writes the digits.
pub(crate) fn write(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_as_many_as_there_must_be() {
        assert_eq!(parse("00fF1a"), Some([0, 255, 26]));
        assert_eq!(parse(""), Some([]));
        for wrong in ["00ff1", "00ff1a0", "+0ff1a", "00ff1g", "00ff é"] {
            assert_eq!(parse::<3>(wrong), None, "{wrong}");
        }
    }
}

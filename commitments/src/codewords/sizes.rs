//! The encoding of keys that are sizes and nothing else: a magic, and four numbers of 16 bits.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use crate::wire::{DecodeError, Reader};

/// Bytes of a magic.
pub(crate) type Magic = [u8; 8];

/// Encodes.
pub(crate) fn write(magic: &Magic, numbers: [usize; 4]) -> Vec<u8> {
    let numbers = numbers.map(|n| u16::try_from(n).unwrap_or(u16::MAX).to_le_bytes());
    [magic.as_slice(), numbers.as_flattened()].concat()
}

/// The numbers.
///
/// # Errors
/// Another magic, another length.
pub(crate) fn read(
    magic: &Magic,
    what: &'static str,
    bytes: &[u8],
) -> Result<[usize; 4], DecodeError> {
    let mut input = Reader::new(bytes);
    if input.array()? != *magic {
        let cause = "wrong magic".to_owned();
        return Err(DecodeError::Invalid { what, cause });
    }
    let mut number = || input.array().map(u16::from_le_bytes).map(usize::from);
    let numbers = [number()?, number()?, number()?, number()?];
    input.end().map(|()| numbers)
}

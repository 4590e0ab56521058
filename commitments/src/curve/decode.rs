//! Decoding points, one by one.

use crate::wire::{DecodeError, Reader};
use ark_bn254::G1Affine;

/// What is decoded, in errors.
pub(super) const POINT: &str = "G1 point";

/// The next `count` points, up to the first one that is none.
///
/// # Errors
/// Why that is none.
pub(crate) fn points(count: usize, input: &mut Reader<'_>) -> Result<Vec<G1Affine>, DecodeError> {
    (0..count).map(|_| input.canonical(POINT)).collect()
}

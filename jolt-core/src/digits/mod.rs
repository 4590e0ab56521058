//! One-hot digit columns: what every index (lookup index, bytecode row, memory cell) is committed as.
//!
//! A digit of radix `K ≤ 16` is the matrix `ra(k, j) = [digit(j) = k]` over 4 address and `log T`
//! cycle variables; rows `k ≥ K` are zero. Columns `k ≥ 1` are committed, column 0 is *defined* as
//! one minus their sum, so that a digit is one-hot if its entries are zeros and ones.
//!
//! * [`booleanity`]: every entry of every digit is 0 or 1, the defined column included;
//! * [`products`]: products of groups of digits, at one address per digit, and that the digits are one-hot, at
//!   the same addresses.
//!
//! Each leaves one claim per digit, at one address and one cycle point: see [`claim`]; `products` also one on
//! all digits together.

#![allow(
    clippy::indexing_slicing,
    reason = "digits are below the radix, which callers promise"
)]

pub mod booleanity;
pub mod products;
#[cfg(feature = "prover")]
mod prover;

#[cfg(feature = "prover")]
pub use prover::DigitColumn;
#[cfg(feature = "prover")]
pub(crate) use prover::{Interpolation, blocks};
#[cfg(feature = "prover")]
pub use sumcheck::PackedDigits as Packed;

use sumcheck::{EvalClaim, Field, Oracle, Point, Weights};

/// Address variables of a digit.
pub const ADDRESS_VARS: usize = 4;

/// The largest radix.
pub const MAX_RADIX: usize = 1 << ADDRESS_VARS;

/// The claim `ra(address, cycle) = value` on one digit oracle of radix `radix ≤ 16`.
pub fn claim<F: Field, V>(
    oracle: Oracle,
    radix: usize,
    address: &Point<F>,
    cycle: &Point<F>,
    value: V,
) -> EvalClaim<F, V> {
    let mut weights = address.eq_table();
    weights.truncate(radix);
    EvalClaim {
        terms: vec![(oracle, Weights::Digit(weights), F::one())],
        point: cycle.clone(),
        value,
    }
}

/// The whole matrix `ra(k, j)` of digit values, for the naive prover: `k` on the low 4 bits of the
/// index. Missing rows are digit 0.
///
/// # Panics
/// If a digit is not below 16.
pub fn one_hot<F: Field>(vars: usize, digits: impl IntoIterator<Item = u8>) -> Vec<F> {
    let mut matrix = vec![F::zero(); MAX_RADIX << vars];
    let mut digits = digits.into_iter();
    for row in matrix.chunks_exact_mut(MAX_RADIX) {
        row[usize::from(digits.next().unwrap_or(0))] = F::one();
    }
    matrix
}

/// The row values `Σ_k weights(k) · ra(k, j)` of a matrix of [`one_hot`]'s shape.
pub fn fold_rows<F: Field>(matrix: &[F], weights: &[F]) -> Vec<F> {
    matrix
        .chunks_exact(MAX_RADIX)
        .map(|row| row.iter().zip(weights).map(|(x, w)| *x * w).sum())
        .collect()
}

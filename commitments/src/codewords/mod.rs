//! Interleaved Reed–Solomon codewords under Merkle trees: what schemes of hashed codewords have in common.
//!
//! **Code.** The message of `2^m` rows `f(j)` is the polynomial `Σ_j f(j)·X^j`; its codeword are the values at
//! `1, ω, ω^2 …`, the roots of unity of order `2^{m+k}`. `2^{-k}` is the *rate*.
//!
//! **Batch.** Columns of one length are interleaved: leaf `i` of a tree is the hash of the `i`-th values of all of them.
//! A batch has a tree for each length, in the order in which lengths occur; polynomials of less than a least number of
//! variables are repeated until they have as many.
//!
//! **Tree.** SHA-256; a byte before what is hashed tells leaves from nodes ([`merkle`]). Opened leaves come with the nodes
//! of one layer of the tree, the *cap*, and each with its path up to that.

#[cfg(feature = "prover")]
mod encode;
mod groups;
pub(crate) mod merkle;
mod positions;
pub(crate) mod sizes;
#[cfg(feature = "prover")]
mod tree;

#[cfg(feature = "prover")]
pub use encode::Codewords;
#[cfg(test)]
pub(crate) use encode::KeptGroup;
#[cfg(feature = "prover")]
pub(crate) use encode::{Made, add, columns_of, commit, fits_rows, interpolate};
pub use groups::Roots;
pub(crate) use groups::{Term, factors_of, fits_point, groups, root_bytes, sum_of};
pub use positions::{MAX_QUERIES, Positions};
#[cfg(feature = "prover")]
pub(crate) use tree::Tree;

use ark_bn254::Fr;
use ark_ff::{FftField, Field, PrimeField, Zero};

/// `log2` of the largest power of two that divides the order of the multiplicative group.
pub(crate) const TWO_ADICITY: usize = 28;

/// The root of unity of order `2^vars` whose powers are the points of codewords of that length. There is none beyond
/// [`TWO_ADICITY`], and one takes its place.
pub(crate) fn root_of_unity(vars: usize) -> Fr {
    let order = u32::try_from(vars)
        .ok()
        .and_then(|vars| 1u64.checked_shl(vars));
    order.and_then(Fr::get_root_of_unity).unwrap_or_default()
}

/// A position among `2^vars` from a random element: its lowest bits.
pub(crate) fn position(element: Fr, vars: usize) -> usize {
    let [low, ..] = element.into_bigint().0;
    let below = 1usize.checked_shl(vars.try_into().unwrap_or(u32::MAX));
    // Cut before it is narrowed: machines of 32 bits draw the same.
    let low = usize::try_from(low & u64::from(u32::MAX)).unwrap_or_default();
    low & below.unwrap_or(1).saturating_sub(1)
}

/// Whether all openings hold: what these schemes decide of several is no sum.
#[derive(Debug, Default)]
pub struct Verdict {
    rejected: bool,
}

impl Verdict {
    pub(crate) fn add(&mut self, holds: bool) {
        self.rejected |= !holds;
    }

    pub(crate) fn holds(&self) -> bool {
        !self.rejected
    }
}

/// The positions among the first `2^vars`: each modulo that.
pub(crate) fn among(positions: &[usize], vars: usize) -> Vec<usize> {
    positions.iter().map(|at| at & ((1 << vars) - 1)).collect()
}

/// The value of a codeword of `2^vars` values, of these rows, at a position.
pub(crate) fn at(rows: &[Fr], vars: usize, position: usize) -> Fr {
    let x = root_of_unity(vars).pow([u64::try_from(position).unwrap_or_default()]);
    rows.iter().rev().fold(Fr::zero(), |sum, row| sum * x + row)
}

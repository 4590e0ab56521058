//! Whole tables, for what writes everything out: the naive argument, and the naive prover of another one.
//!
//! An index of at most 16 bits is a row of an indicator `I(k, j) = [index_j = k]`. Everything here
//! costs `2^(index bits + log T)`.

#![allow(
    clippy::indexing_slicing,
    reason = "rows of an index are below its size"
)]

use super::{Exposed, LookupShape, Reads};
use crate::digits::one_hot;
use instruction_tables::deinterleave;
use sumcheck::Field;

/// The largest index that is materialised.
pub const MAX_INDEX_BITS: usize = 16;

/// How an index is cut into digits: how many there are, and digit `i` of an index.
pub type Cut<'a> = (usize, &'a dyn Fn(usize, u128) -> u8);

/// Indices as matrices. What is proven is proven from them, so that whoever changes them proves something else.
#[derive(Clone, Debug)]
pub struct Matrices<F> {
    /// Bits of an index.
    pub index_bits: usize,
    /// `I(k, j)`: `2^(index bits + log T)` entries, `k` on the low bits.
    pub indicator: Vec<F>,
    /// The one-hot matrix of each digit.
    pub digits: Vec<Vec<F>>,
}

impl<F: Field> Matrices<F> {
    /// The matrices of these indices, in `2^vars` rows; further rows have index 0.
    ///
    /// # Panics
    /// If an index has more than `index_bits` bits, or there are more of them than rows.
    pub fn new(index_bits: usize, vars: usize, index: &[u128], cut: Cut<'_>) -> Self {
        let row = |j: usize| index.get(j).copied().unwrap_or(0);
        let mut indicator = vec![F::zero(); 1 << (index_bits + vars)];
        for (j, own) in indicator.chunks_exact_mut(1 << index_bits).enumerate() {
            own[row(j) as usize] = F::one();
        }
        let (digits, digit) = cut;
        let rows = 0..1usize << vars;
        let matrix = |i| one_hot(vars, rows.clone().map(|j| digit(i, row(j))));
        Matrices {
            index_bits,
            indicator,
            digits: (0..digits).map(matrix).collect(),
        }
    }
}

/// `V(k, j)`: the output of the read's table at `k`, plus `γ` times what it exposes.
pub fn values<F: Field>(shape: &LookupShape, reads: &Reads, gamma: F) -> Vec<F> {
    let bits = shape.index_bits;
    let mut table = vec![F::zero(); 1 << (bits + shape.cycle_vars)];
    let selectors = reads.table.iter().zip(&reads.operands);
    for (row, (selected, exposed)) in table.chunks_exact_mut(1 << bits).zip(selectors) {
        let selected = shape.tables.get(usize::from(*selected));
        for (k, value) in row.iter_mut().enumerate() {
            let out = selected.map_or(0, |t| t.entry(k as u128));
            let (left, right) = match exposed {
                Exposed::Nothing => (0, 0),
                Exposed::Pair => deinterleave(k as u128),
                Exposed::Single => (0, k as u64),
            };
            *value = F::from(out) + gamma * (F::from(left) + gamma * F::from(right));
        }
    }
    table
}

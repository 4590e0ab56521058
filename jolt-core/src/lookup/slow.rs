//! Whole tables for the naive prover, and the deviations that soundness tests make in them.
//!
//! An index of at most 16 bits is a row of an indicator `I(k, j) = [index_j = k]`. Everything here
//! costs `2^(index bits + log T)`.

use super::{Exposed, LookupShape, Reads};
use crate::digits::{MAX_RADIX, one_hot};
use instruction_tables::deinterleave;
use std::sync::Arc;
use sumcheck::Field;

/// The largest index that is materialised.
pub const MAX_INDEX_BITS: usize = 16;

/// How a prover deviates from the protocol, for soundness tests.
#[derive(Clone, Copy, Debug)]
pub enum Cheat<F> {
    /// Up to two digits of one read are not boolean: `1 − share` of the true index's digit, and `share` of the other
    /// index's. Each other index differs from the true one in one digit, the first in another than the second.
    Blend {
        /// The read.
        read: usize,
        /// The other indices, and their shares. A share of 0 leaves the digit as it is.
        towards: [(u128, F); 2],
    },
    /// One read is served at an index that is not the committed one.
    OtherIndex {
        /// The read.
        read: usize,
        /// The index served.
        other: u128,
    },
}

/// Indices as matrices.
pub(super) struct Indices<F> {
    /// Bits of an index.
    pub bits: usize,
    /// Row variables.
    pub vars: usize,
    /// Index of a row, 0 beyond the real ones.
    pub index: Box<dyn Fn(usize) -> u128 + Send + Sync>,
    /// How they deviate.
    pub cheat: Option<Cheat<F>>,
}

/// The tables of one instance.
pub(super) struct Tables<F> {
    shape: LookupShape,
    reads: Arc<Reads>,
    indices: Indices<F>,
}

impl<F: Field> Tables<F> {
    pub fn new(shape: &LookupShape, reads: Arc<Reads>, cheat: Option<Cheat<F>>) -> Self {
        let own = reads.clone();
        Tables {
            indices: Indices {
                bits: shape.index_bits,
                vars: shape.cycle_vars,
                index: Box::new(move |j| own.index.get(j).copied().unwrap_or(0)),
                cheat,
            },
            shape: shape.clone(),
            reads,
        }
    }

    /// The indices.
    pub fn indices(&self) -> &Indices<F> {
        &self.indices
    }

    /// `V(k, j)`: the output of the read's table at `k`, plus `γ` times what it exposes.
    pub fn values(&self, gamma: F) -> Vec<F> {
        let bits = self.shape.index_bits;
        let mut table = vec![F::zero(); 1 << (bits + self.shape.cycle_vars)];
        let selectors = self.reads.table.iter().zip(&self.reads.operands);
        for (row, (selected, exposed)) in table.chunks_exact_mut(1 << bits).zip(selectors) {
            let selected = self.shape.tables.get(usize::from(*selected));
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
}

impl<F: Field> Indices<F> {
    fn index(&self, j: usize) -> u128 {
        (self.index)(j)
    }

    /// `I(k, j)`, `k` on the low bits.
    pub fn indicator(&self) -> Vec<F> {
        let bits = self.bits;
        let mut table = vec![F::zero(); 1 << (bits + self.vars)];
        for (j, row) in table.chunks_exact_mut(1 << bits).enumerate() {
            row[self.index(j) as usize] = F::one();
        }
        match self.cheat {
            None => {}
            Some(Cheat::Blend { read, towards }) => {
                let own = self.index(read);
                table[(read << bits) + own as usize] = F::zero();
                let [(first, share), (second, other)] = towards;
                // Either digit may be the other index's.
                for (index, weight) in [
                    (own, (F::one() - share) * (F::one() - other)),
                    (first, share * (F::one() - other)),
                    (second, (F::one() - share) * other),
                    (own ^ (own ^ first) ^ (own ^ second), share * other),
                ] {
                    table[(read << bits) + index as usize] += weight;
                }
            }
            Some(Cheat::OtherIndex { read, other }) => {
                table[(read << bits) + self.index(read) as usize] = F::zero();
                table[(read << bits) + other as usize] = F::one();
            }
        }
        table
    }

    /// The one-hot matrix of the digit that `digit` takes from an index.
    pub fn digit(&self, digit: impl Fn(u128) -> u8) -> Vec<F> {
        let rows = 0..1usize << self.vars;
        let mut matrix = one_hot(self.vars, rows.map(|j| digit(self.index(j))));
        if let Some(Cheat::Blend { read, towards }) = self.cheat {
            for (other, share) in towards {
                matrix[MAX_RADIX * read + usize::from(digit(self.index(read)))] -= share;
                matrix[MAX_RADIX * read + usize::from(digit(other))] += share;
            }
        }
        matrix
    }
}

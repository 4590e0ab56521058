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
    /// The digits of one read are a combination of two indices that differ in one digit:
    /// `1 − share` of the true one and `share` of the other. One digit is not boolean.
    Blend {
        /// The read.
        read: usize,
        /// The other index.
        other: u128,
        /// Its share.
        share: F,
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
    pub index: Box<dyn Fn(usize) -> u128 + Send>,
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
            Some(Cheat::Blend { read, other, share }) => {
                table[(read << bits) + self.index(read) as usize] -= share;
                table[(read << bits) + other as usize] += share;
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
        if let Some(Cheat::Blend { read, other, share }) = self.cheat {
            matrix[MAX_RADIX * read + usize::from(digit(self.index(read)))] -= share;
            matrix[MAX_RADIX * read + usize::from(digit(other))] += share;
        }
        matrix
    }
}

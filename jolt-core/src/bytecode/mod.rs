//! The bytecode as the verifier sees it: public columns over rows.
//!
//! Flags, register numbers, immediates and labels are no part of a proof. A claim on any of them at a
//! cycle point is a claim on `Σ_j eq(r, j) · column(row(j))`, where `column` is a [`RowColumn`]: a function of the
//! row's kind, a number of it, or an entry for a register; the [fetch](crate::vm) phase proves all such claims from
//! the one-hot digits of `row(j)`. Rows beyond the program's equal row 0, the halting row.
//! A key may commit to rows: [`RowPlan`] says how.

mod columns;
mod kind;
mod polynomials;
#[cfg(feature = "prover")]
mod prover;
#[cfg(test)]
mod testing;

pub use columns::{Combination, Number, Port, RowColumn, Sums};
pub use kind::Kind;
pub use polynomials::RowPlan;

use instruction_tables::{Row, WordSize};
use std::collections::HashMap;
use std::sync::Arc;
use sumcheck::Field;

/// A program's rows.
#[derive(Clone, Debug)]
pub struct Bytecode {
    word: WordSize,
    rows: Arc<Vec<Row>>,
    vars: usize,
    /// The kinds of rows that there are, in order of the first row of each.
    kinds: Arc<Vec<Kind>>,
    /// The kind of each row.
    kind_of: Arc<Vec<u32>>,
}

impl Bytecode {
    /// Bytecode of the given rows.
    pub fn new(word: WordSize, rows: impl Into<Arc<Vec<Row>>>) -> Self {
        let rows = rows.into();
        let vars = rows.len().next_power_of_two().trailing_zeros().max(4) as usize;
        let mut known = HashMap::new();
        let mut kinds = Vec::new();
        let mut kind_of = |row: &Row| {
            let kind = Kind::of(row);
            *known.entry(kind).or_insert_with(|| {
                kinds.push(kind);
                // There are fewer rows than that.
                u32::try_from(kinds.len() - 1).unwrap_or(u32::MAX)
            })
        };
        let kind_of = Arc::new(rows.iter().map(&mut kind_of).collect());
        Bytecode {
            word,
            rows,
            vars,
            kinds: Arc::new(kinds),
            kind_of,
        }
    }

    /// The word that registers have.
    pub fn word(&self) -> WordSize {
        self.word
    }

    /// The rows; row 0 is [`Row::HALT`].
    pub fn rows(&self) -> &Arc<Vec<Row>> {
        &self.rows
    }

    /// `log2` of the padded number of rows, at least 4.
    pub fn vars(&self) -> usize {
        self.vars
    }

    /// A column over rows.
    pub fn column<F: Field>(&self, column: &RowColumn<F>) -> Vec<F> {
        self.rows.iter().map(|row| column.at(row)).collect()
    }
}

/// Canonical encoding of what a row proves: all of it but its name and its host hint.
pub fn row_bytes(row: &Row) -> Vec<u8> {
    let mut out = Vec::with_capacity(96);
    out.extend(row.label.to_le_bytes());
    out.extend(row.succ.to_le_bytes());
    out.extend(row.delta.to_le_bytes());
    out.extend(row.imm.to_le_bytes());
    out.extend(row.link.to_le_bytes());
    out.extend([row.rd, row.rs1, row.rs2]);
    out.extend(Kind::of(row).to_bytes());
    out
}

/// Radices of the digits, least significant first, of an index below `size`. All but the last are
/// 16; the last is as small as `size` allows.
pub fn radices(size: usize) -> Vec<usize> {
    let mut left = size.max(2);
    let mut radices = Vec::new();
    while left > 16 {
        radices.push(16);
        left = left.div_ceil(16);
    }
    radices.push(left);
    radices
}

/// Address variables of a digit.
pub fn digit_vars(radix: usize) -> usize {
    radix.next_power_of_two().trailing_zeros() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_indices_are_below_their_radix() {
        for size in [1usize, 2, 3, 16, 17, 255, 256, 257, 4096, 9 << 20] {
            let radices = radices(size);
            let all: Vec<u32> = [0, size / 3, size.saturating_sub(1)]
                .iter()
                .map(|k| *k as u32)
                .collect();
            for k in all {
                let digit = |i: usize| (k >> (4 * i)) & 15;
                let below = (0..radices.len()).all(|i| (digit(i) as usize) < radices[i]);
                assert!(below, "{k} of {size}");
                assert_eq!(u64::from(k) >> (4 * radices.len()), 0, "{k} of {size}");
            }
        }
    }
}

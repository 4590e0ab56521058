//! The bytecode as the verifier sees it: public columns over rows.
//!
//! Flags, register numbers, immediates and labels are never committed. A claim on any of them at a
//! cycle point is a claim on `Σ_j eq(r, j) · column(row(j))`, where `column` is any function of the
//! bytecode row that both sides can compute; the [fetch](crate::vm) phase proves all such claims from
//! the one-hot digits of `row(j)`. Rows beyond the program's equal row 0, the halting row.

#[cfg(feature = "prover")]
mod prover;

use instruction_tables::{Access, Left, Operands, Right, Row, WordSize, Write};
use std::sync::Arc;
use sumcheck::{EqBlocks, Field, Point};

/// A program's rows.
#[derive(Clone, Debug)]
pub struct Bytecode {
    pub word: WordSize,
    /// The rows; row 0 is [`Row::HALT`].
    pub rows: Arc<Vec<Row>>,
    /// `log2` of the padded number of rows, at least 4.
    pub vars: usize,
}

impl Bytecode {
    /// Bytecode of the given rows.
    pub fn new(word: WordSize, rows: impl Into<Arc<Vec<Row>>>) -> Self {
        let rows = rows.into();
        let vars = rows.len().next_power_of_two().trailing_zeros().max(4) as usize;
        Bytecode { word, rows, vars }
    }

    /// A column of the bytecode.
    pub fn column<F: Field>(&self, value: impl Fn(&Row) -> F) -> Vec<F> {
        self.rows.iter().map(value).collect()
    }

    /// A column as a polynomial over padded rows, at a point. One multiplication a row.
    pub fn evaluate<F: Field>(&self, column: &[F], point: &Point<F>) -> F {
        let padding = column.first().copied().unwrap_or_default();
        let rows = EqBlocks::new(point).sum(column);
        rows + padding * (F::one() - point.prefix_sum(column.len()))
    }
}

/// Canonical encoding of what a row proves: all of it but its name and its host hint.
pub fn row_bytes(row: &Row) -> Vec<u8> {
    let operands: [u8; 2] = match row.operands {
        Operands::None => [0, 0],
        Operands::Pair(left, right) => {
            let left = match left {
                Left::Rs1 => 1,
                Left::Cell => 2,
            };
            match right {
                Right::Value => [left, 0],
                Right::Window { size } => [left, size],
            }
        }
        Operands::Sum => [3, 0],
        Operands::Difference => [4, 0],
        Operands::Product => [5, 0],
        Operands::Free => [6, 0],
    };
    let write = match row.write {
        Write::None => 0u8,
        Write::Lookup => 1,
        Write::Link => 2,
        Write::Cell => 3,
    };
    let access = match row.access {
        Access::Idle => 0u8,
        Access::Load => 1,
        Access::Store => 2,
        Access::LoadNarrow => 3,
        Access::StoreNarrow => 4,
    };
    let mut out = Vec::with_capacity(96);
    out.extend(row.label.to_le_bytes());
    out.extend(row.succ.to_le_bytes());
    out.extend(row.delta.to_le_bytes());
    out.extend(row.imm.to_le_bytes());
    out.extend(row.link.to_le_bytes());
    out.extend([row.rd, row.rs1, row.rs2, write, access]);
    out.extend(operands);
    out.extend([u8::from(row.asserts), u8::from(row.exact)]);
    out.push(row.table.map_or(u8::MAX, |t| t.0));
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

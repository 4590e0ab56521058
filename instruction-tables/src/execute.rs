//! What a row does.
//!
//! [`Row::execute`] is the only semantics of rows. With `v = rs2 + imm` over the integers:
//!
//! ```text
//! Pair        left = rs1 | cell      right = v | (1 + 2^(8·size-1))·2^(8·offset)
//! Sum         right = rs1 + v        Difference  right = rs1 - v
//! Product     right = rs1 · v        Free        right = free
//! out         = table[index], 0 without a table
//! rd          := out | link | cell
//! cell        := rs2 (Store)  |  cell + (rs2 - out)·2^(8·offset) (StoreNarrow)
//! next label  = succ + out·delta
//! ```
//!
//! The index of a pair interleaves `left` and `right`; otherwise it is `right` itself and `left` is 0.
//! Whatever these equations cannot represent is a [`RowFault`]: an honest machine never runs into one,
//! and no accepted trace contains one.

use crate::bits::interleave;
use crate::row::{Access, Left, Operands, Right, Row, Write};
use crate::tables::{self, TableId};
use crate::word::WordSize;

/// What a row reads. Values are below `2^W`; registers that the row does not name are 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Value of register `rs1`.
    pub rs1: u64,
    /// Value of register `rs2`.
    pub rs2: u64,
    /// The RAM cell accessed; for rows that access none, cell 0.
    pub cell: u64,
    /// Byte offset of the access within its cell, 0 for rows that access none.
    pub offset: u8,
    /// The index of a [`Operands::Free`] row.
    pub free: u128,
}

/// What a row computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Left operand; 0 for one-operand rows and rows without a lookup.
    pub left: u64,
    /// Right operand: a word in a pair, else the integer that is looked up (below `2^2W`).
    pub right: u128,
    /// The lookup index.
    pub index: u128,
    /// The lookup output.
    pub out: u64,
    /// What `rd` receives, if the row writes it.
    pub rd_value: Option<u64>,
    /// The RAM cell afterwards.
    pub cell_new: u64,
    /// Label of the next row.
    pub next_label: u128,
}

/// Why a row cannot be executed on its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// An input is not a word.
    #[error("an input is not a {word:?} word")]
    NotAWord { word: WordSize },
    /// The word size lacks the row's table.
    #[error("no table {} at {word:?}", table.name())]
    NoTable {
        /// The table named.
        table: TableId,
        word: WordSize,
    },
    /// An operand does not fit its part of the index, or is negative.
    #[error("the row's {operand} operand is not representable")]
    Unrepresentable {
        /// `left`, `right`, `sum`, `difference`, `product` or `window`.
        operand: &'static str,
    },
    /// An asserted lookup output is not 1.
    #[error("assertion failed: {} gave {out}", table.name())]
    AssertionFailed { table: TableId, out: u64 },
    /// The integer looked up differs from the output of an exact row.
    #[error("{index:#x} is not the word {out:#x}")]
    NotExact {
        /// The integer.
        index: u128,
        out: u64,
    },
    /// A byte offset where the row allows none.
    #[error("byte offset {offset} in a full-word access, or in no access")]
    Misaligned { offset: u8 },
    /// A narrow store would leave the cell outside the word: what it stores is not truncated.
    #[error("a narrow store leaves the word")]
    CellOverflow,
    /// The next label would be negative or too large.
    #[error("the next label is not representable")]
    BadLabel,
}

/// `rs2 + imm`.
#[inline(always)]
fn value(rs2: u64, imm: i128) -> Option<i128> {
    i128::from(rs2).checked_add(imm)
}

/// The marker window `(1 + 2^(8·size-1))·2^(8·offset)`, if it is a word.
#[inline(always)]
fn window(word: WordSize, size: u8, offset: u8) -> Option<u64> {
    let top = (8 * u32::from(size)).checked_sub(1)?;
    let bits = 8 * u32::from(offset) + top + 1;
    (bits as usize <= word.bits() && size > 0)
        .then(|| (1 << (8 * u32::from(offset))) | 1 << (bits - 1))
}

impl Row {
    /// The address that a load or store row accesses, `rs1 + imm`, if it accesses one and the sum is
    /// neither negative nor above `2^64 - 1`.
    #[inline]
    pub fn address(&self, rs1: u64) -> Option<u64> {
        if !self.access.is_active() {
            return None;
        }
        u64::try_from(value(rs1, self.imm)?).ok()
    }

    /// The operand columns `(left, right)`, see the module documentation.
    ///
    /// # Errors
    /// [`RowFault::Unrepresentable`], if an operand is not an integer of its width.
    #[inline]
    pub fn operands(&self, word: WordSize, inputs: &Inputs) -> Result<(u64, u128), RowFault> {
        let fault = |operand| RowFault::Unrepresentable { operand };
        // An integer of 2W bits.
        let wide = |x: Option<i128>, operand| {
            x.and_then(|x| u128::try_from(x).ok())
                .filter(|x| word == WordSize::W64 || *x >> (2 * word.bits()) == 0)
                .ok_or(fault(operand))
        };
        let rs1 = i128::from(inputs.rs1);
        let v = value(inputs.rs2, self.imm);
        match self.operands {
            Operands::None => Ok((0, 0)),
            Operands::Pair(left, right) => {
                let left = match left {
                    Left::Rs1 => inputs.rs1,
                    Left::Cell => inputs.cell,
                };
                let right = match right {
                    Right::Value => v
                        .and_then(|v| u64::try_from(v).ok())
                        .filter(|v| *v <= word.mask())
                        .ok_or(fault("right"))?,
                    Right::Window { size } => {
                        window(word, size, inputs.offset).ok_or(fault("window"))?
                    }
                };
                Ok((left, u128::from(right)))
            }
            Operands::Sum => Ok((0, wide(v.and_then(|v| rs1.checked_add(v)), "sum")?)),
            Operands::Difference => {
                Ok((0, wide(v.and_then(|v| rs1.checked_sub(v)), "difference")?))
            }
            Operands::Product => {
                let v = v.and_then(|v| u128::try_from(v).ok());
                let product = v.and_then(|v| u128::from(inputs.rs1).checked_mul(v));
                let fits = |x: &u128| word == WordSize::W64 || *x >> (2 * word.bits()) == 0;
                Ok((0, product.filter(fits).ok_or(fault("product"))?))
            }
            Operands::Free => {
                let fits = word == WordSize::W64 || inputs.free >> (2 * word.bits()) == 0;
                if fits {
                    Ok((0, inputs.free))
                } else {
                    Err(fault("free"))
                }
            }
        }
    }

    /// Executes the row.
    ///
    /// # Errors
    /// A [`RowFault`] if the row's equations have no solution on these inputs.
    #[inline]
    pub fn execute(&self, word: WordSize, inputs: &Inputs) -> Result<Effect, RowFault> {
        if (inputs.rs1 | inputs.rs2 | inputs.cell) > word.mask() {
            return Err(RowFault::NotAWord { word });
        }
        let narrow = matches!(self.access, Access::LoadNarrow | Access::StoreNarrow);
        if inputs.offset != 0 && !narrow {
            return Err(RowFault::Misaligned {
                offset: inputs.offset,
            });
        }
        let (left, right) = self.operands(word, inputs)?;
        let pair = matches!(self.operands, Operands::Pair(..));
        let index = if pair {
            interleave(left, right as u64)
        } else {
            right
        };
        let out = match self.table {
            None => 0,
            Some(id) => {
                let table = tables::get(word, id).ok_or(RowFault::NoTable { table: id, word })?;
                let out = if pair {
                    table.entry_pair(left, right as u64)
                } else {
                    table.entry(index)
                };
                if self.asserts && out != 1 {
                    return Err(RowFault::AssertionFailed { table: id, out });
                }
                out
            }
        };
        if self.exact && index != u128::from(out) {
            return Err(RowFault::NotExact { index, out });
        }
        let rd_value = match self.write {
            Write::None => None,
            Write::Lookup => Some(out),
            Write::Link => Some(self.link),
            Write::Cell => Some(inputs.cell),
        };
        Ok(Effect {
            left,
            right,
            index,
            out,
            rd_value,
            cell_new: self.cell_new(word, inputs, out)?,
            next_label: self.next_label(out)?,
        })
    }

    #[inline(always)]
    fn cell_new(&self, word: WordSize, inputs: &Inputs, out: u64) -> Result<u64, RowFault> {
        match self.access {
            Access::Idle | Access::Load | Access::LoadNarrow => Ok(inputs.cell),
            Access::Store => Ok(inputs.rs2),
            Access::StoreNarrow => {
                let scale = 1i128.checked_shl(8 * u32::from(inputs.offset));
                let change =
                    scale.and_then(|s| (i128::from(inputs.rs2) - i128::from(out)).checked_mul(s));
                change
                    .and_then(|c| c.checked_add(i128::from(inputs.cell)))
                    .and_then(|cell| u64::try_from(cell).ok())
                    .filter(|cell| *cell <= word.mask())
                    .ok_or(RowFault::CellOverflow)
            }
        }
    }

    #[inline(always)]
    fn next_label(&self, out: u64) -> Result<u128, RowFault> {
        if self.delta == 0 || out == 0 {
            return Ok(self.succ);
        }
        i128::from(out)
            .checked_mul(self.delta)
            .and_then(|jump| self.succ.checked_add_signed(jump))
            .ok_or(RowFault::BadLabel)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn inputs(rs1: u64, rs2: u64) -> Inputs {
        Inputs {
            rs1,
            rs2,
            ..Inputs::default()
        }
    }

    fn lookup(operands: Operands, table: TableId) -> Row {
        Row {
            operands,
            table: Some(table),
            ..Row::HALT
        }
    }

    #[test]
    fn halt_is_well_formed_and_stays() {
        for word in [WordSize::W8, WordSize::W32, WordSize::W64] {
            Row::HALT.well_formed(word).unwrap();
            let effect = Row::HALT.execute(word, &inputs(0, 0)).unwrap();
            assert_eq!((effect.next_label, effect.index, effect.out), (0, 0, 0));
        }
    }

    #[test]
    fn what_is_not_representable_is_a_fault() {
        let word = WordSize::W32;
        let pair = Row {
            imm: 1,
            ..lookup(Operands::Pair(Left::Rs1, Right::Value), TableId::AND)
        };
        assert_eq!(
            pair.execute(word, &inputs(0, 0xffff_ffff)),
            Err(RowFault::Unrepresentable { operand: "right" })
        );
        let difference = lookup(Operands::Difference, TableId::TRUNC);
        assert_eq!(
            difference.execute(word, &inputs(3, 4)),
            Err(RowFault::Unrepresentable {
                operand: "difference"
            })
        );
        let exact = Row {
            exact: true,
            ..lookup(Operands::Product, TableId::TRUNC)
        };
        assert!(exact.execute(word, &inputs(0xffff, 0xffff)).is_ok());
        assert_eq!(
            exact.execute(word, &inputs(1 << 16, 1 << 16)),
            Err(RowFault::NotExact {
                index: 1 << 32,
                out: 0
            })
        );
        let assertion = Row {
            asserts: true,
            ..lookup(Operands::Pair(Left::Rs1, Right::Value), TableId::LTU)
        };
        assert_eq!(
            assertion.execute(word, &inputs(4, 4)),
            Err(RowFault::AssertionFailed {
                table: TableId::LTU,
                out: 0
            })
        );
        assert_eq!(
            Row::HALT.execute(word, &inputs(1 << 32, 0)),
            Err(RowFault::NotAWord { word })
        );
        let half = lookup(Operands::Sum, TableId::TRUNC32);
        assert!(matches!(
            half.execute(word, &inputs(1, 0)),
            Err(RowFault::NoTable { .. })
        ));
    }

    #[test]
    fn windows_stay_inside_the_cell() {
        let row = Row {
            access: Access::LoadNarrow,
            ..lookup(
                Operands::Pair(Left::Cell, Right::Window { size: 2 }),
                TableId::EXTRACT_SX,
            )
        };
        for offset in 0..=8u8 {
            let inputs = Inputs {
                cell: 0xfedc_ba98,
                offset,
                ..Inputs::default()
            };
            let out = row.execute(WordSize::W32, &inputs).map(|e| e.out);
            let expected = [0xffff_ba98, 0xffff_dcba, 0xffff_fedc].get(usize::from(offset));
            assert_eq!(
                out,
                expected
                    .copied()
                    .ok_or(RowFault::Unrepresentable { operand: "window" })
            );
        }
    }

    #[test]
    fn narrow_stores_replace_their_window_only() {
        let row = Row {
            access: Access::StoreNarrow,
            ..lookup(
                Operands::Pair(Left::Cell, Right::Window { size: 1 }),
                TableId::EXTRACT_ZX,
            )
        };
        for word in [WordSize::W32, WordSize::W64] {
            for offset in 0..word.bytes() as u8 {
                let cell = 0xfedc_ba98_7654_3210 & word.mask();
                let at = |rs2| Inputs {
                    rs2,
                    cell,
                    offset,
                    ..Inputs::default()
                };
                let mut bytes = cell.to_le_bytes();
                bytes[usize::from(offset)] = 0xa5;
                let effect = row.execute(word, &at(0xa5)).unwrap();
                assert_eq!(effect.cell_new, u64::from_le_bytes(bytes));
            }
        }
        let untruncated = Inputs {
            rs2: 0x100,
            cell: 0xff00_0000,
            offset: 3,
            ..Inputs::default()
        };
        assert_eq!(
            row.execute(WordSize::W32, &untruncated),
            Err(RowFault::CellOverflow)
        );
    }
}

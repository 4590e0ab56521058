//! Loads and stores that cross from one cell into the next.
//!
//! Such an access is a second expansion of its instruction, at the same label: the prover picks, and
//! both say when they apply, so that there is one choice. The expansion within a cell does so by its
//! window, which is no word beyond the cell, or by the offset 0 of a full-word access. The crossing one
//! computes the offset and asserts that it is among those that cross, `offset > W/8 - size`.
//!
//! Each load or store of more than a byte has only a *call* of its own, 3 or 4 rows; the rest is a
//! [`Routine`] that all calls of one size share, because few programs ever cross and all of them pay
//! for their bytecode. A call writes the address, the value of a store, and the way back to virtual
//! registers, then leads to the routine's first row. The way back is a constant of the call, a store's
//! next instruction or the number of a load's last rows, and the routine's last row goes there: labels
//! of inner rows are `2^W` plus a number. Nothing else enters a routine, so what the registers hold is
//! the call's.
//!
//! A load takes both cells and a power of two apart by the offset; a store goes byte by byte. The
//! address is an exact sum: wrapping around `2^W` is a fault, and so is the end of memory, where the
//! second cell is no cell.
//!
//! Cycles, calls included: 12 for a full-word load, 13 for `lw` and `lwu` on RV64 and `lhu`, 14 for
//! `lh`; for stores, 11 for `sh`, 14 and 15 for `sw` on RV32 and RV64, 22 for `sd`.

use super::context::temporary;
use super::{Context, Instruction, Semantics, label};
use crate::row::{Access, Left, Operands, Right, Row, Write};
use crate::tables::TableId;
use crate::word::WordSize;

/// Effective address.
const ADDRESS: u8 = temporary(0);
/// What a store stores.
const VALUE: u8 = temporary(1);
/// Where a routine goes in the end.
const RETURN: u8 = temporary(2);
const OFFSET: u8 = temporary(3);
const BOUND: u8 = temporary(4);
const BASE: u8 = temporary(5);
const LOW: u8 = temporary(6);
const HIGH: u8 = temporary(7);
const POWER: u8 = temporary(8);
/// What comes of a load: two parts to be added, which do not overlap.
const LOW_PART: u8 = temporary(9);
const HIGH_PART: u8 = temporary(10);
const BYTE: u8 = temporary(11);
const SUM: u8 = temporary(12);

/// Crossing accesses of one kind, but for what is particular to an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Routine {
    /// Bytes: 2, 4 or 8, at most a word.
    pub size: u8,
    /// Whether they are stored.
    pub store: bool,
}

impl Routine {
    /// The routine's rows. The first one has the label given, the others count up; the last one leads
    /// where the call says.
    pub fn rows(self, word: WordSize, first_label: u128) -> Vec<Row> {
        let name = if self.store {
            "crossing store"
        } else {
            "crossing load"
        };
        let c = Context::nameless(word, name);
        let mut rows = self.applicability(&c);
        if self.store {
            rows.extend((0..self.size).flat_map(|k| store_byte(&c, k)));
            // As an indirect jump: to an instruction.
            rows.push(Row {
                succ: 1,
                delta: 1,
                ..c.unary(TableId::TRUNC_EVEN, RETURN)
            });
        } else {
            rows.extend(load_parts(&c));
            // To an inner row.
            rows.push(Row {
                succ: 1 << word.bits(),
                delta: 1,
                ..c.unary(TableId::TRUNC, RETURN)
            });
        }
        let last = rows.len() - 1;
        let back = rows[last].succ;
        label(&mut rows, first_label, first_label + 1);
        rows[last].succ = back;
        rows
    }

    /// Asserts that the bytes cross: `offset > W/8 - size`.
    fn applicability(self, c: &Context) -> Vec<Row> {
        let bytes = c.word.bytes() as u64;
        let last_inside = bytes.saturating_sub(self.size.into());
        let mut rows = vec![c.pair_constant(TableId::AND, ADDRESS, bytes - 1).to(OFFSET)];
        if last_inside == 0 {
            rows.push(c.assertion(TableId::LTU, 0, OFFSET));
        } else {
            rows.extend([
                c.link(BOUND, last_inside),
                c.assertion(TableId::LTU, BOUND, OFFSET),
            ]);
        }
        rows
    }
}

/// Both cells, `low >> 8·offset` and `high << (W - 8·offset)`.
fn load_parts(c: &Context) -> Vec<Row> {
    let cell = |to, imm: usize| Row {
        rs1: BASE,
        rd: to,
        imm: imm as i128,
        access: Access::Load,
        write: Write::Cell,
        ..c.row()
    };
    vec![
        c.difference(TableId::TRUNC, ADDRESS, OFFSET).to(BASE),
        cell(LOW, 0),
        cell(HIGH, c.word.bytes()),
        // 2^(-8·address mod W) = 2^(W - 8·offset), for the offset is not 0
        c.product_constant(TableId::POW2, ADDRESS, c.word.mask() - 7)
            .to(POWER),
        c.product(TableId::HIGH, LOW, POWER).to(LOW_PART),
        c.product(TableId::TRUNC, HIGH, POWER).to(HIGH_PART),
    ]
}

/// Stores byte `k` of the value.
fn store_byte(c: &Context, k: u8) -> [Row; 2] {
    let byte = match k {
        0 => c.unary(TableId::TRUNC8, VALUE),
        _ => c.pair_constant(TableId::EXTRACT_ZX, VALUE, (1 | 1 << 7) << (8 * k)),
    };
    let store = Row {
        rs1: ADDRESS,
        rs2: BYTE,
        imm: k.into(),
        access: Access::StoreNarrow,
        operands: Operands::Pair(Left::Cell, Right::Window { size: 1 }),
        table: Some(TableId::EXTRACT_ZX),
        ..c.row()
    };
    [byte.to(BYTE), store]
}

impl Instruction {
    /// The routine for accesses of this instruction that cross from one cell into the next; [`None`] if
    /// there are none.
    pub fn routine(&self, word: WordSize) -> Option<Routine> {
        let (size, store) = match self.record.semantics {
            Semantics::Load { size, .. } => (size, false),
            Semantics::Store { size } => (size, true),
            _ => return None,
        };
        let crosses = size > 1 && usize::from(size) <= word.bytes();
        crosses.then_some(Routine { size, store })
    }

    /// The rows of the call of [`Instruction::routine`], whose first row has the label `routine`. The
    /// call's first row has the label `address + 1`, the others count up from `first_inner_label`,
    /// which must be between `2^W` and `2^(W+1)`. Empty if there is no such routine.
    pub fn expand_crossing(
        &self,
        word: WordSize,
        address: u64,
        first_inner_label: u128,
        routine: u128,
    ) -> Vec<Row> {
        let c = Context::new(self, word, address);
        let mut rows = vec![c.exact_sum(c.rs1, c.imm).to(ADDRESS)];
        let call = match self.record.semantics {
            Semantics::Load { size, signed } => {
                let call = rows.len();
                // The label after this row's.
                let back = first_inner_label + call as u128 - (1 << word.bits());
                rows.push(c.link(RETURN, back as u64));
                rows.extend(join(&c, size, signed));
                call
            }
            Semantics::Store { .. } => {
                rows.push(match c.rs2 {
                    0 => c.link(VALUE, 0),
                    rs2 => c.unary(TableId::TRUNC, rs2).to(VALUE),
                });
                rows.push(c.link(RETURN, c.next));
                rows.len() - 1
            }
            _ => return Vec::new(),
        };
        label(&mut rows, u128::from(c.address) + 1, first_inner_label);
        rows[call].succ = routine;
        rows
    }
}

/// What a load makes of the two parts.
fn join(c: &Context, size: u8, signed: bool) -> Vec<Row> {
    if c.rd == 0 {
        return vec![c.row()];
    }
    let table = match (size, signed) {
        _ if usize::from(size) == c.word.bytes() => TableId::TRUNC,
        (2, true) => {
            return vec![
                c.sum(TableId::TRUNC, LOW_PART, HIGH_PART).to(SUM),
                c.pair_constant(TableId::EXTRACT_SX, SUM, 1 | 1 << 15)
                    .to(c.rd),
            ];
        }
        (2, false) => TableId::TRUNC16,
        (_, true) => TableId::TRUNC32_SX,
        (_, false) => TableId::TRUNC32,
    };
    vec![c.sum(table, LOW_PART, HIGH_PART).to(c.rd)]
}

//! What instructions cost: cycles, counted from their expansions.

use super::{Csr, Format, Instruction, Record, Semantics, csr};
use crate::word::WordSize;

/// Cycles of an instruction, which are the rows that it runs. Its operands are registers other than x0,
/// and control and status registers that keep what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Where no two operands are the same register.
    pub cycles: usize,
    /// The most, whatever operands are the same.
    pub most: usize,
    /// For loads and stores of several bytes: across cells.
    pub crossing: Option<usize>,
}

/// The label of the first inner row: no row depends on it.
const INNER: u128 = 1 << 65;

impl Record {
    /// The cost of an instruction of the record; [`None`] where the word size lacks it.
    pub fn cost(&'static self, word: WordSize) -> Option<Cost> {
        if !self.exists(word) {
            return None;
        }
        let rows = |registers| self.sample(registers).expand(word, 0, INNER).len();
        let cycles = rows((5, 6, 7));
        let aliased = [(5, 5, 6), (5, 6, 5), (5, 6, 6), (5, 5, 5)].map(rows);
        let i = self.sample((5, 6, 7));
        let crossing = i.routine(word).map(|routine| {
            let call = i.expand_crossing(word, 0, INNER, 2 * INNER);
            call.len() + routine.rows(word, 2 * INNER).len()
        });
        Some(Cost {
            cycles,
            most: aliased.into_iter().fold(cycles, usize::max),
            crossing,
        })
    }

    /// An instruction of the record, with an immediate that its cost does not depend on.
    fn sample(&'static self, (rd, rs1, rs2): (u8, u8, u8)) -> Instruction {
        let kept = |number: &u16| matches!(csr(*number), Some(Csr::Kept { .. }));
        let imm = match (self.semantics, self.format) {
            (Semantics::Csr { .. }, _) => (0..1 << 12).find(kept).map_or(0, i64::from),
            (_, Format::Atomic) => 0,
            _ => 4,
        };
        Instruction {
            record: self,
            rd,
            rs1,
            rs2,
            imm,
            length: 4,
        }
    }
}

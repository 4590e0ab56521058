//! What both sides know before a proof: the program, and what it was given and returned.

#![allow(
    clippy::indexing_slicing,
    reason = "rows are those of the program, which was decoded"
)]

use crate::bytecode::{Bytecode, digit_vars, radices};
use instruction_tables::instructions::check_sequence;
use instruction_tables::tables::{self, TableId};
use instruction_tables::{Malformed, Row};
use std::ops::Range;
use sumcheck::EqBlocks;
use sumcheck::{Field, Point};
use tracer::CellSet;

/// Which law the bytecode breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BytecodeError {
    /// Padding would not halt.
    #[error("row 0 is not the halting row")]
    NoHalt,
    /// A row, or the rows of an instruction.
    #[error(transparent)]
    Rows(#[from] Malformed),
}

/// Digits of a RAM address that one claim is about. Products of half the digits are of half the degree, so arguments
/// that have room for another factor claim both halves rather than the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of them.
    Whole,
    /// The less significant half.
    Low,
    /// The other half; of an odd number, the larger one.
    High,
}

/// A program on its machine. Part of the verifying key.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The rows.
    pub bytecode: Bytecode,
    /// Number of RAM cells: a multiple of the weight of its top digit, so that digits bound it exactly.
    pub cells: usize,
    /// Contents before the first cycle, public input excluded: (cell, value), ascending.
    pub image: Vec<(u32, u64)>,
    /// Label of the first row executed.
    pub entry: u128,
    /// Cells that no store hits.
    pub read_only: CellSet,
    /// Cells that no access hits. Cell 0, which idle cycles access, is none of them.
    pub guard: CellSet,
}

impl Machine {
    /// The machine of a program.
    pub fn of(program: &tracer::Program) -> Self {
        let entry = program.head(program.entry()).unwrap_or(0);
        let rows = program.rows();
        Machine {
            bytecode: Bytecode::new(program.word(), program.shared_rows()),
            cells: program.layout().cells() as usize,
            image: program.image().to_vec(),
            entry: rows[entry as usize].label,
            read_only: program.protection().read_only.clone(),
            guard: program.protection().guard.clone(),
        }
    }

    /// Laws of the bytecode that soundness rests on: every row is well-formed, and so is every run of
    /// rows that an instruction leads through one after the other ([`check_sequence`]). Routines that
    /// instructions share are checked with their calls by the laws of the instruction records.
    ///
    /// # Errors
    /// The first law broken.
    pub fn check(&self) -> Result<(), BytecodeError> {
        let (word, rows) = (self.bytecode.word(), &self.bytecode.rows());
        let is_head = |row: &Row| row.label <= 1 << word.bits();
        if rows.first() != Some(&Row::HALT) {
            return Err(BytecodeError::NoHalt);
        }
        for (at, row) in rows.iter().enumerate().skip(1) {
            row.well_formed(word)?;
            if is_head(row) {
                let rest = rows[at..].windows(2);
                let inner = rest.take_while(|w| w[0].succ == w[1].label && !is_head(&w[1]));
                check_sequence(word, &rows[at..=at + inner.count()])?;
            }
        }
        Ok(())
    }

    /// Radices of the RAM address digits, least significant first.
    pub fn ram_radices(&self) -> Vec<usize> {
        radices(self.cells)
    }

    /// Number of RAM address variables: whole digits but the last.
    pub fn ram_vars(&self) -> usize {
        self.part_vars(Part::Whole)
    }

    /// The digits of a part of a RAM address, the least significant one having number 0.
    pub fn part_digits(&self, part: Part) -> Range<usize> {
        let all = self.ram_radices().len();
        match part {
            Part::Whole => 0..all,
            Part::Low => 0..all / 2,
            Part::High => all / 2..all,
        }
    }

    /// Number of variables of a part of a RAM address.
    pub fn part_vars(&self, part: Part) -> usize {
        let radices = self.ram_radices();
        let own = self.part_digits(part).filter_map(|i| radices.get(i));
        own.map(|radix| digit_vars(*radix)).sum()
    }

    /// The points of both halves of a RAM address, [`Part::Low`] and [`Part::High`].
    pub fn halves<F: Field>(&self, address: &Point<F>) -> [Point<F>; 2] {
        address.split_at(self.part_vars(Part::Low)).into()
    }

    /// Radices of all digits of the machine: row, cell, offset.
    pub fn digit_radices(&self) -> Vec<usize> {
        let mut all = self.bytecode_radices();
        all.extend(self.ram_radices());
        all.push(self.bytecode.word().bytes());
        all
    }

    /// Position of a table among those that lookups may select.
    pub fn table_position(&self, id: TableId) -> Option<usize> {
        tables::all(self.bytecode.word())
            .iter()
            .position(|(present, _)| *present == id)
    }

    /// Radices of the bytecode digits, least significant first.
    pub fn bytecode_radices(&self) -> Vec<usize> {
        radices(1 << self.bytecode.vars())
    }
}

/// Cells whose final contents the statement fixes: an aligned block of `2^block_vars` cells.
#[derive(Clone, Debug)]
pub struct FinalMemory {
    /// Name of the relation that proves it.
    pub name: &'static str,
    /// `log2` of the number of cells.
    pub block_vars: usize,
    /// First cell, a multiple of the block's size.
    pub first: u32,
    /// Non-zero contents of the block: (cell, value).
    pub contents: Vec<(u32, u64)>,
}

impl FinalMemory {
    /// The address point: `low` on the block's variables, the block's number above.
    pub fn point<F: Field>(&self, low: &Point<F>, ram_vars: usize) -> Point<F> {
        let high = Point::boolean(
            u128::from(self.first >> self.block_vars),
            ram_vars - self.block_vars,
        );
        Point([low.0.as_slice(), high.0.as_slice()].concat())
    }
}

/// One run of a machine, as the statement describes it.
#[derive(Clone, Debug)]
pub struct Run<'a> {
    /// The program.
    pub machine: &'a Machine,
    /// `log2` of the padded number of cycles.
    pub cycle_vars: usize,
    /// The public input in memory, ascending: with the machine's image, what memory holds before the first cycle.
    pub input: Vec<(u32, u64)>,
    /// What is claimed of memory after the last cycle.
    pub finals: Vec<FinalMemory>,
}

impl Run<'_> {
    /// Memory before the first cycle: image and public input, ascending.
    pub fn initial(&self) -> Vec<(u32, u64)> {
        let mut all = [self.machine.image.as_slice(), &self.input].concat();
        all.sort_unstable();
        all
    }

    /// What has become of the blocks of final contents, each at a point of it: its contents, less those before the first
    /// cycle.
    pub fn changes<F: Field>(&self, points: &[Point<F>]) -> Vec<F> {
        let blocks = self.finals.iter().zip(points);
        let change = |(block, point): (&FinalMemory, &Point<F>)| {
            // Of other cells `eq` is 0.
            let own = |contents: &[(u32, u64)]| {
                let before = |end| contents.partition_point(|(cell, _)| u64::from(*cell) < end);
                let first = u64::from(block.first);
                let cells = before(first)..before(first + (1 << block.block_vars));
                evaluate_cells(contents.get(cells).unwrap_or_default(), point)
            };
            let initial: F = own(&self.machine.image) + own(&self.input);
            evaluate_cells(&block.contents, point) - initial
        };
        blocks.map(change).collect()
    }

    /// Variables of all blocks of final contents.
    pub fn block_vars(&self) -> usize {
        self.finals.iter().map(|block| block.block_vars).sum()
    }
}

/// `Σ value · eq(point, cell)` over sparse contents: one multiplication per cell.
pub fn evaluate_cells<F: Field>(contents: &[(u32, u64)], point: &Point<F>) -> F {
    let eq = EqBlocks::new(point);
    contents
        .iter()
        .map(|(cell, value)| eq.get(*cell).mul_u64(*value))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program whose rows are changed is no machine's any more.
    #[test]
    fn bytecode_that_breaks_a_law_is_refused() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../examples/guests/elf/fibonacci.elf"
        );
        let elf = std::fs::read(path).expect("a guest");
        let program = tracer::Program::from_elf(&elf).expect("a program");
        let mut machine = Machine::of(&program);
        assert!(machine.check().is_ok());
        let honest = machine.bytecode.rows().clone();
        for at in [1, honest.len() / 2, honest.len() - 1] {
            let mut rows = honest.to_vec();
            rows[at].rd = instruction_tables::REGISTERS as u8;
            machine.bytecode = Bytecode::new(program.word(), rows);
            assert!(
                machine.check().is_err(),
                "row {at} writes a register that there is not"
            );
        }
        machine.bytecode = Bytecode::new(program.word(), honest[1..].to_vec());
        assert!(matches!(machine.check(), Err(BytecodeError::NoHalt)));
    }
}

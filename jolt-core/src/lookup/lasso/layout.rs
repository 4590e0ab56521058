//! How tables become one memory for each position of a chunk.
//!
//! Tables that need the same functions of a chunk at a position form a *class* there. The memory of the
//! position has a cell for each class, mode and chunk, numbered `chunk + 2^b · (mode + 2 · class)`, and
//! a cell holds
//!
//! ```text
//! mode 0: left half of the chunk's bits, right half     mode 1: the chunk, 0
//! one value for each committed slot: what a class adds to that entry of its matrices
//! ```
//!
//! A *slot* is an entry `(from, to)` of a position's matrices. The entry of table `t` is a constant of
//! `t` plus the committed value; slots that are constant for every table are not committed. Cell values
//! are zero at chunk 0, and so for reads without a lookup.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are those of a layout that the key fixes; no proof has a say"
)]

use crate::lookup::decomposition::{CHUNK, Decomposition, LEFT, RIGHT};
use crate::lookup::{LookupShape, Unsupported};
use std::sync::Arc;
use sumcheck::{Field, Point};

/// One position's matrices and memory.
pub(in crate::lookup) struct Position {
    /// Entries that are not zero for every table: `(from, to)`.
    pub slots: Vec<(usize, usize)>,
    /// The slots that are committed, by position in `slots`.
    pub columns: Vec<usize>,
    /// Class → committed column → its function, `Σ scale · subtable`.
    pub classes: Vec<Vec<Vec<(i128, usize)>>>,
    /// Table → class.
    pub class: Vec<usize>,
    /// Table → slot → constant.
    pub constants: Vec<Vec<i128>>,
}

/// How an index is cut, and what is looked up.
pub(in crate::lookup) struct Layout {
    pub cut: Arc<Decomposition>,
    pub positions: Vec<Position>,
    /// States at each cut, `positions + 1` numbers; 1 at both ends.
    pub widths: Vec<usize>,
    pub cycle_vars: usize,
    /// Variables of a memory's cells.
    pub cell_vars: usize,
}

/// The number of bits that a chunk gets where nobody chose: memories should not outgrow the reads.
fn chunk_bits(shape: &LookupShape) -> usize {
    let most = match shape.cycle_vars {
        0..4 => 2,
        4..10 => 4,
        _ => 8,
    };
    let lengths = [8, 4].into_iter().filter(|bits| *bits <= most);
    let fitting = lengths
        .into_iter()
        .find(|bits| shape.index_bits.is_multiple_of(*bits));
    fitting.unwrap_or(2)
}

impl Position {
    fn new(cut: &Decomposition, tables: usize, position: usize, widths: &[usize]) -> Self {
        let mut slots = Vec::new();
        for from in 0..widths[position] {
            for to in 0..widths[position + 1] {
                let occurs = (0..tables).any(|t| {
                    let entries = &cut.chunk(t, position).entries;
                    entries.iter().any(|(f, g, _)| (*f, *g) == (from, to))
                });
                // The first position's entries are the first state: it has a claim for each.
                if occurs || position == 0 {
                    slots.push((from, to));
                }
            }
        }
        let entry = |t: usize, slot: (usize, usize)| {
            let entries = &cut.chunk(t, position).entries;
            let found = entries.iter().find(|(f, g, _)| (*f, *g) == slot);
            found.map(|(_, _, entry)| entry)
        };
        let varies = |slot: &(usize, usize)| {
            (0..tables).any(|t| entry(t, *slot).is_some_and(|e| !e.terms.is_empty()))
        };
        let columns: Vec<usize> = (0..slots.len()).filter(|k| varies(&slots[*k])).collect();
        // Class 0 has no functions: reads without a table are of it.
        let mut classes = vec![vec![Vec::new(); columns.len()]];
        let mut class = Vec::with_capacity(tables);
        for t in 0..tables {
            let functions: Vec<Vec<(i128, usize)>> = columns
                .iter()
                .map(|k| entry(t, slots[*k]).map_or_else(Vec::new, |e| e.terms.clone()))
                .collect();
            let known = classes.iter().position(|c| *c == functions);
            class.push(known.unwrap_or(classes.len()));
            if known.is_none() {
                classes.push(functions);
            }
        }
        let constants = (0..tables).map(|t| {
            let constant = |slot: &(usize, usize)| entry(t, *slot).map_or(0, |e| e.constant);
            slots.iter().map(constant).collect()
        });
        Position {
            constants: constants.collect(),
            slots,
            columns,
            classes,
            class,
        }
    }

    /// Classes times modes: the number of blocks of `2^b` cells.
    pub fn blocks(&self) -> usize {
        2 * self.classes.len()
    }
}

impl Layout {
    /// Cuts indices into chunks of so many bits, or of as many as fit the number of cycles.
    pub fn new(shape: &LookupShape, bits: Option<usize>) -> Result<Self, Unsupported> {
        if shape.tables.is_empty() {
            return Err(Unsupported::NoTable);
        }
        let bits = bits.unwrap_or(chunk_bits(shape));
        let cut = Decomposition::made(shape, bits)?;
        let tables = shape.tables.len();
        let mut widths = vec![1; cut.positions() + 1];
        for t in 0..tables {
            for (position, width) in widths.iter_mut().skip(1).enumerate() {
                let entries = &cut.chunk(t, position).entries;
                let states = entries.iter().map(|(_, to, _)| to + 1).max();
                *width = states.unwrap_or(0).max(*width);
            }
        }
        let positions: Vec<Position> = (0..cut.positions())
            .map(|i| Position::new(&cut, tables, i, &widths))
            .collect();
        let blocks = positions.iter().map(Position::blocks).max().unwrap_or(1);
        let layout = Layout {
            cell_vars: cut.chunk_bits() + blocks.next_power_of_two().ilog2() as usize,
            cycle_vars: shape.cycle_vars,
            widths,
            positions,
            cut,
        };
        layout.fits(shape)?;
        Ok(layout)
    }

    /// Whether values fit a committed integer, and states the prover's.
    fn fits(&self, shape: &LookupShape) -> Result<(), Unsupported> {
        let subtables = self.cut.subtables().iter();
        let largest: Vec<f64> = subtables.map(|s| s.largest() as f64).collect();
        for (t, table) in shape.tables.iter().enumerate() {
            let mut bounds = vec![1.0f64];
            for i in 0..self.len() {
                let mut next = vec![0.0; self.widths[i + 1]];
                for (from, to, entry) in &self.cut.chunk(t, i).entries {
                    let terms = entry
                        .terms
                        .iter()
                        .map(|(c, s)| (*c as f64).abs() * largest[*s]);
                    let value: f64 = terms.sum();
                    if value > 2.0f64.powi(64) {
                        let table = table.name().to_owned();
                        return Err(Unsupported::Values { table });
                    }
                    let bound = bounds.get(*from).copied().unwrap_or(0.0);
                    next[*to] += bound * (value + (entry.constant as f64).abs());
                }
                bounds = next;
            }
            if bounds.iter().any(|b| *b > 2.0f64.powi(120)) {
                let table = table.name().to_owned();
                return Err(Unsupported::States { table });
            }
        }
        Ok(())
    }

    /// Number of positions.
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Number of cells of a chunk's block.
    pub fn chunks(&self) -> usize {
        1 << self.cut.chunk_bits()
    }

    /// Cells of a position's memory.
    pub fn cells(&self, position: usize) -> usize {
        self.positions[position].blocks() * self.chunks()
    }

    /// Variables of a polynomial of final counters: those of a position are cut into several if there
    /// are fewer cycles than cells.
    pub fn piece_vars(&self) -> usize {
        self.cell_vars.min(self.cycle_vars)
    }

    /// Number of polynomials of final counters of a position.
    pub fn pieces(&self, position: usize) -> usize {
        self.cells(position).div_ceil(1 << self.piece_vars())
    }

    /// The first two values of the cells of a mode.
    pub fn operands(mode: usize) -> [Option<usize>; 2] {
        match mode {
            0 => [Some(LEFT), Some(RIGHT)],
            _ => [Some(CHUNK), None],
        }
    }

    /// Committed columns of a position before the slots: two halves of the chunk and a counter.
    pub const LEADING: usize = 3;

    /// Number of committed columns of a position.
    pub fn columns(&self, position: usize) -> usize {
        Self::LEADING + self.positions[position].columns.len()
    }

    /// Where a position's columns start in the list of all.
    pub fn first_column(&self, position: usize) -> usize {
        (0..position).map(|i| self.columns(i)).sum()
    }

    /// The extension of one memory's initial leaves: `1` beyond the last class, else `τ` plus the cell's
    /// fingerprint by powers of `γ`.
    pub fn initial<F: Field>(&self, position: usize, memory: &Challenges<F>, cell: &Point<F>) -> F {
        let (low, high) = cell.split_at(self.cut.chunk_bits());
        let chunk = low.msb_first();
        let subtables = self.cut.subtables();
        let value = |s: usize| subtables[s].evaluate(&chunk);
        let mut known = vec![None; subtables.len()];
        let mut value = |s: usize| *known[s].get_or_insert_with(|| value(s));
        let (mut sum, mut beyond) = (F::zero(), F::one());
        for (class, functions) in self.positions[position].classes.iter().enumerate() {
            let mut row = F::zero();
            for (functions, weight) in functions.iter().zip(&memory.powers[Self::LEADING + 1..]) {
                for (scale, s) in functions {
                    row += (*weight * value(*s)).mul_i128(*scale);
                }
            }
            for mode in 0..2 {
                let block = mode + 2 * class;
                let weight = high.eq_index(block as u128);
                let mut leaf = row + memory.tau + F::from(block as u64);
                for (operand, weight) in Self::operands(mode).iter().zip(&memory.powers[1..]) {
                    if let Some(s) = operand {
                        leaf += *weight * value(*s);
                    }
                }
                sum += weight * leaf;
                beyond -= weight;
            }
        }
        sum + beyond
    }
}

/// The fingerprint's challenges. A row is `block + γ·first + γ²·second + γ³·counter + Σ_k γ^{4+k}·value_k`.
pub(in crate::lookup) struct Challenges<F> {
    /// Powers of `γ`.
    pub powers: Vec<F>,
    /// What is added to a fingerprint to make a leaf.
    pub tau: F,
}

impl<F: Field> Challenges<F> {
    pub fn sample(layout: &Layout, mut sample: impl FnMut() -> F) -> Self {
        let gamma = sample();
        let tau = sample();
        let columns = (0..layout.len()).map(|i| layout.columns(i)).max();
        let mut powers = vec![F::one()];
        for i in 0..columns.unwrap_or(0) {
            powers.push(powers[i] * gamma);
        }
        Challenges { powers, tau }
    }

    /// Degree of a leaf in both challenges.
    pub fn degree(&self) -> usize {
        (self.powers.len() - 1).max(1)
    }

    /// The counter's coefficient.
    pub fn counter(&self) -> F {
        self.powers[Layout::LEADING]
    }
}

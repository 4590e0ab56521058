//! What proves accesses; and what these provers share: the cells that a run touches, and the stretches of time that
//! threads go through.
//!
//! Provers work on touched cells and not on the address space. The cells of a group share all but their
//! low bits, as many as the first address rounds of Twist bind at once ([`first_bits`]).

use super::{Claims, MemoryArgument};
use crate::machine::Run;
use crate::observer::Observer;
use crate::step::{Oracles, Step};
use crate::witness::Witness;
use std::ops::Range;
use std::sync::Arc;
use sumcheck::EqBlocks;
use sumcheck::kernel::{Column, Numbers};
use sumcheck::{Field, Instance, Point, ProverChannel, ProverField, Reduced};

/// A memory argument with its prover.
pub trait ProveMemory<F: Field>: MemoryArgument<F> {
    /// Whether proving looks at the values of registers and cells after the commitments. If it does not, they are
    /// freed by then.
    fn reads_values(&self) -> bool {
        true
    }

    /// Commits what the argument needs, before any challenge is drawn: the other side of
    /// [`MemoryArgument::receive`].
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        run: &Run<'_>,
        witness: &Witness,
    ) -> Box<dyn MemoryProver<F>>;
}

/// A prover that has committed.
pub trait MemoryProver<F: Field> {
    /// Relations that are proven beside the lookups: the other side of
    /// [`MemoryVerifier::begin`](super::MemoryVerifier::begin).
    fn begin<'a>(
        &mut self,
        _channel: &mut dyn ProverChannel<F>,
        _execution: &Execution<'a>,
        _step: &mut Step<F, F>,
    ) -> Vec<Instance<'a, F>> {
        Vec::new()
    }

    /// Proves the accesses, from what these relations leave on. Tells the observer of its phases.
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        execution: &Execution<'_>,
        step: &mut Step<F, F>,
        begun: Vec<Reduced<F, F>>,
        observer: &mut dyn Observer,
    ) -> Claims<F, F>;
}

/// What the prover knows of an execution.
#[derive(Clone, Copy)]
pub struct Execution<'a> {
    pub run: &'a Run<'a>,
    /// Its columns.
    pub witness: &'a Witness,
    /// The machine's oracles.
    pub oracles: &'a Oracles,
}

/// Bits of every pass but the first.
pub const PASS_BITS: usize = 4;

/// Bits of the first pass over cells of `vars` bits: what leaves whole passes, 2 to 5.
pub fn first_bits(vars: usize) -> usize {
    match vars {
        0..2 => vars,
        _ => 2 + (vars - 2) % PASS_BITS,
    }
}

/// The cycles of each thread: one stretch of time each.
pub fn stretches(cycles: usize) -> Vec<Range<usize>> {
    let size = cycles.div_ceil(rayon::current_num_threads()).max(1);
    let starts = (0..cycles).step_by(size);
    starts
        .map(|start| start..cycles.min(start + size))
        .collect()
}

/// The cells of RAM that a run touches, in groups that share all but their low bits.
pub struct Cells {
    /// Low bits.
    pub bits: usize,
    /// What the cells of each group share. Cell 0 is the first of the first group.
    pub prefixes: Vec<u32>,
    /// Where the cell of each cycle is among these cells.
    pub of_cycle: Arc<Vec<u32>>,
    /// Values before the first cycle.
    pub values: Vec<i128>,
}

impl Cells {
    /// Of a witness for `2^vars` cells.
    pub fn of(witness: &Witness, vars: usize) -> Self {
        let bits = first_bits(vars);
        let mut groups = Numbers::new(vars - bits);
        let low = (1 << bits) - 1;
        let mut position = |cell: u32| (groups.number(cell >> bits) << bits) + (cell & low);
        position(0);
        let of_cycle = witness.address.iter().map(|cell| position(*cell));
        let of_cycle = Arc::new(of_cycle.collect());
        let initial = witness.memory.iter();
        let initial: Vec<_> = initial.map(|(k, value)| (position(*k), *value)).collect();
        let mut values = vec![0; groups.values.len() << bits];
        for (position, value) in initial {
            values[position as usize] = i128::from(value);
        }
        Cells {
            bits,
            prefixes: groups.values,
            of_cycle,
            values,
        }
    }

    /// The sums of several rows of values, given by position, by cell: those that are not zero, ascending.
    pub fn sums<F: ProverField>(&self, rows: &[&[F]]) -> Vec<(u32, F)> {
        let low = (1u32 << self.bits) - 1;
        let mut sums: Vec<(u32, F)> = (0..self.values.len())
            .filter_map(|at| {
                let sum: F = rows.iter().map(|row| row[at]).sum();
                let cell = (self.prefixes[at >> self.bits] << self.bits) + (at as u32 & low);
                (!sum.is_zero()).then_some((cell, sum))
            })
            .collect();
        sums.sort_unstable_by_key(|(cell, _)| *cell);
        sums
    }

    /// The column `eq(point, cell)` over cycles.
    pub fn column<F: ProverField>(&self, point: &Point<F>) -> Column<F> {
        self.column_of(point, 0)
    }

    /// The columns of both halves of the address, at the points of [`Machine::halves`](crate::machine::Machine::halves).
    pub fn halves<F: ProverField>(&self, [low, high]: &[Point<F>; 2]) -> [Column<F>; 2] {
        [self.column_of(low, 0), self.column_of(high, low.vars())]
    }

    /// Of as many bits of the cell as the point has, above some others.
    fn column_of<F: ProverField>(&self, point: &Point<F>, above: usize) -> Column<F> {
        let at = EqBlocks::new(point);
        let mask = ((1u64 << point.vars()) - 1) as u32;
        let low = 0..1u32 << self.bits;
        let cells = self.prefixes.iter();
        let cells = cells.flat_map(|prefix| low.clone().map(move |k| (prefix << self.bits) + k));
        let table = cells.map(|cell| at.get(cell >> above & mask)).collect();
        Column::indexed(self.of_cycle.clone(), Arc::new(table))
    }
}

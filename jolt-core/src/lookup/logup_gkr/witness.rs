//! The columns that reads commit, how often each entry is looked up, and the leaves of both trees.

use super::layout::{Fingerprint, Layout, OPERANDS, ReadLeaves, Selected};
use crate::gkr::fraction::{Fraction, Leaves};
use crate::lookup::{Exposed, Reads};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::Field;

/// The group of reads whose table needs no output at a position.
pub const RANGE: usize = 0;

/// What the prover commits, and what it makes its leaves from.
pub struct Witness {
    pub reads: Arc<Reads>,
    /// Real rows of each column.
    pub columns: Vec<Arc<Vec<i128>>>,
    /// For each group, one for each chunk.
    pub multiplicities: Vec<Vec<i128>>,
    /// The entries of each subtable.
    pub subtables: Vec<Vec<i128>>,
}

/// The selectors of one read.
#[derive(Clone, Copy, Debug)]
pub struct Selectors {
    pub table: Option<usize>,
    pub pair: bool,
    pub single: bool,
}

/// The selectors of read `j`, of so many tables.
pub fn selectors(reads: &Reads, tables: usize, j: usize) -> Selectors {
    let table = usize::from(reads.table[j]);
    Selectors {
        table: (table < tables).then_some(table),
        pair: reads.operands[j] == Exposed::Pair,
        single: reads.operands[j] == Exposed::Single,
    }
}

/// One position's columns, and its lookups: (group, chunk, weight).
struct Position {
    chunk: Vec<i128>,
    left: Vec<i128>,
    right: Vec<i128>,
    slots: Vec<Vec<i128>>,
    lookups: Vec<(usize, usize, i128)>,
}

impl Selectors {
    /// Numerators of the two lookups at a position.
    pub fn weights(&self, layout: &Layout, position: usize) -> [i128; 2] {
        let needs = |t| layout.needs_operands(t, position);
        [
            i128::from(self.table.is_some()) + i128::from(self.single),
            i128::from(self.table.is_some_and(needs)) + i128::from(self.pair),
        ]
    }
}

fn position(
    layout: &Layout,
    subtables: &[Vec<i128>],
    (reads, tables): (&Reads, usize),
    i: usize,
) -> Position {
    let rows = reads.index.len();
    let zeros = || vec![0i128; rows];
    let slots = layout.slots(i);
    let mut out = Position {
        chunk: zeros(),
        left: zeros(),
        right: zeros(),
        slots: slots.clone().map(|_| zeros()).collect(),
        lookups: Vec::with_capacity(rows),
    };
    let [left, right] = [0, 1].map(|k| &subtables[layout.groups[OPERANDS][k]]);
    for (j, index) in reads.index.iter().enumerate() {
        let selectors = selectors(reads, tables, j);
        let [table, operands] = selectors.weights(layout, i);
        let k = layout.cut.value(*index, i);
        if table + operands > 0 {
            out.chunk[j] = k as i128;
        }
        if operands > 0 {
            (out.left[j], out.right[j]) = (left[k], right[k]);
            out.lookups.push((OPERANDS, k, operands));
        }
        if table > 0 {
            let group = selectors.table.map_or(RANGE, |t| layout.group(t, i));
            for (slot, s) in out.slots.iter_mut().zip(&layout.groups[group]) {
                slot[j] = subtables[*s][k];
            }
            out.lookups.push((group, k, table));
        }
    }
    out
}

/// Drops zeros at the end, which are padding.
pub(in crate::lookup) fn trimmed(mut column: Vec<i128>) -> Vec<i128> {
    let real = column.iter().rposition(|x| *x != 0).map_or(0, |j| j + 1);
    column.truncate(real);
    column
}

impl Witness {
    /// Of reads of so many tables.
    pub fn new(layout: &Layout, reads: Arc<Reads>, tables: usize) -> Self {
        let subtables = layout.cut.entries();
        let positions: Vec<Position> = (0..layout.positions())
            .into_par_iter()
            .map(|i| position(layout, &subtables, (&reads, tables), i))
            .collect();
        let size = 1 << layout.cut.chunk_bits();
        let mut multiplicities = vec![vec![0i128; size]; layout.groups.len()];
        let (mut chunks, mut left, mut right, mut slots) = (vec![], vec![], vec![], vec![]);
        for position in positions {
            for (group, k, weight) in position.lookups {
                multiplicities[group][k] += weight;
            }
            chunks.push(trimmed(position.chunk));
            left.push(trimmed(position.left));
            right.push(trimmed(position.right));
            slots.extend(position.slots.into_iter().map(trimmed));
        }
        Witness {
            reads,
            columns: [chunks, left, right, slots]
                .into_iter()
                .flatten()
                .map(Arc::new)
                .collect(),
            multiplicities: multiplicities.into_iter().map(trimmed).collect(),
            subtables,
        }
    }

    fn entry(&self, column: usize, j: usize) -> i128 {
        self.columns[column].get(j).copied().unwrap_or(0)
    }

    /// The lookups of the reads: row by row, `2i` and `2i + 1` those of position `i`.
    pub fn read_leaves<F: Field>(
        &self,
        layout: &Layout,
        tables: usize,
        fingerprint: &Fingerprint<F>,
    ) -> Leaves<F> {
        let (width, rows) = (1 << layout.lookup_vars(), self.reads.index.len());
        let beta = fingerprint.beta;
        let mut numerators = vec![F::zero(); width * rows];
        let mut denominators = vec![beta; width * rows];
        let small: [F; 3] = [F::zero(), F::one(), F::from(2u64)];
        let tags: Vec<F> = (0..layout.groups.len() as u64).map(F::from).collect();
        let [chunk, left, right] = fingerprint.operands();
        numerators
            .par_chunks_mut(width)
            .zip(denominators.par_chunks_mut(width))
            .enumerate()
            .with_min_len(1 << 6)
            .for_each(|(j, (numerators, denominators))| {
                let selectors = selectors(&self.reads, tables, j);
                for i in 0..layout.positions() {
                    let weights = selectors.weights(layout, i);
                    numerators[2 * i] = small[weights[0] as usize];
                    numerators[2 * i + 1] = small[weights[1] as usize];
                    let k = self.entry(layout.chunk(i), j);
                    let mut own = fingerprint.chunk().mul_i128(k);
                    let group = selectors.table.map_or(RANGE, |t| layout.group(t, i));
                    own += tags[group];
                    // Further slots are zero.
                    let slots = layout.slots(i).take(layout.groups[group].len());
                    for (q, column) in slots.enumerate() {
                        match self.entry(column, j) {
                            0 => {}
                            x => own += fingerprint.slot(q).mul_i128(x),
                        }
                    }
                    denominators[2 * i] -= own;
                    if k == 0 {
                        continue;
                    }
                    let operands = chunk.mul_i128(k)
                        + left.mul_i128(self.entry(layout.left(i), j))
                        + right.mul_i128(self.entry(layout.right(i), j));
                    denominators[2 * i + 1] -= operands;
                }
            });
        Leaves {
            numerators,
            denominators,
            tail: Fraction {
                numerator: F::zero(),
                denominator: beta,
            },
        }
    }

    /// The entries of the groups, one group after the other; as often as they are looked up, negated by
    /// the final check.
    pub fn table_leaves<F: Field>(
        &self,
        layout: &Layout,
        fingerprint: &Fingerprint<F>,
    ) -> Leaves<F> {
        let size = 1usize << layout.cut.chunk_bits();
        let mut numerators = vec![F::zero(); size * layout.groups.len()];
        for (out, all) in numerators.chunks_mut(size).zip(&self.multiplicities) {
            for (out, m) in out.iter_mut().zip(all) {
                if *m != 0 {
                    *out = F::from_i128(*m);
                }
            }
        }
        let mut denominators = vec![F::zero(); numerators.len()];
        let groups = denominators.par_chunks_mut(size).zip(&layout.groups);
        groups.enumerate().for_each(|(g, (out, outputs))| {
            let (constant, key, factors) = fingerprint.group(g, outputs.len());
            let mut next = fingerprint.beta - constant;
            for out in out.iter_mut() {
                *out = next;
                next -= key;
            }
            for (s, factor) in outputs.iter().zip(factors) {
                for (out, entry) in out.iter_mut().zip(&self.subtables[*s]) {
                    match *entry {
                        0 => {}
                        1 => *out = out.minus(&factor),
                        x => *out = out.minus(&factor.mul_i128(x)),
                    }
                }
            }
        });
        Leaves {
            numerators,
            denominators,
            tail: Fraction {
                numerator: F::zero(),
                denominator: F::one(),
            },
        }
    }

    /// What a claim on leaves says of every cycle: `numerator + ζ·(denominator − β)`.
    pub fn leaf_column<F: Field>(&self, tables: usize, at: &ReadLeaves<F>, zeta: F) -> Vec<F> {
        let selected = at.combined(zeta);
        let columns = at.columns.iter().zip(&self.columns);
        let columns: Vec<(F, &[i128])> = columns.map(|(f, c)| (zeta * f, c.as_slice())).collect();
        let rows = (0..self.reads.index.len()).into_par_iter();
        let row = |j: usize| {
            let mut sum = selected.at(&selectors(&self.reads, tables, j));
            for (factor, column) in &columns {
                match column.get(j) {
                    None | Some(0) => {}
                    Some(x) => sum += factor.mul_i128(*x),
                }
            }
            sum
        };
        rows.with_min_len(1 << 8).map(row).collect()
    }
}

impl<F: Field> Selected<F> {
    /// For one read.
    fn at(&self, selectors: &Selectors) -> F {
        let mut sum = selectors.table.map_or(F::zero(), |t| self.tables[t]);
        if selectors.pair {
            sum += self.pair;
        }
        if selectors.single {
            sum += self.single;
        }
        sum
    }
}

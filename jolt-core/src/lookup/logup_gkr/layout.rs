//! What is looked up: groups of subtables, and the columns that reads commit.
//!
//! A read looks up one tuple for each position: its chunk and the outputs of all subtables that its table
//! needs there. The sets of subtables that occur are the *groups*. They are shared by positions and
//! tables, and have one multiplicity for each chunk:
//!
//! ```text
//! group      tuple looked up                       fingerprint (A = α)
//! RANGE      (chunk)                               0 + A·chunk
//! OPERANDS   (chunk, left, right)                  A^a·chunk + A^(a+1)·left + A^(a+2)·right
//! g ≥ 2      (chunk, output, output, …)            g + A·chunk + A²·output + A³·output + …
//! ```
//!
//! with `a` beyond all other powers. Outputs are in *slots*: the columns of a position are shared by all
//! tables, so a read commits the outputs that it needs and zeros, which are free.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are those of a layout that the key fixes; no proof has a say"
)]

use crate::lookup::LookupShape;
use crate::lookup::decomposition::{CHUNK, CutError, Decomposition, LEFT, RIGHT};
use std::sync::Arc;
use sumcheck::{Field, Point, powers};

/// The group of operands.
pub const OPERANDS: usize = 1;

/// Chunks, groups and columns of a shape.
pub struct Layout {
    /// The tables in chunks.
    pub cut: Arc<Decomposition>,
    /// Subtables of each group, in the order of slots; [`OPERANDS`] has `LEFT` and `RIGHT`.
    pub groups: Vec<Vec<usize>>,
    /// `[table][position]`.
    group: Vec<Vec<usize>>,
    /// Whether a table needs operands at a position, exposed or not: `[table][position]`.
    operands: Vec<Vec<bool>>,
    /// Slots of a position, and the number of the first one's column.
    slots: Vec<(usize, usize)>,
    columns: usize,
}

impl Layout {
    /// The layout of a shape.
    ///
    /// # Errors
    /// If the shape cannot be cut so.
    pub fn new(shape: &LookupShape, chunk_bits: usize) -> Result<Self, CutError> {
        let cut = Decomposition::made(shape, chunk_bits)?;
        let mut groups = vec![Vec::new(), vec![LEFT, RIGHT]];
        let mut slots = vec![0; cut.positions()];
        let (mut group, mut operands) = (Vec::new(), Vec::new());
        for table in 0..shape.tables.len() {
            let (mut own, mut exposed) = (Vec::new(), Vec::new());
            for (position, slots) in slots.iter_mut().enumerate() {
                let uses = &cut.chunk(table, position).uses;
                let plain = |s: &&usize| ![CHUNK, LEFT, RIGHT].contains(*s);
                let outputs: Vec<usize> = uses.iter().filter(plain).copied().collect();
                *slots = outputs.len().max(*slots);
                exposed.push(uses.contains(&LEFT) || uses.contains(&RIGHT));
                let known = groups.iter().position(|g| *g == outputs);
                own.push(known.unwrap_or_else(|| {
                    groups.push(outputs);
                    groups.len() - 1
                }));
            }
            group.push(own);
            operands.push(exposed);
        }
        let mut columns = 3 * cut.positions();
        let numbered = slots.into_iter().map(|count| {
            columns += count;
            (count, columns - count)
        });
        let slots = numbered.collect();
        Ok(Layout {
            cut,
            groups,
            group,
            operands,
            slots,
            columns,
        })
    }

    /// Chunks of an index.
    pub fn positions(&self) -> usize {
        self.cut.positions()
    }

    /// Columns that reads commit: chunks, left operands, right operands, then slots, each by position.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The column of a chunk.
    pub fn chunk(&self, position: usize) -> usize {
        position
    }

    /// The column of the left operand's bits.
    pub fn left(&self, position: usize) -> usize {
        self.positions() + position
    }

    /// The column of the right operand's bits.
    pub fn right(&self, position: usize) -> usize {
        2 * self.positions() + position
    }

    /// The columns of a position's slots.
    pub fn slots(&self, position: usize) -> std::ops::Range<usize> {
        let (count, first) = self.slots[position];
        first..first + count
    }

    /// The column that has the output of a subtable that a table needs at a position.
    pub fn output(&self, table: usize, position: usize, subtable: usize) -> usize {
        match subtable {
            CHUNK => self.chunk(position),
            LEFT => self.left(position),
            RIGHT => self.right(position),
            s => {
                let outputs = &self.groups[self.group(table, position)];
                let slot = outputs.iter().position(|o| *o == s);
                self.slots(position).start + slot.expect("an output of the group")
            }
        }
    }

    /// The group of a table at a position.
    pub fn group(&self, table: usize, position: usize) -> usize {
        self.group[table][position]
    }

    /// Whether a table needs the operands at a position.
    pub fn needs_operands(&self, table: usize, position: usize) -> bool {
        self.operands[table][position]
    }

    /// Variables of a tree over all lookups of the reads, and of one over all entries of the groups; the
    /// larger one.
    pub fn depth(&self, cycle_vars: usize) -> usize {
        let reads = self.lookup_vars() + cycle_vars;
        reads.max(self.cut.chunk_bits() + bits(self.groups.len()))
    }

    /// `log2` of the lookups of a read: twice the positions, rounded up.
    pub fn lookup_vars(&self) -> usize {
        bits(2 * self.positions())
    }

    /// The most slots of a position.
    pub fn widest(&self) -> usize {
        self.slots
            .iter()
            .map(|(count, _)| *count)
            .max()
            .unwrap_or(0)
    }
}

impl std::fmt::Debug for Layout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (positions, groups) = (self.positions(), self.groups.len());
        write!(f, "Layout({positions} positions, {groups} groups)")
    }
}

fn bits(count: usize) -> usize {
    count.next_power_of_two().ilog2() as usize
}

/// How tuples become field elements.
#[derive(Clone, Debug)]
pub struct Fingerprint<F> {
    /// Powers of `α`.
    powers: Vec<F>,
    /// What fingerprints are subtracted from.
    pub beta: F,
}

impl<F: Field> Fingerprint<F> {
    /// For the groups of a layout.
    pub fn new(layout: &Layout, alpha: F, beta: F) -> Self {
        Fingerprint {
            powers: powers(alpha, layout.widest() + 5),
            beta,
        }
    }

    /// Degree of a denominator in both challenges.
    pub fn degree(&self) -> usize {
        (self.powers.len() - 1).max(1)
    }

    /// Factor of the chunk in every group but [`OPERANDS`].
    pub fn chunk(&self) -> F {
        self.powers[1]
    }

    /// Factor of a slot.
    pub fn slot(&self, slot: usize) -> F {
        self.powers[2 + slot]
    }

    /// Factors of chunk, left and right in [`OPERANDS`].
    pub fn operands(&self) -> [F; 3] {
        let last = self.powers.len();
        [3, 2, 1].map(|k| self.powers[last - k])
    }

    /// Constant and factor of the chunk and of the outputs of a group.
    pub fn group(&self, group: usize, outputs: usize) -> (F, F, Vec<F>) {
        match group {
            OPERANDS => {
                let [chunk, left, right] = self.operands();
                (F::zero(), chunk, vec![left, right])
            }
            _ => {
                let slots = (0..outputs).map(|q| self.slot(q)).collect();
                (F::from(group as u64), self.chunk(), slots)
            }
        }
    }
}

/// What a point of the leaves means for lookups of reads: a claim on leaves is linear in the columns and
/// selectors of a cycle.
pub struct ReadLeaves<F> {
    pub cycle: Point<F>,
    /// `numerator = Σ tables · selects + pair · pair + single · single`.
    pub numerator: Selected<F>,
    /// `denominator − β` likewise, plus `Σ columns · column`.
    pub denominator: Selected<F>,
    /// Factors of the columns.
    pub columns: Vec<F>,
}

/// Factors of selectors.
#[derive(Clone, Debug)]
pub struct Selected<F> {
    /// Of each table's.
    pub tables: Vec<F>,
    /// Of `pair`.
    pub pair: F,
    /// Of `single`.
    pub single: F,
}

/// Lookup `2i` of a read is its table's at position `i`, lookup `2i + 1` that of operands.
pub fn read_leaves<F: Field>(
    layout: &Layout,
    fingerprint: &Fingerprint<F>,
    cycle_vars: usize,
    point: &Point<F>,
) -> ReadLeaves<F> {
    let (lookup, rest) = point.split_at(layout.lookup_vars());
    let (cycle, beyond) = rest.split_at(cycle_vars);
    let scale: F = beyond.0.iter().map(|x| F::one() - x).product();
    let eq = lookup.eq_table_scaled(scale);
    let tables = layout.group.len();
    let none = || Selected {
        tables: vec![F::zero(); tables],
        pair: F::zero(),
        single: F::zero(),
    };
    let (mut numerator, mut denominator) = (none(), none());
    let mut columns = vec![F::zero(); layout.columns];
    for position in 0..layout.positions() {
        let (table, operands) = (eq[2 * position], eq[2 * position + 1]);
        numerator.single += table;
        numerator.pair += operands;
        for t in 0..tables {
            numerator.tables[t] += table;
            if layout.needs_operands(t, position) {
                numerator.tables[t] += operands;
            }
            let group = F::from(layout.group(t, position) as u64);
            denominator.tables[t] -= table * group;
        }
        let [chunk, left, right] = fingerprint.operands();
        columns[layout.chunk(position)] -= table * fingerprint.chunk() + operands * chunk;
        columns[layout.left(position)] -= operands * left;
        columns[layout.right(position)] -= operands * right;
        for (q, column) in layout.slots(position).enumerate() {
            columns[column] -= table * fingerprint.slot(q);
        }
    }
    ReadLeaves {
        cycle,
        numerator,
        denominator,
        columns,
    }
}

/// What a point of the leaves means for the entries of the groups.
pub struct TableLeaves<F> {
    pub chunk: Point<F>,
    /// Factor of each group's multiplicities: the numerator.
    pub groups: Vec<F>,
    /// The denominator, which is public: subtables are evaluated by their automata.
    pub denominator: F,
}

/// Entry `k` of group `g` is leaf `k + 2^b · g`; beyond, fractions are 0/1.
pub fn table_leaves<F: Field>(
    layout: &Layout,
    fingerprint: &Fingerprint<F>,
    point: &Point<F>,
) -> TableLeaves<F> {
    let (chunk, high) = point.split_at(layout.cut.chunk_bits());
    let msb_first = chunk.msb_first();
    let subtables = layout.cut.subtables().iter();
    let values: Vec<F> = subtables.map(|s| s.evaluate(&msb_first)).collect();
    let groups: Vec<F> = (0..layout.groups.len())
        .map(|g| high.eq_index(g as u128))
        .collect();
    let mut denominator = F::one();
    for (g, (outputs, eq)) in layout.groups.iter().zip(&groups).enumerate() {
        let (constant, key, factors) = fingerprint.group(g, outputs.len());
        let mut tuple = constant + key * values[CHUNK];
        for (s, factor) in outputs.iter().zip(factors) {
            tuple += factor * values[*s];
        }
        denominator += *eq * (fingerprint.beta - tuple - F::one());
    }
    TableLeaves {
        chunk,
        groups,
        denominator,
    }
}

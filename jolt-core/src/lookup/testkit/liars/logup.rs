//! LogUp with provers that deviate: one read is served at another index, and all but one thing is made consistent with
//! that.

use super::DenseLie;
use super::dense::{entry_too_high, first_beyond};
use crate::gkr::fraction::{self, Fraction, Leaves, Tree};
use crate::lookup::dense::{DenseArgument, DenseProver, DenseShape, DenseVerifier, ProveDense};
use crate::lookup::logup_gkr::kernels::{Fast, Kernels};
use crate::lookup::logup_gkr::layout::{Fingerprint, Layout, OPERANDS, ReadLeaves};
use crate::lookup::logup_gkr::witness::{RANGE, Witness, selectors, trimmed};
use crate::lookup::logup_gkr::{self, LogupGkr};
use crate::lookup::{
    LookupArgument, LookupProver, LookupShape, LookupVerifier, ProveLookup, Reads, Unsupported,
};
use std::sync::Arc;
use sumcheck::kernel::Column;
use sumcheck::{
    Point, ProverChannel, ProverField, Relation, RoundProver, VerifierChannel, VerifyError,
};

/// What is not made consistent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing else is changed: what was read is not in the table.
    Sum,
    /// The leaves are those of other columns than the ones committed.
    Leaves,
    /// The sum over the reads is not the one of their leaves.
    Reads,
    /// The sum over the table is not the one of its leaves.
    Table,
    /// The table has entries that it does not have.
    Entry,
    /// Nothing, if `α` is this number: the outputs are such that tuples have the fingerprints of the other index's, and
    /// are looked up there.
    Collision {
        /// What `α` is. It divides the differences of the two indices' chunks.
        alpha: i128,
    },
    /// Nothing, if `β` is 1: all chunks and outputs are the other index's, but for the lowest chunk, which is `−k` such
    /// that they add up to the index, and returns 0. Its group's constant is 2, and `1 − (2 − α·k)` is `−(1 − α·k)`, of
    /// which the range has the inverse at `k`: there it is looked up −1 times.
    Opposite,
}

/// A read that is served at another index: the chunks are its own, the outputs the other's.
#[derive(Clone, Copy, Debug)]
pub struct LogupLie {
    /// What is not made consistent.
    pub mode: Mode,
    pub read: usize,
    /// The index served.
    pub other: u128,
}

/// LogUp with a prover that is slow, or deviates.
#[derive(Clone, Debug, Default)]
pub struct LyingLogup {
    honest: LogupGkr,
    slow: bool,
    lie: Option<LogupLie>,
    /// Whether all numerators of reads are 1 too low, and the multiplicities accordingly.
    lowered: bool,
    dense_lie: Option<DenseLie>,
}

impl LyingLogup {
    /// With chunks of so many bits.
    pub fn with_chunks(bits: usize) -> Self {
        LyingLogup {
            honest: LogupGkr::with_chunks(bits),
            ..Self::default()
        }
    }

    /// The same proofs by the naive prover.
    #[must_use]
    pub fn slow(self) -> Self {
        LyingLogup { slow: true, ..self }
    }

    /// A prover that deviates.
    #[must_use]
    pub fn lying(self, lie: LogupLie) -> Self {
        LyingLogup {
            lie: Some(lie),
            ..self
        }
    }

    /// A prover that takes the numerator of every leaf of the reads to be 1 less, and looks everything up as often as
    /// that says. All reads have to expose a pair of operands.
    #[must_use]
    pub fn lowering(self) -> Self {
        LyingLogup {
            lowered: true,
            ..self
        }
    }

    /// The same for reads of dense tables.
    #[must_use]
    pub fn lying_dense(self, lie: DenseLie) -> Self {
        LyingLogup {
            dense_lie: Some(lie),
            ..self
        }
    }
}

impl<F: ProverField> LookupArgument<F> for LyingLogup {
    fn name(&self) -> &'static str {
        LookupArgument::<F>::name(&self.honest)
    }

    fn dense(&self) -> Option<&dyn DenseArgument<F>> {
        Some(self)
    }

    fn supports(&self, shape: &LookupShape) -> Result<(), Unsupported> {
        LookupArgument::<F>::supports(&self.honest, shape)
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        LookupArgument::<F>::receive(&self.honest, channel, shape)
    }
}

impl<F: ProverField> ProveLookup<F> for LyingLogup {
    fn dense_prover(&self) -> Option<&dyn ProveDense<F>> {
        Some(self)
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Box<dyn LookupProver<F>> {
        let layout = self.honest.layout::<F>(shape).expect("a supported shape");
        let witness = Witness::new(&layout, reads.clone(), shape.tables.len());
        let mut fast = Fast {
            witness,
            shape: shape.clone(),
            layout,
        };
        let mut replaced = Vec::new();
        if let Some(lie) = self.lie {
            replaced = lie.tell(&mut fast);
        }
        if self.lowered {
            lower(&mut fast);
        }
        let (slow, lowered) = (self.slow, self.lowered);
        let mode = self.lie.map(|lie| lie.mode);
        logup_gkr::prover::commit(channel, fast, |fast| {
            Box::new(Lying {
                fast,
                slow,
                lowered,
                mode,
                replaced,
            })
        })
    }
}

impl LogupLie {
    /// Changes the columns and counts that are committed. Entries whose denominators are going to be a read's:
    /// (leaf, read, position).
    fn tell(&self, fast: &mut Fast) -> Vec<(usize, usize, usize)> {
        let LogupLie { mode, read, other } = *self;
        if mode == Mode::Opposite {
            self.oppose(fast);
            return Vec::new();
        }
        let (layout, witness) = (&*fast.layout, &mut fast.witness);
        let index = witness.reads.index[read];
        let selectors = selectors(&witness.reads, fast.shape.tables.len(), read);
        let size = 1 << layout.cut.chunk_bits();
        let counts = &mut witness.multiplicities;
        counts.iter_mut().for_each(|counts| counts.resize(size, 0));
        let mut moved = Vec::new();
        for i in 0..layout.positions() {
            let [weight, _] = selectors.weights(layout, i);
            if weight == 0 {
                continue;
            }
            let group = selectors.table.map_or(RANGE, |t| layout.group(t, i));
            let [own, from] = [index, other].map(|index| layout.cut.value(index, i));
            let slots = layout.slots(i);
            for (column, s) in slots.clone().zip(&layout.groups[group]) {
                let entry = witness.subtables[*s][from];
                set(&mut witness.columns[column], read, |value| *value = entry);
            }
            match (mode, slots.clone().next()) {
                // Factors of chunk and first slot are α and α².
                (Mode::Collision { alpha }, Some(column)) => {
                    let more = (from as i128 - own as i128) / alpha;
                    set(&mut witness.columns[column], read, |value| *value += more);
                    counts[group][own] -= weight;
                    counts[group][from] += weight;
                }
                (Mode::Entry, _) if group != OPERANDS => {
                    counts[group][own] -= weight;
                    moved.push((i, weight));
                }
                _ => {}
            }
        }
        // These are looked up in entries that nobody else needs.
        let spare = |(i, weight)| {
            let mut all = counts.iter_mut().flatten().enumerate();
            let (leaf, spare) = all.find(|(_, m)| **m == 0).expect("a spare entry");
            *spare = weight;
            (leaf, read, i)
        };
        let replaced = moved.into_iter().map(spare).collect();
        for counts in &mut witness.multiplicities {
            *counts = trimmed(std::mem::take(counts));
        }
        replaced
    }
}

impl LogupLie {
    /// See [`Mode::Opposite`].
    fn oppose(&self, fast: &mut Fast) {
        let (layout, witness) = (&*fast.layout, &mut fast.witness);
        let index = witness.reads.index[self.read];
        let selectors = selectors(&witness.reads, fast.shape.tables.len(), self.read);
        let size = 1 << layout.cut.chunk_bits();
        let counts = &mut witness.multiplicities;
        counts.iter_mut().for_each(|counts| counts.resize(size, 0));
        for i in 0..layout.positions() {
            let [weight, _] = selectors.weights(layout, i);
            let group = selectors.table.map_or(RANGE, |t| layout.group(t, i));
            assert_eq!(group, 2, "the first group with outputs");
            let [own, from] = [index, self.other].map(|index| layout.cut.value(index, i));
            let lowest = layout.cut.weight(i) == 1;
            let missing = self.other.wrapping_sub(index) as i128 - from as i128;
            counts[group][own] -= weight;
            let chunk = match lowest {
                true => -missing,
                false => from as i128,
            };
            match usize::try_from(-chunk) {
                Ok(opposite) if lowest => counts[RANGE][opposite] -= weight,
                _ => counts[group][from] += weight,
            }
            let column = &mut witness.columns[layout.chunk(i)];
            set(column, self.read, |value| *value = chunk);
            for (column, s) in layout.slots(i).zip(&layout.groups[group]) {
                let entry = if lowest {
                    0
                } else {
                    witness.subtables[*s][from]
                };
                set(&mut witness.columns[column], self.read, |value| {
                    *value = entry
                });
            }
        }
        for counts in counts {
            *counts = trimmed(std::mem::take(counts));
        }
    }
}

/// Changes one row of a column whose zeros at the end are left out.
fn set(column: &mut Arc<Vec<i128>>, row: usize, change: impl FnOnce(&mut i128)) {
    let mut rows = column.to_vec();
    rows.resize(rows.len().max(row + 1), 0);
    change(&mut rows[row]);
    *column = Arc::new(trimmed(rows));
}

/// Counts every leaf of the reads once less, those of no lookup too.
fn lower(fast: &mut Fast) {
    let (layout, witness) = (&fast.layout, &mut fast.witness);
    let tables = fast.shape.tables.len();
    let mut counts = std::mem::take(&mut witness.multiplicities);
    for counts in &mut counts {
        counts.resize(1 << layout.cut.chunk_bits(), 0);
    }
    let rows = witness.reads.index.len();
    for j in 0..rows {
        let selectors = selectors(&witness.reads, tables, j);
        for i in 0..layout.positions() {
            let chunk = witness.columns[layout.chunk(i)].get(j);
            let chunk = chunk.map_or(0, |chunk| *chunk as usize);
            let group = selectors.table.map_or(RANGE, |t| layout.group(t, i));
            counts[group][chunk] -= 1;
            counts[OPERANDS][chunk] -= 1;
        }
    }
    // The tuple of no lookup is that of operands 0.
    let leaves = 1usize << layout.depth(fast.shape.cycle_vars);
    counts[OPERANDS][0] -= (leaves - 2 * layout.positions() * rows) as i128;
    witness.multiplicities = counts.into_iter().map(trimmed).collect();
}

struct Lying {
    fast: Fast,
    slow: bool,
    lowered: bool,
    mode: Option<Mode>,
    replaced: Vec<(usize, usize, usize)>,
}

impl<F: ProverField> Kernels<F> for Lying {
    fn leaves(&self, fingerprint: &Fingerprint<F>) -> [Leaves<F>; 2] {
        let layout: &Layout = &self.fast.layout;
        let [mut reads, mut table] = Kernels::<F>::leaves(&self.fast, fingerprint);
        if self.mode == Some(Mode::Leaves) {
            let tables = self.fast.shape.tables.len();
            let honest = Witness::new(layout, self.fast.witness.reads.clone(), tables);
            reads = honest.read_leaves(layout, tables, fingerprint);
        }
        if self.lowered {
            let tail = &mut reads.tail.numerator;
            let all = reads.numerators.iter_mut().chain([tail]);
            all.for_each(|numerator| *numerator -= F::one());
        }
        let width = 1 << layout.lookup_vars();
        for (leaf, j, i) in &self.replaced {
            table.denominators[*leaf] = reads.denominators[width * j + 2 * i];
        }
        [reads, table]
    }

    fn trees(&self, leaves: [Leaves<F>; 2], depth: usize) -> [Tree<F>; 2] {
        let of = match self.mode {
            Some(Mode::Reads) => Some(0),
            Some(Mode::Table) => Some(1),
            _ => None,
        };
        trees(leaves, depth, of)
    }

    fn general(&self) -> fraction::Kernel<F> {
        general(self.slow)
    }

    fn leaf(&self, relation: &Relation<F>, at: &ReadLeaves<F>, zeta: F) -> Box<dyn RoundProver<F>> {
        let column = self.fast.leaf_column(at, zeta);
        general(self.slow)(relation, vec![None, Some(column)])
    }

    fn read(&self, relation: &Relation<F>, cycle: &Point<F>, gamma: F) -> Box<dyn RoundProver<F>> {
        if !self.slow {
            return self.fast.read(relation, cycle, gamma);
        }
        let all = self.fast.selected();
        let flag = |t| all.iter().map(move |s| F::from(s.table == Some(t)));
        let tables = 0..self.fast.shape.tables.len();
        let flags = tables.map(|t| Some(Column::field(flag(t).collect())));
        let columns = self.fast.read_columns(&all).into_iter().map(Some);
        let columns = std::iter::once(None).chain(flags).chain(columns);
        fraction::naive(relation, columns.collect())
    }
}

fn general<F: ProverField>(slow: bool) -> fraction::Kernel<F> {
    match slow {
        true => fraction::naive,
        false => fraction::fast,
    }
}

/// The trees over these leaves; tree `of` claims to have the sum of the other one.
fn trees<F: ProverField>(leaves: [Leaves<F>; 2], depth: usize, of: Option<usize>) -> [Tree<F>; 2] {
    let mut trees = leaves.map(|leaves| Tree::new(&leaves, depth));
    if let Some(of) = of {
        let (own, other) = (trees[of].root(), trees[1 - of].root());
        let inverse = other.denominator.inverse().unwrap_or_default();
        trees[of].claim(Fraction {
            numerator: other.numerator * own.denominator * inverse,
            ..own
        });
    }
    trees
}

impl<F: ProverField> DenseArgument<F> for LyingLogup {
    fn supports(&self, shape: DenseShape) -> Result<(), Unsupported> {
        DenseArgument::<F>::supports(&self.honest, shape)
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: DenseShape,
    ) -> Result<Box<dyn DenseVerifier<F>>, VerifyError> {
        DenseArgument::<F>::receive(&self.honest, channel, shape)
    }
}

impl<F: ProverField> ProveDense<F> for LyingLogup {
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: DenseShape,
        index: Arc<Vec<u32>>,
    ) -> Box<dyn DenseProver<F>> {
        let mut counts = logup_gkr::dense::prover::counts(shape, &index);
        match self.dense_lie {
            Some(DenseLie::Count) => entry_too_high(&mut counts),
            Some(DenseLie::Skip | DenseLie::Beyond) => counts[index[0] as usize] -= 1,
            _ => {}
        }
        let index = match self.dense_lie {
            Some(DenseLie::Beyond) => first_beyond(shape, &index),
            _ => index,
        };
        let witness = logup_gkr::dense::prover::Witness { index, counts };
        let kernels = LyingDense {
            slow: self.slow,
            lie: self.dense_lie,
        };
        logup_gkr::dense::prover::commit(channel, shape, witness, Box::new(kernels))
    }
}

struct LyingDense {
    slow: bool,
    lie: Option<DenseLie>,
}

impl<F: ProverField> logup_gkr::dense::prover::Kernels<F> for LyingDense {
    fn trees(&self, mut leaves: [Leaves<F>; 2], depth: usize) -> [Tree<F>; 2] {
        if self.lie == Some(DenseLie::Skip) {
            leaves[0].numerators[0] = F::zero();
        }
        let of = match self.lie {
            Some(DenseLie::Reads) => Some(0),
            Some(DenseLie::Table) => Some(1),
            _ => None,
        };
        trees(leaves, depth, of)
    }

    fn general(&self) -> fraction::Kernel<F> {
        general(self.slow)
    }
}

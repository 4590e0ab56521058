//! Lasso with provers that deviate: a committed value is wrong, or the output collated from another index, and what
//! must not be noticed is adjusted.

use super::DenseLie;
use super::dense::{entry_too_high, first_beyond};
use crate::gkr::product::Forest;
use crate::lookup::dense::{DenseArgument, DenseProver, DenseShape, DenseVerifier, ProveDense};
use crate::lookup::lasso::layout::{Challenges, Layout};
use crate::lookup::lasso::prover::settle::{Factors, With};
use crate::lookup::lasso::prover::witness::{States, Witness};
use crate::lookup::lasso::prover::{self, Fast, Kernels};
use crate::lookup::lasso::settle::Points;
use crate::lookup::lasso::{self, Lasso};
use crate::lookup::{
    LookupArgument, LookupProver, LookupShape, LookupVerifier, ProveLookup, Reads, Unsupported,
};
use std::sync::Arc;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{
    Field, NaiveProver, Poly, ProverChannel, ProverField, Relation, RoundProver, Rows,
    VerifierChannel, VerifyError,
};

/// How a prover deviates from the protocol.
#[derive(Clone, Copy, Debug)]
pub enum LassoLie {
    /// The output of one read is collated from another index than the committed one.
    OtherIndex {
        read: usize,
        /// The index served.
        other: u128,
    },
    /// One committed value of one read is 1 too high, and what must not be noticed is adjusted.
    Value {
        read: usize,
        /// The position of the chunk.
        position: usize,
        /// The committed slot.
        column: usize,
        /// How it is covered up.
        cover: Cover,
    },
    /// All reads are collated with a first slot of the first position that is 1 too high, and not what is committed.
    Raised,
    /// A read that looks nothing up and exposes nothing returns something: it commits, position by
    /// position, values of slots that lead from the start to the end. None do where some cut has no
    /// state that varying slots lead to.
    Unlooked {
        read: usize,
        /// What it returns.
        value: u64,
    },
}

/// What a prover with a wrong value adjusts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// Nothing.
    Nothing,
    /// The memory's initial contents, in the trees.
    Contents,
    /// The product of the reads.
    ReadRoot,
    /// The product of the final contents.
    FinalRoot,
    /// The leaves of reads and writes.
    Leaves,
    /// The products of reads and of writes, which agree then, and whose claims cancel if the first `λ` is this number.
    Trees(u64),
    /// If `γ` is this number, the count that the read finds: it is so much lower, and the first committed slot has the
    /// next power of `γ`.
    Count(u32),
}

/// Lasso with a prover that is slow, or deviates.
#[derive(Clone, Copy, Debug, Default)]
pub struct LyingLasso {
    honest: Lasso,
    slow: bool,
    lie: Option<LassoLie>,
    dense_lie: Option<DenseLie>,
}

impl LyingLasso {
    /// With chunks of so many bits.
    pub fn with_chunks(bits: usize) -> Self {
        LyingLasso {
            honest: Lasso::with_chunks(bits),
            ..Self::default()
        }
    }

    /// The same proofs by the naive prover.
    #[must_use]
    pub fn slow(self) -> Self {
        LyingLasso { slow: true, ..self }
    }

    /// A prover that deviates.
    #[must_use]
    pub fn lying(self, lie: LassoLie) -> Self {
        LyingLasso {
            lie: Some(lie),
            ..self
        }
    }

    /// The same for reads of dense tables.
    #[must_use]
    pub fn lying_dense(self, lie: DenseLie) -> Self {
        LyingLasso {
            dense_lie: Some(lie),
            ..self
        }
    }

    /// What the reads return if the prover lies so.
    ///
    /// # Errors
    /// Why the shape is not supported.
    pub fn outputs<F: ProverField>(
        &self,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Result<Vec<i128>, Unsupported> {
        let kernels = self.kernels(self.honest.layout::<F>(shape)?, reads);
        let states = Kernels::<F>::states(&kernels);
        Ok(states.column(kernels.fast.layout.len(), 0))
    }

    fn kernels(&self, layout: Layout, reads: Arc<Reads>) -> Lying {
        let mut witness = Witness::new(&layout, reads.clone());
        let mut changes = Vec::new();
        let (mut wrong, mut served) = (None, None);
        match self.lie {
            Some(LassoLie::Value {
                read,
                position,
                column,
                cover,
            }) => {
                if let Cover::Count(gamma) = cover {
                    witness.counters[position][read] -= gamma;
                }
                changes.push(Change {
                    read,
                    position,
                    column,
                    by: 1,
                });
                wrong = Some(cover);
            }
            Some(LassoLie::Unlooked { read, value }) => {
                let path = varying_path(&layout).unwrap_or_default();
                let change = |(position, column)| Change {
                    read,
                    position,
                    column,
                    by: if position == 0 { value.into() } else { 1 },
                };
                changes.extend(path.into_iter().enumerate().map(change));
            }
            Some(LassoLie::OtherIndex { read, other }) => {
                let mut reads = Reads::clone(&reads);
                reads.index[read] = other;
                served = Some(Witness::new(&layout, Arc::new(reads)));
            }
            Some(LassoLie::Raised) | None => {}
        }
        Lying {
            fast: Fast { layout, witness },
            slow: self.slow,
            raised: matches!(self.lie, Some(LassoLie::Raised)),
            changes,
            cover: wrong,
            served,
        }
    }
}

/// By position the committed slots of some path from the start to the end.
fn varying_path(layout: &Layout) -> Option<Vec<usize>> {
    // To each state at a cut, a path that leads there.
    let mut paths: Vec<Option<Vec<usize>>> = vec![Some(Vec::new())];
    for (i, position) in layout.positions.iter().enumerate() {
        let mut next = vec![None; layout.widths[i + 1]];
        for (column, slot) in position.columns.iter().enumerate() {
            let (from, to) = position.slots[*slot];
            if let (Some(path), None) = (&paths[from], &next[to]) {
                next[to] = Some([path.as_slice(), &[column]].concat());
            }
        }
        paths = next;
    }
    paths.into_iter().next().flatten()
}

impl<F: ProverField> LookupArgument<F> for LyingLasso {
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

impl<F: ProverField> ProveLookup<F> for LyingLasso {
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
        prover::commit(channel, Box::new(self.kernels(layout, reads)))
    }
}

/// A committed value of a read that is too high.
#[derive(Clone, Copy)]
struct Change {
    read: usize,
    position: usize,
    /// The committed slot.
    column: usize,
    by: i128,
}

struct Lying {
    fast: Fast,
    slow: bool,
    /// Whether the first slot is 1 too high where outputs are collated.
    raised: bool,
    changes: Vec<Change>,
    /// How the one change is covered up that is of a read that looks something up.
    cover: Option<Cover>,
    /// What the output is collated from, if it is not what is committed.
    served: Option<Witness>,
}

impl Lying {
    /// The entries of a read at a position: slot, states, entry.
    fn matrix(&self, position: usize, j: usize) -> Vec<(usize, usize, usize, i128)> {
        let layout = &self.fast.layout;
        let witness = self.served.as_ref().unwrap_or(&self.fast.witness);
        let mut entries: Vec<_> = witness.matrix(layout, position, j).collect();
        let first = entries.iter_mut().filter(|entry| entry.0 == 0);
        if self.raised && position == 0 {
            first.for_each(|entry| entry.3 += 1);
        }
        let of = |change: &&Change| (change.position, change.read) == (position, j);
        for Change { column, by, .. } in self.changes.iter().filter(of) {
            let slot = layout.positions[position].columns[*column];
            let (from, to) = layout.positions[position].slots[slot];
            let own = entries.iter_mut().find(|entry| entry.0 == slot);
            match own {
                Some(entry) => entry.3 += by,
                // A read without a table has no entries but the wrong one.
                None if layout.table(witness.reads.table[j]).is_none() => {
                    entries.push((slot, from, to, *by));
                }
                None => {}
            }
        }
        entries
    }
}

impl<F: ProverField> Kernels<F> for Lying {
    fn fast(&self) -> &Fast {
        &self.fast
    }

    fn polys(&self) -> [Vec<Arc<Poly<F>>>; 2] {
        let Fast { layout, witness } = &self.fast;
        let [mut columns, finals] = witness.polys(layout);
        for change in &self.changes {
            let number = layout.first_column(change.position) + Layout::LEADING + change.column;
            let column = Arc::make_mut(&mut columns[number]);
            if let Rows::Signed(values) = &mut column.rows {
                values[change.read] += change.by;
            }
        }
        [columns, finals]
    }

    fn leaves(&self, memory: &Challenges<F>, fingerprints: &[Vec<F>]) -> [Vec<Vec<F>>; 2] {
        let [mut accesses, mut cells] = self.fast.leaves(memory, fingerprints);
        if let (Some(cover), [wrong]) = (self.cover, self.changes.as_slice()) {
            let i = wrong.position;
            let change = memory.powers[Layout::LEADING + 1 + wrong.column];
            if cover != Cover::Leaves {
                accesses[2 * i][wrong.read] += change;
                accesses[2 * i + 1][wrong.read] += change;
            }
            if cover == Cover::Contents {
                let cell = self.fast.witness.cells[i][wrong.read] as usize - 1;
                cells[2 * i][cell] += change;
                cells[2 * i + 1][cell] += change;
            }
        }
        [accesses, cells]
    }

    fn roots(&self, forests: [&Forest<F>; 2]) -> [Vec<F>; 2] {
        let roots = forests.map(|forest| forest.roots().to_vec());
        match (self.cover, self.changes.as_slice()) {
            (Some(cover), [wrong]) => balanced(roots, 2 * wrong.position, cover),
            _ => roots,
        }
    }

    fn states(&self) -> States {
        let Fast { layout, witness } = &self.fast;
        States::new(layout, witness.len(), |position, j| {
            self.matrix(position, j).into_iter()
        })
    }

    fn entries(&self, position: usize, slot: usize) -> Vec<i128> {
        let entry = |j: usize| {
            let entries = self.matrix(position, j);
            let own = entries.iter().find(|entry| entry.0 == slot);
            own.map_or(0, |entry| entry.3)
        };
        (0..self.fast.witness.len()).map(entry).collect()
    }

    fn settled(&self, with: &With<'_, F>) -> [Factors<F>; 3] {
        let [mut reads, operands, mut entries] = self.fast.settled(with);
        let layout = &self.fast.layout;
        // `values` is the fourth factor of `reads`; of each position there are the equality factor, the constants and,
        // where it commits something, its entries, with the selector behind those of the first.
        const VALUES: usize = 3;
        let factors = |position: usize| match layout.positions[position].columns.is_empty() {
            true => 2,
            false => 3 + usize::from(position == 0),
        };
        for change in &self.changes {
            let Change {
                read,
                position,
                column,
                by,
            } = *change;
            let both = with.coefficients.both(position);
            let power = with.memory.powers[Layout::LEADING + 1 + column];
            raise(&mut reads[VALUES], read, (both * power).mul_i128(by));
            let first: usize = (0..position).map(factors).sum();
            let slot = layout.positions[position].columns[column];
            let weight = with.coefficients.slots[position][slot];
            raise(&mut entries[first + 2], read, weight.mul_i128(by));
        }
        [reads, operands, entries]
    }

    fn general(&self, relation: &Relation<F>, columns: Factors<F>) -> Box<dyn RoundProver<F>> {
        match self.slow {
            true => naive(relation, &columns),
            false => Box::new(CycleProver::new(relation, &[], columns)),
        }
    }

    fn sum(
        &self,
        relation: &Relation<F>,
        points: &Points<F>,
        claims: Vec<F>,
        columns: Factors<F>,
    ) -> Box<dyn RoundProver<F>> {
        match self.slow {
            true => naive(relation, &columns),
            false => self.fast.sum(relation, points, claims, columns),
        }
    }
}

/// Adds to one row of a column.
fn raise<F: ProverField>(column: &mut Option<Column<F>>, row: usize, by: F) {
    if let Some(column) = column {
        let mut rows: Vec<F> = (0..column.len()).map(|j| column.get(j)).collect();
        rows[row] += by;
        *column = Column::field(rows);
    }
}

/// The naive prover, on columns written out.
fn naive<F: ProverField>(relation: &Relation<F>, columns: &Factors<F>) -> Box<dyn RoundProver<F>> {
    let rows = 1usize << relation.rounds();
    let table = |column: &Column<F>| (0..rows).map(|j| column.get(j)).collect();
    let tables = columns.iter();
    let tables = tables.map(|column| column.as_ref().map_or_else(Vec::new, table));
    Box::new(NaiveProver::new(relation, tables.collect()))
}

/// Products of accesses and of cells, those from `first` on made to agree by the cover.
fn balanced<F: Field>(mut roots: [Vec<F>; 2], first: usize, cover: Cover) -> [Vec<F>; 2] {
    let before = roots[0][first + 1] * roots[1][first];
    let divided = |by: F| before * by.inverse().expect("random factors are not zero");
    match cover {
        Cover::ReadRoot => roots[0][first] = divided(roots[1][first + 1]),
        Cover::FinalRoot => roots[1][first + 1] = divided(roots[0][first]),
        Cover::Trees(lambda) => {
            let lambda = F::from(lambda);
            let [initial, last] = [roots[1][first], roots[1][first + 1]];
            // initial · (writes − d) = last · (reads + λd)
            let rate = (initial + lambda * last).inverse();
            let missing = before - last * roots[0][first];
            let d = missing * rate.expect("random factors are not zero");
            roots[0][first] += lambda * d;
            roots[0][first + 1] -= d;
        }
        _ => {}
    }
    roots
}

impl<F: ProverField> DenseArgument<F> for LyingLasso {
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

impl<F: ProverField> ProveDense<F> for LyingLasso {
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: DenseShape,
        index: Arc<Vec<u32>>,
    ) -> Box<dyn DenseProver<F>> {
        let first = index.first().copied().unwrap_or(0);
        let mut witness = lasso::dense::prover::Witness::new(shape, index.clone());
        match self.dense_lie {
            Some(DenseLie::Count) => entry_too_high(&mut witness.finals),
            Some(DenseLie::Skip | DenseLie::Beyond) => {
                // The first read is not counted.
                witness.finals[first as usize] -= 1;
                let rows = index.iter().copied().chain(std::iter::repeat(0));
                let counts = witness.counts.iter_mut().zip(rows).skip(1);
                for (count, _) in counts.filter(|(_, k)| *k == first) {
                    *count -= 1;
                }
            }
            _ => {}
        }
        if self.dense_lie == Some(DenseLie::Beyond) {
            witness.index = first_beyond(shape, &index);
        }
        lasso::dense::prover::commit(
            channel,
            shape,
            witness,
            Box::new(LyingDense(self.dense_lie)),
        )
    }
}

struct LyingDense(Option<DenseLie>);

impl<F: ProverField> lasso::dense::prover::Kernels<F> for LyingDense {
    fn leaves(&self, mut leaves: [Vec<Vec<F>>; 2]) -> [Vec<Vec<F>>; 2] {
        if self.0 == Some(DenseLie::Skip) {
            leaves[0][1][0] = leaves[0][0][0];
        }
        leaves
    }

    fn roots(&self, forests: [&Forest<F>; 2]) -> [Vec<F>; 2] {
        let roots = forests.map(|forest| forest.roots().to_vec());
        match self.0 {
            Some(DenseLie::Reads) => balanced(roots, 0, Cover::ReadRoot),
            Some(DenseLie::Table) => balanced(roots, 0, Cover::FinalRoot),
            Some(DenseLie::Trees { lambda }) => balanced(roots, 0, Cover::Trees(lambda)),
            _ => roots,
        }
    }
}

//! The prover of the last batch, and its columns.

use super::super::layout::{Challenges, Layout};
use super::super::settle::{BATCH, Coefficients, Inputs, Points, Settled, part};
use super::Kernels;
use super::witness::Witness;
use crate::lookup::selectors::powers;
use crate::lookup::{Exposed, SelectorClaim};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{
    Field, Instance, ProverChannel, ProverField, Relation, RoundProver, Segment, UniPoly, batch,
};

/// Proves a sum of relations by their provers, each with its own claim.
struct Sum<F: Field> {
    parts: Vec<(F, CycleProver<F>)>,
    rounds: Vec<UniPoly<F>>,
}

impl<F: ProverField> RoundProver<F> for Sum<F> {
    fn round(&mut self, _claim: F) -> UniPoly<F> {
        self.rounds = self
            .parts
            .par_iter_mut()
            .map(|(claim, prover)| prover.round(*claim))
            .collect();
        let mut sum = Vec::new();
        for UniPoly(round) in &self.rounds {
            sum.resize(round.len().max(sum.len()), F::zero());
            for (s, c) in sum.iter_mut().zip(round) {
                *s += c;
            }
        }
        UniPoly(sum)
    }

    fn bind(&mut self, x: F) {
        let parts = self.parts.par_iter_mut().zip(&self.rounds);
        parts.for_each(|((claim, prover), round)| {
            *claim = round.eval(x);
            prover.bind(x);
        });
    }

    fn finish(&mut self) -> Vec<F> {
        let parts = self.parts.iter_mut();
        parts.flat_map(|(_, prover)| prover.finish()).collect()
    }
}

/// The prover's columns.
pub(in crate::lookup) struct Columns<'a, F> {
    layout: &'a Layout,
    witness: &'a Witness,
    with: &'a With<'a, F>,
    /// Which selectors a read has: a number below `3 · (tables + 1)`.
    kinds: Arc<Vec<u32>>,
}

/// What the columns are made with.
pub(in crate::lookup) struct With<'a, F> {
    pub memory: &'a Challenges<F>,
    pub fingerprints: &'a [Vec<F>],
    pub coefficients: &'a Coefficients<F>,
}

/// Columns of a relation's factors; none for equality factors.
pub(in crate::lookup) type Factors<F> = Vec<Option<Column<F>>>;

impl<'a, F: ProverField> Columns<'a, F> {
    /// Of a witness.
    pub fn new(layout: &'a Layout, witness: &'a Witness, with: &'a With<'a, F>) -> Self {
        Columns {
            layout,
            witness,
            with,
            kinds: Self::kinds(layout, witness),
        }
    }

    fn kinds(layout: &Layout, witness: &Witness) -> Arc<Vec<u32>> {
        let reads = witness.reads.table.iter().zip(&witness.reads.operands);
        let kind = |(table, exposed): (&u8, &Exposed)| {
            let table = layout.table(*table).map_or(0, |t| t + 1);
            3 * table as u32 + *exposed as u32
        };
        Arc::new(reads.map(kind).collect())
    }

    /// The column of a functional of selectors.
    fn selectors(&self, number: usize) -> Column<F> {
        let of = &self.with.coefficients.selectors[number];
        let mut values = Vec::with_capacity(3 * (of.tables.len() + 1));
        for table in std::iter::once(&F::zero()).chain(&of.tables) {
            values.extend([F::zero(), of.pair, of.single].map(|exposed| *table + exposed));
        }
        Column::indexed(self.kinds.clone(), Arc::new(values))
    }

    fn values(&self) -> Column<F> {
        let layout = self.layout;
        let counter = self.with.memory.counter();
        let both: Vec<F> = (0..layout.len())
            .map(|i| self.with.coefficients.both(i))
            .collect();
        let rows: Vec<Vec<F>> = (0..layout.len())
            .into_par_iter()
            .map(|i| {
                let cells = self.with.fingerprints[i].iter().enumerate();
                let block = |cell: usize| F::from((cell / layout.chunks()) as u64);
                cells
                    .map(|(cell, f)| both[i] * (*f - block(cell)))
                    .collect()
            })
            .collect();
        let counters: Vec<F> = both.iter().map(|b| *b * counter).collect();
        let value = |j: usize| {
            let mut sum = F::zero();
            for (i, row) in rows.iter().enumerate() {
                if let Some(cell) = self.witness.cells[i][j].checked_sub(1) {
                    let count = self.witness.counters[i][j];
                    sum += row[cell as usize] + counters[i].mul_u64(u64::from(count));
                }
            }
            sum
        };
        let rows = (0..self.witness.len()).into_par_iter();
        Column::field(rows.map(value).collect())
    }

    /// `L`, `R` and `N`.
    fn operands(&self) -> [Column<F>; 3] {
        let layout = self.layout;
        let mut columns = [const { Vec::new() }; 3];
        for j in 0..self.witness.len() {
            let mut sums = [0u128; 3];
            for i in 0..layout.len() {
                let Some(cell) = self.witness.cells[i][j].checked_sub(1) else {
                    continue;
                };
                let cell = cell as usize;
                let half = |which: usize| {
                    let operand = Layout::operands(cell / layout.chunks() % 2)[which];
                    let entries = operand.map(|s| &self.witness.subtables[s]);
                    entries.map_or(0, |e| e[cell % layout.chunks()] as u128)
                };
                sums[0] += u128::from(layout.cut.operand_weight(i)) * half(0);
                sums[1] += u128::from(layout.cut.operand_weight(i)) * half(1);
                sums[2] += layout.cut.weight(i) * half(0);
            }
            for (column, sum) in columns.iter_mut().zip(sums) {
                column.push(sum);
            }
        }
        columns.map(|column| Column::wide(Arc::new(column)))
    }

    /// `e_i`.
    fn entries(&self, position: usize) -> Column<F> {
        let own = &self.layout.positions[position];
        let weights = own
            .columns
            .iter()
            .map(|k| self.with.coefficients.slots[position][*k]);
        let weights: Vec<F> = weights.collect();
        let table = self.witness.combined(self.layout, position, &weights);
        Column::indexed(self.witness.cells[position].clone(), Arc::new(table))
    }

    /// The columns of the three relations.
    pub fn all(&self) -> [Factors<F>; 3] {
        let [left, right, whole] = self.operands();
        let selectors = |number: usize| Some(self.selectors(number));
        let reads = vec![
            None,
            selectors(0),
            selectors(1),
            Some(self.values()),
            selectors(2),
        ];
        let operands = vec![
            None,
            selectors(3),
            selectors(4),
            Some(left),
            Some(right),
            Some(whole),
        ];
        let mut entries = Vec::new();
        for (i, position) in self.layout.positions.iter().enumerate() {
            entries.extend([None, selectors(5 + i)]);
            if !position.columns.is_empty() {
                entries.push(Some(self.entries(i)));
                if i == 0 {
                    entries.push(selectors(0));
                }
            }
        }
        [reads, operands, entries]
    }
}

/// The `entries` relation, whose claim is a sum of one for each position, by one prover for each.
pub(in crate::lookup) fn entries_prover<F: ProverField>(
    layout: &Layout,
    points: &Points<F>,
    claims: Vec<F>,
    columns: Factors<F>,
) -> impl RoundProver<F> + use<F> {
    let mut columns = columns.into_iter();
    let parts = points.entries.iter().zip(claims).enumerate();
    let parts = parts.map(|(i, (point, claim))| {
        let mut relation = Relation::new("entries", vec![Segment::cycle(layout.cycle_vars)]);
        let eq = relation.eq("eq", 0, point.clone());
        relation.summand = eq * part(&mut relation, layout, i).0;
        let own = columns.by_ref().take(relation.factors.len()).collect();
        (claim, CycleProver::new(&relation, &[], own))
    });
    Sum {
        parts: parts.collect(),
        rounds: Vec::new(),
    }
}

pub(super) fn prove<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    inputs: Inputs<'_, F, F>,
    kernels: &dyn Kernels<F>,
    fingerprints: &[Vec<F>],
) -> SelectorClaim<F, F> {
    let (layout, memory) = (inputs.layout, inputs.memory);
    let coefficients = Coefficients::sample(layout, memory, || channel.sample("lookup/settle"));
    let points = inputs.points();
    let with = With {
        memory,
        fingerprints,
        coefficients: &coefficients,
    };
    let (relations, factors) = coefficients.relations(layout, &points);
    let [reads, operands, entries] = relations;
    let [read_columns, operand_columns, entry_columns] = kernels.settled(&with);
    let (constant, weights) = coefficients.reads();
    let leaves = inputs.accesses.leaves.iter().zip(weights);
    let read_claim = constant + leaves.map(|(x, w)| *x * w).sum::<F>();
    let claim = &inputs.claim;
    let entry_claims: Vec<F> = inputs
        .entries
        .iter()
        .zip(&coefficients.slots)
        .map(|(e, weights)| e.values.iter().zip(weights).map(|(x, w)| *x * w).sum())
        .collect();
    let entry_claim = entry_claims.iter().sum();
    let instances = [
        Instance {
            prover: kernels.general(&reads, read_columns),
            relation: reads,
            claim: read_claim,
        },
        Instance {
            prover: kernels.general(&operands, operand_columns),
            relation: operands,
            claim: claim.left + coefficients.omega * claim.right,
        },
        Instance {
            prover: kernels.sum(&entries, &points, entry_claims, entry_columns),
            relation: entries,
            claim: entry_claim,
        },
    ];
    let reduced = batch::prove(channel, BATCH, instances);
    let settled = Settled::take(&factors, reduced);
    let delta = powers(channel.sample("lookup/selectors"), settled.selectors.len());
    for claim in coefficients.columns(layout, memory, inputs.oracles, &settled) {
        channel.claim_eval(claim);
    }
    let values = settled.selectors.iter().zip(&delta);
    let value = values.map(|(v, d)| *v * d).sum();
    coefficients.claim(settled.point, &delta, value)
}

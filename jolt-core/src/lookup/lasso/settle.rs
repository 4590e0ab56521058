//! The last batch: claims on leaves, entries and operands become claims on committed columns, and on the
//! caller's selectors, at one cycle point.
//!
//! With `S = Σ_t selects_t`, `X = pair + single`, powers of `λ` over the `2n` trees of accesses and of
//! `β` over all slots of all positions, `ω` for the operands:
//!
//! ```text
//! reads:     Σ_i λ^{2i} (reads_i − 1) + λ^{2i+1} (writes_i − 1) = Σ_j eq(r_a, j) · (S + X − S·X) · (values + blocks + κ)
//! operands:  left + ω right = Σ_j eq(r, j) · (pair · (L + ω R) + ω single · N)
//! entries:   Σ_{i,k} β^{…} m_{i,k}(p_i) = Σ_j Σ_i eq(p_i, j) · (e_i + c_i),  for i = 0: S·e_0 + c_0
//! ```
//!
//! The leaf of an access is toggled: 1 unless the read looks something up or exposes something. `values`
//! joins all positions' fingerprints, up to their cells' numbers in `blocks`; `L`, `R`, `N` are the
//! operands as sums of committed halves; `e_i` and `c_i` are the committed and the constant part of
//! position `i`'s entries. Each of them is one linear combination of columns.
//!
//! A read without a table has to return 0, and where it exposes nothing either, no memory binds what it
//! committed. So the first position's entries are multiplied by `S`: without a table they are 0, and with them
//! the states of all cuts.

use super::Kernels;
use super::collate::Entries;
use super::layout::{Challenges, Layout};
use super::memory::Accesses;
use super::witness::Witness;
use crate::lookup::selectors::{SelectorWeights, powers};
use crate::lookup::{Exposed, ReadClaim, SELECTORS, SelectorClaim};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{
    EvalClaim, Expr, Field, Instance, Oracle, Point, ProverChannel, Reduced, Relation, RoundProver,
    Segment, UniPoly, Value, VerifierChannel, VerifyError, Weights, batch,
};

const BATCH: &str = "settle";

/// Everything that the challenges determine.
pub(in crate::lookup) struct Coefficients<F> {
    /// `λ^{2i}` and `λ^{2i+1}`.
    accesses: Vec<F>,
    /// `κ`.
    offset: F,
    omega: F,
    /// Powers of `β` by position and slot.
    pub slots: Vec<Vec<F>>,
    /// The functionals of the claims on selectors, in their order: `S`, `X`, `blocks`, `pair`,
    /// `single`, `c_i`, and `S` where it multiplies `e_0`.
    selectors: Vec<SelectorWeights<F>>,
}

impl<F: Field> Coefficients<F> {
    fn sample(layout: &Layout, memory: &Challenges<F>, mut sample: impl FnMut() -> F) -> Self {
        let (lambda, omega, beta) = (sample(), sample(), sample());
        let accesses = powers(lambda, 2 * layout.len());
        let slots = layout.positions.iter().map(|p| p.slots.len());
        let mut all = powers(beta, slots.clone().sum()).into_iter();
        let slots: Vec<Vec<F>> = slots.map(|n| all.by_ref().take(n).collect()).collect();
        let tables = layout.positions[0].class.len();
        let of = |table: &dyn Fn(usize) -> F, pair: F, single: F| SelectorWeights {
            tables: (0..tables).map(table).collect(),
            pair,
            single,
        };
        let (zero, one) = (F::zero(), F::one());
        let both = |i: usize| accesses[2 * i] + accesses[2 * i + 1];
        let block = |t: usize| {
            let classes = layout.positions.iter().map(|p| p.class[t] as u64);
            let terms = classes.enumerate().map(|(i, c)| both(i).mul_u64(2 * c));
            terms.sum()
        };
        let weight: F = accesses.iter().sum();
        let mut selectors = vec![
            of(&|_| one, zero, zero),
            of(&|_| zero, one, one),
            of(&block, zero, weight),
            of(&|_| zero, one, zero),
            of(&|_| zero, zero, one),
        ];
        for (position, weights) in layout.positions.iter().zip(&slots) {
            let constants = |t: usize| {
                let terms = position.constants[t].iter().zip(weights);
                terms.map(|(c, w)| w.mul_i128(*c)).sum()
            };
            selectors.push(of(&constants, zero, zero));
        }
        if !layout.positions[0].columns.is_empty() {
            selectors.push(of(&|_| one, zero, zero));
        }
        let written: F = accesses.iter().skip(1).step_by(2).sum();
        Coefficients {
            offset: weight * (memory.tau - one) + memory.counter() * written,
            accesses,
            omega,
            slots,
            selectors,
        }
    }

    /// Sum of the degrees of what `λ`, `ω` and `β` combine.
    fn degree(&self) -> usize {
        let slots: usize = self.slots.iter().map(Vec::len).sum();
        self.accesses.len().saturating_sub(1) + 1 + slots.saturating_sub(1)
    }

    /// `λ^{2i} + λ^{2i+1}`.
    pub fn both(&self, position: usize) -> F {
        self.accesses[2 * position] + self.accesses[2 * position + 1]
    }

    /// `Σ_i λ^{2i} (reads_i − 1) + …`, the constant and the coefficients.
    fn reads(&self) -> (F, &[F]) {
        (-self.accesses.iter().sum::<F>(), &self.accesses)
    }

    /// The relations; and whether a position has committed slots.
    fn relations(&self, layout: &Layout, points: &Points<F>) -> [Relation<F>; 3] {
        let cycles = || vec![Segment::cycle(layout.cycle_vars)];
        let mut reads = Relation::new("reads", cycles());
        let eq = reads.eq("eq(a,j)", 0, points.accesses.clone());
        let (selected, exposed) = (reads.claimed("S", &[0]), reads.claimed("X", &[0]));
        let values = reads.claimed("values", &[0]) + reads.claimed("blocks", &[0]);
        let either = selected.clone() + exposed.clone() - selected * exposed;
        reads.summand = eq * either * (values + Expr::constant("κ", self.offset));

        let mut operands = Relation::new("operands", cycles());
        let eq = operands.eq("eq(r,j)", 0, points.read.clone());
        let (pair, single) = (
            operands.claimed("pair", &[0]),
            operands.claimed("single", &[0]),
        );
        let omega = || Expr::constant("ω", self.omega);
        let left = operands.claimed("L", &[0]);
        let right = operands.claimed("R", &[0]);
        let whole = operands.claimed("N", &[0]);
        operands.summand = eq * (pair * (left + omega() * right) + omega() * single * whole);

        let mut entries = Relation::new("entries", cycles());
        let mut terms = Vec::new();
        for (i, point) in points.entries.iter().enumerate() {
            let eq = entries.eq(format!("eq(p{i},j)"), 0, point.clone());
            terms.push(eq * part(&mut entries, layout, i));
        }
        entries.summand = Expr::Sum(terms);
        [reads, operands, entries]
    }

    /// Claims on the committed columns.
    fn columns<V: Copy>(
        &self,
        layout: &Layout,
        memory: &Challenges<F>,
        oracles: &[Oracle],
        settled: &Settled<F, V>,
    ) -> Vec<EvalClaim<F, V>> {
        let mut claims = Vec::new();
        let mut claim = |value: V, terms: Vec<(usize, F)>| {
            let term = |(column, factor): (usize, F)| (oracles[column], Weights::One, factor);
            claims.push(EvalClaim {
                terms: terms.into_iter().map(term).collect(),
                point: settled.point.clone(),
                value,
            });
        };
        let positions = 0..layout.len();
        let first = |i: usize| layout.first_column(i);
        let rows = positions.clone().flat_map(|i| {
            let columns = (first(i)..).zip(&memory.powers[1..]);
            let columns = columns.take(layout.columns(i));
            columns.map(move |(column, power)| (column, self.both(i) * power))
        });
        claim(settled.values, rows.collect());
        let half = |i: usize| F::from(layout.cut.operand_weight(i));
        let [left, right, whole] = settled.operands;
        claim(
            left,
            positions.clone().map(|i| (first(i), half(i))).collect(),
        );
        claim(
            right,
            positions.clone().map(|i| (first(i) + 1, half(i))).collect(),
        );
        let weight = |i: usize| F::from(layout.cut.weight(i));
        claim(whole, positions.map(|i| (first(i), weight(i))).collect());
        let committed = layout.positions.iter().enumerate();
        let committed = committed.filter(|(_, p)| !p.columns.is_empty());
        for ((i, position), value) in committed.zip(&settled.entries) {
            let columns = position.columns.iter().enumerate();
            let terms = columns.map(|(c, k)| (first(i) + Layout::LEADING + c, self.slots[i][*k]));
            claim(*value, terms.collect());
        }
        claims
    }

    /// The claim on the selectors, without its value.
    fn claim<V>(&self, point: Point<F>, delta: &[F], value: V) -> SelectorClaim<F, V> {
        SelectorWeights::combine(&self.selectors, delta).claim(point, value)
    }
}

/// `e_i + c_i`, and `S·e_0 + c_0` of the first position.
fn part<F: Field>(relation: &mut Relation<F>, layout: &Layout, position: usize) -> Expr<F> {
    let constants = relation.claimed(format!("c{position}"), &[0]);
    if layout.positions[position].columns.is_empty() {
        return constants.into();
    }
    let committed = relation.claimed(format!("e{position}"), &[0]);
    match position {
        0 => constants + relation.claimed("S", &[0]) * committed,
        _ => constants + committed,
    }
}

/// Where claims come from.
pub(in crate::lookup) struct Points<F> {
    accesses: Point<F>,
    read: Point<F>,
    entries: Vec<Point<F>>,
}

/// What is left, all at one point.
struct Settled<F, V> {
    point: Point<F>,
    values: V,
    operands: [V; 3],
    entries: Vec<V>,
    /// In the order of [`Coefficients::selectors`].
    selectors: Vec<V>,
}

impl<F: Field, V: Copy> Settled<F, V> {
    fn new(reduced: Vec<Reduced<F, V>>) -> Self {
        let [mut reads, mut operands, mut entries] = <[_; 3]>::try_from(reduced)
            .ok()
            .expect("three relations were given");
        let mut selectors = vec![reads.take("S"), reads.take("X"), reads.take("blocks")];
        selectors.extend([operands.take("pair"), operands.take("single")]);
        selectors.extend(entries.take_all("c"));
        selectors.extend(entries.take_all("S"));
        let settled = Settled {
            point: reads.points[0].clone(),
            values: reads.take("values"),
            operands: ["L", "R", "N"].map(|name| operands.take(name)),
            entries: entries.take_all("e"),
            selectors,
        };
        reads.done();
        operands.done();
        entries.done();
        settled
    }
}

/// Proves a sum of relations by their provers, each with its own claim.
struct Sum<F: Field> {
    parts: Vec<(F, CycleProver<F>)>,
    rounds: Vec<UniPoly<F>>,
}

impl<F: Field> RoundProver<F> for Sum<F> {
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

impl<'a, F: Field> Columns<'a, F> {
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
        let subtables = layout.cut.subtables();
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
                    let entries = operand.map(|s| subtables[s].entries());
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
pub(in crate::lookup) fn entries_prover<F: Field>(
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
        relation.summand = eq * part(&mut relation, layout, i);
        let own = columns.by_ref().take(relation.factors.len()).collect();
        (claim, CycleProver::new(&relation, &[], own))
    });
    Sum {
        parts: parts.collect(),
        rounds: Vec::new(),
    }
}

/// What the last batch starts from.
pub(super) struct Inputs<'a, F, V> {
    pub layout: &'a Layout,
    pub memory: &'a Challenges<F>,
    /// Oracles of the columns.
    pub oracles: &'a [Oracle],
    pub claim: ReadClaim<F, V>,
    pub accesses: Accesses<F, V>,
    pub entries: Vec<Entries<F, V>>,
}

impl<F: Field, V> Inputs<'_, F, V> {
    fn points(&self) -> Points<F> {
        Points {
            accesses: self.accesses.point.clone(),
            read: self.claim.point.clone(),
            entries: self.entries.iter().map(|e| e.point.clone()).collect(),
        }
    }
}

/// Proves.
pub(super) fn prove<F: Field>(
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
    let [reads, operands, entries] = coefficients.relations(layout, &points);
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
    let instances = vec![
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
    let settled = Settled::new(batch::prove_all(channel, BATCH, instances));
    let delta = powers(channel.sample("lookup/selectors"), settled.selectors.len());
    for claim in coefficients.columns(layout, memory, inputs.oracles, &settled) {
        channel.claim_eval(claim);
    }
    let values = settled.selectors.iter().zip(&delta);
    let value = values.map(|(v, d)| *v * d).sum();
    coefficients.claim(settled.point, &delta, value)
}

/// The verifier's side.
pub(super) fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    inputs: Inputs<'_, F, Value>,
) -> Result<SelectorClaim<F, Value>, VerifyError> {
    let (layout, memory) = (inputs.layout, inputs.memory);
    let coefficients = Coefficients::sample(layout, memory, || channel.sample("lookup/settle"));
    let degree = coefficients.degree();
    channel.risk(
        &["lookup/settle"],
        "leaves, operands, and entries of the tables",
        degree,
    );
    let [reads, operands, entries] = coefficients.relations(layout, &inputs.points());
    let weighted = |weights: &[F], values: &[Value]| -> Vec<(F, Value)> {
        weights
            .iter()
            .copied()
            .zip(values.iter().copied())
            .collect()
    };
    let (constant, weights) = coefficients.reads();
    let read_claim = channel.linear(constant, &weighted(weights, &inputs.accesses.leaves));
    let terms = [
        (F::one(), inputs.claim.left),
        (coefficients.omega, inputs.claim.right),
    ];
    let operand_claim = channel.linear(F::zero(), &terms);
    let terms = coefficients.slots.iter().zip(&inputs.entries);
    let terms: Vec<(F, Value)> = terms.flat_map(|(w, e)| weighted(w, &e.values)).collect();
    let entry_claim = channel.linear(F::zero(), &terms);
    let relations = vec![
        (reads, read_claim),
        (operands, operand_claim),
        (entries, entry_claim),
    ];
    let settled = Settled::new(batch::verify_all(channel, BATCH, relations)?);
    let delta = powers(channel.sample("lookup/selectors"), settled.selectors.len());
    channel.risk(&["lookup/selectors"], SELECTORS, delta.len() - 1);
    for claim in coefficients.columns(layout, memory, inputs.oracles, &settled) {
        channel.claim_eval(claim)?;
    }
    let value = channel.linear(F::zero(), &weighted(&delta, &settled.selectors));
    Ok(coefficients.claim(settled.point, &delta, value))
}

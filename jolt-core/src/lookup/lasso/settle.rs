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

#![allow(
    clippy::indexing_slicing,
    reason = "indices are those of a layout that the key fixes; no proof has a say"
)]

use super::collate::Entries;
use super::layout::{Challenges, Layout};
use super::memory::Accesses;
use crate::lookup::selectors::{SelectorWeights, powers};
use crate::lookup::{ReadClaim, SelectorClaim};
use sumcheck::{
    Claimed, EvalClaim, Expr, Field, Oracle, Point, Reduced, Relation, Segment, Weights,
};

pub(super) const BATCH: &str = "settle";

/// Everything that the challenges determine.
pub(in crate::lookup) struct Coefficients<F> {
    /// `λ^{2i}` and `λ^{2i+1}`.
    accesses: Vec<F>,
    /// `κ`.
    offset: F,
    pub(super) omega: F,
    /// Powers of `β` by position and slot.
    pub slots: Vec<Vec<F>>,
    /// The functionals of the claims on selectors, in their order: `S`, `X`, `blocks`, `pair`,
    /// `single`, `c_i`, and `S` where it multiplies `e_0`.
    pub(super) selectors: Vec<SelectorWeights<F>>,
}

impl<F: Field> Coefficients<F> {
    pub(super) fn sample(
        layout: &Layout,
        memory: &Challenges<F>,
        mut sample: impl FnMut() -> F,
    ) -> Self {
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
    pub(super) fn degree(&self) -> usize {
        let slots: usize = self.slots.iter().map(Vec::len).sum();
        self.accesses.len().saturating_sub(1) + 1 + slots.saturating_sub(1)
    }

    /// `λ^{2i} + λ^{2i+1}`.
    pub fn both(&self, position: usize) -> F {
        self.accesses[2 * position] + self.accesses[2 * position + 1]
    }

    /// `Σ_i λ^{2i} (reads_i − 1) + …`, the constant and the coefficients.
    pub(super) fn reads(&self) -> (F, &[F]) {
        (-self.accesses.iter().sum::<F>(), &self.accesses)
    }

    /// The relations `reads`, `operands` and `entries`, and their factors.
    pub(super) fn relations(
        &self,
        layout: &Layout,
        points: &Points<F>,
    ) -> ([Relation<F>; 3], SettleFactors<F>) {
        let cycles = || vec![Segment::cycle(layout.cycle_vars)];
        let mut reads = Relation::new("reads", cycles());
        let eq = reads.eq("eq(a,j)", 0, points.accesses.clone());
        let of_reads = ["S", "X", "values", "blocks"].map(|name| reads.claimed(name, &[0]));
        let [selected, exposed, values, blocks] = of_reads;
        let either = selected + exposed - selected * exposed;
        reads.summand = eq * either * (values + blocks + Expr::constant("κ", self.offset));

        let mut operands = Relation::new("operands", cycles());
        let eq = operands.eq("eq(r,j)", 0, points.read.clone());
        let names = ["pair", "single", "L", "R", "N"];
        let of_operands = names.map(|name| operands.claimed(name, &[0]));
        let [pair, single, left, right, whole] = of_operands;
        let omega = || Expr::constant("ω", self.omega);
        operands.summand = eq * (pair * (left + omega() * right) + omega() * single * whole);

        let mut entries = Relation::new("entries", cycles());
        let (mut terms, mut of_entries) = (Vec::new(), Vec::new());
        for (i, point) in points.entries.iter().enumerate() {
            let eq = entries.eq(format!("eq(p{i},j)"), 0, point.clone());
            let (part, factors) = part(&mut entries, layout, i);
            terms.push(eq * part);
            of_entries.push(factors);
        }
        entries.summand = Expr::Sum(terms);
        let factors = SettleFactors {
            reads: of_reads,
            operands: of_operands,
            entries: of_entries,
        };
        ([reads, operands, entries], factors)
    }

    /// Claims on the committed columns.
    pub(super) fn columns<V: Copy>(
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
    pub(super) fn claim<V>(&self, point: Point<F>, delta: &[F], value: V) -> SelectorClaim<F, V> {
        SelectorWeights::combine(&self.selectors, delta).claim(point, value)
    }
}

/// Factors of the three relations.
pub(super) struct SettleFactors<F> {
    /// `S`, `X`, `values`, `blocks`.
    reads: [Claimed<F>; 4],
    /// `pair`, `single`, `L`, `R`, `N`.
    operands: [Claimed<F>; 5],
    /// By position.
    entries: Vec<EntryFactors<F>>,
}

/// Factors of one position's part of `entries`.
pub(super) struct EntryFactors<F> {
    /// `c_i`.
    constants: Claimed<F>,
    /// `e_i`, if the position has committed slots.
    committed: Option<Claimed<F>>,
    /// `S`, if it multiplies that.
    selected: Option<Claimed<F>>,
}

/// `e_i + c_i`, and `S·e_0 + c_0` of the first position.
pub(super) fn part<F: Field>(
    relation: &mut Relation<F>,
    layout: &Layout,
    position: usize,
) -> (Expr<F>, EntryFactors<F>) {
    let mut factors = EntryFactors {
        constants: relation.claimed(format!("c{position}"), &[0]),
        committed: None,
        selected: None,
    };
    let constants = factors.constants;
    if layout.positions[position].columns.is_empty() {
        return (constants.into(), factors);
    }
    let committed = relation.claimed(format!("e{position}"), &[0]);
    factors.committed = Some(committed);
    let part = match position {
        0 => {
            let selected = relation.claimed("S", &[0]);
            factors.selected = Some(selected);
            constants + selected * committed
        }
        _ => constants + committed,
    };
    (part, factors)
}

/// Where claims come from.
pub(in crate::lookup) struct Points<F> {
    accesses: Point<F>,
    read: Point<F>,
    pub(super) entries: Vec<Point<F>>,
}

/// What is left, all at one point.
pub(super) struct Settled<F, V> {
    pub(super) point: Point<F>,
    values: V,
    operands: [V; 3],
    entries: Vec<V>,
    /// In the order of [`Coefficients::selectors`].
    pub(super) selectors: Vec<V>,
}

impl<F: Field, V: Copy> Settled<F, V> {
    pub(super) fn take(
        factors: &SettleFactors<F>,
        [mut reads, mut operands, mut entries]: [Reduced<F, V>; 3],
    ) -> Self {
        let [selected, exposed, values, blocks] = reads.take_each(factors.reads);
        let [pair, single, left, right, whole] = operands.take_each(factors.operands);
        let mut selectors = vec![selected, exposed, blocks, pair, single];
        let of_entries = &factors.entries;
        selectors.extend(of_entries.iter().map(|f| entries.take(f.constants)));
        let selected = of_entries.iter().filter_map(|f| f.selected);
        selectors.extend(selected.map(|factor| entries.take(factor)));
        let committed = of_entries.iter().filter_map(|f| f.committed);
        let [point] = reads.at();
        let settled = Settled {
            point,
            values,
            operands: [left, right, whole],
            entries: committed.map(|factor| entries.take(factor)).collect(),
            selectors,
        };
        reads.done();
        operands.done();
        entries.done();
        settled
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
    pub(super) fn points(&self) -> Points<F> {
        Points {
            accesses: self.accesses.point.clone(),
            read: self.claim.point.clone(),
            entries: self.entries.iter().map(|e| e.point.clone()).collect(),
        }
    }
}

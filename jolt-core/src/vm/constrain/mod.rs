//! Phase `constrain`: the step constraints hold in every cycle.
//!
//! Relation `step`: `0 = Σ_j eq(τ, j) · Σ_m H_m(j) · m(j)` (see [`crate::constraints`]), degree 4.
//! Transcript: τ, ρ; the batch; all column values and all `H_m` at `r_step`.
//! Cost per real cycle: about 60 multiplications in the rounds, and 12 for folding: most columns are tables over
//! bytecode rows, which code that repeats itself reads at few different pairs of rows.

#![allow(
    clippy::indexing_slicing,
    reason = "tables, ports and columns are numbered by the code; no proof has a say"
)]

#[cfg(feature = "prover")]
mod prover;
mod verifier;

#[cfg(feature = "prover")]
pub use prover::{columns, kernel, prove, violations};
pub use verifier::verify;

use crate::constraints::{CONSTRAINTS, Column, monomial_name, monomials};
use crate::lookup::ReadClaim;
use crate::machine::Run;
use crate::step::{Oracles, Step};
use std::collections::BTreeMap;
use sumcheck::{Claimed, EvalClaim, Expr, Field, Point, Reduced, Relation, Segment};

/// The relation `step`, and the claims that it leaves.
pub struct Constraints<F> {
    pub relation: Relation<F>,
    pub columns: BTreeMap<Column, Claimed<F>>,
    /// On the `H_m`, in the order of [`monomials`].
    pub coefficients: Vec<Claimed<F>>,
}

impl<F: Field> Constraints<F> {
    /// At a random `tau`.
    pub fn new(tau: &Point<F>) -> Self {
        let mut relation = Relation::new("step", vec![Segment::cycle(tau.vars())]);
        let eq = relation.eq("eq(τ,j)", 0, tau.clone());
        let columns = Column::ALL.map(|c| (c, relation.claimed(c.name(), &[0])));
        let columns = BTreeMap::from(columns);
        let mut coefficients = Vec::new();
        let mut terms = Vec::new();
        for monomial in monomials() {
            let h = relation.claimed(format!("H_{}", monomial_name(monomial)), &[0]);
            coefficients.push(h);
            let product = monomial
                .iter()
                .fold(h.into(), |term: Expr<F>, c| term * columns[c]);
            terms.push(product);
        }
        relation.summand = eq * Expr::Sum(terms);
        Constraints {
            relation,
            columns,
            coefficients,
        }
    }

    /// What the batch leaves, for constraints of these weights.
    fn leave<V: Copy>(&self, weights: Vec<F>, mut reduced: Reduced<F, V>) -> Step<F, V> {
        let columns = self.columns.iter();
        let columns = columns.map(|(column, claimed)| (*column, reduced.take(*claimed)));
        let columns = columns.collect();
        let coefficients = self.coefficients.iter().map(|h| reduced.take(*h));
        let coefficients = coefficients.collect();
        let [point] = reduced.at();
        let step = Step {
            coefficients,
            point,
            weights,
            columns,
        };
        reduced.done();
        step
    }
}

/// The columns [`Column::Offset`] and [`Column::Power`] as functions of the offset digit.
fn offset_weights<F: Field>(run: &Run<'_>) -> (Vec<F>, Vec<F>) {
    let bytes = run.machine.bytecode.word().bytes();
    let offsets = (0..bytes as u64).map(F::from).collect();
    let powers = (0..bytes).map(|o| F::from(1u64 << (8 * o))).collect();
    (offsets, powers)
}

fn weights<F: Field>(rho: F, mut enforced: impl FnMut(&str) -> bool) -> Vec<F> {
    let mut power = F::one();
    CONSTRAINTS
        .iter()
        .map(|c| {
            let weight = if enforced(&format!("constrain/{}", c.name)) {
                power
            } else {
                F::zero()
            };
            power *= rho;
            weight
        })
        .collect()
}

/// Claims on columns that are committed, or linear in committed digits.
fn oracle_claims<F: Field, V: Copy>(
    step: &mut Step<F, V>,
    run: &Run<'_>,
    oracles: &Oracles,
) -> Vec<EvalClaim<F, V>> {
    let point = step.point.clone();
    let (offsets, powers) = offset_weights(run);
    let (address, offset) = (step.take(Column::Address), step.take(Column::Offset));
    vec![
        Oracles::dense(oracles.rd_inc, &point, step.take(Column::RdInc)),
        Oracles::dense(oracles.cell_inc, &point, step.take(Column::CellInc)),
        oracles.cell_index(&run.machine.ram_radices(), &point, address),
        Oracles::digit(oracles.offset, offsets, &point, offset),
        Oracles::digit(oracles.offset, powers, &point, step.take(Column::Power)),
    ]
}

/// Takes the claim of the lookups.
pub fn read_claim<F: Field, V: Copy>(step: &mut Step<F, V>) -> ReadClaim<F, V> {
    ReadClaim {
        point: step.point.clone(),
        out: step.take(Column::Out),
        left: step.take(Column::Left),
        right: step.take(Column::Right),
    }
}

//! Rows beyond the reads are reads of index 0.
//!
//! To an argument every row is a read, and a prover may read what it likes beyond the `R` reads of the
//! statement. With the index column, a linear functional of what the argument committed, and `beyond(j) = [j ≥ R]`,
//! which the verifier evaluates, the batch `padding`, relation `index`, shows at a random point `ρ` of `t`
//! coordinates
//!
//! ```text
//! 0 = Σ_j eq(ρ, j) · beyond(j) · index(j)
//! ```
//!
//! and leaves a claim on the index, which is opened. So the index is 0 there, and by the argument
//! `out_i(j) + T_i(0) = T_i(0)`: outputs are 0 as well. Nothing is done where there are as many reads as rows.
//!
//! Soundness error: `t/p` for `ρ` and `3t/p`. Cost: one evaluation of a product and two bindings for each read
//! over all rounds; `2t + 1` elements.

use super::Term;
use std::sync::Arc;
use sumcheck::kernel::{Column, CycleProver, eq_prefix_sum};
use sumcheck::{
    EvalClaim, Field, Instance, Point, ProverChannel, Reduced, Relation, Segment, VerifierChannel,
    VerifyError, batch,
};

const BATCH: &str = "padding";

fn relation<F: Field>(point: Point<F>, reads: usize) -> Relation<F> {
    let mut relation = Relation::new("index", vec![Segment::cycle(point.vars())]);
    let eq = relation.eq("eq(ρ,j)", 0, point);
    let beyond = relation.public("beyond", &[0], move |points| {
        let below = points.first().map(|point| eq_prefix_sum(point, reads));
        F::one() - below.unwrap_or_default()
    });
    relation.summand = eq * beyond * relation.claimed("index", &[0]);
    relation
}

fn sample<F: Field>(cycle_vars: usize, mut sample: impl FnMut() -> F) -> Point<F> {
    Point((0..cycle_vars).map(|_| sample()).collect())
}

/// The claim that the batch leaves on the index.
fn claim<F: Field, V: Copy>(index: Vec<Term<F>>, mut reduced: Reduced<F, V>) -> EvalClaim<F, V> {
    let claim = EvalClaim {
        terms: index,
        point: reduced.points[0].clone(),
        value: reduced.take("index"),
    };
    reduced.done();
    claim
}

/// Proves; `rows` is the index column, and `reads` how many of its rows are reads.
pub(super) fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    cycle_vars: usize,
    reads: usize,
    (index, rows): (Vec<Term<F>>, &[u32]),
) {
    if reads >> cycle_vars > 0 {
        return;
    }
    let point = sample(cycle_vars, || channel.sample("dense/padding"));
    let relation = relation(point, reads);
    let rows = rows.iter().map(|k| u64::from(*k)).collect();
    let columns = vec![
        None,
        Some(Column::with_tail(vec![F::zero(); reads], F::one())),
        Some(Column::words(Arc::new(rows))),
    ];
    let instance = Instance {
        prover: Box::new(CycleProver::new(&relation, &[], columns)),
        relation,
        claim: F::zero(),
    };
    let reduced = batch::prove_all(channel, BATCH, vec![instance]).remove(0);
    channel.claim_eval(claim(index, reduced));
}

/// The verifier's side. Check: `padding/index`.
pub(super) fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    cycle_vars: usize,
    reads: usize,
    index: Vec<Term<F>>,
) -> Result<(), VerifyError> {
    if reads >> cycle_vars > 0 {
        return Ok(());
    }
    let point = sample(cycle_vars, || channel.sample("dense/padding"));
    channel.risk(&["dense/padding"], "indices beyond the reads", cycle_vars);
    let zero = channel.constant(F::zero());
    let relations = vec![(relation(point, reads), zero)];
    let reduced = batch::verify_all(channel, BATCH, relations)?.remove(0);
    channel.claim_eval(claim(index, reduced))
}

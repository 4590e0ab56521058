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

#[cfg(feature = "prover")]
mod prover;
mod verifier;

use super::Term;
#[cfg(feature = "prover")]
pub(super) use prover::prove;
use sumcheck::{Claimed, EvalClaim, Field, Point, Reduced, Relation, Segment};
pub(super) use verifier::verify;

const BATCH: &str = "padding";

/// The relation, and its factor: the index.
fn relation<F: Field>(point: Point<F>, reads: usize) -> (Relation<F>, Claimed<F>) {
    let mut relation = Relation::new("index", vec![Segment::cycle(point.vars())]);
    let eq = relation.eq("eq(ρ,j)", 0, point);
    let beyond = relation.public("beyond", [0], move |[point]| {
        F::one() - point.prefix_sum(reads)
    });
    let index = relation.claimed("index", &[0]);
    relation.summand = eq * beyond * index;
    (relation, index)
}

/// The claim that the batch leaves on the index.
fn claim<F: Field, V: Copy>(
    terms: Vec<Term<F>>,
    index: Claimed<F>,
    mut reduced: Reduced<F, V>,
) -> EvalClaim<F, V> {
    let [point] = reduced.at();
    let claim = EvalClaim {
        terms,
        point,
        value: reduced.take(index),
    };
    reduced.done();
    claim
}

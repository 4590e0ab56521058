//! Control flow: the label after a cycle is the label of the next cycle's row.
//!
//! Relation `shift`: `next(r_step) = Σ_j succ(r_step, j) · label(j)`, where `succ(i, j) = [i + 1 = j]`. Nothing
//! follows the last cycle, so its next label is 0: that is the halting check. The memory argument proves
//! it along with its own relations, and leaves the claim on `label`, a column of the bytecode.

#[cfg(feature = "prover")]
mod prover;

#[cfg(feature = "prover")]
pub use prover::prover;

use crate::machine::Run;
use sumcheck::{Claimed, Field, Point, Reduced, Relation, Segment};

/// The relation `shift`, and the claim that it leaves.
pub struct Shift<F> {
    pub relation: Relation<F>,
    /// On the label of a cycle.
    pub label: Claimed<F>,
}

impl<F: Field> Shift<F> {
    /// For a claim at the cycle point `step`.
    pub fn new(run: &Run<'_>, step: &Point<F>) -> Self {
        let mut relation = Relation::new("shift", vec![Segment::cycle(run.cycle_vars)]);
        let from = step.clone();
        let successor = relation.public("succ(r,j)", [0], move |[point]| from.successor(point));
        let label = relation.claimed("label", &[0]);
        relation.summand = successor * label;
        Shift { relation, label }
    }

    /// The value of `label` at the end.
    pub fn leave<V: Copy>(&self, mut reduced: Reduced<F, V>) -> V {
        let label = reduced.take(self.label);
        reduced.done();
        label
    }
}

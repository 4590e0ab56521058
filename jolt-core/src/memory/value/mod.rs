//! Value evaluation: a claim on the virtual `Val` becomes claims on write addresses and increments.
//!
//! Relations, over cycles only:
//! - before a cycle: `Val(r_k, r) − init(r_k) = Σ_j LT(j, r) · wa(j) · inc(j)`, degree 3;
//! - at the end: `Val_final(r_k) − init(r_k) = Σ_j wa(j) · inc(j)`, degree 2;
//!
//! with `wa(j) = wa(r_k, j)`. Rows that write nothing have `wa · inc = 0`, so padding costs nothing.

#[cfg(feature = "prover")]
mod prover;

#[cfg(feature = "prover")]
pub use prover::less_than_column;

use sumcheck::{Claimed, Field, Point, Reduced, Relation, Segment};

/// A relation of contents, and the claims that it leaves.
pub struct Contents<F> {
    pub relation: Relation<F>,
    /// On the write address, `wa`.
    pub address: Claimed<F>,
    pub increment: Claimed<F>,
}

impl<F: Field> Contents<F> {
    /// Before the cycle point `r`.
    pub fn before(name: &'static str, r: &Point<F>) -> Self {
        let mut relation = Relation::new(name, vec![Segment::cycle(r.vars())]);
        let r = r.clone();
        let lt = relation.public("LT(j,r)", [0], move |[point]| point.less_than(&r));
        let address = relation.claimed("address", &[0]);
        let increment = relation.claimed("increment", &[0]);
        relation.summand = lt * address * increment;
        Contents {
            relation,
            address,
            increment,
        }
    }

    /// After the last cycle.
    pub fn at_the_end(name: &'static str, cycle_vars: usize) -> Self {
        let mut relation = Relation::new(name, vec![Segment::cycle(cycle_vars)]);
        let address = relation.claimed("address", &[0]);
        let increment = relation.claimed("increment", &[0]);
        relation.summand = address * increment;
        Contents {
            relation,
            address,
            increment,
        }
    }

    /// The values of address and increment at the end.
    pub fn leave<V: Copy>(&self, mut reduced: Reduced<F, V>) -> [V; 2] {
        let values = reduced.take_each([self.address, self.increment]);
        reduced.done();
        values
    }
}

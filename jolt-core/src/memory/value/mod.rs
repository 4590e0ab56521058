//! Value evaluation: a claim on the virtual `Val` becomes claims on write addresses and increments.
//!
//! Relations, over cycles only:
//! - before a cycle: `Val(r_k, r) − init(r_k) = Σ_j LT(j, r) · wa(j) · inc(j)`, degree 3;
//! - at the end: `Val_final(r_k) − init(r_k) = Σ_j wa(j) · inc(j)`, degree 2;
//!
//! with `wa(j) = wa(r_k, j)`, which may come as a product of several factors, each of degree 1 more. Rows that write nothing have `wa · inc = 0`, so padding costs nothing.

#[cfg(feature = "prover")]
mod prover;

#[cfg(feature = "prover")]
pub use prover::less_than_column;

use sumcheck::{Claimed, Expr, Field, Point, Reduced, Relation, Segment};

/// A relation of contents, and the claims that it leaves.
pub struct Contents<F, const N: usize> {
    pub relation: Relation<F>,
    /// On the factors of the write address, `wa`.
    pub address: [Claimed<F>; N],
    pub increment: Claimed<F>,
}

impl<F: Field, const N: usize> Contents<F, N> {
    /// Before the cycle point `r`.
    pub fn before(name: &'static str, address: [&str; N], r: &Point<F>) -> Self {
        let mut relation = Relation::new(name, vec![Segment::cycle(r.vars())]);
        let r = r.clone();
        let lt = relation.public("LT(j,r)", [0], move |[point]| point.less_than(&r));
        let address = address.map(|factor| relation.claimed(factor, &[0]));
        let increment = relation.claimed("increment", &[0]);
        relation.summand = product(lt, address) * increment;
        Contents {
            relation,
            address,
            increment,
        }
    }

    /// After the last cycle.
    pub fn at_the_end(name: &'static str, address: [&str; N], cycle_vars: usize) -> Self {
        let mut relation = Relation::new(name, vec![Segment::cycle(cycle_vars)]);
        let address = address.map(|factor| relation.claimed(factor, &[0]));
        let increment = relation.claimed("increment", &[0]);
        relation.summand = product(increment.into(), address);
        Contents {
            relation,
            address,
            increment,
        }
    }

    /// The values of the address' factors and of the increment at the end.
    pub fn leave<V: Copy>(&self, mut reduced: Reduced<F, V>) -> ([V; N], V) {
        let address = reduced.take_each(self.address);
        let increment = reduced.take(self.increment);
        reduced.done();
        (address, increment)
    }
}

fn product<F: Field, const N: usize>(first: Expr<F>, others: [Claimed<F>; N]) -> Expr<F> {
    others
        .into_iter()
        .fold(first, |product, factor| product * factor)
}

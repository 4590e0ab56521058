//! What accesses must not hit: read-only cells, and the guard below the stack.
//!
//! Statement. Let `R` and `G` be the indicators of two public sets of cells ([`tracer::Protection`]), and `k(j)`
//! the cell of cycle `j`. No store has `R(k(j)) = 1`, and no cycle has `G(k(j)) = 1`.
//!
//! Protocol. `protected(j) = R(k(j))` is a column of the step, and `store(row) · protected = 0` one of its
//! constraints. What is left are two claims at `r_step`, on the same sum with two functions of the cell:
//!
//! ```text
//! protected(r_step) = Σ_{k,j} eq(r_step, j) · ra(k, j) · R(k),     0 = Σ_{k,j} eq(r_step, j) · ra(k, j) · G(k)
//! ```
//!
//! Every memory argument binds the cell of a sum like these to a random point anyway, and so it proves them along,
//! combined with powers of a challenge that is drawn after the claims. With [`Forbidden`], the combination
//! `w_R R + w_G G`, Twist adds it to what the cells hold, and Spice has a relation over cells, with
//! `F(k) = Σ_j eq(r_step, j) · ra(k, j)` ([`Accessed`], [`Rounds`]). The verifier evaluates `R` and `G`, which are
//! ranges, itself.
//!
//! Soundness. If some cycle accesses the guard, then `Σ_j eq(x, j) · G(k(j))` is a polynomial that is not zero, and
//! it is at `r_step` with probability at most `t/p`.
//!
//! Cost. Prover: an addition for each access ([`by_cell`]), some multiplications for each touched cell, whatever the
//! sets are. Verifier: two steps for each address variable and range.

#[cfg(feature = "prover")]
mod prover;

#[cfg(feature = "prover")]
pub use prover::{Rounds, by_cell, quadratic};

use crate::machine::Run;
use std::ops::Range;
use sumcheck::{Claimed, Expr, Field, Order, Point, Reduced, Relation, Segment};

/// What [`sumcheck::VerifierChannel::risk`] is told of the claim on the guard, beside its weight: `r_step` has served the
/// constraints before, and the degree is `t`.
pub(crate) const GUARD_AT: &str = "accesses of the guard, at the cycle of the constraints";

/// A function of the cell: `w_R` on read-only cells, `w_G` in the guard, 0 elsewhere.
#[derive(Clone, Debug)]
pub struct Forbidden<F> {
    ranges: Vec<(Range<u32>, F)>,
}

impl<F: Field> Forbidden<F> {
    /// With the weights `w_R` and `w_G`.
    pub fn new(run: &Run<'_>, [read_only, guard]: [F; 2]) -> Self {
        let machine = run.machine;
        let read_only = machine.read_only.ranges().iter().map(|r| (r, read_only));
        let guard = machine.guard.ranges().iter().map(|r| (r, guard));
        let weighted = read_only.chain(guard);
        Forbidden {
            ranges: weighted.map(|(range, w)| (range.clone(), w)).collect(),
        }
    }

    /// The multilinear extension, at a point of all address variables.
    pub fn evaluate(&self, point: &Point<F>) -> F {
        self.folded(point, 0)
    }

    /// The value at `high` once the low variables are bound to a point.
    fn folded(&self, low: &Point<F>, high: u32) -> F {
        let (vars, high) = (low.vars(), u64::from(high));
        let (start, end) = (high << vars, (high + 1) << vars);
        // Of the cells that fold into this one, those below a bound.
        let below = |bound: u32| match u64::from(bound) {
            bound if bound <= start => F::zero(),
            bound if bound >= end => F::one(),
            bound => low.prefix_sum((bound - start) as usize),
        };
        let ranges = self.ranges.iter();
        let near = ranges
            .filter(|(range, _)| u64::from(range.start) < end && u64::from(range.end) > start);
        near.map(|(range, weight)| *weight * (below(range.end) - below(range.start)))
            .sum()
    }
}

/// The relation `claim = Σ_k address(k) · forbidden(k)` over cells, for arguments that prove it by itself, and the
/// claim that it leaves.
pub struct Accessed<F> {
    pub relation: Relation<F>,
    /// On `Σ_j eq(r_step, j) · ra(k, j)`.
    pub address: Claimed<F>,
}

impl<F: Field> Accessed<F> {
    /// Over `2^vars` cells.
    pub fn new(vars: usize, forbidden: &Forbidden<F>) -> Self {
        let cells = Segment {
            name: "k",
            vars,
            order: Order::LsbFirst,
        };
        let mut relation = Relation::new("forbidden", vec![cells]);
        let address = relation.claimed("address", &[0]);
        relation.summand = address * factor(&mut relation, 1, forbidden);
        Accessed { relation, address }
    }

    /// The value of `address` at the end.
    pub fn leave<V: Copy>(&self, mut reduced: Reduced<F, V>) -> V {
        let address = reduced.take(self.address);
        reduced.done();
        address
    }
}

/// The factor `forbidden(k)` of a relation whose first segments are the cell.
pub fn factor<F: Field>(
    relation: &mut Relation<F>,
    segments: usize,
    forbidden: &Forbidden<F>,
) -> Expr<F> {
    let own = forbidden.clone();
    relation.public_over_first("forbidden", segments, move |points| {
        own.evaluate(&Point::join(points))
    })
}

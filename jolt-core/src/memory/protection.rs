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
//! `F(k) = Σ_j eq(r_step, j) · ra(k, j)` ([`relation`], [`Rounds`]). The verifier evaluates `R` and `G`, which are
//! ranges, itself.
//!
//! Soundness. If some cycle accesses the guard, then `Σ_j eq(x, j) · G(k(j))` is a polynomial that is not zero, and
//! it is at `r_step` with probability at most `t/p`.
//!
//! Cost. Prover: an addition for each access ([`by_cell`]), some multiplications for each touched cell, whatever the
//! sets are. Verifier: two steps for each address variable and range.

use super::cells::{Cells, stretches};
use crate::machine::Run;
use crate::witness::Witness;
use rayon::prelude::*;
use std::ops::Range;
use sumcheck::kernel::{EqBlocks, eq_prefix_sum};
use sumcheck::{Field, Order, Point, Relation, RoundProver, Segment, UniPoly};

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
            bound => eq_prefix_sum(low, (bound - start) as usize),
        };
        let ranges = self.ranges.iter();
        let near = ranges
            .filter(|(range, _)| u64::from(range.start) < end && u64::from(range.end) > start);
        near.map(|(range, weight)| *weight * (below(range.end) - below(range.start)))
            .sum()
    }
}

/// The relation `claim = Σ_k address(k) · forbidden(k)` over cells, for arguments that prove it by itself:
/// `address(k)` is claimed, `Σ_j eq(r_step, j) · ra(k, j)`.
pub fn relation<F: Field>(vars: usize, forbidden: &Forbidden<F>) -> Relation<F> {
    let cells = Segment {
        name: "k",
        vars,
        order: Order::LsbFirst,
    };
    let mut relation = Relation::new("forbidden", vec![cells]);
    let address = relation.claimed("address", &[0]);
    relation.summand = address * factor(&mut relation, forbidden);
    relation
}

/// The factor `forbidden(k)` of a relation whose first segment is the cell.
pub fn factor<F: Field>(relation: &mut Relation<F>, forbidden: &Forbidden<F>) -> sumcheck::Expr<F> {
    let own = forbidden.clone();
    relation.public("forbidden", &[0], move |points| own.evaluate(&points[0]))
}

/// `Σ_j eq(point, j)` over the cycles that access a cell, for cells that are accessed, ascending.
pub fn by_cell<F: Field>(run: &Run<'_>, witness: &Witness, point: &Point<F>) -> Vec<(u32, F)> {
    const BLOCK: usize = 1 << 8;
    let cells = Cells::of(witness, run.machine.ram_vars());
    let eq = EqBlocks::new(point);
    let count = cells.values.len();
    let sums = |cycles: Range<usize>| {
        let mut sums = vec![F::zero(); count];
        let mut weights = [F::zero(); BLOCK];
        for start in cycles.clone().step_by(BLOCK) {
            let weights = &mut weights[..BLOCK.min(cycles.end - start)];
            eq.write(start, F::one(), weights);
            for (cell, weight) in cells.of_cycle[start..].iter().zip(weights) {
                let sum = &mut sums[*cell as usize];
                *sum = sum.plus(weight);
            }
        }
        sums
    };
    let stretches = stretches(witness.cycles()).into_par_iter();
    let mut all: Vec<Vec<F>> = stretches.map(sums).collect();
    // Padding reads cell 0, the first.
    let mut padding = vec![F::zero(); count];
    padding[0] = F::one() - eq_prefix_sum(point, witness.cycles());
    all.push(padding);
    let sums: Vec<&[F]> = all.iter().map(Vec::as_slice).collect();
    cells.sums(&sums)
}

/// The address rounds of `Σ_k F(k) · forbidden(k)`.
pub struct Rounds<F> {
    forbidden: Forbidden<F>,
    challenges: Point<F>,
    /// Cells, bound so far, at which `F` is not zero.
    nodes: Vec<(u32, F)>,
}

impl<F: Field> Rounds<F> {
    /// For `F` as it is on cells, ascending, 0 on all others.
    pub fn new(forbidden: Forbidden<F>, nodes: Vec<(u32, F)>) -> Self {
        Rounds {
            forbidden,
            challenges: Point(Vec::new()),
            nodes,
        }
    }

    /// `F` on both children of every node above.
    fn pairs(&self) -> impl Iterator<Item = (u32, [F; 2])> {
        let siblings = self.nodes.chunk_by(|a, b| a.0 >> 1 == b.0 >> 1);
        siblings.map(|children| {
            let mut both = [F::zero(); 2];
            for (k, value) in children {
                both[(k & 1) as usize] = *value;
            }
            (children[0].0 >> 1, both)
        })
    }

    /// The round polynomial's value at 0 and its quadratic coefficient.
    pub fn coefficients(&self) -> [F; 2] {
        let (mut at_zero, mut quadratic) = (F::zero(), F::zero());
        for (k, [a, b]) in self.pairs() {
            let zero = self.forbidden.folded(&self.challenges, 2 * k);
            let one = self.forbidden.folded(&self.challenges, 2 * k + 1);
            at_zero += a * zero;
            quadratic += (b - a) * (one - zero);
        }
        [at_zero, quadratic]
    }
}

/// The polynomial whose value at 0 and quadratic coefficient are given, of which the claim determines the middle.
pub fn quadratic<F: Field>(claim: F, [at_zero, quadratic]: [F; 2]) -> UniPoly<F> {
    UniPoly(vec![
        at_zero,
        claim - at_zero.double() - quadratic,
        quadratic,
    ])
}

impl<F: Field> RoundProver<F> for Rounds<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        quadratic(claim, self.coefficients())
    }

    fn bind(&mut self, x: F) {
        self.nodes = self
            .pairs()
            .map(|(k, [a, b])| (k, a + x * (b - a)))
            .collect();
        self.challenges.0.push(x);
    }

    fn finish(&mut self) -> Vec<F> {
        vec![self.nodes.first().map_or(F::zero(), |(_, value)| *value)]
    }
}

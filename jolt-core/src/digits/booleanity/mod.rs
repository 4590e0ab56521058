//! Booleanity of a set of digits.
//!
//! Statement, for challenges `a', r', γ` drawn after all digits were committed:
//!
//! ```text
//! 0 = Σ_{k,j} eq(a', k) · eq(r', j) · Σ_i γ^2i · (ra_i(k, j)² − ra_i(k, j))
//! ```
//!
//! for all 16 values `k`, the defined column 0 included. Booleans that sum to one by definition are
//! one-hot.

#[cfg(feature = "prover")]
mod prover;

#[cfg(feature = "prover")]
pub use prover::Prover;

use super::{ADDRESS_VARS, claim};
use sumcheck::{Claimed, EvalClaim, Expr, Field, Oracle, Point, Reduced, Relation, Segment};

/// The challenges of one booleanity argument.
#[derive(Clone, Debug)]
pub struct At<F> {
    /// `a'`, of 4 coordinates.
    pub address: Point<F>,
    /// `r'`, of `log T` coordinates.
    pub cycle: Point<F>,
    /// `γ`.
    pub gamma: F,
}

impl<F: Field> At<F> {
    /// Draws the challenges. All digits must be committed.
    pub fn sample(cycle_vars: usize, mut sample: impl FnMut() -> F) -> Self {
        let mut point = |vars: usize| Point((0..vars).map(|_| sample()).collect());
        let (address, cycle) = (point(ADDRESS_VARS), point(cycle_vars));
        At {
            address,
            cycle,
            gamma: sample(),
        }
    }

    /// Degree of the sum over so many digits, as a polynomial in all challenges.
    pub fn degree(&self, digits: usize) -> usize {
        self.address.vars() + self.cycle.vars() + 2 * digits.saturating_sub(1)
    }
}

/// The relation over some digits, whose claim is zero, and the claims that it leaves.
pub struct Boolean<F> {
    pub relation: Relation<F>,
    /// On each digit at (address, cycle), the points of the two segments.
    pub digits: Vec<Claimed<F>>,
}

impl<F: Field> Boolean<F> {
    /// Over so many digits.
    pub fn new(name: &'static str, at: &At<F>, digits: usize) -> Self {
        let segments = vec![
            Segment::address(ADDRESS_VARS),
            Segment::cycle(at.cycle.vars()),
        ];
        let mut relation = Relation::new(name, segments);
        let eq_address = relation.eq("eq(a',k)", 0, at.address.clone());
        let eq_cycle = relation.eq("eq(r',j)", 1, at.cycle.clone());
        let digits = (0..digits).map(|i| relation.claimed(format!("ra{i}"), &[0, 1]));
        let digits: Vec<Claimed<F>> = digits.collect();
        let terms = digits.iter().map(|ra| *ra * *ra - *ra);
        relation.summand = eq_address * eq_cycle * Expr::batch("γ²", at.gamma.square(), terms);
        Boolean { relation, digits }
    }

    /// Takes the claims left on `digits`, (oracle, radix) each.
    pub fn claims<V: Copy>(
        &self,
        mut reduced: Reduced<F, V>,
        digits: &[(Oracle, usize)],
    ) -> Vec<EvalClaim<F, V>> {
        let [address, cycle] = reduced.at();
        let each = self.digits.iter().zip(digits);
        let claims = each.map(|(claimed, (oracle, radix))| {
            claim(*oracle, *radix, &address, &cycle, reduced.take(*claimed))
        });
        let claims = claims.collect();
        reduced.done();
        claims
    }
}

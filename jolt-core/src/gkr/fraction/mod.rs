//! Sums of fractions over binary trees [PH23; GKR08]: claims on the sums become claims on the leaves.
//!
//! Statement, for several trees of one depth `n`: `Σ_i p(i) / q(i) = P / Q` over `2^n` leaves, in the
//! sense that `(P, Q)` is what adding fractions pair by pair gives.
//!
//! Layer `l` has `2^l` nodes; node `x` adds the nodes `2x` and `2x + 1` of the layer below:
//!
//! ```text
//! p(x) = p_0(x)·q_1(x) + p_1(x)·q_0(x),   q(x) = q_0(x)·q_1(x)
//! ```
//!
//! Transcript: `P`, `Q` of every tree. For every layer from the top: `λ`; a batch with a relation for each
//! tree,
//!
//! ```text
//! p(r) + λ·q(r) = Σ_x eq(r, x) · (q_1(x)·(p_0(x) + λ·q_0(x)) + p_1(x)·q_0(x))
//! ```
//!
//! which leaves `p_0, p_1, q_0, q_1` at one point `r'`; and `τ`, which makes of them claims on the layer
//! below at `(τ, r')`. So all trees end at one point.
//!
//! Soundness error: `(1 + 1 + l·2 + 1)/p` for layer `l` (`λ`, the batch's `α`, the rounds, `τ`).
//!
//! Cost for `N` real leaves: 3 multiplications each to build the tree; `12 N` to prove it (a layer of `n`
//! nodes: `2 · 4` per pair of nodes and round, and four columns to bind). Message sizes: `2·l` elements of
//! rounds and 4 per tree for layer `l`. Leaves beyond the real ones are equal and cost nothing.

#[cfg(feature = "prover")]
mod prover;
#[cfg(test)]
mod tests;
mod verifier;

#[cfg(feature = "prover")]
pub use prover::{Kernel, Leaves, Tree, fast, naive, prove};
pub use verifier::{Verified, verify, verify_equal};

use sumcheck::{Claimed, Expr, Field, Point, Reduced, Relation, Segment};

/// A fraction, or claims on numerator and denominator at one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction<V> {
    /// `p`.
    pub numerator: V,
    /// `q`.
    pub denominator: V,
}

/// What a proof leaves behind: claims on the leaves of each tree, at one point.
#[derive(Clone, Debug)]
#[must_use = "claims left behind must be consumed"]
pub struct Claims<F, V> {
    /// Point of the leaves, least significant bit first.
    pub point: Point<F>,
    /// For each tree.
    pub leaves: Vec<Fraction<V>>,
}

/// The relation of a layer, and the claims that it leaves.
pub struct Addition<F> {
    pub relation: Relation<F>,
    /// On `p_0` and `p_1`.
    pub numerators: [Claimed<F>; 2],
    /// On `q_0` and `q_1`.
    pub denominators: [Claimed<F>; 2],
}

impl<F: Field> Addition<F> {
    /// Of a layer whose claims are at `point`.
    pub fn new(name: &'static str, point: &Point<F>, lambda: F) -> Self {
        let mut relation = Relation::new(name, vec![Segment::cycle(point.vars())]);
        let eq = relation.eq("eq(r,x)", 0, point.clone());
        let [p0, p1, q0, q1] = ["p0", "p1", "q0", "q1"].map(|name| relation.claimed(name, &[0]));
        let lambda = Expr::constant("λ", lambda);
        relation.summand = eq * (q1 * (p0 + lambda * q0) + p1 * q0);
        Addition {
            relation,
            numerators: [p0, p1],
            denominators: [q0, q1],
        }
    }

    /// The claims on the children, both numerators and both denominators, and where.
    fn children<V: Copy>(&self, mut reduced: Reduced<F, V>) -> ([Fraction<V>; 2], Point<F>) {
        let [p0, p1] = reduced.take_each(self.numerators);
        let [q0, q1] = reduced.take_each(self.denominators);
        let [point] = reduced.at();
        reduced.done();
        let children = [(p0, q0), (p1, q1)].map(|(numerator, denominator)| Fraction {
            numerator,
            denominator,
        });
        (children, point)
    }
}

/// `(τ, r')`.
fn below<F: Field>(tau: F, point: Point<F>) -> Point<F> {
    Point([vec![tau], point.0].concat())
}

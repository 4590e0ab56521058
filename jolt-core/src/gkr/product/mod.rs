//! Grand products by GKR: `root_k = Π_x leaf_k(x)` for several trees of `2^n` leaves [GKR08; Tha13].
//!
//! Layer `d` of a tree has `2^d` nodes, `node_d(j) = node_{d+1}(2j) · node_{d+1}(2j + 1)`: the two
//! children of a node differ in variable 0, so that real leaves stay a prefix of every layer. Leaves
//! beyond the real ones are 1, and cost nothing.
//!
//! Protocol, for `K` trees: the roots are sent. Then for `d = 0 … n − 1`, with claims on `node_d,k` at
//! `p_d` (`p_0` is empty):
//!
//! 1. `λ`. Batch of one relation `layer` over `d` variables, with `L_k(j) = node_{d+1,k}(2j)` and `R_k`
//!    likewise for `2j + 1`:
//!
//!    ```text
//!    Σ_k λ^k node_d,k(p_d) = Σ_j eq(p_d, j) · Σ_k λ^k L_k(j) R_k(j)
//!    ```
//!
//! 2. `ρ`. `node_{d+1,k}(ρ, r) = L_k(r) + ρ (R_k(r) − L_k(r))`, so `p_{d+1} = (ρ, r)`.
//!
//! What remains are claims on the leaves at `p_n`, all at one point. Soundness error:
//! `Σ_d (2d + K) / p < n (n + K) / p`.
//!
//! Toggled leaves, `flag · x + 1 − flag`, leave out what is not flagged: see [`toggled`].
//!
//! Cost for each real leaf: one multiplication for the tree; over all layers and rounds four for the
//! round polynomials (a weight and a product, at two points) and two to bind, all of them packed where
//! the processor can. Messages: `K + Σ_d (2d + 2K) = K (2n + 1) + n (n − 1)` elements.

#[cfg(feature = "prover")]
mod prover;
#[cfg(test)]
mod tests;
mod verifier;

#[cfg(feature = "prover")]
pub use prover::{Forest, LayerProver, prove, prove_roots};
pub use verifier::verify;

use sumcheck::{Claimed, Expr, Field, Point, Reduced, Relation, Segment};

/// What a grand product leaves behind.
#[must_use = "claims on roots and leaves must be consumed"]
#[derive(Clone, Debug)]
pub struct Claims<F, V> {
    /// The product of each tree.
    pub roots: Vec<V>,
    /// Where the leaves are claimed.
    pub point: Point<F>,
    /// The claim on each tree's leaves.
    pub leaves: Vec<V>,
}

/// `flag · x + 1 − flag`: the leaf that is `x` where flagged, else 1.
pub fn toggled<F: Field>(flag: Expr<F>, x: Expr<F>) -> Expr<F> {
    let one = || Expr::constant("1", F::one());
    flag * (x - one()) + one()
}

/// The relation `Σ_j eq(p, j) · Σ_k λ^k L_k(j) R_k(j)`, and the claims that it leaves.
pub struct Layer<F> {
    pub relation: Relation<F>,
    /// On `L_k` and `R_k`, for each tree.
    pub children: Vec<[Claimed<F>; 2]>,
}

impl<F: Field> Layer<F> {
    /// Of so many trees.
    pub fn new(point: &Point<F>, lambda: F, trees: usize) -> Self {
        let mut relation = Relation::new("layer", vec![Segment::cycle(point.vars())]);
        let eq = relation.eq("eq(p,j)", 0, point.clone());
        let children =
            (0..trees).map(|k| ["L", "R"].map(|side| relation.claimed(format!("{side}{k}"), &[0])));
        let children: Vec<[Claimed<F>; 2]> = children.collect();
        let products = children.iter().map(|[left, right]| *left * *right);
        relation.summand = eq * Expr::batch("λ", lambda, products);
        Layer { relation, children }
    }

    /// Claims of the next layer: the point, and a value for each tree.
    fn next<V: Copy>(
        &self,
        mut reduced: Reduced<F, V>,
        rho: F,
        mut between: impl FnMut(V, V) -> V,
    ) -> (Point<F>, Vec<V>) {
        let [own] = reduced.at();
        let point = Point([vec![rho], own.0].concat());
        let values = self.children.iter().map(|children| {
            let [left, right] = reduced.take_each(*children);
            between(left, right)
        });
        let values = values.collect();
        reduced.done();
        (point, values)
    }
}

//! Claims on oracles over cycles, brought to one cycle point.
//!
//! Phases and arguments claim evaluations of oracles at cycle points of their own. A layer over their channel keeps
//! those over as many variables as there are cycles, and [`fetch`](super::fetch) proves them with what it proves
//! by itself: relation `carry` of its batch. So all of them end where its other relations do, and the opening has
//! nothing to reduce.
//!
//! Statement, for claims `Σ_t terms[t] = value_i` at points `p_i`, with weights `γ^{e_i}`:
//!
//! ```text
//! Σ_i γ^{e_i} · value_i = Σ_j Σ_p eq(p, j) · f_p(j)        f_p = Σ_{i at p} γ^{e_i} · Σ_t terms_i[t]
//! ```
//!
//! Each `f_p` is a sum of committed columns, and what is left is one claim on it. A digit of weights `w` counts as
//! `w_k − w_0` in it, and `w_0` is taken from the claim: so rows behind the real ones are zeros.
//!
//! Transcript: nothing of its own. Claims over other numbers of variables pass the layer, to the opening.
//! Cost per real cycle and point: three sums of its columns, and 4 multiplications.

#[cfg(feature = "prover")]
mod prover;
mod verifier;

#[cfg(feature = "prover")]
pub use prover::{Keeping, Kept, kernel};
pub use verifier::Withholding;

use std::collections::BTreeMap;
use sumcheck::{
    Claimed, EvalClaim, Expr, Field, Oracle, Point, Reduced, Relation, Segment, Weights,
};

/// The claims at one point, as one on `f_p`.
pub struct Carried<F, V> {
    point: Point<F>,
    /// The factors of dense oracles.
    dense: BTreeMap<Oracle, F>,
    /// The factors of digits' columns, of which that of 0 is left out.
    digits: BTreeMap<Oracle, Vec<F>>,
    /// Less what digits 0 have of the claims.
    constant: F,
    values: Vec<(F, V)>,
}

/// The claims of each point as one, with powers of `gamma`, from `weight` on.
pub fn by_point<F: Field, V>(
    claims: Vec<EvalClaim<F, V>>,
    (mut weight, gamma): (F, F),
) -> Vec<Carried<F, V>> {
    let mut all: Vec<Carried<F, V>> = Vec::new();
    for claim in claims {
        match all.iter_mut().find(|of| of.point == claim.point) {
            Some(carried) => carried.add(weight, claim),
            None => {
                let mut carried = Carried {
                    point: claim.point.clone(),
                    dense: BTreeMap::new(),
                    digits: BTreeMap::new(),
                    constant: F::zero(),
                    values: Vec::new(),
                };
                carried.add(weight, claim);
                all.push(carried);
            }
        }
        weight *= gamma;
    }
    all
}

impl<F: Field, V> Carried<F, V> {
    fn add(&mut self, weight: F, claim: EvalClaim<F, V>) {
        self.values.push((weight, claim.value));
        for (oracle, weights, factor) in claim.terms {
            let scale = weight * factor;
            match weights {
                Weights::One => *self.dense.entry(oracle).or_default() += scale,
                Weights::Digit(weights) => {
                    let Some((zero, others)) = weights.split_first() else {
                        continue;
                    };
                    self.constant -= scale * zero;
                    let sums = self.digits.entry(oracle).or_default();
                    sums.resize(sums.len().max(others.len()), F::zero());
                    let columns = sums.iter_mut().zip(others);
                    columns.for_each(|(sum, other)| *sum += scale * (*other - zero));
                }
            }
        }
    }

    /// `f_p`, as terms of a claim.
    pub fn terms(&self) -> Vec<(Oracle, Weights<F>, F)> {
        let dense = self.dense.iter();
        let dense = dense.map(|(oracle, factor)| (*oracle, Weights::One, *factor));
        let digits = self.digits.iter().map(|(oracle, factors)| {
            let weights = std::iter::once(F::zero()).chain(factors.iter().copied());
            (*oracle, Weights::Digit(weights.collect()), F::one())
        });
        dense.chain(digits).collect()
    }
}

/// The claims of all points together: a public part, and coefficients of received values.
pub fn sum<F: Field, V: Copy>(carried: &[Carried<F, V>]) -> (F, Vec<(F, V)>) {
    let constant = carried.iter().map(|of| of.constant).sum();
    let values = carried.iter().flat_map(|of| of.values.iter().copied());
    (constant, values.collect())
}

/// The relation `carry`, and the claims that it leaves.
pub struct Carry<F> {
    pub relation: Relation<F>,
    /// On each `f_p`.
    pub sums: Vec<Claimed<F>>,
}

impl<F: Field> Carry<F> {
    /// For claims at these points.
    pub fn new<V>(carried: &[Carried<F, V>], cycle_vars: usize) -> Self {
        let mut relation = Relation::new("carry", vec![Segment::cycle(cycle_vars)]);
        let mut sums = Vec::with_capacity(carried.len());
        let mut terms = Vec::with_capacity(carried.len());
        for (i, of) in carried.iter().enumerate() {
            let eq = relation.eq(format!("eq(p{i},j)"), 0, of.point.clone());
            let sum = relation.claimed(format!("f{i}"), &[0]);
            terms.push(eq * sum);
            sums.push(sum);
        }
        relation.summand = Expr::Sum(terms);
        Carry { relation, sums }
    }

    /// What the relation leaves on oracles.
    pub fn leave<V: Copy>(
        &self,
        carried: &[Carried<F, V>],
        mut reduced: Reduced<F, V>,
    ) -> Vec<EvalClaim<F, V>> {
        let [point] = reduced.at();
        let each = carried.iter().zip(&self.sums);
        let claims = each.map(|(of, sum)| EvalClaim {
            terms: of.terms(),
            point: point.clone(),
            value: reduced.take(*sum),
        });
        let claims = claims.collect();
        reduced.done();
        claims
    }
}

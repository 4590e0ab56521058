//! Claims grouped by point: arithmetic on points, weights and challenges that prover and verifier share.

#![allow(
    clippy::indexing_slicing,
    reason = "weights were checked to be as many as the radix; groups are those just made"
)]

use std::collections::BTreeMap;
use sumcheck::{EvalClaim, Field, Oracle, Point, Shape, Weights};

/// All claims at one point, combined by powers of `ρ`.
pub(super) struct Group<F> {
    pub point: Point<F>,
    /// Oracle → factor of each of its columns.
    pub columns: BTreeMap<Oracle, Vec<F>>,
    /// `ρ^i` and number of each claim.
    pub claims: Vec<(F, usize)>,
    /// What the claimed values contain beyond the columns: weights of digit zero.
    pub constant: F,
}

/// Why a claim makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// No such oracle.
    #[error("a term names oracle {oracle} of {count}")]
    NoOracle {
        /// Named.
        oracle: usize,
        /// How many there are.
        count: usize,
    },
    /// The point has another number of variables than the oracle.
    #[error("the point has {point} coordinates, oracle {oracle} has {vars} variables")]
    WrongPoint {
        /// Coordinates of the point.
        point: usize,
        oracle: usize,
        vars: usize,
    },
    /// Weights for another kind of polynomial, or another radix.
    #[error("the weights do not fit oracle {oracle}")]
    WrongWeights { oracle: usize },
}

/// Whether a claim fits the oracles that it names.
pub(super) fn check_claim<F, V>(
    claim: &EvalClaim<F, V>,
    shapes: &[Shape],
) -> Result<(), ClaimError> {
    for (oracle, weights, _) in &claim.terms {
        let index = oracle.0;
        let Some(shape) = shapes.get(index) else {
            return Err(ClaimError::NoOracle {
                oracle: index,
                count: shapes.len(),
            });
        };
        if shape.vars != claim.point.0.len() {
            return Err(ClaimError::WrongPoint {
                point: claim.point.0.len(),
                oracle: index,
                vars: shape.vars,
            });
        }
        let fits = match (weights, shape.radix) {
            (Weights::One, None) => true,
            (Weights::Digit(w), Some(radix)) => w.len() == radix,
            _ => false,
        };
        if !fits {
            return Err(ClaimError::WrongWeights { oracle: index });
        }
    }
    Ok(())
}

/// Groups well-formed claims by point, in order of first appearance.
pub(super) fn group<F: Field, V>(claims: &[EvalClaim<F, V>], rho: F) -> Vec<Group<F>> {
    let mut groups: Vec<Group<F>> = Vec::new();
    let mut power = F::one();
    for (number, claim) in claims.iter().enumerate() {
        let at = groups.iter().position(|group| group.point == claim.point);
        let at = at.unwrap_or_else(|| {
            groups.push(Group {
                point: claim.point.clone(),
                columns: BTreeMap::new(),
                claims: Vec::new(),
                constant: F::zero(),
            });
            groups.len() - 1
        });
        let group = &mut groups[at];
        group.claims.push((power, number));
        for (oracle, weights, factor) in &claim.terms {
            let scale = power * factor;
            let factors = match weights {
                Weights::One => vec![scale],
                Weights::Digit(w) => {
                    group.constant += scale * w[0];
                    w[1..].iter().map(|x| scale * (*x - w[0])).collect()
                }
            };
            let sum = group.columns.entry(*oracle).or_default();
            sum.resize(factors.len().max(sum.len()), F::zero());
            sum.iter_mut().zip(factors).for_each(|(s, f)| *s += f);
        }
        power *= rho;
    }
    groups
}

/// `Σ_g weight_g · f_g` as factors: of each of `oracles` oracles those of its columns, none if it takes no part.
pub(super) fn factors<F: Field>(groups: &[Group<F>], weights: &[F], oracles: usize) -> Vec<Vec<F>> {
    let mut factors: Vec<Vec<F>> = vec![Vec::new(); oracles];
    for (group, weight) in groups.iter().zip(weights) {
        for (oracle, own) in &group.columns {
            if let Some(sums) = factors.get_mut(oracle.0) {
                sums.resize(own.len(), F::zero());
                sums.iter_mut()
                    .zip(own)
                    .for_each(|(s, f)| *s += *weight * f);
            }
        }
    }
    factors
}

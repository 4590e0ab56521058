//! The polynomial `a`, which both sides form from the challenges.

use super::{AT, PARTS};
use crate::Script;
use ark_bn254::Fr;
use ark_ff::{Field, One};
use sumcheck::Point;

/// The challenges after `d` is known.
pub(super) struct Challenges {
    /// `y`.
    pub degrees: Fr,
    /// `x`.
    pub at: Fr,
    /// `x' = 1/x`; zero if `x` is, so that these are no two points.
    pub inverse: Fr,
    /// `γ`.
    pub parts: Fr,
}

impl Challenges {
    pub fn draw(script: &mut Script<'_>, degrees: Fr) -> Self {
        let at: Fr = script.sample(AT);
        Challenges {
            degrees,
            at,
            inverse: at.inverse().unwrap_or_default(),
            parts: script.sample(PARTS),
        }
    }
}

/// `a = f + Σ_k quotients_k · q_k − value · v − sum · s`.
pub(super) struct Weights {
    pub quotients: Vec<Fr>,
    pub value: Fr,
    pub sum: Fr,
}

/// `quotients_k = γ·y^k·x^{1 − 2^k} − C_k(x)`, and one more for a mask, `γ·y^l`; `value = Φ_l(x)`, `sum = γ`.
pub(super) fn weights(point: &Point<Fr>, challenges: &Challenges) -> Weights {
    let squares = |x: Fr| std::iter::successors(Some(x), |x| Some(x.square()));
    let powers: Vec<Fr> = squares(challenges.at).take(point.vars()).collect();
    // Φ_{l−k}(x^{2^k}) is the product of 1 + x^{2^j} for j ≥ k.
    let mut phi = Fr::one();
    let mut quotients = Vec::with_capacity(point.vars());
    for (power, z) in powers.iter().zip(&point.0).rev() {
        let longer = phi * (Fr::one() + power);
        quotients.push(*z * longer - *power * phi);
        phi = longer;
    }
    quotients.reverse();
    let mut scale = challenges.parts * challenges.at;
    for (quotient, power) in quotients.iter_mut().zip(squares(challenges.inverse)) {
        *quotient += scale * power;
        scale *= challenges.degrees;
    }
    quotients.push(scale * challenges.inverse);
    Weights {
        quotients,
        value: phi,
        sum: challenges.parts,
    }
}

//! Verifying openings: one multi-scalar multiplication each, and one product of pairings for all.

use super::pairing::product_is_one;
use super::{Opening, VerifierKey};
use crate::curve::msm_portable;
use crate::{Key, PcsError};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{One, Zero};
use sumcheck::Point;

/// Points whose pairings are to multiply to one.
#[derive(Debug)]
pub struct Equation {
    /// Paired with the generator.
    left: G1Affine,
    /// Paired with the secrets, from the top.
    quotients: Vec<G1Affine>,
}

/// A sum of equations.
#[derive(Debug, Default)]
pub struct Sum {
    left: G1Projective,
    quotients: Vec<G1Projective>,
}

impl Sum {
    pub(super) fn add(&mut self, weight: Fr, equation: Equation) {
        let times = |point: G1Affine| match weight.is_one() {
            true => point.into_group(),
            false => point * weight,
        };
        self.left += times(equation.left);
        if self.quotients.len() < equation.quotients.len() {
            let vars = equation.quotients.len();
            self.quotients.resize(vars, G1Projective::zero());
        }
        let quotients = self.quotients.iter_mut().zip(equation.quotients);
        quotients.for_each(|(sum, quotient)| *sum += times(quotient));
    }

    pub(super) fn holds(self, key: &VerifierKey) -> bool {
        let points = [&[self.left], self.quotients.as_slice()].concat();
        let points = G1Projective::normalize_batch(&points).into_iter();
        let fixed = std::iter::once(key.prepared_generator()).chain(key.prepared_secrets());
        let pairs: Vec<_> = points.zip(fixed).collect();
        product_is_one(&pairs)
    }
}

/// The equation for the value of the polynomial committed to by `Σ scalar · point` over `terms`: that sum and those
/// of the equation are one multi-scalar multiplication.
pub(super) fn reduce(
    key: &VerifierKey,
    terms: &[(Fr, G1Affine)],
    point: &Point<Fr>,
    value: Fr,
    opening: &Opening,
) -> Result<Equation, PcsError> {
    let (vars, max) = (point.vars(), key.max_vars());
    if vars > max {
        return Err(PcsError::TooManyVars { vars, max });
    }
    if opening.0.len() != vars {
        return Err(PcsError::WrongCount {
            what: "quotients",
            found: opening.0.len(),
            expected: vars,
        });
    }
    let (mut scalars, mut bases): (Vec<Fr>, Vec<G1Affine>) = terms.iter().copied().unzip();
    scalars.push(-value);
    bases.push(G1Affine::generator());
    scalars.extend(&point.0);
    bases.extend(&opening.0);
    Ok(Equation {
        left: msm_portable(&bases, &scalars).into_affine(),
        // Variable k meets the secret that is (vars − 1 − k)-th from the top.
        quotients: opening.0.iter().rev().map(|q| -*q).collect(),
    })
}

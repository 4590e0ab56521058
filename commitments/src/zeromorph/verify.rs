//! Verifying an opening.

use super::equation::{Challenges, weights};
use super::{DEGREES, Opening, QUOTIENTS, REVERSED, SUM, WITNESS};
use crate::curve::{msm_portable, product_is_one};
use crate::kzg::VerifierKey;
use crate::{Key, PcsError, Script};
use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::One;
use sumcheck::Point;

/// Checks the value of the polynomial committed to by `Σ scalar · base`.
pub(super) fn verify(
    key: &VerifierKey,
    script: &mut Script<'_>,
    (mut scalars, mut bases): (Vec<Fr>, Vec<G1Affine>),
    (point, value): (&Point<Fr>, Fr),
    opening: &Opening,
) -> Result<(), PcsError> {
    let (vars, max) = (point.vars(), key.max_vars());
    if vars > max {
        return Err(PcsError::TooManyVars { vars, max });
    }
    if opening.quotients.len() != vars {
        return Err(PcsError::WrongCount {
            what: "quotients",
            found: opening.quotients.len(),
            expected: vars,
        });
    }
    script.absorb(QUOTIENTS, &opening.quotients);
    let degrees: Fr = script.sample(DEGREES);
    script.absorb(REVERSED, &opening.reversed);
    let challenges = Challenges::draw(script, degrees);
    script.absorb(SUM, &opening.sum);
    script.absorb(WITNESS, &opening.witness);
    if !challenges.are_two_points() {
        return Err(PcsError::Rejected);
    }
    let generator = G1Affine::generator();
    let weights = weights(point, &challenges);
    scalars.extend(&weights.quotients);
    bases.extend(&opening.quotients);
    scalars.push(-weights.value * value - weights.sum * opening.sum);
    bases.push(generator);
    let a = msm_portable(&bases, &scalars).into_affine();
    // (a, d, 1, w), where d − s is committed to in two parts.
    let (x, inverse) = (challenges.at, challenges.inverse);
    let terms = [a, opening.reversed, generator, opening.witness];
    let sum = |scalars: [Fr; 4]| msm_portable(&terms, &scalars).into_affine();
    let constant = sum([inverse, x, -x * opening.sum, Fr::one()]);
    let linear = sum([-Fr::one(), -Fr::one(), opening.sum, -x - inverse]);
    let [zeroth, once, twice] = key.prepared();
    let pairs = [(constant, zeroth), (linear, once), (opening.witness, twice)];
    match product_is_one(&pairs) {
        true => Ok(()),
        false => Err(PcsError::Rejected),
    }
}

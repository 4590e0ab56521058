//! What an opening leaves.

use super::equation::{Challenges, weights};
use super::{DEGREES, Opening, QUOTIENTS, REVERSED, SUM, WITNESS};
use crate::curve::verifier;
use crate::kzg::{Terms, vanish_at_two_points};
use crate::{PcsError, Script};
use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::One;
use sumcheck::Point;

/// The equation for the value of the polynomial committed to by `Σ scalar · base`, from an opening with so many masks: one
/// or none.
pub(super) fn reduce(
    script: &mut Script<'_>,
    (mut scalars, mut bases): Terms,
    (point, value): (&Point<Fr>, Fr),
    (opening, masks): (&Opening, usize),
) -> Result<Vec<G1Affine>, PcsError> {
    let expected = point.vars() + masks;
    if opening.quotients.len() != expected {
        return Err(PcsError::WrongCount {
            what: "quotients",
            found: opening.quotients.len(),
            expected,
        });
    }
    script.absorb(QUOTIENTS, &opening.quotients);
    let degrees: Fr = script.sample(DEGREES);
    script.absorb(REVERSED, &opening.reversed);
    let challenges = Challenges::draw(script, degrees);
    script.absorb(SUM, &opening.sum);
    script.absorb(WITNESS, &opening.witness);
    let generator = G1Affine::generator();
    let weights = weights(point, &challenges);
    // Without a mask its weight is left over.
    scalars.extend(weights.quotients.iter().take(expected));
    bases.extend(&opening.quotients);
    scalars.push(-weights.value * value - weights.sum * opening.sum);
    bases.push(generator);
    let a = verifier::msm(&bases, &scalars).into_affine();
    let sum = [opening.reversed, generator];
    let b = verifier::msm(&sum, &[Fr::one(), -opening.sum]).into_affine();
    let (x, inverse) = (challenges.at, challenges.inverse);
    vanish_at_two_points([(a, x), (b, inverse)], opening.witness)
}

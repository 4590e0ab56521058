//! What an opening leaves.

use super::equation::{Challenges, Claim, Sum, sums};
use super::{AT, LINES, MODULUS, Opening, PARTS, POLYNOMIALS, VALUES, VALUES_PARTS, WITNESS};
use crate::curve::verifier;
use crate::kzg::{Terms, vanish_at_two_points};
use crate::{PcsError, Script};
use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use sumcheck::Point;

/// The equation for the value of the polynomial committed to by `Σ scalar · base`.
pub(super) fn reduce(
    script: &mut Script<'_>,
    (mut scalars, mut bases): Terms,
    (point, value): (&Point<Fr>, Fr),
    opening: &Opening,
) -> Result<Vec<G1Affine>, PcsError> {
    script.absorb(LINES, &opening.lines);
    let (modulus, parts) = (script.sample(MODULUS), script.sample(PARTS));
    script.absorb(POLYNOMIALS, &opening.polynomials);
    let at: Fr = script.sample(AT);
    script.absorb(VALUES, &opening.values.to_array());
    let delta: Fr = script.sample(VALUES_PARTS);
    script.absorb(WITNESS, &opening.witness);
    let challenges = Challenges {
        modulus,
        parts,
        at,
        inverse: at.inverse().unwrap_or_default(),
    };
    let claim = Claim::new(point, value);
    let [first, second] = sums(&claim, &challenges, &opening.values, delta);
    let [quotient, remainder, folded, cross, reversed] = opening.polynomials;
    let points = [
        opening.lines,
        quotient,
        remainder,
        folded,
        cross,
        reversed,
        G1Affine::generator(),
    ];
    let all = |sum: &Sum| sum.factors.into_iter().chain([sum.constant]);
    scalars.extend(all(&first));
    bases.extend(points);
    let a = verifier::msm(&bases, &scalars).into_affine();
    let scalars: Vec<Fr> = all(&second).collect();
    let c = verifier::msm(&points, &scalars).into_affine();
    let (x, inverse) = (challenges.at, challenges.inverse);
    vanish_at_two_points([(a, x), (c, inverse)], opening.witness)
}

//! What an opening leaves.

use super::equation::{Challenges, coordinates, sums};
use super::{AT, CHECKS, EQUATIONS, FOLDS, Opening, VALUES, WITNESSES};
use crate::curve::verifier;
use crate::kzg::{Terms, Third, vanish_at_three_points};
use crate::{PcsError, Script};
use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use sumcheck::Point;

/// The equation for the value of the polynomial committed to by `Σ scalar · base`.
pub(super) fn reduce(
    script: &mut Script<'_>,
    (scalars, bases): Terms,
    (point, value): (&Point<Fr>, Fr),
    opening: &Opening,
) -> Result<Vec<G1Affine>, PcsError> {
    let coordinates = coordinates(point);
    if opening.folds.len() + 1 != coordinates.len() {
        return Err(PcsError::WrongCount {
            what: "folds",
            found: opening.folds.len(),
            expected: coordinates.len().saturating_sub(1),
        });
    }
    script.absorb(FOLDS, &opening.folds);
    let challenges = Challenges {
        equations: script.sample(EQUATIONS),
        at: script.sample(AT),
    };
    script.absorb(VALUES, &opening.values);
    script.absorb(WITNESSES, &opening.witnesses);
    let checks: Fr = script.sample(CHECKS);
    let sums = sums(&coordinates, &challenges);
    let mut points = vec![verifier::msm(&bases, &scalars).into_affine()];
    points.extend(&opening.folds);
    points.push(G1Affine::generator());
    let less = |factors: &[Fr], value: Fr| {
        let scalars: Vec<Fr> = factors.iter().copied().chain([-value]).collect();
        verifier::msm(&points, &scalars).into_affine()
    };
    let [at, at_minus] = opening.values;
    let at_square = at + at_minus - sums.value * value;
    let x = challenges.at;
    let [witness, witness_of_square] = opening.witnesses;
    let third = Third {
        poly: less(&sums.at_square, at_square),
        at: x.square(),
        witness: witness_of_square,
        factor: checks,
    };
    let first = (less(&sums.at, at), x);
    let second = (less(&sums.at_minus, at_minus), -x);
    vanish_at_three_points([first, second], witness, &third)
}

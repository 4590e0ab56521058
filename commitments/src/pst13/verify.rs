//! What an opening leaves: one multi-scalar multiplication, and points that are to be paired with the key's.

use super::{Opening, VerifierKey};
use crate::curve::verifier;
use crate::{Key, PcsError};
use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use sumcheck::Point;

/// The equation for the value of the polynomial committed to by `Σ scalar · base`: that sum and those of the equation are
/// one multi-scalar multiplication. The first point is paired with the generator, the others with the secrets from the top.
pub(super) fn reduce(
    key: &VerifierKey,
    (mut scalars, mut bases): (Vec<Fr>, Vec<G1Affine>),
    point: &Point<Fr>,
    value: Fr,
    opening: &Opening,
) -> Result<Vec<G1Affine>, PcsError> {
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
    scalars.push(-value);
    bases.push(G1Affine::generator());
    scalars.extend(&point.0);
    bases.extend(&opening.0);
    let mut paired = vec![verifier::msm(&bases, &scalars).into_affine()];
    // Variable k meets the secret that is (vars − 1 − k)-th from the top.
    paired.extend(opening.0.iter().rev().map(|q| -*q));
    Ok(paired)
}

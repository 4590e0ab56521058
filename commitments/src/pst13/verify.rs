//! Verifying an opening.

use super::pairing::product_is_one;
use super::{Opening, VerifierKey};
use crate::curve::msm_portable;
use crate::{Key, PcsError};
use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use sumcheck::Point;

/// Checks the value of the polynomial committed to by `Σ scalar · point` over `terms`: that sum and those
/// of the equation are one multi-scalar multiplication.
pub(super) fn verify(
    key: &VerifierKey,
    terms: &[(Fr, G1Affine)],
    point: &Point<Fr>,
    value: Fr,
    opening: &Opening,
) -> Result<(), PcsError> {
    let vars = point.vars();
    // Variable k meets the secret that is (vars − 1 − k)-th from the top.
    let Some(secrets) = key.prepared_secrets().get(..vars) else {
        return Err(PcsError::TooManyVars {
            vars,
            max: key.max_vars(),
        });
    };
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
    let left = msm_portable(&bases, &scalars).into_affine();
    let mut pairs = vec![(left, key.prepared_generator())];
    pairs.extend(opening.0.iter().map(|q| -*q).zip(secrets.iter().rev()));
    match product_is_one(&pairs) {
        true => Ok(()),
        false => Err(PcsError::Rejected),
    }
}

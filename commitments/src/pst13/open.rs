//! Opening one dense polynomial at one point.

use super::pairing::product_is_one;
use super::{Opening, Srs, VerifierKey};
use crate::curve::{msm, msm_portable};
use crate::{Key, PcsError};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::AdditiveGroup;
use rayon::prelude::*;
use sumcheck::kernel::own_pages;
use sumcheck::{Point, field::packed};

pub(super) fn open(
    key: &Srs,
    mut rows: Vec<Fr>,
    point: &Point<Fr>,
) -> Result<(Fr, Opening), PcsError> {
    let vars = point.vars();
    let size = key.level(vars)?.len();
    if rows.len() > size {
        return Err(PcsError::WrongCount {
            what: "rows",
            found: rows.len(),
            expected: size,
        });
    }
    let mut quotients = Vec::with_capacity(vars);
    for z in &point.0 {
        let (quotient, rest) = divide(&mut rows, z);
        quotients.push(quotient);
        rows = rest;
    }
    let value = rows.first().copied().unwrap_or(Fr::ZERO);
    let sums = quotients
        .par_iter()
        .enumerate()
        .map(|(k, quotient)| Ok(msm(key.level(vars - 1 - k)?, quotient)))
        .collect::<Result<Vec<G1Projective>, PcsError>>()?;
    Ok((value, Opening(G1Projective::normalize_batch(&sums))))
}

/// Quotient and remainder by `X_0 − z`. Rows beyond the given ones are zero.
fn divide(rows: &mut Vec<Fr>, z: &Fr) -> (Vec<Fr>, Vec<Fr>) {
    rows.resize(rows.len().next_multiple_of(2), Fr::ZERO);
    let mut quotient = own_pages(Fr::ZERO, rows.len() / 2);
    let mut rest = own_pages(Fr::ZERO, rows.len() / 2);
    rows.par_chunks(1 << 12)
        .zip(quotient.par_chunks_mut(1 << 11))
        .zip(rest.par_chunks_mut(1 << 11))
        .for_each(|((pairs, quotient), rest)| {
            packed::bind(pairs, z, rest);
            let (pairs, _) = pairs.as_chunks::<2>();
            for (quotient, [low, high]) in quotient.iter_mut().zip(pairs) {
                *quotient = *high - low;
            }
        });
    (quotient, rest)
}

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

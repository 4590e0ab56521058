//! Opening one dense polynomial at one point.

use super::pairing::product_is_one;
use super::srs::levels_below;
use super::{Opening, Srs, VerifierKey};
use crate::curve::{msm, msm_portable, pair_sums};
use crate::{Key, PcsError};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::AdditiveGroup;
use rayon::prelude::*;
use sumcheck::kernel::{bind_rows_in_place, own_pages};
use sumcheck::{Field, Point};

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
    let mut sums: Vec<G1Projective> = Vec::with_capacity(vars);
    let mut rest = point.0.as_slice();
    let mut made = Vec::new();
    // The first quotient is half of all. If nobody holds its points, they are made for it, and given back.
    if let ([z, others @ ..], false) = (rest, key.has_lower()) {
        let quotient = divide(&mut rows, z);
        let half = pair_sums(key.level(vars)?);
        sums.push(msm(&half, &quotient));
        made = levels_below(&half);
        rest = others;
    }
    let quotients: Vec<Vec<Fr>> = rest.iter().map(|z| divide(&mut rows, z)).collect();
    let value = rows.first().copied().unwrap_or(Fr::ZERO);
    let smaller = quotients.par_iter().enumerate().map(|(k, quotient)| {
        let bases = match made.get(k) {
            Some(level) => level.as_slice(),
            None => key.level(rest.len() - 1 - k)?,
        };
        Ok(msm(bases, quotient))
    });
    sums.extend(smaller.collect::<Result<Vec<G1Projective>, PcsError>>()?);
    Ok((value, Opening(G1Projective::normalize_batch(&sums))))
}

/// The quotient by `X_0 − z`; the remainder takes the place of the rows. Rows beyond the given ones are zero.
fn divide(rows: &mut Vec<Fr>, z: &Fr) -> Vec<Fr> {
    rows.resize(rows.len().next_multiple_of(2), Fr::ZERO);
    let mut quotient = own_pages(Fr::ZERO, rows.len() / 2);
    let (pairs, _) = rows.as_chunks::<2>();
    quotient
        .par_chunks_mut(1 << 11)
        .zip(pairs.par_chunks(1 << 11))
        .for_each(|(quotient, pairs)| {
            for (quotient, [low, high]) in quotient.iter_mut().zip(pairs) {
                *quotient = high.minus(low);
            }
        });
    bind_rows_in_place(rows, Fr::ZERO, *z);
    quotient
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

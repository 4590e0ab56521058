//! Opening one dense polynomial at one point.

use super::srs::levels_below;
use super::{Opening, Srs};
use crate::PcsError;
use crate::curve::{msm, pair_sums};
use crate::hiding::Blinder;
use ark_bn254::{Fr, G1Projective};
use ark_ff::AdditiveGroup;
use rayon::prelude::*;
use sumcheck::kernel::{bind_rows_in_place, own_pages};
use sumcheck::{Field, Point};

/// Value and proof.
pub(super) fn open(
    key: &Srs,
    mut rows: Vec<Fr>,
    point: &Point<Fr>,
    blinder: &mut Blinder<'_>,
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
    Ok((value, Opening(blinder.points(&sums))))
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

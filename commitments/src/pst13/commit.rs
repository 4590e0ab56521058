//! Committing batches of polynomials.

use super::Srs;
use crate::curve::{DigitColumns, many_column_sums, msm, msm_signed};
use crate::{PcsError, columns};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use rayon::prelude::*;
use sumcheck::{Poly, Rows};

pub(super) fn commit(
    key: &Srs,
    polys: &[&Poly<Fr>],
    blindings: &[Vec<()>],
) -> Result<Vec<Vec<G1Affine>>, PcsError> {
    check(key, polys, blindings)?;
    let mut digit_polys = Vec::new();
    for poly in polys {
        if let Rows::Digits { radix, digits } = &poly.rows {
            digit_polys.push(DigitColumns {
                bases: key.level(poly.vars)?,
                digits,
                radix: *radix,
            });
        }
    }
    let mut digit_columns = many_column_sums(&digit_polys).into_iter();
    // Multi-scalar multiplications are parallel inside.
    let mut sums: Vec<G1Projective> = Vec::new();
    for poly in polys {
        match &poly.rows {
            Rows::Dense(values) => sums.push(msm(key.level(poly.vars)?, values)),
            Rows::Signed(values) => sums.push(msm_signed(key.level(poly.vars)?, values)),
            Rows::Digits { .. } => {}
        }
    }
    let mut sums = G1Projective::normalize_batch(&sums).into_iter();
    let commitments = polys.iter().map(|poly| match poly.rows {
        Rows::Digits { .. } => digit_columns.next().unwrap_or_default(),
        _ => sums.next().into_iter().collect(),
    });
    Ok(commitments.collect())
}

/// Polynomials are plain data: nothing guarantees that they are well-formed.
fn check(key: &Srs, polys: &[&Poly<Fr>], blindings: &[Vec<()>]) -> Result<(), PcsError> {
    let wrong = |what, found, expected| PcsError::WrongCount {
        what,
        found,
        expected,
    };
    if blindings.len() != polys.len() {
        return Err(wrong("blindings", blindings.len(), polys.len()));
    }
    for (i, (poly, blindings)) in polys.iter().zip(blindings).enumerate() {
        let rows = key.level(poly.vars)?.len();
        let found = match &poly.rows {
            Rows::Dense(values) => values.len(),
            Rows::Signed(values) => values.len(),
            Rows::Digits { radix, digits } => {
                let radix = *radix;
                if !(2..=256).contains(&radix)
                    || digits.par_iter().any(|d| usize::from(*d) >= radix)
                {
                    return Err(PcsError::BadDigits { poly: i, radix });
                }
                digits.len()
            }
        };
        if found > rows {
            return Err(wrong("rows", found, rows));
        }
        let expected = columns(&poly.shape());
        if blindings.len() != expected {
            return Err(wrong("blindings", blindings.len(), expected));
        }
    }
    Ok(())
}

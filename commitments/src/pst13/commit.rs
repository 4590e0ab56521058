//! Committing batches of polynomials.

use super::{Columns, Srs};
use crate::curve::{DigitColumns, many_column_sums, msm, msm_signed};
use crate::{Key, PcsError, check_polys};
use ark_bn254::{Fr, G1Projective};
use ark_ec::CurveGroup;
use sumcheck::{Poly, Rows};

pub(super) fn commit(key: &Srs, polys: &[&Poly<Fr>]) -> Result<Columns, PcsError> {
    check_polys(key.max_vars(), polys)?;
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

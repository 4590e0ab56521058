//! Batches in which a column is one point: what schemes that commit in this way have in common.

use crate::curve::verifier;
#[cfg(feature = "prover")]
use crate::curve::{DigitColumns, many_column_sums, msm, msm_signed};
use crate::wire::{DecodeError, Reader, put};
use crate::{Combined, columns};
#[cfg(feature = "prover")]
use crate::{PcsError, check_polys};
#[cfg(feature = "prover")]
use ark_bn254::G1Projective;
use ark_bn254::{Fr, G1Affine};
#[cfg(feature = "prover")]
use ark_ec::CurveGroup;
use sumcheck::Shape;
#[cfg(feature = "prover")]
use sumcheck::{Poly, Rows};

/// The points of a batch: of each polynomial, one for each column.
pub type Columns = Vec<Vec<G1Affine>>;

/// Bytes of a point.
const POINT: usize = 32;

/// Bytes that each polynomial adds to the encoding of a batch.
pub(crate) fn bytes(shapes: &[Shape]) -> Vec<usize> {
    let shapes = shapes.iter();
    shapes.map(|shape| POINT * columns(shape)).collect()
}

/// The terms of a sum of columns.
pub(crate) fn terms(parts: &[Combined<'_, Columns, Fr>]) -> (Vec<Fr>, Vec<G1Affine>) {
    let polys = parts
        .iter()
        .flat_map(|part| part.batch.iter().zip(&part.factors));
    polys
        .flat_map(|(points, factors)| factors.iter().copied().zip(points.iter().copied()))
        .unzip()
}

/// Appends the encoding of a batch.
pub(crate) fn write(commitment: &Columns, out: &mut Vec<u8>) {
    let points = commitment.iter().flatten();
    points.for_each(|point| put(point, out));
}

/// Reads a batch of polynomials of these shapes.
pub(crate) fn read(shapes: &[Shape], input: &mut Reader<'_>) -> Result<Columns, DecodeError> {
    let mut points = points(shapes.iter().map(columns).sum(), input)?.into_iter();
    let polynomial = |shape| points.by_ref().take(columns(shape)).collect();
    Ok(shapes.iter().map(polynomial).collect())
}

pub(crate) fn points(count: usize, input: &mut Reader<'_>) -> Result<Vec<G1Affine>, DecodeError> {
    verifier::points(count, input)
}

/// Commits a batch of polynomials of at most `max_vars` variables; `bases` are the points that stand for the rows of a
/// polynomial of some number of variables.
#[cfg(feature = "prover")]
pub(crate) fn commit<'a>(
    max_vars: usize,
    bases: impl Fn(usize) -> Result<&'a [G1Affine], PcsError>,
    polys: &[&Poly<Fr>],
) -> Result<Columns, PcsError> {
    check_polys(max_vars, polys)?;
    let mut digit_polys = Vec::new();
    for poly in polys {
        if let Rows::Digits { radix, digits } = &poly.rows {
            digit_polys.push(DigitColumns {
                bases: bases(poly.vars)?,
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
            Rows::Dense(values) => sums.push(msm(bases(poly.vars)?, values)),
            Rows::Signed(values) => sums.push(msm_signed(bases(poly.vars)?, values)),
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

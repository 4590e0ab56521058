//! Committing batches of polynomials, line by line.

use super::{Lines, VerifierKey};
use crate::curve::{DigitColumns, many_column_sums, msm, msm_signed};
use crate::{Key, PcsError, check_polys, columns};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use sumcheck::{Poly, Rows};

pub(super) fn commit(key: &VerifierKey, polys: &[&Poly<Fr>]) -> Result<Lines, PcsError> {
    check_polys(key.max_vars(), polys)?;
    let layout = key.layout();
    let (line, rows) = (1 << layout.line_vars(), key.rows());
    let mut lines: Lines = polys
        .iter()
        .map(|poly| {
            let column = vec![G1Affine::identity(); layout.lines(poly.vars)];
            vec![column; columns(&poly.shape())]
        })
        .collect();
    // The same line of all polynomials, then the next: the points of neighbours are the same, so that they are summed
    // in pairs.
    let (mut places, mut digit_columns) = (Vec::new(), Vec::new());
    for number in 0..layout.lines(layout.max_vars()) {
        for (at, poly) in polys.iter().enumerate() {
            if let Rows::Digits { radix, digits } = &poly.rows
                && let Some(digits) = digits.chunks(line).nth(number)
            {
                places.push((at, number));
                digit_columns.push(DigitColumns {
                    bases: rows,
                    digits,
                    radix: *radix,
                });
            }
        }
    }
    for ((at, number), sums) in places.iter().zip(many_column_sums(&digit_columns)) {
        for (column, sum) in lines[*at].iter_mut().zip(sums) {
            column[*number] = sum;
        }
    }
    // Multi-scalar multiplications are parallel inside.
    let (mut places, mut sums): (Vec<(usize, usize)>, Vec<G1Projective>) = Default::default();
    for (at, poly) in polys.iter().enumerate() {
        let own: Vec<G1Projective> = match &poly.rows {
            Rows::Dense(values) => values.chunks(line).map(|line| msm(rows, line)).collect(),
            Rows::Signed(values) => {
                let lines = values.chunks(line);
                lines.map(|line| msm_signed(rows, line)).collect()
            }
            Rows::Digits { .. } => Vec::new(),
        };
        places.extend((0..own.len()).map(|number| (at, number)));
        sums.extend(own);
    }
    for ((at, number), sum) in places.iter().zip(G1Projective::normalize_batch(&sums)) {
        lines[*at][0][*number] = sum;
    }
    Ok(lines)
}

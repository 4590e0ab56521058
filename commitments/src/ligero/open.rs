//! The prover's side of an opening.

use super::key::VerifierKey;
use super::opening::Opening;
use super::plan::{parts, split};
use super::{LEAVES, LINES, QUERY, ROW, TEST};
use crate::codewords::{Codewords, add, columns_of, interpolate, position, sum_of};
use crate::{Combined, PcsError, Script};
use ark_bn254::Fr;
use ark_ff::{One, Zero};
use sumcheck::{Point, Poly};

/// Value and proof of a sum of columns. What `change` does to the row and the test, nothing else follows: so lies are told.
pub(super) fn open(
    key: &VerifierKey,
    script: &mut Script<'_>,
    batches: &[Combined<'_, Codewords, Fr>],
    point: &Point<Fr>,
    change: impl FnOnce(&mut [Fr], &mut [Fr]),
) -> Result<(Fr, Opening), PcsError> {
    let sum = sum_of(batches);
    let [low, high] = split(key, point, &sum)?;
    let parts = parts(key, &sum, &high)?;
    let tau: Fr = script.sample(LINES);
    let mut words = [(); 2].map(|()| vec![Fr::zero(); 1 << key.length_vars()]);
    let mut power = Fr::one();
    for part in &parts {
        let [row, test] = &mut words;
        let columns = &batches[part.batch].batch.groups[0].columns;
        for (word, weight) in columns.iter().zip(&part.weights) {
            add(row, *weight, word);
            add(test, power, word);
            power *= tau;
        }
    }
    let [row, test] = words;
    let (mut row, mut test) = rayon::join(
        || interpolate(row, key.line_vars()),
        || interpolate(test, key.line_vars()),
    );
    change(&mut row, &mut test);
    script.absorb(ROW, row.as_slice());
    script.absorb(TEST, test.as_slice());
    let mut query = || position(script.sample(QUERY), key.length_vars());
    let positions: Vec<usize> = (0..key.positions().queries).map(|_| query()).collect();
    let value = row.iter().zip(low).map(|(row, weight)| weight * row).sum();
    let columns = parts.iter().map(|part| {
        let group = &batches[part.batch].batch.groups[0];
        group.open(&positions)
    });
    let opening = Opening {
        columns: columns.collect(),
        row,
        test,
    };
    script.absorb(LEAVES, &opening.leaves());
    Ok((value, opening))
}

/// The lines of all columns of a polynomial.
pub(super) fn lines(key: &VerifierKey, poly: &Poly<Fr>) -> Vec<Vec<Fr>> {
    let (line, count) = (1usize << key.line_vars(), key.lines(poly.vars));
    let columns = columns_of(poly, |rows| {
        let padded = rows.chain(std::iter::repeat(Fr::zero()));
        padded.take(line * count).collect()
    });
    let lines = columns.iter().flat_map(|column| column.chunks(line));
    lines.map(<[Fr]>::to_vec).collect()
}

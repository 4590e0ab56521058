//! Verifying openings.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::key::VerifierKey;
use super::opening::Opening;
use super::plan::{Part, parts, split};
use super::{LEAVES, LINES, QUERY, ROW, TEST, VALUE, WORDS};
use crate::codewords::{Roots, among, at, position, sum_of};
use crate::{Combined, PcsError, Script};
use ark_bn254::Fr;
use ark_ff::{One, Zero};
use sumcheck::Point;

/// Whether an opening shows the value of a claim.
pub(super) fn holds(
    key: &VerifierKey,
    script: &mut Script<'_>,
    batches: &[Combined<'_, Roots, Fr>],
    (point, value): (&Point<Fr>, Fr),
    opening: &Opening,
) -> Result<bool, PcsError> {
    let sum = sum_of(batches);
    let [low, high] = split(key, point, &sum)?;
    let parts = parts(key, &sum, &high)?;
    opening.check_sizes(key, &parts)?;
    let tau: Fr = script.sample(LINES);
    script.absorb(ROW, opening.row.as_slice());
    script.absorb(TEST, opening.test.as_slice());
    let mut query = || position(script.sample(QUERY), key.length_vars());
    let positions: Vec<usize> = (0..key.positions().queries).map(|_| query()).collect();
    script.absorb(LEAVES, &opening.leaves());
    let of_row: Fr = opening
        .row
        .iter()
        .zip(low)
        .map(|(row, weight)| weight * row)
        .sum();
    let mut leaves = parts.iter().zip(&opening.columns);
    let committed = leaves.all(|(part, leaves)| {
        let batch = batches.get(part.batch).map(|part| &part.batch.roots);
        let root = batch.and_then(|roots| roots.first());
        root.is_some_and(|root| leaves.are_of(root, &among(&positions, key.length_vars())))
    });
    let verdicts = [
        (VALUE, of_row == value),
        (LEAVES, committed),
        (WORDS, words_agree(key, &parts, tau, &positions, opening)),
    ];
    Ok(verdicts.into_iter().fold(true, |all, (check, holds)| {
        let enforced = script.enforced(check);
        all & (holds | !enforced)
    }))
}

/// Whether both rows that were sent have the codewords that the opened leaves add up to.
fn words_agree(
    key: &VerifierKey,
    parts: &[Part],
    tau: Fr,
    positions: &[usize],
    opening: &Opening,
) -> bool {
    let mut positions = positions.iter().enumerate();
    positions.all(|(number, position)| {
        let (mut row, mut test, mut power) = (Fr::zero(), Fr::zero(), Fr::one());
        for (part, leaves) in parts.iter().zip(&opening.columns) {
            let values = leaves
                .leaves
                .get(number)
                .map_or(&[][..], |leaf| &leaf.values);
            for (value, weight) in values.iter().zip(&part.weights) {
                row += *value * weight;
                test += *value * power;
                power *= tau;
            }
        }
        let value = |rows: &[Fr]| at(rows, key.length_vars(), *position);
        value(&opening.row) == row && value(&opening.test) == test
    })
}

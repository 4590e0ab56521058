//! What an opening consists of: which batches take part, and what each of their lines counts.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::MAX_WORDS;
use super::key::{MAX_VARS, VerifierKey};
use crate::codewords::merkle::TreeShape;
use crate::codewords::{Roots, Term, factors_of, fits_point, groups, sum_of};
use crate::{Combined, Embedding, Key, PcsError, columns};
use ark_bn254::Fr;
use ark_ff::Zero;
use sumcheck::{Point, Shape};

/// A batch that takes part: its number, and what each of its words, the lines of its columns, counts in the sum.
pub(super) struct Part {
    pub batch: usize,
    pub weights: Vec<Fr>,
}

/// The batches of a sum that take part, at a point whose high coordinates give lines these weights.
///
/// # Errors
/// Factors that do not fit the shapes, or more words than [`MAX_WORDS`].
pub(super) fn parts(
    key: &VerifierKey,
    sum: &[Term<'_>],
    high: &[Fr],
) -> Result<Vec<Part>, PcsError> {
    let mut parts = Vec::new();
    for (batch, (shapes, factors)) in sum.iter().enumerate() {
        for group in groups(shapes, MAX_VARS) {
            if let Some(factors) = factors_of(&group.polys, factors)? {
                let weights = weights(key, shapes, &factors, high)?;
                parts.push(Part { batch, weights });
            }
        }
    }
    let words = parts.iter().map(|part| part.weights.len());
    few_enough(words.fold(0, usize::saturating_add))?;
    Ok(parts)
}

/// Of each line of each column its weight.
fn weights(
    key: &VerifierKey,
    shapes: &[Shape],
    factors: &[Fr],
    high: &[Fr],
) -> Result<Vec<Fr>, PcsError> {
    let lines = shapes
        .iter()
        .flat_map(|shape| std::iter::repeat_n(key.lines(shape.vars), columns(shape)));
    few_enough(lines.clone().fold(0, usize::saturating_add))?;
    let weights = lines.zip(factors).flat_map(|(lines, factor)| {
        let high = high.iter().copied().chain(std::iter::repeat(Fr::zero()));
        high.take(lines).map(move |weight| weight * factor)
    });
    Ok(weights.collect())
}

/// That there are no more than [`MAX_WORDS`].
fn few_enough(found: usize) -> Result<(), PcsError> {
    match found > MAX_WORDS {
        true => Err(PcsError::WrongCount {
            what: "lines",
            found,
            expected: MAX_WORDS,
        }),
        false => Ok(()),
    }
}

/// The tree of a part.
pub(super) fn tree(key: &VerifierKey, part: &Part) -> TreeShape {
    TreeShape {
        depth: key.length_vars(),
        width: part.weights.len(),
    }
}

/// The weights that a point gives the rows of a line, and lines.
///
/// # Errors
/// As [`fits_point`].
pub(super) fn split(
    key: &VerifierKey,
    point: &Point<Fr>,
    sum: &[Term<'_>],
) -> Result<[Vec<Fr>; 2], PcsError> {
    fits_point(key.max_vars(), point, sum)?;
    let vars = point.vars().max(key.line_vars());
    let (low, high) = Embedding::Pad.extend(point, vars).split_at(key.line_vars());
    Ok([low.eq_table(), high.eq_table()])
}

/// What an opening of these parts consists of, whatever the point is.
///
/// # Errors
/// As [`parts`].
pub(super) fn parts_of(
    key: &VerifierKey,
    sum: &[Combined<'_, Roots, Fr>],
) -> Result<Vec<Part>, PcsError> {
    parts(key, &sum_of(sum), &[])
}

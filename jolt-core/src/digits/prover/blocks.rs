//! Sums over blocks of row pairs, in parallel, weighted by `eq`.

use super::DigitColumn;
use rayon::prelude::*;
use sumcheck::field::TableRows;
use sumcheck::kernel::SplitEq;
use sumcheck::{Field, ProverField};

/// Row pairs to a block: buffers of a block stay in the first-level cache.
pub(crate) const BLOCK: usize = 64;

/// `Σ_{j < pairs} eq(rest, j) · values(j)`, where `body` writes the `N` values of the pairs
/// `start … start + len` of one block and `scratch` makes its buffers.
pub(crate) fn weighted_sums<F: ProverField, S: Send, const N: usize>(
    eq: &SplitEq<F>,
    pairs: usize,
    scratch: impl Fn() -> S + Sync,
    body: impl Fn(&mut S, usize, &mut [[F; N]]) + Sync,
) -> [F; N] {
    sliced_sums(eq, pairs, scratch, |buffers, start, weights| {
        let mut values = [[F::zero(); N]; BLOCK];
        let values = &mut values[..weights.len()];
        body(buffers, start, values);
        let mut sums = [F::zero(); N];
        for (weight, values) in weights.iter().zip(values.iter()) {
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = sum.plus(&(*weight * value));
            }
        }
        sums
    })
}

/// [`weighted_sums`] for a body that weighs by itself: it gets the block's first pair and a weight for
/// each pair, up to a common factor, and returns the block's sums.
pub(crate) fn sliced_sums<F: ProverField, S: Send, const N: usize>(
    eq: &SplitEq<F>,
    pairs: usize,
    scratch: impl Fn() -> S + Sync,
    body: impl Fn(&mut S, usize, &[F]) -> [F; N] + Sync,
) -> [F; N] {
    let zero = || [F::zero(); N];
    (0..pairs.div_ceil(BLOCK))
        .into_par_iter()
        .with_min_len(16)
        .fold(
            || (zero(), None),
            |(sum, buffers), at| {
                let mut buffers = buffers.unwrap_or_else(&scratch);
                let start = at * BLOCK;
                let mut weights = [F::zero(); BLOCK];
                let (weights, factor) = eq.weights(start, &mut weights[..BLOCK.min(pairs - start)]);
                let values = body(&mut buffers, start, weights).map(|value| factor * value);
                (add(sum, values), Some(buffers))
            },
        )
        .map(|(sum, _)| sum)
        .reduce(zero, add)
}

/// Pairs of rows of the longest column.
pub(crate) fn pairs<F: ProverField>(columns: &[DigitColumn<F>]) -> usize {
    let rows = columns.iter().map(DigitColumn::len).max();
    rows.unwrap_or(0).div_ceil(2)
}

/// [`sliced_sums`] over all columns at once, the digits read where they are: `body` gets the rows of a block.
pub(crate) fn column_sums<F: ProverField, const N: usize>(
    eq: &SplitEq<F>,
    columns: &[DigitColumn<F>],
    body: impl Fn(&[TableRows<'_, F>], &[F]) -> [F; N] + Sync,
) -> [F; N] {
    let scratch = || vec![[F::zero(); 2 * BLOCK]; columns.len()];
    sliced_sums(eq, pairs(columns), scratch, |scratch, start, weights| {
        let rows: Vec<TableRows<'_, F>> = scratch
            .iter_mut()
            .zip(columns)
            .map(|(scratch, column)| column.rows(2 * start, &mut scratch[..2 * weights.len()]))
            .collect();
        body(&rows, weights)
    })
}

/// The weight of all row pairs from `pairs` on.
pub(crate) fn tail_weight<F: ProverField>(eq: &SplitEq<F>, pairs: usize) -> F {
    F::one() - eq.rest_point().prefix_sum(pairs)
}

pub(crate) fn add<F: Field, const N: usize>(mut a: [F; N], b: [F; N]) -> [F; N] {
    for (a, b) in a.iter_mut().zip(b) {
        *a += b;
    }
    a
}

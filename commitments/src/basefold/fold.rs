//! Folding words: what the two halves of a codeword, the values at `x` and at `−x`, become by a challenge.
//!
//! The polynomial `P(X) = E(X²) + X·O(X²)` of rows `f` becomes `(1 − r)·E + r·O`, that of the rows `f(r, ·)`.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use crate::codewords::root_of_unity;
use ark_bn254::Fr;
use ark_ff::{Field, One};

/// The folded value at `x²`, of the values at `x` and `−x`; `half` is `1/2`, `inverse` is `1/x`.
pub(super) fn pair([at, opposite]: [Fr; 2], inverse: Fr, r: Fr, half: Fr) -> Fr {
    let even = at + opposite;
    half * (even + r * ((at - opposite) * inverse - even))
}

/// One half.
pub(super) fn half() -> Fr {
    (Fr::one() + Fr::one()).inverse().unwrap_or_default()
}

/// What the values of a leaf become by the challenges of its rounds: the leaf of number `leaf` of a word of `2^vars` values
/// has those at `leaf`, and each `2^vars / values.len()` further.
pub(super) fn leaf(values: &[Fr], leaf: usize, vars: usize, challenges: &[Fr]) -> Fr {
    let half = half();
    // Inverses of the point of the first value, and of the root that takes one value to the next.
    let root = root_of_unity(vars).inverse().unwrap_or_default();
    let mut first = root.pow([u64::try_from(leaf).unwrap_or_default()]);
    let steps = values.len().checked_ilog2().unwrap_or(0);
    let apart = u32::try_from(vars)
        .unwrap_or_default()
        .saturating_sub(steps);
    let mut next = root.pow([1u64.checked_shl(apart).unwrap_or_default()]);
    let mut values = values.to_vec();
    for r in challenges {
        let (front, back) = values.split_at(values.len() / 2);
        let mut inverse = first;
        let folded = front.iter().zip(back).map(|(at, opposite)| {
            let folded = pair([*at, *opposite], inverse, *r, half);
            inverse *= next;
            folded
        });
        values = folded.collect();
        first.square_in_place();
        next.square_in_place();
    }
    values.first().copied().unwrap_or_default()
}

//! The verifier of the products.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::super::layout::{Challenges, Layout};
use super::super::memory::{Accesses, final_claims};
use crate::gkr::product;
use sumcheck::{Field, Oracle, Value, VerifierChannel, VerifyError};

/// Check `lookup/memory`: the products of reads and writes, and of cells before and after, agree.
pub(in crate::lookup::lasso) fn verify_sets<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    [reads, writes]: [Value; 2],
    [initial, last]: [Value; 2],
) -> Result<(), VerifyError> {
    let before = channel.mul(initial, writes);
    let after = channel.mul(last, reads);
    let terms = [(F::one(), before), (-F::one(), after)];
    let difference = channel.linear(F::zero(), &terms);
    channel.assert_zero("lookup/memory", difference)
}

/// Verifies. Checks: `lookup/memory`, `lookup/contents`, and those of the products.
pub(in crate::lookup::lasso) fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    layout: &Layout,
    memory: &Challenges<F>,
    finals: &[Oracle],
) -> Result<Accesses<F, Value>, VerifyError> {
    let trees = 2 * layout.len();
    let accesses = product::verify(channel, "reads", layout.cycle_vars, trees)?;
    let cells = product::verify(channel, "cells", layout.cell_vars, trees)?;
    let (roots, _) = accesses.roots.as_chunks::<2>();
    for (accesses, cells) in roots.iter().zip(cells.roots.as_chunks().0) {
        verify_sets(channel, *accesses, *cells)?;
    }
    let mut differences = Vec::with_capacity(layout.len());
    for (i, [before, after]) in cells.leaves.as_chunks().0.iter().enumerate() {
        let expected = layout.initial(i, memory, &cells.point);
        let contents = channel.linear(-expected, &[(F::one(), *before)]);
        channel.assert_zero("lookup/contents", contents)?;
        let terms = [(F::one(), *after), (-F::one(), *before)];
        differences.push(channel.linear(F::zero(), &terms));
    }
    for claim in final_claims(layout, memory, finals, &cells.point, &differences) {
        channel.claim_eval(claim)?;
    }
    Ok(Accesses {
        point: accesses.point,
        leaves: accesses.leaves,
    })
}

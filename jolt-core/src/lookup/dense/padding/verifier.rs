//! The verifier.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::{BATCH, Term, claim, relation};
use sumcheck::{Field, Point, VerifierChannel, VerifyError, batch};

/// Verifies. Check: `padding/index`.
pub(in super::super) fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    cycle_vars: usize,
    reads: usize,
    terms: Vec<Term<F>>,
) -> Result<(), VerifyError> {
    if reads >> cycle_vars > 0 {
        return Ok(());
    }
    let point = Point::sampled(cycle_vars, || channel.sample("dense/padding"));
    channel.risk(&["dense/padding"], "indices beyond the reads", cycle_vars);
    let zero = channel.constant(F::zero());
    let (relation, index) = relation(point, reads);
    let [reduced] = batch::verify(channel, BATCH, [(relation, zero)])?;
    channel.claim_eval(claim(terms, index, reduced))
}

//! The verifier of value evaluation.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::{Evaluated, Relations, block_points, leave};
use crate::constraints::Column;
use crate::machine::Run;
use crate::memory::image;
use crate::memory::twist::read_checking::{Checked, Values};
use crate::step::{Oracles, Step};
use sumcheck::{Field, Value, VerifierChannel, VerifyError, batch};

/// Verifies the phase, for what [read-checking](crate::memory::twist::read_checking) left.
///
/// # Errors
/// The first check that fails, or a proof that ends early.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    (read, values): (&Checked<F, Value>, Values<Value>),
    (oracles, step): (&Oracles, &mut Step<F, Value>),
) -> Result<Evaluated<F, Value>, VerifyError> {
    let blocks = block_points(run, || channel.sample("block"));
    channel.risk(&["block"], "final contents", run.block_vars());
    let initial = image::verify(channel, run, oracles, &read.cell)?;
    let terms = [(F::one(), values.cell), (-F::one(), initial)];
    let cell = channel.linear(F::zero(), &terms);
    let finals = run
        .changes(&blocks)
        .into_iter()
        .map(|value| channel.constant(value));
    let claims = [values.register, cell].into_iter().chain(finals);
    let claims: Vec<Value> = claims.chain([step.take(Column::Next)]).collect();
    let relations = Relations::new(run, &read.point, &step.point);
    let batch = relations.batch().into_iter().zip(claims).collect();
    let reduced = batch::verify_all(channel, "recall", batch)?;
    let (claims, evaluated) = leave(&relations, reduced, blocks, oracles);
    for claim in claims {
        channel.claim_eval(claim)?;
    }
    Ok(evaluated)
}

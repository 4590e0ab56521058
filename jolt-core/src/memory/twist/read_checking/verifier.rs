//! The verifier of read-checking.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::{Challenges, Checked, Relations, Values};
use crate::constraints::Column;
use crate::machine::Run;
use crate::memory::protection::GUARD_AT;
use crate::step::Step;
use sumcheck::{Field, Value, VerifierChannel, VerifyError, batch};

/// Verifies the phase.
///
/// # Errors
/// The first check that fails, or a proof that ends early.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    step: &mut Step<F, Value>,
) -> Result<(Checked<F, Value>, Values<Value>), VerifyError> {
    let gamma: F = channel.sample("gamma");
    let challenges = Challenges::new(gamma, |check| channel.enforced(check));
    let [protected, _] = challenges.forbidden;
    let terms = [
        (F::one(), step.take(Column::Rs1)),
        (gamma, step.take(Column::Rs2)),
        (gamma * gamma, step.take(Column::RdOld)),
    ];
    let weighed = "reads of registers, and what is forbidden";
    channel.risk(&["gamma"], weighed, 2 + 2);
    channel.risk(&["round"], GUARD_AT, run.cycle_vars);
    let cell = [
        (F::one(), step.take(Column::Cell)),
        (protected, step.take(Column::Protected)),
    ];
    let registers_value = channel.linear(F::zero(), &terms);
    let ram_value = channel.linear(F::zero(), &cell);
    let next = step.take(Column::Next);
    let relations = Relations::new(run, &step.point, &challenges);
    let [registers, ram, shift] = relations.batch();
    let batch = [
        (registers, registers_value),
        (ram, ram_value),
        (shift, next),
    ];
    let reduced = batch::verify(channel, "remember", batch)?;
    Ok(relations.leave(reduced))
}

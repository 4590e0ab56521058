//! The verifier of read-checking.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::{Challenges, Relations};
use crate::constraints::Column;
use crate::machine::Run;
use crate::memory::protection::GUARD_AT;
use crate::step::Step;
use sumcheck::{Field, Relation, Value, VerifierChannel};

/// The relations, and what is to be verified beside the lookups.
pub fn begin<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    step: &mut Step<F, Value>,
) -> (Relations<F>, Vec<(Relation<F>, Value)>) {
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
    let relations = Relations::new(run, &step.point, &challenges);
    let claims = [registers_value, ram_value];
    let batch = relations.batch().into_iter().zip(claims).collect();
    (relations, batch)
}

//! The verifier of phase `constrain`.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::{Constraints, oracle_claims, weights};
use crate::constraints::CONSTRAINTS;
use crate::machine::Run;
use crate::step::{Oracles, Step};
use sumcheck::{Field, Point, Value, VerifierChannel, VerifyError, batch};

/// Verifies the phase.
///
/// # Errors
/// The first check that fails, or a proof that ends early.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    oracles: &Oracles,
) -> Result<Step<F, Value>, VerifyError> {
    let tau = Point((0..run.cycle_vars).map(|_| channel.sample("tau")).collect());
    let rho = channel.sample("rho");
    let degree = run.cycle_vars + CONSTRAINTS.len() - 1;
    channel.risk(
        &["tau", "rho"],
        "all constraints, at a random cycle",
        degree,
    );
    let weights = weights(rho, |check| channel.enforced(check));
    let zero = channel.constant(F::zero());
    let constraints = Constraints::new(&tau);
    let relation = constraints.relation.clone();
    let [reduced] = batch::verify(channel, "constrain", [(relation, zero)])?;
    let mut step = constraints.leave(weights, reduced);
    for claim in oracle_claims(&mut step, run, oracles) {
        channel.claim_eval(claim)?;
    }
    Ok(step)
}

//! The verifier of the phase.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::claims::{Claims, sort};
use super::relations::Relations;
use crate::digits::booleanity;
use crate::machine::Run;
use crate::step::Oracles;
use sumcheck::{Field, Value, VerifierChannel, VerifyError, batch};

/// Verifies the phase.
///
/// # Errors
/// The first check that fails, or a proof that ends early.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    oracles: &Oracles,
    claims: Claims<F, Value>,
) -> Result<(), VerifyError> {
    let gamma = channel.sample("gamma");
    let sorted = sort(run, claims, gamma, &mut |check| channel.enforced(check));
    channel.risk(
        &["gamma"],
        "claims on columns and addresses",
        sorted.count().saturating_sub(1),
    );
    let at = booleanity::At::sample(run.cycle_vars, || channel.sample("booleanity"));
    let degree = at.degree(run.machine.digit_radices().len());
    channel.risk(&["booleanity"], "all entries of the digits", degree);
    let relations = Relations::new(run, &sorted, &at);
    let (constant, terms) = sorted.column_sum();
    let columns = channel.linear(constant, &terms);
    let (constant, terms) = sorted.address_sum();
    let cells = channel.linear(constant, &terms);
    let zero = channel.constant(F::zero());
    let [bytecode, addresses, one_hot] = relations.batch();
    let batch = [(bytecode, columns), (addresses, cells), (one_hot, zero)];
    let reduced = batch::verify(channel, "fetch", batch)?;
    for claim in relations.digit_claims(run, &sorted, reduced, oracles) {
        channel.claim_eval(claim)?;
    }
    Ok(())
}

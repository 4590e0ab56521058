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
use sumcheck::batch::{self, Late};
use sumcheck::{Field, Value, VerifierChannel, VerifyError};

/// Verifies the phase, and relations that were left for it.
///
/// # Errors
/// The first check that fails, or a proof that ends early.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    oracles: &Oracles,
    claims: Claims<F, Value>,
    late: Vec<Late<F, Value, ()>>,
) -> Result<(), VerifyError> {
    let gamma = channel.sample("gamma");
    let sorted = sort(run, claims, gamma, &mut |check| channel.enforced(check));
    channel.risk(
        &["gamma"],
        "claims on columns, addresses and oracles",
        sorted.count().saturating_sub(1),
    );
    let at = booleanity::At::sample(run.cycle_vars, || channel.sample("booleanity"));
    let degree = at.degree(run.machine.digit_radices().len());
    channel.risk(&["booleanity"], "all entries of the digits", degree);
    let relations = Relations::new(run, &sorted, &at, oracles);
    let (constant, terms) = sorted.column_sum();
    let columns = channel.linear(constant, &terms);
    let (constant, terms) = sorted.address_sum();
    let cells = channel.linear(constant, &terms);
    let zero = channel.constant(F::zero());
    let (constant, terms) = sorted.carried_sum();
    let carried = channel.linear(constant, &terms);
    let own = relations.batch().into_iter();
    let mut batch: Vec<_> = own.zip([columns, cells, zero, carried]).collect();
    let (others, leaves): (Vec<_>, Vec<_>) = late.into_iter().map(Late::apart).unzip();
    batch.extend(others);
    let mut reduced = batch::verify_all(channel, "fetch", batch)?;
    let own = batch::first(&mut reduced);
    let mut claims = relations.leave(run, &sorted, own, oracles);
    claims.extend(batch::left(leaves, reduced));
    for claim in claims {
        channel.claim_eval(claim)?;
    }
    Ok(())
}

//! The verifier of the last batch.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::super::settle::{BATCH, Coefficients, Inputs, Settled};
use crate::lookup::selectors::powers;
use crate::lookup::{SELECTORS, SelectorClaim};
use sumcheck::{Field, Value, VerifierChannel, VerifyError, batch};

/// Verifies.
pub(super) fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    inputs: Inputs<'_, F, Value>,
) -> Result<SelectorClaim<F, Value>, VerifyError> {
    let (layout, memory) = (inputs.layout, inputs.memory);
    let coefficients = Coefficients::sample(layout, memory, || channel.sample("lookup/settle"));
    let degree = coefficients.degree();
    channel.risk(
        &["lookup/settle"],
        "leaves, operands, and entries of the tables",
        degree,
    );
    let (relations, factors) = coefficients.relations(layout, &inputs.points());
    let [reads, operands, entries] = relations;
    let weighted = |weights: &[F], values: &[Value]| -> Vec<(F, Value)> {
        weights
            .iter()
            .copied()
            .zip(values.iter().copied())
            .collect()
    };
    let (constant, weights) = coefficients.reads();
    let read_claim = channel.linear(constant, &weighted(weights, &inputs.accesses.leaves));
    let terms = [
        (F::one(), inputs.claim.left),
        (coefficients.omega, inputs.claim.right),
    ];
    let operand_claim = channel.linear(F::zero(), &terms);
    let terms = coefficients.slots.iter().zip(&inputs.entries);
    let terms: Vec<(F, Value)> = terms.flat_map(|(w, e)| weighted(w, &e.values)).collect();
    let entry_claim = channel.linear(F::zero(), &terms);
    let relations = [
        (reads, read_claim),
        (operands, operand_claim),
        (entries, entry_claim),
    ];
    let reduced = batch::verify(channel, BATCH, relations)?;
    let settled = Settled::take(&factors, reduced);
    let delta = powers(channel.sample("lookup/selectors"), settled.selectors.len());
    channel.risk(&["lookup/selectors"], SELECTORS, delta.len() - 1);
    for claim in coefficients.columns(layout, memory, inputs.oracles, &settled) {
        channel.claim_eval(claim)?;
    }
    let value = channel.linear(F::zero(), &weighted(&delta, &settled.selectors));
    Ok(coefficients.claim(settled.point, &delta, value))
}

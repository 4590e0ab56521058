//! The verifier.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::RADIX;
use super::relation::{Indicator, VALUE, read};
use crate::digits::booleanity;
use crate::lookup::selectors::read_value;
use crate::lookup::{EXPOSED, LookupShape, LookupVerifier, ReadClaim, SelectorClaim};
use sumcheck::{Field, Oracle, Shape, Value, VerifierChannel, VerifyError, batch};

/// Receives the bits of reads.
pub(super) fn receive<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    shape: &LookupShape,
) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
    Ok(Box::new(Verifier {
        oracles: receive_bits(channel, shape.cycle_vars, shape.index_bits)?,
        shape: shape.clone(),
    }))
}

/// Receives the bits of indices.
pub(super) fn receive_bits<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    vars: usize,
    bits: usize,
) -> Result<Vec<Oracle>, VerifyError> {
    let radix = Some(RADIX);
    channel.oracles("lookup bits", &vec![Shape { vars, radix }; bits])
}

struct Verifier {
    shape: LookupShape,
    oracles: Vec<Oracle>,
}

impl<F: Field> LookupVerifier<F> for Verifier {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        claim: ReadClaim<F, Value>,
    ) -> Result<SelectorClaim<F, Value>, VerifyError> {
        let gamma: F = channel.sample("lookup/read");
        channel.risk(&["lookup/read"], EXPOSED, 2);
        let sum = read_value(channel, gamma, &claim);
        let (relation, factors) = read(self.shape.index_bits, &claim.point, VALUE);
        let [reduced] = batch::verify(channel, "execute", [(relation, sum)])?;
        let (at, value) = Indicator::take(reduced, factors);
        at.verify(channel, &self.oracles)?;
        Ok(at.selectors(&self.shape, gamma, value))
    }
}

impl<F: Field> Indicator<F, Value> {
    /// The batch `decompose`.
    pub(super) fn verify(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        oracles: &[Oracle],
    ) -> Result<(), VerifyError> {
        let at = booleanity::At::sample(self.cycle.vars(), || channel.sample("lookup/boolean"));
        channel.risk(
            &["lookup/boolean"],
            "all entries of the bits",
            at.degree(oracles.len()),
        );
        let zero = channel.constant(F::zero());
        let decompose = self.decompose(&at);
        let [indicator, boolean] = [&decompose.indicator, &decompose.boolean.relation];
        let relations = [(indicator.clone(), self.value), (boolean.clone(), zero)];
        let reduced = batch::verify(channel, "decompose", relations)?;
        for claim in decompose.claims(self, oracles, reduced) {
            channel.claim_eval(claim)?;
        }
        Ok(())
    }
}

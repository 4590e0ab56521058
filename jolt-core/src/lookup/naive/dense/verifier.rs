//! The verifier.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::super::relation::{Indicator, read};
use super::super::verifier::receive_bits;
use super::{Committed, TABLE};
use crate::lookup::dense::{DenseShape, DenseVerifier, Outputs, TableClaim, Term};
use sumcheck::{Field, Value, VerifierChannel, VerifyError, batch};

/// Receives the bits of indices.
pub(super) fn receive<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    shape: DenseShape,
) -> Result<Box<dyn DenseVerifier<F>>, VerifyError> {
    let oracles = receive_bits(channel, shape.cycle_vars, shape.index_bits)?;
    Ok(Box::new(Committed { shape, oracles }))
}

impl<F: Field> DenseVerifier<F> for Committed {
    fn index(&self) -> Vec<Term<F>> {
        self.terms()
    }

    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        outputs: &Outputs<F>,
    ) -> Result<TableClaim<F, Value>, VerifyError> {
        let (point, sum) = outputs.verify_at_random(channel, self.shape.cycle_vars)?;
        let (relation, factors) = read(self.shape.index_bits, &point, TABLE);
        let [reduced] = batch::verify(channel, "execute", [(relation, sum)])?;
        let (at, value) = Indicator::take(reduced, factors);
        at.verify(channel, &self.oracles)?;
        Ok(at.table(value))
    }
}

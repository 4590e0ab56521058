//! The verifier's part that arguments share.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::Outputs;
use crate::lookup::exactly;
use sumcheck::{Field, Point, Value, VerifierChannel, VerifyError};

impl<F: Field> Outputs<F> {
    /// The verifier's side of [`Self::prove_at_random`].
    ///
    /// # Errors
    /// What the channel finds wrong.
    pub fn verify_at_random(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        cycle_vars: usize,
    ) -> Result<(Point<F>, Value), VerifyError> {
        let point = Point::sampled(cycle_vars, || channel.sample("dense/point"));
        channel.risk(&["dense/point"], "outputs of all reads", cycle_vars);
        let [value] = exactly("dense value", &channel.recv("dense value", 1)?)?;
        channel.claim_eval(self.claim(&point, value))?;
        let padded = channel.linear(self.beyond(&point), &[(F::one(), value)]);
        Ok((point, padded))
    }
}

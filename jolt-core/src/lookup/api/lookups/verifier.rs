//! The verifier.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::{LookupError, Lookups};
use crate::lookup::LookupArgument;
use crate::lookup::dense::protocol;
use crate::lookup::standalone;
use sumcheck::{Field, VerifierChannel, VerifyError};

impl<F: Field> Lookups<F> {
    /// Verifies them.
    ///
    /// # Errors
    /// Why the proof is rejected.
    pub fn verify(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        argument: &dyn LookupArgument<F>,
    ) -> Result<(), VerifyError> {
        match self {
            Lookups::Tables(instance) => {
                standalone::verify(channel, argument, &instance.shape, &instance.selection)
            }
            Lookups::Dense {
                public,
                reads,
                vars,
                ..
            } => {
                let not_allowed = |e: LookupError| VerifyError::NotAllowed {
                    cause: e.to_string(),
                };
                let public = public
                    .as_ref()
                    .ok_or(LookupError::NoKey)
                    .map_err(not_allowed)?;
                let dense = self.dense(argument).map_err(not_allowed)?;
                protocol::verify(channel, dense, public, *vars, reads.index.len()).map(|_| ())
            }
        }
    }
}

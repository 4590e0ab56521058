//! The prover.

use super::{LookupError, Lookups};
use crate::lookup::LookupArgument;
use crate::lookup::dense::protocol;
use crate::lookup::standalone;
use sumcheck::{ProverChannel, ProverField};

impl<F: ProverField> Lookups<F> {
    /// Proves them.
    ///
    /// # Errors
    /// The argument does not serve them, or the verifier has nothing of the table yet.
    pub fn prove(
        &self,
        channel: &mut dyn ProverChannel<F>,
        argument: &dyn LookupArgument<F>,
    ) -> Result<(), LookupError> {
        self.supported_by(argument)?;
        match self {
            Lookups::Tables(instance) => {
                let reads = instance.reads.clone();
                standalone::prove(channel, argument, &instance.shape, reads);
            }
            Lookups::Dense {
                table,
                public,
                reads,
                vars,
            } => {
                let public = public.as_ref().ok_or(LookupError::NoKey)?;
                let (dense, tables) = (self.dense(argument)?, (table, public));
                let _ = protocol::prove(channel, dense, tables, *vars, reads.clone());
            }
        }
        Ok(())
    }
}

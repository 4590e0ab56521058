//! The prover.

use super::{LookupError, Lookups};
use crate::lookup::ProveLookup;
use crate::lookup::dense::protocol;
use crate::lookup::standalone;
use sumcheck::{ProverChannel, ProverField};

impl<F: ProverField> Lookups<F> {
    /// Commits the columns of the table, if that is how the verifier has it.
    ///
    /// # Errors
    /// What the scheme says.
    pub fn commit_table(
        &mut self,
        key: &dyn commitments::ProvingKey<F>,
    ) -> Result<(), LookupError> {
        if let Lookups::Dense { table, public, .. } = self {
            *public = Some(table.public(|poly| key.commit(poly))?);
        }
        Ok(())
    }

    /// Proves them.
    ///
    /// # Errors
    /// The argument does not serve them, or the verifier has nothing of the table yet.
    pub fn prove(
        &self,
        channel: &mut dyn ProverChannel<F>,
        argument: &dyn ProveLookup<F>,
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
                let dense = argument.dense_prover();
                let dense = dense.ok_or_else(|| self.no_dense_path(argument))?;
                let tables = (table, public);
                let _ = protocol::prove(channel, dense, tables, *vars, reads.clone());
            }
        }
        Ok(())
    }
}

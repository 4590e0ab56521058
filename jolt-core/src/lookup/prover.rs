//! What proves lookups.

use super::dense::ProveDense;
use super::{Left, LookupArgument, LookupShape, ReadClaim, Reads, SelectorClaim};
use std::sync::Arc;
use sumcheck::{Field, Instance, Label, ProverChannel, RoundProver, batch};

/// A lookup argument with its prover.
pub trait ProveLookup<F: Field>: LookupArgument<F> {
    /// The prover of what [`LookupArgument::dense`] verifies.
    fn dense_prover(&self) -> Option<&dyn ProveDense<F>> {
        None
    }

    /// Commits what the argument needs, before any challenge is drawn: the other side of
    /// [`LookupArgument::receive`].
    ///
    /// # Panics
    /// If the shape is not supported.
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Box<dyn LookupProver<F>>;
}

/// A prover that has committed.
pub trait LookupProver<F: Field>: Send {
    /// Proves the claims.
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        claim: ReadClaim<F, F>,
    ) -> SelectorClaim<F, F>;

    /// The same, in company: the other side of [`LookupVerifier::reduce_beside`](super::LookupVerifier::reduce_beside).
    fn reduce_beside<'a>(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        claim: ReadClaim<F, F>,
        (batch, others): (Label, Vec<Instance<'a, F>>),
    ) -> Left<F, F, Box<dyn RoundProver<F>>> {
        let others = match others.is_empty() {
            true => Vec::new(),
            false => batch::prove_all(channel, batch, others),
        };
        Left {
            selectors: self.reduce(channel, claim),
            others,
            late: Vec::new(),
        }
    }
}

//! The verifier of the argument.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::read_checking::{self, Relations};
use super::{claims, value_evaluation};
use crate::machine::Run;
use crate::memory::{Claims, MemoryVerifier};
use crate::step::{Oracles, Step};
use sumcheck::{Field, Note, Reduced, Relation, Value, VerifierChannel, VerifyError};

/// A verifier, and the relations that it began with.
pub(super) struct Verifier<F> {
    pub(super) relations: Option<Relations<F>>,
}

impl<F: Field> MemoryVerifier<F> for Verifier<F> {
    fn begin(
        &mut self,
        channel: &mut dyn VerifierChannel<F>,
        run: &Run<'_>,
        step: &mut Step<F, Value>,
    ) -> Result<Vec<(Relation<F>, Value)>, VerifyError> {
        let (relations, batch) = read_checking::begin_verifying(channel, run, step);
        self.relations = Some(relations);
        Ok(batch)
    }

    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        run: &Run<'_>,
        oracles: &Oracles,
        step: &mut Step<F, Value>,
        begun: Vec<Reduced<F, Value>>,
    ) -> Result<Claims<F, Value>, VerifyError> {
        let Some(relations) = self.relations else {
            unreachable!("it began");
        };
        let (read, values) = relations.leave(begun);
        channel.note(Note::Phase("recall"));
        let left = (&read, values);
        let written = value_evaluation::verify(channel, run, left, (oracles, step))?;
        Ok(claims(run, read, written))
    }
}

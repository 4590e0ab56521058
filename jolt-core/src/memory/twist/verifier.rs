//! The verifier of the argument.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::{Twist, claims, read_checking, value_evaluation};
use crate::machine::Run;
use crate::memory::{Claims, MemoryVerifier};
use crate::step::{Oracles, Step};
use sumcheck::{Field, Note, Value, VerifierChannel, VerifyError};

impl<F: Field> MemoryVerifier<F> for Twist {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        run: &Run<'_>,
        oracles: &Oracles,
        step: &mut Step<F, Value>,
    ) -> Result<Claims<F, Value>, VerifyError> {
        channel.note(Note::Phase("remember"));
        let (read, values) = read_checking::verify(channel, run, step)?;
        channel.note(Note::Phase("recall"));
        let written = value_evaluation::verify(channel, run, (&read, values), oracles)?;
        Ok(claims(read, written))
    }
}

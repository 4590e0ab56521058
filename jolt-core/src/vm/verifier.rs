//! The verifier of the machine.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::arguments::{Arguments, lookup_shape};
use super::{commit, constrain, fetch};
use crate::machine::Run;
use sumcheck::{Field, Note, VerifierChannel, VerifyError};

/// Verifies a run. The channel has absorbed the statement; the caller finishes it.
///
/// # Errors
/// The first check that fails, or a proof that ends early.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    arguments: &Arguments<'_, F>,
    run: &Run<'_>,
) -> Result<(), VerifyError> {
    let shape = lookup_shape(run.machine, run.cycle_vars);
    channel.note(Note::Phase("commit"));
    let oracles = commit::verify(channel, run)?;
    let memory = arguments.memory.receive(channel, run)?;
    let lookup = arguments.lookup.receive(channel, &shape)?;
    channel.note(Note::Phase("constrain"));
    let mut step = constrain::verify(channel, run, &oracles)?;
    channel.note(Note::Phase("execute"));
    let claim = constrain::read_claim(&mut step);
    let selectors = lookup.reduce(channel, claim)?;
    let memory = memory.reduce(channel, run, &oracles, &mut step)?;
    channel.note(Note::Phase("fetch"));
    let inputs = fetch::Claims {
        step,
        selectors,
        memory,
    };
    fetch::verify(channel, run, &oracles, inputs)
}

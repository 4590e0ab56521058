//! The verifier of the machine.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::arguments::{Arguments, BESIDE, lookup_shape};
use super::carry::Withholding;
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
    let mut own = Withholding::over(channel, run.cycle_vars);
    let channel: &mut dyn VerifierChannel<F> = &mut own;
    channel.note(Note::Phase("commit"));
    let oracles = commit::verify(channel, run, arguments.program)?;
    let mut memory = arguments.memory.receive(channel, run)?;
    let lookup = arguments.lookup.receive(channel, &shape)?;
    channel.note(Note::Phase("constrain"));
    let mut step = constrain::verify(channel, run, &oracles)?;
    channel.note(Note::Phase("execute"));
    let claim = constrain::read_claim(&mut step);
    let beside = (BESIDE, memory.begin(channel, run, &mut step)?);
    let left = lookup.reduce_beside(channel, claim, beside)?;
    let memory = memory.reduce(channel, run, &oracles, &mut step, left.others)?;
    channel.note(Note::Phase("fetch"));
    let (channel, carried) = own.0.into_claims();
    let inputs = fetch::Claims {
        step,
        selectors: left.selectors,
        memory,
        carried,
    };
    fetch::verify(channel, run, &oracles, inputs, left.late)
}

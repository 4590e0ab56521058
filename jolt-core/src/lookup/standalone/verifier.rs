//! The verifier.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::{OUT, Selection, claim_out};
use crate::lookup::{LookupArgument, LookupShape, ReadClaim, exactly};
use sumcheck::{Field, Note, Oracle, Point, Shape, VerifierChannel, VerifyError};

/// Verifies what the reads return. Check: `lookup/selectors`, and those of the argument.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    argument: &dyn LookupArgument<F>,
    shape: &LookupShape,
    selection: &Selection,
) -> Result<(), VerifyError> {
    verify_out(channel, argument, shape, selection).map(|_| ())
}

/// The same, and the oracle of what the reads return, so that more can be claimed of it.
///
/// # Errors
/// As [`verify`].
pub fn verify_out<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    argument: &dyn LookupArgument<F>,
    shape: &LookupShape,
    selection: &Selection,
) -> Result<Oracle, VerifyError> {
    selection.fits(shape)?;
    channel.note(Note::Phase("commit"));
    let verifier = argument.receive(channel, shape)?;
    let column = Shape {
        vars: shape.cycle_vars,
        radix: None,
    };
    let oracles = channel.oracles(OUT, &[column])?;
    let point = Point::sampled(shape.cycle_vars, || channel.sample("lookup/point"));
    channel.risk(&["lookup/point"], "outputs of all reads", shape.cycle_vars);
    let values = channel.recv("lookup claims", 3)?;
    let [oracle] = exactly(OUT, &oracles)?;
    let [out, left, right] = exactly("lookup claims", &values)?;
    let claim = ReadClaim {
        point: point.clone(),
        out,
        left,
        right,
    };
    channel.note(Note::Phase("execute"));
    let selectors = verifier.reduce(channel, claim)?;
    let expected = selection.evaluate(&selectors);
    let difference = channel.linear(-expected, &[(F::one(), selectors.value)]);
    channel.assert_zero("lookup/selectors", difference)?;
    channel.claim_eval(claim_out(oracle, &point, out))?;
    Ok(oracle)
}

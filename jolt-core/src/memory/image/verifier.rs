//! The verifier's side.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::LABEL;
use crate::machine::{Run, evaluate_cells};
use crate::step::Oracles;
use sumcheck::{Field, Point, Value, VerifierChannel, VerifyError};

/// RAM before the first cycle, at an address point.
///
/// # Errors
/// A proof that ends early.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    oracles: &Oracles,
    cell: &Point<F>,
) -> Result<Value, VerifyError> {
    let input = evaluate_cells(&run.input, cell);
    let Some(program) = oracles.image() else {
        return Ok(channel.constant(input + evaluate_cells(&run.machine.image, cell)));
    };
    let received = channel.recv(LABEL, 1)?;
    let [image] = received.as_slice() else {
        return Err(VerifyError::Malformed {
            label: LABEL.to_owned(),
            cause: "a value is missing".to_owned(),
        });
    };
    channel.claim_eval(program.image_claim(cell, *image))?;
    Ok(channel.linear(input, &[(F::one(), *image)]))
}

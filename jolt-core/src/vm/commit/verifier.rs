//! The verifier of phase `commit`.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use crate::machine::Run;
use crate::preprocessed::Preprocessed;
use crate::step::Oracles;
use sumcheck::{Field, Shape, VerifierChannel, VerifyError};

/// Receives the machine's commitments, and takes in those of the program that the key has.
///
/// # Errors
/// A proof that ends early.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    program: Option<&Preprocessed<F>>,
) -> Result<Oracles, VerifyError> {
    let rows = run.machine.bytecode_radices();
    let digit = |radix: usize| Shape {
        vars: run.cycle_vars,
        radix: Some(radix),
    };
    let dense = Shape {
        vars: run.cycle_vars,
        radix: None,
    };
    let shapes: Vec<Shape> = rows
        .iter()
        .copied()
        .chain(run.machine.ram_radices())
        .chain([run.machine.bytecode.word().bytes()])
        .map(digit)
        .chain([dense, dense])
        .collect();
    let all = channel.oracles("machine", &shapes)?;
    let program = program
        .map(|program| program.receive(channel))
        .transpose()?;
    Oracles::from_committed(&all, rows.len(), program).ok_or_else(|| VerifyError::Malformed {
        label: "machine".to_owned(),
        cause: "commitments are missing".to_owned(),
    })
}

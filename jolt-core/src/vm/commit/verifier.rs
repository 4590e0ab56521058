//! The verifier of phase `commit`.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use crate::machine::Run;
use crate::step::Oracles;
use sumcheck::{Field, Shape, VerifierChannel, VerifyError};

/// Receives the machine's commitments.
///
/// # Errors
/// A proof that ends early.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
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
    Oracles::from_committed(&all, rows.len()).ok_or_else(|| VerifyError::Malformed {
        label: "machine".to_owned(),
        cause: "commitments are missing".to_owned(),
    })
}

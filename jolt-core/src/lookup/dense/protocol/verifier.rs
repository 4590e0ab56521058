//! The verifier.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::super::{DenseArgument, DenseShape, Outputs, PublicTable, TableClaim, padding};
use super::{Columns, OUT, on_oracles};
use crate::lookup::selectors::powers;
use sumcheck::{Field, Note, Oracle, Shape, Value, VerifierChannel, VerifyError};

/// Verifies what reads return. Checks: `dense/table`, where the verifier evaluates the table, `padding/index`,
/// where there are more rows than reads, and those of the argument.
///
/// # Errors
/// Why the proof is rejected; a size that is not supported, or more reads than rows.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    argument: &dyn DenseArgument<F>,
    table: &PublicTable<F>,
    cycle_vars: usize,
    reads: usize,
) -> Result<Columns<F>, VerifyError> {
    let shape = DenseShape {
        cycle_vars,
        index_bits: table.index_bits(),
    };
    argument.supports(shape)?;
    if reads > 1 << cycle_vars {
        let cause = format!("{reads} reads in 2^{cycle_vars} rows");
        return Err(VerifyError::NotAllowed { cause });
    }
    channel.note(Note::Phase("commit"));
    let mut fixed = Vec::new();
    for known in table.commitments().unwrap_or_default() {
        fixed.push(channel.fixed("dense table", known)?);
    }
    let verifier = argument.receive(channel, shape)?;
    let column = Shape {
        vars: cycle_vars,
        radix: None,
    };
    // Each by itself: statements name its commitment, and a scheme may have one for a whole batch.
    let mut outputs = Vec::with_capacity(table.first().len());
    for _ in table.first() {
        outputs.extend(channel.oracles(OUT, &[column])?);
    }
    let columns = Columns {
        outputs,
        index: verifier.index(),
    };
    let gamma: F = channel.sample("dense/columns");
    let weights = powers(gamma, table.first().len());
    channel.risk(
        &["dense/columns"],
        "columns of the table",
        weights.len().saturating_sub(1),
    );
    let first = table.first().iter().zip(&weights);
    let outputs = Outputs {
        oracles: columns.outputs.clone(),
        first: first.map(|(x, w)| w.mul_u64(*x)).sum(),
        weights,
        reads,
    };
    channel.note(Note::Phase("execute"));
    let claim = verifier.reduce(channel, &outputs)?;
    settle(channel, table, (&fixed, &outputs.weights), claim)?;
    padding::verify(channel, cycle_vars, reads, columns.index.clone())?;
    Ok(columns)
}

/// The claim on the table: evaluated, or handed to the opening.
fn settle<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    table: &PublicTable<F>,
    (fixed, weights): (&[Oracle], &[F]),
    claim: TableClaim<F, Value>,
) -> Result<(), VerifyError> {
    let Some(values) = table.evaluate(&claim.point) else {
        return channel.claim_eval(on_oracles(fixed, weights, claim));
    };
    let value: F = values.iter().zip(weights).map(|(x, w)| *x * w).sum();
    let terms = [(F::one(), claim.value)];
    let difference = channel.linear(-(claim.factor * value), &terms);
    channel.assert_zero("dense/table", difference)
}

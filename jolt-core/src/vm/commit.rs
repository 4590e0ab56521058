//! Phase `commit`: the machine's own oracles, before any challenge.
//!
//! Transcript: bytecode row digits, RAM cell digits, byte offset, register and cell increments.
//! Cost: one group addition per pair of digits that are not both zero, four to five per full-width
//! increment.

use crate::digits::Packed;
use crate::machine::Run;
use crate::step::Oracles;
use crate::witness::Witness;
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::{Field, ProverChannel, Shape, Shared, VerifierChannel, VerifyError};

/// What the prover keeps of the commitment phase.
pub struct Committed {
    /// The oracles.
    pub oracles: Oracles,
    /// All digits, in order of commitment.
    pub digits: Vec<Arc<Packed>>,
}

/// Commits the machine's columns.
pub fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    run: &Run<'_>,
    witness: &Witness,
) -> Committed {
    let vars = run.cycle_vars;
    let rows = run.machine.bytecode_radices();
    let cells = run.machine.ram_radices();
    let digits = |indices: &[u32], radices: &[usize]| -> Vec<Arc<Packed>> {
        let columns = radices.par_iter().enumerate();
        let pack = |(i, radix): (usize, &usize)| {
            let digit = |j: usize| (indices[j] >> (4 * i) & 15) as u8;
            Arc::new(Packed::of(vars, *radix, indices.len(), digit))
        };
        columns.map(pack).collect()
    };
    let bytes = run.machine.bytecode.word.bytes();
    let offset = Packed::of(vars, bytes, witness.offset.len(), |j| witness.offset[j]);
    let mut packed = digits(&witness.row, &rows);
    packed.extend(digits(&witness.address, &cells));
    packed.push(Arc::new(offset));
    let mut columns: Vec<Shared> = packed.iter().cloned().map(Shared::Digits).collect();
    columns.push(Shared::Signed(vars, witness.rd_inc.clone()));
    columns.push(Shared::Signed(vars, witness.cell_inc.clone()));
    let all = channel.commit_shared("machine", columns);
    let oracles = Oracles::from_committed(&all, rows.len()).expect("one oracle per polynomial");
    Committed {
        oracles,
        digits: packed,
    }
}

/// Receives the machine's commitments.
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
        .chain([run.machine.bytecode.word.bytes()])
        .map(digit)
        .chain([dense, dense])
        .collect();
    let all = channel.oracles("machine", &shapes)?;
    Oracles::from_committed(&all, rows.len()).ok_or_else(|| VerifyError::Malformed {
        label: "machine".to_owned(),
        cause: "commitments are missing".to_owned(),
    })
}

//! Phase `commit`: the machine's own oracles, before any challenge.
//!
//! Transcript: bytecode row digits, RAM cell digits, byte offset, register and cell increments.
//! Cost: one group addition per pair of digits that are not both zero, four to five per full-width
//! increment.

use super::Run;
use crate::digits::Packed;
use crate::witness::Witness;
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::{
    EvalClaim, Field, Oracle, Point, ProverChannel, Shape, Shared, VerifierChannel, VerifyError,
    Weights,
};

/// The machine's oracles.
#[derive(Clone, Debug)]
pub struct Oracles {
    /// Digits of the bytecode row, least significant first.
    pub row: Vec<Oracle>,
    /// Digits of the RAM cell, least significant first.
    pub address: Vec<Oracle>,
    /// Byte offset in the cell.
    pub offset: Oracle,
    /// Register increments.
    pub rd_inc: Oracle,
    /// RAM increments.
    pub cell_inc: Oracle,
}

/// What the prover keeps of the commitment phase.
pub struct Committed {
    /// The oracles.
    pub oracles: Oracles,
    /// All digits, in order of commitment.
    pub digits: Vec<Arc<Packed>>,
}

fn oracles(all: &[Oracle], rows: usize) -> Option<Oracles> {
    let (row, rest) = all.split_at_checked(rows)?;
    let [address @ .., offset, rd_inc, cell_inc] = rest else {
        return None;
    };
    Some(Oracles {
        row: row.to_vec(),
        address: address.to_vec(),
        offset: *offset,
        rd_inc: *rd_inc,
        cell_inc: *cell_inc,
    })
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
    let oracles = oracles(&all, rows.len()).expect("one oracle per polynomial");
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
    oracles(&all, rows.len()).ok_or_else(|| VerifyError::Malformed {
        label: "machine".to_owned(),
        cause: "commitments are missing".to_owned(),
    })
}

impl Oracles {
    /// A claim on a dense oracle.
    pub fn dense<F: Field, V>(oracle: Oracle, point: &Point<F>, value: V) -> EvalClaim<F, V> {
        EvalClaim {
            terms: vec![(oracle, Weights::One, F::one())],
            point: point.clone(),
            value,
        }
    }

    /// A claim on a digit with weights per digit value.
    pub fn digit<F: Field, V>(
        oracle: Oracle,
        weights: Vec<F>,
        point: &Point<F>,
        value: V,
    ) -> EvalClaim<F, V> {
        EvalClaim {
            terms: vec![(oracle, Weights::Digit(weights), F::one())],
            point: point.clone(),
            value,
        }
    }

    /// A claim on the cell index `Σ_i 16^i · digit_i`.
    pub fn cell_index<F: Field, V>(
        &self,
        radices: &[usize],
        point: &Point<F>,
        value: V,
    ) -> EvalClaim<F, V> {
        let terms = self
            .address
            .iter()
            .zip(radices)
            .enumerate()
            .map(|(i, (oracle, radix))| {
                let values = (0..*radix as u64).map(F::from).collect();
                (*oracle, Weights::Digit(values), F::from(1u128 << (4 * i)))
            })
            .collect();
        EvalClaim {
            terms,
            point: point.clone(),
            value,
        }
    }
}

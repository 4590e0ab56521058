//! Reads of a dense table over any channel.
//!
//! Sizes, the table and the number of reads are part of the statement: the caller binds them to the channel,
//! for example by [`statement`].

#![allow(
    clippy::indexing_slicing,
    reason = "indices were compared with the length of the table"
)]

#[cfg(feature = "prover")]
mod prover;
mod verifier;

use super::{DenseTable, PublicTable, TableClaim, Term};
#[cfg(feature = "prover")]
pub use prover::{Committed, commit, prove};
use std::sync::Arc;
use sumcheck::{EvalClaim, Field, Label, Oracle, Weights};
pub use verifier::verify;

/// Under which the columns that reads return are committed.
pub const OUT: Label = "dense out";

/// Reads of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DenseReads {
    pub index: Arc<Vec<u32>>,
    /// What they return, column by column.
    pub outputs: Vec<Vec<u64>>,
}

/// An index that a table does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read {read} is at index {index}, and table {table} has {entries} entries")]
pub struct OutOfRange {
    /// Number of the read.
    pub read: usize,
    pub index: u64,
    pub table: String,
    pub entries: usize,
}

impl DenseReads {
    /// Reads at these indices.
    ///
    /// # Errors
    /// An index that the table does not have.
    pub fn new<F: Field>(table: &DenseTable<F>, indices: &[u64]) -> Result<Self, OutOfRange> {
        let beyond = |index: &u64| *index >= table.entries() as u64;
        if let Some(read) = indices.iter().position(beyond) {
            return Err(OutOfRange {
                read,
                index: indices[read],
                table: table.name().to_owned(),
                entries: table.entries(),
            });
        }
        let column = |column: &Arc<Vec<u64>>| -> Vec<u64> {
            indices.iter().map(|k| column[*k as usize]).collect()
        };
        Ok(DenseReads {
            index: Arc::new(indices.iter().map(|k| *k as u32).collect()),
            outputs: table.columns().iter().map(column).collect(),
        })
    }
}

/// What the channel has to be bound to before anything else.
pub fn statement<F: Field>(table: &PublicTable<F>, cycle_vars: usize, reads: usize) -> Vec<u8> {
    let mut bytes = table.statement();
    for x in [cycle_vars, reads] {
        bytes.extend((x as u64).to_le_bytes());
    }
    bytes
}

/// What a caller may claim more of.
#[derive(Clone, Debug)]
pub struct Columns<F> {
    /// Oracles of the output columns.
    pub outputs: Vec<Oracle>,
    /// The index column, a linear functional of committed columns.
    pub index: Vec<Term<F>>,
}

fn on_oracles<F: Field, V>(
    fixed: &[Oracle],
    weights: &[F],
    claim: TableClaim<F, V>,
) -> EvalClaim<F, V> {
    let columns = fixed.iter().zip(weights);
    let term = |(oracle, weight): (&Oracle, &F)| (*oracle, Weights::One, claim.factor * weight);
    EvalClaim {
        terms: columns.map(term).collect(),
        point: claim.point,
        value: claim.value,
    }
}

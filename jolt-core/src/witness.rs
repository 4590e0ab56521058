//! The execution as columns, one entry per real cycle. Nothing here is widened to field elements.

use crate::lookup::{Exposed, Reads};
use std::sync::Arc;

/// Columns of an execution. All have the same length, the number of real cycles.
#[derive(Clone, Debug, Default)]
pub struct Witness {
    /// Bytecode row.
    pub row: Arc<Vec<u32>>,
    /// Value of register `rs1`.
    pub rs1: Arc<Vec<u64>>,
    /// Value of register `rs2`.
    pub rs2: Arc<Vec<u64>>,
    /// Value of register `rd` before the cycle; 0 if nothing is written.
    pub rd_old: Arc<Vec<u64>>,
    /// What the cycle adds to register `rd`.
    pub rd_inc: Arc<Vec<i128>>,
    /// Accessed RAM cell; 0 if there is no access.
    pub address: Arc<Vec<u32>>,
    /// Byte offset in the cell.
    pub offset: Arc<Vec<u8>>,
    /// Value of the cell before the cycle.
    pub cell: Arc<Vec<u64>>,
    /// What the cycle adds to the cell.
    pub cell_inc: Arc<Vec<i128>>,
    /// Left lookup operand.
    pub left: Arc<Vec<u64>>,
    /// Right lookup operand, or the whole index of a one-operand lookup.
    pub right: Arc<Vec<u128>>,
    /// Lookup output.
    pub out: Arc<Vec<u64>>,
    /// The lookups.
    pub reads: Arc<Reads>,
}

impl Witness {
    /// Number of real cycles.
    pub fn cycles(&self) -> usize {
        self.row.len()
    }

    /// Rows of the next cycles; row 0 after the last.
    pub fn next_row(&self) -> Vec<u32> {
        self.row
            .iter()
            .skip(1)
            .copied()
            .chain([0])
            .take(self.row.len())
            .collect()
    }

    /// Number of reads that expose operands, for statistics.
    pub fn lookups(&self) -> usize {
        self.reads
            .operands
            .iter()
            .filter(|o| **o != Exposed::Nothing)
            .count()
    }
}

//! The execution as columns, one entry per real cycle. Nothing here is widened to field elements.

use crate::lookup::{Exposed, Reads};
use crate::vm::{Machine, Run};
use instruction_tables::Operands;
use std::sync::Arc;
use tracer::{Block, Cycle, Trace};

/// Columns of an execution. All have the same length, the number of real cycles.
#[derive(Clone, Debug, Default)]
pub struct Witness {
    /// Non-zero registers before the first cycle; a faithful machine has none.
    pub registers: Vec<(u32, u64)>,
    /// Non-zero cells before the first cycle: what the statement and the program put there.
    pub memory: Vec<(u32, u64)>,
    /// Bytecode row.
    pub row: Arc<Vec<u32>>,
    /// Bytecode row of the next cycle; row 0 after the last.
    pub next_row: Arc<Vec<u32>>,
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
    /// The columns of a trace, block by block: what has become columns is freed.
    pub fn of(run: &Run<'_>, trace: Trace) -> Self {
        let cycles = trace.blocks.iter().map(Block::len).sum();
        let mut columns = Columns::with_capacity(cycles);
        for block in trace.blocks {
            for at in 0..block.len() {
                columns.push(run.machine, &block.cycle(at));
            }
        }
        columns.share(run.initial.clone())
    }

    /// The columns of a sequence of cycles, the last of which halts.
    pub fn from_cycles(run: &Run<'_>, cycles: impl Iterator<Item = Cycle>) -> Self {
        let mut columns = Columns::with_capacity(cycles.size_hint().0);
        for cycle in cycles {
            columns.push(run.machine, &cycle);
        }
        columns.share(run.initial.clone())
    }

    /// Lets go of the columns that nothing but the step constraints reads: values and operands.
    pub fn forget_values(&mut self) {
        for column in [
            &mut self.rs1,
            &mut self.rs2,
            &mut self.rd_old,
            &mut self.cell,
            &mut self.left,
            &mut self.out,
        ] {
            *column = Arc::default();
        }
        self.right = Arc::default();
        self.next_row = Arc::default();
    }

    /// Number of real cycles.
    pub fn cycles(&self) -> usize {
        self.row.len()
    }
}

/// A witness being written.
struct Columns {
    row: Vec<u32>,
    rs1: Vec<u64>,
    rs2: Vec<u64>,
    rd_old: Vec<u64>,
    rd_inc: Vec<i128>,
    address: Vec<u32>,
    offset: Vec<u8>,
    cell: Vec<u64>,
    cell_inc: Vec<i128>,
    left: Vec<u64>,
    right: Vec<u128>,
    out: Vec<u64>,
    reads: Reads,
}

impl Columns {
    fn with_capacity(cycles: usize) -> Self {
        Columns {
            row: Vec::with_capacity(cycles),
            rs1: Vec::with_capacity(cycles),
            rs2: Vec::with_capacity(cycles),
            rd_old: Vec::with_capacity(cycles),
            rd_inc: Vec::with_capacity(cycles),
            address: Vec::with_capacity(cycles),
            offset: Vec::with_capacity(cycles),
            cell: Vec::with_capacity(cycles),
            cell_inc: Vec::with_capacity(cycles),
            left: Vec::with_capacity(cycles),
            right: Vec::with_capacity(cycles),
            out: Vec::with_capacity(cycles),
            reads: Reads {
                index: Vec::with_capacity(cycles),
                table: Vec::with_capacity(cycles),
                operands: Vec::with_capacity(cycles),
            },
        }
    }

    fn push(&mut self, machine: &Machine, cycle: &Cycle) {
        let row = &machine.bytecode.rows[cycle.row as usize];
        let (left, right, exposed) = match row.operands {
            Operands::None => (0, 0, Exposed::Nothing),
            Operands::Pair(..) => {
                let (left, right) = instruction_tables::deinterleave(cycle.index);
                (left, u128::from(right), Exposed::Pair)
            }
            _ => (0, cycle.index, Exposed::Single),
        };
        let table = row.table.and_then(|table| machine.table_position(table));
        self.row.push(cycle.row);
        self.rs1.push(cycle.rs1);
        self.rs2.push(cycle.rs2);
        self.rd_old.push(cycle.rd_old);
        self.rd_inc
            .push(i128::from(cycle.rd_new) - i128::from(cycle.rd_old));
        self.address.push(cycle.cell);
        self.offset.push(cycle.offset);
        self.cell.push(cycle.cell_old);
        self.cell_inc
            .push(i128::from(cycle.cell_new) - i128::from(cycle.cell_old));
        self.left.push(left);
        self.right.push(right);
        self.out.push(cycle.out);
        self.reads.index.push(cycle.index);
        self.reads
            .table
            .push(table.map_or(Reads::NO_TABLE, |t| t as u8));
        self.reads.operands.push(exposed);
    }

    fn share(self, memory: Vec<(u32, u64)>) -> Witness {
        let mut next_row = Vec::with_capacity(self.row.len());
        next_row.extend_from_slice(self.row.get(1..).unwrap_or_default());
        next_row.resize(self.row.len(), 0);
        Witness {
            registers: Vec::new(),
            memory,
            next_row: next_row.into(),
            row: self.row.into(),
            rs1: self.rs1.into(),
            rs2: self.rs2.into(),
            rd_old: self.rd_old.into(),
            rd_inc: self.rd_inc.into(),
            address: self.address.into(),
            offset: self.offset.into(),
            cell: self.cell.into(),
            cell_inc: self.cell_inc.into(),
            left: self.left.into(),
            right: self.right.into(),
            out: self.out.into(),
            reads: Arc::new(self.reads),
        }
    }
}

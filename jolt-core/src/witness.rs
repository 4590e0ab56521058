//! The execution as columns, one entry per real cycle. Nothing here is widened to field elements.

use crate::lookup::{Exposed, Reads};
use crate::machine::{Machine, Run};
use instruction_tables::Operands;
use rayon::prelude::*;
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
    /// The columns of a trace, block by block on all threads: what has become columns is freed.
    pub fn of(run: &Run<'_>, trace: Trace) -> Self {
        let mut columns = Columns::new(trace.blocks.iter().map(Block::len).sum());
        let mut rest = columns.rows();
        let parts: Vec<(Block, Rows<'_>)> = trace
            .blocks
            .into_iter()
            .map(|block| {
                let own = rest.take(block.len());
                (block, own)
            })
            .collect();
        parts.into_par_iter().for_each(|(block, mut rows)| {
            for at in 0..block.len() {
                rows.write(at, run.machine, &block.cycle(at));
            }
        });
        columns.share(run.initial())
    }

    /// The columns of a sequence of cycles, the last of which halts.
    pub fn from_cycles(run: &Run<'_>, cycles: impl Iterator<Item = Cycle>) -> Self {
        let cycles: Vec<Cycle> = cycles.collect();
        let mut columns = Columns::new(cycles.len());
        let mut rows = columns.rows();
        for (at, cycle) in cycles.iter().enumerate() {
            rows.write(at, run.machine, cycle);
        }
        columns.share(run.initial())
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

/// Declares the columns of a witness, and their rows in parts that threads write.
macro_rules! columns {
    ($($name:ident: $kind:ty = $first:expr,)*) => {
        /// A witness being written.
        struct Columns {
            $($name: Vec<$kind>,)*
        }

        /// Some rows of all columns.
        struct Rows<'a> {
            $($name: &'a mut [$kind],)*
        }

        impl Columns {
            fn new(cycles: usize) -> Self {
                Columns {
                    $($name: vec![$first; cycles],)*
                }
            }

            /// All rows.
            fn rows(&mut self) -> Rows<'_> {
                Rows {
                    $($name: &mut self.$name,)*
                }
            }
        }

        impl<'a> Rows<'a> {
            /// Takes the first rows away.
            fn take(&mut self, rows: usize) -> Rows<'a> {
                $(
                    let ($name, rest) = std::mem::take(&mut self.$name).split_at_mut(rows);
                    self.$name = rest;
                )*
                Rows { $($name,)* }
            }
        }
    };
}

columns! {
    row: u32 = 0,
    rs1: u64 = 0,
    rs2: u64 = 0,
    rd_old: u64 = 0,
    rd_inc: i128 = 0,
    address: u32 = 0,
    offset: u8 = 0,
    cell: u64 = 0,
    cell_inc: i128 = 0,
    left: u64 = 0,
    right: u128 = 0,
    out: u64 = 0,
    index: u128 = 0,
    table: u8 = 0,
    operands: Exposed = Exposed::Nothing,
}

impl Rows<'_> {
    fn write(&mut self, at: usize, machine: &Machine, cycle: &Cycle) {
        let row = &machine.bytecode.rows()[cycle.row as usize];
        let (left, right, exposed) = match row.operands {
            Operands::None => (0, 0, Exposed::Nothing),
            Operands::Pair(..) => {
                let (left, right) = instruction_tables::deinterleave(cycle.index);
                (left, u128::from(right), Exposed::Pair)
            }
            _ => (0, cycle.index, Exposed::Single),
        };
        let table = row.table.and_then(|table| machine.table_position(table));
        self.row[at] = cycle.row;
        self.rs1[at] = cycle.rs1;
        self.rs2[at] = cycle.rs2;
        self.rd_old[at] = cycle.rd_old;
        self.rd_inc[at] = i128::from(cycle.rd_new) - i128::from(cycle.rd_old);
        self.address[at] = cycle.cell;
        self.offset[at] = cycle.offset;
        self.cell[at] = cycle.cell_old;
        self.cell_inc[at] = i128::from(cycle.cell_new) - i128::from(cycle.cell_old);
        self.left[at] = left;
        self.right[at] = right;
        self.out[at] = cycle.out;
        self.index[at] = cycle.index;
        self.table[at] = table.map_or(Reads::NO_TABLE, |t| t as u8);
        self.operands[at] = exposed;
    }
}

impl Columns {
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
            reads: Arc::new(Reads {
                index: self.index,
                table: self.table,
                operands: self.operands,
            }),
        }
    }
}

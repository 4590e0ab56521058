//! What a run leaves behind: the outcome, and the trace in column blocks.

use crate::profile::Profile;
use crate::status::ExitStatus;

/// What happened in one cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cycle {
    /// Bytecode row.
    pub row: u32,
    /// Value of register `rs1`.
    pub rs1: u64,
    /// Value of register `rs2`.
    pub rs2: u64,
    /// Value of register `rd` before.
    pub rd_old: u64,
    /// Value of register `rd` after.
    pub rd_new: u64,
    /// The RAM cell accessed, 0 if idle.
    pub cell: u32,
    /// Byte offset in the cell.
    pub offset: u8,
    /// Value of the cell before.
    pub cell_old: u64,
    /// Value of the cell after.
    pub cell_new: u64,
    /// Lookup index.
    pub index: u128,
    /// Lookup output.
    pub out: u64,
}

/// Cycles in a block.
pub const BLOCK: usize = 1 << 16;

/// Everything about a finished run but its cycles.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub status: ExitStatus,
    pub output: Vec<u8>,
    /// Rows executed. The halting row is padding and not counted.
    pub cycles: u64,
    /// Instructions executed.
    pub retired: u64,
    /// Address of the last instruction executed, the one that halted.
    pub pc: u64,
    /// What the program printed: the first 16 MiB.
    pub printed: String,
    /// Cycles by instruction.
    pub profile: Profile,
    /// Cells that were accessed (cell 0 always is), with their final values, by cell.
    pub touched: Vec<(u32, u64)>,
    /// Final values of the I/O block's cells.
    pub io: Vec<u64>,
}

/// State of the machine between two cycles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Cycles before it.
    pub cycle: u64,
    /// The row that the next cycle executes.
    pub row: u32,
    /// Registers, architectural and virtual.
    pub registers: [u64; instruction_tables::REGISTERS],
    /// Words of the private input read before it.
    pub tape: u64,
}

/// Up to [`BLOCK`] consecutive cycles, by column. All columns have one length.
#[derive(Clone, Debug)]
pub struct Block {
    /// The machine before the first cycle.
    pub start: Checkpoint,
    /// Bytecode row.
    pub rows: Vec<u32>,
    /// Value of register `rs1`.
    pub rs1: Vec<u64>,
    /// Value of register `rs2`.
    pub rs2: Vec<u64>,
    /// Value of register `rd` before.
    pub rd_old: Vec<u64>,
    /// Value of register `rd` after.
    pub rd_new: Vec<u64>,
    /// The RAM cell accessed, 0 if idle.
    pub cell: Vec<u32>,
    /// Byte offset in the cell.
    pub offset: Vec<u8>,
    /// Value of the cell before.
    pub cell_old: Vec<u64>,
    /// Value of the cell after.
    pub cell_new: Vec<u64>,
    /// Lookup index, `2W` bits.
    pub index: Vec<u128>,
    /// Lookup output.
    pub out: Vec<u64>,
}

impl Block {
    /// An empty block, with room for all its cycles.
    pub(crate) fn new(start: Checkpoint) -> Self {
        Block {
            start,
            rows: Vec::with_capacity(BLOCK),
            rs1: Vec::with_capacity(BLOCK),
            rs2: Vec::with_capacity(BLOCK),
            rd_old: Vec::with_capacity(BLOCK),
            rd_new: Vec::with_capacity(BLOCK),
            cell: Vec::with_capacity(BLOCK),
            offset: Vec::with_capacity(BLOCK),
            cell_old: Vec::with_capacity(BLOCK),
            cell_new: Vec::with_capacity(BLOCK),
            index: Vec::with_capacity(BLOCK),
            out: Vec::with_capacity(BLOCK),
        }
    }

    pub(crate) fn push(&mut self, cycle: &Cycle) {
        self.rows.push(cycle.row);
        self.rs1.push(cycle.rs1);
        self.rs2.push(cycle.rs2);
        self.rd_old.push(cycle.rd_old);
        self.rd_new.push(cycle.rd_new);
        self.cell.push(cycle.cell);
        self.offset.push(cycle.offset);
        self.cell_old.push(cycle.cell_old);
        self.cell_new.push(cycle.cell_new);
        self.index.push(cycle.index);
        self.out.push(cycle.out);
    }

    /// One cycle.
    ///
    /// # Panics
    /// If `at` is not below [`Block::len`].
    pub fn cycle(&self, at: usize) -> Cycle {
        Cycle {
            row: self.rows[at],
            rs1: self.rs1[at],
            rs2: self.rs2[at],
            rd_old: self.rd_old[at],
            rd_new: self.rd_new[at],
            cell: self.cell[at],
            offset: self.offset[at],
            cell_old: self.cell_old[at],
            cell_new: self.cell_new[at],
            index: self.index[at],
            out: self.out[at],
        }
    }

    /// Number of cycles.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no cycles.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// A finished run, cycle by cycle.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The cycles. All blocks but the last are full; only a run of no cycles has none.
    pub blocks: Vec<Block>,
    /// What came of it.
    pub outcome: Outcome,
}

/// Why there is no trace. A run that stops with one of these cannot be proved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The public input does not fit its area.
    #[error("the public input has {length} bytes, at most {capacity} fit")]
    InputTooLong {
        length: u64,
        /// The most.
        capacity: u64,
    },
    /// No instruction of this machine.
    #[error("illegal instruction at pc {pc:#x}: {what} is not supported (word {word:#010x})")]
    IllegalInstruction {
        pc: u64,
        /// What lies there.
        word: u32,
        /// What it would be.
        what: &'static str,
    },
    /// A trap, and no handler in `mtvec`.
    #[error("trap at pc {pc:#x}: {cause}, and mtvec is 0")]
    UnhandledTrap { pc: u64, cause: &'static str },
    /// A jump to where no code is.
    #[error("jump from pc {pc:#x} to {target:#x}, where there is no code")]
    JumpOutsideCode {
        /// The jump.
        pc: u64,
        target: u64,
    },
    /// A jump between instructions.
    #[error("jump from pc {pc:#x} to {target:#x}, which is no multiple of {alignment}")]
    JumpMisaligned {
        /// The jump.
        pc: u64,
        target: u64,
        /// Bytes.
        alignment: u64,
    },
    /// A jump to where the tracer found no instruction to start, in a Linux program.
    #[error(
        "jump from pc {pc:#x} to {target:#x}, which is inside of another instruction, or behind data among code of a \
         file without symbols"
    )]
    JumpInside {
        /// The jump.
        pc: u64,
        target: u64,
    },
    /// A load or store outside memory.
    #[error("access at pc {pc:#x}: address {address:#x} is outside memory")]
    OutsideMemory {
        /// The load or store.
        pc: u64,
        address: u64,
    },
    /// A load or store across a word boundary.
    #[error("atomic access at pc {pc:#x}: {address:#x} is no multiple of {size}")]
    Misaligned {
        /// The atomic.
        pc: u64,
        address: u64,
        /// Bytes.
        size: u64,
    },
    /// Code that the program has changed, where code and what it may write share cells (see
    /// [`Protection::exposed`](crate::Protection::exposed)). The machine executes the code as it was loaded, so
    /// that it is only right as long as it executes nothing else.
    #[error("the instruction at pc {pc:#x} was overwritten: changing code is not supported")]
    ChangedCode {
        /// The instruction.
        pc: u64,
    },
    /// A store into the I/O block where programs may only read.
    #[error(
        "store at pc {pc:#x} to {address:#x}: the public input and reserved cells are read-only"
    )]
    StoreToReadOnly {
        /// The store.
        pc: u64,
        address: u64,
    },
    /// A store into code.
    #[error("store at pc {pc:#x} to {address:#x}, which is code: changing code is not supported")]
    StoreToCode {
        /// The store.
        pc: u64,
        address: u64,
    },
    /// A load or store in the guard below the stack.
    #[error("access at pc {pc:#x}: {address:#x} lies in the guard below the stack, which is full")]
    StackGuard {
        /// The load or store.
        pc: u64,
        address: u64,
    },
    /// The tape is used up.
    #[error(
        "pc {pc:#x} reads word {word} of the private input, which has {words} (one is its length)"
    )]
    PrivateInputExhausted {
        /// The advice instruction.
        pc: u64,
        /// Position on the tape.
        word: u64,
        /// Words on the tape.
        words: u64,
    },
    /// A row's equations have no solution: an error in the instruction's expansion.
    #[error("row {row} ({name}) at pc {pc:#x}: {fault}")]
    Row {
        /// The instruction.
        pc: u64,
        row: u32,
        name: &'static str,
        /// What is wrong with it.
        fault: instruction_tables::RowFault,
    },
    /// Printing what is not in memory.
    #[error("print at pc {pc:#x}: {length} bytes at {address:#x} are not in memory")]
    PrintOutsideMemory {
        /// The print instruction.
        pc: u64,
        /// Start of the text.
        address: u64,
        length: u64,
    },
    /// The program claims more output than there is room for.
    #[error("the program declares {length} bytes of public output, at most {capacity} fit")]
    OutputTooLong {
        /// What it claims.
        length: u64,
        /// The most.
        capacity: u64,
    },
    /// Bytes in the output area that the declared length does not cover.
    #[error(
        "the public output's declared length is {length}, but byte {position} of its area is not zero"
    )]
    StrayOutput {
        /// What it claims.
        length: u64,
        /// A byte beyond.
        position: u64,
    },
    /// It ran too long.
    #[error(
        "no end after {cycles} cycles ({retired} instructions), at pc {pc:#x}: raise the cycle limit"
    )]
    CycleLimit {
        /// Cycles executed.
        cycles: u64,
        /// Instructions executed.
        retired: u64,
        /// The next instruction.
        pc: u64,
    },
}

impl TraceError {
    /// Address of the instruction to blame, if it is one.
    pub fn pc(&self) -> Option<u64> {
        match *self {
            TraceError::IllegalInstruction { pc, .. }
            | TraceError::UnhandledTrap { pc, .. }
            | TraceError::JumpOutsideCode { pc, .. }
            | TraceError::JumpMisaligned { pc, .. }
            | TraceError::JumpInside { pc, .. }
            | TraceError::OutsideMemory { pc, .. }
            | TraceError::Misaligned { pc, .. }
            | TraceError::ChangedCode { pc }
            | TraceError::StoreToReadOnly { pc, .. }
            | TraceError::StoreToCode { pc, .. }
            | TraceError::StackGuard { pc, .. }
            | TraceError::PrivateInputExhausted { pc, .. }
            | TraceError::Row { pc, .. }
            | TraceError::PrintOutsideMemory { pc, .. }
            | TraceError::CycleLimit { pc, .. } => Some(pc),
            TraceError::InputTooLong { .. }
            | TraceError::OutputTooLong { .. }
            | TraceError::StrayOutput { .. } => None,
        }
    }
}

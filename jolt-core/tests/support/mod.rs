//! A small machine whose every step a test can tamper with.
//!
//! [`simulate`] runs rows and lets a test change what a cycle reads or does; whatever follows runs on
//! the changed state. So a forgery breaks one relation and is consistent everywhere else.
#![allow(dead_code, clippy::unwrap_used)]

pub mod forge;
pub mod reads;
pub mod tables;

use instruction_tables::{Access, Inputs, Left, Operands, Right, Row, TableId, WordSize, Write};
use jolt_core::bytecode::Bytecode;
use jolt_core::machine::{FinalMemory, Machine, Run};
use jolt_core::witness::Witness;
use std::collections::BTreeMap;
use std::ops::Range;
use tracer::{CellSet, Cycle};

/// Cells of the test machine's memory.
pub const CELLS: usize = 64;
/// Cells that no store hits: among them cell 0, which idle cycles access.
pub const READ_ONLY: [Range<u32>; 2] = [0..1, 10..12];
/// Cells that no access hits.
pub const GUARD: Range<u32> = 40..44;
/// A real row that equals the halting row, at a multiple of 16.
pub const SECOND_HALT: u32 = 32;

/// Gives the test a pool of its own, of no thread but its own. Provers of forgeries have rows by the dozen, and handing
/// these to the common pool costs more than they do. Honest proofs are made on the common pool, as users make them.
pub fn one_thread() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    // A thread that has a pool of its own already keeps it.
    let _ = pool.use_current_thread().build();
}

/// Changes to one cycle.
pub type Tamper = Box<dyn Fn(usize, &mut Draft)>;

/// One cycle before it takes effect.
#[derive(Clone, Copy)]
pub struct Draft {
    pub cycle: Cycle,
    pub next_row: u32,
    /// Set by a tamper that changed what the row reads: the effect is computed again from it.
    pub again: bool,
}

pub fn row(at: u128) -> Row {
    Row {
        name: "test",
        label: at,
        succ: at + 1,
        ..Row::HALT
    }
}

pub fn link(at: u128, rd: u8, value: u64) -> Row {
    Row {
        rd,
        link: value,
        write: Write::Link,
        ..row(at)
    }
}

pub fn alu(
    at: u128,
    rd: u8,
    operands: Operands,
    rs1: u8,
    rs2: u8,
    imm: i128,
    table: TableId,
) -> Row {
    Row {
        rd,
        rs1,
        rs2,
        imm,
        operands,
        table: Some(table),
        write: Write::Lookup,
        ..row(at)
    }
}

/// Row numbers of [`program`], by what they do.
pub mod rows {
    pub const LINK: usize = 2;
    pub const SUM: usize = 3;
    pub const DIFFERENCE: usize = 4;
    pub const PRODUCT: usize = 5;
    pub const AND: usize = 6;
    pub const STORE: usize = 7;
    pub const LOAD: usize = 8;
    pub const LOAD_NARROW: usize = 9;
    pub const NARROW: usize = 10;
    pub const STORE_NARROW: usize = 11;
    pub const BRANCH: usize = 12;
    pub const SKIPPED: usize = 13;
    pub const ASSERT: usize = 14;
    pub const EXACT: usize = 15;
    pub const REWRITE: usize = 17;
    pub const COPY: usize = 18;
    pub const REPEAT: usize = 19;
}

/// Every kind of row once; row `i` has label `i`, and runs as cycle `i − 1` up to the branch.
pub fn program(word: WordSize) -> Vec<Row> {
    let (bits, bytes) = (word.bits(), word.bytes() as i128);
    let pair = Operands::Pair(Left::Rs1, Right::Value);
    let window = Operands::Pair(Left::Cell, Right::Window { size: 1 });
    let mut all = vec![
        Row::HALT,
        link(1, 5, 7),
        link(2, 6, 3),
        alu(3, 7, Operands::Sum, 5, 6, 0, TableId::TRUNC),
        alu(
            4,
            8,
            Operands::Difference,
            5,
            6,
            -(1 << bits),
            TableId::TRUNC,
        ),
        alu(
            5,
            9,
            Operands::Product,
            5,
            6,
            1 << (bits / 2),
            TableId::TRUNC,
        ),
        alu(6, 10, pair, 5, 6, 0, TableId::AND),
        Row {
            rs2: 9,
            imm: 5 * bytes,
            access: Access::Store,
            ..row(7)
        },
        Row {
            rd: 11,
            imm: 5 * bytes,
            access: Access::Load,
            write: Write::Cell,
            ..row(8)
        },
        Row {
            access: Access::LoadNarrow,
            ..alu(9, 12, window, 0, 0, 5 * bytes + 1, TableId::EXTRACT_ZX)
        },
        alu(10, 32, Operands::Sum, 7, 0, 0, TableId::TRUNC8),
        Row {
            rd: 0,
            rs2: 32,
            write: Write::None,
            access: Access::StoreNarrow,
            ..alu(11, 0, window, 0, 0, 5 * bytes + 2, TableId::EXTRACT_ZX)
        },
        // 3 < 7: to row 14
        Row {
            rd: 0,
            write: Write::None,
            succ: 13,
            delta: 1,
            ..alu(12, 0, pair, 6, 5, 0, TableId::LTU)
        },
        link(13, 13, 99),
        Row {
            asserts: true,
            ..alu(14, 14, pair, 6, 5, 0, TableId::LTU)
        },
        Row {
            exact: true,
            ..alu(15, 15, Operands::Product, 5, 6, 0, TableId::TRUNC)
        },
        // jumps to label out + 1 = 17
        Row {
            succ: 1,
            delta: 1,
            ..alu(16, 16, Operands::Sum, 0, 0, 17, TableId::TRUNC_EVEN)
        },
        // x7 again what it is
        link(17, 7, 10),
        alu(18, 17, Operands::Sum, 7, 0, 0, TableId::TRUNC),
        // what x17 holds already
        link(19, 18, 10),
        Row {
            rs2: 5,
            imm: bytes,
            access: Access::Store,
            succ: 0,
            ..row(20)
        },
    ];
    while all.len() < SECOND_HALT as usize {
        all.push(row(1000 + all.len() as u128));
    }
    all.push(Row::HALT);
    all.push(row(2000));
    all
}

/// The machine of some rows.
pub fn machine(word: WordSize, rows: Vec<Row>) -> Machine {
    Machine {
        bytecode: Bytecode::new(word, rows),
        cells: CELLS,
        image: vec![(5, 0x1122), (6, 0x3344)],
        entry: 1,
        read_only: CellSet::new(READ_ONLY),
        guard: CellSet::new([GUARD]),
    }
}

/// A run whose final block is cells 0 … 3, and whose status cell 8 stays 0.
pub fn run(machine: &Machine, contents: Vec<(u32, u64)>) -> Run<'_> {
    Run {
        machine,
        cycle_vars: 6,
        input: Vec::new(),
        finals: vec![
            FinalMemory {
                name: "output",
                block_vars: 2,
                first: 0,
                contents,
            },
            FinalMemory {
                name: "tohost",
                block_vars: 0,
                first: 8,
                contents: vec![(8, 0)],
            },
        ],
    }
}

/// Where a simulation starts.
pub struct Start {
    pub row: u32,
    pub registers: Vec<(u32, u64)>,
    pub memory: Vec<(u32, u64)>,
    /// Stops after this many cycles, halted or not.
    pub cycles: usize,
    /// Stays this long on [`SECOND_HALT`] after halting.
    pub linger: usize,
}

impl Start {
    pub fn honest(run: &Run<'_>) -> Self {
        Start {
            row: run.machine.entry as u32,
            registers: Vec::new(),
            memory: run.initial(),
            cycles: 60,
            linger: 0,
        }
    }
}

fn effect(draft: &mut Draft, word: WordSize, row: &Row, rows: &[Row]) {
    // A forger does not stop at an assertion.
    let lenient = Row {
        asserts: false,
        exact: false,
        ..row.clone()
    };
    let cycle = &mut draft.cycle;
    let inputs = Inputs {
        rs1: cycle.rs1,
        rs2: cycle.rs2,
        cell: cycle.cell_old,
        // A forger does not mind misalignment either.
        offset: if row.access.is_full() {
            0
        } else {
            cycle.offset
        },
        free: 0,
    };
    let done = lenient.execute(word, &inputs).unwrap();
    cycle.index = done.index;
    cycle.out = done.out;
    cycle.cell_new = done.cell_new;
    cycle.rd_new = done.rd_value.unwrap_or(cycle.rd_old);
    draft.next_row = match done.next_label {
        0 => 0,
        label => rows.iter().position(|r| r.label == label).unwrap() as u32,
    };
}

/// Runs the machine.
pub fn simulate(run: &Run<'_>, start: &Start, tamper: &dyn Fn(usize, &mut Draft)) -> Witness {
    let word = run.machine.bytecode.word();
    let bytes = word.bytes() as u64;
    let rows = run.machine.bytecode.rows().clone();
    let mut registers: BTreeMap<u32, u64> = start.registers.iter().copied().collect();
    let mut memory: BTreeMap<u32, u64> = start.memory.iter().copied().collect();
    let mut cycles = Vec::new();
    let mut next_rows = Vec::new();
    let mut at = start.row;
    let mut linger = start.linger;
    while cycles.len() < start.cycles {
        if at == 0 {
            if linger == 0 {
                break;
            }
            linger -= 1;
            at = SECOND_HALT;
            if let Some(last) = next_rows.last_mut() {
                *last = SECOND_HALT;
            }
        }
        let row = &rows[at as usize];
        let read = |r: u8| registers.get(&u32::from(r)).copied().unwrap_or(0);
        let (rs1, rs2) = (read(row.rs1), read(row.rs2));
        let address = match row.access.is_active() {
            true => row.address(rs1).unwrap(),
            false => 0,
        };
        let cell = (address / bytes) as u32;
        let mut draft = Draft {
            cycle: Cycle {
                row: at,
                rs1,
                rs2,
                rd_old: read(row.rd),
                rd_new: 0,
                cell,
                offset: (address % bytes) as u8,
                cell_old: memory.get(&cell).copied().unwrap_or(0),
                cell_new: 0,
                index: 0,
                out: 0,
            },
            next_row: 0,
            again: false,
        };
        effect(&mut draft, word, row, &rows);
        tamper(cycles.len(), &mut draft);
        if draft.again {
            effect(&mut draft, word, row, &rows);
        }
        // State moves by increments, which are what the prover commits.
        let add = |state: &mut BTreeMap<u32, u64>, at: u32, new: u64, old: u64| {
            let value = state.entry(at).or_default();
            *value = value.wrapping_add(new).wrapping_sub(old);
        };
        if row.rd != 0 {
            add(
                &mut registers,
                row.rd.into(),
                draft.cycle.rd_new,
                draft.cycle.rd_old,
            );
        }
        add(
            &mut memory,
            draft.cycle.cell,
            draft.cycle.cell_new,
            draft.cycle.cell_old,
        );
        cycles.push(draft.cycle);
        next_rows.push(draft.next_row);
        at = draft.next_row;
    }
    let mut witness = Witness::from_cycles(run, cycles.into_iter());
    witness.registers = start.registers.clone();
    witness.memory = start.memory.clone();
    witness.next_row = next_rows.into();
    witness
}

/// No tampering.
pub fn honest(_: usize, _: &mut Draft) {}

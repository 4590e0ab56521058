//! A machine of a dozen rows. A test can bend its cycles: what follows runs on the bent state, so that a lie is
//! consistent everywhere else.

#![allow(dead_code, clippy::unwrap_used)]

use instruction_tables::{Access, Inputs, Operands, Row, TableId, WordSize, Write};
use jolt_core::bytecode::Bytecode;
use jolt_core::machine::{FinalMemory, Machine, Run};
use jolt_core::witness::Witness;
use std::collections::BTreeMap;
use std::ops::Range;
use tracer::{CellSet, Cycle};

pub const WORD: WordSize = WordSize::W32;
/// Bytes of a cell.
pub const BYTES: i128 = 4;
/// Cells that no access hits.
pub const GUARD: Range<u32> = 40..44;

/// Row numbers of [`program`]. Row `i` has label `i`, and runs as cycle `i − 1` as far as the jump.
pub mod rows {
    pub const STORE: usize = 5;
    pub const KEEP: usize = 6;
    pub const LOAD: usize = 7;
    pub const SUM: usize = 8;
    pub const UNUSED: usize = 9;
    pub const AGAIN: usize = 10;
    pub const SKIPPED: usize = 12;
}

fn row(at: u128) -> Row {
    Row {
        name: "tiny",
        label: at,
        succ: at + 1,
        ..Row::HALT
    }
}

fn constant(at: u128, rd: u8, value: u64) -> Row {
    Row {
        rd,
        link: value,
        write: Write::Link,
        ..row(at)
    }
}

/// Cell 1 becomes 7 and is read back; cell 6 is written and never read, and so is x9.
pub fn program() -> Vec<Row> {
    vec![
        Row::HALT,
        constant(1, 5, 7),
        constant(2, 6, 3),
        constant(3, 10, 7),
        constant(4, 11, 3),
        Row {
            rs2: 5,
            imm: BYTES,
            access: Access::Store,
            ..row(5)
        },
        Row {
            rs2: 6,
            imm: 6 * BYTES,
            access: Access::Store,
            ..row(6)
        },
        Row {
            rd: 7,
            imm: BYTES,
            access: Access::Load,
            write: Write::Cell,
            ..row(7)
        },
        Row {
            rd: 8,
            rs1: 5,
            rs2: 6,
            operands: Operands::Sum,
            table: Some(TableId::TRUNC),
            write: Write::Lookup,
            ..row(8)
        },
        constant(9, 9, 99),
        // What x5 holds already.
        constant(10, 5, 7),
        // A jump over the next row.
        Row {
            succ: 13,
            ..row(11)
        },
        constant(12, 13, 99),
        Row { succ: 0, ..row(13) },
    ]
}

pub fn machine(rows: Vec<Row>) -> Machine {
    Machine {
        bytecode: Bytecode::new(WORD, rows),
        cells: 64,
        image: vec![(13, 7), (17, 7), (20, 7)],
        entry: 1,
        read_only: CellSet::new([0..1, 10..12]),
        guard: CellSet::new([GUARD]),
    }
}

/// A run whose output is cells 0 to 3, with 7 in cell 1, and whose status cell 8 stays 0.
pub fn run(machine: &Machine) -> Run<'_> {
    let block = |name, block_vars, first, contents| FinalMemory {
        name,
        block_vars,
        first,
        contents,
    };
    Run {
        machine,
        cycle_vars: 6,
        input: Vec::new(),
        finals: vec![
            block("output", 2, 0, vec![(1, 7)]),
            block("tohost", 0, 8, vec![]),
        ],
    }
}

/// One cycle before it takes effect.
pub struct Draft {
    pub cycle: Cycle,
    /// The row that follows.
    pub next: u32,
    /// Set by whoever bends what the cycle reads: its effect is computed again.
    pub again: bool,
}

fn effect(draft: &mut Draft, rows: &[Row]) {
    let cycle = &mut draft.cycle;
    let inputs = Inputs {
        rs1: cycle.rs1,
        rs2: cycle.rs2,
        cell: cycle.cell_old,
        ..Inputs::default()
    };
    let done = rows[cycle.row as usize].execute(WORD, &inputs).unwrap();
    cycle.index = done.index;
    cycle.out = done.out;
    cycle.cell_new = done.cell_new;
    cycle.rd_new = done.rd_value.unwrap_or(cycle.rd_old);
    draft.next = match done.next_label {
        0 => 0,
        label => rows.iter().position(|row| row.label == label).unwrap() as u32,
    };
}

/// Runs at most so many cycles, each of them bent.
pub fn simulate(run: &Run<'_>, cycles: usize, bend: &dyn Fn(&mut Draft)) -> Witness {
    let rows = &run.machine.bytecode.rows();
    let mut registers: BTreeMap<u8, u64> = BTreeMap::new();
    let mut memory: BTreeMap<u32, u64> = run.initial().into_iter().collect();
    let (mut all, mut following) = (Vec::new(), Vec::new());
    let mut at = run.machine.entry as u32;
    while at != 0 && all.len() < cycles {
        let row = &rows[at as usize];
        let read = |register: u8| registers.get(&register).copied().unwrap_or(0);
        let cell = match row.access.is_active() {
            true => (row.address(read(row.rs1)).unwrap() / BYTES as u64) as u32,
            false => 0,
        };
        let mut draft = Draft {
            cycle: Cycle {
                row: at,
                rs1: read(row.rs1),
                rs2: read(row.rs2),
                rd_old: read(row.rd),
                rd_new: 0,
                cell,
                offset: 0,
                cell_old: memory.get(&cell).copied().unwrap_or(0),
                cell_new: 0,
                index: 0,
                out: 0,
            },
            next: 0,
            again: false,
        };
        effect(&mut draft, rows);
        bend(&mut draft);
        if draft.again {
            effect(&mut draft, rows);
        }
        // State moves by increments: these are what is committed.
        let cycle = draft.cycle;
        if row.rd != 0 {
            let value = registers.entry(row.rd).or_default();
            *value = value.wrapping_add(cycle.rd_new).wrapping_sub(cycle.rd_old);
        }
        let value = memory.entry(cycle.cell).or_default();
        *value = value
            .wrapping_add(cycle.cell_new)
            .wrapping_sub(cycle.cell_old);
        all.push(cycle);
        following.push(draft.next);
        at = draft.next;
    }
    let mut witness = Witness::from_cycles(run, all.into_iter());
    witness.next_row = following.into();
    witness
}

/// An honest run.
pub fn honest(run: &Run<'_>) -> Witness {
    simulate(run, 60, &|_| ())
}

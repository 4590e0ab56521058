//! One cycle of a run.
//!
//! In JSON a cycle is an object of the fields of [`Step`], which are left out where the cycle has no such
//! thing. Words and addresses are hexadecimal strings, since they do not fit JSON's numbers.

use super::operation::operation;
use crate::source::place;
use instruction_tables::instructions::{Format, register_name};
use instruction_tables::tables::{self, Kind};
use instruction_tables::{Row, deinterleave};
use serde::{Serialize, Serializer};
use std::collections::HashMap;
use std::fmt;
use tracer::{Cycle, Inputs, Machine, Options, Program, TraceError};

/// A number, shown in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hex(pub u128);

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl From<u64> for Hex {
    fn from(value: u64) -> Self {
        Hex(value.into())
    }
}

/// A register that is read.
#[derive(Clone, Debug, Serialize)]
pub struct Read {
    /// Its name; `v0`, `v1` … for temporaries.
    pub register: String,
    pub value: Hex,
}

/// The register that is written.
#[derive(Clone, Debug, Serialize)]
pub struct Write {
    /// Its name.
    pub register: String,
    /// Its value before.
    pub old: Hex,
    /// Its value after.
    pub new: Hex,
}

/// The cell of memory that is accessed.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// Address of the cell, a word.
    pub address: Hex,
    /// The byte in it that the access starts at.
    pub byte: u8,
    /// Whether the access is a store.
    pub store: bool,
    /// The cell's value before.
    pub old: Hex,
    /// The cell's value after.
    pub new: Hex,
}

/// What is looked up.
#[derive(Clone, Debug, Serialize)]
pub struct Lookup {
    pub table: &'static str,
    pub index: Hex,
    /// The left operand, if the index is two interleaved operands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<Hex>,
    /// The right one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<Hex>,
    /// The table's entry.
    pub out: Hex,
}

/// One cycle.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Its number, from 0.
    pub cycle: u64,
    /// Address of the instruction that it belongs to.
    pub pc: Hex,
    /// The function that the instruction is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// Bytes from the start of that function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The instruction, disassembled.
    pub instruction: String,
    /// Number of the cycle within the instruction, from 0: cycles above 0 are virtual.
    pub step: u32,
    /// Number of the bytecode row.
    pub row: u32,
    /// What the row does.
    pub operation: String,
    /// The first source register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rs1: Option<Read>,
    /// The second source register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rs2: Option<Read>,
    /// The destination register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rd: Option<Write>,
    /// The access to memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Cell>,
    /// The lookup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lookup: Option<Lookup>,
}

/// What is shown of an instruction, whichever time it is executed.
#[derive(Clone)]
struct Shown {
    symbol: Option<String>,
    offset: Option<u64>,
    text: String,
}

/// A run, cycle by cycle.
pub struct Steps<'p> {
    program: &'p Program,
    machine: Machine<'p>,
    options: Options,
    cycle: u64,
    /// Cycles since the current instruction began.
    step: u32,
    /// By address. There are no more than the program has.
    shown: HashMap<u64, Shown>,
}

impl<'p> Steps<'p> {
    /// A run before its first cycle.
    ///
    /// # Errors
    /// As [`Machine::new`].
    pub fn new(
        program: &'p Program,
        inputs: &Inputs,
        options: Options,
    ) -> Result<Self, TraceError> {
        Ok(Steps {
            program,
            machine: Machine::new(program, inputs)?,
            options,
            cycle: 0,
            step: 0,
            shown: HashMap::new(),
        })
    }

    /// Cycles so far.
    pub fn cycle(&self) -> u64 {
        self.cycle
    }

    /// Executes a cycle, if there is one before `end`: its number within the instruction, and what
    /// happened.
    ///
    /// # Errors
    /// The program faults, or has run for too long.
    pub fn next_cycle(&mut self, end: u64) -> Result<Option<(u32, Cycle)>, TraceError> {
        if self.machine.halted() || self.cycle >= end {
            return Ok(None);
        }
        self.machine.check_limit(&self.options)?;
        let cycle = self.machine.cycle()?;
        self.step = match self.program.is_head(cycle.row) {
            true => 0,
            false => self.step + 1,
        };
        self.cycle += 1;
        Ok(Some((self.step, cycle)))
    }

    /// Executes all cycles before `start`, or as many as there are.
    ///
    /// # Errors
    /// As [`Self::next_cycle`].
    pub fn skip_to(&mut self, start: u64) -> Result<(), TraceError> {
        while self.next_cycle(start)?.is_some() {}
        Ok(())
    }

    /// Executes and describes a cycle, if there is one before `end`.
    ///
    /// # Errors
    /// As [`Self::next_cycle`].
    pub fn next_before(&mut self, end: u64) -> Result<Option<Step>, TraceError> {
        let (number, pc) = (self.cycle, self.machine.pc());
        let Some((step, cycle)) = self.next_cycle(end)? else {
            return Ok(None);
        };
        let program = self.program;
        let Shown {
            symbol,
            offset,
            text,
        } = self
            .shown
            .entry(pc)
            .or_insert_with(|| instruction(program, pc))
            .clone();
        let row = &program.rows()[cycle.row as usize];
        let read = |number: u8, value: u64| {
            (number != 0).then(|| Read {
                register: register_name(number).into_owned(),
                value: value.into(),
            })
        };
        Ok(Some(Step {
            cycle: number,
            pc: pc.into(),
            symbol,
            offset,
            instruction: text,
            step,
            row: cycle.row,
            operation: operation(row, program.layout()),
            rs1: read(row.rs1, cycle.rs1),
            rs2: read(row.rs2, cycle.rs2),
            rd: (row.rd != 0).then(|| Write {
                register: register_name(row.rd).into_owned(),
                old: cycle.rd_old.into(),
                new: cycle.rd_new.into(),
            }),
            memory: row.access.is_active().then(|| Cell {
                address: program.layout().address(cycle.cell).into(),
                byte: cycle.offset,
                store: row.access.is_store(),
                old: cycle.cell_old.into(),
                new: cycle.cell_new.into(),
            }),
            lookup: lookup(program, row, &cycle),
        }))
    }
}

/// What is shown of the instruction at an address.
fn instruction(program: &Program, pc: u64) -> Shown {
    let symbol = program.symbol(pc);
    let text = match program.instruction(pc) {
        Some(instruction) => {
            let jumps = matches!(instruction.record.format, Format::B | Format::J);
            let target = pc.wrapping_add_signed(instruction.imm) & program.word().mask();
            match place(program, target).filter(|_| jumps) {
                Some(place) => format!("{instruction} <{place}>"),
                None => instruction.to_string(),
            }
        }
        None => "?".to_owned(),
    };
    Shown {
        offset: symbol.as_ref().map(|(_, offset)| *offset),
        symbol: symbol.map(|(name, _)| name.into_owned()),
        text,
    }
}

fn lookup(program: &Program, row: &Row, cycle: &Cycle) -> Option<Lookup> {
    let table = tables::get(program.word(), row.table?)?;
    let operands = (table.kind() == Kind::Pair).then(|| deinterleave(cycle.index));
    Some(Lookup {
        table: table.name(),
        index: Hex(cycle.index),
        left: operands.map(|(left, _)| left.into()),
        right: operands.map(|(_, right)| right.into()),
        out: cycle.out.into(),
    })
}

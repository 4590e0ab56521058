//! A machine that knows no rows: it fetches from memory, decodes, and does what
//! [`Instruction::interpret`](instruction_tables::Instruction::interpret) says, byte by byte.

use crate::{ExitStatus, Inputs, Layout, Program};
use instruction_tables::Instruction;
use instruction_tables::instructions::persistent::Persistent;
use instruction_tables::instructions::{Reads, Semantics};
use std::collections::HashMap;

/// A machine in the middle of a run.
pub struct Reference<'p> {
    program: &'p Program,
    /// Address of the next instruction.
    pub pc: u64,
    /// The architectural registers.
    pub registers: [u64; 32],
    /// The reservation, and control and status registers.
    pub persistent: Persistent,
    /// Bytes that are not 0.
    memory: HashMap<u64, u8>,
    tape: std::vec::IntoIter<u64>,
    /// Instructions executed.
    pub retired: u64,
}

/// What a run ended with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// As reported in the status cell.
    pub status: ExitStatus,
    pub output: Vec<u8>,
}

impl<'p> Reference<'p> {
    /// A machine before the first instruction. Public input that is too long is cut off.
    pub fn new(program: &'p Program, inputs: &Inputs) -> Self {
        let layout = program.layout();
        let mut machine = Reference {
            program,
            pc: program.entry(),
            registers: [0; 32],
            persistent: Persistent::default(),
            memory: HashMap::new(),
            tape: inputs.tape(layout).into_iter(),
            retired: 0,
        };
        let input = inputs.cells(layout).unwrap_or_default();
        for &(cell, value) in program.image().iter().chain(&input) {
            machine.store(layout.address(cell), layout.word.bytes() as u8, value);
        }
        machine
    }

    /// The instruction to come, if there is one.
    pub fn instruction(&self) -> Option<Instruction> {
        let bytes = self.load(self.pc, 4) as u32;
        self.program.decoded(self.pc, &bytes.to_le_bytes())
    }

    /// Executes one instruction. `false` if there is none, or it is a jump to itself that writes nothing.
    pub fn step(&mut self) -> bool {
        let Some(i) = self.instruction() else {
            return false;
        };
        let word = self.program.word();
        let to_itself = matches!(i.record.semantics, Semantics::Jump) && i.rd == 0 && i.imm == 0;
        if to_itself && !self.program.is_served(self.pc) {
            return false;
        }
        let rs1 = self.registers[usize::from(i.rs1)];
        let input = match i.record.semantics {
            Semantics::PrivateInput => self.tape.next().unwrap_or(0),
            _ => 0,
        };
        let floats = self.program.float_kernel();
        let is_kernel = floats.is_some_and(|(kernel, _)| !kernel.is_program(self.pc));
        if is_kernel {
            self.persistent = self.persistent.swapped();
        }
        let reads = Reads {
            address: self.pc,
            rs1,
            rs2: self.registers[usize::from(i.rs2)],
            memory: self.load(i.effective_address(word, rs1), 8),
            input,
            persistent: self.persistent,
        };
        let mut outcome = i.interpret(word, &reads);
        let at = i.effective_address(word, rs1);
        if self.program.is_served(self.pc)
            && !self.layout().memory().contains(&at)
            && let Some(trap) = i.interpret_fault(word, &reads)
        {
            outcome = trap;
        }
        if let (Semantics::Float, Some((_, entry))) = (i.record.semantics, floats) {
            outcome = i.interpret_float(word, entry, &reads);
        }
        if let Some((address, size, value)) = outcome.store {
            self.store(address, size, value);
        }
        if let Some(value) = outcome.rd {
            self.registers[usize::from(i.rd)] = value;
        }
        self.persistent = match is_kernel {
            true => outcome.persistent.swapped(),
            false => outcome.persistent,
        };
        self.pc = outcome.next;
        self.retired += 1;
        true
    }

    /// Runs to the end, at most `steps` instructions; what came of it. [`None`] if that was not the end,
    /// or the output has no length that fits.
    pub fn run(mut self, steps: u64) -> Option<Ended> {
        while self.retired <= steps && self.step() {}
        if self.retired > steps || self.load(self.pc, 4) as u32 != super::asm::HALT {
            return None;
        }
        let layout = self.program.layout();
        let cell = |cell: u32| self.load(layout.address(cell), layout.word.bytes() as u8);
        let length = cell(layout.output_length_cell());
        let start = layout.address(layout.output_cells().start);
        if length > layout.output_capacity() {
            return None;
        }
        let output = (start..start + length).map(|at| self.byte(at)).collect();
        let status = self.program.report(cell);
        Some(Ended {
            status: self.program.exit_status(status),
            output,
        })
    }

    /// The memory map of the program.
    pub fn layout(&self) -> &Layout {
        self.program.layout()
    }

    /// The byte at an address.
    pub fn byte(&self, address: u64) -> u8 {
        self.memory.get(&address).copied().unwrap_or(0)
    }

    fn load(&self, address: u64, size: u8) -> u64 {
        let bytes = (0..u64::from(size)).rev();
        bytes.fold(0, |value, k| {
            value << 8 | u64::from(self.byte(address.wrapping_add(k)))
        })
    }

    fn store(&mut self, address: u64, size: u8, value: u64) {
        for k in 0..u64::from(size) {
            self.memory
                .insert(address.wrapping_add(k), (value >> (8 * k)) as u8);
        }
    }
}

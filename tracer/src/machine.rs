//! The machine: executes bytecode rows, one per cycle.
//!
//! What a row does is [`Row::execute`]'s business; the machine supplies registers, memory, the private input
//! and the next row, and turns what cannot be proved into errors.

use crate::inputs::Inputs;
use crate::memory::Memory;
use crate::profile::{Count, Profile};
use crate::program::Program;
use crate::trace::{BLOCK, Block, Checkpoint, Cycle, Outcome, Trace, TraceError};
use instruction_tables::{Access, Hint, Operands, REGISTERS, Right, Row, RowFault, TableId};

/// Bytes of printed text that are kept; the rest is dropped. A few instructions can print all of memory.
const PRINT_CAPACITY: usize = 16 << 20;

/// Limits of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Most cycles before the run is given up.
    pub max_cycles: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            max_cycles: 1 << 24,
        }
    }
}

/// A machine in the middle of a run.
#[derive(Clone, Debug)]
pub struct Machine<'p> {
    program: &'p Program,
    registers: [u64; REGISTERS],
    memory: Memory,
    tape: Vec<u64>,
    read: usize,
    /// The next row; 0 once halted.
    row: u32,
    /// Address of the instruction that it belongs to.
    pc: u64,
    /// Address of the instruction that halted; 0 before.
    last_pc: u64,
    counts: Vec<u64>,
    cycle: u64,
    retired: u64,
    printed: Vec<u8>,
    /// Whether bytes of code, which may be data among code, have been changed.
    code_changed: bool,
}

/// Runs a program without recording its cycles.
///
/// # Errors
/// [`TraceError`] says why the run cannot be proved.
pub fn run(program: &Program, inputs: &Inputs, options: &Options) -> Result<Outcome, TraceError> {
    let mut machine = Machine::new(program, inputs)?;
    while !machine.halted() {
        machine.check_limit(options)?;
        machine.cycle()?;
    }
    machine.outcome()
}

/// Runs a program and records every cycle.
///
/// # Errors
/// [`TraceError`] says why the run cannot be proved.
pub fn trace(program: &Program, inputs: &Inputs, options: &Options) -> Result<Trace, TraceError> {
    let mut machine = Machine::new(program, inputs)?;
    let mut blocks = Vec::new();
    while !machine.halted() {
        let mut block = Block::new(machine.checkpoint());
        while block.len() < BLOCK && !machine.halted() {
            machine.check_limit(options)?;
            block.push(&machine.cycle()?);
        }
        blocks.push(block);
    }
    Ok(Trace {
        blocks,
        outcome: machine.outcome()?,
    })
}

impl<'p> Machine<'p> {
    /// A machine before the first cycle.
    ///
    /// # Errors
    /// [`TraceError::InputTooLong`].
    pub fn new(program: &'p Program, inputs: &Inputs) -> Result<Self, TraceError> {
        let layout = program.layout();
        let mut memory = Memory::new(layout.cells());
        for &(cell, value) in program.image().iter().chain(&inputs.cells(layout)?) {
            memory.poke(cell, value);
        }
        // Idle cycles read it; it is never anything but 0.
        memory.touch(0);
        let mut machine = Machine {
            program,
            registers: [0; REGISTERS],
            memory,
            tape: inputs.tape(layout),
            read: 0,
            row: 0,
            pc: 0,
            last_pc: 0,
            counts: vec![0; program.rows().len()],
            cycle: 0,
            retired: 0,
            printed: Vec::new(),
            code_changed: false,
        };
        machine.go(program.head(program.entry()).unwrap_or(0));
        Ok(machine)
    }

    /// Makes a row the next one: of several heads at one address, the one that applies.
    #[inline]
    fn go(&mut self, row: u32) {
        self.row = row;
        if !self.program.is_head(row) {
            return;
        }
        if row == 0 && self.pc != 0 {
            self.last_pc = self.pc;
        }
        self.pc = self.program.address(row);
        if let Some((other, start)) = self.program.outside(row) {
            let layout = self.program.layout();
            let distance = self.registers[usize::from(start.rs1)].wrapping_add(start.imm as u64);
            if distance & layout.word.mask() >= layout.cells() * layout.cell_size() {
                self.row = other;
                return;
            }
        }
        if let Some((other, access)) = self.program.crossing(row) {
            let bytes = self.program.layout().cell_size();
            let position =
                i128::from(self.registers[usize::from(access.rs1)]).wrapping_add(access.imm);
            // The array of cells starts at an address that is a multiple of a cell. Outside of it, it does
            // not matter which head does not apply.
            let offset = position as u64 & (bytes - 1);
            if position >= 0 && offset + access_size(access, bytes) > bytes {
                self.row = other;
            }
        }
    }

    /// Whether the machine has reached row 0, which it never leaves.
    pub fn halted(&self) -> bool {
        self.row == 0
    }

    /// Address of the instruction that the next cycle belongs to; 0 once halted.
    pub fn pc(&self) -> u64 {
        self.pc
    }

    /// The registers, architectural and virtual.
    pub fn registers(&self) -> &[u64; REGISTERS] {
        &self.registers
    }

    /// Value of a cell; 0 outside memory.
    pub fn peek(&self, cell: u32) -> u64 {
        self.memory.peek(cell)
    }

    /// The state that the next cycle starts from.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            cycle: self.cycle,
            row: self.row,
            registers: self.registers,
            tape: self.read as u64,
        }
    }

    /// Executes one instruction: cycles until the next one begins. Nothing happens once halted.
    ///
    /// # Errors
    /// [`TraceError`] says why the run cannot be proved; the machine must not be used any more.
    pub fn step(&mut self) -> Result<(), TraceError> {
        while !self.halted() {
            self.cycle()?;
            if self.program.is_head(self.row) {
                break;
            }
        }
        Ok(())
    }

    /// Executes one row. Once halted, that is the halting row, which counts as a cycle like any other.
    ///
    /// # Errors
    /// [`TraceError`] says why the run cannot be proved; the machine must not be used any more.
    #[inline]
    pub fn cycle(&mut self) -> Result<Cycle, TraceError> {
        let program = self.program;
        let word = program.word();
        if self.code_changed && program.is_head(self.row) {
            self.check_unchanged()?;
        }
        let row = &program.rows()[self.row as usize];
        let (rs1, rs2) = (
            self.registers[usize::from(row.rs1)],
            self.registers[usize::from(row.rs2)],
        );
        let (cell, offset) = match row.access {
            Access::Idle => (0, 0),
            _ => self.place(row, rs1)?,
        };
        let cell_old = if row.access == Access::Idle {
            0
        } else {
            *self.memory.touch(cell)
        };
        let free = match row.hint {
            Hint::None => 0,
            _ => self.hint(row, rs1, rs2)?,
        };
        let inputs = instruction_tables::Inputs {
            rs1,
            rs2,
            cell: cell_old,
            offset,
            free,
        };
        let effect = row
            .execute(word, &inputs)
            .map_err(|fault| self.row_fault(row, fault))?;
        let rd = usize::from(row.rd);
        let rd_old = self.registers[rd];
        let rd_new = effect.rd_value.unwrap_or(rd_old);
        self.registers[rd] = rd_new;
        if row.access.is_store() {
            *self.memory.touch(cell) = effect.cell_new;
            if effect.cell_new != cell_old {
                self.code_changed |= program.exposes(cell);
            }
        }
        let cycle = Cycle {
            row: self.row,
            rs1,
            rs2,
            rd_old,
            rd_new,
            cell,
            offset,
            cell_old,
            cell_new: effect.cell_new,
            index: effect.index,
            out: effect.out,
        };
        let next = self.find(effect.next_label)?;
        self.counts[self.row as usize] += 1;
        self.cycle += 1;
        self.retired += u64::from(program.is_head(self.row));
        self.go(next);
        Ok(cycle)
    }

    /// Checks that the machine may run on.
    ///
    /// # Errors
    /// [`TraceError::CycleLimit`] if it has run for as many cycles as it may.
    pub fn check_limit(&self, options: &Options) -> Result<(), TraceError> {
        match self.cycle < options.max_cycles {
            true => Ok(()),
            false => Err(TraceError::CycleLimit {
                cycles: self.cycle,
                retired: self.retired,
                pc: self.pc(),
            }),
        }
    }

    /// The cell and the byte offset that a row accesses.
    #[inline]
    fn place(&self, row: &Row, rs1: u64) -> Result<(u32, u8), TraceError> {
        let layout = self.program.layout();
        let cell_size = layout.cell_size();
        let position = i128::from(rs1) + row.imm;
        let pc = self.program.blamed(self.pc, &self.registers);
        let address = (position + i128::from(layout.io_base)) as u64 & layout.word.mask();
        if position < 0 || position >= i128::from(layout.cells() * cell_size) {
            return Err(TraceError::OutsideMemory { pc, address });
        }
        let (cell, offset) = (
            (position as u64 / cell_size) as u32,
            position as u64 % cell_size,
        );
        let size = access_size(row, cell_size);
        if offset + size > cell_size {
            return Err(TraceError::Misaligned { pc, address, size });
        }
        let protection = self.program.protection();
        if protection.guard.contains(cell) {
            return Err(TraceError::StackGuard { pc, address });
        }
        if row.access.is_store() && protection.read_only.contains(cell) {
            return Err(match cell < layout.io_cells() {
                true => TraceError::StoreToReadOnly { pc, address },
                false => TraceError::StoreToCode { pc, address },
            });
        }
        Ok((cell, offset as u8))
    }

    /// Checks that the next instruction is still what was loaded.
    #[cold]
    fn check_unchanged(&self) -> Result<(), TraceError> {
        let pc = self.pc();
        let loaded = self.program.word_at(pc).to_le_bytes();
        let length = if loaded[0] & 3 == 3 { 4 } else { 2 };
        let same = (pc..)
            .zip(loaded)
            .take(length)
            .all(|(at, byte)| self.byte(at) == byte);
        match same || self.halted() {
            true => Ok(()),
            false => Err(TraceError::ChangedCode { pc }),
        }
    }

    /// The row with a label, which the current row leads to.
    #[inline]
    fn find(&self, label: u128) -> Result<u32, TraceError> {
        let rows = self.program.rows();
        let following = self.row as usize + 1;
        if rows.get(following).is_some_and(|row| row.label == label) {
            return Ok(following as u32);
        }
        let Some(address) = label.checked_sub(1) else {
            return Ok(0);
        };
        if address > u128::from(self.program.word().mask()) {
            return Ok(self.program.inner(label));
        }
        let target = address as u64;
        self.program
            .head(target)
            .ok_or_else(|| self.no_instruction(target))
    }

    /// Why there is no instruction at an address.
    #[cold]
    fn no_instruction(&self, target: u64) -> TraceError {
        let pc = self.program.blamed(self.pc, &self.registers);
        if let Some((bits, at)) = self.program.refused(target, &self.registers) {
            return TraceError::IllegalInstruction {
                pc: at,
                word: bits,
                what: "floating point with a rounding mode that does not exist",
            };
        }
        let trap = match self.program.rows()[self.row as usize].name {
            "ecall" => Some("an environment call"),
            "ebreak" => Some("a breakpoint"),
            "illegal" => Some("an illegal instruction"),
            name if name.starts_with("csrr") => {
                Some("an access to a control and status register that this machine does not have")
            }
            _ => None,
        };
        if let Some(cause) = trap.filter(|_| target == 0) {
            return TraceError::UnhandledTrap { pc, cause };
        }
        if !self.program.is_code(target) {
            return TraceError::JumpOutsideCode { pc, target };
        }
        let alignment = self.program.alignment();
        if !target.is_multiple_of(alignment) {
            return TraceError::JumpMisaligned {
                pc,
                target,
                alignment,
            };
        }
        let layout = self.program.layout();
        if layout.is_linux()
            && self
                .program
                .decoded(target, &self.program.word_at(target).to_le_bytes())
                .is_some()
        {
            return TraceError::JumpInside { pc, target };
        }
        let word = self.program.word_at(target);
        TraceError::IllegalInstruction {
            pc: target,
            word,
            what: crate::decode::describe(word),
        }
    }

    #[cold]
    fn row_fault(&self, row: &Row, fault: RowFault) -> TraceError {
        // This assertion is that the address of an atomic has no low bits.
        if let RowFault::AssertionFailed { table, .. } = fault
            && table == TableId::DISJOINT
            && let Some(head) = self.program.head(self.pc)
        {
            let head = &self.program.rows()[head as usize];
            return TraceError::Misaligned {
                pc: self.pc,
                address: self.registers[usize::from(head.rs1)],
                size: head.imm as u64 + 1,
            };
        }
        TraceError::Row {
            pc: self.pc(),
            row: self.row,
            name: row.name,
            fault,
        }
    }

    /// Does for a row what only a host can; the free index that comes of it.
    fn hint(&mut self, row: &Row, rs1: u64, rs2: u64) -> Result<u128, TraceError> {
        match row.hint {
            Hint::PrivateInput => {
                let next = self.tape.get(self.read).copied();
                let word = next.ok_or(TraceError::PrivateInputExhausted {
                    pc: self.pc(),
                    word: self.read as u64,
                    words: self.tape.len() as u64,
                })?;
                self.read += 1;
                Ok(word.into())
            }
            Hint::Print => self.print(rs1, rs2).map(|()| 0),
            hint => {
                let advice = hint.advice(self.program.word(), |number| {
                    self.registers[usize::from(number)]
                });
                Ok(advice.unwrap_or(0).into())
            }
        }
    }

    fn print(&mut self, address: u64, length: u64) -> Result<(), TraceError> {
        let memory = self.program.layout().memory();
        let end = address
            .checked_add(length)
            .filter(|&end| address >= memory.start && end <= memory.end);
        let Some(end) = end else {
            return Err(TraceError::PrintOutsideMemory {
                pc: self.pc(),
                address,
                length,
            });
        };
        let room = PRINT_CAPACITY - self.printed.len();
        for at in (address..end).take(room) {
            self.printed.push(self.byte(at));
        }
        Ok(())
    }

    /// The byte at an address; 0 outside memory.
    pub fn byte(&self, address: u64) -> u8 {
        let layout = self.program.layout();
        let value = layout
            .cell(address)
            .map_or(0, |cell| self.memory.peek(cell));
        (value >> (8 * (address % layout.cell_size()))) as u8
    }

    /// What came of a run, once halted.
    ///
    /// # Errors
    /// The public output is none that can be stated.
    pub fn outcome(self) -> Result<Outcome, TraceError> {
        let layout = self.program.layout();
        let output = self.output()?;
        let status = self
            .program
            .exit_status(self.program.report(|cell| self.memory.peek(cell)));
        Ok(Outcome {
            status,
            output,
            pc: self.last_pc,
            cycles: self.cycle,
            retired: self.retired,
            touched: self.memory.touched(),
            io: (0..layout.io_cells())
                .map(|cell| self.memory.peek(cell))
                .collect(),
            profile: self.profile(),
            printed: String::from_utf8_lossy(&self.printed).into_owned(),
        })
    }

    fn output(&self) -> Result<Vec<u8>, TraceError> {
        let layout = self.program.layout();
        let length = self.memory.peek(layout.output_length_cell());
        let capacity = layout.output_capacity();
        if length > capacity {
            return Err(TraceError::OutputTooLong { length, capacity });
        }
        let cells = layout.output_cells();
        let mut output: Vec<u8> = cells
            .flat_map(|cell| {
                self.memory
                    .peek(cell)
                    .to_le_bytes()
                    .into_iter()
                    .take(layout.word.bytes())
            })
            .collect();
        let rest = output.split_off(length as usize);
        match rest.iter().position(|&byte| byte != 0) {
            Some(at) => Err(TraceError::StrayOutput {
                length,
                position: length + at as u64,
            }),
            None => Ok(output),
        }
    }

    fn profile(&self) -> Profile {
        let mut profile = Profile {
            rows: self.counts.clone(),
            ..Profile::default()
        };
        for (number, row) in self.program.rows().iter().enumerate().skip(1) {
            let cycles = self.counts[number];
            if cycles != 0 {
                let retired = if self.program.is_head(number as u32) {
                    cycles
                } else {
                    0
                };
                *profile.instructions.entry(row.name).or_default() += Count { retired, cycles };
            }
        }
        profile
    }
}

/// Bytes that a load or store row accesses.
fn access_size(row: &Row, cell_size: u64) -> u64 {
    match row.operands {
        Operands::Pair(_, Right::Window { size }) => size.into(),
        _ => cell_size,
    }
}

//! How a program gets its rows: code is decoded, and instructions become rows.

use super::{Code, MAX_ROWS, Program, StatusCell};
use crate::elf::ElfError;
use crate::kernel::{Kernel, Serves};
use crate::sweep::Starts;
use instruction_tables::instructions::persistent::banked;
use instruction_tables::instructions::{AccessFault, FLOAT, Routine, Semantics, float, no_code};
use instruction_tables::{Instruction, Row};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// What a null pointer points to: no program with a kernel that serves all traps has anything there.
const NULL: Range<u64> = 0..2;

impl Program {
    /// Decodes code: ranges of addresses, and what the file holds of them.
    ///
    /// # Errors
    /// There is too much of it.
    pub(super) fn decode_all(&mut self, code: Vec<(Range<u64>, &[u8])>) -> Result<(), ElfError> {
        self.starts = self.starts(&code);
        self.trap_null();
        self.reserve(&code)?;
        for (range, bytes) in code {
            self.decode(range, bytes);
        }
        Ok(())
    }

    /// Makes room for all rows: of tables that grow as they are filled, two would be there at a time.
    fn reserve(&mut self, code: &[(Range<u64>, &[u8])]) -> Result<(), ElfError> {
        let word = self.layout.word;
        let (mut rows, mut routines) = (self.rows.len(), BTreeSet::new());
        let mut faults = BTreeSet::new();
        // How many rows there are does not depend on their labels.
        let label = self.inner_label(0);
        for (range, bytes) in code {
            for (address, bytes) in Self::places(self.alignment_at(range.start), range, bytes) {
                let found = self.decoded(address, bytes);
                let Some(instruction) = found.filter(|_| self.may_start(address)) else {
                    continue;
                };
                rows += self.expand(address, &instruction, label).len();
                if let Some(routine) = instruction.routine(word) {
                    let call = instruction.expand_crossing(word, address, label, label);
                    rows += call.len();
                    routines.insert(routine);
                }
                if let Some(fault) = self.access_fault(address, &instruction) {
                    rows += self.fault_call(address, &instruction, (label, label)).len();
                    faults.insert(fault);
                }
            }
            if rows > MAX_ROWS {
                return Err(ElfError::TooManyRows {
                    rows,
                    max: MAX_ROWS,
                });
            }
        }
        let shared = routines
            .iter()
            .map(|routine| routine.rows(word, label).len());
        let memory = self.layout.memory();
        let faults = faults
            .iter()
            .map(|fault| fault.rows(word, &memory, label).len());
        let more = rows + shared.sum::<usize>() + faults.sum::<usize>() - self.rows.len();
        Arc::make_mut(&mut self.rows).reserve_exact(more);
        self.addresses.reserve_exact(more);
        self.crossing.reserve_exact(more);
        if self.trap_kernel().is_some() {
            self.outside.reserve_exact(more);
        }
        self.code.reserve_exact(code.len());
        Ok(())
    }

    fn decode(&mut self, range: Range<u64>, bytes: &[u8]) {
        let alignment = self.alignment_at(range.start);
        let first = range.start.next_multiple_of(alignment);
        let places = Self::places(alignment, &range, bytes);
        let mut heads = Vec::with_capacity(places.len());
        heads.extend(places.map(|(address, bytes)| self.push_instruction(address, bytes)));
        self.code.push(Code {
            range,
            first,
            alignment,
            heads,
        });
    }

    /// What a jump to address 0 comes to, if there is a kernel to tell: no code is there, and programs call null pointers.
    fn trap_null(&mut self) {
        if self.trap_kernel().is_some() {
            // As if an instruction of two bytes was there.
            self.decode(NULL, &[0, 0]);
        }
    }

    /// What instructions' addresses are multiples of, in code with this address.
    fn alignment_at(&self, address: u64) -> u64 {
        let kernel = self.kernel.as_ref();
        let kernel = kernel.filter(|kernel| kernel.range.contains(&address));
        kernel.map_or(self.alignment, |kernel| kernel.alignment)
    }

    /// Where instructions are, if not wherever they could be.
    fn starts(&self, ranges: &[(Range<u64>, &[u8])]) -> Option<Starts> {
        let kernel = self.trap_kernel()?;
        let Serves::Traps { program_entry } = kernel.serves else {
            return None;
        };
        let served = ranges
            .iter()
            .filter(|(range, _)| kernel.is_program(range.start));
        // What the file does not hold is zero, and may be long.
        let held = served
            .map(|(range, bytes)| range.start..range.end.min(range.start + bytes.len() as u64));
        let functions = self.functions().iter();
        let functions = functions.map(|function| function.range.start);
        let instruction = |address: u64| {
            let after = ranges.partition_point(|(range, _)| range.end <= address);
            let (range, bytes) = ranges.get(after)?;
            let at = usize::try_from(address.checked_sub(range.start)?).ok()?;
            self.decoded(address, bytes.get(at..)?)
        };
        Some(Starts::of(
            held,
            functions.chain([program_entry]),
            instruction,
        ))
    }

    /// Whether an instruction may start at an address.
    fn may_start(&self, address: u64) -> bool {
        let starts = self.starts.as_ref().filter(|_| self.is_served(address));
        starts.is_none_or(|starts| NULL.contains(&address) || starts.contains(address))
    }

    /// The instruction that bytes begin with, at an address.
    pub(crate) fn decoded(&self, address: u64, bytes: &[u8]) -> Option<Instruction> {
        let word = self.layout.word;
        let half = u16::from_le_bytes(*bytes.first_chunk()?);
        if self.trap_kernel().is_some() && NULL.contains(&address) {
            return Some(no_code());
        }
        let (found, bits) = match half & 3 {
            3 => {
                let bits = u32::from_le_bytes(*bytes.first_chunk()?);
                (instruction_tables::decode(word, bits), bits)
            }
            _ if self.alignment_at(address) == 4 => return None,
            _ => (
                instruction_tables::decode_compressed(word, half),
                u32::from(half),
            ),
        };
        match &self.kernel {
            Some(_) if self.is_served(address) => Some(Kernel::unprivileged(found, bits)),
            Some(kernel) if kernel.is_program(address) => found.or_else(|| float(word, bits)),
            _ => found,
        }
    }

    /// Decodes what bytes begin with. The row it gets; 0 if it is no instruction.
    fn push_instruction(&mut self, address: u64, bytes: &[u8]) -> u32 {
        let size = self.layout.word;
        let found = self.decoded(address, bytes);
        let Some(instruction) = found.filter(|_| self.may_start(address)) else {
            return 0;
        };
        let routine = instruction.routine(size);
        let routine = routine.map(|routine| self.routine(routine));
        let fault = self.access_fault(address, &instruction);
        let fault = fault.map(|fault| self.fault(fault));
        let head = self.rows.len() as u32;
        let mut rows = self.expand(address, &instruction, self.inner_label(1));
        if self.ends(&instruction, address)
            && let Some(last) = rows.last_mut()
        {
            last.succ = 0;
        }
        // Only the kernel ends a run: what it serves goes on for ever in a jump to itself.
        if self.is_served(address)
            && let [only] = rows.as_mut_slice()
            && only.succ == 0
        {
            only.succ = only.label;
        }
        self.push(address, rows);
        if let Some(routine) = routine {
            let routine = self.rows[routine as usize].label;
            let first_inner_label = self.inner_label(1);
            self.crossing[head as usize] = self.rows.len() as u32;
            let call = instruction.expand_crossing(size, address, first_inner_label, routine);
            self.push(address, call);
        }
        if let Some(fault) = fault {
            let labels = (self.inner_label(1), self.rows[fault as usize].label);
            self.outside[head as usize] = self.rows.len() as u32;
            let call = self.fault_call(address, &instruction, labels);
            self.push(address, call);
        }
        head
    }

    /// The trap that an instruction at an address ends in outside of memory, if there is one.
    fn access_fault(&self, address: u64, instruction: &Instruction) -> Option<AccessFault> {
        instruction
            .access_fault()
            .filter(|_| self.is_served(address))
    }

    fn fault_call(&self, address: u64, i: &Instruction, labels: (u128, u128)) -> Vec<Row> {
        i.expand_fault(self.layout.word, address, self.layout.io_base, labels)
    }

    /// The rows of an instruction at an address.
    fn expand(&self, address: u64, i: &Instruction, first_inner_label: u128) -> Vec<Row> {
        let word = self.layout.word;
        let Some((kernel, entry)) = self.float_kernel() else {
            return i.expand(word, address, first_inner_label);
        };
        if *i.record == FLOAT {
            return i.expand_float(word, address, entry, first_inner_label);
        }
        let mut rows = i.expand(word, address, first_inner_label);
        if !kernel.is_program(address) {
            for row in &mut rows {
                (row.rd, row.rs1, row.rs2) = (banked(row.rd), banked(row.rs1), banked(row.rs2));
            }
        }
        rows
    }

    /// Whether a jump closes an endless loop in which a program has reported its end: with the symbol
    /// `tohost`, a jump back over a few instructions that only compute, load and store. Such programs
    /// report again and again, where others jump to themselves. The machine halts before the second time.
    fn ends(&self, jump: &Instruction, address: u64) -> bool {
        const FARTHEST: i64 = 64;
        let back = matches!(jump.record.semantics, Semantics::Jump) && jump.rd == 0;
        let near = (-FARTHEST..0).contains(&jump.imm);
        if !(back && near && matches!(self.status, StatusCell::Htif(_))) {
            return false;
        }
        let mut at = address.wrapping_add_signed(jump.imm);
        while at < address {
            let Some(body) = self.decoded(at, &self.word_at(at).to_le_bytes()) else {
                return false;
            };
            let straight = matches!(
                body.record.semantics,
                Semantics::Compute(_)
                    | Semantics::Constant(_)
                    | Semantics::Load { .. }
                    | Semantics::Store { .. }
            );
            if !straight {
                return false;
            }
            at += u64::from(body.length);
        }
        at == address
    }

    /// The label of a row that is no head and will be pushed after `others` more.
    fn inner_label(&self, others: usize) -> u128 {
        (1 << self.layout.word.bits()) + (self.rows.len() + others) as u128
    }

    fn push(&mut self, address: u64, rows: Vec<Row>) {
        for mut row in rows {
            if row.access.is_active() {
                row.imm -= i128::from(self.layout.io_base);
            }
            Arc::make_mut(&mut self.rows).push(row);
            self.addresses.push(address);
            self.crossing.push(0);
            if self.trap_kernel().is_some() {
                self.outside.push(0);
            }
        }
    }

    /// The first row of a routine, which the program gets when it is first needed.
    fn routine(&mut self, routine: Routine) -> u32 {
        if let Some(&first) = self.routines.get(&routine) {
            return first;
        }
        let first = self.rows.len() as u32;
        let rows = routine.rows(self.layout.word, self.inner_label(0));
        self.push(0, rows);
        self.routines.insert(routine, first);
        first
    }

    /// The same, of what calls of a trap have in common.
    fn fault(&mut self, fault: AccessFault) -> u32 {
        if let Some(&first) = self.faults.get(&fault) {
            return first;
        }
        let first = self.rows.len() as u32;
        let memory = self.layout.memory();
        let rows = fault.rows(self.layout.word, &memory, self.inner_label(0));
        self.push(0, rows);
        self.faults.insert(fault, first);
        first
    }
}

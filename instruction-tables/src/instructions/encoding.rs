//! Encodings: from fields to the 32 bits of an instruction, and back.

use super::csr::{csr, number, writes};
use super::{Format, Instruction, Record, Semantics};
use crate::word::WordSize;

impl Instruction {
    /// Reads the fields of an encoding that matches the record. [`None`] for a shift amount that is
    /// no position of a word, and for a control and status register that does not exist.
    pub(super) fn from_fields(record: &'static Record, word: WordSize, instr: u32) -> Option<Self> {
        let format = record.format;
        let register = |has: bool, from: u32| if has { (instr >> from) as u8 & 31 } else { 0 };
        let imm = format.immediate(instr);
        if format == Format::Shift && imm >= word.bits() as i64 {
            return None;
        }
        let instruction = Instruction {
            record,
            rd: register(format.has_rd(), 7),
            rs1: register(format.has_rs1(), 15),
            rs2: register(format.has_rs2(), 20),
            imm,
            length: 4,
        };
        accepts(&instruction).then_some(instruction)
    }

    /// The 32-bit encoding. [`None`] if a field does not fit: a register above 31, or an immediate
    /// that the format cannot express.
    pub fn encode(&self) -> Option<u32> {
        let format = self.record.format;
        let registers = [
            (format.has_rd(), self.rd, 7),
            (format.has_rs1(), self.rs1, 15),
            (format.has_rs2(), self.rs2, 20),
        ];
        let mut instr = self.record.matches | format.scatter(self.imm);
        for (has, register, from) in registers {
            if register > 31 || (!has && register != 0) {
                return None;
            }
            instr |= u32::from(register) << from;
        }
        let fits = format.immediate(instr) == self.imm
            && instr & self.record.mask == self.record.matches
            && registers
                .iter()
                .all(|(has, register, from)| !has || (instr >> from) as u8 & 31 == *register);
        (fits && accepts(self)).then_some(instr)
    }
}

/// Whether the instruction's register exists, and may be written if it is.
fn accepts(instruction: &Instruction) -> bool {
    let Semantics::Csr { operation, .. } = instruction.record.semantics else {
        return true;
    };
    let number = number(instruction.imm);
    let read_only = number >> 10 == 3;
    csr(number).is_some() && !(read_only && writes(operation, instruction.rs1))
}

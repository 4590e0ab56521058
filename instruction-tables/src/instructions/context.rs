//! Building the rows of an expansion.

use super::persistent::TEMPORARIES;
use super::{Expansion, Extension, Format, Instruction, Record, Semantics};
use crate::row::{Hint, Left, Operands, Right, Row, Write};
use crate::tables::TableId;
use crate::word::WordSize;

/// Virtual register `k` of a sequence, `k < 16`.
pub(super) const fn temporary(k: u8) -> u8 {
    TEMPORARIES + k
}

/// An instruction at an address: what its expansion is made from.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    pub word: WordSize,
    /// The instruction's mnemonic.
    pub name: &'static str,
    /// Destination register.
    pub rd: u8,
    /// First source register.
    pub rs1: u8,
    /// Second source register.
    pub rs2: u8,
    /// Immediate, sign-extended.
    pub imm: i64,
    /// Address of the instruction.
    pub address: u64,
    /// Address of the instruction that follows.
    pub next: u64,
}

impl Context {
    pub(super) fn new(instruction: &Instruction, word: WordSize, address: u64) -> Self {
        Context {
            word,
            name: instruction.record.mnemonic,
            rd: instruction.rd,
            rs1: instruction.rs1,
            rs2: instruction.rs2,
            imm: instruction.imm,
            address: address & word.mask(),
            next: address.wrapping_add(u64::from(instruction.length)) & word.mask(),
        }
    }

    /// What rows are made from that belong to no instruction.
    pub(super) fn nameless(word: WordSize, name: &'static str) -> Self {
        Context {
            word,
            name,
            rd: 0,
            rs1: 0,
            rs2: 0,
            imm: 0,
            address: 0,
            next: 0,
        }
    }

    /// The immediate modulo `2^W`.
    pub fn imm_word(&self) -> u64 {
        self.imm as u64 & self.word.mask()
    }

    /// The label of the instruction that follows.
    pub fn next_label(&self) -> u128 {
        u128::from(self.next) + 1
    }

    /// The label of the instruction at `address +` immediate.
    pub fn target_label(&self) -> u128 {
        u128::from(self.address.wrapping_add_signed(self.imm) & self.word.mask()) + 1
    }

    /// An idle row that leads to the next instruction.
    pub fn row(&self) -> Row {
        Row {
            name: self.name,
            succ: self.next_label(),
            ..Row::HALT
        }
    }

    fn lookup(&self, operands: Operands, table: TableId) -> Row {
        Row {
            operands,
            table: Some(table),
            ..self.row()
        }
    }

    /// `table[x, y]` of two registers.
    pub fn pair(&self, table: TableId, x: u8, y: u8) -> Row {
        Row {
            rs1: x,
            rs2: y,
            ..self.lookup(Operands::Pair(Left::Rs1, Right::Value), table)
        }
    }

    /// `table[x, constant]`.
    pub fn pair_constant(&self, table: TableId, x: u8, constant: u64) -> Row {
        Row {
            imm: i128::from(constant),
            ..self.pair(table, x, 0)
        }
    }

    /// `table[x + y]`.
    pub fn sum(&self, table: TableId, x: u8, y: u8) -> Row {
        Row {
            rs1: x,
            rs2: y,
            ..self.lookup(Operands::Sum, table)
        }
    }

    /// `table[x + constant]`.
    pub fn sum_constant(&self, table: TableId, x: u8, constant: u64) -> Row {
        Row {
            imm: i128::from(constant),
            ..self.sum(table, x, 0)
        }
    }

    /// `x +` constant, asserting that it is a word.
    pub fn exact_sum(&self, x: u8, constant: i64) -> Row {
        Row {
            imm: constant.into(),
            exact: true,
            ..self.unary(TableId::TRUNC, x)
        }
    }

    /// `table[x]`, of the register's value.
    pub fn unary(&self, table: TableId, x: u8) -> Row {
        self.sum(table, x, 0)
    }

    /// `table[x - y + 2^W]`, for tables that ignore bit `W`.
    pub fn difference(&self, table: TableId, x: u8, y: u8) -> Row {
        Row {
            rs1: x,
            rs2: y,
            imm: -(1 << self.word.bits()),
            ..self.lookup(Operands::Difference, table)
        }
    }

    /// `x - y`, asserting that it is not negative.
    pub fn exact_difference(&self, x: u8, y: u8) -> Row {
        Row {
            rs1: x,
            rs2: y,
            exact: true,
            ..self.lookup(Operands::Difference, TableId::TRUNC)
        }
    }

    /// `table[x · y]`.
    pub fn product(&self, table: TableId, x: u8, y: u8) -> Row {
        Row {
            rs1: x,
            rs2: y,
            ..self.lookup(Operands::Product, table)
        }
    }

    /// `table[x · constant]`.
    pub fn product_constant(&self, table: TableId, x: u8, constant: u64) -> Row {
        Row {
            imm: i128::from(constant),
            ..self.product(table, x, 0)
        }
    }

    /// `x · y`, asserting that it is a word.
    pub fn exact_product(&self, x: u8, y: u8) -> Row {
        Row {
            exact: true,
            ..self.product(TableId::TRUNC, x, y)
        }
    }

    /// A word that the host supplies.
    pub fn advice(&self, hint: Hint) -> Row {
        Row {
            hint,
            ..self.lookup(Operands::Free, TableId::TRUNC)
        }
    }

    /// Asserts `table[x, y] = 1`.
    pub fn assertion(&self, table: TableId, x: u8, y: u8) -> Row {
        Row {
            asserts: true,
            ..self.pair(table, x, y)
        }
    }

    /// Writes a constant to a virtual register.
    pub fn link(&self, register: u8, value: u64) -> Row {
        Row {
            rd: register,
            write: Write::Link,
            link: value & self.word.mask(),
            ..self.row()
        }
    }

    /// Writes a constant to `rd`.
    pub fn constant(&self, value: u64) -> Row {
        Row {
            rd: self.rd,
            write: if self.rd == 0 {
                Write::None
            } else {
                Write::Link
            },
            link: if self.rd == 0 {
                0
            } else {
                value & self.word.mask()
            },
            ..self.row()
        }
    }
}

impl Row {
    /// The row, writing its lookup output to a register (nothing, for x0).
    pub(super) fn to(self, rd: u8) -> Row {
        Row {
            rd,
            write: if rd == 0 { Write::None } else { Write::Lookup },
            ..self
        }
    }
}

impl Record {
    /// A record of the base extension for all word sizes; `fixed` is `(matches, mask)`.
    pub(super) const fn new(
        mnemonic: &'static str,
        format: Format,
        fixed: (u32, u32),
        semantics: Semantics,
        expansion: Expansion,
    ) -> Self {
        Record {
            mnemonic,
            extension: Extension::I,
            format,
            matches: fixed.0,
            mask: fixed.1,
            only_64: false,
            only_32: false,
            semantics,
            expansion,
        }
    }

    pub(super) const fn of(mut self, extension: Extension) -> Self {
        self.extension = extension;
        self
    }

    pub(super) const fn only_32(mut self) -> Self {
        self.only_32 = true;
        self
    }

    pub(super) const fn only_64(mut self) -> Self {
        self.only_64 = true;
        self
    }
}

/// Fixed bits of an encoding with opcode, funct3 and funct7.
pub(super) const fn funct7(opcode: u32, funct3: u32, funct7: u32) -> (u32, u32) {
    (opcode | funct3 << 12 | funct7 << 25, 0xfe00_707f)
}

/// Fixed bits of an encoding with opcode, funct3 and the upper six bits of funct7, as in shifts by
/// up to 63.
pub(super) const fn funct6(opcode: u32, funct3: u32, funct7: u32) -> (u32, u32) {
    (opcode | funct3 << 12 | funct7 << 25, 0xfc00_707f)
}

/// Fixed bits of an encoding with opcode and funct3.
pub(super) const fn funct3(opcode: u32, funct3: u32) -> (u32, u32) {
    (opcode | funct3 << 12, 0x707f)
}

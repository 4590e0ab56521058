//! Instruction records: encoding, plain-Rust semantics and expansion to rows, for RV32 and RV64 with
//! the extensions I, M, A, C, Zicsr, Zifencei, Zicclsm, Zba, Zbb and Zbs, in M-mode.
//!
//! A [`Record`] is a constant. The laws in `tests/laws/instruction_laws.rs` run over all of them: the rows,
//! executed, do what the semantics say, for all register aliasings.
//!
//! Rows per instruction (an instruction whose only effect is to write x0 is one idle row):
//!
//! | instructions | rows |
//! |---|---|
//! | arithmetic, logic, comparisons, immediate shifts, LUI, AUIPC, and their word forms | 1 |
//! | jumps, branches, FENCE | 1 |
//! | loads of any size, full-word stores, narrow stores of x0 | 1 |
//! | narrow stores | 2: truncate, store |
//! | SLL, SRL, SRA, SLLW, SRLW, SRAW | 2: power of two, multiply or shift |
//! | MUL, MULW, MULHU | 1 |
//! | MULH, MULHSU | 3: unsigned high half, correction, difference |
//! | DIVU | 5: quotient, product, remainder, range of the remainder, quotient by zero |
//! | REMU | 4: as DIVU without the last; 5 if `rd = rs2` |
//! | DIV | 9: two magnitudes, four as in REMU, sign, conditional negation, quotient by zero |
//! | REM | 7: two magnitudes, four as in REMU, conditional negation |
//! | DIVUW, REMUW, DIVW, REMW | 8, 7, 12, 9: operands are extended first, quotients and unsigned remainders sign-extended last |
//! | LR | 2, word form on RV64: 3 |
//! | SC | 8, word form on RV64: 9; 1 less if `rd` is x0 |
//! | AMOs | 3 (AMOSWAP 2), word forms on RV64: 4 (swap, add), 5 (bitwise), 6 (orders); 1 more if `rd` is a source |
//! | CSR accesses | 1 to 4 |
//! | ECALL, EBREAK, and in a program with a kernel what is no instruction, and address 0 | 4: address, cause, value, jump |
//! | MRET, WFI, FENCE.I | 1 |
//! | what is F or D, in a program with a float kernel | 2: bits, address; the kernel runs |
//! | bit manipulation | 1 to 6, see `bitmanip` |
//! | private input, print | 1 |
//!
//! Loads and stores that cross from one cell into the next take 11 to 22 cycles ([`Routine`]). In a program with a kernel,
//! accesses outside of memory take 7, to the kernel ([`AccessFault`]).
//!
//! Labels: the first row of an instruction at address `a` has label `a + 1`; further rows of a sequence
//! have consecutive labels chosen by the caller; row `i` leads to row `i + 1`, and the last one to the
//! label of the next instruction. Address arithmetic is modulo `2^W`.

mod arithmetic;
mod atomic;
mod bitmanip;
mod compressed;
mod context;
mod control;
mod cost;
mod crossing;
mod csr;
mod custom;
mod divide;
mod encoding;
mod fault;
mod float;
mod format;
mod memory;
mod multiply;
pub mod persistent;
mod semantics;
mod sequence;
mod system;

pub use compressed::decode_compressed;
pub use context::Context;
pub use cost::Cost;
pub use crossing::Routine;
pub use csr::{Csr, CsrOperation, csr};
pub use fault::AccessFault;
pub use float::{FLOAT, float};
pub use format::Format;
pub use semantics::{Outcome, Reads, Semantics, TrapValue};
pub use sequence::{check_call, check_sequence};
pub use system::{ILLEGAL, NO_CODE, illegal, no_code};

use crate::row::Row;
use crate::word::WordSize;
use std::borrow::Cow;
use std::fmt;

/// The part of the architecture that an instruction belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extension {
    /// Base integer instructions.
    I,
    /// Multiplication and division.
    M,
    /// Atomics.
    A,
    /// Bit manipulation: Zba, Zbb, Zbs.
    B,
    /// Control and status registers, traps.
    System,
    /// Instructions of this machine, in the custom-0 opcode.
    Custom,
}

/// What an expansion is made of. See [`Record::expansion`].
pub type Expansion = fn(&Context) -> Vec<Row>;

/// An instruction: everything there is to know about it, as constants.
#[derive(Clone, Debug)]
pub struct Record {
    /// Name, in lower case.
    pub mnemonic: &'static str,
    /// Where it belongs.
    pub extension: Extension,
    /// Which fields the encoding has.
    pub format: Format,
    /// The fixed bits of the encoding.
    pub matches: u32,
    /// Which bits are fixed.
    pub mask: u32,
    /// Whether the instruction exists only where the word has 64 bits.
    pub only_64: bool,
    /// Whether the instruction exists only where the word has 32 bits.
    pub only_32: bool,
    /// What it does, in plain Rust.
    pub semantics: Semantics,
    /// Its rows; the last one carries the control part, and labels are filled in afterwards.
    pub expansion: Expansion,
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.mnemonic == other.mnemonic
    }
}

impl Eq for Record {}

impl Record {
    /// Whether a machine of this word size has the instruction. [`WordSize::W8`], which is for laws
    /// only, has all of them (but no narrow access and no encoding of its own).
    pub fn exists(&self, word: WordSize) -> bool {
        !(self.only_64 && word == WordSize::W32 || self.only_32 && word == WordSize::W64)
    }
}

/// An instruction with its operands. Fields that the format lacks are 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Which instruction.
    pub record: &'static Record,
    /// Destination register, below 32.
    pub rd: u8,
    /// First source register, below 32.
    pub rs1: u8,
    /// Second source register, below 32.
    pub rs2: u8,
    /// The immediate, sign-extended; a shift amount is not.
    pub imm: i64,
    /// Bytes of the encoding: 4, or 2 for the expansion of a compressed instruction.
    pub length: u8,
}

/// Records that no encoding selects: traps that programs with a kernel have.
pub const MADE: [&Record; 2] = [&ILLEGAL, &NO_CODE];

/// All records that encodings select. Others are [`MADE`] for programs with a kernel, and [`FLOAT`] for those with a float
/// kernel.
pub fn records() -> impl Iterator<Item = &'static Record> {
    [
        arithmetic::RECORDS,
        memory::RECORDS,
        control::RECORDS,
        multiply::RECORDS,
        divide::RECORDS,
        atomic::OPERATIONS,
        atomic::RESERVATIONS,
        bitmanip::ADDRESSES,
        bitmanip::BASIC,
        bitmanip::ROTATIONS,
        bitmanip::SINGLE,
        system::RECORDS,
        custom::RECORDS,
    ]
    .into_iter()
    .flatten()
}

/// The record of a mnemonic, in lower case.
pub fn by_mnemonic(mnemonic: &str) -> Option<&'static Record> {
    let all = records().chain(MADE).chain([&FLOAT]);
    all.into_iter().find(|r| r.mnemonic == mnemonic)
}

/// Decodes a 32-bit instruction. [`None`] if it is illegal or unsupported ([`unsupported`] tells).
pub fn decode(word: WordSize, instr: u32) -> Option<Instruction> {
    records()
        .filter(|r| instr & r.mask == r.matches && r.exists(word))
        .find_map(|record| Instruction::from_fields(record, word, instr))
}

/// The name of an instruction that exists in RISC-V but not in this machine, so that errors can say
/// "floating point is not supported". [`None`] if a machine of some word size has it.
pub fn unsupported(instr: u32) -> Option<&'static str> {
    let known = |word| decode(word, instr).is_some();
    if known(WordSize::W64) || known(WordSize::W32) {
        return None;
    }
    match (instr & 0x7f, (instr >> 12) & 7) {
        (0x73, 0) if instr == 0x1020_0073 => Some("sret"),
        (0x73, 0 | 4) => None,
        (0x73, _) => Some("an access to this control and status register"),
        (0x2f, 2 | 3) => Some("this atomic access"),
        (0x07 | 0x27 | 0x43 | 0x47 | 0x4b | 0x4f | 0x53, _) => Some("floating point"),
        (0x57, _) => Some("vector instruction"),
        _ => None,
    }
}

impl Instruction {
    /// The rows of the instruction at an address. The first has label `address + 1`; the labels of the
    /// others count up from `first_inner_label`, which must be above `2^W` and leave them unique.
    pub fn expand(&self, word: WordSize, address: u64, first_inner_label: u128) -> Vec<Row> {
        let context = Context::new(self, word, address);
        let idle = self.rd == 0 && self.record.semantics.only_writes_rd();
        let mut rows = if idle {
            vec![context.row()]
        } else {
            (self.record.expansion)(&context)
        };
        label(
            &mut rows,
            u128::from(address & word.mask()) + 1,
            first_inner_label,
        );
        rows
    }
}

/// Numbers rows and makes each lead to the next one.
fn label(rows: &mut [Row], first: u128, first_inner: u128) {
    let labels = std::iter::once(first).chain((0..).map(|k| first_inner + k));
    for (row, label) in rows.iter_mut().zip(labels) {
        row.label = label;
    }
    for i in 1..rows.len() {
        rows[i - 1].succ = rows[i].label;
    }
}

const ABI_NAMES: [&str; 32] = [
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4",
    "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4",
    "t5", "t6",
];

/// Name of a register: the architecture's by their ABI names, temporaries `v0`, `v1` …, persistent ones by
/// what they hold.
pub fn register_name(number: u8) -> Cow<'static, str> {
    if let Some(name) = ABI_NAMES.get(usize::from(number)) {
        return Cow::Borrowed(name);
    }
    match number {
        persistent::RESERVATION => Cow::Borrowed("reservation"),
        persistent::MTVEC => Cow::Borrowed("mtvec"),
        persistent::MEPC => Cow::Borrowed("mepc"),
        persistent::MCAUSE => Cow::Borrowed("mcause"),
        persistent::MTVAL => Cow::Borrowed("mtval"),
        persistent::MSCRATCH => Cow::Borrowed("mscratch"),
        persistent::FLOAT_EPC => Cow::Borrowed("float mepc"),
        persistent::FLOAT_VALUE => Cow::Borrowed("float mtval"),
        persistent::FLOAT_SCRATCH => Cow::Borrowed("float mscratch"),
        _ => Cow::Owned(format!("v{}", number - persistent::TEMPORARIES)),
    }
}

impl fmt::Display for Instruction {
    /// Assembly with ABI register names; targets are relative to the instruction's address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |r: u8| ABI_NAMES[usize::from(r & 31)];
        let (rd, rs1, rs2) = (name(self.rd), name(self.rs1), name(self.rs2));
        let (mnemonic, imm) = (self.record.mnemonic, self.imm);
        write!(f, "{mnemonic}")?;
        match (&self.record.semantics, self.record.format) {
            (Semantics::Nothing, _) => Ok(()),
            (Semantics::PrivateInput, _) => write!(f, " {rd}"),
            (Semantics::Print, _) => write!(f, " {rs1}, {rs2}"),
            (Semantics::Load { .. } | Semantics::JumpRegister, _) => {
                write!(f, " {rd}, {imm}({rs1})")
            }
            (Semantics::Csr { immediate, .. }, _) => {
                let number = csr::number(imm);
                match immediate {
                    true => write!(f, " {rd}, {number:#x}, {}", self.rs1),
                    false => write!(f, " {rd}, {number:#x}, {rs1}"),
                }
            }
            (Semantics::LoadReserved { .. }, _) => write!(f, " {rd}, ({rs1})"),
            (_, Format::Atomic) => write!(f, " {rd}, {rs2}, ({rs1})"),
            (_, Format::Fixed) => Ok(()),
            (_, Format::Whole) => write!(f, " {imm:#x}"),
            (_, Format::Unary) => write!(f, " {rd}, {rs1}"),
            (_, Format::R) => write!(f, " {rd}, {rs1}, {rs2}"),
            (_, Format::I | Format::Shift) => write!(f, " {rd}, {rs1}, {imm}"),
            (_, Format::S) => write!(f, " {rs2}, {imm}({rs1})"),
            (_, Format::B) => write!(f, " {rs1}, {rs2}, {imm:+}"),
            (_, Format::U) => write!(f, " {rd}, {:#x}", (imm >> 12) & 0xf_ffff),
            (_, Format::J) => write!(f, " {rd}, {imm:+}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_have_different_names() {
        let names: std::collections::BTreeSet<_> =
            (0..crate::REGISTERS as u8).map(register_name).collect();
        assert_eq!(names.len(), crate::REGISTERS);
        for (number, name) in [
            (0, "zero"),
            (10, "a0"),
            (32, "v0"),
            (49, "mtvec"),
            (63, "v31"),
        ] {
            assert_eq!(register_name(number), name);
        }
        assert_eq!(register_name(u8::MAX), "v223");
    }
}

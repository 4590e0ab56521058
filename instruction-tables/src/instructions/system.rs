//! Control and status registers, traps and their return, fences: a machine with M-mode only.
//!
//! `ecall` and `ebreak` go to `mtvec` and leave address and cause behind (`ebreak` its address in `mtval`, too), and so
//! does an access of a register that only machines with further modes have, as an illegal instruction: start code
//! that is meant for any machine tries these. Every other trap ends the run with an error. There are no interrupts
//! and no other modes, so most registers are constants: they read as one value and ignore what is written, which
//! their WARL fields allow. Writing a read-only register and accessing one that is not listed are no instructions.
//!
//! | register | behaviour |
//! |---|---|
//! | `mtvec` | kept, bits 0 and 1 read 0 (direct mode) |
//! | `mepc` | kept, bit 0 reads 0 |
//! | `mcause`, `mtval`, `mscratch` | kept |
//! | `misa` | IMAC and B, which is Zba, Zbb and Zbs |
//! | `mstatus` | `MPP` = M, everything else 0 |
//! | `mhartid`, `mvendorid`, `marchid`, `mimpid`, `mconfigptr` | 0, read-only |
//! | `tselect`, `tdata1` to `tdata3`, `tcontrol` | 0: there are no triggers |
//! | `tinfo` | 1, which says so too |
//! | `mie`, `mip`, `pmpcfg*`, `pmpaddr*`; for 32 bits `mstatush` | 0 |
//! | `medeleg`, `mideleg`, `mcounteren`, `menvcfg`, `satp`, `mnstatus`; for 64 bits `mstatush` and `pmpcfg1`, `3`, … | trap |

use super::context::{funct3, temporary};
use super::persistent::{MCAUSE, MEPC, MSCRATCH, MTVAL, MTVEC};
use super::{Context, Expansion, Extension, Format, Instruction, Record, Semantics};
use crate::row::{Row, WordSize};
use crate::tables::TableId;

/// What a control and status register is here.
#[derive(Clone, Copy, Debug)]
pub enum Csr {
    /// It reads as this and ignores writes; where it is [`None`], an access is a trap.
    Constant(fn(WordSize) -> Option<u64>),
    /// It keeps what is written in a persistent register, but for some bits.
    Kept {
        /// The register.
        register: u8,
        /// Bits that read 0.
        cleared: u64,
    },
}

/// What an instruction does with a control and status register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CsrOperation {
    /// Replaces it.
    Write,
    /// Sets bits.
    Set,
    /// Clears bits.
    Clear,
}

impl CsrOperation {
    /// The new value, from the old one and the operand.
    pub fn apply(self, old: u64, operand: u64) -> u64 {
        match self {
            CsrOperation::Write => operand,
            CsrOperation::Set => old | operand,
            CsrOperation::Clear => old & !operand,
        }
    }
}

/// The register of a number, if there is one.
pub fn csr(number: u16) -> Option<Csr> {
    let kept = |register, cleared| Some(Csr::Kept { register, cleared });
    match number {
        0x305 => kept(MTVEC, 3),
        0x340 => kept(MSCRATCH, 0),
        0x341 => kept(MEPC, 1),
        0x342 => kept(MCAUSE, 0),
        0x343 => kept(MTVAL, 0),
        0x300 => Some(Csr::Constant(|_| Some(3 << 11))),
        0x301 => Some(Csr::Constant(|word| {
            let width = if word == WordSize::W64 { 2 } else { 1 };
            let letters = [b'a', b'b', b'c', b'i', b'm'];
            let extensions: u64 = letters.iter().map(|l| 1 << (l - b'a')).sum();
            Some((width << (word.bits() - 2)) | (extensions & word.mask()))
        })),
        0x7a4 => Some(Csr::Constant(|_| Some(1))),
        0x180 | 0x302 | 0x303 | 0x306 | 0x30a | 0x744 => Some(Csr::Constant(|_| None)),
        0x310 => Some(Csr::Constant(only_32)),
        0x3a0..=0x3af if number % 2 == 1 => Some(Csr::Constant(only_32)),
        0xf11..=0xf15 | 0x304 | 0x344 | 0x3a0..=0x3af | 0x3b0..=0x3ef | 0x7a0..=0x7a3 | 0x7a5 => {
            Some(Csr::Constant(|_| Some(0)))
        }
        _ => None,
    }
}

/// A register that is 0, of machines with 32 bits.
fn only_32(word: WordSize) -> Option<u64> {
    (word == WordSize::W32).then_some(0)
}

/// The number in the immediate of an instruction.
pub(super) fn number(imm: i64) -> u16 {
    imm as u16 & 0xfff
}

/// Whether the operation writes: setting or clearing no bits, as the encoding says it, does not.
pub(super) fn writes(operation: CsrOperation, rs1: u8) -> bool {
    operation == CsrOperation::Write || rs1 != 0
}

/// Whether the instruction's register exists, and may be written if it is.
pub(super) fn accepts(instruction: &Instruction) -> bool {
    let Semantics::Csr { operation, .. } = instruction.record.semantics else {
        return true;
    };
    let number = number(instruction.imm);
    let read_only = number >> 10 == 3;
    csr(number).is_some() && !(read_only && writes(operation, instruction.rs1))
}

fn access(c: &Context, operation: CsrOperation, immediate: bool) -> Vec<Row> {
    let (old, operand) = (temporary(0), temporary(1));
    let (register, cleared) = match csr(number(c.imm)) {
        Some(Csr::Kept { register, cleared }) => (register, cleared),
        Some(Csr::Constant(value)) => {
            return match value(c.word) {
                Some(value) => vec![c.constant(value)],
                None => trap(c, ILLEGAL, 0),
            };
        }
        None => return vec![c.row()],
    };
    let copy = |from: u8, to: u8| c.unary(TableId::TRUNC, from).to(to);
    if !writes(operation, c.rs1) {
        return vec![if c.rd == 0 {
            c.row()
        } else {
            copy(register, c.rd)
        }];
    }
    let mut rows = Vec::new();
    if c.rd != 0 {
        rows.push(copy(register, old));
    }
    let kept = !cleared & c.word.mask();
    let constant = u64::from(c.rs1);
    match (operation, immediate) {
        (CsrOperation::Write, true) => rows.push(c.link(register, constant & kept)),
        (CsrOperation::Write, false) => {
            rows.push(c.pair_constant(TableId::AND, c.rs1, kept).to(register));
        }
        (CsrOperation::Set, true) => {
            let set = c.pair_constant(TableId::OR, register, constant & kept);
            rows.push(set.to(register));
        }
        (CsrOperation::Set, false) => rows.extend([
            c.pair_constant(TableId::AND, c.rs1, kept).to(operand),
            c.pair(TableId::OR, register, operand).to(register),
        ]),
        (CsrOperation::Clear, true) => {
            let left = !constant & c.word.mask();
            rows.push(c.pair_constant(TableId::AND, register, left).to(register));
        }
        (CsrOperation::Clear, false) => rows.push(
            // What rs1 has is what clearing takes away.
            c.pair(TableId::ANDN, register, c.rs1).to(register),
        ),
    }
    if c.rd != 0 {
        rows.push(copy(old, c.rd));
    }
    rows
}

/// Goes to the address in a persistent register.
fn jump(c: &Context, register: u8) -> Row {
    Row {
        succ: 1,
        delta: 1,
        ..c.unary(TableId::TRUNC_EVEN, register)
    }
}

fn trap(c: &Context, cause: u64, value: u64) -> Vec<Row> {
    vec![
        c.link(MEPC, c.address),
        c.link(MCAUSE, cause),
        c.link(MTVAL, value),
        jump(c, MTVEC),
    ]
}

const fn access_record(
    mnemonic: &'static str,
    funct: u32,
    operation: CsrOperation,
    immediate: bool,
    expansion: Expansion,
) -> Record {
    let semantics = Semantics::Csr {
        operation,
        immediate,
    };
    Record::new(
        mnemonic,
        Format::I,
        funct3(0x73, funct),
        semantics,
        expansion,
    )
    .of(Extension::System)
}

const fn fixed(
    mnemonic: &'static str,
    encoding: u32,
    semantics: Semantics,
    expansion: Expansion,
) -> Record {
    Record::new(
        mnemonic,
        Format::Fixed,
        (encoding, u32::MAX),
        semantics,
        expansion,
    )
    .of(Extension::System)
}

/// Cause of an illegal instruction.
pub(super) const ILLEGAL: u64 = 2;
/// Cause of an `ebreak`.
const BREAKPOINT: u64 = 3;
/// Cause of an `ecall`.
const MACHINE_CALL: u64 = 11;

pub(super) const RECORDS: &[Record] = &[
    access_record("csrrw", 1, CsrOperation::Write, false, |c| {
        access(c, CsrOperation::Write, false)
    }),
    access_record("csrrs", 2, CsrOperation::Set, false, |c| {
        access(c, CsrOperation::Set, false)
    }),
    access_record("csrrc", 3, CsrOperation::Clear, false, |c| {
        access(c, CsrOperation::Clear, false)
    }),
    access_record("csrrwi", 5, CsrOperation::Write, true, |c| {
        access(c, CsrOperation::Write, true)
    }),
    access_record("csrrsi", 6, CsrOperation::Set, true, |c| {
        access(c, CsrOperation::Set, true)
    }),
    access_record("csrrci", 7, CsrOperation::Clear, true, |c| {
        access(c, CsrOperation::Clear, true)
    }),
    fixed(
        "ecall",
        0x0000_0073,
        Semantics::Trap {
            cause: MACHINE_CALL,
            tells_address: false,
        },
        |c| trap(c, MACHINE_CALL, 0),
    ),
    fixed(
        "ebreak",
        0x0010_0073,
        Semantics::Trap {
            cause: BREAKPOINT,
            tells_address: true,
        },
        |c| trap(c, BREAKPOINT, c.address),
    ),
    fixed("mret", 0x3020_0073, Semantics::TrapReturn, |c| {
        vec![jump(c, MEPC)]
    }),
    // No interrupt will ever come; going on at once is allowed.
    fixed("wfi", 0x1050_0073, Semantics::Nothing, |c| vec![c.row()]),
    // Code does not change, so there is nothing to fetch anew.
    Record::new(
        "fence.i",
        Format::I,
        funct3(0x0f, 1),
        Semantics::Nothing,
        |c| vec![c.row()],
    )
    .of(Extension::System),
];

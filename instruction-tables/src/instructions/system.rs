//! Access of control and status registers ([`csr`]), traps and their return, fences.
//!
//! `ecall` and `ebreak` go to `mtvec` and leave address and cause behind (`ebreak` its address in `mtval`, too), and so
//! does an access of a register that only machines with further modes have, as an illegal instruction: start code
//! that is meant for any machine tries these. Other traps end the run with an error, unless a program has a kernel to go
//! to: then code that is no instruction is [`ILLEGAL`], with its bits in `mtval`, so that the kernel can emulate it, and at
//! address 0, where there is none, is [`NO_CODE`].

use super::context::{funct3, temporary};
use super::csr::{self, Csr, CsrOperation, csr, number, writes};
use super::persistent::{MCAUSE, MEPC, MTVAL, MTVEC};
use super::semantics::TrapValue;
use super::{Context, Expansion, Extension, Format, Instruction, Record, Semantics};
use crate::row::Row;
use crate::tables::TableId;

fn access(c: &Context, operation: CsrOperation, immediate: bool) -> Vec<Row> {
    let (old, operand) = (temporary(0), temporary(1));
    let (register, cleared) = match csr(number(c.imm)) {
        Some(Csr::Kept { register, cleared }) => (register, cleared),
        Some(Csr::Constant(value)) => {
            return match value(c.word) {
                Some(value) => vec![c.constant(value)],
                None => trap(c, csr::ILLEGAL, 0),
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
pub(super) fn jump(c: &Context, register: u8) -> Row {
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
            value: TrapValue::Zero,
        },
        |c| trap(c, MACHINE_CALL, 0),
    ),
    fixed(
        "ebreak",
        0x0010_0073,
        Semantics::Trap {
            cause: BREAKPOINT,
            value: TrapValue::Address,
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

/// Code that is no instruction of this machine: it traps, with its bits, which are the immediate, in `mtval`. No encoding
/// selects it; [`illegal`] makes it of any.
pub static ILLEGAL: Record = Record::new(
    "illegal",
    Format::Whole,
    (0, 0),
    Semantics::Trap {
        cause: csr::ILLEGAL,
        value: TrapValue::Encoding,
    },
    |c| trap(c, csr::ILLEGAL, c.imm as u64),
)
.of(Extension::System)
.only_64();

/// What is at an address where there is no code, for a program with a kernel: whoever jumps there gets a trap, with the
/// address in `mtval`. Rows at an address are needed for that, so that there is one of these at address 0, for null
/// pointers that are called, and none elsewhere. No encoding selects it.
pub static NO_CODE: Record = Record::new(
    "no-code",
    Format::Fixed,
    (0, u32::MAX),
    Semantics::Trap {
        cause: csr::FETCH_FAULT,
        value: TrapValue::Address,
    },
    |c| trap(c, csr::FETCH_FAULT, c.address),
)
.of(Extension::System)
.only_64();

/// [`NO_CODE`] as an instruction.
pub fn no_code() -> Instruction {
    Instruction {
        record: &NO_CODE,
        rd: 0,
        rs1: 0,
        rs2: 0,
        imm: 0,
        length: 2,
    }
}

/// The trap that a program's kernel gets for code that starts with these bits: 16 of them unless the lowest two are set.
pub fn illegal(bits: u32) -> Instruction {
    let (length, bits) = match bits & 3 {
        3 => (4, bits),
        _ => (2, bits & 0xffff),
    };
    Instruction {
        record: &ILLEGAL,
        rd: 0,
        rs1: 0,
        rs2: 0,
        imm: bits.into(),
        length,
    }
}

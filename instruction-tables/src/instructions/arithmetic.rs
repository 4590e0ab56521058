//! Arithmetic, logic, comparisons and shifts of the base extension, with their word forms.

use super::context::{funct3, funct6, funct7, temporary};
use super::{Context, Expansion, Format, Record, Semantics};
use crate::bits::{ones, signed};
use crate::row::Row;
use crate::tables::TableId;
use crate::word::WordSize;

const OP: u32 = 0x33;
const OP_IMM: u32 = 0x13;
const OP_32: u32 = 0x3b;
const OP_IMM_32: u32 = 0x1b;

type Compute = fn(WordSize, u64, u64) -> u64;

const fn register(
    mnemonic: &'static str,
    fixed: (u32, u32),
    f: Compute,
    expansion: Expansion,
) -> Record {
    Record::new(mnemonic, Format::R, fixed, Semantics::Compute(f), expansion)
}

const fn immediate(
    mnemonic: &'static str,
    fixed: (u32, u32),
    f: Compute,
    expansion: Expansion,
) -> Record {
    Record::new(mnemonic, Format::I, fixed, Semantics::Compute(f), expansion)
}

const fn shift(
    mnemonic: &'static str,
    fixed: (u32, u32),
    f: Compute,
    expansion: Expansion,
) -> Record {
    let semantics = Semantics::Compute(f);
    Record::new(mnemonic, Format::Shift, fixed, semantics, expansion)
}

/// `rd := table[rs1, rs2]`.
fn pair(c: &Context, table: TableId) -> Vec<Row> {
    vec![c.pair(table, c.rs1, c.rs2).to(c.rd)]
}

/// `rd := table[rs1, immediate]`.
fn pair_immediate(c: &Context, table: TableId) -> Vec<Row> {
    vec![c.pair_constant(table, c.rs1, c.imm_word()).to(c.rd)]
}

/// `2^shift amount`.
fn power(c: &Context) -> u64 {
    1 << (c.imm & 63)
}

/// `rd := table[rs1 · 2^amount]` for the amount in `rs2`, read by the table `power`.
fn shift_left(c: &Context, power: TableId, table: TableId) -> Vec<Row> {
    let t = temporary(0);
    vec![
        c.unary(power, c.rs2).to(t),
        c.product(table, c.rs1, t).to(c.rd),
    ]
}

/// `rd := table[rs1, 2^amount]` for the amount in `rs2`, read by the table `power`.
fn shift_right(c: &Context, power: TableId, table: TableId) -> Vec<Row> {
    let t = temporary(0);
    vec![
        c.unary(power, c.rs2).to(t),
        c.pair(table, c.rs1, t).to(c.rd),
    ]
}

/// `x` read as a signed word.
fn s(word: WordSize, x: u64) -> i64 {
    signed(x, word.bits())
}

/// The low half-word of `x`, sign-extended.
fn w(word: WordSize, x: u64) -> u64 {
    signed(x, word.bits() / 2) as u64
}

/// A shift amount: as many low bits as count the positions of `bits`.
fn amount(y: u64, bits: usize) -> u32 {
    y as u32 & (bits as u32 - 1)
}

const ADD: Compute = |_, x, y| x.wrapping_add(y);
const SLT: Compute = |word, x, y| u64::from(s(word, x) < s(word, y));
const SLTU: Compute = |_, x, y| u64::from(x < y);
const XOR: Compute = |_, x, y| x ^ y;
const OR: Compute = |_, x, y| x | y;
const AND: Compute = |_, x, y| x & y;
const SLL: Compute = |word, x, y| x << amount(y, word.bits());
const SRL: Compute = |word, x, y| x >> amount(y, word.bits());
const SRA: Compute = |word, x, y| (s(word, x) >> amount(y, word.bits())) as u64;
const ADDW: Compute = |word, x, y| w(word, x.wrapping_add(y));
const SLLW: Compute = |word, x, y| w(word, x << amount(y, word.bits() / 2));
const SRLW: Compute = |word, x, y| {
    let half = word.bits() / 2;
    w(word, (x & ones(half)) >> amount(y, half))
};
const SRAW: Compute = |word, x, y| {
    let half = word.bits() / 2;
    (signed(x, half) >> amount(y, half)) as u64
};

pub(super) const RECORDS: &[Record] = &[
    register("add", funct7(OP, 0, 0), ADD, |c| {
        vec![c.sum(TableId::TRUNC, c.rs1, c.rs2).to(c.rd)]
    }),
    register(
        "sub",
        funct7(OP, 0, 0x20),
        |_, x, y| x.wrapping_sub(y),
        |c| vec![c.difference(TableId::TRUNC, c.rs1, c.rs2).to(c.rd)],
    ),
    register("sll", funct7(OP, 1, 0), SLL, |c| {
        shift_left(c, TableId::POW2, TableId::TRUNC)
    }),
    register("slt", funct7(OP, 2, 0), SLT, |c| pair(c, TableId::LT)),
    register("sltu", funct7(OP, 3, 0), SLTU, |c| pair(c, TableId::LTU)),
    register("xor", funct7(OP, 4, 0), XOR, |c| pair(c, TableId::XOR)),
    register("srl", funct7(OP, 5, 0), SRL, |c| {
        shift_right(c, TableId::POW2, TableId::SRL)
    }),
    register("sra", funct7(OP, 5, 0x20), SRA, |c| {
        shift_right(c, TableId::POW2, TableId::SRA)
    }),
    register("or", funct7(OP, 6, 0), OR, |c| pair(c, TableId::OR)),
    register("and", funct7(OP, 7, 0), AND, |c| pair(c, TableId::AND)),
    // From x0 the result is a constant, which needs no lookup.
    immediate("addi", funct3(OP_IMM, 0), ADD, |c| match c.rs1 {
        0 => vec![c.constant(c.imm_word())],
        _ => vec![c.sum_constant(TableId::TRUNC, c.rs1, c.imm_word()).to(c.rd)],
    }),
    immediate("slti", funct3(OP_IMM, 2), SLT, |c| {
        pair_immediate(c, TableId::LT)
    }),
    immediate("sltiu", funct3(OP_IMM, 3), SLTU, |c| {
        pair_immediate(c, TableId::LTU)
    }),
    immediate("xori", funct3(OP_IMM, 4), XOR, |c| {
        pair_immediate(c, TableId::XOR)
    }),
    immediate("ori", funct3(OP_IMM, 6), OR, |c| {
        pair_immediate(c, TableId::OR)
    }),
    immediate("andi", funct3(OP_IMM, 7), AND, |c| {
        pair_immediate(c, TableId::AND)
    }),
    shift("slli", funct6(OP_IMM, 1, 0), SLL, |c| {
        vec![c.product_constant(TableId::TRUNC, c.rs1, power(c)).to(c.rd)]
    }),
    shift("srli", funct6(OP_IMM, 5, 0), SRL, |c| {
        vec![c.pair_constant(TableId::SRL, c.rs1, power(c)).to(c.rd)]
    }),
    shift("srai", funct6(OP_IMM, 5, 0x20), SRA, |c| {
        vec![c.pair_constant(TableId::SRA, c.rs1, power(c)).to(c.rd)]
    }),
    Record::new(
        "lui",
        Format::U,
        (0x37, 0x7f),
        Semantics::Constant(|_, imm| imm as u64),
        |c| vec![c.constant(c.imm as u64)],
    ),
    Record::new(
        "auipc",
        Format::U,
        (0x17, 0x7f),
        Semantics::Constant(|address, imm| address.wrapping_add_signed(imm)),
        |c| vec![c.constant(c.address.wrapping_add_signed(c.imm))],
    ),
    register("addw", funct7(OP_32, 0, 0), ADDW, |c| {
        vec![c.sum(TableId::TRUNC32_SX, c.rs1, c.rs2).to(c.rd)]
    })
    .only_64(),
    register(
        "subw",
        funct7(OP_32, 0, 0x20),
        |word, x, y| w(word, x.wrapping_sub(y)),
        |c| vec![c.difference(TableId::TRUNC32_SX, c.rs1, c.rs2).to(c.rd)],
    )
    .only_64(),
    register("sllw", funct7(OP_32, 1, 0), SLLW, |c| {
        shift_left(c, TableId::POW2_32, TableId::TRUNC32_SX)
    })
    .only_64(),
    register("srlw", funct7(OP_32, 5, 0), SRLW, |c| {
        shift_right(c, TableId::POW2_32, TableId::SRLW)
    })
    .only_64(),
    register("sraw", funct7(OP_32, 5, 0x20), SRAW, |c| {
        shift_right(c, TableId::POW2_32, TableId::SRAW)
    })
    .only_64(),
    immediate("addiw", funct3(OP_IMM_32, 0), ADDW, |c| {
        vec![
            c.sum_constant(TableId::TRUNC32_SX, c.rs1, c.imm_word())
                .to(c.rd),
        ]
    })
    .only_64(),
    shift("slliw", funct7(OP_IMM_32, 1, 0), SLLW, |c| {
        vec![
            c.product_constant(TableId::TRUNC32_SX, c.rs1, power(c))
                .to(c.rd),
        ]
    })
    .only_64(),
    shift("srliw", funct7(OP_IMM_32, 5, 0), SRLW, |c| {
        vec![c.pair_constant(TableId::SRLW, c.rs1, power(c)).to(c.rd)]
    })
    .only_64(),
    shift("sraiw", funct7(OP_IMM_32, 5, 0x20), SRAW, |c| {
        vec![c.pair_constant(TableId::SRAW, c.rs1, power(c)).to(c.rd)]
    })
    .only_64(),
];

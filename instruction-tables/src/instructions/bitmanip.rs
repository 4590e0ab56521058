//! Bit manipulation: Zba, Zbb and Zbs.
//!
//! | instructions | rows |
//! |---|---|
//! | ANDN, ORN, XNOR, MIN, MAX, MINU, MAXU, CLZ, CTZ, CPOP, REV8, SEXT.B, SEXT.H, ZEXT.H | 1 |
//! | BSETI, BCLRI, BINVI | 1 |
//! | SH1ADD, SH2ADD, SH3ADD, ADD.UW, SLLI.UW, CLZW, CTZW, CPOPW, BSET, BCLR, BINV, BEXTI | 2 |
//! | SH1ADD.UW, SH2ADD.UW, SH3ADD.UW, BEXT, RORI, RORIW | 3 |
//! | ROL, ROR | 4 |
//! | ROLW, RORW | 5 |
//! | ORC.B | 6 |
//!
//! A rotation is a product with a power of two whose halves are added: they do not overlap.

use super::context::{funct6, funct7, temporary};
use super::{Context, Expansion, Extension, Format, Record, Semantics};
use crate::bits::{ones, signed};
use crate::row::Row;
use crate::tables::TableId;
use crate::word::WordSize;

const OP: u32 = 0x33;
const OP_IMM: u32 = 0x13;
const OP_32: u32 = 0x3b;
const OP_IMM_32: u32 = 0x1b;

type Compute = fn(WordSize, u64, u64) -> u64;

const T: u8 = temporary(0);
const X: u8 = temporary(1);
const LOW: u8 = temporary(2);
const HIGH: u8 = temporary(3);

const fn record(
    mnemonic: &'static str,
    (format, fixed): (Format, (u32, u32)),
    f: Compute,
    expansion: Expansion,
) -> Record {
    Record::new(mnemonic, format, fixed, Semantics::Compute(f), expansion).of(Extension::B)
}

const fn register(opcode: u32, funct3: u32, funct: u32) -> (Format, (u32, u32)) {
    (Format::R, funct7(opcode, funct3, funct))
}

const fn shift(opcode: u32, funct3: u32, funct: u32) -> (Format, (u32, u32)) {
    (Format::Shift, funct6(opcode, funct3, funct))
}

/// Amounts up to 31.
const fn short_shift(opcode: u32, funct3: u32, funct: u32) -> (Format, (u32, u32)) {
    (Format::Shift, funct7(opcode, funct3, funct))
}

/// One operand; the upper twelve bits are fixed.
const fn unary(opcode: u32, funct3: u32, upper: u32) -> (Format, (u32, u32)) {
    let matches = opcode | funct3 << 12 | upper << 20;
    (Format::Unary, (matches, 0xfff0_707f))
}

/// `rd := table[rs1, rs2]`.
fn pair(c: &Context, table: TableId) -> Vec<Row> {
    vec![c.pair(table, c.rs1, c.rs2).to(c.rd)]
}

/// `rd := table[rs1]`.
fn single(c: &Context, table: TableId) -> Vec<Row> {
    vec![c.unary(table, c.rs1).to(c.rd)]
}

/// `rd := table[rs1, constant]`.
fn with_constant(c: &Context, table: TableId, constant: u64) -> Vec<Row> {
    vec![c.pair_constant(table, c.rs1, constant).to(c.rd)]
}

/// `2^imm`.
fn bit(c: &Context) -> u64 {
    1 << (c.imm & 63)
}

/// `rd := table[rs1, 2^rs2]`.
fn with_bit(c: &Context, table: TableId) -> Vec<Row> {
    vec![
        c.unary(TableId::POW2, c.rs2).to(T),
        c.pair(table, c.rs1, T).to(c.rd),
    ]
}

/// `rd := rs1 · 2^k + rs2`.
fn shift_add(c: &Context, k: u32) -> Vec<Row> {
    vec![
        c.product_constant(TableId::TRUNC, c.rs1, 1 << k).to(T),
        c.sum(TableId::TRUNC, T, c.rs2).to(c.rd),
    ]
}

/// The low half-word of `rs1` to `X`.
fn low_half(c: &Context) -> Row {
    c.unary(TableId::TRUNC32, c.rs1).to(X)
}

fn shift_add_half(c: &Context, k: u32) -> Vec<Row> {
    let mut rows = vec![low_half(c)];
    let mut from = X;
    if k > 0 {
        rows.push(c.product_constant(TableId::TRUNC, X, 1 << k).to(T));
        from = T;
    }
    rows.push(c.sum(TableId::TRUNC, from, c.rs2).to(c.rd));
    rows
}

/// The two halves of `rs1 · 2^amount`, added.
fn halves(c: &Context, product: impl Fn(TableId) -> Row) -> Vec<Row> {
    vec![
        product(TableId::TRUNC).to(LOW),
        product(TableId::HIGH).to(HIGH),
        c.sum(TableId::TRUNC, LOW, HIGH).to(c.rd),
    ]
}

/// Rotates left by what `power`, a row that gives `2^amount`, says.
fn rotate(c: &Context, power: Row) -> Vec<Row> {
    let mut rows = vec![power.to(T)];
    rows.extend(halves(c, |table| c.product(table, c.rs1, T)));
    rows
}

fn rotate_half(c: &Context, power: Row) -> Vec<Row> {
    let half = c.word.bits() / 2;
    vec![
        low_half(c),
        power.to(T),
        c.product(TableId::TRUNC, X, T).to(LOW),
        c.pair_constant(TableId::SRL, LOW, 1 << half).to(HIGH),
        c.sum(TableId::TRUNC32_SX, LOW, HIGH).to(c.rd),
    ]
}

/// `table[-rs2]`, for a table that reads the amount of a shift.
fn negated(c: &Context, table: TableId) -> Row {
    c.product_constant(table, c.rs2, c.word.mask())
}

/// Rotates the low half-word right by a constant: a window of two copies of it.
fn rotate_half_constant(c: &Context) -> Vec<Row> {
    let half = c.word.bits() / 2;
    let amount = c.imm as usize % half;
    let window = (1 | 1 << (half - 1)) << amount;
    vec![
        low_half(c),
        c.product_constant(TableId::TRUNC, X, 1 | 1 << half).to(T),
        c.pair_constant(TableId::EXTRACT_SX, T, window).to(c.rd),
    ]
}

/// `byte` in every byte of a word.
fn bytes(word: WordSize, byte: u64) -> u64 {
    byte * (word.mask() / 255)
}

/// All ones in each byte that is not zero: a byte's top bit is set by itself, or by adding 127 to the
/// others.
fn orc_b(c: &Context) -> Vec<Row> {
    let low = bytes(c.word, 0x7f);
    vec![
        c.pair_constant(TableId::AND, c.rs1, low).to(T),
        c.sum_constant(TableId::TRUNC, T, low).to(T),
        c.pair(TableId::OR, T, c.rs1).to(T),
        c.pair_constant(TableId::AND, T, bytes(c.word, 0x80)).to(T),
        c.pair_constant(TableId::SRL, T, 1 << 7).to(T),
        c.product_constant(TableId::TRUNC, T, 255).to(c.rd),
    ]
}

fn amount(y: u64, bits: usize) -> u32 {
    y as u32 & (bits as u32 - 1)
}

fn rotated(bits: usize, x: u64, left: u32) -> u64 {
    let x = x & ones(bits);
    let left = left % bits as u32;
    match left {
        0 => x,
        _ => (x << left | x >> (bits as u32 - left)) & ones(bits),
    }
}

/// The low half-word of `x`.
fn low(word: WordSize, x: u64) -> u64 {
    x & ones(word.bits() / 2)
}

fn w(word: WordSize, x: u64) -> u64 {
    signed(x, word.bits() / 2) as u64
}

fn s(word: WordSize, x: u64) -> i64 {
    signed(x, word.bits())
}

const ROR: Compute = |word, x, y| {
    let bits = word.bits();
    rotated(bits, x, bits as u32 - amount(y, bits))
};
const RORW: Compute = |word, x, y| {
    let half = word.bits() / 2;
    w(word, rotated(half, x, half as u32 - amount(y, half)))
};
const BSET: Compute = |word, x, y| x | 1 << amount(y, word.bits());
const BCLR: Compute = |word, x, y| x & !(1 << amount(y, word.bits()));
const BINV: Compute = |word, x, y| x ^ 1 << amount(y, word.bits());
const BEXT: Compute = |word, x, y| x >> amount(y, word.bits()) & 1;
const ZEXT_H: Compute = |_, x, _| x & 0xffff;
const REV8: Compute = |word, x, _| (x & word.mask()).swap_bytes() >> (64 - word.bits());

/// Zeros above the topmost set bit.
fn leading_zeros(bits: usize, x: u64) -> u64 {
    u64::from(x.leading_zeros()) + bits as u64 - 64
}

pub(super) const ADDRESSES: &[Record] = &[
    record(
        "sh1add",
        register(OP, 2, 0x10),
        |_, x, y| (x << 1).wrapping_add(y),
        |c| shift_add(c, 1),
    ),
    record(
        "sh2add",
        register(OP, 4, 0x10),
        |_, x, y| (x << 2).wrapping_add(y),
        |c| shift_add(c, 2),
    ),
    record(
        "sh3add",
        register(OP, 6, 0x10),
        |_, x, y| (x << 3).wrapping_add(y),
        |c| shift_add(c, 3),
    ),
    record(
        "add.uw",
        register(OP_32, 0, 0x04),
        |word, x, y| low(word, x).wrapping_add(y),
        |c| shift_add_half(c, 0),
    )
    .only_64(),
    record(
        "sh1add.uw",
        register(OP_32, 2, 0x10),
        |word, x, y| (low(word, x) << 1).wrapping_add(y),
        |c| shift_add_half(c, 1),
    )
    .only_64(),
    record(
        "sh2add.uw",
        register(OP_32, 4, 0x10),
        |word, x, y| (low(word, x) << 2).wrapping_add(y),
        |c| shift_add_half(c, 2),
    )
    .only_64(),
    record(
        "sh3add.uw",
        register(OP_32, 6, 0x10),
        |word, x, y| (low(word, x) << 3).wrapping_add(y),
        |c| shift_add_half(c, 3),
    )
    .only_64(),
    record(
        "slli.uw",
        shift(OP_IMM_32, 1, 0x04),
        |word, x, y| low(word, x) << amount(y, word.bits()),
        |c| {
            vec![
                low_half(c),
                c.product_constant(TableId::TRUNC, X, bit(c)).to(c.rd),
            ]
        },
    )
    .only_64(),
];

pub(super) const BASIC: &[Record] = &[
    record(
        "andn",
        register(OP, 7, 0x20),
        |_, x, y| x & !y,
        |c| pair(c, TableId::ANDN),
    ),
    record(
        "orn",
        register(OP, 6, 0x20),
        |_, x, y| x | !y,
        |c| pair(c, TableId::ORN),
    ),
    record(
        "xnor",
        register(OP, 4, 0x20),
        |_, x, y| !(x ^ y),
        |c| pair(c, TableId::XNOR),
    ),
    record(
        "min",
        register(OP, 4, 0x05),
        |word, x, y| if s(word, x) < s(word, y) { x } else { y },
        |c| pair(c, TableId::MIN),
    ),
    record(
        "minu",
        register(OP, 5, 0x05),
        |_, x, y| x.min(y),
        |c| pair(c, TableId::MINU),
    ),
    record(
        "max",
        register(OP, 6, 0x05),
        |word, x, y| if s(word, x) < s(word, y) { y } else { x },
        |c| pair(c, TableId::MAX),
    ),
    record(
        "maxu",
        register(OP, 7, 0x05),
        |_, x, y| x.max(y),
        |c| pair(c, TableId::MAXU),
    ),
    record(
        "clz",
        unary(OP_IMM, 1, 0x600),
        |word, x, _| leading_zeros(word.bits(), x),
        |c| single(c, TableId::CLZ),
    ),
    record(
        "ctz",
        unary(OP_IMM, 1, 0x601),
        |word, x, _| u64::from(x.trailing_zeros()).min(word.bits() as u64),
        |c| single(c, TableId::CTZ),
    ),
    record(
        "cpop",
        unary(OP_IMM, 1, 0x602),
        |_, x, _| x.count_ones().into(),
        |c| single(c, TableId::CPOP),
    ),
    // The half-word on top of ones: counting does not go further.
    record(
        "clzw",
        unary(OP_IMM_32, 1, 0x600),
        |word, x, _| leading_zeros(word.bits() / 2, low(word, x)),
        |c| {
            let half = 1u64 << (c.word.bits() / 2);
            vec![
                c.product_constant(TableId::TRUNC, c.rs1, half).to(T),
                c.sum_constant(TableId::CLZ, T, half - 1).to(c.rd),
            ]
        },
    )
    .only_64(),
    // The half-word below a one.
    record(
        "ctzw",
        unary(OP_IMM_32, 1, 0x601),
        |word, x, _| u64::from(x.trailing_zeros()).min(word.bits() as u64 / 2),
        |c| {
            let half = 1u64 << (c.word.bits() / 2);
            vec![low_half(c), c.sum_constant(TableId::CTZ, X, half).to(c.rd)]
        },
    )
    .only_64(),
    record(
        "cpopw",
        unary(OP_IMM_32, 1, 0x602),
        |word, x, _| low(word, x).count_ones().into(),
        |c| vec![low_half(c), c.unary(TableId::CPOP, X).to(c.rd)],
    )
    .only_64(),
    record(
        "sext.b",
        unary(OP_IMM, 1, 0x604),
        |_, x, _| x as i8 as u64,
        |c| with_constant(c, TableId::EXTRACT_SX, 1 | 1 << 7),
    ),
    record(
        "sext.h",
        unary(OP_IMM, 1, 0x605),
        |_, x, _| x as i16 as u64,
        |c| with_constant(c, TableId::EXTRACT_SX, 1 | 1 << 15),
    ),
    record("zext.h", unary(OP_32, 4, 0x080), ZEXT_H, |c| {
        single(c, TableId::TRUNC16)
    })
    .only_64(),
    record("zext.h.32", unary(OP, 4, 0x080), ZEXT_H, |c| {
        single(c, TableId::TRUNC16)
    })
    .only_32(),
    record("rev8", unary(OP_IMM, 5, 0x6b8), REV8, |c| {
        single(c, TableId::REV8)
    })
    .only_64(),
    record("rev8.32", unary(OP_IMM, 5, 0x698), REV8, |c| {
        single(c, TableId::REV8)
    })
    .only_32(),
    record(
        "orc.b",
        unary(OP_IMM, 5, 0x287),
        |_, x, _| {
            let full = |byte: u8| if byte == 0 { 0 } else { 255 };
            u64::from_le_bytes(x.to_le_bytes().map(full))
        },
        orc_b,
    ),
];

pub(super) const ROTATIONS: &[Record] = &[
    record(
        "rol",
        register(OP, 1, 0x30),
        |word, x, y| rotated(word.bits(), x, amount(y, word.bits())),
        |c| rotate(c, c.unary(TableId::POW2, c.rs2)),
    ),
    record("ror", register(OP, 5, 0x30), ROR, |c| {
        rotate(c, negated(c, TableId::POW2))
    }),
    record("rori", shift(OP_IMM, 5, 0x30), ROR, |c| {
        let bits = c.word.bits();
        let power = 1 << ((bits - c.imm as usize % bits) % bits);
        halves(c, |table| c.product_constant(table, c.rs1, power))
    }),
    record(
        "rolw",
        register(OP_32, 1, 0x30),
        |word, x, y| {
            let half = word.bits() / 2;
            w(word, rotated(half, x, amount(y, half)))
        },
        |c| rotate_half(c, c.unary(TableId::POW2_32, c.rs2)),
    )
    .only_64(),
    record("rorw", register(OP_32, 5, 0x30), RORW, |c| {
        rotate_half(c, negated(c, TableId::POW2_32))
    })
    .only_64(),
    record(
        "roriw",
        short_shift(OP_IMM_32, 5, 0x30),
        RORW,
        rotate_half_constant,
    )
    .only_64(),
];

pub(super) const SINGLE: &[Record] = &[
    record("bset", register(OP, 1, 0x14), BSET, |c| {
        with_bit(c, TableId::OR)
    }),
    record("bseti", shift(OP_IMM, 1, 0x14), BSET, |c| {
        with_constant(c, TableId::OR, bit(c))
    }),
    record("bclr", register(OP, 1, 0x24), BCLR, |c| {
        with_bit(c, TableId::ANDN)
    }),
    record("bclri", shift(OP_IMM, 1, 0x24), BCLR, |c| {
        with_constant(c, TableId::ANDN, bit(c))
    }),
    record("binv", register(OP, 1, 0x34), BINV, |c| {
        with_bit(c, TableId::XOR)
    }),
    record("binvi", shift(OP_IMM, 1, 0x34), BINV, |c| {
        with_constant(c, TableId::XOR, bit(c))
    }),
    record("bext", register(OP, 5, 0x24), BEXT, |c| {
        vec![
            c.unary(TableId::POW2, c.rs2).to(T),
            c.pair(TableId::SRL, c.rs1, T).to(X),
            c.pair_constant(TableId::AND, X, 1).to(c.rd),
        ]
    }),
    record("bexti", shift(OP_IMM, 5, 0x24), BEXT, |c| {
        vec![
            c.pair_constant(TableId::SRL, c.rs1, bit(c)).to(X),
            c.pair_constant(TableId::AND, X, 1).to(c.rd),
        ]
    }),
];

//! Multiplication. Signed high halves are corrected unsigned ones (see `tables::multiply`).

use super::context::{funct7, temporary};
use super::{Context, Extension, Format, Record, Semantics};
use crate::bits::signed;
use crate::row::Row;
use crate::tables::TableId;
use crate::word::WordSize;

/// `rd := ⌊rs1 · rs2 / 2^W⌋ - fix[rs1, rs2]`.
fn corrected_high(c: &Context, fix: TableId) -> Vec<Row> {
    let (high, correction) = (temporary(0), temporary(1));
    vec![
        c.product(TableId::HIGH, c.rs1, c.rs2).to(high),
        c.pair(fix, c.rs1, c.rs2).to(correction),
        c.difference(TableId::TRUNC, high, correction).to(c.rd),
    ]
}

const fn record(
    mnemonic: &'static str,
    fixed: (u32, u32),
    f: fn(WordSize, u64, u64) -> u64,
    expansion: super::Expansion,
) -> Record {
    Record::new(mnemonic, Format::R, fixed, Semantics::Compute(f), expansion).of(Extension::M)
}

/// `x` read as a signed word.
fn s(word: WordSize, x: u64) -> i128 {
    i128::from(signed(x, word.bits()))
}

pub(super) const RECORDS: &[Record] = &[
    record(
        "mul",
        funct7(0x33, 0, 1),
        |_, x, y| x.wrapping_mul(y),
        |c| vec![c.product(TableId::TRUNC, c.rs1, c.rs2).to(c.rd)],
    ),
    record(
        "mulh",
        funct7(0x33, 1, 1),
        |word, x, y| ((s(word, x) * s(word, y)) >> word.bits()) as u64,
        |c| corrected_high(c, TableId::MULH_FIX),
    ),
    record(
        "mulhsu",
        funct7(0x33, 2, 1),
        |word, x, y| ((s(word, x) * i128::from(y)) >> word.bits()) as u64,
        |c| corrected_high(c, TableId::MULHSU_FIX),
    ),
    record(
        "mulhu",
        funct7(0x33, 3, 1),
        |word, x, y| ((u128::from(x) * u128::from(y)) >> word.bits()) as u64,
        |c| vec![c.product(TableId::HIGH, c.rs1, c.rs2).to(c.rd)],
    ),
    record(
        "mulw",
        funct7(0x3b, 0, 1),
        |word, x, y| signed(x.wrapping_mul(y), word.bits() / 2) as u64,
        |c| vec![c.product(TableId::TRUNC32_SX, c.rs1, c.rs2).to(c.rd)],
    )
    .only_64(),
];

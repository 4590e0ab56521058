//! Division: the host supplies a quotient `q`, and the rows leave no choice about it.
//!
//! For words `n`, `d`: `p = q·d` and `r = n - p` hold over the integers (exact rows), and `r < d`
//! unless `d = 0`. For `d ≠ 0` that is division with remainder, so `q` and `r` are unique. For `d = 0`
//! it says `p = 0` and `r = n`, which is the remainder RISC-V defines; `q` is free then, and
//! [`TableId::DIV_OUT`] replaces it by the quotient `2^W - 1`.
//!
//! Signed forms divide magnitudes. The quotient's sign is that of `n xor d`, the remainder's that of
//! `n`. `MIN / -1` needs no case: the magnitudes give `2^(W-1) / 1`, and the sign is positive.
//!
//! Word forms first extend both operands from half-words, and extend quotients in the end: only the
//! quotient `2^31` of `MIN / -1`, and unsigned results, are not extended yet.

use super::context::{funct7, temporary};
use super::{Context, Expansion, Extension, Format, Record, Semantics};
use crate::bits::{ones, signed};
use crate::row::{Hint, Row};
use crate::tables::TableId;
use crate::word::WordSize;

const N: u8 = temporary(0);
const D: u8 = temporary(1);
const MAGNITUDE_N: u8 = temporary(2);
const MAGNITUDE_D: u8 = temporary(3);
const Q: u8 = temporary(4);
const P: u8 = temporary(5);
const R: u8 = temporary(6);
const SIGN: u8 = temporary(7);
const SIGNED_Q: u8 = temporary(8);
const RESULT: u8 = temporary(9);

/// The quotient in `Q` and the remainder in `r` of two registers' values, neither of which is `r`.
fn divide(c: &Context, n: u8, d: u8, r: u8, hint: Hint) -> Vec<Row> {
    vec![
        c.advice(hint).to(Q),
        c.exact_product(Q, d).to(P),
        c.exact_difference(n, P).to(r),
        c.assertion(TableId::REM_OK, r, d),
    ]
}

fn unsigned(c: &Context, n: u8, d: u8, r: u8) -> Vec<Row> {
    let hint = Hint::Quotient {
        dividend: n,
        divisor: d,
    };
    divide(c, n, d, r, hint)
}

/// Magnitudes, then their quotient in `Q` and remainder in `R`.
fn signed_magnitudes(c: &Context, n: u8, d: u8) -> Vec<Row> {
    let hint = Hint::SignedQuotient {
        dividend: n,
        divisor: d,
    };
    let mut rows = vec![
        c.unary(TableId::ABS, n).to(MAGNITUDE_N),
        c.unary(TableId::ABS, d).to(MAGNITUDE_D),
    ];
    rows.extend(divide(c, MAGNITUDE_N, MAGNITUDE_D, R, hint));
    rows
}

fn signed_quotient(c: &Context, n: u8, d: u8, to: u8) -> Vec<Row> {
    let mut rows = signed_magnitudes(c, n, d);
    rows.extend([
        c.pair(TableId::XOR, n, d).to(SIGN),
        c.pair(TableId::COND_NEG, Q, SIGN).to(SIGNED_Q),
        c.pair(TableId::DIV_OUT, SIGNED_Q, d).to(to),
    ]);
    rows
}

fn signed_remainder(c: &Context, n: u8, d: u8) -> Vec<Row> {
    let mut rows = signed_magnitudes(c, n, d);
    rows.push(c.pair(TableId::COND_NEG, R, n).to(c.rd));
    rows
}

fn divu(c: &Context) -> Vec<Row> {
    let mut rows = unsigned(c, c.rs1, c.rs2, R);
    rows.push(c.pair(TableId::DIV_OUT, Q, c.rs2).to(c.rd));
    rows
}

fn remu(c: &Context) -> Vec<Row> {
    if c.rd != c.rs2 {
        // The remainder's range is checked where it is: the divisor is still in its register.
        return unsigned(c, c.rs1, c.rs2, c.rd);
    }
    let mut rows = unsigned(c, c.rs1, c.rs2, R);
    rows.push(c.unary(TableId::TRUNC, R).to(c.rd));
    rows
}

/// Extends both operands' half-words into `N` and `D`, then goes on.
fn extended(c: &Context, table: TableId, then: Vec<Row>) -> Vec<Row> {
    let mut rows = vec![c.unary(table, c.rs1).to(N), c.unary(table, c.rs2).to(D)];
    rows.extend(then);
    rows
}

fn divuw(c: &Context) -> Vec<Row> {
    let mut rows = extended(c, TableId::TRUNC32, unsigned(c, N, D, R));
    rows.extend([
        c.pair(TableId::DIV_OUT, Q, D).to(RESULT),
        c.unary(TableId::TRUNC32_SX, RESULT).to(c.rd),
    ]);
    rows
}

fn remuw(c: &Context) -> Vec<Row> {
    let mut rows = extended(c, TableId::TRUNC32, unsigned(c, N, D, R));
    rows.push(c.unary(TableId::TRUNC32_SX, R).to(c.rd));
    rows
}

fn divw(c: &Context) -> Vec<Row> {
    let mut rows = extended(c, TableId::TRUNC32_SX, signed_quotient(c, N, D, RESULT));
    rows.push(c.unary(TableId::TRUNC32_SX, RESULT).to(c.rd));
    rows
}

fn remw(c: &Context) -> Vec<Row> {
    extended(c, TableId::TRUNC32_SX, signed_remainder(c, N, D))
}

fn quotient_signed(bits: usize, x: u64, y: u64) -> u64 {
    match (signed(x, bits), signed(y, bits)) {
        (_, 0) => u64::MAX,
        (n, d) => n.wrapping_div(d) as u64,
    }
}

fn remainder_signed(bits: usize, x: u64, y: u64) -> u64 {
    match (signed(x, bits), signed(y, bits)) {
        (n, 0) => n as u64,
        (n, d) => n.wrapping_rem(d) as u64,
    }
}

/// The low half-word of a result, sign-extended.
fn w(word: WordSize, x: u64) -> u64 {
    signed(x, word.bits() / 2) as u64
}

/// The low half-word, zero-extended.
fn low(word: WordSize, x: u64) -> u64 {
    x & ones(word.bits() / 2)
}

fn quotient(x: u64, y: u64) -> u64 {
    x.checked_div(y).unwrap_or(u64::MAX)
}

fn remainder(x: u64, y: u64) -> u64 {
    x.checked_rem(y).unwrap_or(x)
}

const fn record(
    mnemonic: &'static str,
    fixed: (u32, u32),
    f: fn(WordSize, u64, u64) -> u64,
    expansion: Expansion,
) -> Record {
    Record::new(mnemonic, Format::R, fixed, Semantics::Compute(f), expansion).of(Extension::M)
}

pub(super) const RECORDS: &[Record] = &[
    record(
        "div",
        funct7(0x33, 4, 1),
        |word, x, y| quotient_signed(word.bits(), x, y),
        |c| signed_quotient(c, c.rs1, c.rs2, c.rd),
    ),
    record("divu", funct7(0x33, 5, 1), |_, x, y| quotient(x, y), divu),
    record(
        "rem",
        funct7(0x33, 6, 1),
        |word, x, y| remainder_signed(word.bits(), x, y),
        |c| signed_remainder(c, c.rs1, c.rs2),
    ),
    record("remu", funct7(0x33, 7, 1), |_, x, y| remainder(x, y), remu),
    record(
        "divw",
        funct7(0x3b, 4, 1),
        |word, x, y| w(word, quotient_signed(word.bits() / 2, x, y)),
        divw,
    )
    .only_64(),
    record(
        "divuw",
        funct7(0x3b, 5, 1),
        |word, x, y| w(word, quotient(low(word, x), low(word, y))),
        divuw,
    )
    .only_64(),
    record(
        "remw",
        funct7(0x3b, 6, 1),
        |word, x, y| w(word, remainder_signed(word.bits() / 2, x, y)),
        remw,
    )
    .only_64(),
    record(
        "remuw",
        funct7(0x3b, 7, 1),
        |word, x, y| w(word, remainder(low(word, x), low(word, y))),
        remuw,
    )
    .only_64(),
];

//! Atomics. One hart and memory in order: what is left of them is a read and a write, and the
//! reservation. The address is `rs1` and must be aligned; whatever is not is a fault.
//!
//! The rule for `sc`: it succeeds exactly if an `lr` (of either width) was executed before it, no
//! other `sc` since, and both have the same address. Ordinary stores, atomic operations and traps do
//! not touch the reservation. Success is computed from the reservation register; nothing is advised.
//! A failed `sc` reads the memory at its address all the same, and writes back what is there. No
//! reservation is the address 0, where there is no memory: an `sc` there has no proof.
//!
//! Full-word forms are aligned because full-word accesses are; word forms on RV64 check the two low
//! bits of the address. `rd` is written last: it may be `rs1` or `rs2`.

use super::context::temporary;
use super::persistent::RESERVATION;
use super::{Context, Expansion, Extension, Format, Record, Semantics};
use crate::bits::signed;
use crate::row::{Access, Left, Operands, Right, Row, Write};
use crate::tables::TableId;

const OLD: u8 = temporary(0);
const OPERAND: u8 = temporary(1);
const RESULT: u8 = temporary(2);
const NEW: u8 = temporary(3);
const SUCCESS: u8 = temporary(4);

/// Whether the access covers its cell.
fn full(c: &Context, size: u8) -> bool {
    usize::from(size) >= c.word.bytes()
}

/// Asserts that the address is aligned, where the access itself does not.
fn aligned(c: &Context, size: u8) -> Vec<Row> {
    if full(c, size) {
        return Vec::new();
    }
    let low_bits = u64::from(size) - 1;
    vec![Row {
        asserts: true,
        ..c.pair_constant(TableId::DISJOINT, c.rs1, low_bits)
    }]
}

/// Loads from the address, sign-extended.
fn load(c: &Context, size: u8, to: u8) -> Row {
    let row = Row {
        rs1: c.rs1,
        rd: to,
        ..c.row()
    };
    let written = |write| if to == 0 { Write::None } else { write };
    if full(c, size) {
        Row {
            access: Access::Load,
            write: written(Write::Cell),
            ..row
        }
    } else {
        Row {
            access: Access::LoadNarrow,
            operands: Operands::Pair(Left::Cell, Right::Window { size }),
            table: Some(TableId::EXTRACT_SX),
            write: written(Write::Lookup),
            ..row
        }
    }
}

/// Stores a register, truncated if the access is narrow.
fn store(c: &Context, size: u8, from: u8) -> Row {
    let row = Row {
        rs1: c.rs1,
        rs2: from,
        ..c.row()
    };
    if full(c, size) {
        Row {
            access: Access::Store,
            ..row
        }
    } else {
        Row {
            access: Access::StoreNarrow,
            operands: Operands::Pair(Left::Cell, Right::Window { size }),
            table: Some(TableId::EXTRACT_ZX),
            ..row
        }
    }
}

/// The table that makes a sum a value to be stored.
fn truncation(c: &Context, size: u8) -> TableId {
    if full(c, size) {
        TableId::TRUNC
    } else {
        TableId::TRUNC32
    }
}

fn load_reserved(c: &Context, size: u8) -> Vec<Row> {
    let mut rows = aligned(c, size);
    rows.extend([
        c.unary(TableId::TRUNC, c.rs1).to(RESERVATION),
        load(c, size, c.rd),
    ]);
    rows
}

fn store_conditional(c: &Context, size: u8) -> Vec<Row> {
    let mut rows = aligned(c, size);
    rows.extend([
        c.pair(TableId::EQ, RESERVATION, c.rs1).to(SUCCESS),
        c.link(RESERVATION, 0),
        // new = old + success · (rs2 - old)
        load(c, size, OLD),
        c.difference(TableId::TRUNC, c.rs2, OLD).to(OPERAND),
        c.product(TableId::TRUNC, SUCCESS, OPERAND).to(RESULT),
        c.sum(truncation(c, size), OLD, RESULT).to(NEW),
        store(c, size, NEW),
    ]);
    if c.rd != 0 {
        rows.push(c.pair_constant(TableId::XOR, SUCCESS, 1).to(c.rd));
    }
    rows
}

/// How an operation's result comes of the old value and `rs2`.
#[derive(Clone, Copy)]
enum Operation {
    Swap,
    Add,
    /// Bit by bit.
    Bits(TableId),
    /// By comparison.
    Order(TableId),
}

fn modify(c: &Context, size: u8, operation: Operation) -> Vec<Row> {
    let mut rows = aligned(c, size);
    // Where rd is needed no more, the old value can go there at once.
    let direct = c.rd != 0 && c.rd != c.rs1 && c.rd != c.rs2;
    let old = if direct { c.rd } else { OLD };
    let truncation = truncation(c, size);
    rows.push(load(c, size, old));
    let mut stored = NEW;
    match (operation, full(c, size)) {
        (Operation::Swap, true) => stored = c.rs2,
        (Operation::Swap, false) => rows.push(c.unary(truncation, c.rs2).to(NEW)),
        (Operation::Add, _) => rows.push(c.sum(truncation, old, c.rs2).to(NEW)),
        (Operation::Bits(table) | Operation::Order(table), true) => {
            rows.push(c.pair(table, old, c.rs2).to(NEW));
        }
        (Operation::Bits(table), false) => rows.extend([
            c.pair(table, old, c.rs2).to(RESULT),
            c.unary(truncation, RESULT).to(NEW),
        ]),
        (Operation::Order(table), false) => rows.extend([
            // Comparisons are of half-words; sign extension keeps both of their orders.
            c.unary(TableId::TRUNC32_SX, c.rs2).to(OPERAND),
            c.pair(table, old, OPERAND).to(RESULT),
            c.unary(truncation, RESULT).to(NEW),
        ]),
    }
    rows.push(store(c, size, stored));
    if !direct && c.rd != 0 {
        rows.push(c.unary(TableId::TRUNC, old).to(c.rd));
    }
    rows
}

const fn record(
    mnemonic: &'static str,
    (funct5, size): (u32, u8),
    semantics: Semantics,
    expansion: Expansion,
) -> Record {
    let funct3 = if size == 8 { 3 } else { 2 };
    let fields = if matches!(semantics, Semantics::LoadReserved { .. }) {
        0xf9f0_707f
    } else {
        0xf800_707f
    };
    let matches = 0x2f | funct3 << 12 | funct5 << 27;
    let mut record = Record::new(
        mnemonic,
        Format::Atomic,
        (matches, fields),
        semantics,
        expansion,
    )
    .of(Extension::A);
    record.only_64 = size == 8;
    record
}

/// Order of `bits` low bits read as signed numbers.
fn less(bits: usize, x: u64, y: u64) -> bool {
    signed(x, bits) < signed(y, bits)
}

const MIN: fn(usize, u64, u64) -> u64 = |bits, x, y| if less(bits, y, x) { y } else { x };
const MAX: fn(usize, u64, u64) -> u64 = |bits, x, y| if less(bits, x, y) { y } else { x };

macro_rules! pairs {
    ($($word:literal, $double:literal, $funct5:literal, $f:expr, $operation:expr;)*) => {
        &[$(
            record($word, ($funct5, 4), Semantics::Atomic { size: 4, f: $f }, |c| {
                modify(c, 4, $operation)
            }),
            record($double, ($funct5, 8), Semantics::Atomic { size: 8, f: $f }, |c| {
                modify(c, 8, $operation)
            }),
        )*]
    };
}

pub(super) const OPERATIONS: &[Record] = pairs! {
    "amoadd.w", "amoadd.d", 0x00, |_, x, y| x.wrapping_add(y), Operation::Add;
    "amoswap.w", "amoswap.d", 0x01, |_, _, y| y, Operation::Swap;
    "amoxor.w", "amoxor.d", 0x04, |_, x, y| x ^ y, Operation::Bits(TableId::XOR);
    "amoor.w", "amoor.d", 0x08, |_, x, y| x | y, Operation::Bits(TableId::OR);
    "amoand.w", "amoand.d", 0x0c, |_, x, y| x & y, Operation::Bits(TableId::AND);
    "amomin.w", "amomin.d", 0x10, MIN, Operation::Order(TableId::MIN);
    "amomax.w", "amomax.d", 0x14, MAX, Operation::Order(TableId::MAX);
    "amominu.w", "amominu.d", 0x18, |_, x, y| x.min(y), Operation::Order(TableId::MINU);
    "amomaxu.w", "amomaxu.d", 0x1c, |_, x, y| x.max(y), Operation::Order(TableId::MAXU);
};

pub(super) const RESERVATIONS: &[Record] = &[
    record(
        "lr.w",
        (0x02, 4),
        Semantics::LoadReserved { size: 4 },
        |c| load_reserved(c, 4),
    ),
    record(
        "lr.d",
        (0x02, 8),
        Semantics::LoadReserved { size: 8 },
        |c| load_reserved(c, 8),
    ),
    record(
        "sc.w",
        (0x03, 4),
        Semantics::StoreConditional { size: 4 },
        |c| store_conditional(c, 4),
    ),
    record(
        "sc.d",
        (0x03, 8),
        Semantics::StoreConditional { size: 8 },
        |c| store_conditional(c, 8),
    ),
];

//! Jumps, branches and fences. The next label is `succ + out·delta`: a branch looks up a predicate, an
//! indirect jump its even target (label = target + 1).

use super::context::funct3;
use super::{Context, Expansion, Format, Record, Semantics};
use crate::bits::signed;
use crate::row::Row;
use crate::tables::TableId;
use crate::word::WordSize;

/// A branch that is taken if the predicate's value is `taken_if`.
fn branch(c: &Context, predicate: TableId, taken_if: bool) -> Vec<Row> {
    let (on_false, on_true) = if taken_if {
        (c.next_label(), c.target_label())
    } else {
        (c.target_label(), c.next_label())
    };
    vec![Row {
        succ: on_false,
        // Labels are at most 2^64.
        delta: on_true as i128 - on_false as i128,
        ..c.pair(predicate, c.rs1, c.rs2)
    }]
}

/// A direct jump. A jump to itself that writes nothing halts.
fn jump(c: &Context) -> Vec<Row> {
    let to_itself = c.imm_word() == 0;
    vec![Row {
        succ: if to_itself && c.rd == 0 {
            0
        } else {
            c.target_label()
        },
        ..c.constant(c.next)
    }]
}

/// An indirect jump. It reads `rs1` before it writes `rd`, so they may be equal.
fn jump_register(c: &Context) -> Vec<Row> {
    let link = c.constant(c.next);
    vec![Row {
        rd: link.rd,
        write: link.write,
        link: link.link,
        succ: 1,
        delta: 1,
        ..c.sum_constant(TableId::TRUNC_EVEN, c.rs1, c.imm_word())
    }]
}

const fn branches(
    mnemonic: &'static str,
    funct: u32,
    f: fn(WordSize, u64, u64) -> bool,
    expansion: Expansion,
) -> Record {
    let semantics = Semantics::Branch(f);
    Record::new(
        mnemonic,
        Format::B,
        funct3(0x63, funct),
        semantics,
        expansion,
    )
}

fn less(word: WordSize, x: u64, y: u64) -> bool {
    signed(x, word.bits()) < signed(y, word.bits())
}

pub(super) const RECORDS: &[Record] = &[
    Record::new("jal", Format::J, (0x6f, 0x7f), Semantics::Jump, jump),
    Record::new(
        "jalr",
        Format::I,
        funct3(0x67, 0),
        Semantics::JumpRegister,
        jump_register,
    ),
    branches("beq", 0, |_, x, y| x == y, |c| branch(c, TableId::EQ, true)),
    branches(
        "bne",
        1,
        |_, x, y| x != y,
        |c| branch(c, TableId::EQ, false),
    ),
    branches("blt", 4, less, |c| branch(c, TableId::LT, true)),
    branches(
        "bge",
        5,
        |word, x, y| !less(word, x, y),
        |c| branch(c, TableId::LT, false),
    ),
    branches(
        "bltu",
        6,
        |_, x, y| x < y,
        |c| branch(c, TableId::LTU, true),
    ),
    branches(
        "bgeu",
        7,
        |_, x, y| x >= y,
        |c| branch(c, TableId::LTU, false),
    ),
    // One hart, memory in order: nothing to do.
    Record::new(
        "fence",
        Format::I,
        funct3(0x0f, 0),
        Semantics::Nothing,
        |c| vec![c.row()],
    ),
];

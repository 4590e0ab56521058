//! The laws of rows reject what would break the machine's invariant.

use crate::common::instruction;
use instruction_tables::instructions::check_sequence;
use instruction_tables::{Access, Hint, Left, Operands, Right, Row, TableId, WordSize, Write};

const WORD: WordSize = WordSize::W64;

fn expansion(name: &str) -> Vec<Row> {
    let i = instruction(name, (5, 6, 7));
    let rows = i.expand(WORD, 0x1000, 1 << 65);
    check_sequence(WORD, &rows).unwrap();
    rows
}

/// The row of a one-row instruction, changed, must be rejected for a reason that contains `why`.
fn rejects(name: &str, why: &str, change: impl Fn(&mut Row)) {
    let mut row = expansion(name).remove(0);
    change(&mut row);
    let reason = row.well_formed(WORD).unwrap_err().to_string();
    assert!(reason.contains(why), "{name}: {reason}");
}

#[test]
fn single_rows() {
    rejects("add", "exactly if", |r| r.rd = 0);
    rejects("add", "exactly if", |r| r.write = Write::None);
    rejects("add", "out of range", |r| r.rs1 = 64);
    rejects("add", "copies no loaded cell", |r| r.write = Write::Cell);
    rejects("add", "other kind", |r| r.table = Some(TableId::AND));
    rejects("add", "lookup it lacks", |r| r.table = None);
    rejects("add", "go together", |r| r.operands = Operands::None);
    rejects("add", "does not fit", |r| r.imm = -1);
    rejects("add", "free index", |r| r.hint = Hint::PrivateInput);
    rejects("add", "control", |r| r.delta = 1);
    rejects("and", "does not fit", |r| r.imm = 1);
    rejects("and", "asserts no predicate", |r| r.asserts = true);
    rejects("and", "exact without", |r| r.exact = true);
    rejects("and", "lacks the table", |r| r.table = Some(TableId(99)));
    rejects("and", "go together", |r| {
        r.operands = Operands::Pair(Left::Cell, Right::Value);
    });
    rejects("sub", "does not fit", |r| r.imm = 0);
    rejects("lui", "without link", |r| {
        r.write = Write::None;
        r.rd = 0;
        r.link = 1;
    });
    rejects("jalr", "control", |r| r.table = Some(TableId::TRUNC));
    rejects("lbu", "extracts", |r| r.table = Some(TableId::AND));
    rejects("lbu", "less than a word", |r| {
        r.operands = Operands::Pair(Left::Cell, Right::Window { size: 8 });
    });
    rejects("lbu", "belongs to", |r| r.access = Access::Load);
    rejects("ld", "copies no loaded cell", |r| {
        r.access = Access::LoadNarrow
    });
    rejects("sd", "writes no register", |r| {
        r.rd = 5;
        r.write = Write::Link;
    });
    rejects("private_input", "free index", |r| r.hint = Hint::None);
}

/// An instruction's rows, changed, must be rejected for a reason that contains `why`.
fn rejects_sequence(name: &str, why: &str, change: impl Fn(&mut Vec<Row>)) {
    let mut rows = expansion(name);
    change(&mut rows);
    let reason = check_sequence(WORD, &rows).unwrap_err().to_string();
    assert!(reason.contains(why), "{name}: {reason}");
}

#[test]
fn sequences() {
    rejects_sequence("sll", "lead to the next", |rows| rows[0].succ = 0x1005);
    rejects_sequence("sll", "no other row", |rows| {
        rows[1].label = 7;
        rows[0].succ = 7;
    });
    rejects_sequence("sll", "no other row", |rows| rows[0].label = 1 << 65);
    rejects_sequence("sll", "has not written", |rows| rows[1].rs2 = 33);
    rejects_sequence("divu", "has not written", |rows| rows[1].rs1 = 40);
    rejects_sequence("divu", "leaves", |rows| rows[3].delta = 1);
    rejects_sequence("divw", "has not written", |rows| {
        for row in rows.iter_mut() {
            if let Hint::SignedQuotient { divisor, .. } = &mut row.hint {
                *divisor = 60;
            }
        }
    });
    let narrow_store = |size: u8, table: TableId| {
        let name = ["", "sb", "sh", "", "sw"][usize::from(size)];
        rejects_sequence(name, "not truncated", |rows| rows[0].table = Some(table));
    };
    narrow_store(1, TableId::TRUNC16);
    narrow_store(2, TableId::TRUNC);
    narrow_store(4, TableId::TRUNC32_SX);
    rejects_sequence("sb", "not truncated", |rows| rows[1].rs2 = 7);
}

//! Loads and stores. A row's constant is the offset of the address: whoever places RAM subtracts its
//! base. Addresses that wrap around `2^W` are no addresses.

use super::context::{funct3, temporary};
use super::{Context, Expansion, Format, Record, Semantics};
use crate::row::{Access, Left, Operands, Right, Row, Write};
use crate::tables::TableId;

/// A load of `size` bytes; a load to x0 still accesses memory.
fn load(c: &Context, size: u8, table: TableId) -> Vec<Row> {
    let row = Row {
        rs1: c.rs1,
        rd: c.rd,
        imm: i128::from(c.imm),
        ..c.row()
    };
    let written = |write| if c.rd == 0 { Write::None } else { write };
    vec![if usize::from(size) == c.word.bytes() {
        Row {
            access: Access::Load,
            write: written(Write::Cell),
            ..row
        }
    } else {
        Row {
            access: Access::LoadNarrow,
            operands: Operands::Pair(Left::Cell, Right::Window { size }),
            table: Some(table),
            write: written(Write::Lookup),
            ..row
        }
    }]
}

/// A store of `size` bytes. Narrow stores truncate first, unless they store x0.
fn store(c: &Context, size: u8, truncate: TableId) -> Vec<Row> {
    let row = Row {
        rs1: c.rs1,
        rs2: c.rs2,
        imm: i128::from(c.imm),
        ..c.row()
    };
    if usize::from(size) == c.word.bytes() {
        let access = Access::Store;
        return vec![Row { access, ..row }];
    }
    let narrow = Row {
        access: Access::StoreNarrow,
        operands: Operands::Pair(Left::Cell, Right::Window { size }),
        table: Some(TableId::EXTRACT_ZX),
        ..row
    };
    if c.rs2 == 0 {
        return vec![narrow];
    }
    let t = temporary(0);
    vec![c.unary(truncate, c.rs2).to(t), Row { rs2: t, ..narrow }]
}

const fn loads(
    mnemonic: &'static str,
    funct: u32,
    size: u8,
    signed: bool,
    expansion: Expansion,
) -> Record {
    let semantics = Semantics::Load { size, signed };
    Record::new(
        mnemonic,
        Format::I,
        funct3(0x03, funct),
        semantics,
        expansion,
    )
}

const fn stores(mnemonic: &'static str, funct: u32, size: u8, expansion: Expansion) -> Record {
    let semantics = Semantics::Store { size };
    Record::new(
        mnemonic,
        Format::S,
        funct3(0x23, funct),
        semantics,
        expansion,
    )
}

pub(super) const RECORDS: &[Record] = &[
    loads("lb", 0, 1, true, |c| load(c, 1, TableId::EXTRACT_SX)),
    loads("lh", 1, 2, true, |c| load(c, 2, TableId::EXTRACT_SX)),
    loads("lw", 2, 4, true, |c| load(c, 4, TableId::EXTRACT_SX)),
    loads("ld", 3, 8, true, |c| load(c, 8, TableId::EXTRACT_SX)).only_64(),
    loads("lbu", 4, 1, false, |c| load(c, 1, TableId::EXTRACT_ZX)),
    loads("lhu", 5, 2, false, |c| load(c, 2, TableId::EXTRACT_ZX)),
    loads("lwu", 6, 4, false, |c| load(c, 4, TableId::EXTRACT_ZX)).only_64(),
    stores("sb", 0, 1, |c| store(c, 1, TableId::TRUNC8)),
    stores("sh", 1, 2, |c| store(c, 2, TableId::TRUNC16)),
    stores("sw", 2, 4, |c| store(c, 4, TableId::TRUNC32)),
    stores("sd", 3, 8, |c| store(c, 8, TableId::TRUNC)).only_64(),
];

//! What a row is but for its numbers and registers.

use instruction_tables::{Access, Left, Operands, Right, Row, TableId, Write};

/// A kind of rows: rows that differ in nothing but their numbers (label, successor, step of a branch, immediate, link) and
/// their registers. The fields are those of [`Row`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind {
    pub operands: Operands,
    pub table: Option<TableId>,
    pub write: Write,
    pub access: Access,
    pub asserts: bool,
    pub exact: bool,
}

impl Kind {
    /// The kind of a row.
    pub fn of(row: &Row) -> Self {
        Kind {
            operands: row.operands,
            table: row.table,
            write: row.write,
            access: row.access,
            asserts: row.asserts,
            exact: row.exact,
        }
    }

    /// Canonical encoding.
    pub fn to_bytes(self) -> [u8; 7] {
        let operands: [u8; 2] = match self.operands {
            Operands::None => [0, 0],
            Operands::Pair(left, right) => {
                let left = match left {
                    Left::Rs1 => 1,
                    Left::Cell => 2,
                };
                match right {
                    Right::Value => [left, 0],
                    Right::Window { size } => [left, size],
                }
            }
            Operands::Sum => [3, 0],
            Operands::Difference => [4, 0],
            Operands::Product => [5, 0],
            Operands::Free => [6, 0],
        };
        let write = match self.write {
            Write::None => 0u8,
            Write::Lookup => 1,
            Write::Link => 2,
            Write::Cell => 3,
        };
        let access = match self.access {
            Access::Idle => 0u8,
            Access::Load => 1,
            Access::Store => 2,
            Access::LoadNarrow => 3,
            Access::StoreNarrow => 4,
        };
        let table = self.table.map_or(u8::MAX, |t| t.0);
        let [form, size] = operands;
        let flags = [self.asserts, self.exact].map(u8::from);
        [write, access, form, size, flags[0], flags[1], table]
    }
}

//! RISC-V instructions as lookups: bit automata, tables, instruction records and their laws.

pub mod row;
pub mod tables;

pub use row::{Access, Hint, Left, Operands, REGISTERS, Right, Row, WordSize, Write};

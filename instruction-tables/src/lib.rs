//! RISC-V instructions as lookups: bit automata, tables, instruction records and their laws.
//!
//! - [`automaton`]: one definition of a table yields its multilinear extension, its prefix–suffix
//!   decomposition and its chunk subtables;
//! - [`tables`]: the tables and their registry;
//! - [`row`]: one bytecode row, everything that one cycle does;
//! - [`execute`]: the semantics of a row ([`Row::well_formed`] is its law);
//! - [`instructions`]: the instruction records, decoding and expansion to rows.

pub mod automaton;
mod bits;
pub mod execute;
pub mod instructions;
mod malformed;
pub mod row;
pub mod tables;
mod well_formed;
mod word;

pub use automaton::{Automaton, Matrix};
pub use bits::{deinterleave, interleave};
pub use execute::{Effect, Inputs, RowFault};
pub use instructions::{Instruction, Record, decode, decode_compressed};
pub use malformed::{CallLaw, Malformed, RowLaw, SequenceLaw};
pub use row::{Access, Hint, Left, Operands, REGISTERS, Right, Row, Write};
pub use tables::{Kind, Table, TableId};
pub use word::WordSize;

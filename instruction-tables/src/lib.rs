//! RISC-V instructions as lookups: bit automata, tables, instruction records and their laws.
//!
//! Use this crate to define lookup tables whose entries are far too many to write out, and for what RV32 and RV64
//! instructions look up. It has no provers and reads no ELF files.
//!
//! # A table's extension
//!
//! A table is a [bit automaton](automaton): one small matrix for each pair of index bits. From it follow entries, the
//! multilinear extension, the prefix–suffix decomposition and the subtables of chunks.
//!
//! ```
//! use ark_bn254::Fr;
//! use instruction_tables::{WordSize, interleave, tables};
//!
//! let (_, and) = tables::by_name(WordSize::W64, "AND").expect("a table of every word size");
//! let automaton = and.automaton(); // of 2^128 entries
//! assert_eq!(automaton.entry(interleave(12, 10)), 8);
//! // The extension at a point, most significant bit of the index first: one multiplication or two for a bit.
//! let point: Vec<Fr> = (0..128u64).map(Fr::from).collect();
//! let value = automaton.evaluate(&point);
//! let words = point.chunks(2).rev().enumerate();
//! assert_eq!(value, words.map(|(i, pair)| Fr::from(1u64 << i) * pair[0] * pair[1]).sum());
//! ```
//!
//! # Where to go next
//!
//! | to | read |
//! |---|---|
//! | define a table of your own | [`automaton`], [`Table`] |
//! | know the tables that instructions look up | [`tables`] |
//! | know what one cycle does, and the law of its row | [`row`], [`execute`], [`Row::well_formed`] |
//! | decode instructions, and expand them to rows | [`instructions`] |

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

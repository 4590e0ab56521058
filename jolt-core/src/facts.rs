//! What arguments are like, said by themselves: the rows of `jolt-lab arguments`.
//!
//! What can be checked is checked: `tests/soundness/lookup.rs` holds the sizes to what an argument supports, and the
//! notes and papers to the files that exist.

use std::fmt;
use std::ops::RangeInclusive;

/// What an argument asks of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// Nothing: the table is written out.
    WrittenOut,
    /// A bit automaton over the whole index: its extension, prefixes and suffixes.
    Automaton,
    /// A bit automaton that is cut into chunks, the subtables of which are written out.
    Decomposed,
}

impl fmt::Display for Structure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Structure::WrittenOut => "none",
            Structure::Automaton => "automaton",
            Structure::Decomposed => "decomposable",
        })
    }
}

/// What is accessed, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A table that never changes.
    ReadOnly,
    /// Cells that are written as well.
    ReadWrite,
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Access::ReadOnly => "read-only",
            Access::ReadWrite => "read-write",
        })
    }
}

/// Facts about an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What it is, in a few words.
    pub about: &'static str,
    /// Whether a value is bound to the index that it is read at, and not only to the table.
    pub indexed: bool,
    /// Whether one read returns several columns: an output, and operands of the index.
    pub vector: bool,
    /// Whether what is read can be written.
    pub access: Access,
    /// What tables must be like.
    pub structure: Structure,
    /// Bits of the index: the smallest table, and the largest.
    pub index_bits: RangeInclusive<usize>,
    /// Which fields it works over.
    pub field: &'static str,
    /// Keys of `papers/references.bib`.
    pub papers: &'static [&'static str],
    /// File in `papers/` that describes it.
    pub note: Option<&'static str>,
}

impl Facts {
    /// Of a lookup argument for tables of up to 128 index bits, with structure and without papers: what
    /// the interface itself says.
    pub const LOOKUP: Facts = Facts {
        about: "a lookup argument",
        indexed: true,
        vector: true,
        access: Access::ReadOnly,
        structure: Structure::Automaton,
        index_bits: 2..=128,
        field: "prime, of more bits than the index",
        papers: &[],
        note: None,
    };
}

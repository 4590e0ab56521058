//! The arguments that a key pins, and what they are given.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use crate::lookup::{LookupArgument, LookupShape};
use crate::machine::Machine;
use crate::memory::MemoryArgument;
use crate::preprocessed::Preprocessed;
use instruction_tables::WordSize;
use sumcheck::Label;

/// The arguments that a key pins.
#[derive(Clone, Copy)]
pub struct Arguments<'a, F> {
    /// Of instruction lookups.
    pub lookup: &'a dyn LookupArgument<F>,
    /// Of registers and RAM.
    pub memory: &'a dyn MemoryArgument<F>,
    /// The program, if the key commits to it.
    pub program: Option<&'a Preprocessed<F>>,
}

/// The batch of what a memory argument begins with, where the lookup argument has none to prove it in.
pub(super) const BESIDE: Label = "remember";

/// The lookups of a machine that runs for `2^cycle_vars` cycles.
pub fn lookup_shape(machine: &Machine, cycle_vars: usize) -> LookupShape {
    lookup_shape_of(machine.bytecode.word(), cycle_vars)
}

/// The lookups of every machine with this word size.
pub fn lookup_shape_of(word: WordSize, cycle_vars: usize) -> LookupShape {
    LookupShape {
        cycle_vars,
        index_bits: 2 * word.bits(),
        tables: instruction_tables::tables::all(word)
            .iter()
            .map(|(_, table)| *table)
            .collect(),
    }
}

//! Tables cut into subtables over chunks of the index, from their automata.
//!
//! A table is a product of small matrices, one for each pair of index bits. Joined chunk by chunk, it is
//!
//! ```text
//! T(index) = start · N_0(c_0) · N_1(c_1) … N_{n-1}(c_{n-1}) · end
//! ```
//!
//! for chunks `c_i` of `b` bits, the most significant first. Entries of the `N_i` are functions of one
//! chunk. Most are constant, and most others equal, up to a scale and a constant, one that another
//! position or table has; what is left are the *subtables*. So an entry is `constant + Σ scale · subtable`,
//! and a table a sum over paths ([`Expr::Chain`]) in the outputs of its subtables: Lasso's `g`
//! [STW23; AST23].
//!
//! Subtables are integers with greatest common divisor 1, and zero at chunk 0. Three always exist:
//! [`CHUNK`] (the chunk itself, which needs no table but a range), [`LEFT`] and [`RIGHT`] (every other
//! bit of it).
//!
//! Functions are compared at *all* `2^b` chunks, exactly (`comparison.rs`): the row vectors that chunks lead to
//! span a space of no more dimensions than states, and what is 0 on a basis is 0 on all of it. Residues
//! modulo `2^61 − 1` at two points only say which functions are worth comparing. Automata are bounded
//! ([`LookupShape::fits_tables`]), so no sum overflows.
//!
//! Cost: for each function `b/2` times four small products for each basis vector, and an elimination; for
//! each subtable one pass over `2^b` chunks. Entries are written out by provers alone.

#![allow(
    clippy::indexing_slicing,
    reason = "states and chunks are those of an automaton that the key fixes; no proof has a say"
)]

mod comparison;
mod function;
#[cfg(feature = "prover")]
mod made;
#[cfg(not(feature = "prover"))]
#[path = "made_anew.rs"]
mod made;
#[cfg(feature = "prover")]
mod prover;
mod residue;
mod search;
mod subtable;
#[cfg(test)]
mod tests;

use super::{LookupShape, ShapeError};
use search::{Found, Layer, Occurrence};
use sumcheck::{Expr, Field};

pub use subtable::Subtable;

/// The subtable that is the chunk itself.
pub const CHUNK: usize = 0;
/// The subtable of the bits of the left operand in a chunk.
pub const LEFT: usize = 1;
/// The subtable of the bits of the right operand in a chunk.
pub const RIGHT: usize = 2;

/// An entry of a chunk's matrix: `constant + Σ scale · subtable`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its value at chunk 0.
    pub constant: i128,
    /// (scale, subtable).
    pub terms: Vec<(i128, usize)>,
}

/// One chunk's matrix of one table; states that no path uses are left out. The first chunk's has one row,
/// the last one's one column: start and end are multiplied in.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// `(from, to, entry)`, zero entries left out.
    pub entries: Vec<(usize, usize, Entry)>,
    /// Subtables that occur, ascending.
    pub uses: Vec<usize>,
}

/// Why tables cannot be cut.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CutError {
    /// The tables do not belong to the shape.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// Chunks that are empty, too long, have half a pair of bits, or do not make up an index.
    #[error("{index_bits} index bits in chunks of {chunk_bits}")]
    Chunks {
        /// Bits of an index.
        index_bits: usize,
        /// Bits of a chunk.
        chunk_bits: usize,
    },
    /// More entries of subtables than memory should hold.
    #[error("{subtables} subtables of chunks of {chunk_bits} bits are too many")]
    TooMany {
        /// Distinct subtables.
        subtables: usize,
        /// Bits of a chunk.
        chunk_bits: usize,
    },
}

/// The tables of a shape, cut into chunks.
pub struct Decomposition {
    chunk_bits: usize,
    positions: usize,
    subtables: Vec<Subtable>,
    tables: Vec<Vec<Chunk>>,
}

impl Decomposition {
    /// Cuts all tables of a shape into chunks of so many bits.
    ///
    /// # Errors
    /// Tables that do not belong to the shape; chunks that are empty, longer than 16 bits, have half a pair
    /// of bits, or do not make up an index; too many subtables.
    pub fn new(shape: &LookupShape, chunk_bits: usize) -> Result<Self, CutError> {
        shape.fits_tables()?;
        if !matches!(chunk_bits, 2..=16)
            || !chunk_bits.is_multiple_of(2)
            || shape.index_bits == 0
            || !shape.index_bits.is_multiple_of(chunk_bits)
        {
            return Err(CutError::Chunks {
                index_bits: shape.index_bits,
                chunk_bits,
            });
        }
        let positions = shape.index_bits / chunk_bits;
        let mut found = Found::new(chunk_bits);
        let tables: Vec<Vec<Layer>> = shape
            .tables
            .iter()
            .map(|table| found.table(table.name(), table.automaton(), positions))
            .collect::<Result<_, _>>()?;
        let distinct = found.functions.into_iter();
        let subtables: Vec<Subtable> = distinct
            .map(|distinct| Subtable::new(distinct.name, distinct.function))
            .collect();
        let entry = |occurrence: Occurrence| match occurrence {
            Occurrence::Constant(constant) => Entry {
                constant,
                terms: Vec::new(),
            },
            Occurrence::Subtable(function, s) => {
                let (constant, scale) = subtables[s].occurrence(&function);
                Entry {
                    constant,
                    terms: vec![(scale, s)],
                }
            }
        };
        let chunk = |occurrences: Layer| {
            let entries: Vec<_> = occurrences
                .into_iter()
                .map(|(from, to, o)| (from, to, entry(o)))
                .collect();
            let terms = entries.iter().flat_map(|(_, _, e)| &e.terms);
            let mut uses: Vec<usize> = terms.map(|(_, s)| *s).collect();
            uses.sort_unstable();
            uses.dedup();
            Chunk { entries, uses }
        };
        let tables = tables
            .into_iter()
            .map(|chunks| chunks.into_iter().map(chunk).collect())
            .collect();
        Ok(Decomposition {
            chunk_bits,
            positions,
            subtables,
            tables,
        })
    }

    /// Bits of a chunk.
    pub fn chunk_bits(&self) -> usize {
        self.chunk_bits
    }

    /// Chunks of an index.
    pub fn positions(&self) -> usize {
        self.positions
    }

    /// The distinct subtables; [`CHUNK`], [`LEFT`] and [`RIGHT`] come first.
    pub fn subtables(&self) -> &[Subtable] {
        &self.subtables
    }

    /// The matrix of a table at a position, 0 the most significant.
    pub fn chunk(&self, table: usize, position: usize) -> &Chunk {
        &self.tables[table][position]
    }

    /// Whether a table needs a subtable at a position: the coefficient of the table's selector in the flag
    /// of that lookup.
    pub fn uses(&self, table: usize, position: usize, subtable: usize) -> bool {
        let uses = &self.tables[table][position].uses;
        uses.binary_search(&subtable).is_ok()
    }

    /// A chunk of an index, position 0 the most significant.
    pub fn value(&self, index: u128, position: usize) -> usize {
        let shift = (self.positions - 1 - position) * self.chunk_bits;
        (index >> shift) as usize & ((1 << self.chunk_bits) - 1)
    }

    /// Factor of a position's chunk in the whole index: `2^(b · chunks below)`.
    pub fn weight(&self, position: usize) -> u128 {
        1 << ((self.positions - 1 - position) * self.chunk_bits)
    }

    /// Factor of a position's [`LEFT`] and [`RIGHT`] in the operands.
    pub fn operand_weight(&self, position: usize) -> u64 {
        1 << ((self.positions - 1 - position) * self.chunk_bits / 2)
    }

    /// A table as a polynomial in the outputs `output(position, subtable)` of its subtables. On honest
    /// outputs its value is the table's entry.
    pub fn expr<F: Field>(
        &self,
        table: usize,
        output: impl Fn(usize, usize) -> Expr<F>,
    ) -> Expr<F> {
        let entry = |position: usize, entry: &Entry| {
            let scaled = entry.terms.iter().map(|(scale, s)| match scale {
                1 => output(position, *s),
                c => constant::<F>(*c) * output(position, *s),
            });
            let mut terms: Vec<Expr<F>> = scaled.collect();
            if entry.constant != 0 || terms.is_empty() {
                terms.push(constant(entry.constant));
            }
            match terms.len() {
                1 => terms.swap_remove(0),
                _ => Expr::Sum(terms),
            }
        };
        let layers = self.tables[table].iter().enumerate();
        let layer = |(position, chunk): (usize, &Chunk)| {
            let entries = chunk.entries.iter();
            entries
                .map(|(from, to, e)| (*from, *to, entry(position, e)))
                .collect()
        };
        Expr::Chain(layers.map(layer).collect())
    }
}

fn constant<F: Field>(value: i128) -> Expr<F> {
    Expr::constant(value.to_string(), F::from_i128(value))
}

//! Lasso [STW23; AST23]: subtables over chunks of the index, and offline memory checking.
//!
//! An index is cut into `n` chunks of `b` bits. Every position of a chunk has one read-only memory whose
//! cells hold what the tables need of a chunk (`layout.rs`). Committed, for each position: the chunk in
//! two halves (or whole, where the whole index is exposed), the count that the read finds, one value for
//! each slot of the position's matrices that varies; and the final counts.
//!
//! Protocol, for the claims `out`, `left`, `right` at the cycle point `r`:
//!
//! 1. `γ`, `τ`. Reads, writes, initial and final contents of every memory as grand products
//!    (`memory.rs`); they leave claims on the leaves. The verifier evaluates initial contents itself.
//! 2. `out` becomes claims on the entries of every position's matrices, one position after the other
//!    (`collate.rs`).
//! 3. `λ`, `ω`, `β`. One batch brings leaves, entries and operands to one cycle point (`settle.rs`). `δ`
//!    joins what is left of the selectors into the caller's one claim.
//!
//! Cost and soundness: `papers/lasso.md`.

mod collate;
pub(in crate::lookup) mod dense;
pub(in crate::lookup) mod layout;
mod memory;
#[cfg(feature = "prover")]
pub(in crate::lookup) mod prover;
pub(in crate::lookup) mod settle;
mod verifier;

use super::dense::DenseArgument;
use super::selectors::fits_field;
use super::{LookupArgument, LookupShape, LookupVerifier, Unsupported};
use crate::facts::{Facts, Structure};
use layout::Layout;
use sumcheck::{Field, VerifierChannel, VerifyError};

/// The Lasso argument.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lasso {
    /// Bits of a chunk; chosen by the number of cycles if not given.
    pub chunk_bits: Option<usize>,
}

impl Lasso {
    /// With chunks of so many bits, instead of a length that fits the number of reads.
    pub fn with_chunks(bits: usize) -> Self {
        Lasso {
            chunk_bits: Some(bits),
        }
    }

    pub(in crate::lookup) fn layout<F: Field>(
        &self,
        shape: &LookupShape,
    ) -> Result<Layout, Unsupported> {
        // An index must be one field element, and a sum or product of operands the index itself.
        fits_field::<F>(shape.index_bits, 1)?;
        Layout::new(shape, self.chunk_bits)
    }

    /// How large an instance is.
    ///
    /// # Errors
    /// Why the shape is not supported.
    pub fn sizes(&self, shape: &LookupShape) -> Result<Sizes, Unsupported> {
        let layout = Layout::new(shape, self.chunk_bits)?;
        let positions = &layout.positions;
        Ok(Sizes {
            chunk_bits: layout.cut.chunk_bits(),
            cell_vars: layout.cell_vars,
            states: layout.widths.clone(),
            slots: positions.iter().map(|p| p.slots.len()).collect(),
            columns: (0..layout.len()).map(|i| layout.columns(i)).collect(),
            classes: positions.iter().map(|p| p.classes.len()).collect(),
            counts: (0..layout.len()).map(|i| layout.pieces(i)).collect(),
        })
    }
}

impl<F: Field> LookupArgument<F> for Lasso {
    fn name(&self) -> &'static str {
        "lasso"
    }

    fn facts(&self) -> Facts {
        Facts {
            about: "offline memory checking of subtables, by grand products",
            structure: Structure::Decomposed,
            index_bits: 16..=128,
            papers: &["STW23", "BEGKN94", "Tha13"],
            note: Some("lasso.md"),
            ..Facts::LOOKUP
        }
    }

    fn dense(&self) -> Option<&dyn DenseArgument<F>> {
        Some(self)
    }

    fn supports(&self, shape: &LookupShape) -> Result<(), Unsupported> {
        self.layout::<F>(shape).map(|_| ())
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        let layout = self.layout::<F>(shape)?;
        verifier::receive(channel, layout)
    }
}

/// Sizes of an instance; lists go by position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Bits of a chunk.
    pub chunk_bits: usize,
    /// Variables of a memory's cells.
    pub cell_vars: usize,
    /// States at each cut, one number more than positions.
    pub states: Vec<usize>,
    /// Entries of the matrices.
    pub slots: Vec<usize>,
    /// Committed columns over cycles.
    pub columns: Vec<usize>,
    /// Classes of tables.
    pub classes: Vec<usize>,
    /// Committed polynomials of final counts.
    pub counts: Vec<usize>,
}

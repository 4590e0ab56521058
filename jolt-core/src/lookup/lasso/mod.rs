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
mod dense;
mod layout;
mod memory;
mod settle;
mod witness;

pub use witness::{Cover, Lie};

use super::dense::{DenseArgument, Lie as DenseLie};
use super::selectors::{chunked, fits_field};
use super::{
    LookupArgument, LookupProver, LookupShape, LookupVerifier, ReadClaim, Reads, SelectorClaim,
};
use crate::facts::{Facts, Structure};
use layout::{Challenges, Layout};
use std::sync::Arc;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{
    Field, Instance, NaiveProver, Oracle, ProverChannel, Relation, Shape, Value, VerifierChannel,
    VerifyError,
};
use witness::Witness;

/// Whether relations are proven by the naive prover.
type Slow = bool;

/// The Lasso argument.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lasso {
    /// Bits of a chunk; chosen by the number of cycles if not given.
    pub chunk_bits: Option<usize>,
    slow: Slow,
    lie: Option<Lie>,
    dense_lie: Option<DenseLie>,
}

chunked!(Lasso, Lie);

impl Lasso {
    fn layout<F: Field>(&self, shape: &LookupShape) -> Result<Layout, String> {
        // An index must be one field element, and a sum or product of operands the index itself.
        fits_field::<F>(shape.index_bits, 1)?;
        Layout::new(shape, self.chunk_bits)
    }

    /// How large an instance is.
    ///
    /// # Errors
    /// Why the shape is not supported.
    pub fn sizes(&self, shape: &LookupShape) -> Result<Sizes, String> {
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

    /// What the reads return if the prover lies so.
    ///
    /// # Errors
    /// Why the shape is not supported.
    pub fn outputs(&self, shape: &LookupShape, reads: Arc<Reads>) -> Result<Vec<i128>, String> {
        let layout = Layout::new(shape, self.chunk_bits)?;
        Ok(Witness::new(&layout, reads, self.lie).outputs(&layout))
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

    fn supports(&self, shape: &LookupShape) -> Result<(), String> {
        self.layout::<F>(shape).map(|_| ())
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Box<dyn LookupProver<F>> {
        let layout = self.layout::<F>(shape).expect("a supported shape");
        let witness = Witness::new(&layout, reads, self.lie);
        let [columns, finals] = witness.polys(&layout);
        Box::new(Prover {
            oracles: [
                channel.commit("lookup columns", columns),
                channel.commit("lookup counts", finals),
            ],
            layout,
            witness,
            slow: self.slow,
        })
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        let not_allowed = |cause| VerifyError::NotAllowed { cause };
        let layout = self.layout::<F>(shape).map_err(not_allowed)?;
        let integers = |vars: usize, count: usize| vec![Shape { vars, radix: None }; count];
        let columns = integers(layout.cycle_vars, layout.first_column(layout.len()));
        let pieces = (0..layout.len()).map(|i| layout.pieces(i)).sum();
        let finals = integers(layout.piece_vars(), pieces);
        Ok(Box::new(Verifier {
            oracles: [
                channel.oracles("lookup columns", &columns)?,
                channel.oracles("lookup counts", &finals)?,
            ],
            layout,
        }))
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

/// All rows of a column; none for an equality factor.
fn table_of<F: Field>(column: Option<&Column<F>>, vars: usize) -> Vec<F> {
    column.map_or_else(Vec::new, |c| (0..1 << vars).map(|j| c.get(j)).collect())
}

/// An instance proven by the general kernel, or naively.
fn instance<F: Field>(
    relation: Relation<F>,
    claim: F,
    columns: Vec<Option<Column<F>>>,
    slow: Slow,
) -> Instance<'static, F> {
    let vars = relation.rounds();
    Instance {
        prover: match slow {
            true => {
                let tables = columns.iter().map(|c| table_of(c.as_ref(), vars));
                Box::new(NaiveProver::new(&relation, tables.collect()))
            }
            false => Box::new(CycleProver::new(&relation, &[], columns)),
        },
        relation,
        claim,
    }
}

struct Prover {
    layout: Layout,
    witness: Witness,
    oracles: [Vec<Oracle>; 2],
    slow: Slow,
}

struct Verifier {
    layout: Layout,
    oracles: [Vec<Oracle>; 2],
}

impl<F: Field> LookupProver<F> for Prover {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        claim: ReadClaim<F, F>,
    ) -> SelectorClaim<F, F> {
        let (layout, witness) = (&self.layout, &self.witness);
        let [columns, finals] = &self.oracles;
        let challenges = Challenges::sample(layout, || channel.sample("lookup/fingerprint"));
        let fingerprints: Vec<Vec<F>> = (0..layout.len())
            .map(|i| witness.fingerprints(layout, i, &challenges))
            .collect();
        let accesses = memory::prove(channel, layout, witness, &challenges, &fingerprints, finals);
        let start = (claim.point.clone(), claim.out);
        let entries = collate::prove(channel, layout, witness, start, self.slow);
        let inputs = settle::Inputs {
            layout,
            memory: &challenges,
            oracles: columns,
            claim,
            accesses,
            entries,
        };
        settle::prove(channel, inputs, witness, &fingerprints, self.slow)
    }
}

impl<F: Field> LookupVerifier<F> for Verifier {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        claim: ReadClaim<F, Value>,
    ) -> Result<SelectorClaim<F, Value>, VerifyError> {
        let layout = &self.layout;
        let [columns, finals] = &self.oracles;
        let challenges = Challenges::sample(layout, || channel.sample("lookup/fingerprint"));
        let rows = (1usize << layout.cycle_vars) + (1 << layout.cell_vars);
        let degree = rows * challenges.degree();
        channel.risk(
            &["lookup/fingerprint"],
            "fingerprints of a memory's rows",
            degree,
        );
        let accesses = memory::verify(channel, layout, &challenges, finals)?;
        let start = (claim.point.clone(), claim.out);
        let entries = collate::verify(channel, layout, start)?;
        let inputs = settle::Inputs {
            layout,
            memory: &challenges,
            oracles: columns,
            claim,
            accesses,
            entries,
        };
        settle::verify(channel, inputs)
    }
}

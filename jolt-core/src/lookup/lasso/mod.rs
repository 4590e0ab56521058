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
pub(in crate::lookup) mod memory;
pub(in crate::lookup) mod settle;
pub(in crate::lookup) mod witness;

use super::dense::DenseArgument;
use super::selectors::fits_field;
use super::{
    LookupArgument, LookupProver, LookupShape, LookupVerifier, ReadClaim, Reads, SelectorClaim,
};
use crate::facts::{Facts, Structure};
use crate::gkr::product::Forest;
use layout::{Challenges, Layout};
use settle::{Columns, Factors, Points, With};
use std::sync::Arc;
use sumcheck::kernel::CycleProver;
use sumcheck::{
    Field, Oracle, Poly, ProverChannel, Relation, RoundProver, Shape, Value, VerifierChannel,
    VerifyError,
};
use witness::{States, Witness};

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
    ) -> Result<Layout, String> {
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
        let witness = Witness::new(&layout, reads);
        commit(channel, Box::new(Fast { layout, witness }))
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

/// What the prover commits, and what it computes between challenges: the hook for provers other than the fast one. All that is not said otherwise is what the
/// witness says.
pub(in crate::lookup) trait Kernels<F: Field>: Send {
    /// Layout and witness.
    fn fast(&self) -> &Fast;

    /// The polynomials committed: columns, then final counts.
    fn polys(&self) -> [Vec<Arc<Poly<F>>>; 2] {
        let Fast { layout, witness } = self.fast();
        witness.polys(layout)
    }

    /// Leaves of all trees: those of reads and writes, those of cells before and after.
    fn leaves(&self, memory: &Challenges<F>, fingerprints: &[Vec<F>]) -> [Vec<Vec<F>>; 2] {
        let Fast { layout, witness } = self.fast();
        memory::leaves(layout, witness, memory, fingerprints)
    }

    /// What is claimed of the products of accesses and of cells.
    fn roots(&self, forests: [&Forest<F>; 2]) -> [Vec<F>; 2] {
        forests.map(|forest| forest.roots().to_vec())
    }

    /// The states that the output is collated from.
    fn states(&self) -> States {
        let Fast { layout, witness } = self.fast();
        witness.states(layout)
    }

    /// The entries of one slot of a position, as the output is collated from.
    fn entries(&self, position: usize, slot: usize) -> Vec<i128> {
        let Fast { layout, witness } = self.fast();
        witness.entries(layout, position, slot)
    }

    /// The columns of the last batch: of the relations `reads`, `operands`, `entries`.
    fn settled(&self, with: &With<'_, F>) -> [Factors<F>; 3] {
        let Fast { layout, witness } = self.fast();
        Columns::new(layout, witness, with).all()
    }

    /// The prover of a relation over cycles.
    fn general(&self, relation: &Relation<F>, columns: Factors<F>) -> Box<dyn RoundProver<F>> {
        Box::new(CycleProver::new(relation, &[], columns))
    }

    /// The prover of the relation `entries`, whose claim is the sum of these.
    fn sum(
        &self,
        _relation: &Relation<F>,
        points: &Points<F>,
        claims: Vec<F>,
        columns: Factors<F>,
    ) -> Box<dyn RoundProver<F>> {
        let layout = &self.fast().layout;
        Box::new(settle::entries_prover(layout, points, claims, columns))
    }
}

/// The fast prover.
pub(in crate::lookup) struct Fast {
    pub layout: Layout,
    pub witness: Witness,
}

impl<F: Field> Kernels<F> for Fast {
    fn fast(&self) -> &Fast {
        self
    }
}

/// Commits what the kernels say, and proves by them.
pub(in crate::lookup) fn commit<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    kernels: Box<dyn Kernels<F>>,
) -> Box<dyn LookupProver<F>> {
    let [columns, finals] = kernels.polys();
    Box::new(Prover {
        oracles: [
            channel.commit("lookup columns", columns),
            channel.commit("lookup counts", finals),
        ],
        kernels,
    })
}

struct Prover<F> {
    kernels: Box<dyn Kernels<F>>,
    oracles: [Vec<Oracle>; 2],
}

struct Verifier {
    layout: Layout,
    oracles: [Vec<Oracle>; 2],
}

impl<F: Field> LookupProver<F> for Prover<F> {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        claim: ReadClaim<F, F>,
    ) -> SelectorClaim<F, F> {
        let kernels = &*self.kernels;
        let Fast { layout, witness } = kernels.fast();
        let [columns, finals] = &self.oracles;
        let challenges = Challenges::sample(layout, || channel.sample("lookup/fingerprint"));
        let fingerprints: Vec<Vec<F>> = (0..layout.len())
            .map(|i| witness.fingerprints(layout, i, &challenges))
            .collect();
        let accesses = memory::prove(channel, layout, kernels, &challenges, &fingerprints, finals);
        let start = (claim.point.clone(), claim.out);
        let entries = collate::prove(channel, layout, kernels, start);
        let inputs = settle::Inputs {
            layout,
            memory: &challenges,
            oracles: columns,
            claim,
            accesses,
            entries,
        };
        settle::prove(channel, inputs, kernels, &fingerprints)
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

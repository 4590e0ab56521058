//! The prover, for any kernels; and the fast one.

mod collate;
mod memory;
pub(in crate::lookup) mod settle;
pub(in crate::lookup) mod witness;

use super::Lasso;
use super::layout::{Challenges, Layout};
use super::settle::{Inputs, Points};
use crate::gkr::product::Forest;
use crate::lookup::dense::ProveDense;
use crate::lookup::{LookupProver, LookupShape, ProveLookup, ReadClaim, Reads, SelectorClaim};
use settle::{Columns, Factors, With};
use std::sync::Arc;
use sumcheck::kernel::CycleProver;
use sumcheck::{Oracle, Poly, ProverChannel, ProverField, Relation, RoundProver};
use witness::{States, Witness};

impl<F: ProverField> ProveLookup<F> for Lasso {
    fn dense_prover(&self) -> Option<&dyn ProveDense<F>> {
        Some(self)
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
}

/// What the prover commits, and what it computes between challenges: the hook for provers other than the
/// fast one. All that is not said otherwise is what the witness says.
pub(in crate::lookup) trait Kernels<F: ProverField>: Send {
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

impl<F: ProverField> Kernels<F> for Fast {
    fn fast(&self) -> &Fast {
        self
    }
}

/// Commits what the kernels say, and proves by them.
pub(in crate::lookup) fn commit<F: ProverField>(
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

impl<F: ProverField> LookupProver<F> for Prover<F> {
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
        let inputs = Inputs {
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

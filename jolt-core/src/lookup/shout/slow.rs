//! Shout by the naive prover.

use super::kernels::Kernels;
use super::layout::Layout;
use super::{Shout, commit};
use crate::digits::products;
use crate::lookup::dense::DenseArgument;
use crate::lookup::slow::{Cheat, MAX_INDEX_BITS, Tables};
use crate::lookup::{LookupArgument, LookupProver, LookupShape, LookupVerifier, Reads};
use std::sync::Arc;
use sumcheck::{
    Field, NaiveProver, Point, ProverChannel, Relation, RoundProver, VerifierChannel, VerifyError,
};

/// The same argument with the naive prover for every relation, on indices of 16 bits. Its proofs
/// equal those of [`Shout`]; and it can deviate.
#[derive(Clone, Copy, Debug, Default)]
pub struct SlowShout<F> {
    pub(super) cheat: Option<Cheat<F>>,
}

impl<F> SlowShout<F> {
    /// A prover that deviates; only a test can want it.
    pub fn cheating(cheat: Cheat<F>) -> Self {
        SlowShout { cheat: Some(cheat) }
    }
}

impl<F: Field> LookupArgument<F> for SlowShout<F> {
    fn name(&self) -> &'static str {
        "shout-slow"
    }

    fn dense(&self) -> Option<&dyn DenseArgument<F>> {
        Some(self)
    }

    fn supports(&self, shape: &LookupShape) -> Result<(), String> {
        match shape.index_bits {
            0..=MAX_INDEX_BITS => LookupArgument::<F>::supports(&Shout, shape),
            bits => Err(format!("{bits} index bits exceed {MAX_INDEX_BITS}")),
        }
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Box<dyn LookupProver<F>> {
        LookupArgument::<F>::supports(self, shape).expect("a supported shape");
        commit(channel, shape, &reads, |layout, _| {
            Box::new(Naive {
                layout,
                tables: Tables::new(shape, reads.clone(), self.cheat),
            })
        })
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        LookupArgument::<F>::receive(&Shout, channel, shape)
    }
}

struct Naive<F> {
    layout: Layout,
    tables: Tables<F>,
}

impl<F: Field> Naive<F> {
    fn matrices(&self) -> impl Iterator<Item = Vec<F>> {
        (0..self.layout.digits()).map(|i| {
            self.tables
                .indices()
                .digit(|index| self.layout.digit(i, index))
        })
    }
}

impl<F: Field> Kernels<F> for Naive<F> {
    fn read(
        &self,
        relation: &Relation<F>,
        _cycle: &Point<F>,
        gamma: F,
    ) -> Box<dyn RoundProver<F> + '_> {
        // One group: its partial product is the whole indicator.
        let tables = vec![
            Vec::new(),
            self.tables.indices().indicator(),
            self.tables.values(gamma),
        ];
        Box::new(NaiveProver::new(relation, tables))
    }

    fn digits(&self, relation: &Relation<F>, at: &products::At<F>) -> Box<dyn RoundProver<F> + '_> {
        let matrices: Vec<Vec<F>> = self.matrices().collect();
        Box::new(NaiveProver::new(relation, at.tables(&matrices)))
    }
}

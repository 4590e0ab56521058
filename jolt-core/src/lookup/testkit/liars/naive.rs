//! The naive argument with a prover that deviates.

use super::super::Cheat;
use crate::lookup::dense::{DenseArgument, DenseProver, DenseShape, DenseVerifier, ProveDense};
use crate::lookup::naive::{self, Naive};
use crate::lookup::{
    LookupArgument, LookupProver, LookupShape, LookupVerifier, ProveLookup, Reads, Unsupported,
};
use std::sync::Arc;
use sumcheck::{ProverChannel, ProverField, VerifierChannel, VerifyError};

/// What is committed is true; what is proven is proven from other matrices.
#[derive(Clone, Copy, Debug)]
pub struct LyingNaive<F>(pub Cheat<F>);

impl<F: ProverField> LookupArgument<F> for LyingNaive<F> {
    fn name(&self) -> &'static str {
        LookupArgument::<F>::name(&Naive)
    }

    fn dense(&self) -> Option<&dyn DenseArgument<F>> {
        Some(self)
    }

    fn supports(&self, shape: &LookupShape) -> Result<(), Unsupported> {
        LookupArgument::<F>::supports(&Naive, shape)
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        LookupArgument::<F>::receive(&Naive, channel, shape)
    }
}

impl<F: ProverField> ProveLookup<F> for LyingNaive<F> {
    fn dense_prover(&self) -> Option<&dyn ProveDense<F>> {
        Some(self)
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Box<dyn LookupProver<F>> {
        let mut matrices =
            naive::prover::matrices(shape.index_bits, shape.cycle_vars, &reads.index);
        self.0
            .bend(&mut matrices, |j| reads.index[j], naive::prover::bit);
        naive::prover::commit(channel, shape, reads, matrices)
    }
}

impl<F: ProverField> DenseArgument<F> for LyingNaive<F> {
    fn supports(&self, shape: DenseShape) -> Result<(), Unsupported> {
        DenseArgument::<F>::supports(&Naive, shape)
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: DenseShape,
    ) -> Result<Box<dyn DenseVerifier<F>>, VerifyError> {
        DenseArgument::<F>::receive(&Naive, channel, shape)
    }
}

impl<F: ProverField> ProveDense<F> for LyingNaive<F> {
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: DenseShape,
        index: Arc<Vec<u32>>,
    ) -> Box<dyn DenseProver<F>> {
        let index: Vec<u128> = index.iter().map(|k| u128::from(*k)).collect();
        let mut matrices = naive::prover::matrices(shape.index_bits, shape.cycle_vars, &index);
        self.0.bend(&mut matrices, |j| index[j], naive::prover::bit);
        naive::dense::prover::commit(channel, shape, &index, matrices)
    }
}

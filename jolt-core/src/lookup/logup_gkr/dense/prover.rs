//! The prover, for any kernels; witness and leaves.

use super::super::TREES;
use super::{Committed, LogupGkr, Settle, depth};
use crate::gkr::fraction::{self, Fraction, Kernel, Leaves, Tree};
use crate::lookup::dense::prover::integers;
use crate::lookup::dense::{DenseProver, DenseShape, Outputs, ProveDense, Rows, TableClaim, Term};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::{Field, ProverChannel, ProverField};

impl<F: ProverField> ProveDense<F> for LogupGkr {
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: DenseShape,
        index: Arc<Vec<u32>>,
    ) -> Box<dyn DenseProver<F>> {
        let counts = counts(shape, &index);
        commit(channel, shape, Witness { index, counts }, Box::new(Fast))
    }
}

/// What is committed, and what leaves are made from.
pub(in crate::lookup) struct Witness {
    pub index: Arc<Vec<u32>>,
    /// How often each entry is read, rows beyond the reads among them.
    pub counts: Vec<u64>,
}

/// The trees, and the kernel of their layers: the hook for provers other than the fast one.
pub(in crate::lookup) trait Kernels<F: ProverField>: Send {
    /// The trees over these leaves, those of the reads first.
    fn trees(&self, leaves: [Leaves<F>; 2], depth: usize) -> [Tree<F>; 2] {
        leaves.map(|leaves| Tree::new(&leaves, depth))
    }

    /// The kernel of the layers.
    fn general(&self) -> Kernel<F> {
        fraction::fast
    }
}

pub(super) struct Fast;

impl<F: ProverField> Kernels<F> for Fast {}

/// How often each entry is read.
pub(in crate::lookup) fn counts(shape: DenseShape, index: &[u32]) -> Vec<u64> {
    let mut counts = vec![0u64; 1 << shape.index_bits];
    index.iter().for_each(|k| counts[*k as usize] += 1);
    counts[0] += (1u64 << depth(shape)) - index.len() as u64;
    counts
}

/// Commits a witness. What is proven of it is proven by the kernels.
pub(in crate::lookup) fn commit<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    shape: DenseShape,
    witness: Witness,
    kernels: Box<dyn Kernels<F>>,
) -> Box<dyn DenseProver<F>> {
    let index = witness.index.iter().map(|k| u64::from(*k));
    let column = integers(shape.cycle_vars, index);
    let multiplicities = integers(shape.index_bits, witness.counts.iter().copied());
    Box::new(Prover {
        committed: Committed {
            index: channel.commit("dense index", vec![column])[0],
            counts: channel.commit("dense multiplicities", vec![multiplicities])[0],
            shape,
        },
        witness,
        kernels,
    })
}

struct Prover<F> {
    committed: Committed,
    witness: Witness,
    kernels: Box<dyn Kernels<F>>,
}

impl Witness {
    /// The leaves of both trees.
    fn leaves<F: Field>(&self, with: &Settle<'_, F>, rows: &Rows<'_, F>) -> [Leaves<F>; 2] {
        let (alpha, beta) = (with.alpha, with.beta);
        let one = F::one();
        let denominator = |k: u64, entry: &F| beta - F::from(k) - alpha * entry;
        let entries = rows.table.par_iter().enumerate();
        let table = Leaves {
            numerators: self.counts.par_iter().map(|m| F::from(*m)).collect(),
            denominators: entries.map(|(k, x)| denominator(k as u64, x)).collect(),
            tail: Fraction {
                numerator: F::zero(),
                denominator: one,
            },
        };
        let read = self.index.par_iter().zip(rows.out);
        let reads = Leaves {
            numerators: vec![one; self.index.len()],
            denominators: read.map(|(k, x)| denominator((*k).into(), x)).collect(),
            tail: Fraction {
                numerator: one,
                denominator: denominator(0, &with.outputs.first),
            },
        };
        [reads, table]
    }
}

impl<F: ProverField> DenseProver<F> for Prover<F> {
    fn index(&self) -> Vec<Term<F>> {
        self.committed.terms()
    }

    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        outputs: &Outputs<F>,
        rows: Rows<'_, F>,
    ) -> TableClaim<F, F> {
        let [alpha, beta] = ["lookup/alpha", "lookup/beta"].map(|label| channel.sample(label));
        let with = Settle {
            outputs,
            alpha,
            beta,
        };
        let leaves = self.witness.leaves(&with, &rows);
        let trees = self.kernels.trees(leaves, depth(self.committed.shape));
        let trees = TREES.into_iter().zip(trees).collect();
        let claims = fraction::prove(channel, "gkr", trees, self.kernels.general());
        let leaves = [claims.leaves[0], claims.leaves[1]];
        let settled = self
            .committed
            .settle(&with, &claims.point, leaves, |c, x| c - x);
        channel.claim_eval(settled.index);
        channel.claim_eval(settled.counts);
        settled.table
    }
}

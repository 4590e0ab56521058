//! The prover, for any kernels; witness and leaves.

use super::{Challenges, Committed, Lasso};
use crate::gkr::product::{self, Forest};
use crate::lookup::dense::prover::integers;
use crate::lookup::dense::{DenseProver, DenseShape, Outputs, ProveDense, Rows, TableClaim, Term};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::{Field, ProverChannel, ProverField};

impl<F: ProverField> ProveDense<F> for Lasso {
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: DenseShape,
        index: Arc<Vec<u32>>,
    ) -> Box<dyn DenseProver<F>> {
        let witness = Witness::new(shape, index);
        commit(channel, shape, witness, Box::new(Fast))
    }
}

/// What is committed, and what leaves are made from.
pub(in crate::lookup) struct Witness {
    pub index: Arc<Vec<u32>>,
    /// How often the entry was read before, for each row.
    pub counts: Vec<u32>,
    /// How often each entry is read in all.
    pub finals: Vec<u32>,
}

impl Witness {
    /// Of reads at these indices; rows beyond them read entry 0.
    pub fn new(shape: DenseShape, index: Arc<Vec<u32>>) -> Self {
        let mut finals = vec![0u32; 1 << shape.index_bits];
        let rows = 1usize << shape.cycle_vars;
        let mut counts = Vec::with_capacity(rows);
        for j in 0..rows {
            let count = &mut finals[index.get(j).copied().unwrap_or(0) as usize];
            counts.push(*count);
            *count += 1;
        }
        Witness {
            index,
            counts,
            finals,
        }
    }
}

/// Leaves, and what is claimed of their products: the hook for provers other than the fast one.
pub(in crate::lookup) trait Kernels<F: ProverField>: Send {
    /// The leaves: of reads and writes, and of cells before and after.
    fn leaves(&self, leaves: [Vec<Vec<F>>; 2]) -> [Vec<Vec<F>>; 2] {
        leaves
    }

    /// What is claimed of the products.
    fn roots(&self, forests: [&Forest<F>; 2]) -> [Vec<F>; 2] {
        forests.map(|forest| forest.roots().to_vec())
    }
}

pub(super) struct Fast;

impl<F: ProverField> Kernels<F> for Fast {}

/// Commits a witness. What is proven of it is proven from the kernels' leaves.
pub(in crate::lookup) fn commit<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    shape: DenseShape,
    witness: Witness,
    kernels: Box<dyn Kernels<F>>,
) -> Box<dyn DenseProver<F>> {
    let column = |values: &[u32]| integers(shape.cycle_vars, values.iter().map(|x| u64::from(*x)));
    let reads = channel.commit(
        "dense reads",
        vec![column(&witness.index), column(&witness.counts)],
    );
    let last = integers(
        shape.index_bits,
        witness.finals.iter().map(|x| u64::from(*x)),
    );
    Box::new(Prover {
        committed: Committed {
            shape,
            reads: [reads[0], reads[1]],
            finals: channel.commit("dense counts", vec![last])[0],
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
    /// The trees of reads and writes, and those of cells before and after.
    fn leaves<F: Field>(
        &self,
        with: Challenges<F>,
        first: F,
        rows: &Rows<'_, F>,
    ) -> [Vec<Vec<F>>; 2] {
        let Challenges { alpha, tau } = with;
        let counter = alpha.square();
        let counted = |leaf: F, count: u32| leaf + counter.mul_u64(count.into());
        let cell = |k: u32, out: &F| tau + F::from(u64::from(k)) + alpha * out;
        let entries = rows.table.par_iter().enumerate();
        let initial: Vec<F> = entries.map(|(k, x)| cell(k as u32, x)).collect();
        let finals = initial.par_iter().zip(&self.finals);
        let finals = finals.map(|(leaf, count)| counted(*leaf, *count)).collect();
        let padding = cell(0, &first);
        let counts = self.counts.par_iter().enumerate();
        let reads: Vec<F> = counts
            .map(|(j, count)| match self.index.get(j) {
                Some(k) => counted(cell(*k, &rows.out[j]), *count),
                None => counted(padding, *count),
            })
            .collect();
        let writes: Vec<F> = reads.par_iter().map(|leaf| *leaf + counter).collect();
        [vec![reads, writes], vec![initial, finals]]
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
        let DenseShape {
            cycle_vars,
            index_bits,
        } = self.committed.shape;
        let with = Challenges::sample(|| channel.sample("lookup/fingerprint"));
        let leaves = self.witness.leaves(with, outputs.first, &rows);
        let [reads, cells] = self.kernels.leaves(leaves);
        let reads = Forest::new(cycle_vars, reads);
        let cells = Forest::new(index_bits, cells);
        let [read_roots, cell_roots] = self.kernels.roots([&reads, &cells]);
        let reads = product::prove_roots(channel, "reads", reads, read_roots);
        let cells = product::prove_roots(channel, "cells", cells, cell_roots);
        let leaf = reads.leaves[0];
        let claim = self
            .committed
            .read(with, outputs, reads.point, |c| leaf - c);
        channel.claim_eval(claim);
        let [before, after] = [cells.leaves[0], cells.leaves[1]];
        let (finals, table) = self
            .committed
            .cells(with, cells.point, after - before, |c| before - c);
        channel.claim_eval(finals);
        table
    }
}

//! Lasso over dense tables: one memory, not decomposed.
//!
//! Commitment: for each row the index and the count that the read finds; and the final counts.
//!
//! Protocol, with what was read in one column `out`: rows `τ + index + α·out + α²·count`, and offline memory
//! checking as in `memory.rs`, by grand products ([`crate::gkr::product`]):
//!
//! ```text
//! Π_k (τ + k + α·T(k)) · Π_j (read_j + α²) = Π_j read_j · Π_k (τ + k + α·T(k) + α²·final(k))
//! ```
//!
//! (check `lookup/memory`). Writes are reads plus `α²` at the leaves (check `dense/writes`); the leaf of the
//! reads is linear in the committed columns, which are opened. The initial leaf leaves the claim on the table,
//! and what the final one exceeds it by is a claim on the final counts. Rows beyond the reads read entry 0,
//! and are counted.
//!
//! Soundness error: `2·(2^t + 2^n)/p` for `α` and `τ` (a factor has degree 2), and `Σ_{l<t} (2l + 2)/p`,
//! `Σ_{l<n} (2l + 2)/p` for the products. Cost: 7 multiplications for each
//! row or entry of each of two trees. Messages: `t(t − 1) + 4t + n(n − 1) + 4n + 4` elements.

use super::Lasso;
use crate::gkr::product::{self, Forest};
use crate::lookup::dense::{
    DenseArgument, DenseProver, DenseShape, DenseVerifier, Outputs, Rows, TableClaim, Term,
    index_at, integers,
};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::{
    EvalClaim, Field, Oracle, Point, ProverChannel, Shape, Value, VerifierChannel, VerifyError,
    Weights,
};

impl<F: Field> DenseArgument<F> for Lasso {
    fn supports(&self, shape: DenseShape) -> Result<(), String> {
        shape.fits::<F>()
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: DenseShape,
        index: Arc<Vec<u32>>,
    ) -> Box<dyn DenseProver<F>> {
        let witness = Witness::new(shape, index);
        commit(channel, shape, witness, Box::new(Fast))
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: DenseShape,
    ) -> Result<Box<dyn DenseVerifier<F>>, VerifyError> {
        let of = |vars| Shape { vars, radix: None };
        let reads = channel.oracles("dense reads", &[of(shape.cycle_vars); 2])?;
        Ok(Box::new(Committed {
            reads: [reads[0], reads[1]],
            finals: channel.oracles("dense counts", &[of(shape.index_bits)])?[0],
            shape,
        }))
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

/// Commits a witness. What is proven of it is proven from the kernels' leaves.
pub(in crate::lookup) fn commit<F: Field>(
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

/// What both sides have.
struct Committed {
    shape: DenseShape,
    /// Index, and the count found.
    reads: [Oracle; 2],
    finals: Oracle,
}

struct Prover<F> {
    committed: Committed,
    witness: Witness,
    kernels: Box<dyn Kernels<F>>,
}

/// Leaves, and what is claimed of their products: the hook for provers other than the fast one.
pub(in crate::lookup) trait Kernels<F: Field>: Send {
    /// The leaves: of reads and writes, and of cells before and after.
    fn leaves(&self, leaves: [Vec<Vec<F>>; 2]) -> [Vec<Vec<F>>; 2] {
        leaves
    }

    /// What is claimed of the products.
    fn roots(&self, forests: [&Forest<F>; 2]) -> [Vec<F>; 2] {
        forests.map(|forest| forest.roots().to_vec())
    }
}

struct Fast;

impl<F: Field> Kernels<F> for Fast {}

/// The challenges of a fingerprint.
#[derive(Clone, Copy)]
struct Challenges<F> {
    alpha: F,
    tau: F,
}

impl<F: Field> Challenges<F> {
    fn sample(mut sample: impl FnMut() -> F) -> Self {
        Challenges {
            alpha: sample(),
            tau: sample(),
        }
    }
}

impl Committed {
    fn terms<F: Field>(&self) -> Vec<Term<F>> {
        vec![(self.reads[0], Weights::One, F::one())]
    }

    /// The claim on index, outputs and counts that a leaf of the reads is. `minus(x, c)` makes `x − c`.
    fn read<F: Field, V>(
        &self,
        with: Challenges<F>,
        outputs: &Outputs<F>,
        point: Point<F>,
        value: impl FnOnce(F) -> V,
    ) -> EvalClaim<F, V> {
        let [index, count] = self.reads;
        let own = [(index, F::one()), (count, with.alpha.square())];
        let own = own.map(|(oracle, factor)| (oracle, Weights::One, factor));
        EvalClaim {
            value: value(with.tau + with.alpha * outputs.beyond(&point)),
            terms: own.into_iter().chain(outputs.terms(with.alpha)).collect(),
            point,
        }
    }

    /// The claims on final counts and table that the leaves of the cells are.
    fn cells<F: Field, V>(
        &self,
        with: Challenges<F>,
        point: Point<F>,
        counted: V,
        initial: impl FnOnce(F) -> V,
    ) -> (EvalClaim<F, V>, TableClaim<F, V>) {
        let finals = EvalClaim {
            terms: vec![(self.finals, Weights::One, with.alpha.square())],
            point: point.clone(),
            value: counted,
        };
        let table = TableClaim {
            factor: with.alpha,
            value: initial(with.tau + index_at(&point)),
            point,
        };
        (finals, table)
    }
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

impl<F: Field> DenseProver<F> for Prover<F> {
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

impl<F: Field> DenseVerifier<F> for Committed {
    fn index(&self) -> Vec<Term<F>> {
        self.terms()
    }

    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        outputs: &Outputs<F>,
    ) -> Result<TableClaim<F, Value>, VerifyError> {
        let with = Challenges::sample(|| channel.sample("lookup/fingerprint"));
        let rows = (1usize << self.shape.cycle_vars) + (1 << self.shape.index_bits);
        channel.risk(
            &["lookup/fingerprint"],
            "fingerprints of a memory's rows",
            2 * rows,
        );
        let reads = product::verify(channel, "reads", self.shape.cycle_vars, 2)?;
        let cells = product::verify(channel, "cells", self.shape.index_bits, 2)?;
        super::memory::verify_sets(channel, &reads.roots, &cells.roots)?;
        let one = F::one();
        let step = [(one, reads.leaves[1]), (-one, reads.leaves[0])];
        let difference = channel.linear(-with.alpha.square(), &step);
        channel.assert_zero("dense/writes", difference)?;
        let leaf = |x: Value| [(one, x)];
        let claim = self.read(with, outputs, reads.point, |c| {
            channel.linear(-c, &leaf(reads.leaves[0]))
        });
        channel.claim_eval(claim)?;
        let counted = [(one, cells.leaves[1]), (-one, cells.leaves[0])];
        let counted = channel.linear(F::zero(), &counted);
        let (finals, table) = self.cells(with, cells.point, counted, |c| {
            channel.linear(-c, &leaf(cells.leaves[0]))
        });
        channel.claim_eval(finals)?;
        Ok(table)
    }
}

//! LogUp over dense tables.
//!
//! Commitment: the index, an integer for each row; and how often each entry is read.
//!
//! Protocol, over `2^d` rows and entries, `d = max(n, t)`, with what was read in one column `out`:
//!
//! 1. `α`, `β`. Both sides of
//!
//!    ```text
//!    Σ_j 1 / (β − index(j) − α·out(j)) = Σ_k m(k) / (β − k − α·T(k))
//!    ```
//!
//!    are summed by two trees of depth `d` ([`crate::gkr::fraction`]). Check `lookup/sum`: the sums are equal.
//!    Rows beyond the reads read entry 0 up to `2^d`, entries beyond the table are `0/1`; both cost nothing.
//! 2. The claims on the leaves of the reads: numerators are 1 (check `dense/ones`), denominators are linear in
//!    the committed columns, which are opened. Those of the table: numerators are multiplicities, which are
//!    opened; denominators leave the claim on the table. With `e = eq(0, ·)` of the variables that a side
//!    lacks, the claim on `e · T`.
//!
//! There is no sumcheck but those of the trees. Soundness error: `2^{d+1}/p` for `α` and `β`, since the sums agree
//! as rational functions of degree `2^d` only if every pair read is in the table; and `Σ_{l<d} (2l + 3)/p`. Cost: a
//! tree costs 15 multiplications for each real leaf. Messages: `d(d − 1) + 8d + 4`
//! elements, and no values.

use super::{LogupGkr, TREES};
use crate::gkr::fraction::{self, Claims, Fraction, Kernel, Leaves, Tree};
use crate::lookup::dense::{
    DenseArgument, DenseProver, DenseShape, DenseVerifier, Outputs, Rows, TableClaim, Term,
    index_at, integers,
};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::{
    EvalClaim, Field, Oracle, ProverChannel, Shape, Value, VerifierChannel, VerifyError, Weights,
};

impl<F: Field> DenseArgument<F> for LogupGkr {
    fn supports(&self, shape: DenseShape) -> Result<(), String> {
        shape.fits::<F>()
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: DenseShape,
        index: Arc<Vec<u32>>,
    ) -> Box<dyn DenseProver<F>> {
        let counts = counts(shape, &index);
        commit(channel, shape, Witness { index, counts }, Box::new(Fast))
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: DenseShape,
    ) -> Result<Box<dyn DenseVerifier<F>>, VerifyError> {
        let of = |vars| [Shape { vars, radix: None }];
        Ok(Box::new(Committed {
            index: channel.oracles("dense index", &of(shape.cycle_vars))?[0],
            counts: channel.oracles("dense multiplicities", &of(shape.index_bits))?[0],
            shape,
        }))
    }
}

/// What is committed, and what leaves are made from.
pub(in crate::lookup) struct Witness {
    pub index: Arc<Vec<u32>>,
    /// How often each entry is read, rows beyond the reads among them.
    pub counts: Vec<u64>,
}

/// The trees, and the kernel of their layers: the hook for provers other than the fast one.
pub(in crate::lookup) trait Kernels<F: Field>: Send {
    /// The trees over these leaves, those of the reads first.
    fn trees(&self, leaves: [Leaves<F>; 2], depth: usize) -> [Tree<F>; 2] {
        leaves.map(|leaves| Tree::new(&leaves, depth))
    }

    /// The kernel of the layers.
    fn general(&self) -> Kernel<F> {
        fraction::fast
    }
}

struct Fast;

impl<F: Field> Kernels<F> for Fast {}

/// How often each entry is read.
pub(in crate::lookup) fn counts(shape: DenseShape, index: &[u32]) -> Vec<u64> {
    let mut counts = vec![0u64; 1 << shape.index_bits];
    index.iter().for_each(|k| counts[*k as usize] += 1);
    counts[0] += (1u64 << depth(shape)) - index.len() as u64;
    counts
}

/// Commits a witness. What is proven of it is proven by the kernels.
pub(in crate::lookup) fn commit<F: Field>(
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

/// Of both trees.
fn depth(shape: DenseShape) -> usize {
    shape.index_bits.max(shape.cycle_vars)
}

/// What both sides have.
struct Committed {
    shape: DenseShape,
    index: Oracle,
    counts: Oracle,
}

struct Prover<F> {
    committed: Committed,
    witness: Witness,
    kernels: Box<dyn Kernels<F>>,
}

/// What the trees leave, and the challenges.
struct Settle<'a, F> {
    outputs: &'a Outputs<F>,
    alpha: F,
    beta: F,
}

/// What the claims on the leaves amount to.
struct Settled<F, V> {
    index: EvalClaim<F, V>,
    counts: EvalClaim<F, V>,
    table: TableClaim<F, V>,
}

impl Committed {
    fn terms<F: Field>(&self) -> Vec<Term<F>> {
        vec![(self.index, Weights::One, F::one())]
    }

    /// `affine(c, x)` makes `c − x`.
    fn settle<F: Field, V: Copy>(
        &self,
        with: &Settle<'_, F>,
        claims: &Claims<F, V>,
        mut affine: impl FnMut(F, V) -> V,
    ) -> Settled<F, V> {
        let (alpha, beta) = (with.alpha, with.beta);
        let [reads, table] = [0, 1].map(|k| &claims.leaves[k]);
        let (rows, high) = claims.point.split_at(self.shape.cycle_vars);
        // β − leaf = e·index + α·(e·out + beyond)
        let first = high.eq_index(0);
        let own = (self.index, Weights::One, first);
        let columns = with.outputs.terms(alpha * first);
        let beyond = alpha * with.outputs.beyond(&claims.point);
        let index = EvalClaim {
            terms: std::iter::once(own).chain(columns).collect(),
            point: rows,
            value: affine(beta - beyond, reads.denominator),
        };
        let (entries, high) = claims.point.split_at(self.shape.index_bits);
        let first = high.eq_index(0);
        let counts = EvalClaim {
            terms: vec![(self.counts, Weights::One, first)],
            point: entries.clone(),
            value: table.numerator,
        };
        // leaf = e·(β − k − α·T) + 1 − e
        let known = first * (beta - index_at(&entries)) + F::one() - first;
        Settled {
            index,
            counts,
            table: TableClaim {
                point: entries,
                factor: alpha * first,
                value: affine(known, table.denominator),
            },
        }
    }
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
        let settled = self.committed.settle(&with, &claims, |c, x| c - x);
        channel.claim_eval(settled.index);
        channel.claim_eval(settled.counts);
        settled.table
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
        let [alpha, beta] = ["lookup/alpha", "lookup/beta"].map(|label| channel.sample(label));
        let leaves = 2usize << depth(self.shape);
        channel.risk(
            &["lookup/alpha", "lookup/beta"],
            "fingerprints of lookups",
            leaves,
        );
        let (roots, claims) = fraction::verify(channel, "gkr", &TREES, depth(self.shape))?;
        fraction::verify_equal(channel, "lookup/sum", roots[0], roots[1])?;
        let ones = [(F::one(), claims.leaves[0].numerator)];
        let difference = channel.linear(-F::one(), &ones);
        channel.assert_zero("dense/ones", difference)?;
        let with = Settle {
            outputs,
            alpha,
            beta,
        };
        let settled = self.settle(&with, &claims, |c, x| channel.linear(c, &[(-F::one(), x)]));
        channel.claim_eval(settled.index)?;
        channel.claim_eval(settled.counts)?;
        Ok(settled.table)
    }
}

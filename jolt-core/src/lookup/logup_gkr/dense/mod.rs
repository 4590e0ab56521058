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

#[cfg(feature = "prover")]
pub(in crate::lookup) mod prover;
mod verifier;

use super::LogupGkr;
use crate::gkr::fraction::Fraction;
use crate::lookup::Unsupported;
use crate::lookup::dense::{
    DenseArgument, DenseShape, DenseVerifier, Outputs, TableClaim, Term, index_at,
};
use sumcheck::{EvalClaim, Field, Oracle, Point, VerifierChannel, VerifyError, Weights};

impl<F: Field> DenseArgument<F> for LogupGkr {
    fn supports(&self, shape: DenseShape) -> Result<(), Unsupported> {
        shape.fits::<F>()
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: DenseShape,
    ) -> Result<Box<dyn DenseVerifier<F>>, VerifyError> {
        verifier::receive(channel, shape)
    }
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
        point: &Point<F>,
        [reads, table]: [Fraction<V>; 2],
        mut affine: impl FnMut(F, V) -> V,
    ) -> Settled<F, V> {
        let (alpha, beta) = (with.alpha, with.beta);
        let (rows, high) = point.split_at(self.shape.cycle_vars);
        // β − leaf = e·index + α·(e·out + beyond)
        let first = high.eq_index(0);
        let own = (self.index, Weights::One, first);
        let columns = with.outputs.terms(alpha * first);
        let beyond = alpha * with.outputs.beyond(point);
        let index = EvalClaim {
            terms: std::iter::once(own).chain(columns).collect(),
            point: rows,
            value: affine(beta - beyond, reads.denominator),
        };
        let (entries, high) = point.split_at(self.shape.index_bits);
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

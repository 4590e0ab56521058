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

#[cfg(feature = "prover")]
pub(in crate::lookup) mod prover;
mod verifier;

use super::Lasso;
use crate::lookup::Unsupported;
use crate::lookup::dense::{
    DenseArgument, DenseShape, DenseVerifier, Outputs, TableClaim, Term, index_at,
};
use sumcheck::{EvalClaim, Field, Oracle, Point, VerifierChannel, VerifyError, Weights};

impl<F: Field> DenseArgument<F> for Lasso {
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

/// What both sides have.
struct Committed {
    shape: DenseShape,
    /// Index, and the count found.
    reads: [Oracle; 2],
    finals: Oracle,
}

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

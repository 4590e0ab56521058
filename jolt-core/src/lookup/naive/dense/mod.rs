//! The naive argument over dense tables.
//!
//! From the claim `out(r)` on what was read: batch `execute`, with the indicator over all `2^n` indices,
//!
//! ```text
//! out(r) = Σ_{k,j} eq(r, j) · I(k, j) · T(k)
//! ```
//!
//! leaves `T(k*)`, the claim on the table, and `I(k*, r1)`, which the batch `decompose` brings to the bits
//! as in the argument itself. Soundness error: `t/p` for `r`; `(2n + t)/p`; for `decompose` `(12 + max(n + 1, 3)·t)/p`,
//! `1/p` for its `α` and `(t + 4 + 2(n − 1))/p` for booleanity's challenges.

#[cfg(feature = "prover")]
pub(in crate::lookup) mod prover;
mod verifier;

use super::relation::Indicator;
use super::{MAX_INDEX_BITS, Naive, RADIX};
use crate::lookup::Unsupported;
use crate::lookup::dense::{DenseArgument, DenseShape, DenseVerifier, TableClaim, Term};
use sumcheck::{Field, Oracle, VerifierChannel, VerifyError, Weights};

impl<F: Field> DenseArgument<F> for Naive {
    fn supports(&self, shape: DenseShape) -> Result<(), Unsupported> {
        shape.fits::<F>()?;
        match shape.index_bits + shape.cycle_vars {
            0..=MAX_SIZE => Ok(()),
            vars => Err(Unsupported::Entries {
                vars,
                most: MAX_SIZE,
            }),
        }
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: DenseShape,
    ) -> Result<Box<dyn DenseVerifier<F>>, VerifyError> {
        verifier::receive(channel, shape)
    }
}

/// `n + t` of the largest tables written out.
const MAX_SIZE: usize = MAX_INDEX_BITS + 4;

/// What reads return: the same table in every cycle.
const TABLE: (&str, &[usize]) = ("T", &[0]);

/// What both sides have.
struct Committed {
    shape: DenseShape,
    oracles: Vec<Oracle>,
}

impl Committed {
    /// `Σ_i 2^i bit_i`.
    fn terms<F: Field>(&self) -> Vec<Term<F>> {
        let bits = self.oracles.iter().enumerate();
        let value = Weights::Digit((0..RADIX as u64).map(F::from).collect());
        bits.map(|(i, oracle)| (*oracle, value.clone(), F::from(1u64 << i)))
            .collect()
    }
}

impl<F: Field, V> Indicator<F, V> {
    fn table(self, value: V) -> TableClaim<F, V> {
        TableClaim {
            point: self.index,
            factor: F::one(),
            value,
        }
    }
}

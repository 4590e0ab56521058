//! The teaching argument: a materialised table and an indicator, proven by the naive prover.
//!
//! Commitment: every bit of the index, as a one-hot digit of radix 2.
//!
//! Protocol, for the claims `out`, `left`, `right` at the cycle point `r`, with the virtual
//! indicator `I(k, j) = [index_j = k]` over all `2^(2W)` indices `k`:
//!
//! 1. `γ`. Batch `execute`: `out + γ·left + γ²·right = Σ_{k,j} eq(r, j) · I(k, j) · V(k, j)`, where
//!    `V` is what the read's table and operands would be at `k`. The claim on `V` is the caller's.
//! 2. `a', r', γ_B`. Batch `decompose`: `indicator`, `I(k*, r1) = Σ_j eq(r1, j) · Π_i b_i(k*_i, j)`
//!    over the bits, of degree `2W + 1`; and `booleanity` of the bits.
//!
//! No cleverness: the prover writes out tables of `T · 2^(2W)` entries, so `2W ≤ 16`. It serves as an
//! example and as a second opinion in tests.

pub(in crate::lookup) mod dense;
#[cfg(feature = "prover")]
pub(in crate::lookup) mod prover;
mod relation;
mod verifier;

use super::dense::DenseArgument;
use super::written_out::MAX_INDEX_BITS;
use super::{LookupArgument, LookupShape, LookupVerifier, Unsupported};
use crate::facts::{Facts, Structure};
use sumcheck::{Field, VerifierChannel, VerifyError};

const RADIX: usize = 2;

/// The naive argument.
#[derive(Clone, Copy, Debug, Default)]
pub struct Naive;

impl<F: Field> LookupArgument<F> for Naive {
    fn name(&self) -> &'static str {
        "naive"
    }

    fn facts(&self) -> Facts {
        Facts {
            about: "an indicator of every index, for tests",
            structure: Structure::WrittenOut,
            index_bits: 2..=MAX_INDEX_BITS,
            papers: &["LFKN92"],
            note: Some("shout.md"),
            ..Facts::LOOKUP
        }
    }

    fn dense(&self) -> Option<&dyn DenseArgument<F>> {
        Some(self)
    }

    fn supports(&self, shape: &LookupShape) -> Result<(), Unsupported> {
        shape.fits_tables()?;
        match shape.index_bits {
            1..=MAX_INDEX_BITS => Ok(()),
            bits => Err(Unsupported::WrittenOut {
                bits,
                most: MAX_INDEX_BITS,
            }),
        }
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        LookupArgument::<F>::supports(self, shape)?;
        verifier::receive(channel, shape)
    }
}

//! The layer over the verifier's channel.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use sumcheck::channel::layer::{Layer, Over};
use sumcheck::{EvalClaim, Field, Value, VerifierChannel};

/// Keeps claims over so many variables, and passes on everything else.
pub struct Withholding<'a, F: Field> {
    below: &'a mut dyn VerifierChannel<F>,
    vars: usize,
    claims: Vec<EvalClaim<F, Value>>,
}

impl<'a, F: Field> Withholding<'a, F> {
    /// Over a channel.
    pub fn over(below: &'a mut dyn VerifierChannel<F>, vars: usize) -> Over<Self> {
        Over(Withholding {
            below,
            vars,
            claims: Vec::new(),
        })
    }

    /// The channel below, and the claims that were kept, which nobody checks but who has them.
    #[must_use = "claims must be consumed"]
    pub fn into_claims(self) -> (&'a mut dyn VerifierChannel<F>, Vec<EvalClaim<F, Value>>) {
        (self.below, self.claims)
    }
}

impl<'a, F: Field> Layer<F> for Withholding<'a, F> {
    type Below = dyn VerifierChannel<F> + 'a;

    fn below(&mut self) -> &mut Self::Below {
        self.below
    }

    fn pass(&mut self, claim: EvalClaim<F, Value>) -> Option<EvalClaim<F, Value>> {
        if claim.point.vars() != self.vars {
            return Some(claim);
        }
        self.claims.push(claim);
        None
    }
}

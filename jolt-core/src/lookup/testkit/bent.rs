//! A plain verifier under which chosen rows of digit oracles are not one-hot: what a cheater who
//! commits arbitrary columns could do, and [`sumcheck::Poly`] cannot represent.

use sumcheck::channel::plain::PlainVerifier;
use sumcheck::{
    EvalClaim, Field, Fixed, Label, Oracle, Shape, Value, VerifierChannel, VerifyError, Weights,
};

/// Row `row` of `oracle` holds `1 − share` at digit `own` and `share` at digit `other`. The oracle's
/// own data has a 1 at `own`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bend<F> {
    pub oracle: Oracle,
    pub row: usize,
    pub own: u8,
    pub other: u8,
    pub share: F,
}

/// The channel.
pub(super) struct BentVerifier<F> {
    pub inner: PlainVerifier<F>,
    pub bends: Vec<Bend<F>>,
}

impl<F: Field> VerifierChannel<F> for BentVerifier<F> {
    fn recv(&mut self, label: Label, count: usize) -> Result<Vec<Value>, VerifyError> {
        self.inner.recv(label, count)
    }

    fn oracles(&mut self, label: Label, shapes: &[Shape]) -> Result<Vec<Oracle>, VerifyError> {
        self.inner.oracles(label, shapes)
    }

    fn fixed(&mut self, label: Label, fixed: &Fixed<F>) -> Result<Oracle, VerifyError> {
        self.inner.fixed(label, fixed)
    }

    fn sample(&mut self, label: Label) -> F {
        self.inner.sample(label)
    }

    fn linear(&mut self, constant: F, terms: &[(F, Value)]) -> Value {
        self.inner.linear(constant, terms)
    }

    fn mul(&mut self, a: Value, b: Value) -> Value {
        self.inner.mul(a, b)
    }

    fn assert_zero(&mut self, check: &str, value: Value) -> Result<(), VerifyError> {
        self.inner.assert_zero(check, value)
    }

    fn claim_eval(&mut self, mut claim: EvalClaim<F, Value>) -> Result<(), VerifyError> {
        let mut bent = F::zero();
        for (oracle, weights, scale) in &claim.terms {
            let Weights::Digit(weights) = weights else {
                continue;
            };
            let weight = |digit: u8| weights.get(usize::from(digit)).copied().unwrap_or_default();
            for bend in self.bends.iter().filter(|b| b.oracle == *oracle) {
                let row = claim.point.eq_index(bend.row as u128);
                bent += *scale * bend.share * row * (weight(bend.other) - weight(bend.own));
            }
        }
        claim.value = self.inner.linear(-bent, &[(F::one(), claim.value)]);
        self.inner.claim_eval(claim)
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.inner.enforced(check)
    }
}

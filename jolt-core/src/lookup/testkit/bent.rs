//! A plain verifier under which chosen rows of digit oracles are not one-hot: what a cheater who
//! commits arbitrary columns could do, and [`sumcheck::Poly`] cannot represent.

use sumcheck::channel::layer::Layer;
use sumcheck::channel::plain::PlainVerifier;
use sumcheck::{EvalClaim, Field, Oracle, Value, VerifierChannel, Weights};

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

impl<F: Field> Layer<F> for BentVerifier<F> {
    type Below = PlainVerifier<F>;

    fn below(&mut self) -> &mut Self::Below {
        &mut self.inner
    }

    fn pass(&mut self, mut claim: EvalClaim<F, Value>) -> Option<EvalClaim<F, Value>> {
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
        Some(claim)
    }
}

//! Channels over another one. A verifier's hears what goes through, and may change claims on the way; a prover's
//! (`ProverLayer`) hears of challenges and of what is committed, and may keep claims. [`Over`] passes on everything: no other code forwards a channel method by
//! method, unless it changes what goes through.

use super::{EvalClaim, Fixed, Label, Note, Oracle, Value, VerifierChannel, VerifyError};
use crate::{Field, Shape};

/// What goes through a verifier's channel, before the channel below does it.
pub enum Heard<'a, F> {
    /// So many field elements are received.
    Elements(Label, usize),
    /// The commitments of polynomials of these shapes are received.
    Oracles(Label, &'a [Shape]),
    /// A challenge is drawn.
    Challenge(Label),
    /// A claim is handed over for opening.
    Claim(&'a EvalClaim<F, Value>),
    /// A check is asked about.
    Check(&'a str),
    /// The verifier says where it is.
    Note(Note<'a, F>),
}

/// The channel that a layer makes: a [`VerifierChannel`] of a [`Layer`], a `ProverChannel` of a `ProverLayer`.
#[derive(Clone, Debug, Default)]
pub struct Over<L>(pub L);

/// What a channel over another one does by itself. [`Over`] passes on the rest.
pub trait Layer<F: Field> {
    /// What is below.
    type Below: VerifierChannel<F> + ?Sized;

    /// The channel below, which everything is passed on to.
    fn below(&mut self) -> &mut Self::Below;

    /// Hears what is passed on.
    fn hear(&mut self, _heard: Heard<'_, F>) {}

    /// The claim that is passed on in place of this one. A layer that keeps a claim to itself passes on none, and
    /// has to see to it that it is checked.
    fn pass(&mut self, claim: EvalClaim<F, Value>) -> Option<EvalClaim<F, Value>> {
        Some(claim)
    }
}

impl<F: Field, L: Layer<F>> VerifierChannel<F> for Over<L> {
    fn recv(&mut self, label: Label, count: usize) -> Result<Vec<Value>, VerifyError> {
        self.0.hear(Heard::Elements(label, count));
        self.0.below().recv(label, count)
    }

    fn oracles(&mut self, label: Label, shapes: &[Shape]) -> Result<Vec<Oracle>, VerifyError> {
        self.0.hear(Heard::Oracles(label, shapes));
        self.0.below().oracles(label, shapes)
    }

    fn fixed(&mut self, label: Label, fixed: &Fixed<F>) -> Result<Oracle, VerifyError> {
        self.0.below().fixed(label, fixed)
    }

    fn sample(&mut self, label: Label) -> F {
        self.0.hear(Heard::Challenge(label));
        self.0.below().sample(label)
    }

    fn linear(&mut self, constant: F, terms: &[(F, Value)]) -> Value {
        self.0.below().linear(constant, terms)
    }

    fn mul(&mut self, a: Value, b: Value) -> Value {
        self.0.below().mul(a, b)
    }

    fn assert_zero(&mut self, check: &str, value: Value) -> Result<(), VerifyError> {
        self.0.below().assert_zero(check, value)
    }

    fn claim_eval(&mut self, claim: EvalClaim<F, Value>) -> Result<(), VerifyError> {
        self.0.hear(Heard::Claim(&claim));
        match self.0.pass(claim) {
            Some(claim) => self.0.below().claim_eval(claim),
            None => Ok(()),
        }
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.0.hear(Heard::Check(check));
        self.0.below().enforced(check)
    }

    fn note(&mut self, note: Note<'_, F>) {
        self.0.hear(Heard::Note(note));
        self.0.below().note(note);
    }
}

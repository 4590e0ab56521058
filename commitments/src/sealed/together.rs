//! Several proofs under one commitment key, decided together.
//!
//! The opening of each proof leaves an equation, and what is decided is the sum of all, each times a weight. What
//! equations have in common is computed once: the points of the key with Hyrax, the pairings with schemes that have some.
//!
//! **Weights.** A transcript of its own absorbs the state of each proof's transcript at its end, and draws the weight of
//! the proof. So a weight is drawn when its equation and all before are fixed. If the last equation that does not hold
//! were to cancel the others, its weight would have to be one element of the field: each proof adds `1 / |F|` to the
//! error. Weights that depend on one proof alone would not do: of many proofs, each made in many ways, some would
//! cancel (the generalised birthday problem).

use crate::{Key, Pcs};
use std::any::Any;
use std::sync::Arc;
use sumcheck::{Checks, Field, Transcript, VerifyError};

/// Proofs under one commitment key that are to be decided together. A key makes an empty one
/// ([`VerifyingKey::together`](crate::VerifyingKey::together)), sessions add to it
/// ([`VerifierSession::finish_with`](super::VerifierSession::finish_with)).
pub trait Together<F: Field>: Send {
    /// Whether all proofs that were added hold.
    ///
    /// # Errors
    /// [`VerifyError::Check`] if some does not: which one, is not known.
    fn decide(self: Box<Self>) -> Result<(), VerifyError>;
    /// Proofs that were added.
    fn proofs(&self) -> usize;
    /// Itself, for sessions of its scheme.
    fn as_any(&mut self) -> &mut dyn Any;
}

/// [`Together`] with a scheme.
pub(crate) struct Equations<P: Pcs> {
    key: Arc<P::VerifierKey>,
    transcript: Transcript,
    checks: Checks,
    sum: P::Sum,
    proofs: usize,
}

impl<P: Pcs> Equations<P> {
    pub(crate) fn new(key: Arc<P::VerifierKey>, checks: Checks) -> Self {
        let mut transcript = Transcript::new("jolt-lab/together");
        transcript.absorb_bytes("scheme", P::NAME.as_bytes());
        transcript.absorb_bytes("setup", &key.digest());
        Equations {
            key,
            transcript,
            checks,
            sum: P::Sum::default(),
            proofs: 0,
        }
    }

    /// Those of this key.
    ///
    /// # Errors
    /// They are of another scheme or key.
    pub(super) fn of<'a>(
        all: &'a mut dyn Together<P::F>,
        key: &P::VerifierKey,
    ) -> Result<&'a mut Self, VerifyError> {
        let all = all.as_any().downcast_mut::<Self>();
        let own = all.filter(|all| all.key.digest() == key.digest());
        own.ok_or_else(|| VerifyError::NotAllowed {
            cause: "only proofs under one commitment key can be decided together".to_owned(),
        })
    }

    /// Adds the equation of a proof, if there is one, whose transcript has come to its end.
    pub(crate) fn add(&mut self, transcript: &mut Transcript, equation: Option<P::Equation>) {
        let state: P::F = transcript.sample("open/together");
        self.transcript.absorb("proof", &state);
        let weight = self.checks.sample(&mut self.transcript, "together/weight");
        if let Some(equation) = equation {
            P::add(&self.key, &mut self.sum, weight, equation);
        }
        self.proofs += 1;
    }
}

impl<P: Pcs> Together<P::F> for Equations<P> {
    fn decide(self: Box<Self>) -> Result<(), VerifyError> {
        match P::holds(&self.key, self.sum) {
            true => Ok(()),
            false => Err(VerifyError::Check {
                check: "open/proof".to_owned(),
            }),
        }
    }

    fn proofs(&self) -> usize {
        self.proofs
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

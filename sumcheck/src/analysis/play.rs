//! One run of a protocol in which the prover departs from it, over plain channels.

use super::Protocol;
use super::trace::Trace;
use crate::channel::plain::{PlainProof, PlainProver};
use crate::{EvalClaim, Field, Fixed, Label, Oracle, Poly, ProverChannel, VerifyError};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// How a run departs from an honest one.
#[derive(Clone, Default)]
pub(super) struct Play<F> {
    /// What is added to the elements of messages, by number.
    pub changes: BTreeMap<usize, Vec<F>>,
    /// Challenges that are not those of the transcript.
    pub challenges: Challenges<F>,
}

/// What is given out in place of the transcript's challenges: the same to prover and verifier.
#[derive(Clone, Default)]
pub(super) struct Challenges<F> {
    drawn: usize,
    /// One challenge is this value.
    pub known: Option<(usize, F)>,
    /// From this one on they are others, which the second number selects.
    pub fork: Option<(usize, u64)>,
    /// From this one on they are these.
    pub replayed: Option<(usize, Vec<F>)>,
}

impl<F: Field> Challenges<F> {
    /// Those of the transcript, but for one.
    pub fn knowing(number: usize, value: F) -> Self {
        Challenges {
            known: Some((number, value)),
            ..Challenges::default()
        }
    }

    pub fn give(&mut self, drawn: F) -> F {
        let number = self.drawn;
        self.drawn += 1;
        if let Some((_, value)) = self.known.filter(|(known, _)| *known == number) {
            return value;
        }
        if let Some((from, values)) = &self.replayed
            && number >= *from
            && let Some(value) = values.get(number)
        {
            return *value;
        }
        match self.fork {
            Some((from, fork)) if number >= from => {
                drawn * noise::<F>(fork, 0) + noise::<F>(fork, 1)
            }
            _ => drawn,
        }
    }
}

/// Elements without a pattern, the same everywhere.
pub(super) fn noise<F: Field>(seed: u64, number: u64) -> F {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number;
    let mut word = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        F::from(x ^ (x >> 31))
    };
    word() * word() * word() + word()
}

impl<F: Field> Play<F> {
    /// The proof.
    pub fn prove(&self, protocol: &dyn Protocol<F>) -> PlainProof<F> {
        let mut prover = Departing {
            inner: PlainProver::new(super::PROTOCOL),
            play: self.clone(),
            sent: 0,
        };
        protocol.prove(&mut prover);
        prover.inner.finish().0
    }

    /// The verifier's computation on that proof, with the elements of some messages as unknowns. It goes on
    /// when a check fails.
    ///
    /// # Errors
    /// If the proof ends early or is not all read: then prover and verifier are of different protocols.
    pub fn trace(
        &self,
        protocol: &dyn Protocol<F>,
        unknown: Range<usize>,
    ) -> Result<Trace<F>, VerifyError> {
        let proof = self.prove(protocol);
        let mut trace = Trace::new(proof, self.challenges.clone(), unknown);
        protocol.verify(&mut trace)?;
        Ok(trace)
    }

    /// What the verifier asserts to be zero, of a proof with other messages under the challenges that were given for
    /// it.
    pub fn frozen(
        protocol: &dyn Protocol<F>,
        proof: &PlainProof<F>,
        changes: &BTreeMap<usize, Vec<F>>,
        given: &[F],
    ) -> Option<Vec<F>> {
        let mut proof = proof.clone();
        for (number, changes) in changes {
            let (_, values) = proof.messages.get_mut(*number)?;
            values.iter_mut().zip(changes).for_each(|(v, c)| *v += c);
        }
        let challenges = Challenges {
            replayed: Some((0, given.to_vec())),
            ..Challenges::default()
        };
        let mut trace = Trace::new(proof, challenges, 0..0);
        protocol.verify(&mut trace).ok()?;
        Some(trace.asserted.iter().map(|a| a.value).collect())
    }

    /// The verifier's verdict.
    pub fn verdict(&self, protocol: &dyn Protocol<F>) -> Result<(), VerifyError> {
        let proof = self.prove(protocol);
        let mut trace = Trace::strict(proof, self.challenges.clone());
        protocol.verify(&mut trace)?;
        trace.finish()
    }

    /// Whether the verifier accepts.
    pub fn is_accepted(&self, protocol: &dyn Protocol<F>) -> bool {
        self.verdict(protocol).is_ok()
    }
}

/// A prover that sends something else than it computes.
struct Departing<F> {
    inner: PlainProver<F>,
    play: Play<F>,
    sent: usize,
}

impl<F: Field> ProverChannel<F> for Departing<F> {
    fn send(&mut self, label: Label, values: &[F]) {
        let mut values = values.to_vec();
        if let Some(changes) = self.play.changes.get(&self.sent) {
            values.iter_mut().zip(changes).for_each(|(v, c)| *v += c);
        }
        self.sent += 1;
        self.inner.send(label, &values);
    }

    fn commit(&mut self, label: Label, polys: Vec<Arc<Poly<F>>>) -> Vec<Oracle> {
        self.inner.commit(label, polys)
    }

    fn fixed(&mut self, label: Label, poly: Arc<Poly<F>>, fixed: &Fixed<F>) -> Oracle {
        self.inner.fixed(label, poly, fixed)
    }

    fn sample(&mut self, label: Label) -> F {
        let drawn = self.inner.sample(label);
        self.play.challenges.give(drawn)
    }

    fn claim_eval(&mut self, claim: EvalClaim<F, F>) {
        self.inner.claim_eval(claim);
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.inner.enforced(check)
    }
}

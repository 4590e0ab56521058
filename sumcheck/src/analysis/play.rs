//! One run of a protocol in which the prover departs from it, over plain channels.

use super::Protocol;
use super::challenges::Challenges;
use super::trace::{Opening, Trace};
use crate::channel::plain::{PlainProof, PlainProver};
use crate::{EvalClaim, Field, Fixed, Label, Oracle, Poly, ProverChannel, Shared, VerifyError};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// What is added to the elements of messages, by number.
pub(super) type Changes<F> = BTreeMap<usize, Vec<F>>;

/// The challenge that is known, if one is, and from which one on they are others.
pub(super) type Setting<F> = (Option<(usize, F)>, Option<(usize, u64)>);

/// A proof, and the challenges that its prover was given.
pub(super) struct Made<F> {
    pub proof: PlainProof<F>,
    pub given: Vec<F>,
}

impl<F: Field> Made<F> {
    /// What a prover sends that makes these changes and is given the same challenges all the same: it hears nothing
    /// else, so that it computes the same.
    pub fn with(&self, changes: &Changes<F>) -> PlainProof<F> {
        let mut proof = self.proof.clone();
        let messages = proof.messages.iter_mut().enumerate();
        messages.for_each(|(number, (_, values))| change(values, changes, number));
        proof
    }
}

fn change<F: Field>(values: &mut [F], changes: &Changes<F>, number: usize) {
    let changes = changes.get(&number).into_iter().flatten();
    values.iter_mut().zip(changes).for_each(|(v, c)| *v += c);
}

/// How a run departs from an honest one.
#[derive(Clone, Default)]
pub(super) struct Play<F> {
    pub changes: Changes<F>,
    /// Challenges that are not those of the transcript.
    pub challenges: Challenges<F>,
    /// What becomes of claims on evaluations.
    pub opening: Opening,
}

impl<F: Field> Play<F> {
    /// Which challenges are others than the transcript's, if nothing else is departed from.
    pub fn setting(&self) -> Option<Setting<F>> {
        let Challenges {
            known,
            fork,
            replayed,
            ..
        } = &self.challenges;
        let honest = self.changes.is_empty() && replayed.is_none();
        honest.then_some((*known, *fork))
    }

    pub fn prove(&self, protocol: &dyn Protocol<F>) -> Made<F> {
        let mut prover = Departing {
            inner: PlainProver::new(super::PROTOCOL),
            play: self.clone(),
            sent: 0,
            given: Vec::new(),
        };
        protocol.prove(&mut prover);
        Made {
            proof: prover.inner.finish().0,
            given: prover.given,
        }
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
        self.trace_of(self.prove(protocol).proof, protocol, unknown)
    }

    /// The same, where the proof is there.
    ///
    /// # Errors
    /// As above.
    pub fn trace_of(
        &self,
        proof: PlainProof<F>,
        protocol: &dyn Protocol<F>,
        unknown: Range<usize>,
    ) -> Result<Trace<F>, VerifyError> {
        let mut trace = Trace::new(proof, self.challenges.clone(), unknown);
        trace.opening = self.opening;
        protocol.verify(&mut trace)?;
        trace.open()?;
        Ok(trace)
    }

    /// The verifier's verdict.
    pub fn verdict(&self, protocol: &dyn Protocol<F>) -> Result<(), VerifyError> {
        let proof = self.prove(protocol).proof;
        let mut trace = Trace::strict(proof, self.challenges.clone());
        trace.opening = self.opening;
        protocol.verify(&mut trace)?;
        trace.open()?;
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
    given: Vec<F>,
}

impl<F: Field> ProverChannel<F> for Departing<F> {
    fn send(&mut self, label: Label, values: &[F]) {
        let mut values = values.to_vec();
        change(&mut values, &self.play.changes, self.sent);
        self.sent += 1;
        self.inner.send(label, &values);
    }

    fn commit(&mut self, label: Label, polys: Vec<Arc<Poly<F>>>) -> Vec<Oracle> {
        self.inner.commit(label, polys)
    }

    fn commit_shared(&mut self, label: Label, columns: Vec<Shared>) -> Vec<Oracle> {
        self.inner.commit_shared(label, columns)
    }

    fn fixed(&mut self, label: Label, poly: Arc<Poly<F>>, fixed: &Fixed<F>) -> Oracle {
        self.inner.fixed(label, poly, fixed)
    }

    fn sample(&mut self, label: Label) -> F {
        let drawn = self.inner.sample(label);
        let given = self.play.challenges.give(drawn);
        self.given.push(given);
        given
    }

    fn claim_eval(&mut self, claim: EvalClaim<F, F>) {
        self.inner.claim_eval(claim);
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.inner.enforced(check)
    }
}

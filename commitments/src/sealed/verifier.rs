//! The verifier's end. Total: whatever the bytes, it returns.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are positions in lists that the code has just made"
)]

use super::batches::factors_of_oracles;
use super::opening::{check_claim, factors, group};
use super::reading::Reading;
use super::session::VerifierSession;
use super::together::{Equations, Together};
use super::{Statement, reduction};
use crate::Pcs;
use ark_ff::{One, Zero};
use std::sync::Arc;
use sumcheck::{
    Checks, EvalClaim, Fixed, Label, Mark, Note, Oracle, Point, Shape, Tape, Transcript, Value,
    VerifierChannel, VerifyError, powers,
};

/// A sealed channel that reads a proof.
pub struct SealedVerifier<'a, P: Pcs> {
    reading: Reading<'a, P>,
    tape: Tape<P::F>,
    claims: Vec<EvalClaim<P::F, Value>>,
}

impl<'a, P: Pcs> SealedVerifier<'a, P> {
    /// A channel that verifies a proof of `statement`.
    pub fn new(
        key: Arc<P::VerifierKey>,
        statement: &Statement<'_>,
        proof: &'a [u8],
        checks: Checks,
    ) -> Self {
        SealedVerifier {
            reading: Reading::new(key, statement, proof),
            tape: Tape::new(checks),
            claims: Vec::new(),
        }
    }

    /// The transcript, for its log.
    pub fn transcript(&self) -> &Transcript {
        &self.reading.transcript
    }

    /// What a value stands for, for tests and for printing.
    pub fn reveal(&self, value: Value) -> P::F {
        self.tape.get(value)
    }

    /// Checks the opening and the end of the proof; the checks that were performed.
    pub fn finish(self) -> Result<Checks, VerifyError> {
        self.finish_with_transcript().map(|(checks, _)| checks)
    }

    /// The same, with the finished transcript.
    pub fn finish_with_transcript(self) -> Result<(Checks, Transcript), VerifyError> {
        let (verdict, transcript) = self.conclude();
        verdict.map(|checks| (checks, transcript))
    }

    /// Checks all but the equation of the opening, which is added to those of other proofs; the checks that were
    /// performed.
    ///
    /// # Errors
    /// As [`SealedVerifier::finish`]; [`VerifyError::NotAllowed`] if the others are of another scheme or key.
    pub fn finish_with(mut self, others: &mut dyn Together<P::F>) -> Result<Checks, VerifyError> {
        let others = Equations::<P>::of(others, &*self.reading.key)?;
        let equation = self.reduce()?;
        others.add(&mut self.reading.transcript, equation);
        Ok(self.tape.checks)
    }

    /// The verdict, and the transcript as far as it came.
    pub fn conclude(mut self) -> (Result<Checks, VerifyError>, Transcript) {
        let equation = self.reduce();
        let verdict = equation.and_then(|equation| self.reading.decide(equation));
        (verdict.map(|()| self.tape.checks), self.reading.transcript)
    }

    /// Everything but the equation that the opening leaves, which is none if there is nothing to open.
    fn reduce(&mut self) -> Result<Option<P::Equation>, VerifyError> {
        self.reading.transcript.mark(Mark::Phase("open"));
        let equation = self.open()?;
        self.reading.end()?;
        self.tape.all_reached().map(|()| equation)
    }

    fn open(&mut self) -> Result<Option<P::Equation>, VerifyError> {
        let claims = std::mem::take(&mut self.claims);
        if claims.is_empty() {
            return Ok(None);
        }
        let rho = self.sample("open/claims");
        let groups = group(&claims, rho);
        let vars = groups.iter().map(|g| g.point.vars()).max().unwrap_or(0);
        let mut values = Vec::with_capacity(groups.len());
        for g in &groups {
            let terms: Vec<_> = g
                .claims
                .iter()
                .map(|(rho, i)| (*rho, claims[*i].value))
                .collect();
            values.push(self.linear(-g.constant, &terms));
        }
        let point = match groups.as_slice() {
            [only] => only.point.clone(),
            _ => {
                let terms: Vec<_> = values.iter().map(|v| (P::F::one(), *v)).collect();
                let claim = self.linear(P::F::zero(), &terms);
                let points: Vec<&Point<P::F>> = groups.iter().map(|g| &g.point).collect();
                let (point, evaluations) =
                    reduction::verify(self, P::EMBEDDING, &points, vars, claim)?;
                values = evaluations;
                point
            }
        };
        let sigma: P::F = self.sample("open/groups");
        let weights = powers(sigma, groups.len());
        let value_terms: Vec<_> = weights.iter().copied().zip(values).collect();
        let factors = factors(&groups, &weights, self.reading.shapes.len());
        let value = self.linear(P::F::zero(), &value_terms);
        self.tape.claimed(value);
        let factors = factors_of_oracles(self.reading.contents(), factors);
        let claim = (&point, self.tape.get(value));
        self.reading.opening(&mut self.tape.checks, factors, claim)
    }
}

impl<P: Pcs> VerifierChannel<P::F> for SealedVerifier<'_, P> {
    fn recv(&mut self, label: Label, count: usize) -> Result<Vec<Value>, VerifyError> {
        let values = self.reading.scalars(&mut self.tape.checks, label, count)?;
        Ok(self.tape.receive(label, values))
    }

    fn oracles(&mut self, label: Label, shapes: &[Shape]) -> Result<Vec<Oracle>, VerifyError> {
        let checks = &mut self.tape.checks;
        self.reading.oracles(checks, label, shapes)
    }

    fn fixed(&mut self, label: Label, fixed: &Fixed<P::F>) -> Result<Oracle, VerifyError> {
        self.reading.fixed(&mut self.tape.checks, label, fixed)
    }

    fn sample(&mut self, label: Label) -> P::F {
        let checks = &mut self.tape.checks;
        checks.sample(&mut self.reading.transcript, label)
    }

    fn linear(&mut self, constant: P::F, terms: &[(P::F, Value)]) -> Value {
        self.tape.linear(constant, terms)
    }

    fn mul(&mut self, a: Value, b: Value) -> Value {
        self.tape.mul(a, b)
    }

    fn assert_zero(&mut self, check: &str, value: Value) -> Result<(), VerifyError> {
        self.tape.assert_zero(check, value)
    }

    fn claim_eval(&mut self, claim: EvalClaim<P::F, Value>) -> Result<(), VerifyError> {
        check_claim(&claim, &self.reading.shapes).map_err(|e| VerifyError::NotAllowed {
            cause: format!("open: {e}"),
        })?;
        self.claims.push(claim);
        Ok(())
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.tape.checks.enforced(check)
    }

    fn note(&mut self, note: Note<'_, P::F>) {
        self.reading.note(note);
    }
}

impl<'a, P: Pcs> VerifierSession<P::F> for SealedVerifier<'a, P> {
    fn conclude(self: Box<Self>) -> (Result<Checks, VerifyError>, Transcript) {
        SealedVerifier::conclude(*self)
    }

    fn finish_with(
        self: Box<Self>,
        others: &mut dyn Together<P::F>,
    ) -> Result<Checks, VerifyError> {
        SealedVerifier::finish_with(*self, others)
    }

    fn abandon(self: Box<Self>) -> Transcript {
        self.reading.transcript
    }

    fn transcript(&self) -> &Transcript {
        SealedVerifier::transcript(self)
    }

    fn commitment(&self, oracle: Oracle) -> Option<Vec<u8>> {
        self.reading.commitment(oracle)
    }
}

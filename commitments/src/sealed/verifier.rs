//! The verifier's end. Total: whatever the bytes, it returns.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are positions in lists that the code has just made"
)]

use super::opening::{check_claim, factors, group};
use super::session::VerifierSession;
use super::together::{Equations, Together};
use super::{Statement, absorb_oracle, reduction};
use crate::wire::{DecodeError, Reader};
use crate::{Combined, Key, Pcs, PcsError, Script};
use ark_ff::{One, Zero};
use std::sync::Arc;
use sumcheck::{
    Checks, EvalClaim, Fixed, Known, Label, Mark, Note, Oracle, Point, Shape, Tape, Transcript,
    Value, VerifierChannel, VerifyError, powers,
};

/// A sealed channel that reads a proof.
pub struct SealedVerifier<'a, P: Pcs> {
    key: Arc<P::VerifierKey>,
    transcript: Transcript,
    proof: Reader<'a>,
    tape: Tape<P::F>,
    batches: Vec<P::Commitment>,
    /// Of each oracle its batch, and its number in there.
    places: Vec<(usize, usize)>,
    shapes: Vec<Shape>,
    claims: Vec<EvalClaim<P::F, Value>>,
}

fn malformed(label: Label) -> impl Fn(DecodeError) -> VerifyError {
    move |e| VerifyError::Malformed {
        label: label.to_owned(),
        cause: e.to_string(),
    }
}

fn rejected() -> VerifyError {
    VerifyError::Check {
        check: "open/proof".to_owned(),
    }
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
            transcript: statement.transcript::<P>(&*key),
            key,
            proof: Reader::new(proof),
            tape: Tape::new(checks),
            batches: Vec::new(),
            places: Vec::new(),
            shapes: Vec::new(),
            claims: Vec::new(),
        }
    }

    /// The transcript, for its log.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
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
        let others = Equations::<P>::of(others, &*self.key)?;
        let equation = self.reduce()?;
        others.add(&mut self.transcript, equation);
        Ok(self.tape.checks)
    }

    /// The verdict, and the transcript as far as it came.
    pub fn conclude(mut self) -> (Result<Checks, VerifyError>, Transcript) {
        let verdict = self.reduce().and_then(|equation| self.decide(equation));
        (verdict.map(|()| self.tape.checks), self.transcript)
    }

    /// Everything but the equation that the opening leaves, which is none if there is nothing to open.
    fn reduce(&mut self) -> Result<Option<P::Equation>, VerifyError> {
        self.transcript.mark(Mark::Phase("open"));
        let equation = self.open()?;
        match self.proof.remaining().len() {
            0 => self.tape.all_reached().map(|()| equation),
            bytes => Err(VerifyError::Trailing { bytes }),
        }
    }

    fn decide(&self, equation: Option<P::Equation>) -> Result<(), VerifyError> {
        let mut sum = P::Sum::default();
        if let Some(equation) = equation {
            P::add(&self.key, &mut sum, P::F::one(), equation);
        }
        match P::holds(&self.key, sum) {
            true => Ok(()),
            false => Err(rejected()),
        }
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
        let factors = factors(&groups, &weights, self.shapes.len());
        let value = self.linear(P::F::zero(), &value_terms);
        self.check_opening(factors, &point, value)
    }

    /// Whether an oracle may have this shape.
    fn allowed(&self, label: Label, shape: &Shape) -> Result<(), VerifyError> {
        let not_allowed = |cause: String| VerifyError::NotAllowed {
            cause: format!("oracle `{label}`: {cause}"),
        };
        let max = self.key.max_vars();
        if shape.vars > max {
            let cause = format!("{} variables, at most {max}", shape.vars);
            return Err(not_allowed(cause));
        }
        if shape.radix.is_some_and(|radix| !(2..=256).contains(&radix)) {
            return Err(not_allowed("the radix is not in 2 … 256".to_owned()));
        }
        Ok(())
    }

    /// Takes a batch in; the number of its first oracle.
    fn admit(&mut self, batch: P::Commitment, shapes: &[Shape]) -> usize {
        let (first, number) = (self.places.len(), self.batches.len());
        self.batches.push(batch);
        self.places.extend((0..shapes.len()).map(|i| (number, i)));
        self.shapes.extend(shapes);
        first
    }

    /// Reads the opening of `Σ factor · column`, with factors for each oracle; the equation to decide, unless that check
    /// is off.
    fn check_opening(
        &mut self,
        factors: Vec<Vec<P::F>>,
        point: &Point<P::F>,
        value: Value,
    ) -> Result<Option<P::Equation>, VerifyError> {
        let vars = point.vars();
        let opening = P::read_opening(&self.key, vars, &mut self.proof);
        let opening = opening.map_err(malformed("open/proof"))?;
        self.tape.claimed(value);
        let claim = (point, self.tape.get(value));
        let mut parts: Vec<_> = self
            .batches
            .iter()
            .map(|commitment| Combined {
                batch: commitment,
                factors: Vec::new(),
            })
            .collect();
        // Oracles are in the order of their batches.
        for ((batch, _), factors) in self.places.iter().zip(factors) {
            parts[*batch].factors.push(factors);
        }
        let script = &mut Script::new(&mut self.transcript, &mut self.tape.checks);
        let equation = P::reduce(&self.key, script, &parts, claim, &opening);
        let enforced = self.tape.checks.enforced("open/proof");
        match equation {
            Err(PcsError::Rejected) if !enforced => Ok(None),
            Err(PcsError::Rejected) => Err(rejected()),
            Err(other) => Err(VerifyError::NotAllowed {
                cause: format!("open: {other}"),
            }),
            Ok(equation) => Ok(enforced.then_some(equation)),
        }
    }
}

impl<P: Pcs> VerifierChannel<P::F> for SealedVerifier<'_, P> {
    fn recv(&mut self, label: Label, count: usize) -> Result<Vec<Value>, VerifyError> {
        let mut values = Vec::new();
        for _ in 0..count {
            // Fails at the end of the proof: a large count allocates nothing.
            values.push(self.proof.canonical("scalar").map_err(malformed(label))?);
        }
        if self.tape.checks.heard(label) {
            self.transcript.absorb(label, &values[..]);
        }
        Ok(self.tape.receive(label, values))
    }

    fn oracles(&mut self, label: Label, shapes: &[Shape]) -> Result<Vec<Oracle>, VerifyError> {
        for shape in shapes {
            self.allowed(label, shape)?;
        }
        let before = self.proof.remaining();
        let batch = P::read_commitment(&self.key, shapes, &mut self.proof);
        let batch = batch.map_err(malformed(label))?;
        let mut bytes = Reader::new(before);
        for shape in shapes {
            let own = bytes.take(P::commitment_bytes(&self.key, shape));
            let (transcript, checks) = (&mut self.transcript, &mut self.tape.checks);
            absorb_oracle(
                transcript,
                checks,
                (label, shape),
                own.map_err(malformed(label))?,
            );
        }
        let first = self.admit(batch, shapes);
        Ok((first..self.places.len()).map(Oracle).collect())
    }

    fn fixed(&mut self, label: Label, fixed: &Fixed<P::F>) -> Result<Oracle, VerifyError> {
        self.allowed(label, &fixed.shape)?;
        let not_allowed = |cause: String| VerifyError::NotAllowed {
            cause: format!("oracle `{label}`: {cause}"),
        };
        let Known::Commitment(bytes) = &fixed.known else {
            return Err(not_allowed("the key has no commitment to it".to_owned()));
        };
        let mut input = Reader::new(bytes);
        let shapes = [fixed.shape];
        let batch = P::read_commitment(&self.key, &shapes, &mut input);
        let batch = batch.map_err(|e| not_allowed(e.to_string()))?;
        if !input.remaining().is_empty() {
            return Err(not_allowed("trailing bytes in the key".to_owned()));
        }
        let (transcript, checks) = (&mut self.transcript, &mut self.tape.checks);
        absorb_oracle(transcript, checks, (label, &fixed.shape), bytes);
        Ok(Oracle(self.admit(batch, &shapes)))
    }

    fn sample(&mut self, label: Label) -> P::F {
        self.tape.checks.sample(&mut self.transcript, label)
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
        check_claim(&claim, &self.shapes).map_err(|e| VerifyError::NotAllowed {
            cause: format!("open: {e}"),
        })?;
        self.claims.push(claim);
        Ok(())
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.tape.checks.enforced(check)
    }

    fn note(&mut self, note: Note<'_, P::F>) {
        match note {
            Note::Phase(name) => self.transcript.mark(Mark::Phase(name)),
            Note::Batch(name, _) => self.transcript.mark(Mark::Batch(name)),
            Note::Risk { .. } => {}
        }
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
        self.transcript
    }

    fn transcript(&self) -> &Transcript {
        SealedVerifier::transcript(self)
    }

    fn commitment(&self, oracle: Oracle) -> Option<Vec<u8>> {
        let (batch, number) = *self.places.get(oracle.0)?;
        let mut bytes = Vec::new();
        P::write_commitment(self.batches.get(batch)?, &mut bytes);
        let first = oracle.0.checked_sub(number)?;
        let size = |shape: &Shape| P::commitment_bytes(&self.key, shape);
        let before = self.shapes.get(first..oracle.0)?.iter().map(size).sum();
        let own = size(self.shapes.get(oracle.0)?);
        Some(bytes.get(before..before + own)?.to_vec())
    }
}

//! The verifier's end. Total: whatever the bytes, it returns.

use super::opening::{check_claim, group};
use super::session::VerifierSession;
use super::{Statement, absorb_oracle, reduction};
use crate::wire::{DecodeError, Reader};
use crate::{Homomorphic, Key, PcsError, columns};
use ark_ff::{One, Zero};
use std::sync::Arc;
use sumcheck::{
    Checks, EvalClaim, Fixed, Known, Label, Mark, Note, Oracle, Point, Shape, Tape, Transcript,
    Value, VerifierChannel, VerifyError,
};

/// A sealed channel that reads a proof.
pub struct SealedVerifier<'a, P: Homomorphic> {
    key: Arc<P::VerifierKey>,
    transcript: Transcript,
    proof: Reader<'a>,
    tape: Tape<P::F>,
    commitments: Vec<Vec<P::Commitment>>,
    shapes: Vec<Shape>,
    claims: Vec<EvalClaim<P::F, Value>>,
}

fn malformed(label: Label) -> impl Fn(DecodeError) -> VerifyError {
    move |e| VerifyError::Malformed {
        label: label.to_owned(),
        cause: e.to_string(),
    }
}

impl<'a, P: Homomorphic> SealedVerifier<'a, P> {
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
            commitments: Vec::new(),
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

    /// The verdict, and the transcript as far as it came.
    pub fn conclude(mut self) -> (Result<Checks, VerifyError>, Transcript) {
        self.transcript.mark(Mark::Phase("open"));
        let opened = self.open();
        let verdict = opened.and_then(|()| match self.proof.remaining().len() {
            0 => self.tape.all_reached().map(|()| self.tape.checks),
            bytes => Err(VerifyError::Trailing { bytes }),
        });
        (verdict, self.transcript)
    }

    fn open(&mut self) -> Result<(), VerifyError> {
        let claims = std::mem::take(&mut self.claims);
        if claims.is_empty() {
            return Ok(());
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
                let (point, evaluations) = reduction::verify(self, &points, vars, claim)?;
                values = evaluations;
                point
            }
        };
        let sigma: P::F = self.sample("open/groups");
        let mut power = P::F::one();
        let mut value_terms = Vec::with_capacity(groups.len());
        let mut factors: Vec<Vec<P::F>> = self
            .commitments
            .iter()
            .map(|columns| vec![P::F::zero(); columns.len()])
            .collect();
        for (g, value) in groups.iter().zip(values) {
            value_terms.push((power, value));
            for (oracle, own) in &g.columns {
                let sums = &mut factors[oracle.0];
                sums.iter_mut().zip(own).for_each(|(s, f)| *s += power * f);
            }
            power *= sigma;
        }
        let value = self.linear(P::F::zero(), &value_terms);
        let columns = self.commitments.iter().flatten().cloned();
        let terms: Vec<(P::F, P::Commitment)> = factors
            .into_iter()
            .flatten()
            .zip(columns)
            .filter(|(factor, _)| !factor.is_zero())
            .collect();
        self.check_opening(&terms, &point, value)
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

    fn check_opening(
        &mut self,
        terms: &[(P::F, P::Commitment)],
        point: &Point<P::F>,
        value: Value,
    ) -> Result<(), VerifyError> {
        let opening =
            P::read_opening(point.vars(), &mut self.proof).map_err(malformed("open/proof"))?;
        self.tape.claimed(value);
        let claim = (point, self.tape.get(value));
        let transcript = &mut self.transcript;
        let verdict = P::verify_combination(&self.key, transcript, terms, claim, &opening);
        let enforced = self.tape.checks.enforced("open/pairing");
        match verdict {
            Err(PcsError::Rejected) if !enforced => Ok(()),
            Err(PcsError::Rejected) => Err(VerifyError::Check {
                check: "open/pairing".to_owned(),
            }),
            Err(other) => Err(VerifyError::NotAllowed {
                cause: format!("open: {other}"),
            }),
            Ok(()) => Ok(()),
        }
    }
}

impl<P: Homomorphic> VerifierChannel<P::F> for SealedVerifier<'_, P> {
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
        let first = self.commitments.len();
        for shape in shapes {
            self.allowed(label, shape)?;
            let before = self.proof.remaining();
            let columns = (0..columns(shape))
                .map(|_| P::read_commitment(shape.vars, &mut self.proof))
                .collect::<Result<Vec<_>, _>>()
                .map_err(malformed(label))?;
            let read = before.len() - self.proof.remaining().len();
            let (transcript, checks) = (&mut self.transcript, &mut self.tape.checks);
            absorb_oracle(transcript, checks, (label, shape), &before[..read]);
            self.commitments.push(columns);
            self.shapes.push(*shape);
        }
        Ok((first..self.commitments.len()).map(Oracle).collect())
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
        let commitments = (0..columns(&fixed.shape))
            .map(|_| P::read_commitment(fixed.shape.vars, &mut input))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| not_allowed(e.to_string()))?;
        if !input.remaining().is_empty() {
            return Err(not_allowed("trailing bytes in the key".to_owned()));
        }
        let (transcript, checks) = (&mut self.transcript, &mut self.tape.checks);
        absorb_oracle(transcript, checks, (label, &fixed.shape), bytes);
        self.commitments.push(commitments);
        self.shapes.push(fixed.shape);
        Ok(Oracle(self.commitments.len() - 1))
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

impl<'a, P: Homomorphic> VerifierSession<P::F> for SealedVerifier<'a, P> {
    fn conclude(self: Box<Self>) -> (Result<Checks, VerifyError>, Transcript) {
        SealedVerifier::conclude(*self)
    }

    fn abandon(self: Box<Self>) -> Transcript {
        self.transcript
    }

    fn transcript(&self) -> &Transcript {
        SealedVerifier::transcript(self)
    }

    fn commitment(&self, oracle: Oracle) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        for column in self.commitments.get(oracle.0)? {
            P::write_commitment(column, &mut bytes);
        }
        Some(bytes)
    }
}

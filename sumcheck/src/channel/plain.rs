//! Oracles in the clear: an argument is testable with no commitment scheme at all.
//!
//! The proof is the list of messages and the polynomials themselves; evaluation claims are checked
//! by evaluating.

use super::{
    Checks, EvalClaim, Fixed, Known, Note, Oracle, ProverChannel, Tape, Value, VerifierChannel,
    VerifyError, polys,
};
use crate::{Field, Label, Poly, Rows, Shape, Shared, Transcript};
use std::sync::Arc;

/// A proof in the clear.
#[derive(Clone)]
pub struct PlainProof<F> {
    /// Messages, with their labels.
    pub messages: Vec<(Label, Vec<F>)>,
    /// Oracles in order of commitment.
    pub oracles: Vec<Arc<Poly<F>>>,
}

fn absorb_poly<F: Field>(
    transcript: &mut Transcript,
    checks: &mut Checks,
    label: Label,
    poly: &Poly<F>,
) {
    if !checks.heard(label) {
        return;
    }
    match &poly.rows {
        Rows::Dense(values) => transcript.absorb(label, values),
        Rows::Signed(values) => {
            let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
            transcript.absorb_bytes(label, &bytes);
        }
        Rows::Digits { digits, .. } => transcript.absorb_bytes(label, digits),
    }
}

/// The prover's end.
pub struct PlainProver<F> {
    transcript: Transcript,
    proof: PlainProof<F>,
    /// Oracles so far, those of the key among them.
    oracles: usize,
    checks: Checks,
    claims: Vec<EvalClaim<F, F>>,
}

impl<F: Field> PlainProver<F> {
    /// A channel for the protocol named.
    pub fn new(protocol: Label) -> Self {
        Self::with_checks(protocol, Checks::all())
    }

    /// The same, with some checks possibly off.
    pub fn with_checks(protocol: Label, checks: Checks) -> Self {
        PlainProver {
            transcript: Transcript::new(protocol),
            proof: PlainProof {
                messages: Vec::new(),
                oracles: Vec::new(),
            },
            oracles: 0,
            checks,
            claims: Vec::new(),
        }
    }

    /// The proof, and the evaluation claims made.
    pub fn finish(self) -> (PlainProof<F>, Vec<EvalClaim<F, F>>) {
        (self.proof, self.claims)
    }

    /// The transcript, for its log.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }
}

impl<F: Field> ProverChannel<F> for PlainProver<F> {
    fn send(&mut self, label: Label, values: &[F]) {
        if self.checks.heard(label) {
            self.transcript.absorb(label, values);
        }
        self.proof.messages.push((label, values.to_vec()));
    }

    fn commit(&mut self, label: Label, polys: Vec<Arc<Poly<F>>>) -> Vec<Oracle> {
        let first = self.oracles;
        self.oracles += polys.len();
        for poly in polys {
            absorb_poly(&mut self.transcript, &mut self.checks, label, &poly);
            self.proof.oracles.push(poly);
        }
        (first..self.oracles).map(Oracle).collect()
    }

    fn commit_shared(&mut self, label: Label, columns: Vec<Shared>) -> Vec<Oracle> {
        self.commit(label, polys(&columns))
    }

    fn fixed(&mut self, label: Label, poly: Arc<Poly<F>>, fixed: &Fixed<F>) -> Oracle {
        let known = match &fixed.known {
            Known::Clear(known) => known,
            Known::Commitment(_) => &poly,
        };
        absorb_poly(&mut self.transcript, &mut self.checks, label, known);
        self.oracles += 1;
        Oracle(self.oracles - 1)
    }

    fn sample(&mut self, label: Label) -> F {
        self.checks.sample(&mut self.transcript, label)
    }

    fn claim_eval(&mut self, claim: EvalClaim<F, F>) {
        self.claims.push(claim);
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.checks.enforced(check)
    }
}

/// The verifier's end.
pub struct PlainVerifier<F> {
    transcript: Transcript,
    proof: PlainProof<F>,
    next_message: usize,
    next_oracle: usize,
    /// All oracles, those of the key among them.
    oracles: Vec<Arc<Poly<F>>>,
    tape: Tape<F>,
}

impl<F: Field> PlainVerifier<F> {
    /// A channel that reads `proof`.
    pub fn new(protocol: Label, proof: PlainProof<F>) -> Self {
        Self::with_checks(protocol, proof, Checks::all())
    }

    /// The same, with some checks possibly off.
    pub fn with_checks(protocol: Label, proof: PlainProof<F>, checks: Checks) -> Self {
        PlainVerifier {
            transcript: Transcript::new(protocol),
            proof,
            next_message: 0,
            next_oracle: 0,
            oracles: Vec::new(),
            tape: Tape::new(checks),
        }
    }

    /// Checks that the whole proof was read.
    pub fn finish(self) -> Result<(), VerifyError> {
        let left = (self.proof.messages.len() - self.next_message)
            + (self.proof.oracles.len() - self.next_oracle);
        match left {
            0 => self.tape.all_reached(),
            bytes => Err(VerifyError::Trailing { bytes }),
        }
    }

    /// What an evaluation claim says less what the oracles give: zero if it holds.
    ///
    /// # Errors
    /// If the claim names an oracle that there is not.
    pub fn difference(&mut self, claim: &EvalClaim<F, Value>) -> Result<Value, VerifyError> {
        let mut sum = F::zero();
        for (oracle, weights, scale) in &claim.terms {
            let Some(poly) = self.oracles.get(oracle.0) else {
                return Err(malformed("oracle", "an evaluation claim names no oracle"));
            };
            sum += *scale * poly.evaluate(weights, &claim.point);
        }
        Ok(self.tape.linear(-sum, &[(F::one(), claim.value)]))
    }

    /// Names of the checks performed.
    pub fn checks(&self) -> &Checks {
        &self.tape.checks
    }

    /// What a value stands for, for tests and for printing.
    pub fn reveal(&self, value: Value) -> F {
        self.tape.get(value)
    }

    /// The transcript, for its log.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }
}

fn malformed(label: Label, cause: impl Into<String>) -> VerifyError {
    VerifyError::Malformed {
        label: label.to_owned(),
        cause: cause.into(),
    }
}

impl<F: Field> VerifierChannel<F> for PlainVerifier<F> {
    fn recv(&mut self, label: Label, count: usize) -> Result<Vec<Value>, VerifyError> {
        let Some((_, values)) = self.proof.messages.get(self.next_message) else {
            return Err(malformed(label, "the proof ends here"));
        };
        if values.len() != count {
            let cause = format!("{} values where {count} belong", values.len());
            return Err(malformed(label, cause));
        }
        self.next_message += 1;
        if self.tape.checks.heard(label) {
            self.transcript.absorb(label, values);
        }
        Ok(self.tape.receive(label, values.clone()))
    }

    fn oracles(&mut self, label: Label, shapes: &[Shape]) -> Result<Vec<Oracle>, VerifyError> {
        let mut oracles = Vec::with_capacity(shapes.len());
        for shape in shapes {
            let Some(poly) = self.proof.oracles.get(self.next_oracle) else {
                return Err(malformed(label, "an oracle is missing"));
            };
            if poly.shape() != *shape {
                return Err(malformed(label, "an oracle has another shape"));
            }
            absorb_poly(&mut self.transcript, &mut self.tape.checks, label, poly);
            oracles.push(Oracle(self.oracles.len()));
            self.oracles.push(poly.clone());
            self.next_oracle += 1;
        }
        Ok(oracles)
    }

    fn fixed(&mut self, label: Label, fixed: &Fixed<F>) -> Result<Oracle, VerifyError> {
        let Known::Clear(poly) = &fixed.known else {
            return Err(VerifyError::NotAllowed {
                cause: format!("oracle `{label}`: a plain channel needs the polynomial itself"),
            });
        };
        absorb_poly(&mut self.transcript, &mut self.tape.checks, label, poly);
        self.oracles.push(poly.clone());
        Ok(Oracle(self.oracles.len() - 1))
    }

    fn sample(&mut self, label: Label) -> F {
        self.tape.checks.sample(&mut self.transcript, label)
    }

    fn linear(&mut self, constant: F, terms: &[(F, Value)]) -> Value {
        self.tape.linear(constant, terms)
    }

    fn mul(&mut self, a: Value, b: Value) -> Value {
        self.tape.mul(a, b)
    }

    fn assert_zero(&mut self, check: &str, value: Value) -> Result<(), VerifyError> {
        self.tape.assert_zero(check, value)
    }

    fn claim_eval(&mut self, claim: EvalClaim<F, Value>) -> Result<(), VerifyError> {
        let difference = self.difference(&claim)?;
        self.tape.assert_zero("open/evaluation", difference)
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.tape.checks.enforced(check)
    }

    fn note(&mut self, _note: Note<'_, F>) {}
}

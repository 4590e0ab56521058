//! The verifier run over nothing: proof bytes by label, and the verifier's operations.

use super::wires::Wires;
use super::{Checks, EvalClaim, Fixed, Note, Oracle, Value, VerifierChannel, VerifyError};
use crate::{Field, Label, Shape};
use std::collections::BTreeMap;

/// What a run would cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Field elements received, by label.
    pub elements: BTreeMap<Label, usize>,
    /// Commitments received, by label: one per dense oracle, `radix − 1` per digit oracle.
    pub commitments: BTreeMap<Label, usize>,
    /// Products of two values that depend on what is received: gates of the verifier's circuit.
    pub products: usize,
    /// Values that depend on what is received and are to be zero.
    pub checks: usize,
    /// Terms of linear combinations.
    pub linear_terms: usize,
    /// Challenges drawn.
    pub challenges: usize,
    /// Evaluation claims handed to the opening.
    pub eval_claims: usize,
}

/// A channel that answers zeros and random-looking challenges, and counts.
pub struct CountingVerifier<F: Field> {
    wires: Wires<F>,
    counts: Counts,
    oracles: usize,
}

impl<F: Field> Default for CountingVerifier<F> {
    fn default() -> Self {
        CountingVerifier {
            wires: Wires::unknown(Checks::all()),
            counts: Counts::default(),
            oracles: 0,
        }
    }
}

impl<F: Field> CountingVerifier<F> {
    /// What was counted.
    pub fn finish(self) -> Counts {
        Counts {
            products: self.wires.gates().len(),
            checks: self.wires.asked().len(),
            ..self.counts
        }
    }
}

impl<F: Field> VerifierChannel<F> for CountingVerifier<F> {
    fn recv(&mut self, label: Label, count: usize) -> Result<Vec<Value>, VerifyError> {
        *self.counts.elements.entry(label).or_default() += count;
        Ok(self.wires.receive(count))
    }

    fn oracles(&mut self, label: Label, shapes: &[Shape]) -> Result<Vec<Oracle>, VerifyError> {
        let points: usize = shapes
            .iter()
            .map(|s| s.radix.map_or(1, |radix| radix - 1))
            .sum();
        *self.counts.commitments.entry(label).or_default() += points;
        let first = self.oracles;
        self.oracles += shapes.len();
        Ok((first..self.oracles).map(Oracle).collect())
    }

    fn fixed(&mut self, _label: Label, _fixed: &Fixed<F>) -> Result<Oracle, VerifyError> {
        self.oracles += 1;
        Ok(Oracle(self.oracles - 1))
    }

    fn sample(&mut self, _label: Label) -> F {
        self.counts.challenges += 1;
        F::from(0x9e37_79b9_7f4a_7c15u64) * F::from(self.counts.challenges as u64)
    }

    fn linear(&mut self, constant: F, terms: &[(F, Value)]) -> Value {
        self.counts.linear_terms += terms.len();
        self.wires.linear(constant, terms)
    }

    fn mul(&mut self, a: Value, b: Value) -> Value {
        self.wires.mul(a, b)
    }

    fn assert_zero(&mut self, check: &str, value: Value) -> Result<(), VerifyError> {
        // What is constant need not hold here.
        let _ = self.wires.assert_zero(check, value);
        Ok(())
    }

    fn claim_eval(&mut self, _claim: EvalClaim<F, Value>) -> Result<(), VerifyError> {
        self.counts.eval_claims += 1;
        Ok(())
    }

    fn enforced(&mut self, _check: &str) -> bool {
        true
    }

    fn note(&mut self, _note: Note<'_, F>) {}
}

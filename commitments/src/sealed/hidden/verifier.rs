//! The verifier's end. Total: whatever the bytes, it returns.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::close::{Closing, Last, gates, last_vars, next_claim};
use super::{BIND, CLAIMS, MASK, MASKS, ROUND, ROW, ROW_SHAPE};
use crate::Pcs;
use crate::sealed::Statement;
use crate::sealed::batches::Content;
use crate::sealed::opening::check_claim;
use crate::sealed::reading::Reading;
use crate::sealed::session::VerifierSession;
use crate::sealed::together::{Equations, Together};
use std::sync::Arc;
use sumcheck::channel::wires::Wires;
use sumcheck::{
    Checks, EvalClaim, Fixed, Label, Mark, Note, Oracle, Point, Shape, Transcript, Value,
    VerifierChannel, VerifyError,
};

/// A sealed channel that reads a proof of which it learns nothing.
pub struct HiddenVerifier<'a, P: Pcs> {
    reading: Reading<'a, P>,
    wires: Wires<P::F>,
}

impl<'a, P: Pcs> HiddenVerifier<'a, P> {
    /// A channel that verifies a proof of `statement`.
    pub fn new(
        key: Arc<P::VerifierKey>,
        statement: &Statement<'_>,
        proof: &'a [u8],
        checks: Checks,
    ) -> Self {
        HiddenVerifier {
            reading: Reading::new(key, statement, proof),
            wires: Wires::unknown(checks),
        }
    }

    /// Closes the proof: the equation that its opening leaves, unless that check is off.
    pub(super) fn reduce(&mut self) -> Result<Option<P::Equation>, VerifyError> {
        self.reading.transcript.mark(Mark::Phase("close"));
        let products = gates(self)?;
        let vars = last_vars(&self.wires);
        let shape = Shape { vars, radix: None };
        self.reading.allowed(MASKS, &shape)?;
        for mask in 0..2 {
            let checks = &mut self.wires.checks;
            let batch = (MASKS, std::slice::from_ref(&shape));
            self.reading.batch(checks, batch, Content::Mask(mask))?;
        }
        let masked: P::F = self.clear(MASK, 1)?.into_iter().sum();
        self.reading.transcript.mark(Mark::Phase("open"));
        let rho = self.sample(CLAIMS);
        let last = Last::new(&self.wires, products, rho);
        self.risk(&[CLAIMS], "claims, checks and masks", last.degree);
        let mut claim = last.constant + last.mask * masked;
        let mut point = Vec::with_capacity(vars);
        for _ in 0..vars {
            let message = self.clear(ROUND, 2)?;
            let r: P::F = self.sample(BIND);
            let Ok(coefficients) = <[P::F; 2]>::try_from(message) else {
                continue;
            };
            claim = next_claim(claim, coefficients, r);
            point.push(r);
        }
        self.risk(&[BIND], "columns, rows and masks at one point", 2 * vars);
        let point = Point(point);
        let groups = last.group_weights(P::EMBEDDING, &point);
        let batches = (self.reading.shapes.len(), self.reading.contents());
        let factors = last.factors(P::EMBEDDING, (&point, &groups), batches);
        let checks = &mut self.wires.checks;
        let equation = self.reading.opening(checks, factors, (&point, claim))?;
        self.reading.end().map(|()| equation)
    }

    /// Checks the closing and the end of the proof; the checks that were performed.
    ///
    /// # Errors
    /// What is wrong.
    pub fn finish(self) -> Result<Checks, VerifyError> {
        self.conclude_with_transcript().0
    }

    fn conclude_with_transcript(mut self) -> (Result<Checks, VerifyError>, Transcript) {
        let equation = self.reduce();
        let verdict = equation.and_then(|equation| self.reading.decide(equation));
        (verdict.map(|()| self.wires.checks), self.reading.transcript)
    }
}

impl<P: Pcs> Closing<P::F> for HiddenVerifier<'_, P> {
    fn wires(&mut self) -> &mut Wires<P::F> {
        &mut self.wires
    }

    fn clear(&mut self, label: Label, count: usize) -> Result<Vec<P::F>, VerifyError> {
        self.reading.scalars(&mut self.wires.checks, label, count)
    }
}

impl<P: Pcs> VerifierChannel<P::F> for HiddenVerifier<'_, P> {
    fn recv(&mut self, label: Label, count: usize) -> Result<Vec<Value>, VerifyError> {
        let (first, rows) = (self.wires.elements(), count.div_ceil(ROW));
        self.reading.has(label, &ROW_SHAPE, rows)?;
        let (checks, shapes) = (&mut self.wires.checks, vec![ROW_SHAPE; rows]);
        let content = Content::Message(first, count);
        self.reading.batch(checks, (label, &shapes), content)?;
        Ok(self.wires.receive(count))
    }

    fn oracles(&mut self, label: Label, shapes: &[Shape]) -> Result<Vec<Oracle>, VerifyError> {
        let checks = &mut self.wires.checks;
        self.reading.oracles(checks, label, shapes)
    }

    fn fixed(&mut self, label: Label, fixed: &Fixed<P::F>) -> Result<Oracle, VerifyError> {
        self.reading.fixed(&mut self.wires.checks, label, fixed)
    }

    fn sample(&mut self, label: Label) -> P::F {
        let checks = &mut self.wires.checks;
        checks.sample(&mut self.reading.transcript, label)
    }

    fn linear(&mut self, constant: P::F, terms: &[(P::F, Value)]) -> Value {
        self.wires.linear(constant, terms)
    }

    fn mul(&mut self, a: Value, b: Value) -> Value {
        self.wires.mul(a, b)
    }

    fn assert_zero(&mut self, check: &str, value: Value) -> Result<(), VerifyError> {
        self.wires.assert_zero(check, value)
    }

    fn claim_eval(&mut self, claim: EvalClaim<P::F, Value>) -> Result<(), VerifyError> {
        check_claim(&claim, &self.reading.shapes).map_err(|e| VerifyError::NotAllowed {
            cause: format!("open: {e}"),
        })?;
        self.wires.claim(claim);
        Ok(())
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.wires.checks.enforced(check)
    }

    fn note(&mut self, note: Note<'_, P::F>) {
        self.reading.note(note);
    }
}

impl<P: Pcs> VerifierSession<P::F> for HiddenVerifier<'_, P> {
    fn conclude(self: Box<Self>) -> (Result<Checks, VerifyError>, Transcript) {
        self.conclude_with_transcript()
    }

    fn finish_with(
        mut self: Box<Self>,
        others: &mut dyn Together<P::F>,
    ) -> Result<Checks, VerifyError> {
        let others = Equations::<P>::of(others, &*self.reading.key)?;
        let equation = self.reduce()?;
        others.add(&mut self.reading.transcript, equation);
        Ok(self.wires.checks)
    }

    fn abandon(self: Box<Self>) -> Transcript {
        self.reading.transcript
    }

    fn transcript(&self) -> &Transcript {
        &self.reading.transcript
    }

    fn commitment(&self, oracle: Oracle) -> Option<Vec<u8>> {
        self.reading.commitment(oracle)
    }
}

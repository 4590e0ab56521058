//! The verifier's program once more, over what the prover sent and drew.
//!
//! It leaves the gates, checks and claims that the prover closes. A check that does not hold is named here, before
//! anything is sealed.

use super::close::Closing;
use crate::sealed::opening::check_claim;
use std::collections::VecDeque;
use sumcheck::channel::wiped::Wiped;
use sumcheck::channel::wires::Wires;
use sumcheck::{
    Checks, EvalClaim, Field, Fixed, Label, Note, Oracle, Shape, Value, VerifierChannel,
    VerifyError,
};
use zeroize::Zeroizing;

/// What a prover did, in order.
pub(super) enum Step<F: Field> {
    Sent(Label, Zeroizing<Vec<F>>),
    Cleared(Label, Vec<F>),
    Committed(Label, Vec<Shape>),
    Drew(Label, F),
}

/// A channel that receives what was sent. That, and what follows from it on the wires, is wiped.
pub(super) struct Replay<F: Field> {
    steps: VecDeque<Step<F>>,
    wires: Wires<F>,
    shapes: Vec<Shape>,
    /// All elements that were received.
    pub elements: Wiped<F>,
    /// What went wrong where the channel cannot say so.
    failure: Option<VerifyError>,
}

fn differs(label: Label, cause: &str) -> VerifyError {
    VerifyError::Malformed {
        label: label.to_owned(),
        cause: format!("the prover's messages are not those of the verifier's program: {cause}"),
    }
}

impl<F: Field> Replay<F> {
    /// Of nothing yet. One that is permissive lets checks and products be false.
    pub fn new(checks: Checks, permissive: bool) -> Self {
        Replay {
            steps: VecDeque::new(),
            wires: match permissive {
                true => Wires::permissive(checks),
                false => Wires::known(checks),
            },
            shapes: Vec::new(),
            elements: Wiped::new(),
            failure: None,
        }
    }

    /// More of what was done.
    pub fn extend(&mut self, steps: Vec<Step<F>>) {
        self.steps.extend(steps);
    }

    /// That all of it was replayed.
    ///
    /// # Errors
    /// What the program did not ask for, or asked for in vain.
    pub fn check(&mut self) -> Result<(), VerifyError> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        match self.steps.front() {
            None => Ok(()),
            Some(Step::Sent(label, _) | Step::Cleared(label, _)) => {
                Err(differs(label, "it was sent, and is not received"))
            }
            Some(Step::Committed(label, _)) => {
                Err(differs(label, "it was committed, and is not received"))
            }
            Some(Step::Drew(label, _)) => Err(differs(label, "it was drawn by the prover alone")),
        }
    }
}

impl<F: Field> Closing<F> for Replay<F> {
    fn wires(&mut self) -> &mut Wires<F> {
        &mut self.wires
    }

    fn clear(&mut self, label: Label, count: usize) -> Result<Vec<F>, VerifyError> {
        match self.steps.pop_front() {
            Some(Step::Cleared(own, values)) if own == label && values.len() == count => Ok(values),
            _ => Err(differs(label, "it was not sent in the clear")),
        }
    }
}

impl<F: Field> VerifierChannel<F> for Replay<F> {
    fn recv(&mut self, label: Label, count: usize) -> Result<Vec<Value>, VerifyError> {
        match self.steps.pop_front() {
            Some(Step::Sent(own, values)) if own == label && values.len() == count => {
                self.elements.extend(values.iter().copied());
                Ok(self.wires.receive_known(&values))
            }
            _ => Err(differs(label, "it was not sent, or has another length")),
        }
    }

    fn oracles(&mut self, label: Label, shapes: &[Shape]) -> Result<Vec<Oracle>, VerifyError> {
        let first = self.shapes.len();
        while self.shapes.len() < first + shapes.len() {
            match self.steps.pop_front() {
                // Columns may be committed a few at a time.
                Some(Step::Committed(own, some)) if own == label => self.shapes.extend(some),
                _ => return Err(differs(label, "it was not committed")),
            }
        }
        match self.shapes.get(first..) == Some(shapes) {
            true => Ok((first..self.shapes.len()).map(Oracle).collect()),
            false => Err(differs(label, "other polynomials were committed")),
        }
    }

    fn fixed(&mut self, label: Label, fixed: &Fixed<F>) -> Result<Oracle, VerifyError> {
        let oracle = self.oracles(label, &[fixed.shape])?;
        Ok(oracle.first().copied().unwrap_or(Oracle(0)))
    }

    fn sample(&mut self, label: Label) -> F {
        match self.steps.pop_front() {
            Some(Step::Drew(own, value)) if own == label => value,
            _ => {
                let failure = differs(label, "it was not drawn");
                self.failure.get_or_insert(failure);
                F::zero()
            }
        }
    }

    fn linear(&mut self, constant: F, terms: &[(F, Value)]) -> Value {
        self.wires.linear(constant, terms)
    }

    fn mul(&mut self, a: Value, b: Value) -> Value {
        self.wires.mul(a, b)
    }

    fn assert_zero(&mut self, check: &str, value: Value) -> Result<(), VerifyError> {
        // A challenge that was not there makes checks fail: that is not what is wrong.
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.wires.assert_zero(check, value),
        }
    }

    fn claim_eval(&mut self, claim: EvalClaim<F, Value>) -> Result<(), VerifyError> {
        check_claim(&claim, &self.shapes).map_err(|e| VerifyError::NotAllowed {
            cause: format!("open: {e}"),
        })?;
        self.wires.claim(claim);
        Ok(())
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.wires.checks.enforced(check)
    }

    fn note(&mut self, _note: Note<'_, F>) {}
}

//! The tape of values that a checking verifier computes on.
//!
//! In builds with the feature `testing` the tape follows what is computed of what: a received value that reaches no
//! check and no claim is an error at the end of a verification, since nobody would notice if it were another.

use super::{Checks, VerifyError};
use crate::{Field, Label};

/// A handle on a channel's tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Value(pub(super) usize);

/// Values in the clear, and the checks made on them.
#[derive(Default)]
pub struct Tape<F> {
    values: Vec<F>,
    flow: flow::Flow,
    /// Checks performed and switched off.
    pub checks: Checks,
}

impl<F: Field> Tape<F> {
    /// An empty tape.
    pub fn new(checks: Checks) -> Self {
        Tape {
            values: Vec::new(),
            flow: flow::Flow::new(),
            checks,
        }
    }

    /// Puts the elements of a message on the tape.
    pub fn receive(&mut self, label: Label, elements: Vec<F>) -> Vec<Value> {
        self.flow.receive(label, elements.len());
        let values = elements.into_iter().map(|element| self.push(element, &[]));
        values.collect()
    }

    fn push(&mut self, value: F, of: &[Value]) -> Value {
        self.flow.compute(of);
        self.values.push(value);
        Value(self.values.len() - 1)
    }

    /// What a handle stands for. Handles come from the same channel, so they are in range.
    pub fn get(&self, value: Value) -> F {
        self.values.get(value.0).copied().unwrap_or_default()
    }

    /// `constant + Σ coefficient · value`.
    pub fn linear(&mut self, constant: F, terms: &[(F, Value)]) -> Value {
        let sum = terms
            .iter()
            .fold(constant, |sum, (c, v)| sum + *c * self.get(*v));
        self.flow.compute_linear(terms);
        self.values.push(sum);
        Value(self.values.len() - 1)
    }

    /// The product of two values.
    pub fn mul(&mut self, a: Value, b: Value) -> Value {
        self.push(self.get(a) * self.get(b), &[a, b])
    }

    /// Fails, naming `check`, unless the value is zero or the check is off.
    pub fn assert_zero(&mut self, check: &str, value: Value) -> Result<(), VerifyError> {
        self.claimed(value);
        if self.checks.enforced(check) && !self.get(value).is_zero() {
            return Err(VerifyError::Check {
                check: check.to_owned(),
            });
        }
        Ok(())
    }

    /// Notes that a value is claimed of oracles.
    pub fn claimed(&mut self, value: Value) {
        self.flow.reach(value);
    }

    /// That every value received reached a check or a claim, as far as the build follows them.
    ///
    /// # Errors
    /// The first one that did not.
    pub fn all_reached(&self) -> Result<(), VerifyError> {
        match self.flow.unreached() {
            None => Ok(()),
            Some((label, element)) => Err(VerifyError::Malformed {
                label: label.to_owned(),
                cause: format!("element {element} reaches no check and no claim"),
            }),
        }
    }
}

#[cfg(not(feature = "testing"))]
mod flow {
    use super::{Label, Value};

    /// Nothing is followed.
    #[derive(Default)]
    pub(super) struct Flow;

    impl Flow {
        pub fn new() -> Self {
            Flow
        }

        pub fn receive(&mut self, _label: Label, _count: usize) {}

        pub fn compute(&mut self, _of: &[Value]) {}

        pub fn compute_linear<F>(&mut self, _terms: &[(F, Value)]) {}

        pub fn reach(&mut self, _value: Value) {}

        pub fn unreached(&self) -> Option<(Label, usize)> {
            None
        }
    }
}

#[cfg(feature = "testing")]
mod flow {
    use super::{Label, Value};

    /// What was computed of what.
    #[derive(Default)]
    pub(super) struct Flow {
        /// For each value, those that it was computed of.
        of: Vec<Vec<usize>>,
        /// Messages, each with the number of its first value and its length.
        messages: Vec<(Label, usize, usize)>,
        /// Values that are checked or claimed.
        reached: Vec<usize>,
    }

    impl Flow {
        pub fn new() -> Self {
            Flow::default()
        }

        pub fn receive(&mut self, label: Label, count: usize) {
            self.messages.push((label, self.of.len(), count));
        }

        pub fn compute(&mut self, of: &[Value]) {
            self.of.push(of.iter().map(|value| value.0).collect());
        }

        pub fn compute_linear<F>(&mut self, terms: &[(F, Value)]) {
            self.of
                .push(terms.iter().map(|(_, value)| value.0).collect());
        }

        pub fn reach(&mut self, value: Value) {
            self.reached.push(value.0);
        }

        pub fn unreached(&self) -> Option<(Label, usize)> {
            let mut reached = vec![false; self.of.len()];
            let mut next = self.reached.clone();
            while let Some(value) = next.pop() {
                if let Some(seen) = reached.get_mut(value)
                    && !std::mem::replace(seen, true)
                {
                    next.extend(&self.of[value]);
                }
            }
            let each = self.messages.iter();
            let mut each = each.flat_map(|(label, first, count)| {
                (0..*count).map(move |element| (*label, element, first + element))
            });
            each.find(|(_, _, value)| !reached[*value])
                .map(|(label, element, _)| (label, element))
        }
    }
}

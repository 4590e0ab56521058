//! The tape of values that a checking verifier computes on.

use super::{Checks, VerifyError};
use crate::Field;

/// A handle on a channel's tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Value(usize);

/// Values in the clear, and the checks made on them.
#[derive(Default)]
pub struct Tape<F> {
    values: Vec<F>,
    /// Checks performed and switched off.
    pub checks: Checks,
}

impl<F: Field> Tape<F> {
    /// An empty tape.
    pub fn new(checks: Checks) -> Self {
        Tape {
            values: Vec::new(),
            checks,
        }
    }

    /// Puts a value on the tape.
    pub fn push(&mut self, value: F) -> Value {
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
        self.push(sum)
    }

    /// The product of two values.
    pub fn mul(&mut self, a: Value, b: Value) -> Value {
        self.push(self.get(a) * self.get(b))
    }

    /// Fails, naming `check`, unless the value is zero or the check is off.
    pub fn assert_zero(&mut self, check: &str, value: Value) -> Result<(), VerifyError> {
        if self.checks.enforced(check) && !self.get(value).is_zero() {
            return Err(VerifyError::Check {
                check: check.to_owned(),
            });
        }
        Ok(())
    }
}

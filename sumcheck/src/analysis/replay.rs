//! The verifier's computation once more, with other messages and the same challenges.
//!
//! Verifiers compute with messages on handles alone. So under the same challenges all that they compute otherwise, and
//! what they compute of messages that stay, is constant: a candidate costs the steps that depend on its own messages.

use crate::{Field, Value};
use std::collections::HashMap;

/// How something is computed; numbers are those of earlier steps.
enum Step<F> {
    /// An unknown element, and what was received.
    Received(F),
    /// `constant + Σ coefficient · step`.
    Linear(F, Vec<(F, usize)>),
    /// A product.
    Product(usize, usize),
}

/// All that depends on the unknowns, and what is asserted.
pub(super) struct Replay<F> {
    steps: Vec<Step<F>>,
    /// The step of each value that depends on an unknown.
    step: HashMap<Value, usize>,
    /// What is asserted to be zero: a step, or else a constant.
    asserted: Vec<Result<usize, F>>,
}

impl<F> Default for Replay<F> {
    fn default() -> Self {
        Replay {
            steps: Vec::new(),
            step: HashMap::new(),
            asserted: Vec::new(),
        }
    }
}

impl<F: Field> Replay<F> {
    fn push(&mut self, value: Value, step: Step<F>) {
        self.step.insert(value, self.steps.len());
        self.steps.push(step);
    }

    /// The next unknown, which was received as this.
    pub fn receive(&mut self, value: Value, received: F) {
        self.push(value, Step::Received(received));
    }

    /// `value = constant + Σ coefficient · term`; `reveal` says what terms are that depend on nothing.
    pub fn linear(
        &mut self,
        value: Value,
        mut constant: F,
        terms: &[(F, Value)],
        reveal: impl Fn(Value) -> F,
    ) {
        let mut steps = Vec::new();
        for (coefficient, term) in terms {
            match self.step.get(term) {
                Some(step) => steps.push((*coefficient, *step)),
                None => constant += *coefficient * reveal(*term),
            }
        }
        if !steps.is_empty() {
            self.push(value, Step::Linear(constant, steps));
        }
    }

    /// `value = a · b`, which are these.
    pub fn mul(&mut self, value: Value, factors: [Value; 2], [a, b]: [F; 2]) {
        let step = match factors.map(|factor| self.step.get(&factor).copied()) {
            [Some(a), Some(b)] => Step::Product(a, b),
            [Some(step), None] => Step::Linear(F::zero(), vec![(b, step)]),
            [None, Some(step)] => Step::Linear(F::zero(), vec![(a, step)]),
            [None, None] => return,
        };
        self.push(value, step);
    }

    /// That this is asserted to be zero.
    pub fn assert(&mut self, value: Value, known: F) {
        let step = self.step.get(&value).copied();
        self.asserted.push(step.ok_or(known));
    }

    /// Forgets all but the first so many assertions.
    pub fn truncate(&mut self, count: usize) {
        self.asserted.truncate(count);
    }

    /// What is asserted to be zero, if each unknown is changed by so much.
    pub fn asserted(&self, changes: &[F]) -> Vec<F> {
        let mut values: Vec<F> = Vec::with_capacity(self.steps.len());
        let mut changes = changes.iter();
        for step in &self.steps {
            let value = match step {
                Step::Received(received) => *received + changes.next().copied().unwrap_or_default(),
                Step::Linear(constant, terms) => {
                    let terms = terms.iter();
                    terms.fold(*constant, |sum, (c, step)| sum + *c * values[*step])
                }
                Step::Product(a, b) => values[*a] * values[*b],
            };
            values.push(value);
        }
        let asserted = self.asserted.iter();
        asserted
            .map(|at| at.map_or_else(|known| known, |step| values[step]))
            .collect()
    }
}

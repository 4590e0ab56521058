//! The verifier's channel that writes down how what it asserts depends on what it received.

use super::challenges::Challenges;
use super::replay::Replay;
use crate::channel::plain::{PlainProof, PlainVerifier};
use crate::{
    EvalClaim, Field, Fixed, Label, Note, Oracle, Shape, Value, VerifierChannel, VerifyError,
    powers,
};
use std::collections::HashMap;
use std::ops::Range;

/// What happened, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A message: the last batch before it, its label, and how many elements it has.
    Message(Label, Label, usize),
    /// Commitments.
    Oracles,
    /// A challenge: its label, and its name.
    Challenge(Label, String),
}

/// A linear form in the unknown elements, sorted by their number. Coefficients may be zero: an element that is
/// mentioned has been computed with.
pub(super) type Form<F> = Vec<(usize, F)>;

/// Something that should be zero.
pub(super) struct Assertion<F> {
    /// Name of the check.
    pub check: String,
    /// Its derivative.
    pub form: Form<F>,
    pub value: F,
    /// How many messages were received before, and how many challenges drawn.
    pub behind: (usize, usize),
}

/// The challenge that weighs all claims on evaluations.
pub(super) const CLAIMS: Label = "open/claims";

/// What becomes of claims on evaluations of what was committed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Opening {
    /// Each is compared with what was committed.
    #[default]
    Each,
    /// All are weighed by powers of one challenge, drawn last of all, and their sum is: as openings are proven.
    Weighed,
}

/// The channel.
pub(super) struct Trace<F> {
    inner: PlainVerifier<F>,
    challenges: Challenges<F>,
    /// Messages whose elements are unknowns.
    unknown: Range<usize>,
    unknowns: usize,
    messages: usize,
    /// The derivative of each value that depends on an unknown.
    derivatives: HashMap<Value, Form<F>>,
    /// How each of these was computed.
    pub replay: Replay<F>,
    /// Whether a failed check ends the verification.
    strict: bool,
    batch: Label,
    phase: Label,
    /// What becomes of claims.
    pub opening: Opening,
    /// By how much those that are to be weighed are wrong.
    claims: Vec<Value>,
    /// Everything in order.
    pub events: Vec<Event>,
    /// What was asserted.
    pub asserted: Vec<Assertion<F>>,
    /// The challenges given out.
    pub given: Vec<F>,
    /// All public coefficients that the verifier computed with, folded into one element.
    pub coefficients: F,
}

impl<F: Field> Trace<F> {
    pub fn new(proof: PlainProof<F>, challenges: Challenges<F>, unknown: Range<usize>) -> Self {
        Trace {
            inner: PlainVerifier::new(super::PROTOCOL, proof),
            challenges,
            unknown,
            unknowns: 0,
            messages: 0,
            derivatives: HashMap::new(),
            replay: Replay::default(),
            strict: false,
            batch: "",
            phase: "",
            opening: Opening::Each,
            claims: Vec::new(),
            events: Vec::new(),
            asserted: Vec::new(),
            given: Vec::new(),
            coefficients: F::zero(),
        }
    }

    /// One that rejects, and has no unknowns.
    pub fn strict(proof: PlainProof<F>, challenges: Challenges<F>) -> Self {
        Trace {
            strict: true,
            ..Self::new(proof, challenges, 0..0)
        }
    }

    /// Only what is asserted before a challenge is drawn.
    pub fn before(mut self, challenge: usize) -> Self {
        let early = self.asserted.iter().take_while(|a| a.behind.1 <= challenge);
        let count = early.count();
        self.asserted.truncate(count);
        self.replay.truncate(count);
        self
    }

    /// Checks that the whole proof was read.
    pub fn finish(self) -> Result<(), VerifyError> {
        self.inner.finish()
    }

    /// Weighs the claims, if they are to be weighed.
    ///
    /// # Errors
    /// If they do not hold, and that ends the verification.
    pub fn open(&mut self) -> Result<(), VerifyError> {
        if self.opening == Opening::Each {
            return Ok(());
        }
        let weight = self.sample(CLAIMS);
        let claims = std::mem::take(&mut self.claims);
        let terms: Vec<(F, Value)> = powers(weight, claims.len())
            .into_iter()
            .zip(claims)
            .collect();
        let sum = self.linear(F::zero(), &terms);
        self.assert_zero(CLAIMS, sum)
    }

    /// How many unknowns there are.
    pub fn unknowns(&self) -> usize {
        self.unknowns
    }

    fn derivative(&self, terms: &[(F, Value)]) -> Form<F> {
        let mut sum: Form<F> = Vec::new();
        for (coefficient, value) in terms {
            let form = self.derivatives.get(value).into_iter().flatten();
            sum.extend(form.map(|(at, d)| (*at, *coefficient * d)));
        }
        sum.sort_by_key(|(at, _)| *at);
        sum.dedup_by(|(at, d), (kept, total)| {
            let same = at == kept;
            if same {
                *total += *d;
            }
            same
        });
        sum
    }

    fn keep(&mut self, value: Value, derivative: Form<F>) -> Value {
        if !derivative.is_empty() {
            self.derivatives.insert(value, derivative);
        }
        value
    }

    fn fold(&mut self, coefficient: F) {
        self.coefficients = self.coefficients * F::from(0x9e37_79b9u64) + coefficient;
    }

    fn asserting(&mut self, check: &str, value: Value) {
        self.asserted.push(Assertion {
            check: check.to_owned(),
            form: self.derivatives.get(&value).cloned().unwrap_or_default(),
            value: self.inner.reveal(value),
            behind: (self.messages, self.given.len()),
        });
        self.replay.assert(value, self.inner.reveal(value));
    }

    fn name(&self, label: Label) -> String {
        match label {
            "batch/alpha" => format!("{}/alpha", self.batch),
            "round" => format!("{}/round", self.batch),
            _ if self.phase.is_empty() => label.to_owned(),
            _ => format!("{}: {label}", self.phase),
        }
    }
}

impl<F: Field> VerifierChannel<F> for Trace<F> {
    fn recv(&mut self, label: Label, count: usize) -> Result<Vec<Value>, VerifyError> {
        let values = self.inner.recv(label, count)?;
        if self.unknown.contains(&self.messages) {
            for value in &values {
                self.derivatives
                    .insert(*value, vec![(self.unknowns, F::one())]);
                self.replay.receive(*value, self.inner.reveal(*value));
                self.unknowns += 1;
            }
        }
        self.messages += 1;
        self.events.push(Event::Message(self.batch, label, count));
        Ok(values)
    }

    fn oracles(&mut self, label: Label, shapes: &[Shape]) -> Result<Vec<Oracle>, VerifyError> {
        self.events.push(Event::Oracles);
        self.inner.oracles(label, shapes)
    }

    fn fixed(&mut self, label: Label, fixed: &Fixed<F>) -> Result<Oracle, VerifyError> {
        self.inner.fixed(label, fixed)
    }

    fn sample(&mut self, label: Label) -> F {
        let drawn = self.inner.sample(label);
        let given = self.challenges.give(drawn);
        self.events.push(Event::Challenge(label, self.name(label)));
        self.given.push(given);
        given
    }

    fn linear(&mut self, constant: F, terms: &[(F, Value)]) -> Value {
        self.fold(constant);
        terms.iter().for_each(|(c, _)| self.fold(*c));
        let derivative = self.derivative(terms);
        let value = self.inner.linear(constant, terms);
        self.replay
            .linear(value, constant, terms, |term| self.inner.reveal(term));
        self.keep(value, derivative)
    }

    fn mul(&mut self, a: Value, b: Value) -> Value {
        let factors = [a, b].map(|value| self.inner.reveal(value));
        let derivative = self.derivative(&[(factors[1], a), (factors[0], b)]);
        let value = self.inner.mul(a, b);
        self.replay.mul(value, [a, b], factors);
        self.keep(value, derivative)
    }

    fn assert_zero(&mut self, check: &str, value: Value) -> Result<(), VerifyError> {
        self.asserting(check, value);
        let verdict = self.inner.assert_zero(check, value);
        if self.strict { verdict } else { Ok(()) }
    }

    fn claim_eval(&mut self, claim: EvalClaim<F, Value>) -> Result<(), VerifyError> {
        let difference = self.inner.difference(&claim)?;
        let terms = [(F::one(), claim.value)];
        let known = self.inner.reveal(difference) - self.inner.reveal(claim.value);
        self.replay
            .linear(difference, known, &terms, |term| self.inner.reveal(term));
        let derivative = self.derivative(&terms);
        let difference = self.keep(difference, derivative);
        if self.opening == Opening::Weighed {
            self.claims.push(difference);
            return Ok(());
        }
        self.asserting("open/evaluation", difference);
        claim.terms.iter().for_each(|(_, _, c)| self.fold(*c));
        claim.point.0.iter().for_each(|x| self.fold(*x));
        let verdict = self.inner.assert_zero("open/evaluation", difference);
        if self.strict { verdict } else { Ok(()) }
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.inner.enforced(check)
    }

    fn note(&mut self, note: Note<'_, F>) {
        match note {
            Note::Phase(name) => self.phase = name,
            Note::Batch(name, _) => self.batch = name,
            Note::Risk { .. } => {}
        }
    }
}

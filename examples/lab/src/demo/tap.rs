//! What a verifier hears and says, with the numbers: a channel over that of a proof in the clear.
//!
//! Handles on values are opaque. What they stand for is read from the transcript of an earlier verification of the same
//! proof, in which every message is recorded, and computed along.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use std::collections::HashMap;
use sumcheck::{
    EvalClaim, Event, Fixed, Label, Note, Oracle, Recording, Relation, Shape, Value,
    VerifierChannel, VerifyError,
};

/// Bytes of an element in a transcript, and of the number of elements before the first.
const ELEMENT: usize = 32;
const COUNT: usize = 8;

/// What happened.
pub(super) enum Seen {
    Batch(Label, Vec<Relation<Fr>>),
    Received(Label, Vec<Fr>),
    Drawn(Label, Fr),
    /// What the verifier computed.
    Computed(Fr),
    /// What has to be 0, and is this.
    Zero(String, Fr),
    /// The commitments of polynomials, one after the other.
    Committed(Vec<Vec<u8>>),
    Claim(EvalClaim<Fr, Fr>),
}

/// The channel.
pub(super) struct Tap<'a> {
    below: &'a mut dyn VerifierChannel<Fr>,
    entries: std::vec::IntoIter<(Event, Vec<u8>)>,
    known: HashMap<Value, Fr>,
    pub seen: Vec<Seen>,
}

impl<'a> Tap<'a> {
    pub fn new(below: &'a mut dyn VerifierChannel<Fr>, recording: Recording) -> Self {
        Tap {
            below,
            entries: recording.entries.into_iter(),
            known: HashMap::new(),
            seen: Vec::new(),
        }
    }

    /// The bytes of the next message under a label.
    fn absorbed(&mut self, label: Label) -> Vec<u8> {
        let found = self
            .entries
            .by_ref()
            .find(|(event, _)| matches!(event, Event::Absorb(own, _) if *own == label));
        found.map(|(_, bytes)| bytes).unwrap_or_default()
    }

    fn value(&self, value: Value) -> Fr {
        self.known.get(&value).copied().unwrap_or_default()
    }

    fn computed(&mut self, value: Value, number: Fr) -> Value {
        self.known.insert(value, number);
        self.seen.push(Seen::Computed(number));
        value
    }
}

impl VerifierChannel<Fr> for Tap<'_> {
    fn recv(&mut self, label: Label, count: usize) -> Result<Vec<Value>, VerifyError> {
        let values = self.below.recv(label, count)?;
        let mut bytes = self.absorbed(label);
        // How many there are stands before them.
        let elements = bytes.split_off(COUNT.min(bytes.len()));
        let numbers = elements.chunks(ELEMENT).map(Fr::from_le_bytes_mod_order);
        let numbers: Vec<Fr> = numbers.collect();
        self.known
            .extend(values.iter().copied().zip(numbers.iter().copied()));
        self.seen.push(Seen::Received(label, numbers));
        Ok(values)
    }

    fn oracles(&mut self, label: Label, shapes: &[Shape]) -> Result<Vec<Oracle>, VerifyError> {
        let oracles = self.below.oracles(label, shapes)?;
        let each = shapes.iter().map(|_| self.absorbed(label)).collect();
        self.seen.push(Seen::Committed(each));
        Ok(oracles)
    }

    fn fixed(&mut self, label: Label, fixed: &Fixed<Fr>) -> Result<Oracle, VerifyError> {
        self.below.fixed(label, fixed)
    }

    fn sample(&mut self, label: Label) -> Fr {
        let x = self.below.sample(label);
        self.seen.push(Seen::Drawn(label, x));
        x
    }

    fn linear(&mut self, constant: Fr, terms: &[(Fr, Value)]) -> Value {
        let value = self.below.linear(constant, terms);
        let terms = terms
            .iter()
            .map(|(factor, term)| *factor * self.value(*term));
        let number = constant + terms.sum::<Fr>();
        self.computed(value, number)
    }

    fn mul(&mut self, a: Value, b: Value) -> Value {
        let value = self.below.mul(a, b);
        let number = self.value(a) * self.value(b);
        self.computed(value, number)
    }

    fn constant(&mut self, value: Fr) -> Value {
        let handle = self.below.constant(value);
        self.computed(handle, value)
    }

    fn assert_zero(&mut self, check: &str, value: Value) -> Result<(), VerifyError> {
        let number = self.value(value);
        self.seen.push(Seen::Zero(check.to_owned(), number));
        self.below.assert_zero(check, value)
    }

    fn claim_eval(&mut self, claim: EvalClaim<Fr, Value>) -> Result<(), VerifyError> {
        self.seen.push(Seen::Claim(EvalClaim {
            terms: claim.terms.clone(),
            point: claim.point.clone(),
            value: self.value(claim.value),
        }));
        self.below.claim_eval(claim)
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.below.enforced(check)
    }

    fn note(&mut self, note: Note<'_, Fr>) {
        if let Note::Batch(name, relations) = &note {
            let relations = relations.iter().map(|relation| (*relation).clone());
            self.seen.push(Seen::Batch(name, relations.collect()));
        }
        self.below.note(note);
    }
}

/// One batch, from its relations to its last equation.
pub(super) struct Batch<'a> {
    pub relations: &'a [Relation<Fr>],
    /// The weighted sum of the relations' claims.
    pub claim: Fr,
    /// What was received, what was drawn, and the claim after it.
    pub rounds: Vec<(&'a [Fr], Fr, Fr)>,
    pub evaluations: &'a [Fr],
    /// The last equation: its name, and what has to be 0.
    pub end: (&'a str, Fr),
}

/// The batch of this name; none if it is not as batches are.
pub(super) fn batch<'a>(seen: &'a [Seen], name: &str) -> Option<Batch<'a>> {
    let begin = seen
        .iter()
        .position(|s| matches!(s, Seen::Batch(own, _) if *own == name))?;
    let mut rest = seen.get(begin..)?.iter();
    let Some(Seen::Batch(_, relations)) = rest.next() else {
        return None;
    };
    let mut claim = None;
    let (mut rounds, mut message, mut drawn) = (Vec::new(), &[][..], None);
    let mut evaluations: &[Fr] = &[];
    for seen in rest {
        match seen {
            Seen::Received("round", received) => message = received,
            Seen::Received(_, received) => evaluations = received,
            Seen::Drawn("round", x) => drawn = Some(*x),
            Seen::Computed(number) => match (claim, drawn.take()) {
                (None, _) => claim = Some(*number),
                (_, Some(x)) => rounds.push((std::mem::take(&mut message), x, *number)),
                _ => {}
            },
            Seen::Zero(check, number) => {
                return Some(Batch {
                    relations,
                    claim: claim?,
                    rounds,
                    evaluations,
                    end: (check, *number),
                });
            }
            _ => {}
        }
    }
    None
}

/// `s(x)` and the sum `s(0) + s(1)` of the polynomial of a round, of which all coefficients but that of `x` are sent, and that is
/// such that the sum is the claim.
pub(super) fn polynomial(sent: &[Fr], claim: Fr) -> Option<Vec<Fr>> {
    let (c0, higher) = sent.split_first()?;
    let linear = claim - (*c0 + c0) - higher.iter().sum::<Fr>();
    let mut all = vec![*c0, linear];
    all.extend(higher);
    Some(all)
}

/// The value of a polynomial.
pub(super) fn at(coefficients: &[Fr], x: Fr) -> Fr {
    let each = coefficients.iter().rev();
    each.fold(Fr::from(0), |sum, c| sum * x + c)
}

//! The verifier's end. Total: whatever the bytes, it returns.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::close::{Closing, Last, gates, next_claim};
use super::{BIND, CLAIMS, MASK, MASKS, ROUND, ROW, ROW_SHAPE};
use crate::sealed::opening::{check_claim, factors};
use crate::sealed::session::VerifierSession;
use crate::sealed::together::{Equations, Together};
use crate::sealed::{Statement, absorb_oracle};
use crate::wire::{DecodeError, Reader};
use crate::{Combined, Key, Pcs, PcsError, Script};
use ark_ff::{One, Zero};
use std::sync::Arc;
use sumcheck::channel::wires::Wires;
use sumcheck::{
    Checks, EvalClaim, Fixed, Known, Label, Mark, Note, Oracle, Point, Shape, Transcript, Value,
    VerifierChannel, VerifyError,
};

/// Of what a batch of commitments is.
enum Content {
    /// So many oracles.
    Oracles(usize),
    /// A message: number of its first element, and how many it has.
    Message(usize, usize),
    Masks,
}

/// A sealed channel that reads a proof of which it learns nothing.
pub struct HiddenVerifier<'a, P: Pcs> {
    key: Arc<P::VerifierKey>,
    transcript: Transcript,
    proof: Reader<'a>,
    wires: Wires<P::F>,
    batches: Vec<(P::Commitment, Content)>,
    /// Of each oracle its commitments, encoded.
    encoded: Vec<Vec<u8>>,
    shapes: Vec<Shape>,
}

fn malformed(label: Label) -> impl Fn(DecodeError) -> VerifyError {
    move |e| VerifyError::Malformed {
        label: label.to_owned(),
        cause: e.to_string(),
    }
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
            transcript: statement.transcript::<P>(&*key),
            key,
            proof: Reader::new(proof),
            wires: Wires::unknown(checks),
            batches: Vec::new(),
            encoded: Vec::new(),
            shapes: Vec::new(),
        }
    }

    /// Reads a batch of commitments, and absorbs them; their encodings.
    fn batch(
        &mut self,
        label: Label,
        shapes: &[Shape],
        content: Content,
    ) -> Result<Vec<Vec<u8>>, VerifyError> {
        let before = self.proof.remaining();
        let batch = P::read_commitment(&self.key, shapes, &mut self.proof);
        self.batches
            .push((batch.map_err(malformed(label))?, content));
        let mut bytes = Reader::new(before);
        let mut encoded = Vec::with_capacity(shapes.len());
        for shape in shapes {
            let own = bytes.take(P::commitment_bytes(&self.key, shape));
            let own = own.map_err(malformed(label))?;
            let (transcript, checks) = (&mut self.transcript, &mut self.wires.checks);
            absorb_oracle(transcript, checks, (label, shape), own);
            encoded.push(own.to_vec());
        }
        Ok(encoded)
    }

    fn allowed(&self, label: Label, shape: &Shape) -> Result<(), VerifyError> {
        let cause = match (shape, self.key.max_vars()) {
            (Shape { vars, .. }, max) if *vars > max => format!("{vars} variables, at most {max}"),
            (Shape { radix: Some(r), .. }, _) if !(2..=256).contains(r) => {
                "the radix is not in 2 … 256".to_owned()
            }
            _ => return Ok(()),
        };
        Err(VerifyError::NotAllowed {
            cause: format!("oracle `{label}`: {cause}"),
        })
    }

    /// Closes the proof: the equation that its opening leaves, unless that check is off.
    pub(super) fn reduce(&mut self) -> Result<Option<P::Equation>, VerifyError> {
        self.transcript.mark(Mark::Phase("close"));
        let products = gates(self)?;
        let vars = Last::new(&self.wires, products, P::F::zero()).vars();
        let shape = Shape { vars, radix: None };
        self.allowed(MASKS, &shape)?;
        self.batch(MASKS, &[shape; 2], Content::Masks)?;
        let masked: P::F = self.clear(MASK, 1)?.into_iter().sum();
        self.transcript.mark(Mark::Phase("open"));
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
        let equation = self.opening(&last, &Point(point), claim)?;
        match self.proof.remaining().len() {
            0 => Ok(equation),
            bytes => Err(VerifyError::Trailing { bytes }),
        }
    }

    fn opening(
        &mut self,
        last: &Last<P::F>,
        point: &Point<P::F>,
        value: P::F,
    ) -> Result<Option<P::Equation>, VerifyError> {
        let opening = P::read_opening(&self.key, point.vars(), &mut self.proof);
        let opening = opening.map_err(malformed("open/proof"))?;
        let weights = last.group_weights(P::EMBEDDING, point);
        let mut columns = factors(&last.groups, &weights, self.shapes.len()).into_iter();
        let messages = self
            .batches
            .iter()
            .filter_map(|(_, content)| match content {
                Content::Message(first, count) => Some((*first, *count)),
                _ => None,
            });
        let mut rows = last.row_weights(P::EMBEDDING, point, messages).into_iter();
        let parts = self.batches.iter().map(|(batch, content)| {
            let factors = match content {
                Content::Oracles(count) => columns.by_ref().take(*count).collect(),
                Content::Message(..) => {
                    let rows = rows.next().unwrap_or_default().into_iter();
                    rows.map(|weight| vec![weight]).collect()
                }
                Content::Masks => last.mask_weights(point).map(|w| vec![w]).to_vec(),
            };
            Combined { batch, factors }
        });
        let parts: Vec<_> = parts.collect();
        let script = &mut Script::new(&mut self.transcript, &mut self.wires.checks);
        let equation = P::reduce(&self.key, script, &parts, (point, value), &opening);
        let enforced = self.wires.checks.enforced("open/proof");
        match equation {
            Err(PcsError::Rejected) if !enforced => Ok(None),
            Err(PcsError::Rejected) => Err(rejected()),
            Err(other) => Err(VerifyError::NotAllowed {
                cause: format!("open: {other}"),
            }),
            Ok(equation) => Ok(enforced.then_some(equation)),
        }
    }

    /// Checks the closing and the end of the proof; the checks that were performed.
    ///
    /// # Errors
    /// What is wrong.
    pub fn finish(self) -> Result<Checks, VerifyError> {
        self.conclude_with_transcript().0
    }

    fn conclude_with_transcript(mut self) -> (Result<Checks, VerifyError>, Transcript) {
        let verdict = self.reduce().and_then(|equation| {
            let mut sum = P::Sum::default();
            if let Some(equation) = equation {
                P::add(&self.key, &mut sum, P::F::one(), equation);
            }
            match P::holds(&self.key, sum) {
                true => Ok(()),
                false => Err(rejected()),
            }
        });
        (verdict.map(|()| self.wires.checks), self.transcript)
    }
}

fn rejected() -> VerifyError {
    VerifyError::Check {
        check: "open/proof".to_owned(),
    }
}

impl<P: Pcs> Closing<P::F> for HiddenVerifier<'_, P> {
    fn wires(&mut self) -> &mut Wires<P::F> {
        &mut self.wires
    }

    fn clear(&mut self, label: Label, count: usize) -> Result<Vec<P::F>, VerifyError> {
        let mut values: Vec<P::F> = Vec::new();
        for _ in 0..count {
            values.push(self.proof.canonical("scalar").map_err(malformed(label))?);
        }
        if self.wires.checks.heard(label) {
            self.transcript.absorb(label, &values[..]);
        }
        Ok(values)
    }
}

impl<P: Pcs> VerifierChannel<P::F> for HiddenVerifier<'_, P> {
    fn recv(&mut self, label: Label, count: usize) -> Result<Vec<Value>, VerifyError> {
        let first = self.wires.elements();
        let rows = count.div_ceil(ROW);
        // A point a row must be there before anything of its size is made.
        let needed = P::commitment_bytes(&self.key, &ROW_SHAPE).saturating_mul(rows);
        let left = self.proof.remaining().len();
        if left < needed {
            return Err(malformed(label)(DecodeError::Truncated { needed, left }));
        }
        self.batch(
            label,
            &vec![ROW_SHAPE; rows],
            Content::Message(first, count),
        )?;
        Ok(self.wires.receive(count))
    }

    fn oracles(&mut self, label: Label, shapes: &[Shape]) -> Result<Vec<Oracle>, VerifyError> {
        for shape in shapes {
            self.allowed(label, shape)?;
        }
        let encoded = self.batch(label, shapes, Content::Oracles(shapes.len()))?;
        let first = self.shapes.len();
        self.encoded.extend(encoded);
        self.shapes.extend(shapes);
        Ok((first..self.shapes.len()).map(Oracle).collect())
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
        let batch = P::read_commitment(&self.key, &[fixed.shape], &mut input);
        let batch = batch.map_err(|e| not_allowed(e.to_string()))?;
        if !input.remaining().is_empty() {
            return Err(not_allowed("trailing bytes in the key".to_owned()));
        }
        let (transcript, checks) = (&mut self.transcript, &mut self.wires.checks);
        absorb_oracle(transcript, checks, (label, &fixed.shape), bytes);
        self.batches.push((batch, Content::Oracles(1)));
        self.encoded.push(bytes.clone());
        self.shapes.push(fixed.shape);
        Ok(Oracle(self.shapes.len() - 1))
    }

    fn sample(&mut self, label: Label) -> P::F {
        self.wires.checks.sample(&mut self.transcript, label)
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
        check_claim(&claim, &self.shapes).map_err(|e| VerifyError::NotAllowed {
            cause: format!("open: {e}"),
        })?;
        self.wires.claim(claim);
        Ok(())
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.wires.checks.enforced(check)
    }

    fn note(&mut self, note: Note<'_, P::F>) {
        match note {
            Note::Phase(name) => self.transcript.mark(Mark::Phase(name)),
            Note::Batch(name, _) => self.transcript.mark(Mark::Batch(name)),
            Note::Risk { .. } => {}
        }
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
        let others = Equations::<P>::of(others, &*self.key)?;
        let equation = self.reduce()?;
        others.add(&mut self.transcript, equation);
        Ok(self.wires.checks)
    }

    fn abandon(self: Box<Self>) -> Transcript {
        self.transcript
    }

    fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    fn commitment(&self, oracle: Oracle) -> Option<Vec<u8>> {
        self.encoded.get(oracle.0).cloned()
    }
}

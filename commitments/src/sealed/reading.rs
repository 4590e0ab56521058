//! What verifiers of both kinds do with a proof: commitments are read and absorbed, and one opening leaves an equation.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::batches::Content;
use super::{Statement, absorb_oracle, has_its_own};
use crate::wire::{DecodeError, Reader};
use crate::{Combined, Key, Pcs, PcsError, Script};
use std::sync::Arc;
use sumcheck::{
    Checks, Fixed, Known, Label, Mark, Note, Oracle, Point, Shape, Transcript, VerifyError,
};

/// A proof that is read, and the transcript that hears it. What may be weakened in tests is the channel's.
pub(super) struct Reading<'a, P: Pcs> {
    pub key: Arc<P::VerifierKey>,
    pub transcript: Transcript,
    proof: Reader<'a>,
    batches: Vec<(P::Commitment, Content)>,
    /// Of each oracle.
    pub shapes: Vec<Shape>,
}

pub(super) fn malformed(label: Label) -> impl Fn(DecodeError) -> VerifyError {
    move |e| VerifyError::Malformed {
        label: label.to_owned(),
        cause: e.to_string(),
    }
}

fn rejected() -> VerifyError {
    VerifyError::Check {
        check: "open/proof".to_owned(),
    }
}

/// The commitment of an oracle of a key, from its encoding.
///
/// # Errors
/// Bytes that are none.
pub(crate) fn decoded<P: Pcs>(
    key: &P::VerifierKey,
    shape: &Shape,
    bytes: &[u8],
) -> Result<P::Commitment, String> {
    let mut input = Reader::new(bytes);
    let batch = P::read_commitment(key, &[*shape], &mut input).map_err(|e| e.to_string())?;
    match input.remaining() {
        [] => Ok(batch),
        _ => Err("trailing bytes in the key".to_owned()),
    }
}

impl<'a, P: Pcs> Reading<'a, P> {
    /// A proof of `statement`.
    pub fn new(key: Arc<P::VerifierKey>, statement: &Statement<'_>, proof: &'a [u8]) -> Self {
        Reading {
            transcript: statement.transcript::<P>(&*key),
            key,
            proof: Reader::new(proof),
            batches: Vec::new(),
            shapes: Vec::new(),
        }
    }

    /// Whether a polynomial of this shape can be committed under the key.
    pub fn allowed(&self, label: Label, shape: &Shape) -> Result<(), VerifyError> {
        let not_allowed = |cause: String| VerifyError::NotAllowed {
            cause: format!("oracle `{label}`: {cause}"),
        };
        let max = self.key.max_vars();
        if shape.vars > max {
            let cause = format!("{} variables, at most {max}", shape.vars);
            return Err(not_allowed(cause));
        }
        if shape.radix.is_some_and(|radix| !(2..=256).contains(&radix)) {
            return Err(not_allowed("the radix is not in 2 … 256".to_owned()));
        }
        Ok(())
    }

    /// Reads field elements, and absorbs them.
    pub fn scalars(
        &mut self,
        checks: &mut Checks,
        label: Label,
        count: usize,
    ) -> Result<Vec<P::F>, VerifyError> {
        let mut values = Vec::new();
        for _ in 0..count {
            // Fails at the end of the proof: a large count allocates nothing.
            values.push(self.proof.canonical("scalar").map_err(malformed(label))?);
        }
        if checks.heard(label) {
            self.transcript.absorb(label, &values[..]);
        }
        Ok(values)
    }

    /// Reads a batch of commitments, and absorbs them.
    pub fn batch(
        &mut self,
        checks: &mut Checks,
        (label, shapes): (Label, &[Shape]),
        content: Content,
    ) -> Result<(), VerifyError> {
        let before = self.proof.remaining();
        let batch = P::read_commitment(&self.key, shapes, &mut self.proof);
        self.batches
            .push((batch.map_err(malformed(label))?, content));
        let mut bytes = Reader::new(before);
        let sizes = P::commitment_bytes(&self.key, shapes);
        for (shape, size) in shapes.iter().zip(sizes) {
            let own = bytes.take(size).map_err(malformed(label))?;
            absorb_oracle(&mut self.transcript, checks, (label, shape), own);
        }
        Ok(())
    }

    /// That there is a commitment for each of so many polynomials of one shape, before anything of that size is made.
    pub fn has(&self, label: Label, shape: &Shape, count: usize) -> Result<(), VerifyError> {
        let each: usize = P::commitment_bytes(&self.key, &[*shape]).iter().sum();
        let needed = each.saturating_mul(count);
        let left = self.proof.remaining().len();
        match left < needed {
            true => Err(malformed(label)(DecodeError::Truncated { needed, left })),
            false => Ok(()),
        }
    }

    /// Reads oracles.
    pub fn oracles(
        &mut self,
        checks: &mut Checks,
        label: Label,
        shapes: &[Shape],
    ) -> Result<Vec<Oracle>, VerifyError> {
        for shape in shapes {
            self.allowed(label, shape)?;
        }
        self.batch(checks, (label, shapes), Content::Oracles(shapes.len()))?;
        let first = self.shapes.len();
        self.shapes.extend(shapes);
        Ok((first..self.shapes.len()).map(Oracle).collect())
    }

    /// Takes in an oracle of the key, and absorbs it.
    pub fn fixed(
        &mut self,
        checks: &mut Checks,
        label: Label,
        fixed: &Fixed<P::F>,
    ) -> Result<Oracle, VerifyError> {
        self.allowed(label, &fixed.shape)?;
        let not_allowed = |cause: String| VerifyError::NotAllowed {
            cause: format!("oracle `{label}`: {cause}"),
        };
        let Known::Commitment(encoded) = &fixed.known else {
            return Err(not_allowed("the key has no commitment to it".to_owned()));
        };
        let bytes = encoded.bytes();
        let batch = match encoded.decoded::<P::Commitment>() {
            Some(batch) => batch.clone(),
            None => decoded::<P>(&self.key, &fixed.shape, bytes).map_err(not_allowed)?,
        };
        absorb_oracle(&mut self.transcript, checks, (label, &fixed.shape), bytes);
        self.batches.push((batch, Content::Oracles(1)));
        self.shapes.push(fixed.shape);
        Ok(Oracle(self.shapes.len() - 1))
    }

    /// What the batches are of, in order.
    pub fn contents(&self) -> impl Iterator<Item = Content> + Clone {
        self.batches.iter().map(|(_, content)| *content)
    }

    /// Reads the opening of a sum of columns of all batches, each with its factors; the equation to decide, unless that
    /// check is off.
    pub fn opening(
        &mut self,
        checks: &mut Checks,
        factors: Vec<Vec<Vec<P::F>>>,
        claim: (&Point<P::F>, P::F),
    ) -> Result<Option<P::Equation>, VerifyError> {
        let batches = self.batches.iter().zip(factors);
        let parts = batches.map(|((batch, _), factors)| Combined { batch, factors });
        let parts: Vec<_> = parts.collect();
        let opening = P::read_opening(&self.key, claim.0.vars(), &parts, &mut self.proof);
        let opening = opening.map_err(malformed("open/proof"))?;
        let script = &mut Script::new(&mut self.transcript, checks);
        let equation = P::reduce(&self.key, script, &parts, claim, &opening);
        let enforced = checks.enforced("open/proof");
        match equation {
            Err(PcsError::Rejected) if !enforced => Ok(None),
            Err(PcsError::Rejected) => Err(rejected()),
            Err(other) => Err(VerifyError::NotAllowed {
                cause: format!("open: {other}"),
            }),
            Ok(equation) => Ok(enforced.then_some(equation)),
        }
    }

    /// That nothing is left of the proof.
    pub fn end(&self) -> Result<(), VerifyError> {
        match self.proof.remaining().len() {
            0 => Ok(()),
            bytes => Err(VerifyError::Trailing { bytes }),
        }
    }

    /// Decides the equation of an opening, if there was something to open.
    pub fn decide(&self, equation: Option<P::Equation>) -> Result<(), VerifyError> {
        match equation.is_none_or(|equation| P::decide(&self.key, equation)) {
            true => Ok(()),
            false => Err(rejected()),
        }
    }

    /// The canonical encoding of an oracle's commitments, if they stand for no other.
    pub fn commitment(&self, oracle: Oracle) -> Option<Vec<u8>> {
        let mut first = 0;
        let own = self.batches.iter().find_map(|(batch, content)| {
            let Content::Oracles(count) = content else {
                return None;
            };
            first += count;
            (oracle.0 < first).then_some((batch, first - count..first))
        });
        let (batch, oracles) = own?;
        let mut bytes = Vec::new();
        P::write_commitment(batch, &mut bytes);
        let number = oracle.0 - oracles.start;
        let shapes = self.shapes.get(oracles)?;
        let sizes = P::commitment_bytes(&self.key, shapes);
        if !has_its_own::<P>(&self.key, shapes, &sizes) {
            return None;
        }
        let before = sizes.get(..number)?.iter().sum();
        Some(bytes.get(before..before + sizes.get(number)?)?.to_vec())
    }

    /// Marks where the verifier is.
    pub fn note(&mut self, note: Note<'_, P::F>) {
        match note {
            Note::Phase(name) => self.transcript.mark(Mark::Phase(name)),
            Note::Batch(name, _) => self.transcript.mark(Mark::Batch(name)),
            Note::Risk { .. } => {}
        }
    }
}

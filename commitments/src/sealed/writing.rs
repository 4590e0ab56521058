//! What provers of both kinds do with a proof: polynomials are committed, their commitments are written and absorbed, and
//! the first failure is kept until the end.

use super::adopted::{Adopted, Blinding, Precommitment};
use super::batches::Content;
use super::opening::check_claim;
use super::{SealError, Statement, absorb_oracle, has_its_own};
use crate::wire::put;
use crate::{Combined, PcsError, PcsKeys, Script};
use std::ops::Range;
use std::sync::Arc;
use sumcheck::channel::polys;
use sumcheck::{
    Checks, EvalClaim, Fixed, Held, Known, Label, Oracle, Poly, Shape, Shared, Transcript,
};

/// A commitment, and what is kept of it.
pub(super) type Committed<P> =
    Result<(<P as crate::Pcs>::Commitment, <P as PcsKeys>::Kept), PcsError>;

/// A proof that is written, and the transcript that hears it.
pub(super) struct Writing<P: PcsKeys> {
    pub key: Arc<P::ProverKey>,
    pub transcript: Transcript,
    pub bytes: Vec<u8>,
    pub checks: Checks,
    /// What the scheme keeps of each batch.
    kept: Vec<(P::Kept, Content)>,
    pub polys: Vec<Held<P::F>>,
    pub shapes: Vec<Shape>,
    /// Where the commitments of each oracle are in `bytes`; nowhere for those of the key, and for those that stand for
    /// others, too.
    places: Vec<Range<usize>>,
    /// The channel's operations cannot fail; the first failure is reported at the end.
    pub failure: Option<SealError>,
    pub refuse_false_claims: bool,
    pub adopted: Adopted,
}

impl<P: PcsKeys> Writing<P> {
    /// A proof of `statement`.
    pub fn new(key: Arc<P::ProverKey>, statement: &Statement<'_>, checks: Checks) -> Self {
        Writing {
            transcript: statement.transcript::<P>(&*key),
            key,
            bytes: Vec::new(),
            checks,
            kept: Vec::new(),
            polys: Vec::new(),
            shapes: Vec::new(),
            places: Vec::new(),
            failure: None,
            refuse_false_claims: true,
            adopted: Adopted::default(),
        }
    }

    pub fn fail(&mut self, failure: SealError) {
        self.failure.get_or_insert(failure);
    }

    /// The failure, if there is one.
    pub fn check(&mut self) -> Result<(), SealError> {
        if let Some(label) = self.adopted.missing() {
            self.fail(SealError::NotCommitted { label });
        }
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Writes and absorbs field elements.
    pub fn scalars(&mut self, label: Label, values: &[P::F]) {
        if self.checks.heard(label) {
            self.transcript.absorb(label, values);
        }
        values.iter().for_each(|value| put(value, &mut self.bytes));
    }

    /// Draws a challenge.
    pub fn sample(&mut self, label: Label) -> P::F {
        self.checks.sample(&mut self.transcript, label)
    }

    /// Commits a batch, writes and absorbs the commitments; where each polynomial's are. After a failure nothing is
    /// committed any more.
    pub fn batch(
        &mut self,
        (label, shapes): (Label, &[Shape]),
        commit: impl FnOnce(&P::ProverKey) -> Committed<P>,
        content: Content,
    ) -> Vec<Range<usize>> {
        if self.failure.is_some() {
            return vec![0..0; shapes.len()];
        }
        let (commitment, kept) = match commit(&self.key) {
            Ok(committed) => committed,
            Err(source) => {
                self.fail(SealError::Commit { label, source });
                return vec![0..0; shapes.len()];
            }
        };
        let mut start = self.bytes.len();
        P::write_commitment(&commitment, &mut self.bytes);
        let mut places = Vec::with_capacity(shapes.len());
        let key = P::verifier_key(&self.key);
        let sizes = P::commitment_bytes(key, shapes);
        let own = has_its_own::<P>(key, shapes, &sizes);
        for (shape, size) in shapes.iter().zip(sizes) {
            let end = start + size;
            let (transcript, checks) = (&mut self.transcript, &mut self.checks);
            absorb_oracle(transcript, checks, (label, shape), &self.bytes[start..end]);
            places.push(if own { start..end } else { 0..0 });
            start = end;
        }
        debug_assert_eq!(start, self.bytes.len());
        self.kept.push((kept, content));
        places
    }

    /// Commits oracles; their shapes.
    pub fn oracles(
        &mut self,
        label: Label,
        polys: &[Arc<Poly<P::F>>],
        commit: impl FnOnce(&P::ProverKey, &[&Poly<P::F>]) -> Committed<P>,
    ) -> Vec<Shape> {
        let shapes: Vec<Shape> = polys.iter().map(|poly| poly.shape()).collect();
        let batch: Vec<&Poly<P::F>> = polys.iter().map(|poly| &**poly).collect();
        let content = Content::Oracles(shapes.len());
        let places = self.batch((label, &shapes), |key| commit(key, &batch), content);
        self.places.extend(places);
        self.shapes.extend(&shapes);
        shapes
    }

    /// Commits one oracle, whose blinding is kept: as it was committed before, if it was; its shape.
    pub fn adopted(
        &mut self,
        label: Label,
        poly: &Arc<Poly<P::F>>,
        (before, blinding): (Option<Precommitment>, Blinding),
        commit: impl FnOnce(&P::ProverKey, &[&Poly<P::F>]) -> Committed<P>,
    ) -> Shape {
        let commit = |key: &P::ProverKey, polys: &[&Poly<P::F>]| {
            let committed = commit(key, polys)?;
            let mut bytes = Vec::new();
            P::write_commitment(&committed.0, &mut bytes);
            match before.is_none_or(|before| before.commitment == bytes) {
                true => Ok(committed),
                false => Err(PcsError::OtherCommitment),
            }
        };
        self.adopted.keep(self.shapes.len(), blinding);
        self.oracles(label, std::slice::from_ref(poly), commit);
        poly.shape()
    }

    /// The commitment of an oracle whose blinding is kept, and the blinding.
    pub fn precommitment(&self, oracle: Oracle) -> Option<Precommitment> {
        Some(Precommitment {
            blinding: self.adopted.blinding(oracle)?.clone(),
            commitment: self.commitment(oracle)?.to_vec(),
        })
    }

    /// Takes in an oracle of the key, and absorbs it.
    pub fn fixed(&mut self, label: Label, poly: Arc<Poly<P::F>>, fixed: &Fixed<P::F>) -> Oracle {
        match &fixed.known {
            Known::Commitment(encoded) => {
                let (transcript, checks) = (&mut self.transcript, &mut self.checks);
                absorb_oracle(transcript, checks, (label, &fixed.shape), encoded.bytes());
            }
            Known::Clear(_) => self.fail(SealError::Fixed { label }),
        }
        match P::keep(&self.key, &[&poly]) {
            Ok(kept) => self.kept.push((kept, Content::Oracles(1))),
            Err(source) => self.fail(SealError::Commit { label, source }),
        }
        self.shapes.push(poly.shape());
        self.places.push(0..0);
        self.polys.push(Held::Own(poly));
        Oracle(self.polys.len() - 1)
    }

    /// Holds what was committed, until it is opened.
    pub fn hold(&mut self, columns: impl Iterator<Item = Held<P::F>>) -> Vec<Oracle> {
        let first = self.polys.len();
        self.polys.extend(columns);
        (first..self.polys.len()).map(Oracle).collect()
    }

    /// What is kept of the batches, to be wiped.
    pub fn kept_mut(&mut self) -> impl Iterator<Item = &mut P::Kept> {
        self.kept.iter_mut().map(|(kept, _)| kept)
    }

    /// What the batches are of, in order.
    pub fn contents(&self) -> impl Iterator<Item = Content> + Clone {
        self.kept.iter().map(|(_, content)| *content)
    }

    /// Hears of a claim, by number.
    pub fn claim<V>(&mut self, claim: usize, what: &EvalClaim<P::F, V>) {
        if let Err(source) = check_claim(what, &self.shapes) {
            self.fail(SealError::Claim { claim, source });
        }
    }

    /// Opens a sum of columns of all batches, each with its factors, and writes the opening; its value.
    pub fn opening(
        &mut self,
        factors: Vec<Vec<Vec<P::F>>>,
        open: impl FnOnce(
            &P::ProverKey,
            &mut Script<'_>,
            &[Combined<'_, P::Kept, P::F>],
        ) -> Result<(P::F, P::Opening), PcsError>,
    ) -> Result<P::F, SealError> {
        let batches = self.kept.iter().zip(factors);
        let parts = batches.map(|((batch, _), factors)| Combined { batch, factors });
        let parts: Vec<_> = parts.collect();
        let script = &mut Script::new(&mut self.transcript, &mut self.checks);
        let (value, opening) = open(&self.key, script, &parts).map_err(SealError::Open)?;
        P::write_opening(&opening, &mut self.bytes);
        Ok(value)
    }

    /// The canonical encoding of an oracle's commitments, if it was committed here and they stand for no other.
    pub fn commitment(&self, oracle: Oracle) -> Option<&[u8]> {
        let place = self.places.get(oracle.0)?.clone();
        self.bytes.get(place).filter(|bytes| !bytes.is_empty())
    }
}

/// The polynomials of shared columns, as many at a time as a scheme commits together.
pub(super) fn some_at_a_time<P: PcsKeys>(
    columns: &[Shared],
) -> impl Iterator<Item = Vec<Arc<Poly<P::F>>>> {
    columns.chunks(P::TOGETHER).map(polys)
}

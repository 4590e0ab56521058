//! The prover's end.

use super::opening::{Group, check_claim, factors, group};
use super::prover_session::{Program, ProverSession, SealError};
use super::rows::{Held, Sum, combined_rows};
use super::{Proof, Statement, absorb_oracle, reduction};
use crate::wire::put;
use crate::{Combined, PcsProver, Script};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::{
    Checks, EvalClaim, Fixed, Known, Label, Oracle, Poly, ProverChannel, Shape, Shared, Transcript,
    powers,
};

/// A sealed channel that writes a proof.
pub struct SealedProver<P: PcsProver> {
    key: Arc<P::ProverKey>,
    transcript: Transcript,
    bytes: Vec<u8>,
    checks: Checks,
    /// What the scheme keeps of each call to commit, and how many oracles came of it.
    kept: Vec<(P::Kept, usize)>,
    polys: Vec<Held<P::F>>,
    shapes: Vec<Shape>,
    /// Where the commitments of each oracle are in `bytes`; nowhere for those of the key.
    places: Vec<std::ops::Range<usize>>,
    claims: Vec<EvalClaim<P::F, P::F>>,
    /// The channel's operations cannot fail; the first failure is reported at the end.
    failure: Option<SealError>,
    refuse_false_claims: bool,
}

impl<P: PcsProver> SealedProver<P> {
    /// A channel that proves `statement`.
    pub fn new(key: Arc<P::ProverKey>, statement: &Statement<'_>, checks: Checks) -> Self {
        SealedProver {
            transcript: statement.transcript::<P>(&*key),
            key,
            bytes: Vec::new(),
            checks,
            kept: Vec::new(),
            polys: Vec::new(),
            shapes: Vec::new(),
            places: Vec::new(),
            claims: Vec::new(),
            failure: None,
            refuse_false_claims: true,
        }
    }

    /// Lets a soundness test seal claims that do not hold.
    #[cfg(feature = "testing")]
    pub fn permit_false_claims(&mut self) {
        self.refuse_false_claims = false;
    }

    /// The transcript, for its log.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Opens all claims; the proof.
    pub fn finish(self) -> Result<Proof, SealError> {
        self.finish_with_transcript().map(|(proof, _)| proof)
    }

    /// The same, with the finished transcript.
    pub fn finish_with_transcript(self) -> Result<(Proof, Transcript), SealError> {
        self.end().map(|(proof, transcript, _)| (proof, transcript))
    }

    /// The same, with what was weakened and counted.
    pub(super) fn end(mut self) -> Result<(Proof, Transcript, Checks), SealError> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        self.open()?;
        Ok((self.bytes, self.transcript, self.checks))
    }

    fn open(&mut self) -> Result<(), SealError> {
        if self.claims.is_empty() {
            return Ok(());
        }
        let rho = self.sample("open/claims");
        let groups = group(&self.claims, rho);
        let vars = groups.iter().map(|g| g.point.vars()).max().unwrap_or(0);
        let point = match groups.as_slice() {
            [only] => only.point.clone(),
            _ => self.reduce(&groups, vars)?,
        };
        let sigma: P::F = self.sample("open/groups");
        let weights = powers(sigma, groups.len());
        let combined = combined_rows(P::EMBEDDING, &groups, &self.polys, (vars, &weights));
        let mut factors = factors(&groups, &weights, self.shapes.len()).into_iter();
        let parts: Vec<_> = self
            .kept
            .iter()
            .map(|(kept, oracles)| Combined {
                batch: kept,
                factors: factors.by_ref().take(*oracles).collect(),
            })
            .collect();
        let script = &mut Script::new(&mut self.transcript, &mut self.checks);
        let (value, opening) =
            P::open(&self.key, script, combined, &parts, &point).map_err(SealError::Open)?;
        if let [only] = groups.as_slice()
            && self.refuse_false_claims
            && value != self.claimed(only)
        {
            return Err(self.false_claim(only));
        }
        P::write_opening(&opening, &mut self.bytes);
        Ok(())
    }

    fn reduce(
        &mut self,
        groups: &[Group<P::F>],
        vars: usize,
    ) -> Result<sumcheck::Point<P::F>, SealError> {
        let polys = std::mem::take(&mut self.polys);
        let parts: Vec<_> = groups
            .iter()
            .map(|g| (g.point.clone(), Sum::of(g, &polys), self.claimed(g)))
            .collect();
        let refuse = self.refuse_false_claims;
        let reduced = reduction::prove(P::EMBEDDING, parts, (vars, refuse), |message| {
            self.send(reduction::ROUND, &message);
            self.sample(reduction::CHALLENGE)
        });
        self.polys = polys;
        let (point, evaluations) = reduced.map_err(|f| self.false_claim(&groups[f.0]))?;
        self.send(reduction::EVALUATIONS, &evaluations);
        Ok(point)
    }

    /// The value that a group's columns must have.
    fn claimed(&self, group: &Group<P::F>) -> P::F {
        let values = group.claims.iter();
        let sum: P::F = values.map(|(rho, i)| *rho * self.claims[*i].value).sum();
        sum - group.constant
    }

    /// Names the culprit. Slow: evaluates every claim by itself.
    fn false_claim(&self, group: &Group<P::F>) -> SealError {
        let holds = |claim: &EvalClaim<P::F, P::F>| {
            let terms = claim.terms.iter();
            let value: P::F = terms
                .map(|(oracle, weights, factor)| {
                    let poly = self.polys[oracle.0].poly();
                    *factor * poly.evaluate(weights, &claim.point)
                })
                .sum();
            value == claim.value
        };
        let mut numbers = group.claims.iter().map(|(_, i)| *i);
        let culprit = numbers.find(|i| !holds(&self.claims[*i]));
        SealError::FalseClaim {
            claim: culprit.unwrap_or(group.claims[0].1),
        }
    }

    /// Commits, and absorbs the commitments.
    fn commit_batch(&mut self, label: Label, polys: &[Arc<Poly<P::F>>]) {
        let shapes: Vec<Shape> = polys.iter().map(|poly| poly.shape()).collect();
        let batch: Vec<&Poly<P::F>> = polys.iter().map(|poly| &**poly).collect();
        match P::commit(&self.key, &batch) {
            Ok((commitment, kept)) => {
                let mut start = self.bytes.len();
                P::write_commitment(&commitment, &mut self.bytes);
                for shape in &shapes {
                    let end = start + P::commitment_bytes(P::verifier_key(&self.key), shape);
                    let (transcript, checks) = (&mut self.transcript, &mut self.checks);
                    let own = &self.bytes[start..end];
                    absorb_oracle(transcript, checks, (label, shape), own);
                    self.places.push(start..end);
                    start = end;
                }
                debug_assert_eq!(start, self.bytes.len());
                self.kept.push((kept, shapes.len()));
            }
            Err(source) => self.fail(SealError::Commit { label, source }),
        }
        self.shapes.extend(shapes);
        self.places.resize(self.shapes.len(), 0..0);
    }

    /// Keeps what was committed.
    fn hold(&mut self, columns: impl Iterator<Item = Held<P::F>>) -> Vec<Oracle> {
        let first = self.polys.len();
        self.polys.extend(columns);
        (first..self.polys.len()).map(Oracle).collect()
    }

    fn fail(&mut self, failure: SealError) {
        self.failure.get_or_insert(failure);
    }
}

impl<P: PcsProver> ProverChannel<P::F> for SealedProver<P> {
    fn send(&mut self, label: Label, values: &[P::F]) {
        if self.checks.heard(label) {
            self.transcript.absorb(label, values);
        }
        values.iter().for_each(|value| put(value, &mut self.bytes));
    }

    fn commit(&mut self, label: Label, polys: Vec<Arc<Poly<P::F>>>) -> Vec<Oracle> {
        self.commit_batch(label, &polys);
        self.hold(polys.into_iter().map(Held::Own))
    }

    fn commit_shared(&mut self, label: Label, columns: Vec<Shared>) -> Vec<Oracle> {
        for columns in columns.chunks(P::TOGETHER) {
            let polys = columns.par_iter().map(|column| Arc::new(column.poly()));
            let polys: Vec<_> = polys.collect();
            self.commit_batch(label, &polys);
        }
        self.hold(columns.into_iter().map(Held::Shared))
    }

    fn fixed(&mut self, label: Label, poly: Arc<Poly<P::F>>, fixed: &Fixed<P::F>) -> Oracle {
        match &fixed.known {
            Known::Commitment(bytes) => {
                let (transcript, checks) = (&mut self.transcript, &mut self.checks);
                absorb_oracle(transcript, checks, (label, &fixed.shape), bytes);
            }
            Known::Clear(_) => self.fail(SealError::Fixed { label }),
        }
        match P::keep(&self.key, &[&poly]) {
            Ok(kept) => self.kept.push((kept, 1)),
            Err(source) => self.fail(SealError::Commit { label, source }),
        }
        self.shapes.push(poly.shape());
        self.polys.push(Held::Own(poly));
        self.places.push(0..0);
        Oracle(self.polys.len() - 1)
    }

    fn sample(&mut self, label: Label) -> P::F {
        self.checks.sample(&mut self.transcript, label)
    }

    fn claim_eval(&mut self, claim: EvalClaim<P::F, P::F>) {
        if let Err(source) = check_claim(&claim, &self.shapes) {
            let claim = self.claims.len();
            self.fail(SealError::Claim { claim, source });
        }
        self.claims.push(claim);
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.checks.enforced(check)
    }
}

impl<P: PcsProver> ProverSession<P::F> for SealedProver<P> {
    fn finish(self: Box<Self>) -> Result<Proof, SealError> {
        SealedProver::finish(*self)
    }

    fn finish_replaying(
        self: Box<Self>,
        _program: &mut Program<'_, P::F>,
    ) -> Result<Proof, SealError> {
        SealedProver::finish(*self)
    }

    fn transcript(&self) -> &Transcript {
        SealedProver::transcript(self)
    }

    fn commitment(&self, oracle: Oracle) -> Option<&[u8]> {
        let place = self.places.get(oracle.0)?.clone();
        self.bytes.get(place).filter(|bytes| !bytes.is_empty())
    }

    #[cfg(feature = "testing")]
    fn permit_false_claims(&mut self) {
        SealedProver::permit_false_claims(self);
    }
}

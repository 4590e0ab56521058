//! The prover's end.

use super::adopted::{Blinding, Precommitment};
use super::batches::factors_of_oracles;
use super::opening::{Group, factors, group};
use super::prover_session::{Program, ProverSession, SealError};
use super::rows::{combined_rows, of_group};
use super::writing::{Writing, some_at_a_time};
use super::{Proof, Statement, reduction};
use crate::PcsProver;
use std::sync::Arc;
use sumcheck::{
    Checks, EvalClaim, Fixed, Held, Label, Oracle, Poly, ProverChannel, Shared, Transcript, powers,
};

/// A sealed channel that writes a proof.
pub struct SealedProver<P: PcsProver> {
    pub(super) writing: Writing<P>,
    claims: Vec<EvalClaim<P::F, P::F>>,
}

impl<P: PcsProver> SealedProver<P> {
    /// A channel that proves `statement`.
    pub fn new(key: Arc<P::ProverKey>, statement: &Statement<'_>, checks: Checks) -> Self {
        SealedProver {
            writing: Writing::new(key, statement, checks),
            claims: Vec::new(),
        }
    }

    /// Lets a soundness test seal claims that do not hold.
    #[cfg(feature = "testing")]
    pub fn permit_false_claims(&mut self) {
        self.writing.refuse_false_claims = false;
    }

    /// The transcript, for its log.
    pub fn transcript(&self) -> &Transcript {
        &self.writing.transcript
    }

    /// Opens all claims; the proof.
    pub fn finish(self) -> Result<Proof, SealError> {
        self.finish_with_transcript().map(|(proof, _)| proof)
    }

    fn commit_batch(&mut self, label: Label, polys: &[Arc<Poly<P::F>>]) {
        let writing = &mut self.writing;
        if !writing.adopted.concerns(label) {
            writing.oracles(label, polys, P::commit);
            return;
        }
        for poly in polys {
            let before = writing.adopted.next();
            writing.adopted(label, poly, (before, Blinding::none()), P::commit);
        }
    }

    /// The same, with the finished transcript.
    pub fn finish_with_transcript(mut self) -> Result<(Proof, Transcript), SealError> {
        self.writing.check()?;
        self.open()?;
        let Writing {
            bytes, transcript, ..
        } = self.writing;
        Ok((bytes, transcript))
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
        let writing = &mut self.writing;
        let combined = combined_rows(P::EMBEDDING, &groups, &writing.polys, (vars, &weights));
        let factors = factors(&groups, &weights, writing.shapes.len());
        let opened = writing.opening(
            factors_of_oracles(writing.contents(), factors),
            |key, script, parts| P::open(key, script, combined, parts, &point),
        )?;
        match groups.as_slice() {
            [only] if self.writing.refuse_false_claims && opened != self.claimed(only) => {
                Err(self.false_claim(only))
            }
            _ => Ok(()),
        }
    }

    fn reduce(
        &mut self,
        groups: &[Group<P::F>],
        vars: usize,
    ) -> Result<sumcheck::Point<P::F>, SealError> {
        let polys = std::mem::take(&mut self.writing.polys);
        let parts: Vec<_> = groups
            .iter()
            .map(|g| (g.point.clone(), of_group(g, &polys), self.claimed(g)))
            .collect();
        let refuse = self.writing.refuse_false_claims;
        let reduced = reduction::prove(P::EMBEDDING, parts, (vars, refuse), |message| {
            self.send(reduction::ROUND, &message);
            self.sample(reduction::CHALLENGE)
        });
        self.writing.polys = polys;
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
                    let poly = self.writing.polys[oracle.0].poly();
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
}

impl<P: PcsProver> ProverChannel<P::F> for SealedProver<P> {
    fn send(&mut self, label: Label, values: &[P::F]) {
        self.writing.scalars(label, values);
    }

    fn commit(&mut self, label: Label, polys: Vec<Arc<Poly<P::F>>>) -> Vec<Oracle> {
        self.commit_batch(label, &polys);
        self.writing.hold(polys.into_iter().map(Held::Own))
    }

    fn commit_shared(&mut self, label: Label, columns: Vec<Shared>) -> Vec<Oracle> {
        for polys in some_at_a_time::<P>(&columns) {
            self.commit_batch(label, &polys);
        }
        self.writing.hold(columns.into_iter().map(Held::Shared))
    }

    fn fixed(&mut self, label: Label, poly: Arc<Poly<P::F>>, fixed: &Fixed<P::F>) -> Oracle {
        self.writing.fixed(label, poly, fixed)
    }

    fn sample(&mut self, label: Label) -> P::F {
        self.writing.sample(label)
    }

    fn claim_eval(&mut self, claim: EvalClaim<P::F, P::F>) {
        self.writing.claim(self.claims.len(), &claim);
        self.claims.push(claim);
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.writing.checks.enforced(check)
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
        self.writing.commitment(oracle)
    }

    fn adopt(&mut self, label: Label, made: Vec<Option<Precommitment>>) {
        self.writing.adopted.adopt(label, made);
    }

    fn precommitment(&self, oracle: Oracle) -> Option<Precommitment> {
        self.writing.precommitment(oracle)
    }

    fn failure(&self) -> Option<&SealError> {
        self.writing.failure.as_ref()
    }

    #[cfg(feature = "testing")]
    fn permit_false_claims(&mut self) {
        SealedProver::permit_false_claims(self);
    }
}

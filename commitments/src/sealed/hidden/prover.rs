//! The prover's end.

use super::close::{Closing, DUMMIES, Last, gates, last_vars, next_claim};
use super::gates::Gates;
use super::masks::{Masks, Messages};
use super::replay::{Replay, Step};
use super::{
    BIND, CLAIMS, GATE, GATE_BIND, GATE_ROUND, GATES, MASK, MASKS, ROUND, ROW, ROW_SHAPE, ROW_VARS,
    WIRES,
};
use crate::draws::{Class, Draws};
use crate::sealed::adopted::{Blinding, Precommitment};
use crate::sealed::batches::Content;
use crate::sealed::opening::Group;
use crate::sealed::prover_session::{Program, ProverSession, SealError};
use crate::sealed::rows::{combined_rows, of_group};
use crate::sealed::writing::{Writing, some_at_a_time};
use crate::sealed::{Proof, Statement, reduction};
use crate::{Embedding, HidingProver, PcsError};
use ark_ff::Zero;
use std::sync::Arc;
use sumcheck::channel::wires::Wires;
use sumcheck::kernel::ColumnSum;
use sumcheck::{
    Checks, EvalClaim, Fixed, Held, Label, Oracle, Point, Poly, ProverChannel, ProverField, Shape,
    Shared, Transcript,
};
use zeroize::{Zeroize, Zeroizing};

#[cfg(feature = "testing")]
#[path = "equivocal.rs"]
mod equivocal;
#[cfg(feature = "testing")]
pub use equivocal::Closed;
#[cfg(all(test, feature = "testing"))]
#[path = "lies.rs"]
mod lies;

/// A sealed channel that writes a proof which tells nothing. What hides it is wiped in the end.
pub struct HiddenProver<P: HidingProver> {
    writing: Writing<P>,
    draws: Draws,
    steps: Vec<Step<P::F>>,
    /// Elements that were sent, hidden.
    elements: usize,
    claims: usize,
}

impl<P: HidingProver> HiddenProver<P> {
    /// A channel that proves `statement`.
    pub fn new(
        key: Arc<P::ProverKey>,
        statement: &Statement<'_>,
        checks: Checks,
        draws: Draws,
    ) -> Self {
        let mut writing = Writing::new(key, statement, checks);
        // Then nothing is committed.
        writing.failure = draws.ready().err().map(SealError::Randomness);
        HiddenProver {
            writing,
            draws,
            steps: Vec::new(),
            elements: 0,
            claims: 0,
        }
    }

    fn commit_batch(&mut self, label: Label, polys: &[Arc<Poly<P::F>>]) {
        let shapes = match self.writing.adopted.concerns(label) {
            true => polys.iter().map(|p| self.commit_kept(label, p)).collect(),
            false => {
                let draws = &mut self.draws;
                self.writing.oracles(label, polys, |key, polys| {
                    P::commit(key, polys, (draws, Class::Column))
                })
            }
        };
        self.steps.push(Step::Committed(label, shapes));
    }

    /// Commits a polynomial with a blinding that is kept.
    fn commit_kept(&mut self, label: Label, poly: &Arc<Poly<P::F>>) -> Shape {
        let before = self.writing.adopted.next();
        let blinding = match &before {
            Some(before) => before.blinding.clone(),
            None => Blinding::fresh(&mut self.draws),
        };
        let draws = blinding.draws();
        let commit = |key: &P::ProverKey, polys: &[&Poly<P::F>]| {
            // What has no blinding tells of its polynomial.
            let mut draws = draws.ok_or(PcsError::OtherCommitment)?;
            P::commit(key, polys, (&mut draws, Class::Column))
        };
        self.writing
            .adopted(label, poly, (before, blinding), commit)
    }

    /// Sends elements that are not hidden.
    fn clear(&mut self, label: Label, values: &[P::F]) {
        self.writing.scalars(label, values);
        self.steps.push(Step::Cleared(label, values.to_vec()));
    }

    /// Closes the proof of what `program` verifies.
    ///
    /// # Errors
    /// What the channel could not do, or what does not hold.
    pub fn finish(mut self, program: &mut Program<'_, P::F>) -> Result<Proof, SealError> {
        self.writing.check()?;
        let permissive = !self.writing.refuse_false_claims;
        let mut replay = Replay::new(self.writing.checks.clone(), permissive);
        replay.extend(std::mem::take(&mut self.steps));
        program(&mut replay).map_err(SealError::Replay)?;
        replay.check().map_err(SealError::Replay)?;
        self.prove_gates(&mut replay);
        replay.extend(std::mem::take(&mut self.steps));
        let products = gates(&mut replay).map_err(SealError::Replay)?;
        self.prove_last(&mut replay, products)?;
        self.writing.check()?;
        Ok(std::mem::take(&mut self.writing.bytes))
    }

    /// The sumcheck over gates.
    fn prove_gates(&mut self, replay: &mut Replay<P::F>) {
        let mut gates = Gates::new(replay.wires());
        let drawn = [(); DUMMIES].map(|()| self.draws.next(Class::Gate));
        self.send(WIRES, &gates.message(drawn));
        let tau: Vec<P::F> = (0..gates.vars()).map(|_| self.sample(GATES)).collect();
        let mut later = tau.as_slice();
        while let Some((_, rest)) = later.split_first() {
            later = rest;
            self.send(GATE_ROUND, &gates.round(later));
            gates.bind(self.sample(GATE_BIND));
        }
        self.clear(GATE, &gates.last());
    }

    /// Masks, the last sumcheck, and the opening.
    fn prove_last(&mut self, replay: &mut Replay<P::F>, products: usize) -> Result<(), SealError> {
        let mut masks = self.masks(last_vars(replay.wires()))?;
        let rho = self.sample(CLAIMS);
        let (last, mut messages) = self.last(replay, products, rho);
        let claim = last.constant + last.mask * masks.sum();
        let (point, value) = self.rounds(replay, &last, (&mut masks, &mut messages), claim)?;
        let opened = self.open(&last, &point, (&masks, &replay.elements))?;
        match opened == value || !self.writing.refuse_false_claims {
            true => Ok(()),
            false => Err(SealError::FalseClaim { claim: 0 }),
        }
    }

    /// Draws and commits masks, and sends their sum.
    fn masks(&mut self, vars: usize) -> Result<Masks<P::F>, SealError> {
        let masks = Masks::draw(vars, &mut self.draws);
        let shape = Shape { vars, radix: None };
        for (number, mask) in [&masks.a, &masks.b].into_iter().enumerate() {
            let draws = (&mut self.draws, Class::MaskColumn);
            self.writing.batch(
                (MASKS, &[shape]),
                |key| P::commit_sparse(key, vars, &mask.sparse(), draws),
                Content::Mask(number),
            );
        }
        self.writing.check()?;
        self.clear(MASK, &[masks.sum()]);
        Ok(masks)
    }

    /// The equation that is left, and the rows of messages in it.
    fn last(
        &self,
        replay: &mut Replay<P::F>,
        products: usize,
        rho: P::F,
    ) -> (Last<P::F>, Messages<P::F>) {
        let last = Last::new(replay.wires(), products, rho);
        let shape = (P::EMBEDDING, last_vars(replay.wires()));
        let contents = self.writing.contents();
        let messages = Messages::new(shape, &last, &replay.elements, contents);
        (last, messages)
    }

    /// The last sumcheck; its point, and the claim that is left.
    fn rounds(
        &mut self,
        replay: &mut Replay<P::F>,
        last: &Last<P::F>,
        (masks, messages): (&mut Masks<P::F>, &mut Messages<P::F>),
        mut claim: P::F,
    ) -> Result<(Point<P::F>, P::F), SealError> {
        let polys = std::mem::take(&mut self.writing.polys);
        let wires = replay.wires();
        let parts = parts(last, wires, &polys);
        let mut round = 0;
        let shape = (last_vars(wires), self.writing.refuse_false_claims);
        let reduced = reduction::prove(P::EMBEDDING, parts, shape, |mut message| {
            let (own, mask) = (messages.round(round), masks.round(round));
            for ((sum, own), mask) in message.iter_mut().zip(own).zip(mask) {
                *sum += own + last.mask * mask;
            }
            self.clear(ROUND, &message);
            let r = self.sample(BIND);
            claim = next_claim(claim, message, r);
            messages.bind(round, r);
            masks.bind(round, r);
            round += 1;
            r
        });
        self.writing.polys = polys;
        let (point, _) = reduced.map_err(|false_group| SealError::FalseClaim {
            claim: last.groups[false_group.0].claims[0].1,
        })?;
        Ok((point, claim))
    }

    /// Opens the sum of everything at the last point; its value.
    fn open(
        &mut self,
        last: &Last<P::F>,
        point: &Point<P::F>,
        (masks, elements): (&Masks<P::F>, &[P::F]),
    ) -> Result<P::F, SealError> {
        let (embedding, vars) = (P::EMBEDDING, point.vars());
        let weights = last.group_weights(embedding, point);
        let polys = &self.writing.polys;
        let mut rows = combined_rows(embedding, &last.groups, polys, (vars, &weights));
        let contents = self.writing.contents();
        let factors = last.factors(
            embedding,
            (point, &weights),
            (self.writing.shapes.len(), contents.clone()),
        );
        let mut sum = Zeroizing::new([P::F::zero(); ROW]);
        for (content, weights) in contents.zip(&factors) {
            let Some(own) = content.message() else {
                continue;
            };
            for (row, weight) in elements[own].chunks(ROW).zip(weights.iter().flatten()) {
                let entries = sum.iter_mut().zip(row);
                entries.for_each(|(sum, element)| *sum += *weight * element);
            }
        }
        // What a row is repeated to, or the rows of its own.
        let times = match embedding {
            Embedding::Pad => 1,
            Embedding::Repeat => 1 << (vars - ROW_VARS),
        };
        let of_messages = sum.iter().copied().enumerate();
        let of_messages = of_messages
            .flat_map(|(k, value)| (k * times..(k + 1) * times).map(move |row| (row, value)));
        let of_masks = [&masks.a, &masks.b]
            .into_iter()
            .zip(last.mask_weights(point));
        let of_masks = of_masks.flat_map(|(mask, weight)| {
            let rows = mask.sparse().into_iter();
            rows.map(move |(row, value)| (row, weight * value))
        });
        for (row, value) in of_messages.chain(of_masks) {
            if row >= rows.len() {
                rows.resize(row + 1, P::F::zero());
            }
            rows[row] += value;
        }
        let draws = &mut self.draws;
        self.writing.opening(factors, |key, script, parts| {
            P::open(key, script, (rows, point), parts, draws)
        })
    }
}

/// The groups' polynomials, each with its point and what is claimed of it.
fn parts<'a, F: ProverField>(
    last: &'a Last<F>,
    wires: &Wires<F>,
    polys: &'a [Held<F>],
) -> Vec<(Point<F>, ColumnSum<'a, F>, F)> {
    let claimed = |group: &Group<F>| {
        let values = group.claims.iter();
        let values = values.map(|(rho, i)| *rho * wires.get(wires.claims()[*i].value));
        values.sum::<F>() - group.constant
    };
    let groups = last.groups.iter();
    let parts = groups.map(|g| (g.point.clone(), of_group(g, polys), claimed(g)));
    parts.collect()
}

impl<P: HidingProver> Drop for HiddenProver<P> {
    fn drop(&mut self) {
        self.writing.kept_mut().for_each(Zeroize::zeroize);
    }
}

impl<P: HidingProver> ProverChannel<P::F> for HiddenProver<P> {
    fn send(&mut self, label: Label, values: &[P::F]) {
        let rows: Vec<&[P::F]> = values.chunks(ROW).collect();
        let draws = (&mut self.draws, Class::Row);
        self.writing.batch(
            (label, &vec![ROW_SHAPE; rows.len()]),
            |key| P::commit_short(key, ROW_VARS, &rows, draws),
            Content::Message(self.elements, values.len()),
        );
        self.elements += values.len();
        self.steps.push(Step::Sent(label, values.to_vec().into()));
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
        self.steps.push(Step::Committed(label, vec![poly.shape()]));
        self.writing.fixed(label, poly, fixed)
    }

    fn sample(&mut self, label: Label) -> P::F {
        let challenge = self.writing.sample(label);
        self.steps.push(Step::Drew(label, challenge));
        challenge
    }

    fn claim_eval(&mut self, claim: EvalClaim<P::F, P::F>) {
        self.writing.claim(self.claims, &claim);
        self.claims += 1;
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.writing.checks.enforced(check)
    }
}

impl<P: HidingProver> ProverSession<P::F> for HiddenProver<P> {
    fn finish(self: Box<Self>) -> Result<Proof, SealError> {
        Err(SealError::NoProgram)
    }

    fn finish_replaying(
        self: Box<Self>,
        program: &mut Program<'_, P::F>,
    ) -> Result<Proof, SealError> {
        HiddenProver::finish(*self, program)
    }

    fn transcript(&self) -> &Transcript {
        &self.writing.transcript
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
        self.writing.refuse_false_claims = false;
    }
}

//! The prover's end.

use super::close::{DUMMIES, Last, gate_vars, gates, next_claim};
use super::masks::{Masks, Messages};
use super::replay::{Replay, Step};
use super::{
    BIND, CLAIMS, GATE, GATE_BIND, GATE_ROUND, GATES, MASK, MASKS, ROUND, ROW, ROW_VARS, WIRES,
};
use crate::draws::{Class, Draws};
use crate::sealed::opening::{Group, check_claim, factors};
use crate::sealed::prover_session::{Program, ProverSession, SealError};
use crate::sealed::rows::{Held, Sum, combined_rows};
use crate::sealed::{Proof, Statement, absorb_oracle, reduction};
use crate::wire::put;
use crate::{Combined, Embedding, HidingProver, PcsError, Script};
use ark_ff::{One, Zero};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;
use sumcheck::{
    Checks, EvalClaim, Fixed, Known, Label, Oracle, Point, Poly, ProverChannel, Shape, Shared,
    Transcript, Value,
};

#[cfg(all(test, feature = "testing"))]
#[path = "lies.rs"]
mod lies;

/// Of what a batch of commitments is.
enum Content {
    /// So many oracles.
    Oracles(usize),
    Message,
    Masks,
}

/// A sealed channel that writes a proof which tells nothing.
pub struct HiddenProver<P: HidingProver> {
    key: Arc<P::ProverKey>,
    transcript: Transcript,
    bytes: Vec<u8>,
    checks: Checks,
    draws: Draws,
    steps: Vec<Step<P::F>>,
    kept: Vec<(P::Kept, Content)>,
    polys: Vec<Held<P::F>>,
    shapes: Vec<Shape>,
    /// Where the commitments of each oracle are in `bytes`; nowhere for those of the key.
    places: Vec<std::ops::Range<usize>>,
    claims: usize,
    /// The channel's operations cannot fail; the first failure is reported at the end.
    failure: Option<SealError>,
    refuse_false_claims: bool,
}

impl<P: HidingProver> HiddenProver<P> {
    /// A channel that proves `statement`.
    pub fn new(
        key: Arc<P::ProverKey>,
        statement: &Statement<'_>,
        checks: Checks,
        draws: Draws,
    ) -> Self {
        // Then nothing is committed.
        let failure = draws.ready().err().map(SealError::Randomness);
        HiddenProver {
            transcript: statement.transcript::<P>(&*key),
            key,
            bytes: Vec::new(),
            checks,
            draws,
            steps: Vec::new(),
            kept: Vec::new(),
            polys: Vec::new(),
            shapes: Vec::new(),
            places: Vec::new(),
            claims: 0,
            failure,
            refuse_false_claims: true,
        }
    }

    fn fail(&mut self, failure: SealError) {
        self.failure.get_or_insert(failure);
    }

    /// Commits, writes and absorbs a batch; where each polynomial's commitments are.
    fn write(
        &mut self,
        (label, shapes): (Label, &[Shape]),
        commit: impl FnOnce(&P::ProverKey, &mut Draws) -> Result<(P::Commitment, P::Kept), PcsError>,
        content: Content,
    ) -> Vec<std::ops::Range<usize>> {
        if self.failure.is_some() {
            return vec![0..0; shapes.len()];
        }
        let (commitment, kept) = match commit(&self.key, &mut self.draws) {
            Ok(committed) => committed,
            Err(source) => {
                self.fail(SealError::Commit { label, source });
                return vec![0..0; shapes.len()];
            }
        };
        let mut start = self.bytes.len();
        P::write_commitment(&commitment, &mut self.bytes);
        let mut places = Vec::with_capacity(shapes.len());
        for shape in shapes {
            let end = start + P::commitment_bytes(P::verifier_key(&self.key), shape);
            let (transcript, checks) = (&mut self.transcript, &mut self.checks);
            absorb_oracle(transcript, checks, (label, shape), &self.bytes[start..end]);
            places.push(start..end);
            start = end;
        }
        debug_assert_eq!(start, self.bytes.len());
        self.kept.push((kept, content));
        places
    }

    fn commit_batch(&mut self, label: Label, polys: &[Arc<Poly<P::F>>]) {
        let shapes: Vec<Shape> = polys.iter().map(|poly| poly.shape()).collect();
        let batch: Vec<&Poly<P::F>> = polys.iter().map(|poly| &**poly).collect();
        let places = self.write(
            (label, &shapes),
            |key, draws| P::commit(key, &batch, (draws, Class::Column)),
            Content::Oracles(shapes.len()),
        );
        self.places.extend(places);
        self.steps.push(Step::Committed(label, shapes.clone()));
        self.shapes.extend(shapes);
    }

    fn hold(&mut self, columns: impl Iterator<Item = Held<P::F>>) -> Vec<Oracle> {
        let first = self.polys.len();
        self.polys.extend(columns);
        (first..self.polys.len()).map(Oracle).collect()
    }

    /// Sends elements that are not hidden.
    fn clear(&mut self, label: Label, values: &[P::F]) {
        if self.checks.heard(label) {
            self.transcript.absorb(label, values);
        }
        values.iter().for_each(|value| put(value, &mut self.bytes));
        self.steps.push(Step::Cleared(label, values.to_vec()));
    }

    /// Closes the proof of what `program` verifies.
    ///
    /// # Errors
    /// What the channel could not do, or what does not hold.
    pub fn finish(mut self, program: &mut Program<'_, P::F>) -> Result<Proof, SealError> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let mut replay = Replay::new(self.checks.clone(), !self.refuse_false_claims);
        replay.extend(std::mem::take(&mut self.steps));
        program(&mut replay).map_err(SealError::Replay)?;
        replay.check().map_err(SealError::Replay)?;
        self.prove_gates(&mut replay);
        replay.extend(std::mem::take(&mut self.steps));
        let products = gates(&mut replay).map_err(SealError::Replay)?;
        self.prove_last(&mut replay, products)?;
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => Ok(self.bytes),
        }
    }

    /// The sumcheck over gates.
    fn prove_gates(&mut self, replay: &mut Replay<P::F>) {
        use super::close::Closing;
        let wires = replay.wires();
        let list = wires.gates().to_vec();
        let get = |value: Value| wires.get(value);
        let mut a: Vec<P::F> = list.iter().map(|gate| get(gate.factors[0])).collect();
        let mut b: Vec<P::F> = list.iter().map(|gate| get(gate.factors[1])).collect();
        let mut w: Vec<P::F> = list.iter().map(|gate| get(gate.product)).collect();
        let [alpha, beta, u]: [P::F; DUMMIES] =
            [(); DUMMIES].map(|()| self.draws.next(Class::Gate));
        self.send(WIRES, &[w.as_slice(), &[alpha, beta, u]].concat());
        a.extend([alpha, P::F::zero(), u]);
        b.extend([P::F::zero(), beta, P::F::one()]);
        w.extend([P::F::zero(), P::F::zero(), u]);
        let vars = gate_vars(list.len());
        for column in [&mut a, &mut b, &mut w] {
            column.resize(1 << vars, P::F::zero());
        }
        let tau: Vec<P::F> = (0..vars).map(|_| self.sample(GATES)).collect();
        for round in 0..vars {
            let rest = Point(tau[round + 1..].to_vec()).eq_table();
            // t(X) of degree 2: its coefficients of X and X².
            let mut message = [P::F::zero(); 2];
            for (j, weight) in rest.iter().enumerate() {
                let ends = |column: &[P::F]| (column[2 * j], column[2 * j + 1] - column[2 * j]);
                let ((a0, a1), (b0, b1), (_, w1)) = (ends(&a), ends(&b), ends(&w));
                message[0] += *weight * (a0 * b1 + a1 * b0 - w1);
                message[1] += *weight * (a1 * b1);
            }
            self.send(GATE_ROUND, &message);
            let x = self.sample(GATE_BIND);
            for column in [&mut a, &mut b, &mut w] {
                let pairs = column.chunks_exact(2);
                *column = pairs.map(|p| p[0] + x * (p[1] - p[0])).collect();
            }
        }
        self.clear(GATE, &[a[0], b[0], w[0]]);
    }

    /// Masks, the last sumcheck, and the opening.
    fn prove_last(&mut self, replay: &mut Replay<P::F>, products: usize) -> Result<(), SealError> {
        use super::close::Closing;
        let vars = Last::new(replay.wires(), products, P::F::zero()).vars();
        let mut masks = Masks::draw(vars, &mut self.draws);
        let shape = Shape { vars, radix: None };
        for mask in [masks.a.sparse(), masks.b.sparse()] {
            self.write(
                (MASKS, &[shape]),
                |key, draws| P::commit_sparse(key, vars, &mask, (draws, Class::MaskColumn)),
                Content::Masks,
            );
        }
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        self.clear(MASK, &[masks.sum()]);
        let rho: P::F = self.sample(CLAIMS);
        let last = Last::new(replay.wires(), products, rho);
        let mut messages = Messages::new(
            (P::EMBEDDING, vars),
            &last,
            &replay.elements,
            replay.messages.iter().copied(),
        );
        let claim = last.constant + last.mask * masks.sum();
        let (point, value) = self.rounds(replay, &last, (&mut masks, &mut messages), claim)?;
        let opened = self.open(&last, &point, (&masks, replay))?;
        match opened == value || !self.refuse_false_claims {
            true => Ok(()),
            false => Err(SealError::FalseClaim { claim: 0 }),
        }
    }

    /// The last sumcheck; its point, and the claim that is left.
    fn rounds(
        &mut self,
        replay: &mut Replay<P::F>,
        last: &Last<P::F>,
        (masks, messages): (&mut Masks<P::F>, &mut Messages<P::F>),
        mut claim: P::F,
    ) -> Result<(Point<P::F>, P::F), SealError> {
        use super::close::Closing;
        let polys = std::mem::take(&mut self.polys);
        let wires = replay.wires();
        let claimed = |group: &Group<P::F>| {
            let values = group.claims.iter();
            let values = values.map(|(rho, i)| *rho * wires.get(wires.claims()[*i].value));
            values.sum::<P::F>() - group.constant
        };
        let groups = last.groups.iter();
        let parts = groups.map(|g| (g.point.clone(), Sum::of(g, &polys), claimed(g)));
        let parts: Vec<_> = parts.collect();
        let mut round = 0;
        let shape = (last.vars(), self.refuse_false_claims);
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
        self.polys = polys;
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
        (masks, replay): (&Masks<P::F>, &Replay<P::F>),
    ) -> Result<P::F, SealError> {
        let (embedding, vars) = (P::EMBEDDING, point.vars());
        let weights = last.group_weights(embedding, point);
        let mut rows = combined_rows(embedding, &last.groups, &self.polys, (vars, &weights));
        let own = last.row_weights(embedding, point, replay.messages.iter().copied());
        let mut sparse: HashMap<usize, P::F> = HashMap::new();
        for ((first, count), weights) in replay.messages.iter().zip(&own) {
            let elements = replay.elements[*first..first + count].chunks(ROW);
            for (row, weight) in elements.zip(weights) {
                for (k, element) in row.iter().enumerate() {
                    *sparse.entry(k).or_default() += *weight * element;
                }
            }
        }
        let mask_weights = last.mask_weights(point);
        let dense = sparse.into_iter().flat_map(|(k, value)| {
            let repeats = match embedding {
                Embedding::Pad => k..k + 1,
                Embedding::Repeat => k << (vars - ROW_VARS)..(k + 1) << (vars - ROW_VARS),
            };
            repeats.map(move |row| (row, value))
        });
        let of_masks = [&masks.a, &masks.b].into_iter().zip(mask_weights);
        let of_masks = of_masks.flat_map(|(mask, weight)| {
            let rows = mask.sparse().into_iter();
            rows.map(move |(row, value)| (row, weight * value))
        });
        for (row, value) in dense.chain(of_masks) {
            if row >= rows.len() {
                rows.resize(row + 1, P::F::zero());
            }
            rows[row] += value;
        }
        let mut columns = factors(&last.groups, &weights, self.shapes.len()).into_iter();
        let (mut own, mut mask_weights) = (own.into_iter(), mask_weights.into_iter());
        let parts = self.kept.iter().map(|(kept, content)| Combined {
            batch: kept,
            factors: match content {
                Content::Oracles(count) => columns.by_ref().take(*count).collect(),
                Content::Message => {
                    let rows = own.next().unwrap_or_default().into_iter();
                    rows.map(|weight| vec![weight]).collect()
                }
                Content::Masks => mask_weights.next().map(|w| vec![w]).into_iter().collect(),
            },
        });
        let parts: Vec<_> = parts.collect();
        let script = &mut Script::new(&mut self.transcript, &mut self.checks);
        let draws = &mut self.draws;
        let opened = P::open(&self.key, script, (rows, point), &parts, draws);
        let (value, opening) = opened.map_err(SealError::Open)?;
        P::write_opening(&opening, &mut self.bytes);
        Ok(value)
    }
}

impl<P: HidingProver> ProverChannel<P::F> for HiddenProver<P> {
    fn send(&mut self, label: Label, values: &[P::F]) {
        let rows: Vec<Poly<P::F>> = values
            .chunks(ROW)
            .map(|row| Poly::dense(ROW_VARS, row.to_vec()))
            .collect();
        let shapes: Vec<Shape> = rows.iter().map(Poly::shape).collect();
        let batch: Vec<&Poly<P::F>> = rows.iter().collect();
        self.write(
            (label, &shapes),
            |key, draws| P::commit(key, &batch, (draws, Class::Row)),
            Content::Message,
        );
        self.steps.push(Step::Sent(label, values.to_vec()));
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
            Ok(kept) => self.kept.push((kept, Content::Oracles(1))),
            Err(source) => self.fail(SealError::Commit { label, source }),
        }
        let shape = poly.shape();
        self.steps.push(Step::Committed(label, vec![shape]));
        self.shapes.push(shape);
        self.polys.push(Held::Own(poly));
        self.places.push(0..0);
        Oracle(self.polys.len() - 1)
    }

    fn sample(&mut self, label: Label) -> P::F {
        let challenge = self.checks.sample(&mut self.transcript, label);
        self.steps.push(Step::Drew(label, challenge));
        challenge
    }

    fn claim_eval(&mut self, claim: EvalClaim<P::F, P::F>) {
        if let Err(source) = check_claim(&claim, &self.shapes) {
            let claim = self.claims;
            self.fail(SealError::Claim { claim, source });
        }
        self.claims += 1;
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.checks.enforced(check)
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
        &self.transcript
    }

    fn commitment(&self, oracle: Oracle) -> Option<&[u8]> {
        let place = self.places.get(oracle.0)?.clone();
        self.bytes.get(place).filter(|bytes| !bytes.is_empty())
    }

    #[cfg(feature = "testing")]
    fn permit_false_claims(&mut self) {
        self.refuse_false_claims = false;
    }
}

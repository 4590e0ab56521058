//! Equivocation: one proof is that of two witnesses.
//!
//! A prover that has seen another one's proof of the same statement, and knows all logarithms, adds to each of its draws
//! what makes its own proof that one, byte for byte. Blindings make up for points: that is the key's part
//! (`hiding::Known`). `α`, `β`, `u` make up for the values of the gates. The masks make up for the rounds of the last
//! sumcheck: one after the other, as each has two coefficients of its own. One coefficient, row 0 of `A`, is free.

use super::super::close::{Closing, gates, last_vars, next_claim};
use super::super::gates::Gates;
use super::super::masks::Messages;
use super::super::replay::{Replay, Step};
use super::super::{BIND, CLAIMS, GATE_BIND};
use super::{HiddenProver, Last, parts};
use crate::HidingProver;
use crate::sealed::prover_session::{Program, SealError};
use crate::sealed::{Proof, reduction};
use ark_bn254::Fr;
use ark_ff::Zero;
use sumcheck::{Label, Point};

/// What closes a proof, as a prover sees it.
pub struct Closed {
    gates: Gates<Fr>,
    /// The end of the sumcheck over gates.
    kappa: Vec<Fr>,
    rho: Fr,
    /// The end of the last sumcheck.
    point: Vec<Fr>,
    /// Its rounds without masks.
    unmasked: Vec<[Fr; 2]>,
}

/// Challenges under a label.
fn drawn(steps: &[Step<Fr>], of: Label) -> Vec<Fr> {
    let steps = steps.iter().filter_map(|step| match step {
        Step::Drew(label, value) if *label == of => Some(*value),
        _ => None,
    });
    steps.collect()
}

impl<P: HidingProver<F = Fr>> HiddenProver<P> {
    /// As [`HiddenProver::finish`], after another prover; also what closes the proof, and how many draws there were. Only a
    /// key that has seen the other one's commitments makes it the same proof.
    ///
    /// # Errors
    /// As there.
    pub fn finish_after(
        mut self,
        program: &mut Program<'_, Fr>,
        before: Option<&Closed>,
    ) -> Result<(Proof, Closed, usize), SealError> {
        self.writing.check()?;
        let mut replay = Replay::new(self.writing.checks.clone(), false);
        replay.extend(std::mem::take(&mut self.steps));
        program(&mut replay).map_err(SealError::Replay)?;
        replay.check().map_err(SealError::Replay)?;
        let own = Gates::new(replay.wires());
        if let Some(before) = before {
            self.draws.alter_next(&changes_of_gates(before, &own));
        }
        self.prove_gates(&mut replay);
        let kappa = drawn(&self.steps, GATE_BIND);
        replay.extend(std::mem::take(&mut self.steps));
        let products = gates(&mut replay).map_err(SealError::Replay)?;
        if let Some(before) = before {
            let own = self.unmasked(&mut replay, products, (before.rho, &before.point))?;
            let last = Last::new(replay.wires(), products, before.rho);
            let changes = changes_of_masks(before, (&own, last.mask));
            self.draws.alter_next(&changes);
        }
        self.prove_last(&mut replay, products)?;
        let rho = drawn(&self.steps, CLAIMS)[0];
        let point = drawn(&self.steps, BIND);
        let closed = Closed {
            unmasked: self.unmasked(&mut replay, products, (rho, &point))?,
            gates: own,
            kappa,
            rho,
            point,
        };
        self.writing.check()?;
        let draws = self.draws.made();
        Ok((std::mem::take(&mut self.writing.bytes), closed, draws))
    }

    /// The rounds of the last sumcheck without masks, where the challenges are these.
    fn unmasked(
        &mut self,
        replay: &mut Replay<Fr>,
        products: usize,
        (rho, point): (Fr, &[Fr]),
    ) -> Result<Vec<[Fr; 2]>, SealError> {
        let (last, mut messages): (_, Messages<Fr>) = self.last(replay, products, rho);
        let parts = parts(&last, replay.wires(), &self.writing.polys);
        let mut rounds = Vec::new();
        let shape = (last_vars(replay.wires()), true);
        let reduced = reduction::prove(P::EMBEDDING, parts, shape, |mut message| {
            let round = rounds.len();
            let own = messages.round(round);
            message
                .iter_mut()
                .zip(own)
                .for_each(|(sum, own)| *sum += own);
            rounds.push(message);
            messages.bind(round, point[round]);
            point[round]
        });
        reduced.map_err(|_| SealError::FalseClaim { claim: 0 })?;
        Ok(rounds)
    }
}

/// What is added to `α`, `β` and `u`.
fn changes_of_gates(before: &Closed, own: &Gates<Fr>) -> [Fr; 3] {
    let weights = Point(before.kappa.clone()).eq_table();
    let each = before.gates.clone().columns().clone();
    let count = each[0].len();
    let mut own = own.clone();
    let own = own.columns();
    let [a, b, w] = [0, 1, 2].map(|column| {
        let pairs = each[column].iter().zip(own[column].iter()).zip(&weights);
        pairs
            .map(|((before, own), weight)| (*before - own) * weight)
            .sum::<Fr>()
    });
    let [alpha, beta, third] = [0, 1, 2].map(|dummy| weights[count + dummy]);
    let u = w / third;
    [(a - third * u) / alpha, b / beta, u]
}

/// What is added to the rows of `A` and of `B`.
fn changes_of_masks(before: &Closed, (own, weight): (&[[Fr; 2]], Fr)) -> Vec<Fr> {
    let (mut a, mut b) = (vec![Fr::zero()], vec![Fr::zero()]);
    let (mut at_zero, mut zero, mut claim) = (Fr::zero(), Fr::from(1), Fr::zero());
    let rounds = before.unmasked.iter().zip(own).zip(&before.point);
    for ((before, own), r) in rounds {
        let change = [0, 1].map(|i| (before[i] - own[i]) / weight);
        // The polynomial's value at 1 is zero·B_k, and its coefficient of X² is zero·(at_zero − zero·A_k).
        let of_a = (at_zero - change[1] / zero) / zero;
        a.push(of_a);
        b.push((claim - change[0]) / zero);
        claim = next_claim(claim, change, *r);
        at_zero = at_zero * (Fr::from(1) - r) + zero * of_a * r;
        zero *= Fr::from(1) - r;
    }
    b[0] = -b.iter().sum::<Fr>();
    a.extend(b);
    a
}

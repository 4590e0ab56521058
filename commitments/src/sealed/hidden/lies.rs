//! A prover of a false product: for each check of the gates one that it alone rejects, and for each challenge one that is
//! accepted if the challenge is known beforehand.
#![allow(clippy::unwrap_used)]

use super::super::close::{DUMMIES, gates};
use super::super::gates::Gates;
use super::super::replay::Replay;
use super::super::tests::together::{together, weights};
use super::super::tests::{Toy, rejected, statement};
use super::super::{BIND, CLAIMS, GATE, GATE_BIND, GATE_ROUND, GATES, WIRES};
use super::HiddenProver;
use crate::draws::{Class, Draws};
use crate::hiding::Blinded;
use crate::pst13::Pst13;
use crate::sealed::Proof;
use crate::sealed::hidden::close::{Closing, last_vars};
use crate::tests::hiding::{Hides, with_every_hiding_scheme};
use crate::wire::{Reader, put};
use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, One, Zero};
use sumcheck::channel::Which;
use sumcheck::{Checks, Point, ProverChannel};

with_every_hiding_scheme!(
    each_check_of_the_gates_rejects_a_false_product,
    known_challenges_are_cheated,
    a_known_weight_of_claims_is_cheated,
    the_last_sumcheck_is_cheated_at_a_known_challenge,
);

/// What of the values in the clear makes up for the false product.
#[derive(Clone, Copy, PartialEq)]
enum Fixed {
    Nothing,
    /// The first round, if its challenge is this.
    Round(u64),
    Left,
    Right,
    Product,
    /// Another product, which nothing uses, if all of `τ` is this.
    Other(u64),
}

/// A gate of the toy whose product is in no check.
const UNUSED: usize = 3;

/// Closes a run of `toy`, whose last product is off by its lie, as if it were true.
fn forged<P: Hides>(toy: &Toy, fixed: Fixed, checks: Checks) -> Proof {
    let (key, draws) = (P::key(), Draws::new(b"lies"));
    let mut prover = HiddenProver::<P>::new(key, &statement(), checks.clone(), draws);
    prover.writing.refuse_false_claims = false;
    toy.run(&mut prover);
    let mut replay = Replay::new(checks, true);
    replay.extend(std::mem::take(&mut prover.steps));
    toy.verify(&mut replay).unwrap();

    let mut columns = Gates::new(replay.wires());
    *columns.columns()[2].last_mut().unwrap() += toy.lie;
    if let Fixed::Other(tau) = fixed {
        let weights = Point(vec![Fr::from(tau); columns.vars()]).eq_table();
        let last = columns.columns()[2].len() - 1;
        columns.columns()[2][UNUSED] -= toy.lie * weights[last] / weights[UNUSED];
    }
    let drawn = [(); DUMMIES].map(|()| prover.draws.next(Class::Gate));
    prover.send(WIRES, &columns.message(drawn));
    let tau: Vec<Fr> = (0..columns.vars()).map(|_| prover.sample(GATES)).collect();
    let mut claim = Fr::zero();
    for (round, tau_k) in tau.iter().enumerate() {
        let later = &tau[round + 1..];
        let mut message = columns.round(later);
        let next = |[linear, square]: [Fr; 2], x: Fr| {
            claim + (x - tau_k) * linear + (x.square() - tau_k) * square
        };
        if let (0, Fixed::Round(x)) = (round, fixed) {
            let x = Fr::from(x);
            message[0] += (truth(&columns, later, x) - next(message, x)) / (x - tau_k);
        }
        prover.send(GATE_ROUND, &message);
        let x = prover.sample(GATE_BIND);
        claim = next(message, x);
        columns.bind(x);
    }
    let [mut left, mut right, mut product] = columns.last();
    // Where a mutant knows the point a factor may be zero.
    let over = |factor: Fr| (claim + product) * factor.inverse().unwrap_or_default();
    match fixed {
        Fixed::Nothing | Fixed::Round(_) | Fixed::Other(_) => {}
        Fixed::Left => left = over(right),
        Fixed::Right => right = over(left),
        Fixed::Product => product = left * right - claim,
    }
    prover.clear(GATE, &[left, right, product]);
    replay.extend(std::mem::take(&mut prover.steps));
    let first = gates(&mut replay).unwrap();
    prover.prove_last(&mut replay, first).unwrap();
    std::mem::take(&mut prover.writing.bytes)
}

/// What a round's polynomial truly is at `x`: the sum over what is left when it is bound.
fn truth(gates: &Gates<Fr>, later: &[Fr], x: Fr) -> Fr {
    let mut bound = gates.clone();
    bound.bind(x);
    let [a, b, w] = bound.columns();
    let each = Point(later.to_vec())
        .eq_table()
        .into_iter()
        .zip(a.iter())
        .zip(b.iter())
        .zip(w.iter());
    each.map(|(((weight, a), b), w)| weight * (*a * b - w))
        .sum()
}

fn each_check_of_the_gates_rejects_a_false_product<P: Hides>() {
    let mut toy = Toy::new(5, 3);
    toy.lie = Fr::one();
    for (check, fixed) in [
        ("close/gates", Fixed::Nothing),
        ("close/left", Fixed::Left),
        ("close/right", Fixed::Right),
        ("close/product", Fixed::Product),
    ] {
        let proof = forged::<P>(&toy, fixed, Checks::all());
        let error = toy.check::<P>(&proof, Checks::all());
        assert_eq!(error.unwrap_err(), rejected(), "{check}");
        let without = Checks::without(check);
        let proof = forged::<P>(&toy, fixed, without.clone());
        toy.check::<P>(&proof, without).unwrap();
    }
}

/// Where `τ` is 0 or 1 the last product does not count, and where it is 3 another false one makes up for it; a round's
/// polynomial may be wrong everywhere but at a known challenge.
fn known_challenges_are_cheated<P: Hides>() {
    let mut toy = Toy::new(5, 3);
    toy.lie = Fr::one();
    let first = Which::Number(0);
    for (label, which, value, fixed) in [
        (GATES, Which::All, 0, Fixed::Nothing),
        (GATES, Which::All, 1, Fixed::Nothing),
        (GATES, first, 1, Fixed::Nothing),
        (GATES, Which::All, 3, Fixed::Other(3)),
        (GATE_BIND, first, 5, Fixed::Round(5)),
        (GATE_BIND, Which::All, 1, Fixed::Round(1)),
        (GATE_BIND, Which::All, 3, Fixed::Round(3)),
    ] {
        let known = Checks::all().knowing(label, which, value);
        let proof = forged::<P>(&toy, fixed, known.clone());
        toy.check::<P>(&proof, known).unwrap();
        let proof = forged::<P>(&toy, fixed, Checks::all());
        let error = toy.check::<P>(&proof, Checks::all());
        assert_eq!(error.err(), Some(rejected()), "{label}, {value}");
    }
}

/// Where `ρ` is known a false claim and a false check make up for each other: their weights are `ρ` and `ρ³`.
fn a_known_weight_of_claims_is_cheated<P: Hides>() {
    let mut toy = Toy::new(5, 3);
    toy.lie = Fr::one();
    for rho in [1, 3] {
        toy.shift = -toy.lie * Fr::from(rho * rho);
        let known = Checks::all().knowing(CLAIMS, Which::All, rho);
        for (checks, verdict) in [(known, None), (Checks::all(), Some(rejected()))] {
            let (key, draws) = (P::key(), Draws::new(b"lies"));
            let mut prover = HiddenProver::<P>::new(key, &statement(), checks.clone(), draws);
            prover.writing.refuse_false_claims = false;
            toy.run(&mut prover);
            let proof = prover.finish(&mut |channel| toy.verify(channel)).unwrap();
            assert_eq!(toy.check::<P>(&proof, checks).err(), verdict, "{rho}");
        }
    }
}

/// Other masks than those that are committed make up for a false check; they agree where the first variable is `x`.
fn with_other_masks<P: Hides>(toy: &Toy, x: u64, checks: Checks) -> Proof {
    let (key, draws) = (P::key(), Draws::new(b"lies"));
    let mut prover = HiddenProver::<P>::new(key, &statement(), checks.clone(), draws);
    prover.writing.refuse_false_claims = false;
    toy.run(&mut prover);
    let mut replay = Replay::new(checks, true);
    replay.extend(std::mem::take(&mut prover.steps));
    toy.verify(&mut replay).unwrap();
    prover.prove_gates(&mut replay);
    replay.extend(std::mem::take(&mut prover.steps));
    let products = gates(&mut replay).unwrap();
    let masks = prover.masks(last_vars(replay.wires())).unwrap();
    let rho: Fr = prover.sample(CLAIMS);
    let (last, mut messages) = prover.last(&mut replay, products, rho);
    let wires = replay.wires();
    let mut weight = rho.pow([wires.claims().len() as u64]);
    let mut off = Fr::zero();
    for (_, value) in wires.asked() {
        off += weight * wires.get(*value);
        weight *= rho;
    }
    let mut told = masks.agreeing_at(Fr::from(x), -off / last.mask);
    let claim = last.constant + last.mask * masks.sum();
    let rounds = prover.rounds(&mut replay, &last, (&mut told, &mut messages), claim);
    let (point, _) = rounds.unwrap();
    let opened = prover.open(&last, &point, (&masks, &replay.elements));
    opened.unwrap();
    std::mem::take(&mut prover.writing.bytes)
}

fn the_last_sumcheck_is_cheated_at_a_known_challenge<P: Hides>() {
    let mut toy = Toy::new(5, 3);
    toy.lie = Fr::one();
    for (which, x) in [(Which::Number(0), 5), (Which::All, 1), (Which::All, 3)] {
        let known = Checks::all().knowing(BIND, which, x);
        let proof = with_other_masks::<P>(&toy, x, known.clone());
        toy.check::<P>(&proof, known).unwrap();
        let proof = with_other_masks::<P>(&toy, x, Checks::all());
        let error = toy.check::<P>(&proof, Checks::all());
        assert_eq!(error.err(), Some(rejected()), "{x}");
    }
}

/// A run of `toy` closed as if it were true; how much the opened value is above the claimed one, and the point.
fn off<P: Hides>(toy: &Toy, checks: &Checks) -> (Proof, Fr, Point<Fr>) {
    let (key, draws) = (P::key(), Draws::new(b"lies"));
    let mut prover = HiddenProver::<P>::new(key, &statement(), checks.clone(), draws);
    prover.writing.refuse_false_claims = false;
    toy.run(&mut prover);
    let mut replay = Replay::new(checks.clone(), true);
    replay.extend(std::mem::take(&mut prover.steps));
    toy.verify(&mut replay).unwrap();
    prover.prove_gates(&mut replay);
    replay.extend(std::mem::take(&mut prover.steps));
    let products = gates(&mut replay).unwrap();
    let mut masks = prover.masks(last_vars(replay.wires())).unwrap();
    let rho: Fr = prover.sample(CLAIMS);
    let (last, mut messages) = prover.last(&mut replay, products, rho);
    let claim = last.constant + last.mask * masks.sum();
    let rounds = prover.rounds(&mut replay, &last, (&mut masks, &mut messages), claim);
    let (point, claimed) = rounds.unwrap();
    let opened = prover
        .open(&last, &point, (&masks, &replay.elements))
        .unwrap();
    (
        std::mem::take(&mut prover.writing.bytes),
        opened - claimed,
        point,
    )
}

/// Quotients of PST13 are heard by nothing but the weights of proofs that are decided together. If these do not hear them,
/// constants `a` and `b` in the first quotients of two proofs make up for a value that is off by `δ`: with weights `w_1`,
/// `w_2` and points `z_1`, `z_2`, `w_1·a + w_2·b = 0` and `w_1·(δ + a·z_1) + w_2·b·z_2 = 0`.
#[test]
fn quotients_that_no_weight_hears_make_up_for_a_false_value() {
    type P = Blinded<Pst13>;
    let mut toys = [1, 2].map(|seed| Toy::new(5, seed));
    toys[0].lie = Fr::one();
    let deaf = Checks::all().not_hearing("open/quotients", Which::All);
    for (checks, verdict) in [(deaf, Ok(())), (Checks::all(), Err(rejected()))] {
        let [(first, off, z), (second, none, other)] =
            toys.each_ref().map(|toy| off::<P>(toy, &checks));
        assert!(!off.is_zero() && none.is_zero());
        let vars = z.vars();
        let mut proven = [(&toys[0], first), (&toys[1], second)];
        let weights = weights::<P>(&proven, &checks);
        let a = -off / (z.0[0] - other.0[0]);
        let added = [a, -a * weights[0] / weights[1]];
        for ((_, proof), added) in proven.iter_mut().zip(added) {
            // Quotients, and then 64 bytes of the correction.
            let at = proof.len() - 64 - 32 * vars;
            let quotient: G1Affine = Reader::new(&proof[at..]).canonical("G1 point").unwrap();
            let mut bytes = Vec::new();
            put(
                &(quotient + G1Affine::generator() * added).into_affine(),
                &mut bytes,
            );
            proof[at..at + 32].copy_from_slice(&bytes);
        }
        assert_eq!(together::<P>(&proven, &checks, Checks::all()), verdict);
    }
}

//! The opening held to one made from its equations, and lies about every challenge and message.
//!
//! A prover of the algebraic kind is a list of polynomials: what is committed, quotients of any degree, and `d`. All else
//! follows.
#![allow(clippy::unwrap_used)]

#[cfg(feature = "testing")]
mod lies;

use super::equation::{Challenges, weights};
use super::*;
use crate::hiding::{Blinded, BlindedOpening, HidingKey};
use crate::tests::polynomials::{
    Coefficients, add, at, challenges_are, committed, openings_are, product, quotient,
};
use crate::tests::{Tested, polynomials, random, with_script};
use crate::{Combined, Pcs};
use ark_bn254::G2Affine;
use ark_ff::{Field, One, Zero};
use std::sync::Arc;
use sumcheck::Checks;

const VARS: usize = 3;
/// Variables of the prover's key: cheaters know more powers than the verifier's key has.
const KNOWN: usize = 6;

fn powers() -> Arc<Powers> {
    Zeromorph::key(KNOWN)
}

/// `Φ_n(X^{2^k})`.
fn phi(n: usize, k: usize) -> Coefficients {
    let mut poly = vec![Fr::zero(); ((1 << n) - 1) * (1 << k) + 1];
    poly.iter_mut().step_by(1 << k).for_each(|a| *a = Fr::one());
    poly
}

/// `C_k(X)`.
fn factor(point: &Point<Fr>, k: usize) -> Coefficients {
    let l = point.vars();
    let mut poly = vec![Fr::zero(); 1 << k];
    poly.extend(phi(l - k - 1, k + 1));
    add(&mut poly, -point.0[k], &phi(l - k, k));
    poly
}

/// What a prover claims and says, but for what follows from it.
#[derive(Clone)]
pub(super) struct Said {
    /// `f`.
    pub poly: Coefficients,
    pub value: Fr,
    pub quotients: Vec<Coefficients>,
    /// What is added to `d`.
    shift: Fr,
    /// `m`, of an opening that hides. It has no blindings here, which change nothing for who looks at polynomials.
    mask: Option<Coefficients>,
}

impl Said {
    fn with(&self, mask: Option<Coefficients>) -> Self {
        let said = self.clone();
        Said { mask, ..said }
    }

    /// Quotients, and the mask; and the power of `X` that is divided out of each in the sum of reversals.
    fn terms(&self) -> impl Iterator<Item = (&Coefficients, usize)> {
        let quotients = self.quotients.iter().enumerate();
        let quotients = quotients.map(|(k, quotient)| (quotient, (1 << k) - 1));
        quotients.chain(self.mask.iter().map(|mask| (mask, 0)))
    }
}

/// The honest one: variables are divided out of a multilinear polynomial, the highest first.
pub(super) fn honest(rows: &[Fr], point: &Point<Fr>) -> Said {
    let mut rest = rows.to_vec();
    rest.resize(1 << point.vars(), Fr::zero());
    let mut quotients = Vec::new();
    for z in point.0.iter().rev() {
        let (low, high) = rest.split_at(rest.len() / 2);
        let quotient: Coefficients = low
            .iter()
            .zip(high)
            .map(|(low, high)| *high - low)
            .collect();
        rest = low
            .iter()
            .zip(&quotient)
            .map(|(low, q)| *low + *z * q)
            .collect();
        quotients.insert(0, quotient);
    }
    Said {
        poly: rows.to_vec(),
        value: rest[0],
        quotients,
        shift: Fr::zero(),
        mask: None,
    }
}

/// `d`: of the sum of reversals what has no negative exponent.
pub(super) fn reversed(said: &Said, y: Fr) -> Coefficients {
    let mut sum = vec![said.shift];
    let mut weight = Fr::one();
    for (quotient, power) in said.terms() {
        let mut reversed = quotient.clone();
        reversed.resize(power + 1, Fr::zero());
        reversed.reverse();
        add(&mut sum, weight, &reversed);
        weight *= y;
    }
    sum
}

/// `Σ_k y^k · x^{1 − 2^k} · q_k(x)`, and `y^l · m(x)`.
fn sum_at(said: &Said, challenges: &Challenges) -> Fr {
    let terms = said.terms().enumerate().map(|(k, (quotient, power))| {
        let weight = challenges.degrees.pow([k as u64]) * challenges.inverse.pow([power as u64]);
        weight * at(quotient, challenges.at)
    });
    terms.sum()
}

/// `f(x) − v·Φ_l(x) − Σ_k C_k(x)·q_k(x)`.
fn value_at(said: &Said, point: &Point<Fr>, x: Fr) -> Fr {
    let quotients = said.quotients.iter().enumerate();
    let sum: Fr = quotients
        .map(|(k, quotient)| at(&factor(point, k), x) * at(quotient, x))
        .sum();
    at(&said.poly, x) - said.value * at(&phi(point.vars(), 0), x) - sum
}

/// From the equations: the opening, and its challenges.
fn by_hand(
    key: &Powers,
    script: &mut Script<'_>,
    said: &Said,
    point: &Point<Fr>,
) -> (Opening, Challenges) {
    let quotients: Vec<G1Affine> = said.terms().map(|(q, _)| committed(key, q)).collect();
    script.absorb(QUOTIENTS, &quotients);
    let y: Fr = script.sample(DEGREES);
    let d = reversed(said, y);
    let committed_d = committed(key, &d);
    script.absorb(REVERSED, &committed_d);
    let x: Fr = script.sample(AT);
    let gamma: Fr = script.sample(PARTS);
    let inverse = x.inverse().unwrap_or_default();
    let sum = at(&d, inverse);
    let mut a = said.poly.clone();
    add(
        &mut a,
        -Fr::one(),
        &[said.value * at(&phi(point.vars(), 0), x) + gamma * sum],
    );
    for (k, (quotient, power)) in said.terms().enumerate() {
        let reversal = gamma * y.pow([k as u64]) * inverse.pow([power as u64]);
        // The mask is in the equation of degrees alone.
        let of_value = (k < point.vars()).then(|| at(&factor(point, k), x));
        add(&mut a, reversal - of_value.unwrap_or_default(), quotient);
    }
    let mut witness = quotient(&a, x);
    add(&mut witness, Fr::one(), &quotient(&d, inverse));
    let witness = committed(key, &witness);
    script.absorb(SUM, &sum);
    script.absorb(WITNESS, &witness);
    let opening = Opening {
        quotients,
        reversed: committed_d,
        sum,
        witness,
    };
    let challenges = Challenges {
        degrees: y,
        at: x,
        inverse,
        parts: gamma,
    };
    (opening, challenges)
}

fn opened(checks: &Checks, said: &Said, point: &Point<Fr>) -> (Opening, Challenges) {
    with_script(checks, |script| by_hand(&powers(), script, said, point))
}

/// The verdict on what is said.
fn verdict(checks: &Checks, said: &Said, point: &Point<Fr>) -> Result<(), PcsError> {
    let (opening, _) = opened(checks, said, point);
    let commitment = committed(&powers(), &said.poly);
    match said.mask {
        None => {
            polynomials::verdict::<Zeromorph>(checks, commitment, (point, said.value), &opening)
        }
        Some(_) => verdict_with_mask(checks, commitment, (point, said.value), opening),
    }
}

/// The verdict on an opening with a mask, and no blindings.
fn verdict_with_mask(
    checks: &Checks,
    commitment: G1Affine,
    claim: (&Point<Fr>, Fr),
    opening: Opening,
) -> Result<(), PcsError> {
    let batch = vec![vec![commitment]];
    let part = Combined {
        batch: &batch,
        factors: vec![vec![Fr::one()]],
    };
    let key = HidingKey::new(VerifierKey::insecure_test(VARS).unwrap());
    let opening = BlindedOpening {
        opening,
        correction: G2Affine::identity(),
    };
    with_script(checks, |script| {
        Blinded::<Zeromorph>::verify(&key, script, &[part], claim, &opening)
    })
}

fn point() -> Point<Fr> {
    Point(random(2, VARS))
}

fn rows() -> Vec<Fr> {
    random(1, 1 << VARS)
}

#[test]
fn openings_are_those_of_the_equations() {
    openings_are::<Zeromorph>(&powers(), KNOWN, |rows, point| {
        let said = honest(rows, point);
        let (expected, _) = opened(&Checks::all(), &said, point);
        (said.value, expected)
    });
}

/// The equation behind everything, and the weights that stand for it.
#[test]
fn multilinear_quotients_are_quotients_of_the_univariate_equation() {
    for vars in 0..=4 {
        let point = Point(random(7, vars));
        let said = honest(&random(8, 1 << vars), &point);
        let mut sum = said.poly.clone();
        add(&mut sum, -said.value, &phi(vars, 0));
        for (k, quotient) in said.quotients.iter().enumerate() {
            add(&mut sum, -Fr::one(), &product(&factor(&point, k), quotient));
        }
        assert!(sum.iter().all(Fr::is_zero));
        let (_, challenges) = opened(&Checks::all(), &said, &point);
        let weights = weights(&point, &challenges);
        assert_eq!(weights.quotients.len(), vars + 1);
        assert_eq!(weights.value, at(&phi(vars, 0), challenges.at));
        let quotients = weights.quotients.iter().zip(&said.quotients);
        let sum: Fr = quotients.map(|(w, q)| *w * at(q, challenges.at)).sum();
        let a = at(&said.poly, challenges.at) + sum
            - weights.value * said.value
            - weights.sum * sum_at(&said, &challenges);
        assert_eq!(a, Fr::zero());
    }
}

/// A commitment to more than `2^l` coefficients has no opening at `l` variables, though its prover knows the powers for it.
#[test]
fn longer_polynomials_have_no_opening() {
    for length in [(1 << VARS) + 1, 1 << KNOWN] {
        let mut said = honest(&rows(), &point());
        said.poly.extend(random(9, length - said.poly.len()));
        let rejected = Err(PcsError::Rejected);
        assert_eq!(verdict(&Checks::all(), &said, &point()), rejected);
    }
}

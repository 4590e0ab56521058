//! The opening held to one made from its equations, and lies about every challenge and message.
//!
//! A prover of the algebraic kind is a list of polynomials: what is committed, quotients of any degree, and `d`. All else
//! follows.
#![allow(clippy::unwrap_used)]

use super::equation::{Challenges, weights};
use super::*;
use crate::kzg::Powers;
use crate::tests::polynomials::{
    Coefficients, add, at, challenges_are, committed, openings_are, product, quotient,
};
use crate::tests::{Tested, polynomials, random, with_script};
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
struct Said {
    /// `f`.
    poly: Coefficients,
    value: Fr,
    quotients: Vec<Coefficients>,
    /// What is added to `d`.
    shift: Fr,
}

/// The honest one: variables are divided out of a multilinear polynomial, the highest first.
fn honest(rows: &[Fr], point: &Point<Fr>) -> Said {
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
    }
}

/// `d`: of the sum of reversals what has no negative exponent.
fn reversed(said: &Said, y: Fr) -> Coefficients {
    let mut sum = vec![said.shift];
    let mut weight = Fr::one();
    for (k, quotient) in said.quotients.iter().enumerate() {
        let mut reversed = quotient.clone();
        reversed.resize(1 << k, Fr::zero());
        reversed.reverse();
        add(&mut sum, weight, &reversed);
        weight *= y;
    }
    sum
}

/// `Σ_k y^k · x^{1 − 2^k} · q_k(x)`.
fn sum_at(said: &Said, challenges: &Challenges) -> Fr {
    let x = challenges.at;
    let terms = said.quotients.iter().enumerate().map(|(k, quotient)| {
        challenges.degrees.pow([k as u64]) * x * challenges.inverse.pow([1 << k]) * at(quotient, x)
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
    let quotients: Vec<G1Affine> = said.quotients.iter().map(|q| committed(key, q)).collect();
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
    for (k, quotient) in said.quotients.iter().enumerate() {
        let reversal = gamma * y.pow([k as u64]) * x * inverse.pow([1 << k]);
        add(&mut a, reversal - at(&factor(point, k), x), quotient);
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
    polynomials::verdict::<Zeromorph>(checks, commitment, (point, said.value), &opening)
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
        assert_eq!(weights.value, at(&phi(vars, 0), challenges.at));
        let quotients = weights.quotients.iter().zip(&said.quotients);
        let sum: Fr = quotients.map(|(w, q)| *w * at(q, challenges.at)).sum();
        let a = at(&said.poly, challenges.at) + sum
            - weights.value * said.value
            - weights.sum * sum_at(&said, &challenges);
        assert_eq!(a, Fr::zero());
    }
}

#[cfg(feature = "testing")]
mod lies {
    use super::*;
    use sumcheck::channel::Which;

    /// Rejected, and accepted with these checks.
    fn is_false(said: &Said, weakened: &Checks, what: &str) {
        let point = point();
        let rejected = Err(PcsError::Rejected);
        assert_eq!(verdict(&Checks::all(), said, &point), rejected, "{what}");
        assert_eq!(verdict(weakened, said, &point), Ok(()), "{what}");
    }

    fn known(label: Label, value: u64) -> Checks {
        Checks::all().knowing(label, Which::All, value)
    }

    fn unheard(label: Label) -> Checks {
        Checks::all().not_hearing(label, Which::All)
    }

    /// A solution of `matrix · x = right`, if there is one.
    fn solve(mut matrix: Vec<Vec<Fr>>, mut right: Vec<Fr>) -> Option<Vec<Fr>> {
        let columns = matrix[0].len();
        let mut pivots = Vec::new();
        for column in 0..columns {
            let from = pivots.len();
            let Some(row) = (from..matrix.len()).find(|row| !matrix[*row][column].is_zero()) else {
                continue;
            };
            matrix.swap(from, row);
            right.swap(from, row);
            let inverse = matrix[from][column].inverse()?;
            matrix[from].iter_mut().for_each(|a| *a *= inverse);
            right[from] *= inverse;
            let (pivot, by_pivot) = (matrix[from].clone(), right[from]);
            for row in (0..matrix.len()).filter(|row| *row != from) {
                let minus = -matrix[row][column];
                add(&mut matrix[row], minus, &pivot);
                right[row] += minus * by_pivot;
            }
            pivots.push(column);
        }
        if right[pivots.len()..].iter().any(|r| !r.is_zero()) {
            return None;
        }
        let mut solution = vec![Fr::zero(); columns];
        for (pivot, value) in pivots.into_iter().zip(right) {
            solution[pivot] = value;
        }
        Some(solution)
    }

    /// Coefficients of a quotient that is too long.
    const LONG: usize = 16;

    /// `δ_k` of up to [`LONG`] coefficients with `Σ_k C_k·δ_k` as wanted. If `y` is given, what is beyond the quotients'
    /// ends cancels in the sum of reversals.
    fn long_quotients(wanted: &[Fr], y: Option<Fr>) -> Option<Vec<Coefficients>> {
        let point = point();
        // Row e of the matrix is coefficient e.
        let length = LONG + (1 << VARS);
        let mut matrix = vec![vec![Fr::zero(); VARS * LONG]; length];
        for k in 0..VARS {
            for i in 0..LONG {
                for (j, c) in factor(&point, k).into_iter().enumerate() {
                    matrix[i + j][k * LONG + i] = c;
                }
            }
        }
        let mut right = wanted.to_vec();
        right.resize(length, Fr::zero());
        for beyond in y.map_or(0..0, |_| 0..LONG) {
            let mut row = vec![Fr::zero(); VARS * LONG];
            for k in 0..VARS {
                let i = (1 << k) + beyond;
                if i < LONG {
                    row[k * LONG + i] = y.unwrap_or_default().pow([k as u64]);
                }
            }
            matrix.push(row);
            right.push(Fr::zero());
        }
        let solution = solve(matrix, right)?;
        Some(solution.chunks(LONG).map(<[Fr]>::to_vec).collect())
    }

    /// The equation of values holds, as one of polynomials, because quotients are too long.
    fn is_long(said: &Said) {
        let too_long = |(k, q): (usize, &Coefficients)| q[1 << k..].iter().any(|a| !a.is_zero());
        assert!(said.quotients.iter().enumerate().any(too_long));
        assert_eq!(value_at(said, &point(), Fr::from(99)), Fr::zero());
    }

    /// A value that is off by one.
    fn false_value(y: Option<Fr>) -> Said {
        let mut said = honest(&rows(), &point());
        said.value += Fr::one();
        let wanted: Coefficients = phi(VARS, 0).iter().map(|a| -*a).collect();
        let long = long_quotients(&wanted, y).unwrap();
        for (quotient, own) in said.quotients.iter_mut().zip(long) {
            add(quotient, Fr::one(), &own);
        }
        is_long(&said);
        said
    }

    /// What `y` is if the transcript does not hear the quotients.
    fn drawn(checks: &Checks, said: &Said) -> Challenges {
        opened(checks, said, &point()).1
    }

    /// With longer quotients any value fits: it is degrees that are proven.
    #[test]
    fn long_quotients_cancel_where_the_challenge_of_degrees_is_known() {
        for value in [1, 3] {
            let said = false_value(Some(Fr::from(value)));
            is_false(&said, &known(DEGREES, value), &format!("y = {value}"));
        }
        let checks = unheard(QUOTIENTS);
        let y = drawn(&checks, &honest(&rows(), &point())).degrees;
        is_false(&false_value(Some(y)), &checks, QUOTIENTS);
    }

    /// Nobody looks at degrees.
    #[test]
    fn long_quotients_prove_any_value_where_degrees_do_not_count() {
        is_false(&false_value(None), &known(PARTS, 0), "γ = 0");
        // A longer polynomial, and the value of its first rows.
        let mut longer = honest(&rows(), &point());
        longer.poly.extend(random(9, LONG - longer.poly.len()));
        let mut excess = longer.poly.clone();
        excess[..1 << VARS].fill(Fr::zero());
        let long = long_quotients(&excess, None).unwrap();
        for (quotient, own) in longer.quotients.iter_mut().zip(long) {
            add(quotient, Fr::one(), &own);
        }
        is_long(&longer);
        is_false(&longer, &known(PARTS, 0), "a longer polynomial");
    }

    /// `d` says what is wanted at the one point where it is looked at.
    #[test]
    fn long_quotients_have_a_sum_of_reversals_at_a_known_point() {
        let fitting = |checks: &Checks| {
            let mut said = false_value(None);
            let challenges = drawn(checks, &said);
            let d = at(&reversed(&said, challenges.degrees), challenges.inverse);
            said.shift = sum_at(&said, &challenges) - d;
            assert!(!said.shift.is_zero());
            said
        };
        for value in [2, 3] {
            let checks = known(AT, value);
            is_false(&fitting(&checks), &checks, &format!("x = {value}"));
        }
        let checks = unheard(REVERSED);
        is_false(&fitting(&checks), &checks, REVERSED);
    }

    /// The first equation holds at one point.
    #[test]
    fn a_value_is_made_up_for_at_a_known_point() {
        for value in [2, 3] {
            let x = Fr::from(value);
            let mut said = honest(&rows(), &point());
            said.value += Fr::one();
            let left = value_at(&said, &point(), x);
            said.quotients[0][0] += left / at(&factor(&point(), 0), x);
            is_false(&said, &known(AT, value), &format!("x = {value}"));
        }
    }

    /// The quotients of another polynomial, which is more by a constant. The value's equation is off by as much, and the
    /// degrees' makes up for it.
    #[test]
    fn two_equations_cancel_where_the_challenge_between_them_is_known() {
        let other = |gamma: Fr| {
            let mut shifted = rows();
            shifted[0] += Fr::one();
            let mut said = honest(&shifted, &point());
            said.poly = rows();
            said.shift = -gamma.inverse().unwrap();
            said
        };
        for value in [1, 3] {
            let said = other(Fr::from(value));
            is_false(&said, &known(PARTS, value), &format!("γ = {value}"));
        }
        let checks = unheard(REVERSED);
        let gamma = drawn(&checks, &other(Fr::one())).parts;
        is_false(&other(gamma), &checks, REVERSED);
    }

    /// A point that is drawn where there are no two points.
    #[test]
    fn known_points_that_are_no_two_points_are_refused() {
        for value in [0, 1] {
            let said = honest(&rows(), &point());
            let verdict = verdict(&known(AT, value), &said, &point());
            assert_eq!(verdict, Err(PcsError::Rejected));
        }
    }

    /// The tests above speak of all challenges that there are.
    #[test]
    fn every_challenge_has_a_lie() {
        challenges_are::<Zeromorph>(&[DEGREES, AT, PARTS], VARS);
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

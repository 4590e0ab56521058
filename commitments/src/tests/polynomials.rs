//! Polynomials in one variable, lowest coefficient first, for provers that are made from equations.

use super::{Tested, random, with_script};
use crate::kzg::{OverPowers, Powers, VerifierKey};
use crate::{Combined, Key, Pcs, PcsError, PcsProver};
use ark_bn254::{Fr, G1Affine};
use ark_ec::CurveGroup;
#[cfg(feature = "testing")]
use ark_ff::Field;
use ark_ff::{One, Zero};
use sumcheck::{Checks, Label, Point, Poly, Weights};

pub(crate) type Coefficients = Vec<Fr>;

/// The commitment, if the key has the powers.
pub(crate) fn committed(key: &Powers, poly: &[Fr]) -> G1Affine {
    let powers = key.points(key.max_vars()).unwrap();
    crate::msm(powers, poly).into_affine()
}

pub(crate) fn at(poly: &[Fr], x: Fr) -> Fr {
    poly.iter().rfold(Fr::zero(), |sum, a| sum * x + a)
}

/// Adds `by` times another.
pub(crate) fn add(sum: &mut Coefficients, by: Fr, other: &[Fr]) {
    sum.resize(sum.len().max(other.len()), Fr::zero());
    sum.iter_mut().zip(other).for_each(|(s, o)| *s += by * o);
}

pub(crate) fn product(a: &[Fr], b: &[Fr]) -> Coefficients {
    let mut all = vec![Fr::zero(); (a.len() + b.len()).saturating_sub(1)];
    for (i, a) in a.iter().enumerate() {
        for (j, b) in b.iter().enumerate() {
            all[i + j] += *a * b;
        }
    }
    all
}

/// Quotient and remainder by `X^b − x`.
pub(crate) fn divided(poly: &[Fr], b: usize, x: Fr) -> (Coefficients, Coefficients) {
    let mut rest = poly.to_vec();
    rest.resize(rest.len().max(b), Fr::zero());
    let mut quotient = vec![Fr::zero(); rest.len() - b];
    for i in (0..quotient.len()).rev() {
        let top = rest[i + b];
        quotient[i] = top;
        rest[i] += x * top;
    }
    rest.truncate(b);
    (quotient, rest)
}

/// What is left over is forgotten.
pub(crate) fn quotient(poly: &[Fr], x: Fr) -> Coefficients {
    divided(poly, 1, x).0
}

/// A solution of `matrix · x = right`, if there is one.
#[cfg(feature = "testing")]
pub(crate) fn solve(mut matrix: Vec<Vec<Fr>>, mut right: Vec<Fr>) -> Option<Vec<Fr>> {
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

/// What is added to the witnesses of two openings of two points each, so that they make up for what the first says of its
/// own: `a(x)` and `b(x')`, which are to be zero. With `m_i` for what vanishes at the points of opening `i`, and
/// `e = a·(X − x') + b·(X − x)`, these are the `u_i` with `w_0·(e − u_0·m_0) = w_1·u_1·m_1`: lines, since that is of degree
/// three and holds at all four points. Whoever knows `τ·G` can add them. Where two points are one they are of no use.
#[cfg(feature = "testing")]
pub(crate) fn witnesses_that_cancel(
    [own, others]: [[Fr; 2]; 2],
    [a, b]: [Fr; 2],
    weights: &[Fr],
) -> [Coefficients; 2] {
    let vanishing = |points: [Fr; 2], x: Fr| (x - points[0]) * (x - points[1]);
    let error = |x: Fr| a * (x - own[1]) + b * (x - own[0]);
    let over = |a: Fr, b: Fr| a * b.inverse().unwrap_or_default();
    let line = |at: [Fr; 2], value: &dyn Fn(Fr) -> Fr| {
        let [first, second] = at.map(value);
        let slope = over(second - first, at[1] - at[0]);
        vec![first - slope * at[0], slope]
    };
    let ratio = weights[0] / weights[1];
    [
        line(others, &|x| over(error(x), vanishing(own, x))),
        line(own, &|x| over(ratio * error(x), vanishing(others, x))),
    ]
}

/// The verdict on an opening of one polynomial, of a key of no more powers than the claim needs.
pub(crate) fn verdict<P: OverPowers>(
    checks: &Checks,
    commitment: G1Affine,
    (point, value): (&Point<Fr>, Fr),
    opening: &P::Opening,
) -> Result<(), PcsError> {
    let batch = vec![vec![commitment]];
    let part = Combined {
        batch: &batch,
        factors: vec![vec![Fr::one()]],
    };
    let key = VerifierKey::insecure_test(point.vars()).unwrap();
    with_script(checks, |script| {
        <P as Pcs>::verify(&key, script, &[part], (point, value), opening)
    })
}

/// Openings of a scheme are those of a prover made from its equations, which says value and opening of rows at a point:
/// polynomials of up to `known` variables, with none, some and all of their rows.
pub(crate) fn openings_are<P: OverPowers>(
    key: &Powers,
    known: usize,
    by_hand: impl Fn(&[Fr], &Point<Fr>) -> (Fr, P::Opening),
) {
    for vars in 0..=known {
        for real in [0, 1, (1 << vars) - 1, 1 << vars] {
            let rows = random(vars as u64, real);
            let point = Point(random(100 + vars as u64, vars));
            let (value, expected) = by_hand(&rows, &point);
            let poly = Poly::dense(vars, rows.clone());
            assert_eq!(value, poly.evaluate(&Weights::One, &point));
            let opened = with_script(&Checks::all(), |script| {
                <P as PcsProver>::open(key, script, rows, &[], &point).unwrap()
            });
            assert_eq!(opened, (value, expected), "{vars} {real}");
        }
    }
}

/// A scheme's challenges are these, once each, and its own tests speak of all of them.
pub(crate) fn challenges_are<P: OverPowers + Tested>(all: &[Label], vars: usize) {
    let risks = <P as OverPowers>::risks(vars);
    let drawn: Vec<(Label, usize)> = risks.iter().map(|r| (r.challenge, r.count)).collect();
    let once: Vec<(Label, usize)> = all.iter().map(|label| (*label, 1)).collect();
    assert_eq!(drawn, once);
    assert_eq!(<P as Tested>::OWN, all);
}

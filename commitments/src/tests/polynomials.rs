//! Polynomials in one variable, lowest coefficient first, for provers that are made from equations.

use crate::Key;
use crate::kzg::Powers;
use ark_bn254::{Fr, G1Affine};
use ark_ec::CurveGroup;
use ark_ff::Zero;

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

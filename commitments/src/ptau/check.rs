//! Whether points are the powers of one `τ`: one multi-scalar multiplication and two pairings.

use crate::curve::msm;
use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{One, PrimeField, Zero};

/// Points multiplied at a time: their scalars are not kept.
const PART: usize = 1 << 16;

/// Whether `P_{i+1} = τ·P_i` for all points, but for an error of `2^-226` over the choice of `ρ`.
fn follow(points: &[G1Affine], tau: &G2Affine, rho: Fr) -> bool {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return true;
    };
    let mut sum = G1Projective::zero();
    let mut power = Fr::one();
    let mut before = power;
    for part in points.chunks(PART) {
        let mut scalars = Vec::with_capacity(part.len());
        for _ in part {
            scalars.push(power);
            before = power;
            power *= rho;
        }
        sum += msm(part, &scalars);
    }
    // Both sides times ρ: all points but the last, and all but the first.
    let left = (sum - *last * before) * rho;
    let right = sum - *first;
    let g1 = [left.into_affine(), (-right).into_affine()];
    let g2 = [*tau, G2Affine::generator()];
    Bn254::multi_pairing(g1, g2).is_zero()
}

/// The first point that is not `τ` times the one before it. `hash` is one of all points and of `τ·G_2`.
pub(crate) fn first_wrong(points: &[G1Affine], tau: &G2Affine, hash: &[u8; 64]) -> Option<usize> {
    let rho = Fr::from_le_bytes_mod_order(hash);
    if follow(points, tau, rho) {
        return None;
    }
    // Points before `good` follow each other, and among those before `bad` there is one that does not.
    let (mut good, mut bad) = (1, points.len());
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        match follow(points.get(..middle).unwrap_or_default(), tau, rho) {
            true => good = middle,
            false => bad = middle,
        }
    }
    Some(good)
}

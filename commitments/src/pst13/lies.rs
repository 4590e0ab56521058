//! A lie about the only message of an opening.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::tests::together::{Claimed, cancel_where_no_weight_hears};
use crate::tests::{Tested, random};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::One;

const VARS: usize = 3;

fn numbered(number: usize, script: &mut Script<'_>) -> (Claimed<Pst13>, ()) {
    let (key, seed) = (Pst13::key(VARS), 2 * number as u64);
    let (rows, point) = (random(seed, 1 << VARS), Point(random(seed + 1, VARS)));
    let (commitment, ()) = Pst13::commit(&key, &[&Poly::dense(VARS, rows.clone())]).unwrap();
    let (value, opening) = Pst13::open(&key, script, rows, &[], &point).unwrap();
    let claimed = Claimed {
        commitment,
        point,
        value,
        opening,
    };
    (claimed, ())
}

/// Constants `a` and `b` in the first quotients of two proofs make up for a value that is off by one: with weights `w_1`,
/// `w_2` and points `z_1`, `z_2`, `w_1·a + w_2·b = 0` and `w_1·(a·z_1 − 1) + w_2·b·z_2 = 0`.
#[test]
fn quotients_that_no_weight_hears_make_up_for_a_false_value() {
    let key = Pst13::key(VARS).verifier_key().clone();
    let change = |all: &mut [Claimed<Pst13>], _: &[()], weights: &[Fr]| {
        let a = Fr::one() / (all[0].point.0[0] - all[1].point.0[0]);
        let added = [a, -a * weights[0] / weights[1]];
        for (claimed, added) in all.iter_mut().zip(added) {
            let quotient = &mut claimed.opening.0[0];
            *quotient = (*quotient + G1Affine::generator() * added).into_affine();
        }
    };
    cancel_where_no_weight_hears(key, (QUOTIENTS, 2), numbered, change);
}

//! The prover's side of an opening.

use super::equation::{Challenges, coordinates, sums};
use super::{AT, CHECKS, EQUATIONS, FOLDS, Opening, VALUES, WITNESSES};
use crate::Script;
use crate::curve::msm;
use crate::kzg::{add_scaled, divide};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::{Field, Zero};
use rayon::prelude::*;
use sumcheck::Point;
use sumcheck::kernel::{bind_rows_in_place, own_pages};

/// Value and proof.
pub(super) fn open(
    powers: &[G1Affine],
    script: &mut Script<'_>,
    rows: Vec<Fr>,
    point: &Point<Fr>,
) -> (Fr, Opening) {
    let coordinates = coordinates(point);
    let (folds, value) = folded(&rows, &coordinates);
    let committed: Vec<G1Projective> = folds.par_iter().map(|fold| msm(powers, fold)).collect();
    let committed = G1Projective::normalize_batch(&committed);
    script.absorb(FOLDS, &committed);
    let challenges = Challenges {
        equations: script.sample(EQUATIONS),
        at: script.sample(AT),
    };
    let x = challenges.at;
    let sums = sums(&coordinates, &challenges);
    let sum = |length: usize, factors: &[Fr]| {
        let mut sum = own_pages(Fr::zero(), length);
        let polys = std::iter::once(&rows).chain(&folds);
        for (factor, poly) in factors.iter().zip(polys) {
            if !factor.is_zero() {
                add_scaled(&mut sum, factor, poly);
            }
        }
        sum
    };
    let mut a = sum(rows.len(), &sums.at);
    let mut b = sum(rows.len(), &sums.at_minus);
    let mut c = sum(rows.len() / 2, &sums.at_square);
    drop((rows, folds));
    let values = [divide(&mut a, x), divide(&mut b, -x)];
    script.absorb(VALUES, &values);
    add_scaled(&mut a, &Fr::from(1), &b);
    divide(&mut c, x.square());
    let witnesses = [&a, &c].map(|divided| msm(powers, divided.get(1..).unwrap_or_default()));
    let witnesses = witnesses.map(|witness| witness.into_affine());
    script.absorb(WITNESSES, &witnesses);
    // What is drawn here is the verifier's business.
    let _: Fr = script.sample(CHECKS);
    let opening = Opening {
        folds: committed,
        values,
        witnesses,
    };
    (value, opening)
}

/// `f_1 … f_{l−1}`, and `f_l`.
fn folded(rows: &[Fr], coordinates: &[Fr]) -> (Vec<Vec<Fr>>, Fr) {
    let mut folds: Vec<Vec<Fr>> = Vec::with_capacity(coordinates.len());
    for z in coordinates {
        let above = folds.last().map_or(rows, Vec::as_slice);
        let mut fold = above.to_vec();
        bind_rows_in_place(&mut fold, Fr::zero(), *z);
        folds.push(fold);
    }
    let value = folds.pop().and_then(|last| last.first().copied());
    (folds, value.unwrap_or_default())
}

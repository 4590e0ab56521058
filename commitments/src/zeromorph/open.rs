//! The prover's side of an opening.
//!
//! Quotients are made in place: with the highest variable divided out first, the rows become `v, q_0, q_1, …`, where `q_k`
//! has places `2^k … 2^{k+1}`. Taking the same steps back gives `f` again.

use super::equation::{Challenges, Weights, weights};
use super::{DEGREES, Opening, QUOTIENTS, REVERSED, SUM, WITNESS};
use crate::Script;
use crate::curve::msm;
use crate::hiding::{Blinder, Opened};
use crate::kzg::{add_scaled, blindings_at_two_points, divide};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ff::Zero;
use rayon::prelude::*;
use sumcheck::kernel::own_pages;
use sumcheck::{Field, Point, ProverField};

/// Elements that a task takes.
const BLOCK: usize = 1 << 11;

/// Value and proof, of a commitment with so much of `H`; with the mask, if there is one.
pub(super) fn open(
    powers: &[G1Affine],
    script: &mut Script<'_>,
    (mut rows, point): (Vec<Fr>, &Point<Fr>),
    commitment: Fr,
    blinder: &mut Blinder<'_>,
) -> Opened<Opening> {
    divide_variables(&mut rows, point);
    let value = rows.first().copied().unwrap_or_default();
    let mut sums: Vec<G1Projective> = quotients(&rows)
        .into_par_iter()
        .map(|quotient| msm(powers, quotient))
        .collect();
    let mask = blinder.mask();
    sums.extend(mask.map(|mask| msm(powers, &[mask])));
    let committed = blinder.points(&sums);
    script.absorb(QUOTIENTS, &committed);
    let degrees: Fr = script.sample(DEGREES);

    let mut reversed = sum_of_reversals(&quotients(&rows), degrees, mask);
    let committed_reversed = blinder.point(msm(powers, &reversed));
    script.absorb(REVERSED, &committed_reversed);
    let challenges = Challenges::draw(script, degrees);

    // If `x` is zero, `1/x` is taken for zero, too: the proof is none.
    let sum = divide(&mut reversed, challenges.inverse);
    let mut quotient_sum = own_pages(Fr::zero(), rows.len() / 2);
    let weights = weights(point, &challenges);
    for (quotient, weight) in quotients(&rows).into_iter().zip(&weights.quotients) {
        add_scaled(&mut quotient_sum, weight, quotient);
    }
    multiply_variables(&mut rows, point);
    add_scaled(&mut rows, &Fr::from(1), &quotient_sum);
    drop(quotient_sum);
    // What is subtracted from `a` is a constant, which leaves no trace in a quotient.
    divide(&mut rows, challenges.at);
    let mut witness = rows;
    // Behind their remainders both are quotients.
    add_scaled(&mut witness, &Fr::from(1), &reversed);
    let witness = blinder.point(msm(powers, witness.get(1..).unwrap_or_default()));
    script.absorb(SUM, &sum);
    script.absorb(WITNESS, &witness);
    let opening = Opening {
        quotients: committed,
        reversed: committed_reversed,
        sum,
        witness,
    };
    Opened {
        value,
        opening,
        blindings: blindings(commitment, &blinder.drawn, &weights, &challenges),
    }
}

/// Of the points that are paired: `a`, `d` and `w` have the blindings of what they are made of.
fn blindings(commitment: Fr, drawn: &[Fr], weights: &Weights, challenges: &Challenges) -> Vec<Fr> {
    let Some((quotients, [reversed, witness])) = drawn.split_last_chunk() else {
        return Vec::new();
    };
    let terms = weights.quotients.iter().zip(quotients);
    let a = commitment + terms.map(|(weight, t)| *weight * t).sum::<Fr>();
    let points = [challenges.at, challenges.inverse];
    blindings_at_two_points(points, [a, *reversed, *witness])
}

/// `f` becomes `v, q_0, q_1, …`.
pub(super) fn divide_variables(rows: &mut [Fr], point: &Point<Fr>) {
    for (k, z) in point.0.iter().enumerate().rev() {
        in_blocks(rows, k, |low, high| {
            for (high, low) in high.iter_mut().zip(&*low) {
                *high = high.minus(low);
            }
            Fr::add_scaled(low, z, high);
        });
    }
}

/// `v, q_0, q_1, …` becomes `f`.
fn multiply_variables(rows: &mut [Fr], point: &Point<Fr>) {
    for (k, z) in point.0.iter().enumerate() {
        let minus = -*z;
        in_blocks(rows, k, |low, high| {
            Fr::add_scaled(low, &minus, high);
            high.iter_mut()
                .zip(&*low)
                .for_each(|(high, low)| *high += low);
        });
    }
}

/// The halves of the first `2^{k+1}` rows, block by block.
fn in_blocks(rows: &mut [Fr], k: usize, step: impl Fn(&mut [Fr], &mut [Fr]) + Sync) {
    let (low, rest) = rows.split_at_mut(1 << k);
    low.par_chunks_mut(BLOCK)
        .zip(rest.par_chunks_mut(BLOCK))
        .for_each(|(low, high)| step(low, &mut high[..low.len()]));
}

/// `q_0, q_1, …`.
pub(super) fn quotients(rows: &[Fr]) -> Vec<&[Fr]> {
    let starts = std::iter::successors(Some(1), |start| Some(2 * start));
    starts
        .take_while(|start| *start < rows.len())
        .map(|start| &rows[start..2 * start])
        .collect()
}

/// `Σ_k y^k · X^{2^k − 1} · q_k(1/X)`, and `y^l · m`.
pub(super) fn sum_of_reversals(quotients: &[&[Fr]], y: Fr, mask: Option<Fr>) -> Vec<Fr> {
    let longest = quotients.last().map_or(0, |longest| longest.len());
    let length = longest.max(usize::from(mask.is_some()));
    // From behind, so that nothing is reversed but the sum.
    let mut sum = own_pages(Fr::zero(), length);
    let mut weight = Fr::from(1);
    for quotient in quotients {
        add_scaled(&mut sum[length - quotient.len()..], &weight, quotient);
        weight *= y;
    }
    sum.reverse();
    if let (Some(constant), Some(mask)) = (sum.first_mut(), mask) {
        *constant += weight * mask;
    }
    sum
}

//! The prover's side of an opening.
//!
//! **Rounds over the points as they are.** The points of round `k` are sums of `2^k` of the setup's; multiplying the
//! scalars out costs a multi-scalar multiplication of `2^w` points in each round, whatever is left of `a`. After
//! [`ROUNDS`] rounds the points are folded, all of these at once ([`super::fold`]).

use super::{BASE, CROSS, FOLD, LAST, Layout, Opening, VerifierKey, fold};
use crate::curve::{msm, msm_additions};
use crate::{Key, PcsError, Script};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::{Field, One, Zero};
use rayon::prelude::*;
use std::borrow::Cow;
use sumcheck::{Point, ProverField};

/// Rounds before points are folded.
const ROUNDS: usize = 3;
/// Fewer points than these are not worth it.
const FEW: usize = 1 << 9;
/// Elements that a task multiplies.
const BLOCK: usize = 1 << 11;

/// The points of a round: `Σ_s weight_s · points[s · length + j]` for `j < length`.
struct Bases<'a> {
    points: Cow<'a, [G1Affine]>,
    weights: Vec<Fr>,
}

impl Bases<'_> {
    fn length(&self) -> usize {
        self.points.len() / self.weights.len()
    }

    /// `Σ_j scalar_j · base_{from + j}`.
    fn sum(&self, from: usize, scalars: &[Fr]) -> G1Projective {
        if let [_] = self.weights.as_slice() {
            return msm(&self.points[from..], scalars);
        }
        let points: Vec<G1Affine> = self
            .points
            .chunks(self.length())
            .flat_map(|points| points[from..from + scalars.len()].iter().copied())
            .collect();
        let weights = self.weights.par_iter();
        let scalars: Vec<Fr> = weights
            .flat_map_iter(|weight| scalars.iter().map(move |s| *weight * s))
            .collect();
        msm(&points, &scalars)
    }

    /// `base_j + y · base_{j + length/2}`.
    fn halve(&mut self, y: Fr) {
        self.weights = self.weights.iter().flat_map(|w| [*w, y * w]).collect();
        if folds(self.points.len(), self.weights.len()) {
            self.points = Cow::Owned(fold::fold(&self.points, &self.weights));
            self.weights = vec![Fr::one()];
        }
    }
}

/// Operations on points: what can be said of the time of an opening, or of its verification, beforehand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    /// Additions, and doublings between them, in sums of many points.
    pub additions: usize,
    /// Doublings of points that are folded, which are not counted as group additions.
    pub doublings: usize,
    /// Points that are decoded, a square root each.
    pub decoded: usize,
}

impl Operations {
    /// Of an opening at a point of `vars` coordinates, scalars being of full width.
    pub fn of_opening(layout: &Layout, vars: usize) -> Self {
        let rounds = layout.low(vars);
        let (mut points, mut weights) = (1usize << rounds, 1);
        let mut all = Operations::default();
        for _ in 0..rounds {
            // `L` and `R`, of half of the points each.
            all.additions += 2 * msm_additions(points / 2);
            weights *= 2;
            if folds(points, weights) {
                points /= weights;
                let (additions, doublings) = fold::operations(points, weights);
                all.additions += additions;
                all.doublings += doublings;
                weights = 1;
            }
        }
        all
    }

    /// Of the verification of such an opening, of all columns of a proof: all of it decoded, and one multi-scalar
    /// multiplication.
    pub fn of_verification(layout: &Layout, vars: usize, columns: usize) -> Self {
        let rounds = layout.low(vars);
        let decoded = columns * layout.lines(vars) + 2 * rounds;
        Operations {
            additions: msm_additions(decoded + 1 + (1 << rounds)),
            doublings: 0,
            decoded,
        }
    }
}

/// Whether so many points, which are to be summed with so many weights, are folded now.
fn folds(points: usize, weights: usize) -> bool {
    weights == 1 << ROUNDS && points > FEW
}

/// Value and proof. Rows beyond the given ones are zero.
pub(super) fn open(
    key: &VerifierKey,
    script: &mut Script<'_>,
    rows: &[Fr],
    point: &Point<Fr>,
) -> Result<(Fr, Opening), PcsError> {
    let rounds = fold_all(key, script, (rows, point), |pair| pair, |_, _| {})?;
    script.absorb(LAST, &rounds.last);
    let Rounds {
        value, cross, last, ..
    } = rounds;
    Ok((value, Opening { cross, last }))
}

/// An opening after its rounds.
pub(super) struct Rounds<'a> {
    pub value: Fr,
    /// `L` and `R` of each round, as they were absorbed.
    pub cross: Vec<[G1Affine; 2]>,
    /// What is left of `a`.
    pub last: Fr,
    bases: Bases<'a>,
    rest: G1Projective,
}

impl Rounds<'_> {
    /// `G + ξ·b·U`, of what is left of the points and of `b`.
    pub fn base(&self) -> G1Projective {
        self.bases.sum(0, &[Fr::one()]) + self.rest
    }
}

/// All rounds. `blind` makes of each `L` and `R` what is absorbed, and `hear` gets the challenge and its inverse.
pub(super) fn fold_all<'a>(
    key: &'a VerifierKey,
    script: &mut Script<'_>,
    (rows, point): (&[Fr], &Point<Fr>),
    mut blind: impl FnMut([G1Projective; 2]) -> [G1Projective; 2],
    mut hear: impl FnMut(Fr, Fr),
) -> Result<Rounds<'a>, PcsError> {
    let (vars, max) = (point.vars(), key.max_vars());
    if vars > max {
        return Err(PcsError::TooManyVars { vars, max });
    }
    let (found, expected) = (rows.len(), 1 << vars);
    if found > expected {
        return Err(PcsError::WrongCount {
            what: "rows",
            found,
            expected,
        });
    }
    let (low, high) = point.split_at(key.layout().low(vars));
    let mut vector = weighted_lines(rows, 1 << low.vars(), &high.eq_table());
    let value = inner(&vector, &low.eq_table());
    let base: Fr = script.sample(BASE);
    let scaled = |cross: Fr| key.value() * (base * cross);
    let mut bases = Bases {
        points: Cow::Borrowed(&key.rows()[..vector.len()]),
        weights: vec![Fr::one()],
    };
    let mut cross = Vec::with_capacity(low.vars());
    // What is bound of `b`.
    let mut weight = Fr::one();
    for round in (0..low.vars()).rev() {
        let half = vector.len() / 2;
        let (first, second) = vector.split_at(half);
        let (rest, z) = (Point(low.0[..round].to_vec()).eq_table(), low.0[round]);
        let left = weight * z * inner(first, &rest);
        let right = weight * (Fr::one() - z) * inner(second, &rest);
        let left = bases.sum(half, first) + scaled(left);
        let right = bases.sum(0, second) + scaled(right);
        let points = G1Projective::normalize_batch(&blind([left, right]));
        let pair = [points[0], points[1]];
        script.absorb(CROSS, &pair);
        let y: Fr = script.sample(FOLD);
        // Zero is never drawn; if it were, there would be no proof that verifies.
        let inverse = y.inverse().unwrap_or_default();
        hear(y, inverse);
        vector = fold_scalars(first, second, inverse);
        bases.halve(y);
        weight *= Fr::one() - z + y * z;
        cross.push(pair);
    }
    Ok(Rounds {
        value,
        cross,
        last: vector.first().copied().unwrap_or_default(),
        rest: scaled(weight),
        bases,
    })
}

/// `Σ_i weight_i · line_i`.
fn weighted_lines(rows: &[Fr], line: usize, weights: &[Fr]) -> Vec<Fr> {
    let mut sums = vec![Fr::zero(); line];
    sums.par_chunks_mut(BLOCK)
        .enumerate()
        .for_each(|(block, sums)| {
            for (weight, rows) in weights.iter().zip(rows.chunks(line)) {
                let from = rows.len().min(BLOCK * block);
                let own = &rows[from..rows.len().min(from + sums.len())];
                Fr::add_scaled(&mut sums[..own.len()], weight, own);
            }
        });
    sums
}

fn inner(a: &[Fr], b: &[Fr]) -> Fr {
    let blocks = a.par_chunks(BLOCK).zip(b.par_chunks(BLOCK));
    let products = blocks.map(|(a, b)| a.iter().zip(b).map(|(a, b)| *a * b).sum::<Fr>());
    products.sum()
}

/// `a_0 + y^{-1} · a_1`.
fn fold_scalars(first: &[Fr], second: &[Fr], inverse: Fr) -> Vec<Fr> {
    let mut sums = first.to_vec();
    sums.par_chunks_mut(BLOCK)
        .zip(second.par_chunks(BLOCK))
        .for_each(|(sums, second)| Fr::add_scaled(sums, &inverse, second));
    sums
}

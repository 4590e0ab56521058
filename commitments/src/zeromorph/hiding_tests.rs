//! How openings equivocate, and what the mask hides.

use super::equation::{Challenges, weights};
use super::tests::{honest, reversed};
use super::*;
use crate::hiding::HidingProverKey;
use crate::kzg::test_secret;
use crate::tests::hiding::{HidesOverPairings, logarithm, opened};
use crate::tests::polynomials::at;
use crate::tests::{random, with_script};
use ark_ff::Field;
use std::sync::OnceLock;
use sumcheck::Checks;

impl HidesOverPairings for Zeromorph {
    fn made() -> &'static OnceLock<Arc<HidingProverKey<Self>>> {
        static KEY: OnceLock<Arc<HidingProverKey<Zeromorph>>> = OnceLock::new();
        &KEY
    }

    /// The mask is in the commitment behind those to quotients; `s` is no point.
    fn own_places(vars: usize) -> Vec<usize> {
        let points = (0..vars + 2).chain([vars + 3]);
        std::iter::once(vars).chain(points).collect()
    }

    /// Draws are the commitment's, `m`, the blindings of quotients, of `m`, of `d`, of `w`.
    fn equivocation(rows: [&[Fr]; 2], point: &Point<Fr>, opening: &Opening) -> Vec<(usize, Fr)> {
        let challenges = with_script(&Checks::all(), |script| {
            script.absorb(QUOTIENTS, &opening.quotients);
            let degrees = script.sample(DEGREES);
            script.absorb(REVERSED, &opening.reversed);
            Challenges::draw(script, degrees)
        });
        let of = rows.map(|rows| Logarithms::new(rows, point, (opening.sum, &challenges)));
        let blindings = of.map(|of| (of.mask, of.points));
        let [(mask, points), (other, others)] = blindings;
        let changes = points.iter().zip(&others);
        let changes = changes.map(|(a, b)| (*a - b) / logarithm());
        let mut changes: Vec<Fr> = changes.collect();
        changes.insert(1, other - mask);
        changes.into_iter().enumerate().collect()
    }
}

/// Of what is committed with some rows, without blindings; and the mask, so that the sum is `s`.
struct Logarithms {
    /// Of the commitment, of those to quotients, `m`, `d`, `w`.
    points: Vec<Fr>,
    mask: Fr,
}

impl Logarithms {
    fn new(rows: &[Fr], point: &Point<Fr>, (sum, challenges): (Fr, &Challenges)) -> Self {
        let (tau, said) = (test_secret(), honest(rows, point));
        let (x, inverse) = (challenges.at, challenges.inverse);
        let d = reversed(&said, challenges.degrees);
        let power = challenges.degrees.pow([point.vars() as u64]);
        let mask = (sum - at(&d, inverse)) / power;
        let d = at(&d, tau) + power * mask;
        let mut quotients: Vec<Fr> = said.quotients.iter().map(|q| at(q, tau)).collect();
        quotients.push(mask);
        let weights = weights(point, challenges);
        let terms = weights.quotients.iter().zip(&quotients);
        let a = at(&said.poly, tau) + terms.map(|(w, q)| *w * q).sum::<Fr>()
            - weights.value * said.value
            - weights.sum * sum;
        let w = a / (tau - x) + (d - sum) / (tau - inverse);
        let points = [vec![at(&said.poly, tau)], quotients, vec![d, w]].concat();
        Logarithms { points, mask }
    }
}

/// Whatever `s` is, it is that of some mask, and all points are as they were: what a mask adds to points is made up for by
/// blindings, and nothing else has it. So `s` tells nothing.
#[test]
fn any_sum_is_that_of_some_mask() {
    let (rows, point) = (random(2, 32), Point(random(1, 5)));
    let opened = |altered| opened::<Zeromorph>(&rows, &point, altered).1;
    let first = opened(Vec::new());
    let y: Fr = with_script(&Checks::all(), |script| {
        script.absorb(QUOTIENTS, &first.opening.quotients);
        script.sample(DEGREES)
    });
    let power = y.pow([5]);
    for sum in random(4, 3) {
        let by = (sum - first.opening.sum) / power;
        // Draws are the commitment's, the mask, the blindings of quotients, of the mask, of `d`.
        let blinding = by / logarithm();
        let second = opened(vec![(1, by), (7, -blinding), (8, -power * blinding)]);
        assert_eq!(second.opening.sum, sum);
        let expected = Opening {
            sum,
            ..first.opening.clone()
        };
        assert_eq!(second.opening, expected);
    }
}

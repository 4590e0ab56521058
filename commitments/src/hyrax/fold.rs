//! Points folded: `Σ_s scalar_s · points[s · length + j]` for all `j`, with the same few scalars for each.
//!
//! Scalars are cut in two by the curve's endomorphism `φ`, and into signed odd digits of [`WINDOW`] bits, between which
//! there are at least as many zeros but one. The scalars are the same for all sums, so all of a block go through the
//! same passes, from the top bit down: a doubling, then one addition, of a table of odd multiples, for each part of a
//! scalar whose digit is not zero. So inversions are shared, and additions packed.
//!
//! Cost of a sum of `n` terms: 130 doublings, and about `n · (8 + 2 · 22)` additions.

use crate::curve::{Forest, Halving};
use ark_bn254::{Fr, G1Affine, g1::Config};
use ark_ec::scalar_mul::glv::GLVConfig;
use ark_ff::{BigInteger, PrimeField};
use rayon::prelude::*;

/// Bits of a digit.
const WINDOW: usize = 5;
/// Odd multiples in a table: digits are below `2^(WINDOW − 1)`.
const MULTIPLES: usize = 1 << (WINDOW - 2);
/// Bits of a part of a scalar, and a carry.
const BITS: usize = 130;
/// Sums made together.
const BLOCK: usize = 128;

/// A part of a scalar: the digit of each bit, the lowest first; zeros follow.
type Digits = Vec<i64>;

/// Both parts of a scalar.
fn digits(scalar: &Fr) -> [Digits; 2] {
    let ((first_positive, first), (second_positive, second)) =
        Config::scalar_decomposition(*scalar);
    let digits = |positive, magnitude: Fr| {
        let digits = magnitude.into_bigint().find_wnaf(WINDOW);
        let digits = digits.unwrap_or_default().into_iter();
        digits.map(|d| if positive { d } else { -d }).collect()
    };
    [
        digits(first_positive, first),
        digits(second_positive, second),
    ]
}

/// The sums, as many as there are points for each scalar.
pub(super) fn fold(points: &[G1Affine], scalars: &[Fr]) -> Vec<G1Affine> {
    let length = points.len() / scalars.len().max(1);
    let digits: Vec<[Digits; 2]> = scalars.iter().map(digits).collect();
    let mut sums = vec![G1Affine::identity(); length];
    sums.par_chunks_mut(BLOCK).enumerate().for_each_init(
        Forest::default,
        |forest, (block, sums)| {
            let own = BLOCK * block..BLOCK * block + sums.len();
            let lines = points.chunks_exact(length);
            let points: Vec<&[G1Affine]> = lines.map(|line| &line[own.clone()]).collect();
            fold_block(forest, &points, &digits, sums);
        },
    );
    sums
}

/// Odd multiples of points: multiple `2 m + 1` of point `j` is at `m · points + j`.
fn multiples(forest: &mut Forest, points: &[G1Affine]) -> Vec<G1Affine> {
    let mut table = points.to_vec();
    let mut doubled = points.to_vec();
    forest.double_all(&mut doubled);
    for multiple in 1..MULTIPLES {
        let last = &table[(multiple - 1) * points.len()..];
        forest.clear();
        for (last, doubled) in last.iter().zip(&doubled) {
            forest.push([*last, *doubled]);
        }
        forest.reduce(1);
        table.extend(&forest.points);
    }
    table
}

/// Additions, and doublings, of so many sums of so many terms.
pub(super) fn operations(length: usize, terms: usize) -> (usize, usize) {
    let table = (MULTIPLES - 1, 1);
    // One digit of `WINDOW + 1` is not zero.
    let sum = (2 * BITS / (WINDOW + 1), BITS);
    (
        length * terms * (table.0 + sum.0),
        length * (terms * table.1 + sum.1),
    )
}

fn fold_block(
    forest: &mut Forest,
    points: &[&[G1Affine]],
    digits: &[[Digits; 2]],
    sums: &mut [G1Affine],
) {
    let tables: Vec<[Vec<G1Affine>; 2]> = points
        .iter()
        .map(|points| {
            let table = multiples(forest, points);
            let images = table.iter().map(Config::endomorphism_affine).collect();
            [table, images]
        })
        .collect();
    let count = sums.len();
    let mut lines: Vec<(&[G1Affine], bool)> = Vec::new();
    let longest = digits.as_flattened().iter().map(Vec::len).max();
    // Sums with the identity would be exceptions.
    let mut begun = false;
    for bit in (0..longest.unwrap_or(0)).rev() {
        if begun {
            forest.double_all(sums);
        }
        // The lines of tables that take part, and whether they are subtracted.
        lines.clear();
        for (tables, digits) in tables.iter().zip(digits) {
            for (table, digits) in tables.iter().zip(digits) {
                let digit = digits.get(bit).copied().unwrap_or(0);
                if digit != 0 {
                    let before = digit.unsigned_abs() as usize / 2;
                    lines.push((&table[before * count..(before + 1) * count], digit < 0));
                }
            }
        }
        if lines.is_empty() {
            continue;
        }
        forest.clear();
        for (j, sum) in sums.iter().enumerate() {
            let terms = lines.iter().map(|(line, negative)| {
                let point = line[j];
                if *negative { -point } else { point }
            });
            forest.push(begun.then_some(*sum).into_iter().chain(terms));
        }
        begun = true;
        forest.reduce(1);
        sums.copy_from_slice(&forest.points);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::G1Projective;
    use ark_ec::CurveGroup;
    use ark_ff::UniformRand;

    #[test]
    fn sums_are_those_of_the_scalars() {
        let rng = &mut ark_std::test_rng();
        let mut points: Vec<G1Affine> = (0..3 * 70).map(|_| G1Affine::rand(rng)).collect();
        points[5] = G1Affine::identity();
        points[75] = points[145];
        let mut choices = vec![
            Fr::from(0),
            Fr::from(1),
            -Fr::from(1),
            Fr::from(16),
            Fr::from(17),
        ];
        choices.extend((0..4).map(|_| Fr::rand(rng)));
        for scalars in choices.chunks(3) {
            let expected: Vec<G1Projective> = (0..70usize)
                .map(|j| {
                    (0..3)
                        .map(|s| points[70 * s + j] * scalars[s])
                        .sum::<G1Projective>()
                })
                .collect();
            let expected = G1Projective::normalize_batch(&expected);
            assert_eq!(fold(&points, scalars), expected);
        }
    }
}

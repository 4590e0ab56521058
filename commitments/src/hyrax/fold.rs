//! Points folded: `Σ_s scalar_s · points[s · length + j]` for all `j`, with the same few scalars for each.
//!
//! Scalars are cut in two by the curve's endomorphism `φ`, and into signed windows. All sums of a block go through the
//! same passes: [`WINDOW`] doublings, then one addition for each part of a scalar whose digit is not zero, of a table of
//! multiples. So inversions are shared, and additions packed.
//!
//! Cost of a sum of `n` terms: 128 doublings, and `n · (15 + 2 · 26)` additions.

use crate::curve::{Forest, Halving, double_all};
use ark_bn254::{Fr, G1Affine, g1::Config};
use ark_ec::scalar_mul::glv::GLVConfig;
use ark_ff::{BigInteger, PrimeField};
use rayon::prelude::*;

/// Bits of a window.
const WINDOW: usize = 5;
/// Multiples in a table: digits are at most this.
const MULTIPLES: usize = 1 << (WINDOW - 1);
/// Bits of a part of a scalar, and a carry.
const BITS: usize = 130;
/// Sums made together.
const BLOCK: usize = 64;

/// A part of a scalar: signed digits, the lowest first.
type Digits = Vec<i32>;

/// Both parts of a scalar.
fn digits(scalar: &Fr) -> [Digits; 2] {
    let [(first_positive, first), (second_positive, second)] = {
        let (first, second) = Config::scalar_decomposition(*scalar);
        [first, second]
    };
    [
        signed_windows(first, first_positive),
        signed_windows(second, second_positive),
    ]
}

/// Digits in `−2^(WINDOW−1) … 2^(WINDOW−1)`.
fn signed_windows(magnitude: Fr, positive: bool) -> Digits {
    let bits = magnitude.into_bigint();
    let mut carry = 0;
    (0..BITS.div_ceil(WINDOW))
        .map(|window| {
            let at = |i: usize| i32::from(bits.get_bit(WINDOW * window + i)) << i;
            let digit = (0..WINDOW).map(at).sum::<i32>() + carry;
            carry = i32::from(digit > MULTIPLES as i32);
            let digit = digit - (carry << WINDOW);
            if positive { digit } else { -digit }
        })
        .collect()
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

/// Multiples `1 …` of points: multiple `m` of point `j` is at `(m − 1) · points + j`.
fn multiples(forest: &mut Forest, points: &[G1Affine]) -> Vec<G1Affine> {
    let mut table = points.to_vec();
    let mut doubled = points.to_vec();
    double_all(&mut doubled);
    table.extend(&doubled);
    for multiple in 3..=MULTIPLES {
        let last = &table[(multiple - 2) * points.len()..];
        forest.clear();
        for (last, point) in last.iter().zip(points) {
            forest.push([*last, *point]);
        }
        forest.reduce(1);
        table.extend(&forest.points);
    }
    table
}

/// Additions, and doublings, of so many sums of so many terms.
pub(super) fn operations(length: usize, terms: usize) -> (usize, usize) {
    let windows = BITS.div_ceil(WINDOW);
    let table = (MULTIPLES - 2, 1);
    // Of both parts of a scalar a digit for each window, few of which are zero.
    let sum = (2 * windows, WINDOW * windows);
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
    for window in (0..BITS.div_ceil(WINDOW)).rev() {
        for _ in 0..WINDOW {
            double_all(sums);
        }
        // The lines of tables that take part, and whether they are subtracted.
        let mut lines: Vec<(&[G1Affine], bool)> = Vec::new();
        for (tables, digits) in tables.iter().zip(digits) {
            for (table, digits) in tables.iter().zip(digits) {
                let digit = digits[window];
                if let Some(before) = (digit.unsigned_abs() as usize).checked_sub(1) {
                    lines.push((&table[before * count..(before + 1) * count], digit < 0));
                }
            }
        }
        forest.clear();
        for (j, sum) in sums.iter().enumerate() {
            let terms = lines.iter().map(|(line, negative)| {
                let point = line[j];
                if *negative { -point } else { point }
            });
            forest.push(std::iter::once(*sum).chain(terms));
        }
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

//! Many multiples of few points that are known beforehand.
//!
//! Signed windows: a multiple is the sum of one table entry per window, or of its opposite. For `n` multiples in windows of
//! `w` bits that is `⌈255/w⌉ · (2^(w−1) + n)` additions, tables included, and `w` is what makes their time least.
//! Tables are made by affine additions: the second half of a window from its first half, half by half, with one inversion
//! for many windows. [`FixedBase::multiples`] adds in blocks, as a [`Forest`]; [`FixedBases`] makes one sum at a time, by
//! mixed additions.

use super::batch::Forest;
use super::segments::Halving;
use super::windows::signed_digit;
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AdditiveGroup, AffineRepr, CurveGroup};
use ark_ff::{PrimeField, Zero};
use rayon::prelude::*;

/// Bits of a scalar, and one for the carry out of the top.
const BITS: usize = 255;

/// How many affine additions, made many at a time, take as long as a mixed one that is made by itself.
const MIXED: usize = 3;

/// Points of tables that are made in one piece, about.
const TABLES: usize = 1 << 12;

/// Multiples that are summed in one piece: their points stay in the cache.
const SUMS: usize = 1 << 7;

/// The width for which so many additions per window, beside those of its table, are done first.
fn width(of_window: usize) -> usize {
    let additions = |width: &usize| BITS.div_ceil(*width) * ((1 << (width - 1)) + of_window);
    (4..=15).min_by_key(additions).unwrap_or(8)
}

/// Tables of multiples of one point.
pub(crate) struct FixedBase {
    width: usize,
    /// `d · 2^(width · w) · base` for `d` from 1 to `2^(width − 1)`, window by window.
    table: Vec<G1Affine>,
}

impl FixedBase {
    /// Tables that suit about so many multiples.
    pub fn new(base: G1Affine, multiples: usize) -> Self {
        Self::of_width(base, width(multiples))
    }

    fn of_width(base: G1Affine, width: usize) -> Self {
        let next = |start: &G1Projective| {
            let doubled = (0..width).fold(*start, |point, _| point.double());
            Some(doubled)
        };
        let starts = std::iter::successors(Some(base.into_group()), next);
        let starts: Vec<G1Projective> = starts.take(BITS.div_ceil(width)).collect();
        let starts = G1Projective::normalize_batch(&starts);
        let entries = 1 << (width - 1);
        let mut table = vec![G1Affine::identity(); starts.len() * entries];
        let windows = (TABLES / entries).max(1);
        table
            .par_chunks_mut(windows * entries)
            .zip(starts.par_chunks(windows))
            .for_each_init(Forest::default, |forest, (tables, starts)| {
                make_tables(forest, tables, starts);
            });
        FixedBase { width, table }
    }

    /// The points whose sum is `scalar · base`.
    fn entries(&self, scalar: &Fr) -> impl Iterator<Item = G1Affine> + '_ {
        let limbs = scalar.into_bigint().0;
        let tables = self.table.chunks(1 << (self.width - 1)).enumerate();
        tables.filter_map(move |(w, table)| {
            let digit = signed_digit(&limbs, w * self.width, self.width);
            let point = table[(digit.unsigned_abs() as usize).checked_sub(1)?];
            Some(if digit < 0 { -point } else { point })
        })
    }

    /// `scalar · base`.
    pub fn multiple(&self, scalar: &Fr) -> G1Projective {
        let points = self.entries(scalar);
        points.fold(G1Projective::zero(), |sum, point| sum + point)
    }

    /// `scalar · base` for every scalar.
    pub fn multiples(&self, scalars: &[Fr]) -> Vec<G1Affine> {
        let mut multiples = vec![G1Affine::identity(); scalars.len()];
        multiples
            .par_chunks_mut(SUMS)
            .zip(scalars.par_chunks(SUMS))
            .for_each_init(Forest::default, |forest, (multiples, scalars)| {
                forest.clear();
                for scalar in scalars {
                    // Zero is a sum, too.
                    let none = scalar.is_zero().then(G1Affine::identity);
                    forest.push(self.entries(scalar).chain(none));
                }
                forest.reduce(1);
                multiples.copy_from_slice(&forest.points);
            });
        multiples
    }
}

/// Fills tables, each with the multiples `1, 2, 3, …` of its point.
fn make_tables(forest: &mut Forest, tables: &mut [G1Affine], starts: &[G1Affine]) {
    let entries = tables.len() / starts.len();
    for (table, start) in tables.chunks_mut(entries).zip(starts) {
        table[0] = *start;
    }
    // How many are there: the next ones, up to as many, are those and the last of them.
    let mut known = 1;
    while known < entries {
        let new = known.min(entries - known);
        forest.clear();
        for table in tables.chunks(entries) {
            let last = table[known - 1];
            for point in &table[..new] {
                forest.push([*point, last]);
            }
        }
        forest.halve();
        let sums = forest.points.chunks(new);
        for (table, sums) in tables.chunks_mut(entries).zip(sums) {
            table[known..known + new].copy_from_slice(sums);
        }
        known += new;
    }
}

/// Tables of multiples of several points.
pub(crate) struct FixedBases(Vec<FixedBase>);

impl FixedBases {
    /// Tables for points, each with the number of sums that it takes part in, about.
    pub fn new(bases: &[(G1Affine, usize)]) -> Self {
        let tables = bases.par_iter().map(|(base, sums)| {
            // A window's share of a sum is a mixed addition.
            FixedBase::of_width(*base, width(MIXED * sums))
        });
        FixedBases(tables.collect())
    }

    /// `Σ scalars[i] · bases[i]`; bases without a scalar count for nothing.
    pub fn sum(&self, scalars: &[Fr]) -> G1Projective {
        let terms = self.0.iter().zip(scalars);
        let points = terms.flat_map(|(base, scalar)| base.entries(scalar));
        points.fold(G1Projective::zero(), |sum, point| sum + point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{Field, One, UniformRand};

    fn scalars() -> Vec<Fr> {
        let mut rng = ark_std::test_rng();
        let mut scalars = vec![Fr::zero(), Fr::one(), -Fr::one()];
        scalars.extend(
            (1..255)
                .step_by(7)
                .map(|bit| Fr::from(2).pow([bit]) - Fr::one()),
        );
        scalars.extend((0..40).map(|_| Fr::rand(&mut rng)));
        scalars
    }

    #[test]
    fn multiples_agree_with_double_and_add() {
        let base = G1Affine::rand(&mut ark_std::test_rng());
        let scalars = scalars();
        let expected: Vec<G1Affine> = scalars.iter().map(|s| (base * s).into_affine()).collect();
        for multiples in [1, 1 << 8, 1 << 12] {
            let table = FixedBase::new(base, multiples);
            assert_eq!(table.multiples(&scalars), expected, "width {}", table.width);
            for (scalar, expected) in scalars.iter().zip(&expected) {
                assert_eq!(table.multiple(scalar), *expected);
            }
        }
    }

    #[test]
    fn sums_agree_with_double_and_add() {
        let mut rng = ark_std::test_rng();
        let bases: Vec<G1Affine> = (0..5).map(|_| G1Affine::rand(&mut rng)).collect();
        let uses: Vec<_> = bases.iter().copied().zip([1, 10, 100, 300, 1000]).collect();
        let tables = FixedBases::new(&uses);
        for scalars in scalars().chunks(4) {
            let terms = bases
                .iter()
                .zip(scalars)
                .map(|(base, scalar)| *base * scalar);
            assert_eq!(tables.sum(scalars), terms.sum::<G1Projective>());
        }
        assert!(tables.sum(&[]).is_zero());
    }
}

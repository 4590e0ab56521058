//! Many multiples of few points that are known beforehand.
//!
//! Signed windows: a multiple is the sum of one table entry per window, or of its opposite. For `n` multiples in windows of
//! `w` bits that is `⌈255/w⌉ · (2^(w−1) + n)` affine additions, tables included, and `w` is what makes that least.
//! [`FixedBase`] adds in blocks, as a [`Forest`]; [`FixedBases`] makes one sum at a time, by mixed additions.

use super::batch::Forest;
use super::segments::Halving;
use super::windows::signed_digit;
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AdditiveGroup, AffineRepr, CurveGroup};
use ark_ff::{PrimeField, Zero};
use rayon::prelude::*;

/// Bits of a scalar, and one for the carry out of the top.
const BITS: usize = 255;

/// The width that needs the fewest additions for so many multiples.
fn width(multiples: usize) -> usize {
    let additions = |width: &usize| BITS.div_ceil(*width) * ((1 << (width - 1)) + multiples);
    (4..=15).min_by_key(additions).unwrap_or(8)
}

/// Tables of multiples of one point.
pub(crate) struct FixedBase {
    width: usize,
    /// `table[w][d − 1] = d · 2^(width · w) · base`, for `d` up to `2^(width − 1)`.
    tables: Vec<Vec<G1Affine>>,
}

impl FixedBase {
    /// Tables that suit about so many multiples.
    pub fn new(base: G1Affine, multiples: usize) -> Self {
        let width = width(multiples);
        let next = |start: &G1Projective| {
            let doubled = (0..width).fold(*start, |point, _| point.double());
            Some(doubled)
        };
        let starts = std::iter::successors(Some(base.into_group()), next);
        let starts: Vec<G1Projective> = starts.take(BITS.div_ceil(width)).collect();
        let table = |start: G1Projective| {
            let step = start.into_affine();
            let next = |multiple: &G1Projective| Some(*multiple + step);
            let multiples = std::iter::successors(Some(start), next);
            let multiples: Vec<G1Projective> = multiples.take(1 << (width - 1)).collect();
            G1Projective::normalize_batch(&multiples)
        };
        FixedBase {
            width,
            tables: starts.into_par_iter().map(table).collect(),
        }
    }

    /// The points whose sum is `scalar · base`.
    fn entries(&self, scalar: &Fr) -> impl Iterator<Item = G1Affine> + '_ {
        let limbs = scalar.into_bigint().0;
        let tables = self.tables.iter().enumerate();
        tables.filter_map(move |(w, table)| {
            let digit = signed_digit(&limbs, w * self.width, self.width);
            let point = table[(digit.unsigned_abs() as usize).checked_sub(1)?];
            Some(if digit < 0 { -point } else { point })
        })
    }

    /// `scalar · base` for every scalar.
    pub fn multiples(&self, scalars: &[Fr]) -> Vec<G1Affine> {
        scalars
            .par_chunks(1 << 10)
            .flat_map_iter(|block| {
                let mut forest = Forest::default();
                for scalar in block {
                    // Zero is a sum, too.
                    let none = scalar.is_zero().then(G1Affine::identity);
                    forest.push(self.entries(scalar).chain(none));
                }
                forest.reduce(1);
                std::mem::take(&mut forest.points)
            })
            .collect()
    }
}

/// Tables of multiples of several points.
pub(crate) struct FixedBases(Vec<FixedBase>);

impl FixedBases {
    /// Tables that suit about so many sums.
    pub fn new(bases: &[G1Affine], sums: usize) -> Self {
        let tables = bases.par_iter().map(|base| FixedBase::new(*base, sums));
        FixedBases(tables.collect())
    }

    /// `Σ scalars[i] · bases[i]`; bases without a scalar count for nothing.
    pub fn sum<'a>(&self, scalars: impl IntoIterator<Item = &'a Fr>) -> G1Projective {
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
        }
    }

    #[test]
    fn sums_agree_with_double_and_add() {
        let mut rng = ark_std::test_rng();
        let bases: Vec<G1Affine> = (0..5).map(|_| G1Affine::rand(&mut rng)).collect();
        let tables = FixedBases::new(&bases, 100);
        for scalars in scalars().chunks(4) {
            let terms = bases
                .iter()
                .zip(scalars)
                .map(|(base, scalar)| *base * scalar);
            assert_eq!(tables.sum(scalars), terms.sum::<G1Projective>());
        }
        assert!(tables.sum([]).is_zero());
    }
}

//! Many multiples of one point.
//!
//! Windows of [`WINDOW`] bits: a multiple is the sum of one table entry per window, so a block of
//! multiples is a [`Forest`]. Cost: 19 affine additions a multiple, and a table of 20 · 2^13 points.

use super::batch::Forest;
use super::segments::Halving;
use super::windows::window;
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AdditiveGroup, AffineRepr, CurveGroup};
use ark_ff::PrimeField;
use rayon::prelude::*;

const WINDOW: usize = 13;
const WINDOWS: usize = 254usize.div_ceil(WINDOW);

/// Tables of multiples of one point.
pub(crate) struct FixedBase {
    /// `table[w][d − 1] = d · 2^(WINDOW · w) · base`.
    tables: Vec<Vec<G1Affine>>,
}

impl FixedBase {
    pub fn new(base: G1Affine) -> Self {
        let mut starts = vec![base.into_group()];
        for w in 1..WINDOWS {
            let mut start = starts[w - 1];
            for _ in 0..WINDOW {
                start.double_in_place();
            }
            starts.push(start);
        }
        let tables = starts
            .into_par_iter()
            .map(|start| {
                let mut multiple = start;
                let step = start.into_affine();
                let multiples: Vec<G1Projective> = (1..1usize << WINDOW)
                    .map(|_| {
                        let this = multiple;
                        multiple += step;
                        this
                    })
                    .collect();
                G1Projective::normalize_batch(&multiples)
            })
            .collect();
        FixedBase { tables }
    }

    /// `scalar · base` for every scalar.
    pub fn multiples(&self, scalars: &[Fr]) -> Vec<G1Affine> {
        scalars
            .par_chunks(1 << 10)
            .flat_map_iter(|block| {
                let mut forest = Forest::default();
                for scalar in block {
                    let limbs = scalar.into_bigint().0;
                    let tables = self.tables.iter().enumerate();
                    let entries = tables.filter_map(|(w, table)| {
                        let digit = window(&limbs, w * WINDOW, WINDOW);
                        digit.checked_sub(1).map(|at| table[at])
                    });
                    // Zero is a sum, too.
                    let none = (*scalar == Fr::ZERO).then(G1Affine::identity);
                    forest.push(entries.chain(none));
                }
                forest.reduce(1);
                std::mem::take(&mut forest.points)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{One, UniformRand, Zero};

    #[test]
    fn multiples_agree_with_double_and_add() {
        let mut rng = ark_std::test_rng();
        let base = G1Affine::rand(&mut rng);
        let mut scalars = vec![Fr::zero(), Fr::one(), -Fr::one(), Fr::from(1u64 << 13)];
        scalars.extend((0..40).map(|_| Fr::rand(&mut rng)));
        let expected: Vec<G1Affine> = scalars.iter().map(|s| (base * s).into_affine()).collect();
        assert_eq!(FixedBase::new(base).multiples(&scalars), expected);
    }
}

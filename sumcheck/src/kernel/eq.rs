//! Equality polynomials in two halves, bound least significant variable first
//! [Gruen 2024/108; Dao–Thaler 2024/1210].
//!
//! `eq(r, ·)` over the variables still free is the product of a table over the low half and one over
//! the high half, `2 · 2^(n/2)` entries in all; what is bound is one scalar.

use crate::{Field, Point};
use rayon::prelude::*;

/// `eq(r, ·)`, partly bound.
pub struct SplitEq<F> {
    point: Point<F>,
    bound: usize,
    middle: usize,
    scale: F,
    /// `low[k]` is the table over variables `k … middle`, `high[k]` over `middle + k …`.
    low: Vec<Vec<F>>,
    high: Vec<Vec<F>>,
}

/// Tables of all suffixes of a point, longest first, down to the empty one.
fn suffix_tables<F: Field>(point: &[F]) -> Vec<Vec<F>> {
    (0..=point.len())
        .map(|k| Point(point[k..].to_vec()).eq_table())
        .collect()
}

impl<F: Field> SplitEq<F> {
    /// Nothing bound.
    pub fn new(point: &Point<F>) -> Self {
        let middle = point.vars() / 2;
        SplitEq {
            low: suffix_tables(&point.0[..middle]),
            high: suffix_tables(&point.0[middle..]),
            point: point.clone(),
            bound: 0,
            middle,
            scale: F::one(),
        }
    }

    /// The tables over the variables after the current one: index `low + high · low.len()`.
    pub fn rest(&self) -> (&[F], &[F]) {
        let next = self.bound + 1;
        let low = &self.low[next.min(self.middle)];
        let high = &self.high[next.max(self.middle) - self.middle];
        (low, high)
    }

    /// The variables after the current one.
    pub fn rest_point(&self) -> Point<F> {
        Point(self.point.0[self.bound + 1..].to_vec())
    }

    /// `(l(0), l(1))`: what is bound times the linear factor of the current variable.
    pub fn linear(&self) -> (F, F) {
        let r = self.point.0[self.bound];
        let one = self.scale * r;
        (self.scale - one, one)
    }

    /// Binds the current variable.
    pub fn bind(&mut self, x: F) {
        let (zero, one) = self.linear();
        self.scale = zero + x * (one - zero);
        self.bound += 1;
    }

    /// What is bound.
    pub fn scale(&self) -> F {
        self.scale
    }
}

/// `scale · eq(point, ·)` as [`Point::eq_table_scaled`], packed and on all threads: for provers.
pub fn eq_table_scaled<F: Field>(point: &Point<F>, scale: F) -> Vec<F> {
    const BLOCK: usize = 1 << 12;
    let mut table = vec![F::zero(); 1 << point.vars()];
    table[0] = scale;
    for (k, x) in point.0.iter().enumerate() {
        let (low, high) = table[..2 << k].split_at_mut(1 << k);
        let blocks = low.par_chunks_mut(BLOCK).zip(high.par_chunks_mut(BLOCK));
        blocks.for_each(|(low, high)| F::split_slices(low, x, high));
    }
    table
}

/// [`eq_table_scaled`] by 1.
pub fn eq_table<F: Field>(point: &Point<F>) -> Vec<F> {
    eq_table_scaled(point, F::one())
}

/// `Σ_{j < n} eq(point, j)`, in one step per variable.
pub fn eq_prefix_sum<F: Field>(point: &Point<F>, n: usize) -> F {
    if n >> point.vars() > 0 {
        return F::one();
    }
    // From the most significant bit down: where n has a 1, indices with a 0 there are all below.
    let mut equal = F::one();
    let mut below = F::zero();
    for (k, r) in point.0.iter().enumerate().rev() {
        if (n >> k) & 1 == 1 {
            below += equal * (F::one() - r);
            equal *= r;
        } else {
            equal *= F::one() - r;
        }
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::{One, UniformRand, Zero};
    use ark_std::test_rng;

    #[test]
    fn prefix_sums_and_halves_agree_with_the_table() {
        let mut rng = test_rng();
        for vars in 0..7 {
            let point = Point((0..vars).map(|_| Fr::rand(&mut rng)).collect());
            let table = point.eq_table();
            assert_eq!(table, eq_table(&point));
            let mut sum = Fr::zero();
            for n in 0..=1usize << vars {
                assert_eq!(eq_prefix_sum(&point, n), sum);
                sum += table.get(n).copied().unwrap_or_default();
            }
            let mut split = SplitEq::new(&point);
            let mut bound = Fr::one();
            for k in 0..vars {
                let rest = Point(point.0[k + 1..].to_vec()).eq_table();
                let (low, high) = split.rest();
                for (i, e) in rest.iter().enumerate() {
                    assert_eq!(low[i % low.len()] * high[i / low.len()], *e);
                }
                let (zero, one) = split.linear();
                assert_eq!(
                    (zero, one),
                    (bound * (Fr::one() - point.0[k]), bound * point.0[k])
                );
                let x = Fr::rand(&mut rng);
                split.bind(x);
                bound *= Point(vec![point.0[k]]).eq(&Point(vec![x]));
                assert_eq!(split.scale(), bound);
            }
        }
    }
}

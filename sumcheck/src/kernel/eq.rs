//! Equality polynomials in two halves, bound least significant variable first
//! [Gruen 2024/108; Dao–Thaler 2024/1210].
//!
//! `eq(r, ·)` over the variables still free is the product of a table over the low half and one over
//! the high half, `2 · 2^(n/2)` entries in all; what is bound is one scalar.

use crate::{EqBlocks, Point, ProverField};
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
fn suffix_tables<F: ProverField>(point: &[F]) -> Vec<Vec<F>> {
    (0..=point.len())
        .map(|k| Point(point[k..].to_vec()).eq_table())
        .collect()
}

impl<F: ProverField> SplitEq<F> {
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

    /// The weights of the pairs of rows `start …`, as many as `buffer` has, and a factor that they have in
    /// common: a part of a table if one has them all, else written to `buffer`.
    pub fn weights<'a>(&'a self, start: usize, buffer: &'a mut [F]) -> (&'a [F], F) {
        let (low, high) = self.rest();
        let first = start % low.len();
        if let Some(weights) = low.get(first..first + buffer.len()) {
            return (weights, high[start / low.len()]);
        }
        for (j, weight) in (start..).zip(buffer.iter_mut()) {
            *weight = low[j % low.len()] * high[j / low.len()];
        }
        (buffer, F::one())
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

impl<F: ProverField> EqBlocks<F> {
    /// Writes `scale · eq(point, ·)` from `start` on. Costs one multiplication a row.
    ///
    /// # Panics
    /// If there are not as many rows.
    pub fn write(&self, start: usize, scale: F, mut out: &mut [F]) {
        let mut at = start;
        while !out.is_empty() {
            let first = at % self.low.len();
            let len = out.len().min(self.low.len() - first);
            let (now, later) = out.split_at_mut(len);
            now.copy_from_slice(&self.low[first..first + len]);
            F::scale_slice(now, &(scale * self.high[at / self.low.len()]));
            (out, at) = (later, at + len);
        }
    }
}

/// The first `rows` entries of `scale · eq(point, ·)` (all, if there are fewer), packed and on all threads:
/// for provers. Costs one multiplication a row.
pub fn eq_rows<F: ProverField>(point: &Point<F>, scale: F, rows: usize) -> Vec<F> {
    const BLOCK: usize = 1 << 12;
    let rows = rows.min(1 << point.vars());
    let mut table = vec![F::zero(); rows];
    if let Some(first) = table.first_mut() {
        *first = scale;
    }
    for (k, x) in point.0.iter().enumerate() {
        let end = rows.min(2 << k);
        let (low, high) = table[..end].split_at_mut(end.min(1 << k));
        let (both, alone) = low.split_at_mut(high.len());
        let blocks = both.par_chunks_mut(BLOCK).zip(high.par_chunks_mut(BLOCK));
        blocks.for_each(|(low, high)| F::split_slices(low, x, high));
        let zero = F::one() - x;
        let blocks = alone.par_chunks_mut(BLOCK);
        blocks.for_each(|low| F::scale_slice(low, &zero));
    }
    table
}

/// `eq(point, ·)` as [`Point::eq_table`], for provers.
pub fn eq_table<F: ProverField>(point: &Point<F>) -> Vec<F> {
    eq_rows(point, F::one(), 1 << point.vars())
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
            let scale = Fr::rand(&mut rng);
            let blocks = EqBlocks::new(&point);
            for (start, entry) in table.iter().enumerate() {
                assert_eq!(blocks.get(start as u32), *entry);
                assert_eq!(blocks.get((start + table.len()) as u32), *entry);
                let mut part = table[start..].to_vec();
                part.fill(Fr::zero());
                blocks.write(start, scale, &mut part);
                assert!(
                    part.iter()
                        .zip(&table[start..])
                        .all(|(a, b)| *a == scale * b)
                );
            }
            for rows in 0..=table.len() + 1 {
                let scaled = table.iter().take(rows).map(|e| *e * scale);
                assert!(scaled.eq(eq_rows(&point, scale, rows)), "{rows} rows");
            }
            let mut sum = Fr::zero();
            for n in 0..=1usize << vars {
                assert_eq!(point.prefix_sum(n), sum);
                sum += table.get(n).copied().unwrap_or_default();
            }
            let mut split = SplitEq::new(&point);
            let mut bound = Fr::one();
            for k in 0..vars {
                let rest = Point(point.0[k + 1..].to_vec()).eq_table();
                let (low, high) = split.rest();
                for (i, e) in rest.iter().enumerate() {
                    assert_eq!(low[i % low.len()] * high[i / low.len()], *e);
                    for len in [1, 2, 3] {
                        let (mut buffer, end) = ([Fr::zero(); 3], rest.len().min(i + len));
                        let (weights, factor) = split.weights(i, &mut buffer[..end - i]);
                        assert!(
                            weights
                                .iter()
                                .map(|w| *w * factor)
                                .eq(rest[i..end].to_vec())
                        );
                    }
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

//! Points and equality polynomials.
//!
//! Index order, fixed once for the whole project: variable `k` of a multilinear polynomial is bit
//! `k` of the index, bit 0 the least significant (the order of `ark-poly`). A [`Point`] lists
//! coordinates in that order, whatever order a sumcheck bound them in.

use crate::Field;

/// A point of `F^n`; coordinate `k` belongs to bit `k` of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point<F>(pub Vec<F>);

impl<F: Field> Point<F> {
    /// Number of variables.
    pub fn vars(&self) -> usize {
        self.0.len()
    }

    /// The Boolean point whose bits are those of `index`.
    pub fn boolean(index: u128, vars: usize) -> Self {
        Point((0..vars).map(|k| F::from((index >> k) & 1 == 1)).collect())
    }

    /// A point whose coordinates are drawn one after the other.
    pub fn sampled(vars: usize, mut sample: impl FnMut() -> F) -> Self {
        Point((0..vars).map(|_| sample()).collect())
    }

    /// Coordinates from the most significant bit of the index down.
    pub fn msb_first(&self) -> Vec<F> {
        self.0.iter().rev().copied().collect()
    }

    /// Splits into (low `at` variables, the others).
    pub fn split_at(&self, at: usize) -> (Self, Self) {
        let (low, high) = self.0.split_at(at.min(self.0.len()));
        (Point(low.to_vec()), Point(high.to_vec()))
    }

    /// The variables of all points, in order.
    pub fn join(points: &[Self]) -> Self {
        Point(points.iter().flat_map(|p| p.0.iter().copied()).collect())
    }

    /// `eq(self, other) = Π_k (1 − x_k − y_k + 2 x_k y_k)`. Points of different length have
    /// equality 0.
    pub fn eq(&self, other: &Self) -> F {
        if self.0.len() != other.0.len() {
            return F::zero();
        }
        self.0
            .iter()
            .zip(&other.0)
            .map(|(x, y)| F::one() - x - y + (*x * y).double())
            .product()
    }

    /// `eq(self, index)` for one index.
    pub fn eq_index(&self, index: u128) -> F {
        self.0
            .iter()
            .enumerate()
            .map(|(k, x)| {
                if (index >> k) & 1 == 1 {
                    *x
                } else {
                    F::one() - x
                }
            })
            .product()
    }

    /// All `2^n` values `eq(self, ·)`, in index order. One multiplication per entry.
    pub fn eq_table(&self) -> Vec<F> {
        self.eq_table_scaled(F::one())
    }

    /// `scale · eq(self, ·)`, in index order.
    pub fn eq_table_scaled(&self, scale: F) -> Vec<F> {
        let mut table = Vec::with_capacity(1 << self.0.len());
        table.push(scale);
        for x in &self.0 {
            let half = table.len();
            table.extend_from_within(..);
            let (low, high) = table.split_at_mut(half);
            for (l, h) in low.iter_mut().zip(high) {
                *h *= x;
                *l -= *h;
            }
        }
        table
    }

    /// `Σ_{j < n} eq(self, j)`, in one step per variable.
    pub fn prefix_sum(&self, n: usize) -> F {
        if n.checked_shr(self.0.len() as u32).unwrap_or(0) > 0 {
            return F::one();
        }
        // From the most significant bit down: where n has a 1, indices with a 0 there are all below.
        let mut equal = F::one();
        let mut below = F::zero();
        for (k, r) in self.0.iter().enumerate().rev() {
            if n.checked_shr(k as u32).is_some_and(|high| high & 1 == 1) {
                below += equal * (F::one() - r);
                equal *= r;
            } else {
                equal *= F::one() - r;
            }
        }
        below
    }

    /// The extension of `[i < j]` (strict, first argument the index below) at `(self, other)`.
    pub fn less_than(&self, other: &Self) -> F {
        // From the least significant bit up: lt ← x_k < y_k, or equal here and less below.
        self.0.iter().zip(&other.0).fold(F::zero(), |lt, (x, y)| {
            let xy = *x * y;
            (*y - xy) + lt * (F::one() - x - y + xy.double())
        })
    }

    /// The extension of `[i + 1 = j]` at `(self, other)`; zero for the last index `i`.
    pub fn successor(&self, other: &Self) -> F {
        // i ends in 0 followed by k ones, j in 1 followed by k zeros, equal above.
        let mut carry = F::one();
        let mut done = F::zero();
        for (x, y) in self.0.iter().zip(&other.0) {
            let xy = *x * y;
            let equal = F::one() - x - y + xy.double();
            done = done * equal + carry * (*y - xy);
            carry *= *x - xy;
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::{One, UniformRand, Zero};
    use ark_std::test_rng;

    #[test]
    fn indicator_extensions_agree_with_their_tables() {
        let n = 4;
        let mut rng = test_rng();
        let r = Point((0..n).map(|_| Fr::rand(&mut rng)).collect());
        let s = Point((0..n).map(|_| Fr::rand(&mut rng)).collect());
        let (er, es) = (r.eq_table(), s.eq_table());
        let (mut eq, mut lt, mut succ) = (Fr::zero(), Fr::zero(), Fr::zero());
        for (i, ei) in er.iter().enumerate() {
            assert_eq!(*ei, r.eq_index(i as u128));
            assert_eq!(*ei, r.eq(&Point::boolean(i as u128, n)));
            for (j, ej) in es.iter().enumerate() {
                let w = *ei * ej;
                if i == j {
                    eq += w;
                }
                if i < j {
                    lt += w;
                }
                if i + 1 == j {
                    succ += w;
                }
            }
        }
        assert_eq!(eq, r.eq(&s));
        assert_eq!(lt, r.less_than(&s));
        assert_eq!(succ, r.successor(&s));
        assert_eq!(er.iter().sum::<Fr>(), Fr::one());
    }

    #[test]
    fn index_order_is_that_of_ark_poly() {
        use ark_poly::{DenseMultilinearExtension, Polynomial};
        let mut rng = test_rng();
        let n = 5;
        let values: Vec<Fr> = (0..1 << n).map(|_| Fr::rand(&mut rng)).collect();
        let r: Vec<Fr> = (0..n).map(|_| Fr::rand(&mut rng)).collect();
        let expected =
            DenseMultilinearExtension::from_evaluations_vec(n, values.clone()).evaluate(&r);
        let ours: Fr = Point(r)
            .eq_table()
            .iter()
            .zip(&values)
            .map(|(e, v)| *e * v)
            .sum();
        assert_eq!(ours, expected);
    }
}

//! Round polynomials.

#![allow(
    clippy::indexing_slicing,
    reason = "a polynomial has as many coefficients as points"
)]

use crate::Field;
use crate::field::inversion::invert_all_by;

/// A univariate polynomial, coefficients from the constant up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UniPoly<F>(pub Vec<F>);

/// `1/1, 1/2, …`, for numbers below `n`: one inversion.
fn small_inverses<F: Field>(n: usize) -> Vec<F> {
    let mut numbers: Vec<F> = (1..n).map(|number| F::from_word(number as u64)).collect();
    invert_all_by(&mut numbers, &F::one(), F::inverted);
    numbers
}

impl<F: Field> UniPoly<F> {
    /// The polynomial of degree below `evals.len()` with these values at 0, 1, 2, ….
    ///
    /// Newton's divided differences: `d²` additions and multiplications by small inverses, and one inversion.
    pub fn from_evals(evals: &[F]) -> Self {
        let n = evals.len();
        let mut divided = evals.to_vec();
        for (level, inverse) in (1..).zip(small_inverses::<F>(n)) {
            for i in (level..n).rev() {
                divided[i] = (divided[i] - divided[i - 1]) * inverse;
            }
        }
        // Horner over the Newton basis: p ← p · (X − i) + divided[i].
        let mut coefficients = vec![F::zero(); n];
        for i in (0..n).rev() {
            for k in (1..n).rev() {
                let shifted = coefficients[k - 1];
                coefficients[k] = shifted - coefficients[k].mul_u64(i as u64);
            }
            if n > 0 {
                coefficients[0] = divided[i] - coefficients[0].mul_u64(i as u64);
            }
        }
        UniPoly(coefficients)
    }

    /// Value at `x`.
    pub fn eval(&self, x: F) -> F {
        self.0.iter().rev().fold(F::zero(), |sum, c| sum * x + c)
    }

    /// Product with a linear polynomial `c0 + c1 X`.
    pub fn times_linear(&self, c0: F, c1: F) -> Self {
        let mut out = vec![F::zero(); self.0.len() + 1];
        for (i, c) in self.0.iter().enumerate() {
            out[i] += *c * c0;
            out[i + 1] += *c * c1;
        }
        UniPoly(out)
    }

    /// The quotient by a linear polynomial that is not zero. What would be left of a polynomial that is no
    /// multiple of it is dropped.
    pub fn over_linear(&self, [c0, c1]: [F; 2]) -> Self {
        let Some((last, rest)) = self.0.split_last() else {
            return UniPoly(Vec::new());
        };
        let mut out = vec![F::zero(); rest.len()];
        if let Some(inverse) = c0.inverted() {
            let mut before = F::zero();
            for (out, c) in out.iter_mut().zip(rest) {
                before = (*c - before * c1) * inverse;
                *out = before;
            }
        } else if let Some(inverse) = c1.inverted() {
            let shifted = rest.iter().skip(1).chain([last]);
            for (out, c) in out.iter_mut().zip(shifted) {
                *out = *c * inverse;
            }
        }
        UniPoly(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::UniformRand;
    use ark_std::test_rng;

    #[test]
    fn interpolation_returns_the_coefficients() {
        let mut rng = test_rng();
        for n in 0..12 {
            let p = UniPoly((0..n).map(|_| Fr::rand(&mut rng)).collect::<Vec<_>>());
            let evals: Vec<Fr> = (0..n).map(|i| p.eval(Fr::from(i as u64))).collect();
            assert_eq!(UniPoly::from_evals(&evals), p);
            let (a, b, x) = (Fr::rand(&mut rng), Fr::rand(&mut rng), Fr::rand(&mut rng));
            assert_eq!(p.times_linear(a, b).eval(x), p.eval(x) * (a + b * x));
            for (a, b) in [(a, b), (a, Fr::from(0u8)), (Fr::from(0u8), b)] {
                assert_eq!(p.times_linear(a, b).over_linear([a, b]), p);
            }
        }
    }
}

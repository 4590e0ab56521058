//! Multilinear polynomials that keep their structure.
//!
//! Nobody widens early: a column of one-hot digits stays bytes, an increment stays an integer. Every
//! kind has a *real length* of at most `2^vars` rows; rows beyond it are zero (digit 0), and cost
//! nothing.

use crate::Field;
#[cfg(feature = "prover")]
use crate::Point;
#[cfg(feature = "prover")]
use rayon::prelude::*;

/// What the rows of a [`Poly`] are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows<F> {
    /// Field elements.
    Dense(Vec<F>),
    /// Signed integers of at most 65 bits.
    Signed(Vec<i128>),
    /// Digits below `radix`: the polynomial is the one-hot `radix × T` matrix, column `k` of which
    /// has a 1 in the rows with digit `k`.
    Digits {
        /// Number of digit values, 2 … 256.
        radix: usize,
        /// One digit per row.
        digits: Vec<u8>,
    },
}

/// A polynomial over `2^vars` rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poly<F> {
    /// Number of row variables.
    pub vars: usize,
    pub rows: Rows<F>,
}

/// What the verifier knows of a polynomial before it sees a commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Number of row variables.
    pub vars: usize,
    /// `None` for one value per row, `Some(radix)` for one-hot digits.
    pub radix: Option<usize>,
}

impl<F: Field> Poly<F> {
    /// A dense polynomial; `values` may be shorter than `2^vars`.
    pub fn dense(vars: usize, values: Vec<F>) -> Self {
        assert!(values.len() <= 1 << vars, "more values than rows");
        Poly {
            vars,
            rows: Rows::Dense(values),
        }
    }

    /// A polynomial of small signed integers.
    pub fn signed(vars: usize, values: Vec<i128>) -> Self {
        assert!(values.len() <= 1 << vars, "more values than rows");
        Poly {
            vars,
            rows: Rows::Signed(values),
        }
    }

    /// One-hot digits.
    pub fn digits(vars: usize, radix: usize, digits: Vec<u8>) -> Self {
        assert!(digits.len() <= 1 << vars, "more digits than rows");
        assert!((2..=256).contains(&radix), "digits have 2 to 256 values");
        assert!(
            digits.iter().all(|d| usize::from(*d) < radix),
            "a digit is not below its radix"
        );
        Poly {
            vars,
            rows: Rows::Digits { radix, digits },
        }
    }

    /// The verifier's view.
    pub fn shape(&self) -> Shape {
        let radix = match &self.rows {
            Rows::Digits { radix, .. } => Some(*radix),
            _ => None,
        };
        Shape {
            vars: self.vars,
            radix,
        }
    }
}

#[cfg(feature = "prover")]
impl<F: Field> Poly<F> {
    /// Adds `scale · p` to `into`, where `p` is the polynomial itself, or for digits the row values
    /// `weights[digit]`. `into` has `2^vars` entries. Rows beyond the real length hold digit 0.
    pub fn accumulate(&self, scale: F, weights: &Weights<F>, into: &mut [F]) {
        assert_eq!(
            into.len(),
            1 << self.vars,
            "the sum must have a place for every row"
        );
        match (&self.rows, weights) {
            (Rows::Dense(values), Weights::One) => into
                .par_iter_mut()
                .zip(values)
                .for_each(|(t, v)| *t += scale * v),
            (Rows::Signed(values), Weights::One) => into
                .par_iter_mut()
                .zip(values)
                .filter(|(_, v)| **v != 0)
                .for_each(|(t, v)| *t += scale.mul_i128(*v)),
            (Rows::Digits { radix, digits }, Weights::Digit(w)) => {
                assert_eq!(w.len(), *radix, "one weight per digit value");
                let table: Vec<F> = w.iter().map(|x| scale * x).collect();
                let (real, padding) = into.split_at_mut(digits.len());
                real.par_iter_mut()
                    .zip(digits)
                    .for_each(|(t, d)| *t += table[usize::from(*d)]);
                if !table[0].is_zero() {
                    padding.par_iter_mut().for_each(|t| *t += table[0]);
                }
            }
            _ => panic!("weights do not fit the kind of polynomial"),
        }
    }

    /// The value at a row point: `Σ_j eq(point, j) · p(j)`.
    pub fn evaluate(&self, weights: &Weights<F>, point: &Point<F>) -> F {
        let mut rows = vec![F::zero(); 1 << self.vars];
        self.accumulate(F::one(), weights, &mut rows);
        let eq = point.eq_table();
        rows.par_iter().zip(&eq).map(|(a, b)| *a * b).sum()
    }
}

/// A public linear functional on the values of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weights<F> {
    /// The value itself: for dense and signed polynomials.
    One,
    /// `weights[digit]`: for digits. `eq(a, ·)` evaluates the one-hot matrix at address `a`;
    /// `(0, 1, 2, …)` is the digit's value.
    Digit(Vec<F>),
}

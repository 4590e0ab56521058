//! Columns that several hold at once: a kernel that reads them, and the channel that opens them; and polynomials as they
//! are held for the opening.

use crate::{Field, Poly, Rows, Shape};
use std::sync::Arc;

/// Digits of radix at most 16, two consecutive rows to a byte, the first in the high half.
///
/// `log T`-variable kernels read a byte per pair of rows: that is half the memory, and the index of
/// every table over pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedDigits {
    /// Two digits each; an odd number of rows ends with a zero.
    pub pairs: Vec<u8>,
    /// Number of row variables.
    pub vars: usize,
    rows: usize,
    radix: usize,
}

impl PackedDigits {
    /// Packs a digit polynomial.
    ///
    /// # Panics
    /// If the polynomial does not hold digits, or digits of a radix above 16.
    pub fn new<F: Field>(poly: &Poly<F>) -> Self {
        let Rows::Digits { radix, digits } = &poly.rows else {
            panic!("a digit kernel needs digits");
        };
        Self::of(poly.vars, *radix, digits.len(), |j| digits[j])
    }

    /// Packs the digits that a function gives for each of `rows` rows.
    ///
    /// # Panics
    /// If there are more than `2^vars` rows, or a radix above 16, or a digit not below the radix.
    pub fn of(vars: usize, radix: usize, rows: usize, digit: impl Fn(usize) -> u8) -> Self {
        assert!((2..=16).contains(&radix), "2 to 16 values are packed");
        assert!(rows <= 1 << vars, "more digits than rows");
        let mut largest = 0;
        let mut next = |j: usize| {
            let digit = digit(j);
            largest = largest.max(digit);
            digit
        };
        let mut pairs = Vec::with_capacity(rows.div_ceil(2));
        pairs.extend((0..rows / 2).map(|pair| {
            let high = next(2 * pair);
            (high << 4) | next(2 * pair + 1)
        }));
        if rows % 2 == 1 {
            pairs.push(next(rows - 1) << 4);
        }
        assert!(
            usize::from(largest) < radix,
            "a digit is not below its radix"
        );
        PackedDigits {
            pairs,
            vars,
            rows,
            radix,
        }
    }

    /// Number of row variables.
    pub fn vars(&self) -> usize {
        self.vars
    }

    /// Number of real rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no real row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Writes the digits of the rows `start …` (even), zeros beyond the real ones.
    pub fn unpack(&self, start: usize, out: &mut [u8]) {
        debug_assert!(start.is_multiple_of(2), "a byte has two rows");
        let pairs = self.pairs.get(start / 2..).unwrap_or_default();
        let real = out.len().min(2 * pairs.len());
        let (real, beyond) = out.split_at_mut(real);
        beyond.fill(0);
        let (whole, last) = real.as_chunks_mut::<2>();
        if let ([last], Some(pair)) = (last, pairs.get(whole.len())) {
            *last = pair >> 4;
        }
        for (out, pair) in whole.iter_mut().zip(pairs) {
            *out = [pair >> 4, pair & 15];
        }
    }
}

/// A column to be committed that its owner goes on reading.
#[derive(Clone, Debug)]
pub enum Shared {
    /// One-hot digits.
    Digits(Arc<PackedDigits>),
    /// Signed integers of at most 65 bits, over so many variables.
    Signed(usize, Arc<Vec<i128>>),
}

impl Shared {
    /// As a polynomial of its own.
    pub fn poly<F: Field>(&self) -> Poly<F> {
        match self {
            Shared::Digits(packed) => {
                let mut digits = vec![0; packed.len()];
                packed.unpack(0, &mut digits);
                Poly::digits(packed.vars, packed.radix, digits)
            }
            Shared::Signed(vars, values) => Poly::signed(*vars, values.to_vec()),
        }
    }

    /// The verifier's view.
    pub fn shape(&self) -> Shape {
        match self {
            Shared::Digits(packed) => Shape {
                vars: packed.vars,
                radix: Some(packed.radix),
            },
            Shared::Signed(vars, _) => Shape {
                vars: *vars,
                radix: None,
            },
        }
    }
}

/// A committed polynomial, for as long as it may be opened.
#[derive(Clone, Debug)]
pub enum Held<F> {
    /// In full.
    Own(Arc<Poly<F>>),
    /// Together with whoever committed it.
    Shared(Shared),
}

impl<F: Field> Held<F> {
    /// In full.
    pub fn poly(&self) -> Arc<Poly<F>> {
        match self {
            Held::Own(poly) => poly.clone(),
            Held::Shared(column) => Arc::new(column.poly()),
        }
    }

    /// Its rows.
    pub(crate) fn view(&self) -> View<'_, F> {
        match self {
            Held::Own(poly) => match &poly.rows {
                Rows::Dense(values) => View::Dense(values),
                Rows::Signed(values) => View::Signed(values),
                Rows::Digits { digits, .. } => View::Digits(digits),
            },
            Held::Shared(Shared::Digits(packed)) => View::Packed(packed),
            Held::Shared(Shared::Signed(_, values)) => View::Signed(values),
        }
    }
}

/// Rows as they are held.
#[derive(Clone, Copy)]
pub(crate) enum View<'a, F> {
    Dense(&'a [F]),
    Signed(&'a [i128]),
    Digits(&'a [u8]),
    Packed(&'a PackedDigits),
}

impl<F> View<'_, F> {
    /// Real rows.
    pub(crate) fn len(self) -> usize {
        match self {
            View::Dense(values) => values.len(),
            View::Signed(values) => values.len(),
            View::Digits(digits) => digits.len(),
            View::Packed(packed) => packed.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;

    #[test]
    fn a_shared_column_is_the_polynomial_that_it_came_from() {
        for rows in 0..=9usize {
            let digits: Vec<u8> = (0..rows).map(|j| ((7 * j + 3) % 13) as u8).collect();
            let poly = Poly::<Fr>::digits(4, 13, digits.clone());
            let packed = PackedDigits::new(&poly);
            assert_eq!(packed.len(), rows);
            for start in (0..=rows + 2).step_by(2) {
                for len in 0..6 {
                    let mut out = vec![9; len];
                    packed.unpack(start, &mut out);
                    let expected = (start..start + len).map(|j| digits.get(j).copied());
                    let expected: Vec<u8> = expected.map(Option::unwrap_or_default).collect();
                    assert_eq!(out, expected);
                }
            }
            let shared = Shared::Digits(Arc::new(packed));
            assert_eq!(
                (shared.poly(), shared.shape()),
                (poly.clone(), poly.shape())
            );
        }
        let poly = Poly::<Fr>::signed(3, vec![-1, 0, 1 << 64]);
        let shared = Shared::Signed(3, Arc::new(vec![-1, 0, 1 << 64]));
        assert_eq!(
            (shared.poly(), shared.shape()),
            (poly.clone(), poly.shape())
        );
    }

    #[test]
    #[should_panic(expected = "a digit is not below its radix")]
    fn digits_are_below_their_radix() {
        PackedDigits::of(2, 5, 3, |_| 5);
    }
}

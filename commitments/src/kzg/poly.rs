//! Polynomials in one variable, lowest coefficient first, on all threads.

use ark_bn254::Fr;
use ark_ff::{Field, Zero};
use rayon::prelude::*;
use sumcheck::ProverField;

/// Coefficients that a task takes.
const BLOCK: usize = 1 << 12;

/// `sums[i] += by · poly[i]`, for as many coefficients as there are.
///
/// # Panics
/// If there are more than sums.
pub(crate) fn add_scaled(sums: &mut [Fr], by: &Fr, poly: &[Fr]) {
    sums[..poly.len()]
        .par_chunks_mut(BLOCK)
        .zip(poly.par_chunks(BLOCK))
        .for_each(|(sums, poly)| Fr::add_scaled(sums, by, poly));
}

/// `a/(X − x) + b/(X − x')`, where remainders are forgotten; `b` is not longer than `a`.
pub(crate) fn quotient_at_two_points(
    (mut a, x): (Vec<Fr>, Fr),
    (mut b, other): (Vec<Fr>, Fr),
) -> Vec<Fr> {
    divide(&mut a, x);
    divide(&mut b, other);
    add_scaled(&mut a, &Fr::from(1), &b);
    if !a.is_empty() {
        a.remove(0);
    }
    a
}

/// Divides a polynomial by `X − x` in place: its value at `x`, which is returned and stays in front, and behind it the
/// coefficients of the quotient.
pub(crate) fn divide(coefficients: &mut [Fr], x: Fr) -> Fr {
    // From the highest coefficient down, `h_i = a_i + x·h_{i+1}`. What comes into a block from above is not known when it
    // is taken, so that each is taken twice.
    let horner = |block: &[Fr]| block.iter().rfold(Fr::zero(), |h, a| h * x + a);
    let values: Vec<Fr> = coefficients.par_chunks(BLOCK).map(horner).collect();
    let step = x.pow([BLOCK as u64]);
    let mut above = Fr::zero();
    let mut carries = vec![Fr::zero(); values.len()];
    for (carry, value) in carries.iter_mut().zip(&values).rev() {
        *carry = above;
        // All blocks but the last are whole, and nothing comes into the last one.
        above = above * step + value;
    }
    coefficients
        .par_chunks_mut(BLOCK)
        .zip(carries)
        .for_each(|(block, carry)| {
            let mut h = carry;
            for a in block.iter_mut().rev() {
                h = h * x + *a;
                *a = h;
            }
        });
    coefficients.first().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::random;

    #[test]
    fn quotients_times_divisors_are_polynomials() {
        for length in [0, 1, 2, 5, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 77] {
            for x in [Fr::zero(), Fr::from(1), Fr::from(7)] {
                let poly = random(length as u64, length);
                let mut divided = poly.clone();
                let value = divide(&mut divided, x);
                assert_eq!(value, poly.iter().rfold(Fr::zero(), |h, a| h * x + a));
                let quotient = divided.get(1..).unwrap_or_default();
                let mut product = vec![Fr::zero(); length];
                product.first_mut().into_iter().for_each(|p| *p = value);
                for (i, q) in quotient.iter().enumerate() {
                    product[i + 1] += q;
                    product[i] -= x * q;
                }
                assert_eq!(product, poly);
            }
        }
    }
}

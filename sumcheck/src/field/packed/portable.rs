//! The same operations by arkworks: the reference, and the path where nothing better is at hand.

use super::Fp4;
use ark_ff::{MontConfig, PrimeField};

/// `a[i] *= b[i]`.
pub(in crate::field) fn mul_assign<F: PrimeField>(a: &mut [F], b: &[F]) {
    for (a, b) in a.iter_mut().zip(b) {
        *a *= b;
    }
}

/// `a[i] *= by`.
pub(in crate::field) fn scale<F: PrimeField>(a: &mut [F], by: &F) {
    for a in a {
        *a *= by;
    }
}

/// `sums[i] += by · rows[i]`.
pub(in crate::field) fn add_scaled<F: PrimeField>(sums: &mut [F], by: &F, rows: &[F]) {
    for (sum, row) in sums.iter_mut().zip(rows) {
        *sum += *row * by;
    }
}

/// `(low[i], high[i]) = (low[i] (1 − x), low[i] x)`.
pub(in crate::field) fn split<F: PrimeField>(low: &mut [F], x: &F, high: &mut [F]) {
    for (low, high) in low.iter_mut().zip(high) {
        *high = *low * x;
        *low -= *high;
    }
}

/// `out[i] = pairs[2i] + x (pairs[2i + 1] − pairs[2i])`.
pub(in crate::field) fn bind<F: PrimeField>(pairs: &[F], x: &F, out: &mut [F]) {
    let (pairs, _) = pairs.as_chunks::<2>();
    for (out, [a, b]) in out.iter_mut().zip(pairs) {
        *out = *a + (*b - a) * x;
    }
}

/// `Σ a[i] b[i]`.
pub(in crate::field) fn dot<F: PrimeField>(a: &[F], b: &[F]) -> F {
    a.iter().zip(b).map(|(a, b)| *a * b).sum()
}

/// [`super::Backend::add_by_key`].
pub(super) fn add_by_key<T: MontConfig<4>>(
    sums: &mut [[u64; 8]; 256],
    keys: &[u8],
    values: &[Fp4<T>],
    sparse: bool,
) {
    for (key, value) in keys.iter().zip(values) {
        if *key != 0 || !sparse {
            let (halves, _) = sums[usize::from(*key)].as_chunks_mut::<2>();
            for ([low, high], word) in halves.iter_mut().zip(value.0.0) {
                *low += word & u64::from(u32::MAX);
                *high += word >> 32;
            }
        }
    }
}

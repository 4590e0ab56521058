//! The same operations by arkworks: the reference, and the path where nothing better is at hand.

use ark_ff::PrimeField;

/// `a[i] *= b[i]`.
pub(super) fn mul_assign<F: PrimeField>(a: &mut [F], b: &[F]) {
    for (a, b) in a.iter_mut().zip(b) {
        *a *= b;
    }
}

/// `a[i] *= by`.
pub(super) fn scale<F: PrimeField>(a: &mut [F], by: &F) {
    for a in a {
        *a *= by;
    }
}

/// `out[i] = pairs[2i] + x (pairs[2i + 1] − pairs[2i])`.
pub(super) fn bind<F: PrimeField>(pairs: &[F], x: &F, out: &mut [F]) {
    let (pairs, _) = pairs.as_chunks::<2>();
    for (out, [a, b]) in out.iter_mut().zip(pairs) {
        *out = *a + (*b - a) * x;
    }
}

/// `Σ a[i] b[i]`.
pub(super) fn dot<F: PrimeField>(a: &[F], b: &[F]) -> F {
    a.iter().zip(b).map(|(a, b)| *a * b).sum()
}

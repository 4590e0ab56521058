//! The same operations by arkworks: the reference, and the path where nothing better is at hand.

use ark_ff::PrimeField;

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

/// `Σ_j weights[j] Σ_g Π_i f_gi,j(X)` at 0, −1, 2, and its leading coefficient, where `f_gi,j` is linear
/// with values `groups[g][i][2j]` and `groups[g][i][2j + 1]` at 0 and 1.
pub(in crate::field) fn products_of_four<F: PrimeField>(
    groups: &[[&[F]; 4]],
    weights: &[F],
) -> [F; 4] {
    let mut out = [F::zero(); 4];
    for (j, weight) in weights.iter().enumerate() {
        for group in groups {
            let mut products = [*weight; 4];
            for rows in group {
                let (zero, one) = (rows[2 * j], rows[2 * j + 1]);
                let step = one - zero;
                products[0] *= zero;
                products[1] *= zero - step;
                products[2] *= one + step;
                products[3] *= step;
            }
            for (out, product) in out.iter_mut().zip(products) {
                *out += product;
            }
        }
    }
    out
}

//! Products of eight linear polynomials with a ninth, portably.
//!
//! Products of two are quadratics (3 multiplications), extended by additions to five points; products
//! of four (5) are extended to nine; the product of eight (9) meets the ninth with delayed
//! reduction: 31 multiplications and 9 delayed ones for a pair of rows, and one or two for its weight.

use super::{Field, Products};

/// Where [`products_of_eight`](super::ProverField::products_of_eight) evaluates, after infinity.
pub const EIGHT_NODES: [i64; 8] = [0, -1, 2, -2, 3, -3, 4, -4];

/// `Σ_j weights[j] · v_j(X) · Π_i f_i,j(X)` at infinity and [`EIGHT_NODES`].
pub fn products_of_eight<F: Field>(rows: &[&[F]; 8], values: &[F], weights: &[F]) -> [F; 9] {
    let mut sums = [F::Products::default(); 9];
    for (j, weight) in weights.iter().enumerate() {
        let ends = |rows: &[F]| [rows[2 * j], rows[2 * j + 1]];
        let [a, b, c, d, e, f, g, h] = rows.map(ends);
        let (first, second) = (quartic([a, b, c, d]), quartic([e, f, g, h]));
        let [v0, v1] = ends(values).map(|v| *weight * v);
        let products = first.iter().zip(&second).map(|(a, b)| *a * b);
        for ((sum, v), product) in sums.iter_mut().zip(line(v0, v1)).zip(products) {
            sum.add(&product, &v);
        }
    }
    sums.map(|sum| sum.reduce())
}

#[inline(always)]
fn twice<F: Field>(x: F) -> F {
    x.plus(&x)
}

/// A linear polynomial at ∞, 0, −1, 2, −2, 3, −3, 4, −4.
#[inline(always)]
fn line<F: Field>(zero: F, one: F) -> [F; 9] {
    let step = one.minus(&zero);
    let minus = zero.minus(&step);
    let two = one.plus(&step);
    let minus2 = minus.minus(&step);
    let three = two.plus(&step);
    let minus3 = minus2.minus(&step);
    let four = three.plus(&step);
    [
        step,
        zero,
        minus,
        two,
        minus2,
        three,
        minus3,
        four,
        minus3.minus(&step),
    ]
}

/// The product of two linear polynomials at ∞, 0, 1, −1, 2.
#[inline(always)]
fn quadratic<F: Field>([a0, a1]: [F; 2], [b0, b1]: [F; 2]) -> [F; 5] {
    let leading = a1.minus(&a0) * b1.minus(&b0);
    let (zero, one) = (a0 * b0, a1 * b1);
    [
        leading,
        zero,
        one,
        twice(zero.plus(&leading)).minus(&one),
        twice(one.plus(&leading)).minus(&zero),
    ]
}

/// The product of four linear polynomials at ∞, 0, −1, 2, −2, 3, −3, 4, −4.
#[inline(always)]
fn quartic<F: Field>([a, b, c, d]: [[F; 2]; 4]) -> [F; 9] {
    let (p, q) = (quadratic(a, b), quadratic(c, d));
    let leading = p[0] * q[0];
    let (zero, minus, two) = (p[1] * q[1], p[3] * q[3], p[4] * q[4]);
    let by_16 = twice(twice(twice(twice(leading))));
    let by_64 = twice(twice(by_16));
    let by_81 = by_64.plus(&by_16).plus(&leading);
    let by_256 = twice(twice(by_64));
    // The cubic that is left without the leading term, by its differences.
    let one = (p[2] * q[2]).minus(&leading);
    let (c_minus, c_two) = (minus.minus(&leading), two.minus(&by_16));
    let (first, second, third) = (zero.minus(&c_minus), one.minus(&zero), c_two.minus(&one));
    let (low, high) = (second.minus(&first), third.minus(&second));
    let cubic = high.minus(&low);
    let up = high.plus(&cubic);
    let step = third.plus(&up);
    let three = c_two.plus(&step);
    let four = three.plus(&step.plus(&up.plus(&cubic)));
    let down = low.minus(&cubic);
    let step = first.minus(&down);
    let minus2 = c_minus.minus(&step);
    let down = down.minus(&cubic);
    let step = step.minus(&down);
    let minus3 = minus2.minus(&step);
    let minus4 = minus3.minus(&step.minus(&down.minus(&cubic)));
    [
        leading,
        zero,
        minus,
        two,
        minus2.plus(&by_16),
        three.plus(&by_81),
        minus3.plus(&by_81),
        four.plus(&by_256),
        minus4.plus(&by_256),
    ]
}

//! Products of eight linear polynomials with a ninth.
//!
//! Four quadratics from three products each, extended by additions to every point; three products
//! there, and one delayed with the ninth: 39 products and 9 delayed ones.
//!
//! Bounds, in multiples of `p`: products of ends stay below 2.1; quadratics below 61 at all points
//! (`extend`), their products below 60, products of these below 59; the ninth, from canonical ends,
//! below 9.

use super::arch::*;
use super::lanes::*;
use crate::field::packed::constants::{Constants, Fp4};
use crate::field::packed::plan::limbs;
use ark_ff::MontConfig;

/// Weighted products that one reduction takes: together below `7 · 59 · 9 p²`, reduced below `61 p`.
const PENDING: usize = 7;

/// Points, infinity first, in pairs that are evaluated together; the last one is paired with itself.
const PAIRS: [[usize; 2]; 5] = [[0, 1], [2, 3], [4, 5], [6, 7], [8, 8]];

/// Sums of as many pairs as come in whole sets of lanes, and how many these are.
///
/// # Panics
/// If some rows are fewer than twice the weights.
pub fn products_of_eight<T: MontConfig<4>>(
    _: Token,
    rows: &[&[Fp4<T>]; 8],
    values: &[Fp4<T>],
    weights: &[Fp4<T>],
) -> (usize, [Fp4<T>; 9]) {
    // SAFETY: the token proves that the processor has the features.
    unsafe { products_of_eight_inner(rows, values, weights) }
}

#[vectors]
fn products_of_eight_inner<T: MontConfig<4>>(
    rows: &[&[Fp4<T>]; 8],
    values: &[Fp4<T>],
    weights: &[Fp4<T>],
) -> (usize, [Fp4<T>; 9]) {
    let zero = [_mm512_setzero_si512(); 10];
    let mut columns = [zero; 10];
    let mut totals = [splat([0; 5]); 9];
    let (sets, _) = weights.as_chunks::<8>();
    for (set, weights) in sets.iter().enumerate() {
        if set > 0 && set % PENDING == 0 {
            flush::<T>(&mut totals, &mut columns);
        }
        let quadratics: [[Quadratic; 2]; 2] = [
            quadratics::<T>([rows[0], rows[1], rows[4], rows[5]], set),
            quadratics::<T>([rows[2], rows[3], rows[6], rows[7]], set),
        ];
        let weights = split(load(weights));
        let (v0, v1) = ends(values, set);
        let [v0, v1] = mul::<T, 2>([v0, v1], [weights; 2]);
        let line = Line {
            zero: canonical::<T>(v0),
            one: canonical::<T>(v1),
        };
        for (pair, [x, y]) in PAIRS.into_iter().enumerate() {
            // Products of the first and of the second four, at both points.
            let [a, b] = fours::<T>(&quadratics, x);
            let [c, d] = fours::<T>(&quadratics, y);
            let products = mul::<T, 2>([a, c], [b, d]);
            let at = [columns[2 * pair], columns[2 * pair + 1]];
            let at = multiply_add(at, products, [line.at::<T>(x), line.at::<T>(y)]);
            [columns[2 * pair], columns[2 * pair + 1]] = at;
        }
    }
    flush::<T>(&mut totals, &mut columns);
    // Weight and value 2^252, then a product with 2^240 of the eight (2^252 after one product, 2^244
    // after two, 2^228 after three): 2^220, and as much from the flush.
    let scale = const { Constants::<T>::power(36) };
    let sums = totals.map(|total| {
        let mut lanes = [Fp4::<T>::default(); 8];
        store(&mut lanes, join(total));
        lanes.iter().sum::<Fp4<T>>() * scale
    });
    (8 * sets.len(), sums)
}

/// A quadratic polynomial by its leading coefficient and its values at 0 and 1, below `2.1 p`.
#[derive(Clone, Copy)]
struct Quadratic {
    leading: Lanes,
    zero: Lanes,
    one: Lanes,
}

/// The products of the first two and of the last two columns.
#[inline]
#[vectors]
fn quadratics<T: MontConfig<4>>(columns: [&[Fp4<T>]; 4], set: usize) -> [Quadratic; 2] {
    let [(a0, a1), (b0, b1), (c0, c1), (d0, d1)] = [
        ends(columns[0], set),
        ends(columns[1], set),
        ends(columns[2], set),
        ends(columns[3], set),
    ];
    let zero = mul::<T, 2>([a0, c0], [b0, d0]);
    let one = mul::<T, 2>([a1, c1], [b1, d1]);
    let leading = mul::<T, 2>(
        [sub_plus::<T, 1>(a1, a0), sub_plus::<T, 1>(c1, c0)],
        [sub_plus::<T, 1>(b1, b0), sub_plus::<T, 1>(d1, d0)],
    );
    let quadratic = |i: usize| Quadratic {
        leading: leading[i],
        zero: zero[i],
        one: one[i],
    };
    [quadratic(0), quadratic(1)]
}

/// The products of the first and of the second four at a point, from those of columns 0 and 1, 4 and 5
/// and those of columns 2 and 3, 6 and 7.
#[inline]
#[vectors]
fn fours<T: MontConfig<4>>(quadratics: &[[Quadratic; 2]; 2], point: usize) -> [Lanes; 2] {
    let [[a, c], [b, d]] = quadratics;
    mul::<T, 2>(
        [extend::<T>(a, point), extend::<T>(c, point)],
        [extend::<T>(b, point), extend::<T>(d, point)],
    )
}

/// The value at a point, infinity first: `(1 − x) zero + x one + (x² − x) leading`, plus a multiple of
/// `p` that makes it positive.
#[inline]
#[vectors]
fn extend<T: MontConfig<4>>(q: &Quadratic, point: usize) -> Lanes {
    let Quadratic { leading, zero, one } = *q;
    match point {
        0 => leading,
        1 => zero,
        // −1: 2 zero − one + 2 leading
        2 => sub_plus::<T, 3>(double(add(zero, leading)), one),
        // 2: −zero + 2 one + 2 leading
        3 => sub_plus::<T, 3>(double(add(one, leading)), zero),
        // −2: 3 zero − 2 one + 6 leading
        4 => sub_plus::<T, 5>(triple(add(zero, double(leading))), double(one)),
        // 3: −2 zero + 3 one + 6 leading
        5 => sub_plus::<T, 5>(triple(add(one, double(leading))), double(zero)),
        // −3: 4 zero − 3 one + 12 leading
        6 => sub_plus::<T, 7>(times_four(add(zero, triple(leading))), triple(one)),
        // 4: −3 zero + 4 one + 12 leading
        7 => sub_plus::<T, 7>(times_four(add(one, triple(leading))), triple(zero)),
        // −4: 5 zero − 4 one + 20 leading
        _ => sub_plus::<T, 9>(times_five(add(zero, times_four(leading))), times_four(one)),
    }
}

/// A linear polynomial by its values at 0 and 1, below `p`.
struct Line {
    zero: Lanes,
    one: Lanes,
}

impl Line {
    /// The value at a point, infinity first, plus a multiple of `p` that makes it positive.
    #[inline]
    #[vectors]
    fn at<T: MontConfig<4>>(&self, point: usize) -> Lanes {
        let (zero, one) = (self.zero, self.one);
        match point {
            0 => sub_plus::<T, 1>(one, zero),
            1 => zero,
            2 => sub_plus::<T, 1>(double(zero), one),
            3 => sub_plus::<T, 1>(double(one), zero),
            4 => sub_plus::<T, 2>(triple(zero), double(one)),
            5 => sub_plus::<T, 2>(triple(one), double(zero)),
            6 => sub_plus::<T, 3>(times_four(zero), triple(one)),
            7 => sub_plus::<T, 3>(times_four(one), triple(zero)),
            _ => sub_plus::<T, 4>(times_five(zero), times_four(one)),
        }
    }
}

/// `2 a`, without carries.
#[inline]
#[vectors]
fn double(a: Lanes) -> Lanes {
    add(a, a)
}

/// `3 a`, without carries.
#[inline]
#[vectors]
fn triple(a: Lanes) -> Lanes {
    add(double(a), a)
}

/// `4 a`, without carries.
#[inline]
#[vectors]
fn times_four(a: Lanes) -> Lanes {
    double(double(a))
}

/// `5 a`, without carries.
#[inline]
#[vectors]
fn times_five(a: Lanes) -> Lanes {
    add(times_four(a), a)
}

/// Both rows of eight pairs.
#[inline]
#[vectors]
fn ends<T: MontConfig<4>>(rows: &[Fp4<T>], set: usize) -> (Lanes, Lanes) {
    let (pairs, _) = rows.as_chunks::<16>();
    let (even, odd) = load_pairs(&pairs[set]);
    (split(even), split(odd))
}

/// Adds reduced columns to sums in `[0, p)`, and clears them. A product with a constant brings them
/// into the range of `canonical` (`2^260`, which changes nothing).
#[inline]
#[vectors]
fn flush<T: MontConfig<4>>(totals: &mut [Lanes; 9], columns: &mut [Columns; 10]) {
    let one = splat(const { limbs(&Constants::<T>::power(4)) });
    for (pair, points) in PAIRS.into_iter().enumerate() {
        let sums = reduce::<T, 2>([columns[2 * pair], columns[2 * pair + 1]]);
        let sums = mul::<T, 2>(sums, [one; 2]);
        let distinct = if points[0] == points[1] { 1 } else { 2 };
        for (x, sum) in points.into_iter().zip(sums).take(distinct) {
            totals[x] = canonical::<T>(carry(add(totals[x], sum)));
        }
    }
    *columns = [[_mm512_setzero_si512(); 10]; 10];
}

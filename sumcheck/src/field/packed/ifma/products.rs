//! Sums of products of four linear polynomials.

use super::Ifma;
use super::lanes::*;
use super::table_rows::ends;
use crate::field::TableRows;
use crate::field::packed::constants::Fp4;
use ark_ff::MontConfig;
use std::arch::x86_64::*;

/// Groups whose products one reduction takes: together below `8 · 14² p²`, reduced below `27 p`.
const GROUPS: usize = 8;
/// Weighted sums that one reduction takes: together below `11 · 27 p²`, reduced below `7 p`.
const WEIGHTED: usize = 11;

type Wide = [Columns; 2];

/// The sums for as many pairs as come in whole sets, and how many these are.
///
/// # Panics
/// If some rows are fewer than twice the weights.
pub fn products_of_four<T: MontConfig<4>>(
    _: Ifma,
    groups: &[[TableRows<'_, Fp4<T>>; 4]],
    weights: &[Fp4<T>],
) -> (usize, [Fp4<T>; 4]) {
    // SAFETY: the token proves that the processor has the features.
    unsafe { products_of_four_inner(groups, weights) }
}

#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]
fn products_of_four_inner<T: MontConfig<4>>(
    groups: &[[TableRows<'_, Fp4<T>>; 4]],
    weights: &[Fp4<T>],
) -> (usize, [Fp4<T>; 4]) {
    let zero = [[_mm512_setzero_si512(); 10]; 2];
    let mut sums = [splat([0; 5]); 4];
    // Values at 0 and 2, at −1 and infinity.
    let (mut first, mut second) = (zero, zero);
    let mut pending = 0;
    let (blocks, _) = weights.as_chunks::<8>();
    for (block, weights) in blocks.iter().enumerate() {
        let weights = split(load(weights));
        for groups in groups.chunks(GROUPS) {
            if pending == WEIGHTED {
                flush::<T>(&mut sums, first, second);
                (first, second, pending) = (zero, zero, 0);
            }
            let (mut a, mut b) = (zero, zero);
            for group in groups {
                add_products::<T>(group, block, &mut a, &mut b);
            }
            first = multiply_add(first, reduce::<T, 2>(a), [weights; 2]);
            second = multiply_add(second, reduce::<T, 2>(b), [weights; 2]);
            pending += 1;
        }
    }
    flush::<T>(&mut sums, first, second);
    // 2^252 after one product, 2^244 after two, 2^240 with the weight: 2^16 short of memory form.
    let scale = Fp4::<T>::from(1u64 << 16);
    let sums = sums.map(|sum| {
        let mut lanes = [Fp4::<T>::default(); 8];
        store(&mut lanes, join(sum));
        lanes.iter().sum::<Fp4<T>>() * scale
    });
    (8 * blocks.len(), sums)
}

/// Adds the products of one group over eight pairs of rows, at 0 and 2 to `a`, at −1 and infinity to
/// `b`.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]
fn add_products<T: MontConfig<4>>(
    group: &[TableRows<'_, Fp4<T>>; 4],
    block: usize,
    a: &mut Wide,
    b: &mut Wide,
) {
    let [(p0, p1), (q0, q1), (r0, r1), (s0, s1)] = [
        ends(&group[0], block),
        ends(&group[1], block),
        ends(&group[2], block),
        ends(&group[3], block),
    ];
    let zeros = mul::<T, 2>([p0, r0], [q0, s0]);
    let ones = mul::<T, 2>([p1, r1], [q1, s1]);
    let leading = mul::<T, 2>(
        [sub_plus::<T, 4>(p1, p0), sub_plus::<T, 4>(r1, r0)],
        [sub_plus::<T, 4>(q1, q0), sub_plus::<T, 4>(s1, s0)],
    );
    let twos = [
        extend::<T>(ones[0], leading[0], zeros[0]),
        extend::<T>(ones[1], leading[1], zeros[1]),
    ];
    let minus = [
        extend::<T>(zeros[0], leading[0], ones[0]),
        extend::<T>(zeros[1], leading[1], ones[1]),
    ];
    *a = multiply_add(*a, [zeros[0], twos[0]], [zeros[1], twos[1]]);
    *b = multiply_add(*b, [minus[0], leading[0]], [minus[1], leading[1]]);
}

/// `2 (near + leading) − far`, below `14 p`: products of rows are below `2.3 p`, of steps below `3 p`.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]
fn extend<T: MontConfig<4>>(near: Lanes, leading: Lanes, far: Lanes) -> Lanes {
    let sum = add(near, leading);
    sub_plus::<T, 3>(add(sum, sum), far)
}

/// Adds reduced columns to sums in `[0, p)`.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]
fn flush<T: MontConfig<4>>(sums: &mut [Lanes; 4], first: Wide, second: Wide) {
    let [zero, two] = reduce::<T, 2>(first);
    let [minus, leading] = reduce::<T, 2>(second);
    sums[0] = canonical::<T>(carry(add(sums[0], zero)));
    sums[1] = canonical::<T>(carry(add(sums[1], minus)));
    sums[2] = canonical::<T>(carry(add(sums[2], two)));
    sums[3] = canonical::<T>(carry(add(sums[3], leading)));
}

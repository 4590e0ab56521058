//! Sums of products of four linear polynomials.

use super::Ifma;
use super::lanes::*;
use crate::field::packed::constants::Fp4;
use crate::field::packed::portable;
use ark_ff::MontConfig;
use std::arch::x86_64::*;

/// Groups whose products one reduction takes: together below `8 · 12² p²`, reduced below `20 p`.
const GROUPS: usize = 8;
/// Weighted sums that one reduction takes: together below `16 · 20 p²`, reduced below `7 p`.
const WEIGHTED: usize = 16;

type Wide = [Columns; 2];

pub fn products_of_four<T: MontConfig<4>>(
    _: Ifma,
    groups: &[[&[Fp4<T>]; 4]],
    weights: &[Fp4<T>],
) -> [Fp4<T>; 4] {
    // SAFETY: the token proves that the processor has the features.
    unsafe { products_of_four_inner(groups, weights) }
}

#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]
fn products_of_four_inner<T: MontConfig<4>>(
    groups: &[[&[Fp4<T>]; 4]],
    weights: &[Fp4<T>],
) -> [Fp4<T>; 4] {
    let zero = [[_mm512_setzero_si512(); 10]; 2];
    let mut sums = [splat([0; 5]); 4];
    // Values at 0 and 2, at −1 and infinity.
    let (mut first, mut second) = (zero, zero);
    let mut pending = 0;
    let (blocks, rest) = weights.as_chunks::<8>();
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
    let groups: Vec<[&[Fp4<T>]; 4]> = groups
        .iter()
        .map(|group| group.map(|rows| &rows[16 * blocks.len()..]))
        .collect();
    let mut out = portable::products_of_four(&groups, rest);
    for (out, sum) in out.iter_mut().zip(sums) {
        let mut lanes = [Fp4::<T>::default(); 8];
        store(&mut lanes, join(sum));
        *out += lanes.iter().sum::<Fp4<T>>() * scale;
    }
    out
}

/// Adds the products of one group over eight pairs of rows, at 0 and 2 to `a`, at −1 and infinity to
/// `b`.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]
fn add_products<T: MontConfig<4>>(
    group: &[&[Fp4<T>]; 4],
    block: usize,
    a: &mut Wide,
    b: &mut Wide,
) {
    let [(p0, p1), (q0, q1), (r0, r1), (s0, s1)] = [
        ends(group[0], block),
        ends(group[1], block),
        ends(group[2], block),
        ends(group[3], block),
    ];
    let zeros = mul::<T, 2>([p0, r0], [q0, s0]);
    let ones = mul::<T, 2>([p1, r1], [q1, s1]);
    let leading = mul::<T, 2>(
        [sub_plus::<T, 1>(p1, p0), sub_plus::<T, 1>(r1, r0)],
        [sub_plus::<T, 1>(q1, q0), sub_plus::<T, 1>(s1, s0)],
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

/// Both rows of eight pairs.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]
fn ends<T: MontConfig<4>>(rows: &[Fp4<T>], block: usize) -> (Lanes, Lanes) {
    let (pairs, _) = rows.as_chunks::<16>();
    let (even, odd) = load_pairs(&pairs[block]);
    (split(even), split(odd))
}

/// `2 (near + leading) − far`, below `12 p` for products.
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

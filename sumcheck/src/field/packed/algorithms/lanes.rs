//! Eight integers modulo `p` at a time: five vectors of 52-bit limbs.
//!
//! An element of `[0, p)` in memory stands for `x · 2^256`, as everywhere in arkworks. A product
//! here is `a · b / 2^260 mod p`, so every formula fixes the missing power of two at a place where it
//! is free (a shifted load, a constant).
//!
//! Bounds. Nothing is reduced in between: [`mul`] of `a < c p` and `b < d p` with `c, d ≤ 64` is
//! below `(c d / 64 + 2) p`, since `2^260 > 64 p`. [`canonical`] takes anything below `8 p`. Operands
//! of [`mul`] have limbs of exactly 52 bits, which [`carry`] restores after additions and
//! subtractions; a difference gets a multiple of `p` added so that it is not negative.
//!
//! Every function here needs what the instance's [`Token`] stands for.

use super::arch::*;
use crate::field::packed::constants::{Constants, Fp4, MASK};
use ark_ff::MontConfig;

pub(super) use super::kernel::{
    Columns, Lanes, canonical, carry, mul, multiply_add, multiply_add_short, reduce, splat, square,
};
use super::kernel::{first_pairs, second_pairs};

/// Eight 256-bit integers: word `i` of lane `l` is lane `l` of vector `i`.
pub(super) type Words = [__m512i; 4];

/// Splits into 52-bit limbs.
#[inline]
#[vectors]
pub(super) fn split(w: Words) -> Lanes {
    let mask = _mm512_set1_epi64(MASK as i64);
    [
        _mm512_and_si512(w[0], mask),
        _mm512_and_si512(_mm512_shrdi_epi64::<52>(w[0], w[1]), mask),
        _mm512_and_si512(_mm512_shrdi_epi64::<40>(w[1], w[2]), mask),
        _mm512_and_si512(_mm512_shrdi_epi64::<28>(w[2], w[3]), mask),
        _mm512_srli_epi64::<16>(w[3]),
    ]
}

/// Splits into 52-bit limbs, times 16: from `x · 2^256` to `x · 2^260`, below `16 p`.
#[inline]
#[vectors]
pub(super) fn split_times_16(w: Words) -> Lanes {
    let mask = _mm512_set1_epi64(MASK as i64);
    [
        _mm512_and_si512(_mm512_slli_epi64::<4>(w[0]), mask),
        _mm512_and_si512(_mm512_shrdi_epi64::<48>(w[0], w[1]), mask),
        _mm512_and_si512(_mm512_shrdi_epi64::<36>(w[1], w[2]), mask),
        _mm512_and_si512(_mm512_shrdi_epi64::<24>(w[2], w[3]), mask),
        _mm512_srli_epi64::<12>(w[3]),
    ]
}

/// Joins limbs of integers below `2^256`.
#[inline]
#[vectors]
pub(super) fn join(l: Lanes) -> Words {
    let or = |a, b| _mm512_or_si512(a, b);
    [
        or(l[0], _mm512_slli_epi64::<52>(l[1])),
        or(_mm512_srli_epi64::<12>(l[1]), _mm512_slli_epi64::<40>(l[2])),
        or(_mm512_srli_epi64::<24>(l[2]), _mm512_slli_epi64::<28>(l[3])),
        or(_mm512_srli_epi64::<36>(l[3]), _mm512_slli_epi64::<16>(l[4])),
    ]
}

/// `a + b`, without carries.
#[inline]
#[vectors]
pub(super) fn add(mut a: Lanes, b: Lanes) -> Lanes {
    for i in 0..5 {
        a[i] = _mm512_add_epi64(a[i], b[i]);
    }
    a
}

/// `a − b`, without carries.
#[inline]
#[vectors]
pub(super) fn sub(mut a: Lanes, b: Lanes) -> Lanes {
    for i in 0..5 {
        a[i] = _mm512_sub_epi64(a[i], b[i]);
    }
    a
}

/// `a − b + k p`, with 52-bit limbs.
#[inline]
#[vectors]
pub(super) fn sub_plus<T: MontConfig<4>, const K: u64>(a: Lanes, b: Lanes) -> Lanes {
    carry(add(sub(a, b), splat(const { Constants::<T>::multiple(K) })))
}

/// `4 a`, with 52-bit limbs.
#[inline]
#[vectors]
pub(super) fn quadruple(mut a: Lanes) -> Lanes {
    for limb in &mut a {
        *limb = _mm512_slli_epi64::<2>(*limb);
    }
    carry(a)
}

/// The eight halves of the words of a field element.
#[inline]
#[vectors]
pub(super) fn load_halves<T: MontConfig<4>>(element: &Fp4<T>) -> __m512i {
    _mm512_cvtepu32_epi64(load_one(element))
}

/// Words of eight elements that lie apart, in the lane order of [`load`].
#[inline]
#[vectors]
pub(super) fn load_apart<T: MontConfig<4>>(elements: [&Fp4<T>; 8]) -> Words {
    let mut z = [_mm512_setzero_si512(); 4];
    for i in 0..4 {
        let first = _mm512_castsi256_si512(load_one(elements[2 * i]));
        z[i] = _mm512_inserti64x4::<1>(first, load_one(elements[2 * i + 1]));
    }
    unpack(z)
}

/// The two halves of four vectors `[a_2k | a_2k+1]`: words of eight elements. Lanes come in order
/// 0 2 4 6 1 3 5 7, which [`pack`] undoes.
#[inline]
#[vectors]
fn unpack(z: [__m512i; 4]) -> Words {
    let low = [
        _mm512_unpacklo_epi64(z[0], z[1]),
        _mm512_unpacklo_epi64(z[2], z[3]),
    ];
    let high = [
        _mm512_unpackhi_epi64(z[0], z[1]),
        _mm512_unpackhi_epi64(z[2], z[3]),
    ];
    [
        first_pairs(low[0], low[1]),
        first_pairs(high[0], high[1]),
        second_pairs(low[0], low[1]),
        second_pairs(high[0], high[1]),
    ]
}

/// The inverse of [`unpack`].
#[inline]
#[vectors]
fn pack(w: Words) -> [__m512i; 4] {
    let low = [first_pairs(w[0], w[2]), second_pairs(w[0], w[2])];
    let high = [first_pairs(w[1], w[3]), second_pairs(w[1], w[3])];
    [
        _mm512_unpacklo_epi64(low[0], high[0]),
        _mm512_unpackhi_epi64(low[0], high[0]),
        _mm512_unpacklo_epi64(low[1], high[1]),
        _mm512_unpackhi_epi64(low[1], high[1]),
    ]
}

/// Words of eight elements that lie one after the other.
#[inline]
#[vectors]
pub(super) fn load<T: MontConfig<4>>(elements: &[Fp4<T>; 8]) -> Words {
    let (pairs, _) = elements.as_chunks::<2>();
    unpack([
        load_two(&pairs[0]),
        load_two(&pairs[1]),
        load_two(&pairs[2]),
        load_two(&pairs[3]),
    ])
}

/// The inverse of [`load`].
#[inline]
#[vectors]
pub(super) fn store<T: MontConfig<4>>(elements: &mut [Fp4<T>; 8], words: Words) {
    let (pairs, _) = elements.as_chunks_mut::<2>();
    for (pair, words) in pairs.iter_mut().zip(pack(words)) {
        store_two(pair, words);
    }
}

/// Words of the even and of the odd elements of sixteen, in the lane order of [`load`].
#[inline]
#[vectors]
pub(super) fn load_pairs<T: MontConfig<4>>(elements: &[Fp4<T>; 16]) -> (Words, Words) {
    let (pairs, _) = elements.as_chunks::<2>();
    let mut even = [_mm512_setzero_si512(); 4];
    let mut odd = even;
    for i in 0..4 {
        let (a, b) = (load_two(&pairs[2 * i]), load_two(&pairs[2 * i + 1]));
        even[i] = _mm512_shuffle_i64x2::<0b01_00_01_00>(a, b);
        odd[i] = _mm512_shuffle_i64x2::<0b11_10_11_10>(a, b);
    }
    (unpack(even), unpack(odd))
}

/// Words of the abscissas of eight points, in the lane order of [`load`].
#[inline]
#[vectors]
pub(super) fn abscissas(points: [__m512i; 8]) -> Words {
    let mut z = [_mm512_setzero_si512(); 4];
    for i in 0..4 {
        z[i] = _mm512_shuffle_i64x2::<0b01_00_01_00>(points[2 * i], points[2 * i + 1]);
    }
    unpack(z)
}

/// Words of both coordinates of eight points, in the lane order of [`load`].
#[inline]
#[vectors]
pub(super) fn coordinates(points: [__m512i; 8]) -> [Words; 2] {
    let mut y = [_mm512_setzero_si512(); 4];
    for i in 0..4 {
        y[i] = _mm512_shuffle_i64x2::<0b11_10_11_10>(points[2 * i], points[2 * i + 1]);
    }
    [abscissas(points), unpack(y)]
}

/// The inverse of [`coordinates`].
#[inline]
#[vectors]
pub(super) fn points(x: Words, y: Words) -> [__m512i; 8] {
    let (x, y) = (pack(x), pack(y));
    let mut out = [_mm512_setzero_si512(); 8];
    for i in 0..4 {
        out[2 * i] = _mm512_shuffle_i64x2::<0b01_00_01_00>(x[i], y[i]);
        out[2 * i + 1] = _mm512_shuffle_i64x2::<0b11_10_11_10>(x[i], y[i]);
    }
    out
}

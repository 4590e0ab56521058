//! Products by fused multiply-adds of double-precision numbers.
//!
//! # A product of two limbs
//!
//! For `a, b` in `[0, 2^52)`, which doubles hold exactly, three instructions give `k` and `l` with
//! `a b = k · 2^52 + l` and `|l| ≤ 2^51`, as integers in the low bits of doubles:
//!
//! - `h = a b + 2^104`, rounded once, to the nearest multiple of `2^52`: it lies in `[2^104, 2^105)`, where
//!   that is the distance of doubles. So `h = 2^104 + k · 2^52`, and the bits of `h`, read as an integer, are
//!   those of `2^104` plus `k`, which is at most `2^52 − 2`.
//! - `s = (2^104 − 3 · 2^51) − h = −(2 k + 3) · 2^51`, exactly, since `2 k + 3 < 2^53`. The constant is exact
//!   because it is below `2^104`, where doubles are `2^51` apart.
//! - `a b + s = l − 3 · 2^51`, exactly: in `[−2^53, −2^52]` all integers are doubles. The bits, read as an
//!   integer, are those of `−3 · 2^51` *minus* `l`, since the magnitude grows as `l` falls.
//!
//! So a column that adds the bits of the first, and subtracts those of the second, is off by a number that
//! depends on nothing but how many it took; all is modulo `2^64`. The rounding is that to nearest, which is
//! what a process has unless it asks for another. The idea of splitting products by the rounding of fused
//! multiply-adds is that of Emmart, Zheng and Weems (ARITH 2018), who round towards zero; subtracting from
//! a constant of the lower binade is what makes it exact for 52 bits when rounding to nearest.
//!
//! # Bounds
//!
//! A product adds between `−5 · 2^51` and less than `5 · 2^51 + 5 · 2^52` to a column: columns are signed, and
//! 200 products fit, as many as the algorithms add up. [`reduce`] first adds `2^61` to every column but
//! the last, and subtracts `2^9` from the next one, which changes nothing and leaves no column negative.
//!
//! # Cost
//!
//! Of four lanes: 25 splits of six instructions for a product, 15 for a square, 26 for a reduction. With all
//! else that is there (limbs to doubles, carries, loads of constants), by rustc 1.95 and for each lane: 121
//! instructions for a product that is reduced, 100 for a square, 54 for a product that is added up, 67 for a
//! reduction. The compiler tends to split everything first and add afterwards, and has no registers for it;
//! so the six are one block of assembly, with which sums of products take a third less time.

use super::arch::*;
use crate::field::packed::constants::{Constants, MASK};
use ark_ff::MontConfig;
use std::arch::asm;
#[rustfmt::skip]
use std::arch::x86_64::{
    __m256d, __m256i, _mm256_add_epi64, _mm256_and_si256, _mm256_blend_epi32, _mm256_blendv_pd,
    _mm256_castpd_si256, _mm256_castsi256_pd, _mm256_mul_epu32, _mm256_or_si256,
    _mm256_permute2x128_si256, _mm256_permutevar8x32_epi32, _mm256_set1_epi64x, _mm256_set1_pd,
    _mm256_setzero_pd, _mm256_setzero_si256, _mm256_slli_epi64, _mm256_srli_epi64, _mm256_sub_epi64,
    _mm256_sub_pd,
};

/// Eight integers: limb `i` of lane `l` is lane `l` of vector `i`.
pub(super) type Lanes = [__m512i; 5];

/// The same integer in all lanes.
#[inline]
#[vectors]
pub(super) fn splat(limbs: [u64; 5]) -> Lanes {
    let mut out = [_mm512_setzero_si512(); 5];
    for i in 0..5 {
        out[i] = _mm512_set1_epi64(limbs[i] as i64);
    }
    out
}

/// The ten columns of a product, before reduction.
pub(super) type Columns = [__m512i; 10];

/// Columns of four lanes.
type Four = [__m256i; 10];
/// Limbs of four lanes, as doubles.
type Doubles = [__m256d; 5];

const ONE: f64 = (1u64 << 52) as f64;
/// What rounds a product to a multiple of `2^52`.
const ROUND: f64 = ONE * ONE;
/// What the lower parts of products are counted from.
const CENTRE: f64 = -1.5 * ONE;
/// What the rounded product is subtracted from.
const REST: f64 = ROUND + CENTRE;

/// What is to be added to a column that added so many upper, and subtracted so many lower parts.
const fn due(upper: u64, lower: u64) -> u64 {
    lower
        .wrapping_mul(CENTRE.to_bits())
        .wrapping_sub(upper.wrapping_mul(ROUND.to_bits()))
}

/// How many of the products of `rows` limbs with `columns` limbs begin at a limb.
const fn starting(rows: usize, columns: usize, at: usize) -> u64 {
    let mut count = 0;
    let mut i = 0;
    while i < rows {
        if at >= i && at - i < columns {
            count += 1;
        }
        i += 1;
    }
    count
}

/// What is due after a product of `rows` limbs with `columns` limbs that begins at limb `from`.
const fn due_of(rows: usize, columns: usize, from: usize) -> [u64; 10] {
    let mut out = [0; 10];
    let mut at = from;
    while at < 10 {
        let lower = starting(rows, columns, at - from);
        let upper = match at > from {
            true => starting(rows, columns, at - from - 1),
            false => 0,
        };
        out[at] = due(upper, lower);
        at += 1;
    }
    out
}

const fn sum(mut a: [u64; 10], b: [u64; 10]) -> [u64; 10] {
    let mut i = 0;
    while i < 10 {
        a[i] = a[i].wrapping_add(b[i]);
        i += 1;
    }
    a
}

/// What leaves no column negative.
const LIFT: [u64; 10] = {
    let mut out = [0; 10];
    let mut i = 0;
    while i < 9 {
        out[i] = u64::wrapping_add(out[i], 1 << 61);
        out[i + 1] = u64::wrapping_sub(out[i + 1], 1 << 9);
        i += 1;
    }
    out
};

const PRODUCT: [u64; 10] = due_of(5, 5, 0);

/// Three limbs times five at limb 3, two at limb 4, and what leaves no column negative.
const REDUCTION: [u64; 10] = {
    let one = due_of(1, 5, 3);
    let last = due_of(1, 5, 4);
    sum(sum(sum(one, sum(one, one)), sum(last, last)), LIFT)
};

#[inline]
#[vectors]
fn every(word: u64) -> __m256i {
    _mm256_set1_epi64x(word as i64)
}

#[inline]
#[vectors]
fn double(word: u64) -> __m256d {
    _mm256_set1_pd(word as f64)
}

/// The low 52 bits, as doubles: those of the exponent of `2^52` are put above them.
#[inline]
#[vectors]
fn low_bits(words: __m256i) -> __m256d {
    limb(_mm256_and_si256(words, every(MASK)))
}

/// A limb, as doubles.
#[inline]
#[vectors]
fn limb(limb: __m256i) -> __m256d {
    let above = _mm256_castsi256_pd(_mm256_or_si256(limb, every(ONE.to_bits())));
    _mm256_sub_pd(above, _mm256_set1_pd(ONE))
}

#[inline]
#[vectors]
fn doubles<const H: usize>(a: &Lanes) -> Doubles {
    let mut out = [_mm256_setzero_pd(); 5];
    for i in 0..5 {
        out[i] = limb(a[i].0[H]);
    }
    out
}

/// Adds the upper part of a product to a column, and the lower part to the one below.
#[inline]
#[vectors]
fn split(upper: &mut __m256i, lower: &mut __m256i, a: __m256d, b: __m256d) {
    // SAFETY: these are instructions that the function's features are for; they touch nothing but the
    // registers that are named.
    unsafe {
        asm!(
            "vmovapd {h}, {round}",
            "vfmadd231pd {h}, {a}, {b}",
            "vsubpd {l}, {rest}, {h}",
            "vfmadd231pd {l}, {a}, {b}",
            "vpaddq {upper}, {upper}, {h}",
            "vpsubq {lower}, {lower}, {l}",
            h = out(ymm_reg) _,
            l = out(ymm_reg) _,
            round = in(ymm_reg) _mm256_set1_pd(ROUND),
            rest = in(ymm_reg) _mm256_set1_pd(REST),
            a = in(ymm_reg) a,
            b = in(ymm_reg) b,
            upper = inout(ymm_reg) *upper,
            lower = inout(ymm_reg) *lower,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
}

/// Adds `a · limbs`, from a limb on.
#[inline]
#[vectors]
fn add_multiple(t: &mut Four, from: usize, a: __m256d, limbs: &[u64; 5]) {
    for j in 0..5 {
        let (below, above) = t.split_at_mut(from + j + 1);
        split(&mut above[0], &mut below[from + j], a, double(limbs[j]));
    }
}

/// The low 52 bits of a column, the rest of which is carried.
#[inline]
#[vectors]
fn take(t: &mut Four, at: usize) -> __m256d {
    t[at + 1] = _mm256_add_epi64(t[at + 1], _mm256_srli_epi64::<52>(t[at]));
    low_bits(t[at])
}

/// Adds `$a · $b` to the columns of a range: `$column` has the first, and leaves the next. Columns are loaded
/// and stored one by one: few of them are in registers at a time.
macro_rules! add_columns {
    ($range:expr, $column:ident, $a:ident, $b:ident, |$at:ident| $load:expr, |$to:ident| $store:expr) => {
        for $to in $range {
            let load = |$at: usize| $load;
            let mut next = load($to + 1);
            for i in 0..5 {
                if i <= $to && $to - i < 5 {
                    split(&mut next, &mut $column, $a[i], $b[$to - i]);
                }
            }
            $store;
            $column = next;
        }
    };
}

/// What is to be multiplied by `p` so that, added, it clears the low half of columns that have all that is
/// due for a reduction. (Macros, because the compiler does not write so much code twice by itself.)
macro_rules! quotient {
    ($T:ident, $t:ident) => {{
        // The low three limbs are replaced by their multiples of 2^-156, 2^-104 and 2^-52 modulo p, which
        // begin at limb 3 all of them: they wait for nothing but carries. The fourth does as the third.
        let [one, two, three] = const { Constants::<$T>::SHIFTS };
        let first = take(&mut $t, 0);
        let second = take(&mut $t, 1);
        let third = take(&mut $t, 2);
        add_multiple(&mut $t, 3, first, &three);
        add_multiple(&mut $t, 3, second, &two);
        add_multiple(&mut $t, 3, third, &one);
        let fourth = take(&mut $t, 3);
        add_multiple(&mut $t, 4, fourth, &one);
        // What is due for the last is in the column already.
        let low = low_bits(_mm256_sub_epi64($t[4], every(due(0, 1))));
        let (mut unused, mut quotient) = (_mm256_setzero_si256(), every(due(0, 1)));
        let inverse = double(const { Constants::<$T>::INVERSE });
        split(&mut unused, &mut quotient, low, inverse);
        low_bits(quotient)
    }};
}

/// Stores the upper half of columns whose lower half is cleared, as limbs.
#[inline]
#[vectors]
fn store_limbs<const H: usize>(t: &Four, out: &mut Lanes) {
    let mut carry = t[4];
    for i in 0..5 {
        carry = _mm256_add_epi64(t[5 + i], _mm256_srli_epi64::<52>(carry));
        out[i].0[H] = match i {
            4 => carry,
            _ => _mm256_and_si256(carry, every(MASK)),
        };
    }
}

/// Adds a product of one half of the lanes.
#[inline(never)]
#[vectors]
fn add_half<const H: usize>(t: &mut Columns, a: &Lanes, b: &Lanes) {
    let (a, b) = (doubles::<H>(a), doubles::<H>(b));
    let mut column = _mm256_add_epi64(t[0].0[H], every(PRODUCT[0]));
    add_columns!(
        0..9,
        column,
        a,
        b,
        |m| _mm256_add_epi64(t[m].0[H], every(PRODUCT[m])),
        |m| t[m].0[H] = column
    );
    t[9].0[H] = column;
}

#[inline(never)]
#[vectors]
fn reduce_half<T: MontConfig<4>, const H: usize>(t: &Columns, out: &mut Lanes) {
    let mut columns = [_mm256_setzero_si256(); 10];
    for m in 0..10 {
        columns[m] = _mm256_add_epi64(t[m].0[H], every(REDUCTION[m]));
    }
    let quotient = quotient!(T, columns);
    add_multiple(&mut columns, 4, quotient, &const { Constants::<T>::P });
    store_limbs::<H>(&columns, out);
}

/// The second half is multiplied while the reduction of the first one waits for its quotient.
#[inline(never)]
#[vectors]
fn mul_eight<T: MontConfig<4>>(a: &Lanes, b: &Lanes, out: &mut Lanes) {
    let due = const { sum(PRODUCT, REDUCTION) };
    let p = const { Constants::<T>::P };
    let mut t = [_mm256_setzero_si256(); 10];
    let mut u = t;
    let (a0, b0) = (doubles::<0>(a), doubles::<0>(b));
    let mut column = every(due[0]);
    add_columns!(0..9, column, a0, b0, |m| every(due[m]), |m| t[m] = column);
    t[9] = column;
    let quotient = quotient!(T, t);
    let (a1, b1) = (doubles::<1>(a), doubles::<1>(b));
    let mut column = every(due[0]);
    add_columns!(0..4, column, a1, b1, |m| every(due[m]), |m| u[m] = column);
    add_multiple(&mut t, 4, quotient, &p);
    add_columns!(4..9, column, a1, b1, |m| every(due[m]), |m| u[m] = column);
    u[9] = column;
    store_limbs::<0>(&t, out);
    let quotient = quotient!(T, u);
    add_multiple(&mut u, 4, quotient, &p);
    store_limbs::<1>(&u, out);
}

#[inline(never)]
#[vectors]
fn square_half<T: MontConfig<4>, const H: usize>(a: &Lanes, out: &mut Lanes) {
    let a = doubles::<H>(a);
    let mut t = [_mm256_setzero_si256(); 10];
    for m in 1..8usize {
        let (below, above) = t.split_at_mut(m + 1);
        for i in 0..4 {
            if 2 * i < m && m - i < 5 {
                split(&mut above[0], &mut below[m], a[i], a[m - i]);
            }
        }
    }
    // What is due is doubled, too, so that it is as much as for all products one by one.
    for m in 0..10 {
        let due = every(const { sum(PRODUCT, REDUCTION) }[m]);
        t[m] = _mm256_add_epi64(_mm256_add_epi64(t[m], t[m]), due);
    }
    for i in 0..5 {
        let (below, above) = t.split_at_mut(2 * i + 1);
        split(&mut above[0], &mut below[2 * i], a[i], a[i]);
    }
    let quotient = quotient!(T, t);
    add_multiple(&mut t, 4, quotient, &const { Constants::<T>::P });
    store_limbs::<H>(&t, out);
}

/// Adds `a · b` to the columns, for `N` independent products.
#[inline]
#[vectors]
pub(super) fn multiply_add<const N: usize>(
    mut t: [Columns; N],
    a: [Lanes; N],
    b: [Lanes; N],
) -> [Columns; N] {
    for n in 0..N {
        add_half::<0>(&mut t[n], &a[n], &b[n]);
        add_half::<1>(&mut t[n], &a[n], &b[n]);
    }
    t
}

#[inline]
#[vectors]
fn add_short_half<const L: usize, const H: usize>(t: &mut Columns, a: &Lanes, b: &[__m512i; L]) {
    let mut columns = [_mm256_setzero_si256(); 10];
    for m in 0..10 {
        let due = every(const { due_of(5, L, 0) }[m]);
        columns[m] = _mm256_add_epi64(t[m].0[H], due);
    }
    let a = doubles::<H>(a);
    for j in 0..L {
        let b = limb(b[j].0[H]);
        for i in 0..5 {
            let (below, above) = columns.split_at_mut(i + j + 1);
            split(&mut above[0], &mut below[i + j], a[i], b);
        }
    }
    for m in 0..10 {
        t[m].0[H] = columns[m];
    }
}

/// [`multiply_add`] of integers of few limbs.
#[inline]
#[vectors]
pub(super) fn multiply_add_short<const L: usize>(
    mut t: Columns,
    a: Lanes,
    b: [__m512i; L],
) -> Columns {
    add_short_half::<L, 0>(&mut t, &a, &b);
    add_short_half::<L, 1>(&mut t, &a, &b);
    t
}

/// `t / 2^260 mod p`, below `t / 2^260 + 2 p` for sums of products.
#[inline]
#[vectors]
pub(super) fn reduce<T: MontConfig<4>, const N: usize>(t: [Columns; N]) -> [Lanes; N] {
    let mut out = [[_mm512_setzero_si512(); 5]; N];
    for n in 0..N {
        reduce_half::<T, 0>(&t[n], &mut out[n]);
        reduce_half::<T, 1>(&t[n], &mut out[n]);
    }
    out
}

/// `a · b / 2^260 mod p`, `N` times.
#[inline]
#[vectors]
pub(super) fn mul<T: MontConfig<4>, const N: usize>(a: [Lanes; N], b: [Lanes; N]) -> [Lanes; N] {
    let mut out = [[_mm512_setzero_si512(); 5]; N];
    for n in 0..N {
        mul_eight::<T>(&a[n], &b[n], &mut out[n]);
    }
    out
}

/// `a² / 2^260 mod p`, `N` times.
#[inline]
#[vectors]
pub(super) fn square<T: MontConfig<4>, const N: usize>(a: [Lanes; N]) -> [Lanes; N] {
    let mut out = [[_mm512_setzero_si512(); 5]; N];
    for n in 0..N {
        square_half::<T, 0>(&a[n], &mut out[n]);
        square_half::<T, 1>(&a[n], &mut out[n]);
    }
    out
}

/// What shifts of 52 bits without a sign need: a limb gets `2^63`, which the shift makes `2^11` of the next.
const UNSIGNED: [u64; 5] = {
    let (sign, shifted) = (1u64 << 63, 1 << 11);
    let middle = sign - shifted;
    [sign, middle, middle, middle, u64::wrapping_sub(0, shifted)]
};

/// Restores 52-bit limbs, to which [`UNSIGNED`] was added.
#[inline]
#[vectors]
fn carry_four(a: &mut [__m256i; 5]) {
    for i in 0..4 {
        a[i + 1] = _mm256_add_epi64(a[i + 1], _mm256_srli_epi64::<52>(a[i]));
        a[i] = _mm256_and_si256(a[i], every(MASK));
    }
}

/// Restores 52-bit limbs. The integers must lie in `[0, 2^260)`; limbs may have any sign.
#[inline]
#[vectors]
pub(super) fn carry(mut a: Lanes) -> Lanes {
    for h in 0..2 {
        let mut limbs = [_mm256_setzero_si256(); 5];
        for i in 0..5 {
            limbs[i] = _mm256_add_epi64(a[i].0[h], every(UNSIGNED[i]));
        }
        carry_four(&mut limbs);
        for i in 0..5 {
            a[i].0[h] = limbs[i];
        }
    }
    a
}

/// The lower or the upper halves of the words of multiples less [`UNSIGNED`].
const fn half_words(multiples: [[u64; 8]; 5], shift: u32) -> [[u32; 8]; 5] {
    let mut out = [[0; 8]; 5];
    let mut i = 0;
    while i < 40 {
        let word = multiples[i / 8][i % 8].wrapping_sub(UNSIGNED[i / 8]);
        out[i / 8][i % 8] = (word >> shift) as u32;
        i += 1;
    }
    out
}

/// The representative in `[0, p)` of an integer below `8 p`, with 52-bit limbs.
#[inline]
#[vectors]
pub(super) fn canonical<T: MontConfig<4>>(mut a: Lanes) -> Lanes {
    // The quotient from 32 bits of the top limb: a[4] / 2^52 · floor(2^260 / p), short by one at most.
    let reciprocal = every(const { Constants::<T>::RECIPROCAL });
    let low = const { &half_words(Constants::<T>::MULTIPLES, 0) };
    let high = const { &half_words(Constants::<T>::MULTIPLES, 32) };
    let p = const { Constants::<T>::P };
    for h in 0..2 {
        let top = _mm256_srli_epi64::<20>(a[4].0[h]);
        let quotient = _mm256_srli_epi64::<32>(_mm256_mul_epu32(top, reciprocal));
        let index = _mm256_or_si256(quotient, _mm256_slli_epi64::<32>(quotient));
        let mut rest = [_mm256_setzero_si256(); 5];
        let mut less = rest;
        for i in 0..5 {
            let multiple = _mm256_blend_epi32::<0b1010_1010>(
                _mm256_permutevar8x32_epi32(load_u32s(&low[i]), index),
                _mm256_permutevar8x32_epi32(load_u32s(&high[i]), index),
            );
            rest[i] = _mm256_sub_epi64(a[i].0[h], multiple);
            less[i] = _mm256_sub_epi64(rest[i], every(p[i]));
        }
        carry_four(&mut rest);
        carry_four(&mut less);
        // The sign says which.
        let negative = _mm256_castsi256_pd(less[4]);
        for i in 0..5 {
            let [rest, less] = [rest[i], less[i]].map(|limb| _mm256_castsi256_pd(limb));
            a[i].0[h] = _mm256_castpd_si256(_mm256_blendv_pd(less, rest, negative));
        }
    }
    a
}

/// The first pairs of lanes of both halves, of `a` and `b` alternately.
#[inline]
#[vectors]
pub(super) fn first_pairs(a: __m512i, b: __m512i) -> __m512i {
    __m512i([
        _mm256_permute2x128_si256::<0x20>(a.0[0], b.0[0]),
        _mm256_permute2x128_si256::<0x20>(a.0[1], b.0[1]),
    ])
}

/// The second pairs of lanes of both halves, of `a` and `b` alternately.
#[inline]
#[vectors]
pub(super) fn second_pairs(a: __m512i, b: __m512i) -> __m512i {
    __m512i([
        _mm256_permute2x128_si256::<0x31>(a.0[0], b.0[0]),
        _mm256_permute2x128_si256::<0x31>(a.0[1], b.0[1]),
    ])
}

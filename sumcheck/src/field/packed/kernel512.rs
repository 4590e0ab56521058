//! Products by AVX-512 IFMA: multiply-adds of the low and of the high halves of 52-bit limbs.
//!
//! The bounds are stated with the lanes (`algorithms/lanes.rs`). This file is compiled for the processor's
//! instructions and for emulated ones; `fma/kernel.rs` has the same functions for other instructions.

use super::arch::*;
use crate::field::packed::constants::{Constants, MASK};
use ark_ff::MontConfig;

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

/// Restores 52-bit limbs. The integers must lie in `[0, 2^260)`; limbs may have any sign.
#[inline]
#[vectors]
pub(super) fn carry(mut a: Lanes) -> Lanes {
    let mask = _mm512_set1_epi64(MASK as i64);
    for i in 0..4 {
        a[i + 1] = _mm512_add_epi64(a[i + 1], _mm512_srai_epi64::<52>(a[i]));
        a[i] = _mm512_and_si512(a[i], mask);
    }
    a
}

/// The ten columns of a product, before reduction.
pub(super) type Columns = [__m512i; 10];

/// Adds `a · b` to the columns, for `N` independent products, interleaved: a multiply-add waits four
/// cycles for the one before, and the processor looks ahead only so far. Each column gains less than
/// `9 · 2^52`.
#[inline]
#[vectors]
pub(super) fn multiply_add<const N: usize>(
    mut t: [Columns; N],
    a: [Lanes; N],
    b: [Lanes; N],
) -> [Columns; N] {
    for i in 0..5 {
        for j in 0..5 {
            for n in 0..N {
                t[n][i + j] = _mm512_madd52lo_epu64(t[n][i + j], a[n][i], b[n][j]);
            }
            for n in 0..N {
                t[n][i + j + 1] = _mm512_madd52hi_epu64(t[n][i + j + 1], a[n][i], b[n][j]);
            }
        }
    }
    t
}

/// `t / 2^260 mod p`, below `t / 2^260 + 2 p`; columns below `2^63`.
#[inline]
#[vectors]
pub(super) fn reduce<T: MontConfig<4>, const N: usize>(mut t: [Columns; N]) -> [Lanes; N] {
    // Four steps replace the low limb m by m · SHIFTED, one limb higher, which is congruent to m
    // and needs no quotient. (Only the low 52 bits of a factor count.)
    let shifted = splat(const { Constants::<T>::SHIFTED });
    for i in 0..4 {
        for j in 0..5 {
            for t in &mut t {
                t[i + 1 + j] = _mm512_madd52lo_epu64(t[i + 1 + j], t[i], shifted[j]);
            }
            for t in &mut t {
                t[i + 2 + j] = _mm512_madd52hi_epu64(t[i + 2 + j], t[i], shifted[j]);
            }
            if j == 0 {
                for t in &mut t {
                    t[i + 1] = _mm512_add_epi64(t[i + 1], _mm512_srli_epi64::<52>(t[i]));
                }
            }
        }
    }
    // The last adds a multiple of p that clears the low limb, which leaves a small result.
    let inverse = _mm512_set1_epi64(const { Constants::<T>::INVERSE } as i64);
    let p = splat(const { Constants::<T>::P });
    let mut q = [_mm512_setzero_si512(); N];
    for n in 0..N {
        q[n] = _mm512_madd52lo_epu64(q[n], t[n][4], inverse);
    }
    for j in 0..5 {
        for n in 0..N {
            t[n][4 + j] = _mm512_madd52lo_epu64(t[n][4 + j], q[n], p[j]);
        }
        for n in 0..N {
            t[n][5 + j] = _mm512_madd52hi_epu64(t[n][5 + j], q[n], p[j]);
        }
    }
    let mut out = [[_mm512_setzero_si512(); 5]; N];
    for n in 0..N {
        let t = &t[n];
        let first = _mm512_add_epi64(t[5], _mm512_srli_epi64::<52>(t[4]));
        out[n] = carry([first, t[6], t[7], t[8], t[9]]);
    }
    out
}

/// `a · b / 2^260 mod p`, `N` times.
#[inline]
#[vectors]
pub(super) fn mul<T: MontConfig<4>, const N: usize>(a: [Lanes; N], b: [Lanes; N]) -> [Lanes; N] {
    reduce::<T, N>(multiply_add([[_mm512_setzero_si512(); 10]; N], a, b))
}

/// `a² / 2^260 mod p`, `N` times.
#[inline]
#[vectors]
pub(super) fn square<T: MontConfig<4>, const N: usize>(a: [Lanes; N]) -> [Lanes; N] {
    let mut t = [[_mm512_setzero_si512(); 10]; N];
    for i in 0..5 {
        for j in i + 1..5 {
            for n in 0..N {
                t[n][i + j] = _mm512_madd52lo_epu64(t[n][i + j], a[n][i], a[n][j]);
            }
            for n in 0..N {
                t[n][i + j + 1] = _mm512_madd52hi_epu64(t[n][i + j + 1], a[n][i], a[n][j]);
            }
        }
    }
    for n in 0..N {
        for i in 1..9 {
            t[n][i] = _mm512_add_epi64(t[n][i], t[n][i]);
        }
    }
    for i in 0..5 {
        for n in 0..N {
            t[n][2 * i] = _mm512_madd52lo_epu64(t[n][2 * i], a[n][i], a[n][i]);
            t[n][2 * i + 1] = _mm512_madd52hi_epu64(t[n][2 * i + 1], a[n][i], a[n][i]);
        }
    }
    reduce::<T, N>(t)
}

/// The representative in `[0, p)` of an integer below `8 p`, with 52-bit limbs.
#[inline]
#[vectors]
pub(super) fn canonical<T: MontConfig<4>>(mut a: Lanes) -> Lanes {
    // The quotient from the top limb: a[4] / 2^52 · floor(2^260 / p), short by one at most.
    let reciprocal = _mm512_set1_epi64(const { Constants::<T>::RECIPROCAL } as i64);
    let quotient = _mm512_madd52hi_epu64(_mm512_setzero_si512(), a[4], reciprocal);
    let multiples = const { &Constants::<T>::MULTIPLES };
    for i in 0..5 {
        let multiple = _mm512_permutexvar_epi64(quotient, load_u64s(&multiples[i]));
        a[i] = _mm512_sub_epi64(a[i], multiple);
    }
    let mut less = splat(const { Constants::<T>::P });
    for i in 0..5 {
        less[i] = _mm512_sub_epi64(a[i], less[i]);
    }
    let less = carry(less);
    let a = carry(a);
    let negative = _mm512_movepi64_mask(less[4]);
    let mut out = less;
    for i in 0..5 {
        out[i] = _mm512_mask_mov_epi64(less[i], negative, a[i]);
    }
    out
}

/// [`multiply_add`] of integers of few limbs.
#[inline]
#[vectors]
pub(super) fn multiply_add_short<const L: usize>(
    mut t: Columns,
    a: Lanes,
    b: [__m512i; L],
) -> Columns {
    for i in 0..5 {
        for j in 0..L {
            t[i + j] = _mm512_madd52lo_epu64(t[i + j], a[i], b[j]);
            t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a[i], b[j]);
        }
    }
    t
}

/// The first pairs of lanes of both halves, of `a` and `b` alternately.
#[inline]
#[vectors]
pub(super) fn first_pairs(a: __m512i, b: __m512i) -> __m512i {
    _mm512_permutex2var_epi64(a, _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), b)
}

/// The second pairs of lanes of both halves, of `a` and `b` alternately.
#[inline]
#[vectors]
pub(super) fn second_pairs(a: __m512i, b: __m512i) -> __m512i {
    _mm512_permutex2var_epi64(a, _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15), b)
}

//! The instructions in plain Rust, under their names.
//!
//! Vectors are eight words of 64 bits, the first the lowest. What an instruction leaves undefined is
//! filled with [`UNDEFINED`], on which no result may depend.

use super::fault::pass;
use crate::field::packed::constants::{Fp4, LIMB, MASK};
use ark_bn254::G1Affine;
use ark_ff::{BigInt, MontConfig};
use std::array::from_fn;

pub use lane_features::emulated as vectors;

/// Always there.
#[derive(Clone, Copy, Debug)]
pub struct Token;

impl Token {
    /// Never `None`.
    pub fn detect() -> Option<Self> {
        Some(Token)
    }
}

/// 512 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types)]
pub struct __m512i(pub [u64; 8]);

/// 256 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types)]
pub struct __m256i(pub [u64; 4]);

/// 128 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types)]
pub struct __m128i(pub [u64; 2]);

/// A bit for each lane.
#[allow(non_camel_case_types)]
pub type __mmask8 = u8;

/// Stands where a processor may leave anything.
const UNDEFINED: u64 = 0xbad0_bad1_bad2_bad3;

#[inline]
fn each(a: __m512i, f: impl Fn(u64) -> u64) -> __m512i {
    __m512i(a.0.map(f))
}

#[inline]
fn both(a: __m512i, b: __m512i, f: impl Fn(u64, u64) -> u64) -> [u64; 8] {
    from_fn(|l| f(a.0[l], b.0[l]))
}

#[inline]
fn mask(f: impl Fn(usize) -> bool) -> __mmask8 {
    (0..8).map(|l| u8::from(f(l)) << l).sum()
}

pub fn _mm512_setzero_si512() -> __m512i {
    __m512i([0; 8])
}

pub fn _mm512_set1_epi64(a: i64) -> __m512i {
    __m512i([a as u64; 8])
}

#[expect(clippy::too_many_arguments, reason = "the instruction's")]
pub fn _mm512_setr_epi64(
    a: i64,
    b: i64,
    c: i64,
    d: i64,
    e: i64,
    f: i64,
    g: i64,
    h: i64,
) -> __m512i {
    __m512i([a, b, c, d, e, f, g, h].map(|x| x as u64))
}

#[inline]
pub fn _mm512_add_epi64(a: __m512i, b: __m512i) -> __m512i {
    pass(both(a, b, u64::wrapping_add))
}

#[inline]
pub fn _mm512_sub_epi64(a: __m512i, b: __m512i) -> __m512i {
    pass(both(a, b, u64::wrapping_sub))
}

#[inline]
pub fn _mm512_and_si512(a: __m512i, b: __m512i) -> __m512i {
    __m512i(both(a, b, |a, b| a & b))
}

#[inline]
pub fn _mm512_or_si512(a: __m512i, b: __m512i) -> __m512i {
    __m512i(both(a, b, |a, b| a | b))
}

#[inline]
pub fn _mm512_xor_si512(a: __m512i, b: __m512i) -> __m512i {
    __m512i(both(a, b, |a, b| a ^ b))
}

#[inline]
pub fn _mm512_slli_epi64<const BY: u32>(a: __m512i) -> __m512i {
    each(a, |a| a << BY)
}

#[inline]
pub fn _mm512_srli_epi64<const BY: u32>(a: __m512i) -> __m512i {
    each(a, |a| a >> BY)
}

#[inline]
pub fn _mm512_srai_epi64<const BY: u32>(a: __m512i) -> __m512i {
    pass(a.0.map(|a| ((a as i64) >> BY) as u64))
}

/// The low words of `b · 2^64 + a`, shifted to the right.
#[inline]
pub fn _mm512_shrdi_epi64<const BY: i32>(a: __m512i, b: __m512i) -> __m512i {
    __m512i(both(a, b, |a, b| {
        let joined = u128::from(b) << 64 | u128::from(a);
        (joined >> BY) as u64
    }))
}

/// Adds the low half of a product of 52-bit factors.
#[inline]
pub fn _mm512_madd52lo_epu64(sum: __m512i, a: __m512i, b: __m512i) -> __m512i {
    let product = |l: usize| (a.0[l] & MASK).wrapping_mul(b.0[l] & MASK) & MASK;
    __m512i(from_fn(|l| sum.0[l].wrapping_add(product(l))))
}

/// Adds the high half of a product of 52-bit factors.
#[inline]
pub fn _mm512_madd52hi_epu64(sum: __m512i, a: __m512i, b: __m512i) -> __m512i {
    let product = |l: usize| (u128::from(a.0[l] & MASK) * u128::from(b.0[l] & MASK)) >> LIMB;
    __m512i(from_fn(|l| sum.0[l].wrapping_add(product(l) as u64)))
}

pub fn _mm512_permutexvar_epi64(index: __m512i, a: __m512i) -> __m512i {
    each(index, |i| a.0[(i & 7) as usize])
}

/// Index bit 3 selects the second vector.
pub fn _mm512_permutex2var_epi64(a: __m512i, index: __m512i, b: __m512i) -> __m512i {
    each(index, |i| {
        let from = if i & 8 == 0 { a } else { b };
        from.0[(i & 7) as usize]
    })
}

/// Two quarters of `a`, then two of `b`, by two bits each.
pub fn _mm512_shuffle_i64x2<const BITS: i32>(a: __m512i, b: __m512i) -> __m512i {
    __m512i(from_fn(|l| {
        let from = if l < 4 { a } else { b };
        let quarter = (BITS as usize) >> (2 * (l / 2)) & 3;
        from.0[2 * quarter + l % 2]
    }))
}

/// The even lanes of both, alternately.
pub fn _mm512_unpacklo_epi64(a: __m512i, b: __m512i) -> __m512i {
    __m512i(from_fn(|l| [a, b][l % 2].0[l & !1]))
}

/// The odd lanes of both, alternately.
pub fn _mm512_unpackhi_epi64(a: __m512i, b: __m512i) -> __m512i {
    __m512i(from_fn(|l| [a, b][l % 2].0[l | 1]))
}

/// The lanes of `b` where the mask has a one.
pub fn _mm512_mask_mov_epi64(a: __m512i, mask: __mmask8, b: __m512i) -> __m512i {
    __m512i(from_fn(|l| [a, b][usize::from(mask >> l & 1)].0[l]))
}

/// The signs.
pub fn _mm512_movepi64_mask(a: __m512i) -> __mmask8 {
    mask(|l| a.0[l] >> 63 == 1)
}

/// Lanes that have no bit in common.
pub fn _mm512_testn_epi64_mask(a: __m512i, b: __m512i) -> __mmask8 {
    mask(|l| a.0[l] & b.0[l] == 0)
}

pub fn _mm_cvtsi64_si128(a: i64) -> __m128i {
    __m128i([a as u64, 0])
}

/// The low eight bytes, one in each lane.
pub fn _mm512_cvtepu8_epi64(a: __m128i) -> __m512i {
    __m512i(a.0[0].to_le_bytes().map(u64::from))
}

/// Eight halves of words, one in each lane.
pub fn _mm512_cvtepu32_epi64(a: __m256i) -> __m512i {
    __m512i(from_fn(|l| {
        a.0[l / 2] >> (32 * (l % 2)) & u64::from(u32::MAX)
    }))
}

/// The upper half is undefined.
pub fn _mm512_castsi256_si512(a: __m256i) -> __m512i {
    __m512i(from_fn(|l| a.0.get(l).copied().unwrap_or(UNDEFINED)))
}

/// Replaces the lower (0) or the upper half (1).
pub fn _mm512_inserti64x4<const HALF: i32>(mut a: __m512i, b: __m256i) -> __m512i {
    a.0[4 * HALF as usize..][..4].copy_from_slice(&b.0);
    a
}

/// Eight machine words.
pub fn load_u64s(words: &[u64; 8]) -> __m512i {
    __m512i(*words)
}

/// Inverse of [`load_u64s`].
pub fn store_u64s(words: &mut [u64; 8], lanes: __m512i) {
    *words = lanes.0;
}

/// The four words of a field element.
pub fn load_one<T: MontConfig<4>>(element: &Fp4<T>) -> __m256i {
    __m256i(element.0.0)
}

fn joined([a, b]: [[u64; 4]; 2]) -> __m512i {
    __m512i(from_fn(|l| if l < 4 { a[l] } else { b[l - 4] }))
}

fn cut(words: __m512i) -> [BigInt<4>; 2] {
    [0, 4].map(|start| BigInt(from_fn(|l| words.0[start + l])))
}

/// Two field elements, one after the other.
pub fn load_two<T: MontConfig<4>>([a, b]: &[Fp4<T>; 2]) -> __m512i {
    joined([a.0.0, b.0.0])
}

/// Inverse of [`load_two`].
pub fn store_two<T: MontConfig<4>>(elements: &mut [Fp4<T>; 2], words: __m512i) {
    *elements = cut(words).map(Fp4::<T>::new_unchecked);
}

/// The coordinates of a point, x then y.
pub fn load_point(point: &G1Affine) -> __m512i {
    joined([point.x.0.0, point.y.0.0])
}

/// The inverse of [`load_point`].
pub fn store_point(point: &mut G1Affine, words: __m512i) {
    // The identity is (0, 0), here as in arkworks.
    let [x, y] = cut(words).map(ark_bn254::Fq::new_unchecked);
    *point = G1Affine::new_unchecked(x, y);
}

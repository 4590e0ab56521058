//! Vectors of 512 bits as two registers, with what the algorithms do with them under the names of AVX-512.
//!
//! Where AVX2 lacks an instruction that it has for other widths (arithmetic shifts, permutations of words),
//! a few others take its place. The products are in `kernel`.

use crate::field::packed::constants::Fp4;
use ark_bn254::G1Affine;
use ark_ff::MontConfig;
use std::arch::x86_64::*;

pub use lane_features::avx2_fma as vectors;
pub use std::arch::x86_64::{__m256i, __mmask8, _mm_cvtsi64_si128};

/// Proof that the processor has AVX2 and FMA, and that the system saves their state.
#[derive(Clone, Copy, Debug)]
pub struct Token(());

impl Token {
    /// `None` where an instruction is missing.
    pub fn detect() -> Option<Self> {
        Self::missing().is_empty().then_some(Token(()))
    }

    /// The features that the processor lacks.
    pub fn missing() -> Vec<&'static str> {
        let all = [
            ("avx2", is_x86_feature_detected!("avx2")),
            ("fma", is_x86_feature_detected!("fma")),
        ];
        let missing = all.iter().filter(|(_, present)| !present);
        missing.map(|(name, _)| *name).collect()
    }
}

/// 512 bits: lanes 0 to 3, and 4 to 7.
#[derive(Clone, Copy, Debug)]
#[allow(non_camel_case_types)]
pub struct __m512i(pub [__m256i; 2]);

macro_rules! halfwise {
    ($($name:ident($($argument:ident),*) = $half:ident;)*) => {$(
        #[inline]
        #[vectors]
        pub fn $name($($argument: __m512i),*) -> __m512i {
            __m512i([$half($($argument.0[0]),*), $half($($argument.0[1]),*)])
        }
    )*};
}

halfwise! {
    _mm512_add_epi64(a, b) = _mm256_add_epi64;
    _mm512_sub_epi64(a, b) = _mm256_sub_epi64;
    _mm512_and_si512(a, b) = _mm256_and_si256;
    _mm512_or_si512(a, b) = _mm256_or_si256;
    _mm512_xor_si512(a, b) = _mm256_xor_si256;
    _mm512_unpacklo_epi64(a, b) = _mm256_unpacklo_epi64;
    _mm512_unpackhi_epi64(a, b) = _mm256_unpackhi_epi64;
}

#[inline]
#[vectors]
pub fn _mm512_setzero_si512() -> __m512i {
    __m512i([_mm256_setzero_si256(); 2])
}

#[inline]
#[vectors]
pub fn _mm512_set1_epi64(a: i64) -> __m512i {
    __m512i([_mm256_set1_epi64x(a); 2])
}

#[expect(clippy::too_many_arguments, reason = "the instruction's")]
#[inline]
#[vectors]
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
    __m512i([
        _mm256_setr_epi64x(a, b, c, d),
        _mm256_setr_epi64x(e, f, g, h),
    ])
}

#[inline]
#[vectors]
pub fn _mm512_slli_epi64<const BY: u32>(a: __m512i) -> __m512i {
    let by = _mm_cvtsi64_si128(i64::from(BY));
    __m512i([_mm256_sll_epi64(a.0[0], by), _mm256_sll_epi64(a.0[1], by)])
}

#[inline]
#[vectors]
pub fn _mm512_srli_epi64<const BY: u32>(a: __m512i) -> __m512i {
    let by = _mm_cvtsi64_si128(i64::from(BY));
    __m512i([_mm256_srl_epi64(a.0[0], by), _mm256_srl_epi64(a.0[1], by)])
}

/// By more than zero.
#[inline]
#[vectors]
pub fn _mm512_srai_epi64<const BY: u32>(a: __m512i) -> __m512i {
    let (by, above) = (
        _mm_cvtsi64_si128(i64::from(BY)),
        _mm_cvtsi64_si128(i64::from(64 - BY)),
    );
    let mut out = a;
    for h in 0..2 {
        let signs = _mm256_cmpgt_epi64(_mm256_setzero_si256(), a.0[h]);
        out.0[h] = _mm256_or_si256(_mm256_srl_epi64(a.0[h], by), _mm256_sll_epi64(signs, above));
    }
    out
}

/// The low words of `b · 2^64 + a`, shifted to the right by 1 to 63.
#[inline]
#[vectors]
pub fn _mm512_shrdi_epi64<const BY: i32>(a: __m512i, b: __m512i) -> __m512i {
    let (by, above) = (
        _mm_cvtsi64_si128(i64::from(BY)),
        _mm_cvtsi64_si128(i64::from(64 - BY)),
    );
    let mut out = a;
    for h in 0..2 {
        out.0[h] = _mm256_or_si256(
            _mm256_srl_epi64(a.0[h], by),
            _mm256_sll_epi64(b.0[h], above),
        );
    }
    out
}

/// Words of eight, of which `low` and `high` have four each; of an index, the low three bits count.
#[inline]
#[vectors]
fn look_up(low: __m256i, high: __m256i, index: __m256i) -> __m256i {
    // Both halves of a word.
    let doubled = _mm256_and_si256(_mm256_add_epi64(index, index), _mm256_set1_epi64x(14));
    let odd = _mm256_or_si256(
        _mm256_slli_epi64::<32>(doubled),
        _mm256_set1_epi64x(1 << 32),
    );
    let halves = _mm256_or_si256(odd, doubled);
    // Bit 2 says which of the two.
    let which = _mm256_castsi256_pd(_mm256_slli_epi64::<61>(index));
    let low = _mm256_castsi256_pd(_mm256_permutevar8x32_epi32(low, halves));
    let high = _mm256_castsi256_pd(_mm256_permutevar8x32_epi32(high, halves));
    _mm256_castpd_si256(_mm256_blendv_pd(low, high, which))
}

#[inline]
#[vectors]
pub fn _mm512_permutexvar_epi64(index: __m512i, a: __m512i) -> __m512i {
    let mut out = a;
    for h in 0..2 {
        out.0[h] = look_up(a.0[0], a.0[1], index.0[h]);
    }
    out
}

/// Index bit 3 selects the second vector.
#[inline]
#[vectors]
pub fn _mm512_permutex2var_epi64(a: __m512i, index: __m512i, b: __m512i) -> __m512i {
    let mut out = a;
    for h in 0..2 {
        let which = _mm256_castsi256_pd(_mm256_slli_epi64::<60>(index.0[h]));
        let first = _mm256_castsi256_pd(look_up(a.0[0], a.0[1], index.0[h]));
        let second = _mm256_castsi256_pd(look_up(b.0[0], b.0[1], index.0[h]));
        out.0[h] = _mm256_castpd_si256(_mm256_blendv_pd(first, second, which));
    }
    out
}

#[inline]
#[vectors]
fn quarter(a: __m512i, i: i32) -> __m128i {
    let half = a.0[(i >> 1 & 1) as usize];
    match i & 1 {
        0 => _mm256_castsi256_si128(half),
        _ => _mm256_extracti128_si256::<1>(half),
    }
}

/// Two quarters of `a`, then two of `b`, by two bits each.
#[inline]
#[vectors]
pub fn _mm512_shuffle_i64x2<const BITS: i32>(a: __m512i, b: __m512i) -> __m512i {
    __m512i([
        _mm256_set_m128i(quarter(a, BITS >> 2), quarter(a, BITS)),
        _mm256_set_m128i(quarter(b, BITS >> 6), quarter(b, BITS >> 4)),
    ])
}

/// Lanes that have no bit in common.
#[inline]
#[vectors]
pub fn _mm512_testn_epi64_mask(a: __m512i, b: __m512i) -> __mmask8 {
    let mut mask = 0;
    for h in 0..2 {
        let both = _mm256_and_si256(a.0[h], b.0[h]);
        let none = _mm256_cmpeq_epi64(both, _mm256_setzero_si256());
        mask |= _mm256_movemask_pd(_mm256_castsi256_pd(none)) << (4 * h);
    }
    mask as __mmask8
}

/// The low eight bytes, one in each lane.
#[inline]
#[vectors]
pub fn _mm512_cvtepu8_epi64(a: __m128i) -> __m512i {
    __m512i([
        _mm256_cvtepu8_epi64(a),
        _mm256_cvtepu8_epi64(_mm_srli_si128::<4>(a)),
    ])
}

/// Eight halves of words, one in each lane.
#[inline]
#[vectors]
pub fn _mm512_cvtepu32_epi64(a: __m256i) -> __m512i {
    __m512i([
        _mm256_cvtepu32_epi64(_mm256_castsi256_si128(a)),
        _mm256_cvtepu32_epi64(_mm256_extracti128_si256::<1>(a)),
    ])
}

/// The upper half is anything.
#[inline]
#[vectors]
pub fn _mm512_castsi256_si512(a: __m256i) -> __m512i {
    __m512i([a; 2])
}

/// Replaces the lower (0) or the upper half (1).
#[inline]
#[vectors]
pub fn _mm512_inserti64x4<const HALF: i32>(mut a: __m512i, b: __m256i) -> __m512i {
    a.0[HALF as usize] = b;
    a
}

/// Eight halves of machine words.
#[inline]
#[vectors]
pub fn load_u32s(words: &[u32; 8]) -> __m256i {
    // SAFETY: the reference is valid for 32 bytes, and the load asks for no alignment.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

/// Eight machine words.
#[inline]
#[vectors]
pub fn load_u64s(words: &[u64; 8]) -> __m512i {
    let first = words.as_ptr().cast::<__m256i>();
    // SAFETY: the reference is valid for 64 bytes, twice 32, and the loads ask for no alignment.
    unsafe { __m512i([_mm256_loadu_si256(first), _mm256_loadu_si256(first.add(1))]) }
}

/// Inverse of [`load_u64s`].
#[inline]
#[vectors]
pub fn store_u64s(words: &mut [u64; 8], lanes: __m512i) {
    let first = words.as_mut_ptr().cast::<__m256i>();
    // SAFETY: the reference is valid for 64 bytes, twice 32, any value of which is allowed, and the stores
    // ask for no alignment.
    unsafe {
        _mm256_storeu_si256(first, lanes.0[0]);
        _mm256_storeu_si256(first.add(1), lanes.0[1]);
    }
}

/// The four words of a field element.
#[inline]
#[vectors]
pub fn load_one<T: MontConfig<4>>(element: &Fp4<T>) -> __m256i {
    const { assert!(size_of::<Fp4<T>>() == 32) };
    // SAFETY: the reference is valid for 32 bytes, all of them initialised: an `Fp4` is 32 bytes
    // long and holds 32 bytes of limbs, so it has no padding. The load asks for no alignment.
    unsafe { _mm256_loadu_si256(std::ptr::from_ref(element).cast()) }
}

/// Inverse of [`load_one`].
#[inline]
#[vectors]
fn store_one<T: MontConfig<4>>(element: &mut Fp4<T>, words: __m256i) {
    const { assert!(size_of::<Fp4<T>>() == 32) };
    // SAFETY: the reference is valid for 32 bytes, and an `Fp4` is nothing but limbs, any value of
    // which is allowed as far as the language goes. The store asks for no alignment.
    unsafe { _mm256_storeu_si256(std::ptr::from_mut(element).cast(), words) }
}

/// Two field elements, one after the other.
#[inline]
#[vectors]
pub fn load_two<T: MontConfig<4>>([a, b]: &[Fp4<T>; 2]) -> __m512i {
    __m512i([load_one(a), load_one(b)])
}

/// Inverse of [`load_two`].
#[inline]
#[vectors]
pub fn store_two<T: MontConfig<4>>([a, b]: &mut [Fp4<T>; 2], words: __m512i) {
    store_one(a, words.0[0]);
    store_one(b, words.0[1]);
}

/// The coordinates of a point, x then y.
#[inline]
#[vectors]
pub fn load_point(point: &G1Affine) -> __m512i {
    __m512i([load_one(&point.x), load_one(&point.y)])
}

/// The inverse of [`load_point`].
#[inline]
#[vectors]
pub fn store_point(point: &mut G1Affine, words: __m512i) {
    // The identity is (0, 0), here as in arkworks.
    store_one(&mut point.x, words.0[0]);
    store_one(&mut point.y, words.0[1]);
}

//! The processor's instructions, loads and stores.

use crate::field::packed::constants::Fp4;
use ark_bn254::G1Affine;
use ark_ff::MontConfig;
use std::arch::x86_64::*;

pub use lane_features::avx512_ifma as vectors;
#[rustfmt::skip]
pub use std::arch::x86_64::{
    __m256i, __m512i, __mmask8, _mm_cvtsi64_si128, _mm512_add_epi64, _mm512_and_si512,
    _mm512_castsi256_si512, _mm512_cvtepu8_epi64, _mm512_cvtepu32_epi64, _mm512_inserti64x4,
    _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_mask_mov_epi64, _mm512_movepi64_mask,
    _mm512_or_si512, _mm512_permutex2var_epi64, _mm512_permutexvar_epi64, _mm512_set1_epi64,
    _mm512_setr_epi64, _mm512_setzero_si512, _mm512_shrdi_epi64, _mm512_shuffle_i64x2,
    _mm512_slli_epi64, _mm512_srai_epi64, _mm512_srli_epi64, _mm512_sub_epi64,
    _mm512_testn_epi64_mask, _mm512_unpackhi_epi64, _mm512_unpacklo_epi64, _mm512_xor_si512,
};

/// Proof that the processor has AVX-512 F, DQ, IFMA and VBMI2, and that the system saves their state.
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
            ("avx512f", is_x86_feature_detected!("avx512f")),
            ("avx512dq", is_x86_feature_detected!("avx512dq")),
            ("avx512ifma", is_x86_feature_detected!("avx512ifma")),
            ("avx512vbmi2", is_x86_feature_detected!("avx512vbmi2")),
        ];
        let missing = all.iter().filter(|(_, present)| !present);
        missing.map(|(name, _)| *name).collect()
    }
}

/// Asks for the lines of a value, which may lie across two. Every processor of this kind has the instruction.
#[inline(always)]
pub fn prefetch<T>(value: &T) {
    let first = std::ptr::from_ref(value).cast::<i8>();
    // SAFETY: the instruction reads nothing, it is a hint; both addresses are in the value.
    unsafe {
        _mm_prefetch(first, _MM_HINT_T0);
        _mm_prefetch(first.add(size_of::<T>().saturating_sub(1)), _MM_HINT_T0);
    }
}

/// Eight machine words.
#[inline]
#[vectors]
pub fn load_u64s(words: &[u64; 8]) -> __m512i {
    // SAFETY: the reference is valid for 64 bytes, and the load asks for no alignment.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

/// Inverse of [`load_u64s`].
#[inline]
#[vectors]
pub fn store_u64s(words: &mut [u64; 8], lanes: __m512i) {
    // SAFETY: the reference is valid for 64 bytes, any value of which is allowed, and the store asks for
    // no alignment.
    unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), lanes) }
}

/// The four words of a field element.
#[inline]
#[vectors]
pub fn load_one<T: MontConfig<4>>(element: &Fp4<T>) -> __m256i {
    const { assert!(size_of::<Fp4<T>>() == 32) };
    // SAFETY: the reference is valid for 32 bytes, all of them initialised: an `Fp4` is nothing but
    // limbs (see `load_two`). The load asks for no alignment.
    unsafe { _mm256_loadu_si256(std::ptr::from_ref(element).cast()) }
}

/// Two field elements, one after the other.
#[inline]
#[vectors]
pub fn load_two<T: MontConfig<4>>(elements: &[Fp4<T>; 2]) -> __m512i {
    const { assert!(size_of::<Fp4<T>>() == 32) };
    // SAFETY: the reference is valid for 64 bytes, all of them initialised: an `Fp4` is 32 bytes
    // long and holds 32 bytes of limbs, so it has no padding. The load asks for no alignment.
    unsafe { _mm512_loadu_si512(elements.as_ptr().cast()) }
}

/// Inverse of [`load_two`].
#[inline]
#[vectors]
pub fn store_two<T: MontConfig<4>>(elements: &mut [Fp4<T>; 2], words: __m512i) {
    const { assert!(size_of::<Fp4<T>>() == 32) };
    // SAFETY: the reference is valid for 64 bytes, and an `Fp4` is nothing but limbs, any value of
    // which is allowed as far as the language goes. The store asks for no alignment.
    unsafe { _mm512_storeu_si512(elements.as_mut_ptr().cast(), words) }
}

/// The coordinates of a point, x then y.
#[inline]
#[vectors]
pub fn load_point(point: &G1Affine) -> __m512i {
    const { assert!(size_of::<G1Affine>() == 64) };
    const { assert!(std::mem::offset_of!(G1Affine, x) == 0) };
    const { assert!(std::mem::offset_of!(G1Affine, y) == 32) };
    // SAFETY: the reference is valid for 64 bytes, all of them initialised: the two coordinates of
    // 32 bytes fill the point. The load asks for no alignment.
    unsafe { _mm512_loadu_si512(std::ptr::from_ref(point).cast()) }
}

/// The inverse of [`load_point`].
#[inline]
#[vectors]
pub fn store_point(point: &mut G1Affine, words: __m512i) {
    // SAFETY: the reference is valid for 64 bytes, which the two coordinates fill (see
    // `load_point`), any limbs of which are allowed as far as the language goes. The store asks for
    // no alignment.
    unsafe { _mm512_storeu_si512(std::ptr::from_mut(point).cast(), words) }
}

//! Sums by key, without carries: an element is eight 32-bit limbs, a sum eight 64-bit ones.

use super::arch::*;
use super::lanes::load_halves;
use crate::field::packed::constants::Fp4;
use ark_ff::MontConfig;

/// Adds `values[j]` to the sum of `keys[j]`; if keys are `sparse`, some of key 0 are left out.
pub fn add_by_key<T: MontConfig<4>>(
    _: Token,
    sums: &mut [[u64; 8]; 256],
    keys: &[u8],
    values: &[Fp4<T>],
    sparse: bool,
) {
    // SAFETY: the token proves that the processor has the features.
    unsafe { add_by_key_inner(sums, keys, values, sparse) }
}

#[vectors]
fn add_by_key_inner<T: MontConfig<4>>(
    sums: &mut [[u64; 8]; 256],
    keys: &[u8],
    values: &[Fp4<T>],
    sparse: bool,
) {
    let (eights, rest) = keys[..keys.len().min(values.len())].as_chunks::<8>();
    let (values, values_rest) = values[..8 * eights.len() + rest.len()].as_chunks::<8>();
    for (keys, values) in eights.iter().zip(values) {
        if sparse && u64::from_le_bytes(*keys) == 0 {
            continue;
        }
        for (key, value) in keys.iter().zip(values) {
            add_one(&mut sums[usize::from(*key)], value);
        }
    }
    for (key, value) in rest.iter().zip(values_rest) {
        add_one(&mut sums[usize::from(*key)], value);
    }
}

#[inline]
#[vectors]
fn add_one<T: MontConfig<4>>(sum: &mut [u64; 8], value: &Fp4<T>) {
    let added = _mm512_add_epi64(load_u64s(sum), load_halves(value));
    store_u64s(sum, added);
}

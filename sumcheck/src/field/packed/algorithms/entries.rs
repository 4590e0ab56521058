//! Sums of table entries, and of multiples.

use super::arch::*;
use super::lanes::*;
use crate::field::packed::constants::{Constants, Fp4};
use crate::field::packed::plan::limbs;
use crate::field::packed::portable;
use ark_ff::MontConfig;

/// Rows that are taken together: four sets of lanes.
const TAKEN: usize = 32;

/// Entries that are added before a reduction: with what they are added to, below `61 p`.
const TERMS: usize = 60;

/// Limb `i` of entry `k` at `[i][k]`.
type Table = [[u64; 16]; 5];

/// Adds the entries for as many rows as come in whole sets, and returns how many.
///
/// # Panics
/// If some digits are fewer than the sums.
pub fn add_entries<T: MontConfig<4>>(
    _: Token,
    sums: &mut [Fp4<T>],
    digits: &[&[u8]],
    tables: &[[Fp4<T>; 16]],
) -> usize {
    // SAFETY: the token proves that the processor has the features.
    unsafe { add_entries_inner(sums, digits, tables) }
}

#[vectors]
fn add_entries_inner<T: MontConfig<4>>(
    sums: &mut [Fp4<T>],
    digits: &[&[u8]],
    tables: &[[Fp4<T>; 16]],
) -> usize {
    let (sets, _) = sums.as_chunks_mut::<TAKEN>();
    let tables: Vec<Table> = tables.iter().map(transposed).collect();
    for (digits, tables) in digits.chunks(TERMS).zip(tables.chunks(TERMS)) {
        for (set, sums) in sets.iter_mut().enumerate() {
            let mut entries = [splat([0; 5]); TAKEN / 8];
            for (digits, table) in digits.iter().zip(tables) {
                let (digits, _) = digits.as_chunks::<TAKEN>();
                add_row(&mut entries, &digits[set], table);
            }
            finish(sums, entries);
        }
    }
    TAKEN * sets.len()
}

fn transposed<T: MontConfig<4>>(table: &[Fp4<T>; 16]) -> Table {
    let mut out = [[0; 16]; 5];
    for (k, entry) in table.iter().enumerate() {
        for (row, limb) in out.iter_mut().zip(limbs(entry)) {
            row[k] = limb;
        }
    }
    out
}

/// Adds one table's entries, without carries, in the order of the rows.
#[inline]
#[vectors]
fn add_row(entries: &mut [Lanes; TAKEN / 8], digits: &[u8; TAKEN], table: &Table) {
    let (eights, _) = digits.as_chunks::<8>();
    let mut index = [_mm512_setzero_si512(); TAKEN / 8];
    for (index, eight) in index.iter_mut().zip(eights) {
        let bytes = _mm_cvtsi64_si128(u64::from_le_bytes(*eight) as i64);
        *index = _mm512_cvtepu8_epi64(bytes);
    }
    for (i, limbs) in table.iter().enumerate() {
        let (halves, _) = limbs.as_chunks::<8>();
        let (low, high) = (load_u64s(&halves[0]), load_u64s(&halves[1]));
        for (entries, index) in entries.iter_mut().zip(index) {
            let entry = _mm512_permutex2var_epi64(low, index, high);
            entries[i] = _mm512_add_epi64(entries[i], entry);
        }
    }
}

/// Adds entries, in the order of the rows, to sums.
#[inline]
#[vectors]
fn finish<T: MontConfig<4>>(sums: &mut [Fp4<T>; TAKEN], entries: [Lanes; TAKEN / 8]) {
    let one = splat(const { limbs(&Constants::<T>::power(4)) });
    // The lane order of `load`.
    let order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    let (eights, _) = sums.as_chunks_mut::<8>();
    for (eight, mut entries) in eights.iter_mut().zip(entries) {
        for limb in &mut entries {
            *limb = _mm512_permutexvar_epi64(order, *limb);
        }
        let sum = carry(add(entries, split(load(eight))));
        let [sum] = mul::<T, 1>([sum], [one]);
        store(eight, join(canonical::<T>(sum)));
    }
}

pub fn add_scaled<T: MontConfig<4>>(_: Token, sums: &mut [Fp4<T>], by: &Fp4<T>, rows: &[Fp4<T>]) {
    // SAFETY: the token proves that the processor has the features.
    unsafe { add_scaled_inner(sums, by, rows) }
}

#[vectors]
fn add_scaled_inner<T: MontConfig<4>>(sums: &mut [Fp4<T>], by: &Fp4<T>, rows: &[Fp4<T>]) {
    let factor = split_times_16(load(&[*by; 8]));
    let (sums, sums_rest) = sums.as_chunks_mut::<16>();
    let (rows, rows_rest) = rows[..16 * sums.len() + sums_rest.len()].as_chunks::<16>();
    for (sums, rows) in sums.iter_mut().zip(rows) {
        let ((sums, _), (rows, _)) = (sums.as_chunks_mut::<8>(), rows.as_chunks::<8>());
        let products = mul::<T, 2>([split(load(&rows[0])), split(load(&rows[1]))], [factor; 2]);
        for (sums, product) in sums.iter_mut().zip(products) {
            // Below 2.3 p + p.
            let sum = carry(add(product, split(load(sums))));
            store(sums, join(canonical::<T>(sum)));
        }
    }
    portable::add_scaled(sums_rest, by, rows_rest);
}

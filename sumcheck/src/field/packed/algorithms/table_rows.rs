//! Rows that are table entries, eight pairs at a time, read where they are.
//!
//! Entries of a table lie in memory as elements do, so eight of them are eight loads of half a vector and
//! the shuffles of [`load`](super::lanes::load). Sums of up to four are not reduced.

use super::arch::*;
use super::lanes::*;
use crate::field::TableRows;
use crate::field::packed::constants::Fp4;
use ark_ff::MontConfig;

/// Columns whose squares one reduction takes: together below `48 · 64 p²`, reduced below `50 p`.
const COLUMNS: usize = 48;
/// Weighted sums that one reduction takes: together below `6 · 50 p²`, reduced below `7 p`.
const WEIGHTED: usize = 6;

/// The even and the odd rows of a set of eight pairs, below `4 p`, in the lane order of
/// [`load`](super::lanes::load).
#[vectors]
pub(super) fn ends<T: MontConfig<4>>(rows: &TableRows<'_, Fp4<T>>, set: usize) -> (Lanes, Lanes) {
    match rows {
        TableRows::Values(values) => {
            let (sets, _) = values.as_chunks::<16>();
            let (even, odd) = load_pairs(&sets[set]);
            (split(even), split(odd))
        }
        TableRows::Halves(bytes, table) => {
            let (sets, _) = bytes.as_chunks::<8>();
            let bytes = &sets[set];
            let mut even = [&table[0]; 8];
            let mut odd = even;
            for (lane, byte) in bytes.iter().enumerate() {
                even[lane] = &table[usize::from(byte >> 4)];
                odd[lane] = &table[usize::from(byte & 15)];
            }
            (split(load_apart(even)), split(load_apart(odd)))
        }
        TableRows::Sums(bytes, [t]) => {
            let (sets, _) = bytes.as_chunks::<16>();
            entries(t, &sets[set], 0, 1)
        }
        TableRows::Sums(bytes, [t, u]) => {
            let (sets, _) = bytes.as_chunks::<32>();
            let (a, b) = entries(t, &sets[set], 0, 2);
            let (c, d) = entries(u, &sets[set], 1, 2);
            (carry(add(a, c)), carry(add(b, d)))
        }
        TableRows::Sums(bytes, tables) => {
            assert_eq!(tables.len(), 4, "one, two or four tables");
            let (sets, _) = bytes.as_chunks::<64>();
            let (mut even, mut odd) = entries(&tables[0], &sets[set], 0, 4);
            for (s, table) in tables.iter().enumerate().skip(1) {
                let (a, b) = entries(table, &sets[set], s, 4);
                (even, odd) = (add(even, a), add(odd, b));
            }
            (carry(even), carry(odd))
        }
    }
}

/// The entries of sixteen rows: of bytes `first`, `first + step` and so on.
#[inline]
#[vectors]
fn entries<T: MontConfig<4>, const N: usize>(
    table: &[Fp4<T>; 256],
    bytes: &[u8; N],
    first: usize,
    step: usize,
) -> (Lanes, Lanes) {
    let mut even = [&table[0]; 8];
    let mut odd = even;
    for (lane, (even, odd)) in even.iter_mut().zip(&mut odd).enumerate() {
        *even = &table[usize::from(bytes[first + 2 * lane * step])];
        *odd = &table[usize::from(bytes[first + (2 * lane + 1) * step])];
    }
    (split(load_apart(even)), split(load_apart(odd)))
}

/// Adds the sums for as many pairs as come in whole sets, and returns how many.
///
/// # Panics
/// If some rows are fewer than twice the weights.
pub fn sums_of_squares<T: MontConfig<4>>(
    _: Token,
    columns: &[TableRows<'_, Fp4<T>>],
    weights: &[Fp4<T>],
) -> (usize, [Fp4<T>; 2]) {
    // SAFETY: the token proves that the processor has the features.
    unsafe { sums_of_squares_inner(columns, weights) }
}

#[vectors]
fn sums_of_squares_inner<T: MontConfig<4>>(
    columns: &[TableRows<'_, Fp4<T>>],
    weights: &[Fp4<T>],
) -> (usize, [Fp4<T>; 2]) {
    let zero = [[_mm512_setzero_si512(); 10]; 2];
    let mut totals = [splat([0; 5]); 2];
    let (mut weighted, mut pending) = (zero, 0);
    let (sets, _) = weights.as_chunks::<8>();
    for (set, weights) in sets.iter().enumerate() {
        let weights = split(load(weights));
        for columns in columns.chunks(COLUMNS) {
            let mut squares = zero;
            for rows in columns {
                let (a, b) = ends(rows, set);
                let both = [a, sub_plus::<T, 4>(b, a)];
                squares = multiply_add(squares, both, both);
            }
            if pending == WEIGHTED {
                flush::<T>(&mut totals, weighted);
                (weighted, pending) = (zero, 0);
            }
            weighted = multiply_add(weighted, reduce::<T, 2>(squares), [weights; 2]);
            pending += 1;
        }
    }
    flush::<T>(&mut totals, weighted);
    // 2^252 after one product, 2^248 with the weight: 2^8 short of memory form.
    let scale = Fp4::<T>::from(1u64 << 8);
    let sums = totals.map(|total| {
        let mut lanes = [Fp4::<T>::default(); 8];
        store(&mut lanes, join(total));
        lanes.iter().sum::<Fp4<T>>() * scale
    });
    (8 * sets.len(), sums)
}

/// Adds reduced columns to sums in `[0, p)`.
#[inline]
#[vectors]
fn flush<T: MontConfig<4>>(totals: &mut [Lanes; 2], weighted: [Columns; 2]) {
    let sums = reduce::<T, 2>(weighted);
    for (total, sum) in totals.iter_mut().zip(sums) {
        *total = canonical::<T>(carry(add(*total, sum)));
    }
}

/// Binds as many pairs as come in twice whole sets, and returns how many.
///
/// # Panics
/// If there are fewer rows than twice `out`.
pub fn bind_table_rows<T: MontConfig<4>>(
    _: Token,
    rows: &TableRows<'_, Fp4<T>>,
    x: &Fp4<T>,
    out: &mut [Fp4<T>],
) -> usize {
    // SAFETY: the token proves that the processor has the features.
    unsafe { bind_table_rows_inner(rows, x, out) }
}

#[vectors]
fn bind_table_rows_inner<T: MontConfig<4>>(
    rows: &TableRows<'_, Fp4<T>>,
    x: &Fp4<T>,
    out: &mut [Fp4<T>],
) -> usize {
    let factor = split_times_16(load(&[*x; 8]));
    let (sets, _) = out.as_chunks_mut::<16>();
    for (set, out) in sets.iter_mut().enumerate() {
        let (out, _) = out.as_chunks_mut::<8>();
        let ((a, b), (c, d)) = (ends(rows, 2 * set), ends(rows, 2 * set + 1));
        let steps = [sub_plus::<T, 4>(b, a), sub_plus::<T, 4>(d, c)];
        let [e, f] = mul::<T, 2>(steps, [factor; 2]);
        // Steps below 8 p, times 16 p: below 4 p; and as much again.
        store(&mut out[0], join(canonical::<T>(carry(add(e, a)))));
        store(&mut out[1], join(canonical::<T>(carry(add(f, c)))));
    }
    16 * sets.len()
}

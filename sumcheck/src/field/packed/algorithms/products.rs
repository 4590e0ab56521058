//! Sums of products of four linear polynomials.

use super::arch::*;
use super::lanes::*;
use super::table_rows::ends;
use crate::field::packed::constants::Fp4;
use crate::field::{TableProducts, TableRows};
use ark_ff::MontConfig;

/// Groups whose products one reduction takes: together below `8 · 14² p²`, reduced below `27 p`.
const GROUPS: usize = 8;
/// Weighted sums that one reduction takes: together below `11 · 27 p²`, reduced below `7 p`.
const WEIGHTED: usize = 11;

type Wide = [Columns; 2];

/// Groups of four columns.
enum Groups<'a, T: MontConfig<4>> {
    Rows(&'a [[TableRows<'a, Fp4<T>>; 4]]),
    Tables(&'a [[TableProducts<'a, Fp4<T>>; 2]]),
}

impl<T: MontConfig<4>> Groups<'_, T> {
    fn len(&self) -> usize {
        match self {
            Groups::Rows(groups) => groups.len(),
            Groups::Tables(groups) => groups.len(),
        }
    }
}

/// The sums for as many pairs as come in whole sets, and how many these are.
///
/// # Panics
/// If some rows are fewer than twice the weights.
pub fn products_of_four<T: MontConfig<4>>(
    _: Token,
    groups: &[[TableRows<'_, Fp4<T>>; 4]],
    weights: &[Fp4<T>],
) -> (usize, [Fp4<T>; 4]) {
    // SAFETY: the token proves that the processor has the features.
    let (done, sums) = unsafe { sums(&Groups::Rows(groups), weights) };
    // 2^252 after one product, 2^244 after two, 2^240 with the weight: 2^16 short of memory form.
    (done, sums.map(|sum| sum * Fp4::<T>::from(1u64 << 16)))
}

/// [`products_of_four`] where products of two are table entries.
///
/// # Panics
/// If some rows are fewer than twice the weights.
pub fn products_of_tables<T: MontConfig<4>>(
    _: Token,
    groups: &[[TableProducts<'_, Fp4<T>>; 2]],
    weights: &[Fp4<T>],
) -> (usize, [Fp4<T>; 4]) {
    // SAFETY: the token proves that the processor has the features.
    let (done, sums) = unsafe { sums(&Groups::Tables(groups), weights) };
    // 2^252 after one product, 2^248 with the weight.
    (done, sums.map(|sum| sum * Fp4::<T>::from(1u64 << 8)))
}

#[vectors]
fn sums<T: MontConfig<4>>(groups: &Groups<'_, T>, weights: &[Fp4<T>]) -> (usize, [Fp4<T>; 4]) {
    let zero = [[_mm512_setzero_si512(); 10]; 2];
    let mut sums = [splat([0; 5]); 4];
    // Values at 0 and 2, at −1 and infinity.
    let (mut first, mut second) = (zero, zero);
    let mut pending = 0;
    let (blocks, _) = weights.as_chunks::<8>();
    for (block, weights) in blocks.iter().enumerate() {
        let weights = split(load(weights));
        for start in (0..groups.len()).step_by(GROUPS) {
            if pending == WEIGHTED {
                flush::<T>(&mut sums, first, second);
                (first, second, pending) = (zero, zero, 0);
            }
            let (mut a, mut b) = (zero, zero);
            for group in start..groups.len().min(start + GROUPS) {
                let halves = match groups {
                    Groups::Rows(groups) => products::<T>(&groups[group], block),
                    Groups::Tables(groups) => entries::<T>(&groups[group], block),
                };
                add_products::<T>(halves, &mut a, &mut b);
            }
            first = multiply_add(first, reduce::<T, 2>(a), [weights; 2]);
            second = multiply_add(second, reduce::<T, 2>(b), [weights; 2]);
            pending += 1;
        }
    }
    flush::<T>(&mut sums, first, second);
    let sums = sums.map(|sum| {
        let mut lanes = [Fp4::<T>::default(); 8];
        store(&mut lanes, join(sum));
        lanes.iter().sum::<Fp4<T>>()
    });
    (8 * blocks.len(), sums)
}

/// Two products of two columns over eight pairs of rows: at 0 and 1, below `2.3 p`, and their leading
/// coefficients, below `4 p`.
struct Halves {
    zeros: [Lanes; 2],
    ones: [Lanes; 2],
    leading: [Lanes; 2],
}

#[inline]
#[vectors]
fn products<T: MontConfig<4>>(group: &[TableRows<'_, Fp4<T>>; 4], block: usize) -> Halves {
    let [(p0, p1), (q0, q1), (r0, r1), (s0, s1)] = [
        ends(&group[0], block),
        ends(&group[1], block),
        ends(&group[2], block),
        ends(&group[3], block),
    ];
    Halves {
        zeros: mul::<T, 2>([p0, r0], [q0, s0]),
        ones: mul::<T, 2>([p1, r1], [q1, s1]),
        leading: mul::<T, 2>(
            [sub_plus::<T, 4>(p1, p0), sub_plus::<T, 4>(r1, r0)],
            [sub_plus::<T, 4>(q1, q0), sub_plus::<T, 4>(s1, s0)],
        ),
    }
}

#[inline]
#[vectors]
fn entries<T: MontConfig<4>>(group: &[TableProducts<'_, Fp4<T>>; 2], block: usize) -> Halves {
    let [p, q] = [
        quadratic::<T>(&group[0], block),
        quadratic::<T>(&group[1], block),
    ];
    Halves {
        zeros: [p.0, q.0],
        ones: [p.1, q.1],
        leading: [p.2, q.2],
    }
}

/// At 0 and 1, and the leading coefficient: `p_0 q_0 + p_1 q_1 − p_0 q_1 − p_1 q_0`.
#[vectors]
fn quadratic<T: MontConfig<4>>(
    products: &TableProducts<'_, Fp4<T>>,
    block: usize,
) -> (Lanes, Lanes, Lanes) {
    let ((p, _), (q, _)) = (
        products.bytes[0].as_chunks::<8>(),
        products.bytes[1].as_chunks::<8>(),
    );
    let (p, q) = (u64::from_le_bytes(p[block]), u64::from_le_bytes(q[block]));
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    let (p0, p1) = (p & HIGH, (p & !HIGH) << 4);
    let (q0, q1) = ((q & HIGH) >> 4, q & !HIGH);
    let zero = apart(products.table, p0 | q0);
    let one = apart(products.table, p1 | q1);
    let mixed = add(
        apart(products.table, p0 | q1),
        apart(products.table, p1 | q0),
    );
    (zero, one, sub_plus::<T, 2>(add(zero, one), mixed))
}

/// The entries of eight bytes.
#[inline]
#[vectors]
fn apart<T: MontConfig<4>>(table: &[Fp4<T>; 256], bytes: u64) -> Lanes {
    let mut entries = [&table[0]; 8];
    for (lane, entry) in entries.iter_mut().enumerate() {
        *entry = &table[usize::from((bytes >> (8 * lane)) as u8)];
    }
    split(load_apart(entries))
}

/// Adds the products of both halves, at 0 and 2 to `a`, at −1 and infinity to `b`.
#[inline]
#[vectors]
fn add_products<T: MontConfig<4>>(halves: Halves, a: &mut Wide, b: &mut Wide) {
    let Halves {
        zeros,
        ones,
        leading,
    } = halves;
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

/// `2 (near + leading) − far`, below `14 p`: from products of rows below `2.3 p`, of steps below `3 p`; or
/// from entries below `p` and `4 p`.
#[inline]
#[vectors]
fn extend<T: MontConfig<4>>(near: Lanes, leading: Lanes, far: Lanes) -> Lanes {
    let sum = add(near, leading);
    sub_plus::<T, 3>(add(sum, sum), far)
}

/// Adds reduced columns to sums in `[0, p)`.
#[inline]
#[vectors]
fn flush<T: MontConfig<4>>(sums: &mut [Lanes; 4], first: Wide, second: Wide) {
    let [zero, two] = reduce::<T, 2>(first);
    let [minus, leading] = reduce::<T, 2>(second);
    sums[0] = canonical::<T>(carry(add(sums[0], zero)));
    sums[1] = canonical::<T>(carry(add(sums[1], minus)));
    sums[2] = canonical::<T>(carry(add(sums[2], two)));
    sums[3] = canonical::<T>(carry(add(sums[3], leading)));
}

//! Sums of a summand over pairs of rows, and binding of integers.

use super::arch::*;
use super::lanes::*;
use crate::field::packed::constants::{Constants, Fp4};
use crate::field::packed::plan::{Node, Plan, limbs};
use crate::field::pairs::{Kind, Slice};
use ark_ff::{BigInt, MontConfig};

/// Pairs that are taken together: two sets of lanes.
const TAKEN: usize = 16;

/// Sixteen values.
type Both = [Lanes; 2];

/// Adds the sums of as many pairs as come in whole sets, and returns how many.
///
/// # Panics
/// If there are fewer rows than two for each weight, of the kinds of the plan, or fewer sums than
/// points.
pub fn pair_sums<T: MontConfig<4>>(
    _: Token,
    plan: &Plan,
    rows: &[Slice<'_, Fp4<T>>],
    weights: &[Fp4<T>],
    sums: &mut [Fp4<T>],
) -> usize {
    // SAFETY: the token proves that the processor has the features.
    unsafe { pair_sums_inner(plan, rows, weights, sums) }
}

#[vectors]
fn pair_sums_inner<T: MontConfig<4>>(
    plan: &Plan,
    rows: &[Slice<'_, Fp4<T>>],
    weights: &[Fp4<T>],
    sums: &mut [Fp4<T>],
) -> usize {
    let (sets, _) = weights.as_chunks::<TAKEN>();
    let zero = [splat([0; 5]); 2];
    let mut at = vec![zero; rows.len()];
    let mut step = vec![zero; rows.len()];
    let mut weighted = vec![[[_mm512_setzero_si512(); 10]; 2]; plan.points.degree + 1];
    let mut totals = vec![splat([0; 5]); plan.points.degree + 1];
    let used = || {
        plan.kinds
            .iter()
            .enumerate()
            .filter_map(|(i, k)| k.map(|k| (i, k)))
    };
    let mut pending = 0;
    for (set, weights) in sets.iter().enumerate() {
        let (weights, _) = weights.as_chunks::<8>();
        let weights = [split(load(&weights[0])), split(load(&weights[1]))];
        for (i, kind) in used() {
            for half in 0..2 {
                let (a, b) = ends::<T>(&rows[i], kind, 2 * set + half);
                at[i][half] = a;
                step[i][half] = match kind {
                    Kind::Signed => sub_plus::<T, 2>(b, a),
                    _ => sub_plus::<T, 1>(b, a),
                };
            }
        }
        if pending == plan.pending {
            flush::<T>(&mut totals, &mut weighted);
            pending = 0;
        }
        pending += 1;
        for (x, weighted) in weighted.iter_mut().enumerate() {
            if x > 0 {
                for (i, _) in used() {
                    for half in 0..2 {
                        at[i][half] = carry(add(at[i][half], step[i][half]));
                    }
                }
            }
            if !plan.points.skips(x) {
                let value = evaluate::<T>(&plan.root, &at);
                *weighted = multiply_add(*weighted, value, weights);
            }
        }
    }
    flush::<T>(&mut totals, &mut weighted);
    let scale = Fp4::<T>::new_unchecked(BigInt(plan.scale));
    for (x, (sum, total)) in sums.iter_mut().zip(&totals).enumerate() {
        if !plan.points.skips(x) {
            let mut lanes = [Fp4::<T>::default(); 8];
            store(&mut lanes, join(*total));
            *sum += lanes.iter().sum::<Fp4<T>>() * scale;
        }
    }
    TAKEN * sets.len()
}

/// Adds reduced columns to sums in `[0, p)`, and clears them.
#[vectors]
fn flush<T: MontConfig<4>>(totals: &mut [Lanes], weighted: &mut [[Columns; 2]]) {
    for (total, weighted) in totals.iter_mut().zip(weighted) {
        let [mut columns, other] = *weighted;
        for (a, b) in columns.iter_mut().zip(other) {
            *a = _mm512_add_epi64(*a, b);
        }
        let [sum] = reduce::<T, 1>([columns]);
        *total = canonical::<T>(carry(add(*total, sum)));
        *weighted = [[_mm512_setzero_si512(); 10]; 2];
    }
}

/// The value of a node, below its bound.
#[vectors]
fn evaluate<T: MontConfig<4>>(node: &Node, at: &[Both]) -> Both {
    match node {
        Node::Factor(i) => at[*i],
        Node::Constant(limbs) => [splat(*limbs); 2],
        Node::Product(operands) => {
            let mut buffers = [[splat([0; 5]); 2]; 2];
            let (product, last) = last_operands::<T>(operands, at, &mut buffers);
            mul::<T, 2>(*product, *last)
        }
        Node::Sum(classes) => {
            let mut columns = [[_mm512_setzero_si512(); 10]; 2];
            let mut sum = [splat([0; 5]); 2];
            let mut buffers = [sum; 2];
            for (at_class, (products, align)) in classes.iter().enumerate() {
                for operands in products {
                    let (product, last) = last_operands::<T>(operands, at, &mut buffers);
                    columns = multiply_add(columns, *product, *last);
                }
                sum = reduce::<T, 2>(columns);
                if at_class + 1 < classes.len() {
                    let zero = [[_mm512_setzero_si512(); 10]; 2];
                    columns = multiply_add(zero, sum, [splat(*align); 2]);
                }
            }
            sum
        }
    }
}

/// The product of all operands but the last, and the last one: where they are, or in the buffers.
#[inline]
#[vectors]
fn last_operands<'a, T: MontConfig<4>>(
    operands: &[Node],
    at: &'a [Both],
    [buffer, other]: &'a mut [Both; 2],
) -> (&'a Both, &'a Both) {
    let [first, middle @ .., last] = operands else {
        unreachable!("products have two operands at least");
    };
    if middle.is_empty() {
        let first = operand::<T>(first, at, buffer);
        return (first, operand::<T>(last, at, other));
    }
    let mut product = *operand::<T>(first, at, buffer);
    for node in middle {
        product = mul::<T, 2>(product, *operand::<T>(node, at, other));
    }
    *buffer = product;
    (buffer, operand::<T>(last, at, other))
}

/// The value of a node: a factor's where it is, another's in the buffer.
#[inline]
#[vectors]
fn operand<'a, T: MontConfig<4>>(node: &Node, at: &'a [Both], buffer: &'a mut Both) -> &'a Both {
    match node {
        Node::Factor(i) => &at[*i],
        other => {
            *buffer = evaluate::<T>(other, at);
            buffer
        }
    }
}

/// Both rows of eight pairs: field elements and words below `p`, signed integers below `2 p`.
#[inline]
#[vectors]
fn ends<T: MontConfig<4>>(rows: &Slice<'_, Fp4<T>>, kind: Kind, block: usize) -> (Lanes, Lanes) {
    match rows {
        Slice::Field(rows) => {
            let (pairs, _) = rows.as_chunks::<16>();
            let (even, odd) = load_pairs(&pairs[block]);
            (split(even), split(odd))
        }
        Slice::Words(rows) => {
            let (pairs, _) = rows.as_chunks::<16>();
            let row = |j: usize| [pairs[block][j], 0];
            (integers(row, 0), integers(row, 1))
        }
        Slice::Wide(rows) => {
            let (pairs, _) = rows.as_chunks::<16>();
            let row = |j: usize| halves(pairs[block][j]);
            (integers(row, 0), integers(row, 1))
        }
        Slice::Signed(rows) => {
            debug_assert_eq!(kind, Kind::Signed);
            let (pairs, _) = rows.as_chunks::<16>();
            let row = |j: usize| halves(pairs[block][j] as u128);
            let p = splat(const { Constants::<T>::P });
            // The top limb has the sign.
            let signed = |mut a: Lanes| {
                a[2] = _mm512_srai_epi64::<40>(_mm512_slli_epi64::<40>(a[2]));
                carry(add(a, p))
            };
            (signed(integers(row, 0)), signed(integers(row, 1)))
        }
    }
}

fn halves(x: u128) -> [u64; 2] {
    [x as u64, (x >> 64) as u64]
}

/// The 128-bit integers of the rows `offset, offset + 2, …`, in the lane order of [`load_pairs`].
#[inline]
#[vectors]
fn integers(row: impl Fn(usize) -> [u64; 2], offset: usize) -> Lanes {
    let mut words = [[0; 8]; 2];
    for (lane, pair) in [0, 2, 4, 6, 1, 3, 5, 7].into_iter().enumerate() {
        let [low, high] = row(2 * pair + offset);
        words[0][lane] = low;
        words[1][lane] = high;
    }
    let zero = _mm512_setzero_si512();
    split([load_u64s(&words[0]), load_u64s(&words[1]), zero, zero])
}

/// Binds the least significant variables of as many rows of integers as come in whole sets, and returns
/// how many: `out[i] = Σ_k weights[k] · rows[N i + k]`, where the weights sum to 1.
///
/// # Panics
/// If there are fewer rows than `N` times `out`.
pub fn bind_integers<T: MontConfig<4>, const N: usize>(
    _: Token,
    rows: &Slice<'_, Fp4<T>>,
    weights: &[Fp4<T>; N],
    out: &mut [Fp4<T>],
) -> usize {
    // SAFETY: the token proves that the processor has the features.
    unsafe { bind_integers_inner(rows, weights, out) }
}

/// What signed integers are increased by, so that none is negative.
const BIAS: u128 = 1 << 127;

#[vectors]
fn bind_integers_inner<T: MontConfig<4>, const N: usize>(
    rows: &Slice<'_, Fp4<T>>,
    weights: &[Fp4<T>; N],
    out: &mut [Fp4<T>],
) -> usize {
    // To memory form, from exponent 0.
    let one = const { Constants::<T>::power(260) };
    let weights = weights.map(|weight| splat(limbs(&(one * weight))));
    // Taken once, since the weights sum to 1.
    let bias = splat(limbs(&-Fp4::<T>::from(BIAS)));
    let (sets, _) = out.as_chunks_mut::<TAKEN>();
    for (set, out) in sets.iter_mut().enumerate() {
        let (out, _) = out.as_chunks_mut::<8>();
        let mut columns = [[_mm512_setzero_si512(); 10]; 2];
        for (k, weight) in weights.into_iter().enumerate() {
            for (half, columns) in columns.iter_mut().enumerate() {
                let start = N * (TAKEN * set + 8 * half);
                match rows {
                    Slice::Field(_) => unreachable!("field elements are bound elsewhere"),
                    Slice::Words(rows) => {
                        let rows = &rows[start..][..8 * N];
                        let value = short(|lane| [rows[N * lane + k], 0]);
                        *columns = multiply_add_short(*columns, weight, [value[0], value[1]]);
                    }
                    Slice::Wide(rows) => {
                        let rows = &rows[start..][..8 * N];
                        let value = short(|lane| halves(rows[N * lane + k]));
                        *columns = multiply_add_short(*columns, weight, value);
                    }
                    Slice::Signed(rows) => {
                        let rows = &rows[start..][..8 * N];
                        let value = short(|lane| halves(rows[N * lane + k] as u128 ^ BIAS));
                        *columns = multiply_add_short(*columns, weight, value);
                    }
                }
            }
        }
        // Below 2.1 p, and below 3.1 p with the bias.
        let mut sums = reduce::<T, 2>(columns);
        if let Slice::Signed(_) = rows {
            sums = sums.map(|sum| carry(add(sum, bias)));
        }
        store(&mut out[0], join(canonical::<T>(sums[0])));
        store(&mut out[1], join(canonical::<T>(sums[1])));
    }
    TAKEN * sets.len()
}

/// The limbs of the 128-bit integers of eight rows, in the lane order of [`load`].
#[inline]
#[vectors]
fn short(row: impl Fn(usize) -> [u64; 2]) -> [__m512i; 3] {
    let mut words = [[0; 8]; 2];
    for (at, lane) in [0, 2, 4, 6, 1, 3, 5, 7].into_iter().enumerate() {
        let [low, high] = row(lane);
        words[0][at] = low;
        words[1][at] = high;
    }
    let zero = _mm512_setzero_si512();
    let [first, second, third, ..] =
        split([load_u64s(&words[0]), load_u64s(&words[1]), zero, zero]);
    [first, second, third]
}

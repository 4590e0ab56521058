//! Batched-affine additions of BN254 G1 points, eight at a time.
//!
//! Lanes are products of their own; one inversion serves them all. Inside the inversions an integer
//! stands for itself: with `D_i` the `i`-th denominator and `P_i = P_{i-1} D_i / 2^260`, the running
//! inverse `I_i = κ / P_i` gives `I_i P_{i-1} / 2^260 = κ / D_i` and `I_{i-1} = I_i D_i / 2^260`, so
//! the stray powers of two cancel. `κ = 2^518` makes `κ / D` the inverse of a denominator in memory
//! form, times `2^262`; the slope then carries `2^258`, and its square the `2^256` of memory.
//!
//! Cost of eight sums: 5 packed multiplications and a square.

use super::arch::*;
use super::lanes::{self, *};
use crate::field::inversion::invert_all;
use crate::field::packed::{Exceptions, Pair};
use ark_bn254::{Fq, FqConfig, G1Affine};
use ark_ff::{AdditiveGroup, MontFp};

/// Groups of eight pairs that are taken together, each in a chain of products of its own: see
/// [`multiply_add`].
pub(super) const WAYS: usize = 2;
/// Element of each lane, see [`load`].
const ORDER: [usize; 8] = [0, 2, 4, 6, 1, 3, 5, 7];

/// Products of the groups before, memory that batches share.
#[derive(Default)]
pub struct Prefixes(pub(super) Vec<[Lanes; WAYS]>);

/// Pairs that are taken together.
type Group = [Pair; 8 * WAYS];

pub fn add_pairs(
    _: Token,
    points: &mut [G1Affine],
    pairs: &[Pair],
    exceptions: &Exceptions,
    prefixes: &mut Prefixes,
) {
    // SAFETY: the token proves that the processor has the features.
    unsafe { add_pairs_inner(points, pairs, exceptions, &mut prefixes.0) }
}

#[vectors]
fn add_pairs_inner(
    points: &mut [G1Affine],
    pairs: &[Pair],
    exceptions: &Exceptions,
    prefixes: &mut Vec<[Lanes; WAYS]>,
) {
    let (groups, rest) = pairs.as_chunks::<{ 8 * WAYS }>();
    // The last pair fills the last group up.
    let mut last = [rest.last().copied().unwrap_or_default(); 8 * WAYS];
    last[..rest.len()].copy_from_slice(rest);
    let all = groups.len() + usize::from(!rest.is_empty());
    let group = |i: usize| groups.get(i).unwrap_or(&last);
    prefixes.clear();
    prefixes.reserve(all);
    // No loops over the two ways, and no arrays that are not initialised at once: the compiler would
    // keep them in memory.
    let mut products = [splat([1, 0, 0, 0, 0]); WAYS];
    for i in (0..all).rev() {
        prefixes.push(products);
        let [first, second] = halves(group(i));
        let denominators = [
            denominators::<0>(points, first, exceptions),
            denominators::<1>(points, second, exceptions),
        ];
        products = mul::<FqConfig, WAYS>(denominators, products);
    }
    let mut inverses = invert(&products);
    for i in 0..all {
        let Some(prefix) = prefixes.pop() else { break };
        let count = (pairs.len() - 8 * WAYS * i).min(8 * WAYS);
        backward(points, group(i), count, &prefix, &mut inverses, exceptions);
    }
}

fn halves(group: &Group) -> [&[Pair; 8]; WAYS] {
    let (halves, _) = group.as_chunks::<8>();
    [&halves[0], &halves[1]]
}

/// The denominators of eight pairs. Each way has an instance of its own, which has one caller and so is inlined: else
/// lanes would go through memory.
#[inline]
#[vectors]
fn denominators<const WAY: usize>(
    points: &[G1Affine],
    pairs: &[Pair; 8],
    exceptions: &Exceptions,
) -> Lanes {
    let x1 = abscissas(gather::<0>(points, pairs));
    let x2 = abscissas(gather::<1>(points, pairs));
    let difference = difference(x1, x2);
    match exceptional(x1, x2) {
        0 => difference,
        mask => mend_denominators(difference, mask, points, pairs, exceptions),
    }
}

/// What eight additions read.
struct Operands {
    denominators: Lanes,
    heights: Lanes,
    x1: Lanes,
    x12: Lanes,
    y1: Lanes,
    mask: __mmask8,
}

/// Of one way, see [`denominators`].
#[inline]
#[vectors]
fn operands<const WAY: usize>(
    points: &[G1Affine],
    pairs: &[Pair; 8],
    exceptions: &Exceptions,
) -> Operands {
    let [px, py] = coordinates(gather::<0>(points, pairs));
    let [qx, qy] = coordinates(gather::<1>(points, pairs));
    let mask = exceptional(px, qx);
    let mut denominators = difference(px, qx);
    if mask != 0 {
        denominators = mend_denominators(denominators, mask, points, pairs, exceptions);
    }
    let x1 = split(px);
    Operands {
        denominators,
        heights: difference(py, qy),
        x1,
        x12: add(x1, split(qx)),
        y1: split(py),
        mask,
    }
}

/// Writes the first `count` sums of a group, and leaves the inverses for those before it.
#[inline]
#[vectors]
fn backward(
    points: &mut [G1Affine],
    group: &Group,
    count: usize,
    prefix: &[Lanes; WAYS],
    inverses: &mut [Lanes; WAYS],
    exceptions: &Exceptions,
) {
    let [first, second] = halves(group);
    let these = mul::<FqConfig, WAYS>(*inverses, *prefix);
    let a = operands::<0>(points, first, exceptions);
    let b = operands::<1>(points, second, exceptions);
    *inverses = mul::<FqConfig, WAYS>([a.denominators, b.denominators], *inverses);
    let slopes = mul::<FqConfig, WAYS>([a.heights, b.heights], these);
    let squares = square::<FqConfig, WAYS>(slopes);
    // Below 2.1 p + 2 p.
    let xa = sub_plus::<FqConfig, 2>(squares[0], a.x12);
    let xb = sub_plus::<FqConfig, 2>(squares[1], b.x12);
    // Four times something below 6 p: from 2^258 to 2^260, as a factor.
    let runs = [
        quadruple(sub_plus::<FqConfig, 5>(a.x1, xa)),
        quadruple(sub_plus::<FqConfig, 5>(b.x1, xb)),
    ];
    let rises = mul::<FqConfig, WAYS>(runs, slopes);
    let mut sums_a = finish(xa, sub_plus::<FqConfig, 1>(rises[0], a.y1));
    let mut sums_b = finish(xb, sub_plus::<FqConfig, 1>(rises[1], b.y1));
    if a.mask | b.mask != 0 {
        sums_a = mend_sums(sums_a, a.mask, these[0], points, first, exceptions);
        sums_b = mend_sums(sums_b, b.mask, these[1], points, second, exceptions);
    }
    // Only now: a sum may go where a summand of the group was.
    scatter(points, &first[..count.min(8)], sums_a);
    scatter(points, &second[..count.saturating_sub(8)], sums_b);
}

#[inline]
#[vectors]
pub(super) fn finish(x: Lanes, y: Lanes) -> [__m512i; 8] {
    lanes::points(
        join(canonical::<FqConfig>(x)),
        join(canonical::<FqConfig>(y)),
    )
}

#[inline]
#[vectors]
fn scatter(points: &mut [G1Affine], pairs: &[Pair], sums: [__m512i; 8]) {
    if let Ok(pairs) = <&[Pair; 8]>::try_from(pairs) {
        for i in 0..8 {
            store_point(&mut points[pairs[i].write as usize], sums[i]);
        }
    } else {
        for (pair, sum) in pairs.iter().zip(sums) {
            store_point(&mut points[pair.write as usize], sum);
        }
    }
}

/// The left (0) or right (1) points of eight pairs.
#[inline]
#[vectors]
fn gather<const SIDE: usize>(points: &[G1Affine], pairs: &[Pair; 8]) -> [__m512i; 8] {
    let mut out = [_mm512_setzero_si512(); 8];
    for i in 0..8 {
        out[i] = load_point(&points[pairs[i].read as usize + SIDE]);
    }
    out
}

/// `b − a`, below `2 p`, for memory forms.
#[inline]
#[vectors]
fn difference(a: Words, b: Words) -> Lanes {
    sub_plus::<FqConfig, 1>(split(b), split(a))
}

/// Lanes where the abscissas agree or one of them is zero.
#[inline]
#[vectors]
fn exceptional(x1: Words, x2: Words) -> __mmask8 {
    let or = |a, b| _mm512_or_si512(a, b);
    let any = |w: Words| or(or(w[0], w[1]), or(w[2], w[3]));
    let mut differ = x1;
    for i in 0..4 {
        differ[i] = _mm512_xor_si512(x1[i], x2[i]);
    }
    let zero = |w| _mm512_testn_epi64_mask(w, w);
    zero(any(differ)) | zero(any(x1)) | zero(any(x2))
}

/// Puts other denominators where the chord rule does not apply.
#[cold]
#[inline(never)]
#[vectors]
fn mend_denominators(
    denominators: Lanes,
    mask: __mmask8,
    points: &[G1Affine],
    pairs: &[Pair; 8],
    exceptions: &Exceptions,
) -> Lanes {
    let mut elements = [Fq::ZERO; 8];
    store(&mut elements, join(canonical::<FqConfig>(denominators)));
    for (lane, i) in ORDER.iter().enumerate() {
        if mask >> lane & 1 == 1 {
            let at = pairs[*i].read as usize;
            elements[*i] = (exceptions.denominator)(&points[at], &points[at + 1]);
        }
    }
    split(load(&elements))
}

/// `1/64`, once for all: exceptions may be many.
const SIXTY_FOURTH: Fq =
    MontFp!("3078034153852398078128400807926804309347918756495006452565645953934484935582");

/// Puts other sums where the chord rule does not apply, given the inverses times `2^262`.
#[cold]
#[inline(never)]
#[vectors]
fn mend_sums(
    mut sums: [__m512i; 8],
    mask: __mmask8,
    inverses: Lanes,
    points: &[G1Affine],
    pairs: &[Pair; 8],
    exceptions: &Exceptions,
) -> [__m512i; 8] {
    let mut elements = [Fq::ZERO; 8];
    store(&mut elements, join(canonical::<FqConfig>(inverses)));
    for (lane, i) in ORDER.iter().enumerate() {
        if mask >> lane & 1 == 1 {
            let at = pairs[*i].read as usize;
            // 2^262 instead of 2^256.
            let inverse = elements[*i] * SIXTY_FOURTH;
            let sum = (exceptions.sum)(&points[at], &points[at + 1], &inverse);
            sums[*i] = load_point(&sum);
        }
    }
    sums
}

/// `κ` over each product, `κ = 2^518`.
#[inline(never)]
#[vectors]
pub(super) fn invert(products: &[Lanes; WAYS]) -> [Lanes; WAYS] {
    let [first, second] = *products;
    let [both] = mul::<FqConfig, 1>([first], [second]);
    let mut elements = [Fq::ZERO; 8];
    store(&mut elements, join(canonical::<FqConfig>(both)));
    // An integer m, read as a memory form, has the inverse of memory form 2^512 / m.
    invert_all(&mut elements, &Fq::from(64u64));
    let both = split(load(&elements));
    // (κ / (P_0 P_1 / 2^260)) · P_1 / 2^260 = κ / P_0
    mul::<FqConfig, WAYS>([both; WAYS], [second, first])
}

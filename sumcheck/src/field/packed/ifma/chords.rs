//! Batched-affine additions of BN254 G1 points, eight at a time.
//!
//! Lanes are products of their own; one inversion serves them all. Inside the inversions an integer
//! stands for itself: with `D_i` the `i`-th denominator and `P_i = P_{i-1} D_i / 2^260`, the running
//! inverse `I_i = κ / P_i` gives `I_i P_{i-1} / 2^260 = κ / D_i` and `I_{i-1} = I_i D_i / 2^260`, so
//! the stray powers of two cancel. `κ = 2^518` makes `κ / D` the inverse of a denominator in memory
//! form, times `2^262`; the slope then carries `2^258`, and its square the `2^256` of memory.
//!
//! Cost of eight sums: 5 packed multiplications and a square.

use super::Ifma;
use super::lanes::*;
use crate::field::packed::{Exceptions, Pair};
use ark_bn254::{Fq, FqConfig, G1Affine};
use ark_ff::fields::batch_inversion_and_mul;
use ark_ff::{AdditiveGroup, Field};
use std::arch::x86_64::*;

/// Chains of products, which overlap because each multiplication waits for the one before.
const CHAINS: usize = 2;
/// Element of each lane, see [`unpack`](super::lanes).
const ORDER: [usize; 8] = [0, 2, 4, 6, 1, 3, 5, 7];

/// Memory that batches share.
#[derive(Default)]
pub struct PairScratch(Vec<Lanes>);

pub fn add_pairs(
    _: Ifma,
    points: &mut [G1Affine],
    pairs: &[Pair],
    exceptions: &Exceptions,
    scratch: &mut PairScratch,
) {
    // SAFETY: the token proves that the processor has the features.
    unsafe { add_pairs_inner(points, pairs, exceptions, &mut scratch.0) }
}

#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]
fn add_pairs_inner(
    points: &mut [G1Affine],
    pairs: &[Pair],
    exceptions: &Exceptions,
    prefixes: &mut Vec<Lanes>,
) {
    prefixes.clear();
    let mut products = [splat([1, 0, 0, 0, 0]); CHAINS];
    for group in pairs.chunks(8).rev() {
        let product = &mut products[prefixes.len() % CHAINS];
        prefixes.push(*product);
        let operands = operands(points, group);
        let (x1, x2) = (load_abscissas(&operands.0), load_abscissas(&operands.1));
        *product = mul::<FqConfig>(denominators(x1, x2, &operands, exceptions), *product);
    }
    let mut inverses = invert(products);
    for group in pairs.chunks(8) {
        let Some(prefix) = prefixes.pop() else { break };
        let inverse = &mut inverses[prefixes.len() % CHAINS];
        let operands = operands(points, group);
        let (x1, y1) = load_points(&operands.0);
        let (x2, y2) = load_points(&operands.1);
        let this = mul::<FqConfig>(*inverse, prefix);
        *inverse = mul::<FqConfig>(denominators(x1, x2, &operands, exceptions), *inverse);
        let mut sums = chords(this, (split(x1), split(y1)), (split(x2), split(y2)));
        let mask = exceptional(x1, x2);
        if mask != 0 {
            mend_sums(&mut sums, mask, this, &operands, exceptions);
        }
        for (pair, sum) in group.iter().zip(sums) {
            points[pair.write as usize] = sum;
        }
    }
}

/// Left and right points of a group; the last pair fills it up.
#[inline(always)]
fn operands<'a>(points: &'a [G1Affine], group: &[Pair]) -> ([&'a G1Affine; 8], [&'a G1Affine; 8]) {
    let pair: [&'a [G1Affine]; 8] = std::array::from_fn(|i| {
        let read = group[i.min(group.len() - 1)].read as usize;
        &points[read..read + 2]
    });
    (pair.map(|p| &p[0]), pair.map(|p| &p[1]))
}

/// Lanes where the abscissas agree or one of them is zero.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]
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

/// `x_2 − x_1`, below `2 p`, or what stands in its place.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]
fn denominators(
    x1: Words,
    x2: Words,
    operands: &([&G1Affine; 8], [&G1Affine; 8]),
    exceptions: &Exceptions,
) -> Lanes {
    let difference = sub_plus::<FqConfig, 1>(split(x2), split(x1));
    let mask = exceptional(x1, x2);
    if mask == 0 {
        return difference;
    }
    mend_denominators(difference, mask, operands, exceptions)
}

#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]
fn mend_denominators(
    difference: Lanes,
    mask: __mmask8,
    operands: &([&G1Affine; 8], [&G1Affine; 8]),
    exceptions: &Exceptions,
) -> Lanes {
    let mut elements = [Fq::ZERO; 8];
    store(&mut elements, join(canonical::<FqConfig>(difference)));
    for (lane, i) in ORDER.iter().enumerate() {
        if mask >> lane & 1 == 1 {
            elements[*i] = (exceptions.denominator)(operands.0[*i], operands.1[*i]);
        }
    }
    split(load(&elements))
}

#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]
fn mend_sums(
    sums: &mut [G1Affine; 8],
    mask: __mmask8,
    inverses: Lanes,
    operands: &([&G1Affine; 8], [&G1Affine; 8]),
    exceptions: &Exceptions,
) {
    let mut elements = [Fq::ZERO; 8];
    store(&mut elements, join(canonical::<FqConfig>(inverses)));
    // 2^262 instead of 2^256.
    let scale = Fq::from(64u64).inverse().unwrap_or_default();
    for (lane, i) in ORDER.iter().enumerate() {
        if mask >> lane & 1 == 1 {
            let inverse = elements[*i] * scale;
            sums[*i] = (exceptions.sum)(operands.0[*i], operands.1[*i], &inverse);
        }
    }
}

/// `κ` over each product, `κ = 2^518`.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]
fn invert(products: [Lanes; CHAINS]) -> [Lanes; CHAINS] {
    let both = mul::<FqConfig>(products[0], products[1]);
    let mut elements = [Fq::ZERO; 8];
    store(&mut elements, join(canonical::<FqConfig>(both)));
    // An integer m, read as a memory form, has the inverse of memory form 2^512 / m.
    batch_inversion_and_mul(&mut elements, &Fq::from(64u64));
    let both = split(load(&elements));
    // (κ / (P_0 P_1 / 2^260)) · P_1 / 2^260 = κ / P_0
    [
        mul::<FqConfig>(both, products[1]),
        mul::<FqConfig>(both, products[0]),
    ]
}

/// Sums, given the inverse denominators times `2^262`.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]
fn chords(inverses: Lanes, (x1, y1): (Lanes, Lanes), (x2, y2): (Lanes, Lanes)) -> [G1Affine; 8] {
    let slope = mul::<FqConfig>(sub_plus::<FqConfig, 1>(y2, y1), inverses);
    // Below 2.1 p + 2 p.
    let x = sub_plus::<FqConfig, 2>(square::<FqConfig>(slope), add(x1, x2));
    // Four times something below 6 p: from 2^258 to 2^260, as a factor.
    let mut run = sub(x1, x);
    run = add(
        run,
        splat(const { super::lanes::multiple_of_p::<FqConfig>(5) }),
    );
    for limb in &mut run {
        *limb = _mm512_slli_epi64::<2>(*limb);
    }
    let rise = mul::<FqConfig>(carry(run), slope);
    let y = sub_plus::<FqConfig, 1>(rise, y1);
    to_points(
        join(canonical::<FqConfig>(x)),
        join(canonical::<FqConfig>(y)),
    )
}

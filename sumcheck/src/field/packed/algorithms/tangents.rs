//! Batched doublings of BN254 G1 points, eight at a time.
//!
//! As in [`super::chords`] one inversion serves all, and inverses come times `2^262`. The slope is `3 x²` over `2 y`:
//! of `x` in memory form times 16 and `x` in memory form the product is `x² · 2^256`, as a numerator has to be.
//!
//! Cost of eight doublings: 6 packed multiplications.

use super::arch::*;
use super::chords::{Prefixes, WAYS, finish, invert};
use super::lanes::*;
use ark_bn254::{Fq, FqConfig, G1Affine};
use ark_ff::{AdditiveGroup, Field, Zero};

/// Points that are taken together.
const GROUP: usize = 8 * WAYS;

pub fn double_points(_: Token, points: &mut [G1Affine], prefixes: &mut Prefixes) {
    // SAFETY: the token proves that the processor has the features.
    unsafe { double_points_inner(points, &mut prefixes.0) }
}

#[vectors]
fn double_points_inner(points: &mut [G1Affine], prefixes: &mut Vec<[Lanes; WAYS]>) {
    let (groups, rest) = points.as_chunks_mut::<GROUP>();
    // The identity fills the last group up.
    let mut last = [G1Affine::identity(); GROUP];
    last[..rest.len()].copy_from_slice(rest);
    prefixes.clear();
    prefixes.reserve(groups.len() + 1);
    let mut products = [splat([1, 0, 0, 0, 0]); WAYS];
    for group in groups.iter().chain([&last]) {
        prefixes.push(products);
        let [first, second] = halves(group);
        products = mul::<FqConfig, WAYS>([denominators(first), denominators(second)], products);
    }
    let mut inverses = invert(&products);
    for group in groups.iter_mut().chain([&mut last]).rev() {
        let Some(prefix) = prefixes.pop() else { break };
        backward(group, &prefix, &mut inverses);
    }
    rest.copy_from_slice(&last[..rest.len()]);
}

fn halves(group: &[G1Affine; GROUP]) -> [&[G1Affine; 8]; WAYS] {
    let (halves, _) = group.as_chunks::<8>();
    [&halves[0], &halves[1]]
}

#[inline]
#[vectors]
fn load_points(points: &[G1Affine; 8]) -> [Words; 2] {
    let mut words = [_mm512_setzero_si512(); 8];
    for i in 0..8 {
        words[i] = load_point(&points[i]);
    }
    coordinates(words)
}

/// `2 y`, below `2 p`; not zero for the identity either.
#[inline]
#[vectors]
fn denominators(points: &[G1Affine; 8]) -> Lanes {
    let [_, y] = load_points(points);
    twice_unless_zero(y)
}

#[inline]
#[vectors]
fn twice_unless_zero(y: Words) -> Lanes {
    let or = |a, b| _mm512_or_si512(a, b);
    let any = or(or(y[0], y[1]), or(y[2], y[3]));
    // No point has order two.
    let y = match _mm512_testn_epi64_mask(any, any) {
        0 => split(y),
        _ => ones_for_zeros(y),
    };
    carry(add(y, y))
}

/// Puts 1 where an ordinate is zero.
#[cold]
#[inline(never)]
#[vectors]
fn ones_for_zeros(y: Words) -> Lanes {
    let mut elements = [Fq::ZERO; 8];
    store(&mut elements, y);
    for element in &mut elements {
        if element.is_zero() {
            *element = Fq::ONE;
        }
    }
    split(load(&elements))
}

/// Doubles a group, and leaves the inverses for those before it.
#[inline]
#[vectors]
fn backward(group: &mut [G1Affine; GROUP], prefix: &[Lanes; WAYS], inverses: &mut [Lanes; WAYS]) {
    let [first, second] = halves(group);
    let ([xa, ya], [xb, yb]) = (load_points(first), load_points(second));
    let these = mul::<FqConfig, WAYS>(*inverses, *prefix);
    *inverses = mul::<FqConfig, WAYS>([twice_unless_zero(ya), twice_unless_zero(yb)], *inverses);
    let x = [split(xa), split(xb)];
    let squares = mul::<FqConfig, WAYS>([split_times_16(xa), split_times_16(xb)], x);
    // Three times something below 2.3 p.
    let numerators = [triple(squares[0]), triple(squares[1])];
    let slopes = mul::<FqConfig, WAYS>(numerators, these);
    // No `square`: with a second caller it would not be inlined in the chords.
    let squares = mul::<FqConfig, WAYS>(slopes, slopes);
    // Below 2.1 p + 2 p.
    let xs = [
        sub_plus::<FqConfig, 2>(squares[0], add(x[0], x[0])),
        sub_plus::<FqConfig, 2>(squares[1], add(x[1], x[1])),
    ];
    // Four times something below 6 p: from 2^258 to 2^260, as a factor.
    let runs = [
        quadruple(sub_plus::<FqConfig, 5>(x[0], xs[0])),
        quadruple(sub_plus::<FqConfig, 5>(x[1], xs[1])),
    ];
    let rises = mul::<FqConfig, WAYS>(runs, slopes);
    // The identity has a slope of zero, and stays what it is.
    let (ya, yb) = (split(ya), split(yb));
    let doubled = [
        finish(xs[0], sub_plus::<FqConfig, 1>(rises[0], ya)),
        finish(xs[1], sub_plus::<FqConfig, 1>(rises[1], yb)),
    ];
    for (point, words) in group.iter_mut().zip(doubled.as_flattened()) {
        store_point(point, *words);
    }
}

/// `3 a`, with 52-bit limbs.
#[inline]
#[vectors]
fn triple(a: Lanes) -> Lanes {
    carry(add(add(a, a), a))
}

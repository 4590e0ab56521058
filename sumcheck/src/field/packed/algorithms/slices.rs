//! Operations on slices, eight elements at a time; the last few go the portable way.

use super::arch::*;
use super::lanes::*;
use crate::field::packed::constants::Fp4;
use crate::field::packed::portable;
use ark_ff::MontConfig;

/// Terms of a sum of products that the columns of [`multiply_add`] hold; their sum of at most
/// `128 p²` reduces to less than `4 p`.
const TERMS: usize = 128;

pub fn mul_assign<T: MontConfig<4>>(_: Token, a: &mut [Fp4<T>], b: &[Fp4<T>]) {
    // SAFETY: the token proves that the processor has the features.
    unsafe { mul_assign_inner(a, b) }
}

#[vectors]
fn mul_assign_inner<T: MontConfig<4>>(a: &mut [Fp4<T>], b: &[Fp4<T>]) {
    let (a, a_rest) = a.as_chunks_mut::<16>();
    let (b, b_rest) = b[..16 * a.len() + a_rest.len()].as_chunks::<16>();
    for (a, b) in a.iter_mut().zip(b) {
        let (a, _) = a.as_chunks_mut::<8>();
        let (b, _) = b.as_chunks::<8>();
        let product = mul::<T, 2>(
            [split_times_16(load(&a[0])), split_times_16(load(&a[1]))],
            [split(load(&b[0])), split(load(&b[1]))],
        );
        store(&mut a[0], join(canonical::<T>(product[0])));
        store(&mut a[1], join(canonical::<T>(product[1])));
    }
    portable::mul_assign(a_rest, b_rest);
}

pub fn scale<T: MontConfig<4>>(_: Token, a: &mut [Fp4<T>], by: &Fp4<T>) {
    // SAFETY: the token proves that the processor has the features.
    unsafe { scale_inner(a, by) }
}

#[vectors]
fn scale_inner<T: MontConfig<4>>(a: &mut [Fp4<T>], by: &Fp4<T>) {
    let factor = split_times_16(load(&[*by; 8]));
    let (a, rest) = a.as_chunks_mut::<16>();
    for a in a {
        let (a, _) = a.as_chunks_mut::<8>();
        let both = [split(load(&a[0])), split(load(&a[1]))];
        let product = mul::<T, 2>(both, [factor; 2]);
        store(&mut a[0], join(canonical::<T>(product[0])));
        store(&mut a[1], join(canonical::<T>(product[1])));
    }
    portable::scale(rest, by);
}

pub fn split_by<T: MontConfig<4>>(_: Token, low: &mut [Fp4<T>], x: &Fp4<T>, high: &mut [Fp4<T>]) {
    // SAFETY: the token proves that the processor has the features.
    unsafe { split_by_inner(low, x, high) }
}

#[vectors]
fn split_by_inner<T: MontConfig<4>>(low: &mut [Fp4<T>], x: &Fp4<T>, high: &mut [Fp4<T>]) {
    let factor = split_times_16(load(&[*x; 8]));
    let high = &mut high[..low.len()];
    let (low, low_rest) = low.as_chunks_mut::<16>();
    let (high, high_rest) = high.as_chunks_mut::<16>();
    for (low, high) in low.iter_mut().zip(high) {
        let (low, _) = low.as_chunks_mut::<8>();
        let (high, _) = high.as_chunks_mut::<8>();
        let both = [split(load(&low[0])), split(load(&low[1]))];
        let product = mul::<T, 2>(both, [factor; 2]);
        for i in 0..2 {
            let product = canonical::<T>(product[i]);
            store(&mut high[i], join(product));
            let rest = canonical::<T>(sub_plus::<T, 1>(both[i], product));
            store(&mut low[i], join(rest));
        }
    }
    portable::split(low_rest, x, high_rest);
}

pub fn bind<T: MontConfig<4>>(_: Token, pairs: &[Fp4<T>], x: &Fp4<T>, out: &mut [Fp4<T>]) {
    // SAFETY: the token proves that the processor has the features.
    unsafe { bind_inner(pairs, x, out) }
}

#[vectors]
fn bind_inner<T: MontConfig<4>>(pairs: &[Fp4<T>], x: &Fp4<T>, out: &mut [Fp4<T>]) {
    let factor = split_times_16(load(&[*x; 8]));
    let (out, out_rest) = out.as_chunks_mut::<16>();
    let (pairs, pairs_rest) = pairs[..32 * out.len() + 2 * out_rest.len()].as_chunks::<32>();
    for (out, pairs) in out.iter_mut().zip(pairs) {
        let (out, _) = out.as_chunks_mut::<8>();
        let (pairs, _) = pairs.as_chunks::<16>();
        let (a, b) = load_pairs(&pairs[0]);
        let (c, d) = load_pairs(&pairs[1]);
        let (a, b, c, d) = (split(a), split(b), split(c), split(d));
        let steps = [sub_plus::<T, 1>(b, a), sub_plus::<T, 1>(d, c)];
        let steps = mul::<T, 2>(steps, [factor; 2]);
        // Below 2.1 p + p.
        store(&mut out[0], join(canonical::<T>(carry(add(steps[0], a)))));
        store(&mut out[1], join(canonical::<T>(carry(add(steps[1], c)))));
    }
    portable::bind(pairs_rest, x, out_rest);
}

pub fn dot<T: MontConfig<4>>(_: Token, a: &[Fp4<T>], b: &[Fp4<T>]) -> Fp4<T> {
    // SAFETY: the token proves that the processor has the features.
    unsafe { dot_inner(a, b) }
}

#[vectors]
fn dot_inner<T: MontConfig<4>>(a: &[Fp4<T>], b: &[Fp4<T>]) -> Fp4<T> {
    let terms = a.len().min(b.len());
    let (a, a_rest) = a[..terms].as_chunks::<16>();
    let (b, b_rest) = b[..terms].as_chunks::<16>();
    let mut total = [Fp4::<T>::default(); 8];
    for (a, b) in a.chunks(TERMS).zip(b.chunks(TERMS)) {
        let mut columns = [[_mm512_setzero_si512(); 10]; 2];
        for (a, b) in a.iter().zip(b) {
            let ((a, _), (b, _)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
            columns = multiply_add(
                columns,
                [split(load(&a[0])), split(load(&a[1]))],
                [split(load(&b[0])), split(load(&b[1]))],
            );
        }
        // Sixteen times too small, see below; the two together are below 8 p.
        let [first, second] = reduce::<T, 2>(columns);
        let mut sum = [Fp4::<T>::default(); 8];
        store(&mut sum, join(canonical::<T>(carry(add(first, second)))));
        for (total, sum) in total.iter_mut().zip(sum) {
            *total += sum;
        }
    }
    let sixteen = Fp4::<T>::from(16u64);
    total.iter().sum::<Fp4<T>>() * sixteen + portable::dot(a_rest, b_rest)
}

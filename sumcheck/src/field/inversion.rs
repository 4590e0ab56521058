//! Inverses by division steps [BY19, §8–§11].
//!
//! A step divides `g` by 2, after it has added `f` where `g` is odd, and after it has put `g` in the place of `f` where
//! that keeps both small. 62 steps depend on the lowest 62 bits only: their product is a matrix of integers, which is
//! then applied to the long numbers `f` and `g`, and, modulo `p`, to numbers `d` and `e` that start as 0 and `2^512`:
//! `f = d·x / 2^512` and `g = e·x / 2^512` hold throughout. At the end `g = 0` and `f = ±1`, and `±d` is the inverse of
//! `x`, as a memory form again. Numbers are five signed limbs of 62 bits.
//!
//! Time depends on the value, like that of arkworks' inversion. About nine matrices for 254 bits: 1.1 µs where a
//! multiplication takes 13 ns.

#![allow(
    clippy::indexing_slicing,
    reason = "arrays of five limbs, at constant places and in loops over them"
)]

use super::limbs::Fp4;
use ark_ff::{BigInt, Field, MontConfig, Zero};

/// Bits of a limb, and steps that are taken at a time.
const BITS: u32 = 62;
const MASK: u64 = u64::MAX >> (64 - BITS);

/// `Σ limb_i · 2^(62 i)`: all limbs but the last one are between 0 and `2^62`.
type Limbs = [i64; 5];

/// What 62 steps do, times `2^62`: `f` becomes `u f + v g`, and `g` becomes `q f + r g`. In each line the sum of the
/// absolute values is at most `2^62`.
struct Steps {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// The inverse, if the element is not zero. The modulus has at most 254 bits.
pub fn inverse<T: MontConfig<4>>(x: &Fp4<T>) -> Option<Fp4<T>> {
    if x.is_zero() {
        return None;
    }
    let (mut f, mut g) = (const { limbs(&T::MODULUS.0) }, limbs(&x.0.0));
    let (mut d, mut e) = ([0; 5], const { limbs(&T::R2.0) });
    // How far `g` is ahead of `f`: minus what the literature calls δ.
    let mut ahead = -1;
    let mut used = 5;
    loop {
        let steps = take_steps(&mut ahead, low(&f), low(&g));
        apply(&steps, &mut f[..used], &mut g[..used]);
        apply_modulo::<T>(&steps, &mut d, &mut e);
        if g[..used].iter().all(|limb| *limb == 0) {
            break;
        }
        shorten(&mut used, &mut f, &mut g);
    }
    Some(element(d, f[used - 1] < 0))
}

/// Every element but zero becomes `factor` over it.
///
/// Cost: three multiplications for each element, and one inversion.
pub fn invert_all<T: MontConfig<4>>(elements: &mut [Fp4<T>], factor: &Fp4<T>) {
    invert_all_by(elements, factor, inverse);
}

/// The same in any field, by an inversion of one element.
pub(crate) fn invert_all_by<F: Field>(
    elements: &mut [F],
    factor: &F,
    inverse: impl FnOnce(&F) -> Option<F>,
) {
    let mut products = Vec::with_capacity(elements.len());
    let mut product = F::ONE;
    for element in elements.iter().filter(|element| !element.is_zero()) {
        products.push(product);
        product *= element;
    }
    // A product of what is not zero.
    let mut rest = *factor * inverse(&product).unwrap_or(F::ZERO);
    for element in elements
        .iter_mut()
        .rev()
        .filter(|element| !element.is_zero())
    {
        let before = products.pop().unwrap_or(F::ZERO);
        let inverse = rest * before;
        rest *= *element;
        *element = inverse;
    }
}

const fn limbs(x: &[u64; 4]) -> Limbs {
    let [a, b, c, d] = *x;
    [
        (a & MASK) as i64,
        ((a >> 62 | b << 2) & MASK) as i64,
        ((b >> 60 | c << 4) & MASK) as i64,
        ((c >> 58 | d << 6) & MASK) as i64,
        (d >> 56) as i64,
    ]
}

/// The lowest 64 bits.
fn low(x: &Limbs) -> u64 {
    x[0] as u64 | (x[1] as u64) << BITS
}

/// 62 steps on the lowest bits of `f`, which is odd, and `g`. Whole runs of them are taken at once: zeros of `g` by
/// a shift, and up to six ones by a multiple of `f` that makes as many low bits of `g` zero.
#[inline(always)]
fn take_steps(ahead: &mut i64, mut f: u64, mut g: u64) -> Steps {
    let (mut u, mut v, mut q, mut r) = (1u64, 0u64, 0u64, 1u64);
    let mut left = BITS;
    loop {
        // The bit above those that are left stops the count.
        let zeros = (g | u64::MAX << left).trailing_zeros();
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        *ahead -= i64::from(zeros);
        left -= zeros;
        if left == 0 {
            break;
        }
        let (width, factor);
        if *ahead < 0 {
            *ahead = -*ahead;
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, u.wrapping_neg());
            (v, r) = (r, v.wrapping_neg());
            // f (2 − f²) is 1/f modulo 64, since f² is 1 modulo 8.
            width = 6;
            factor = f
                .wrapping_mul(f)
                .wrapping_sub(2)
                .wrapping_mul(f)
                .wrapping_mul(g);
        } else {
            // 1/f modulo 16.
            width = 4;
            let inverse = f.wrapping_add((f.wrapping_add(1) & 4) << 1);
            factor = inverse.wrapping_mul(g).wrapping_neg();
        }
        // No more than the steps before `f` and `g` change places again.
        let run = (*ahead + 1).min(i64::from(left)).min(width);
        let factor = factor & !(u64::MAX << run);
        g = g.wrapping_add(f.wrapping_mul(factor));
        q = q.wrapping_add(u.wrapping_mul(factor));
        r = r.wrapping_add(v.wrapping_mul(factor));
    }
    let [u, v, q, r] = [u, v, q, r].map(|entry| entry as i64);
    Steps { u, v, q, r }
}

#[inline(always)]
fn product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

/// The lowest limb of a sum, which the sum loses.
#[inline(always)]
fn pop(sum: &mut i128) -> i64 {
    let limb = (*sum as u64 & MASK) as i64;
    *sum >>= BITS;
    limb
}

/// Applies steps to as many limbs as are in use. The division by `2^62` is exact.
#[inline(always)]
fn apply(steps: &Steps, f: &mut [i64], g: &mut [i64]) {
    let Steps { u, v, q, r } = *steps;
    let (mut for_f, mut for_g) = (0, 0);
    for i in 0..f.len() {
        for_f += product(u, f[i]) + product(v, g[i]);
        for_g += product(q, f[i]) + product(r, g[i]);
        let (limb_of_f, limb_of_g) = (pop(&mut for_f), pop(&mut for_g));
        if i > 0 {
            (f[i - 1], g[i - 1]) = (limb_of_f, limb_of_g);
        }
    }
    (f[f.len() - 1], g[g.len() - 1]) = (for_f as i64, for_g as i64);
}

/// Applies steps to `d` and `e` modulo `p`: adds the multiple of `p` that makes the division by `2^62` exact. Both
/// are above `−2 p` and below `p`, before and after.
#[inline(always)]
fn apply_modulo<T: MontConfig<4>>(steps: &Steps, d: &mut Limbs, e: &mut Limbs) {
    let Steps { u, v, q, r } = *steps;
    let p = const { limbs(&T::MODULUS.0) };
    // Negative numbers count as if `p` had been added to them.
    let (negative_d, negative_e) = (d[4] >> 63, e[4] >> 63);
    let multiple = |of_d: i64, of_e: i64| {
        let wrapped = (of_d & negative_d) + (of_e & negative_e);
        let sum = product(of_d, d[0]) + product(of_e, e[0]);
        // 1/p modulo 2^64; what arkworks calls INV is −1/p. The multiple is taken off, for the bounds.
        let inverse = T::INV.wrapping_neg();
        let exact = inverse
            .wrapping_mul(sum as u64)
            .wrapping_add(wrapped as u64)
            & MASK;
        wrapped - exact as i64
    };
    let (p_for_d, p_for_e) = (multiple(u, v), multiple(q, r));
    let (mut for_d, mut for_e) = (0, 0);
    for i in 0..5 {
        for_d += product(u, d[i]) + product(v, e[i]) + product(p_for_d, p[i]);
        for_e += product(q, d[i]) + product(r, e[i]) + product(p_for_e, p[i]);
        let (limb_of_d, limb_of_e) = (pop(&mut for_d), pop(&mut for_e));
        if i > 0 {
            (d[i - 1], e[i - 1]) = (limb_of_d, limb_of_e);
        }
    }
    (d[4], e[4]) = (for_d as i64, for_e as i64);
}

/// Leaves the last limbs out if they are nothing but signs.
#[inline(always)]
fn shorten(used: &mut usize, f: &mut Limbs, g: &mut Limbs) {
    let last = *used - 1;
    let sign = |limb: i64| limb == 0 || limb == -1;
    // Two limbs are always there for the next steps to read.
    if last > 1 && sign(f[last]) && sign(g[last]) {
        f[last - 1] |= f[last] << BITS;
        g[last - 1] |= g[last] << BITS;
        *used = last;
    }
}

/// `±d` as an element, for `d` above `−2 p` and below `p`.
fn element<T: MontConfig<4>>(mut d: Limbs, negative: bool) -> Fp4<T> {
    let p = const { limbs(&T::MODULUS.0) };
    // Carries go up; the last limb keeps the sign.
    let carry = |mut d: Limbs| {
        for i in 0..4 {
            d[i + 1] += d[i] >> BITS;
            d[i] &= MASK as i64;
        }
        d
    };
    let plus_p = |d: Limbs| {
        let mut sum = d;
        for (limb, of_p) in sum.iter_mut().zip(p) {
            *limb += of_p;
        }
        carry(sum)
    };
    if d[4] < 0 {
        d = plus_p(d);
    }
    if negative {
        d = carry(d.map(|limb| -limb));
    }
    if d[4] < 0 {
        d = plus_p(d);
    }
    let [a, b, c, d, e] = d.map(|limb| limb as u64);
    Fp4::new_unchecked(BigInt([
        a | b << 62,
        b >> 2 | c << 60,
        c >> 4 | d << 58,
        d >> 6 | e << 56,
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{Fq, Fr};
    use ark_ff::{AdditiveGroup, One, PrimeField};
    use proptest::prelude::*;

    fn agrees<T: MontConfig<4>>(x: Fp4<T>) {
        assert_eq!(inverse(&x), x.inverse(), "of {x}");
    }

    #[test]
    fn small_numbers_and_powers_of_two_in_both_forms() {
        fn all<T: MontConfig<4>>() {
            agrees(Fp4::<T>::ZERO);
            for i in 1..300u64 {
                for x in [Fp4::<T>::from(i), Fp4::from(2u64).pow([i])] {
                    agrees(x);
                    agrees(-x);
                    // The integer itself as a memory form.
                    let raw = Fp4::<T>::new_unchecked(x.into_bigint());
                    agrees(raw);
                    agrees(-raw);
                }
            }
            agrees(-Fp4::<T>::one());
        }
        all::<ark_bn254::FqConfig>();
        all::<ark_bn254::FrConfig>();
    }

    #[test]
    fn all_but_zeros_are_inverted() {
        let seven = Fq::from(7u64);
        let elements: Vec<Fq> = [0u64, 3, 0, 0, 5, 1, 0].map(Fq::from).to_vec();
        for len in 0..=elements.len() {
            let mut inverted = elements[..len].to_vec();
            let mut expected = inverted.clone();
            invert_all(&mut inverted, &seven);
            ark_ff::fields::batch_inversion_and_mul(&mut expected, &seven);
            assert_eq!(inverted, expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn the_inverse_is_that_of_arkworks(bytes in prop::array::uniform32(any::<u8>()), shift in 0usize..32) {
            agrees(Fq::from_le_bytes_mod_order(&bytes[shift..]));
            agrees(Fr::from_le_bytes_mod_order(&bytes[shift..]));
        }
    }
}

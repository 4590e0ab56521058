//! The scalar field of BN254 (about 100 bits of security against discrete logarithms).

#![allow(
    clippy::indexing_slicing,
    reason = "limbs of arrays, whose bounds are constants"
)]

use super::inversion;
use super::limbs::{self, halves, subtract_once};
use super::{Accumulator, Field, Products};
use ark_bn254::Fr;
use ark_ff::{Field as _, PrimeField};

/// A 384-bit integer `Σ x_i · u_i`, where `x_i` is the Montgomery form read as an integer below
/// `2^254`: `2^64` terms fit.
#[derive(Clone, Copy, Default, Debug)]
pub struct WideSum(pub(super) [u64; 6]);

impl Accumulator<Fr> for WideSum {
    #[inline(always)]
    fn add_u64(&mut self, x: &Fr, u: u64) {
        let limbs = &x.0.0;
        let mut carry = 0u128;
        for (sum, limb) in self.0.iter_mut().zip(limbs) {
            // (2^64-1)^2 + 2(2^64-1) < 2^128
            let t = u128::from(*limb) * u128::from(u) + u128::from(*sum) + carry;
            *sum = t as u64;
            carry = t >> 64;
        }
        let t = u128::from(self.0[4]) + carry;
        self.0[4] = t as u64;
        self.0[5] += (t >> 64) as u64;
    }

    #[inline(always)]
    fn merge(&mut self, other: &Self) {
        let mut carry = 0u128;
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            let t = u128::from(*a) + u128::from(*b) + carry;
            *a = t as u64;
            carry = t >> 64;
        }
    }

    fn reduce(&self) -> Fr {
        // Montgomery form: the integer N stands for N / 2^256. Split N = low + high · 2^256:
        // `high` is then an ordinary integer, and `low` a Montgomery form not yet below p.
        let [l0, l1, l2, l3, h0, h1] = self.0;
        let low = subtract_multiples(&[l0, l1, l2, l3], 0);
        match (u128::from(h1) << 64) | u128::from(h0) {
            0 => low,
            high => low.plus(&Fr::from(high)),
        }
    }
}

/// A 576-bit integer `Σ x_i · y_i` of Montgomery forms read as integers below `2^254`: `2^64` terms
/// fit.
#[derive(Clone, Copy, Default, Debug)]
pub struct WideProducts([u64; 9]);

/// `-p^-1 mod 2^64`.
const INVERSE: u64 = {
    // Newton's iteration doubles the number of correct bits, from one.
    let p = Fr::MODULUS.0[0];
    let mut x = 1u64;
    let mut bits = 1;
    while bits < 64 {
        x = x.wrapping_mul(2u64.wrapping_sub(p.wrapping_mul(x)));
        bits *= 2;
    }
    x.wrapping_neg()
};

/// `sum + a · b + carry`, as (low, high); it never exceeds 128 bits.
#[inline(always)]
fn multiply_add(sum: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let t = u128::from(a) * u128::from(b) + u128::from(sum) + u128::from(carry);
    (t as u64, (t >> 64) as u64)
}

/// `x − y` unless it is negative, then `x`.
#[inline(always)]
fn subtract_if_larger((low, high): (u128, u128), (y_low, y_high): (u128, u128)) -> (u128, u128) {
    let (difference, borrow) = low.overflowing_sub(y_low);
    let (upper, under) = high.overflowing_sub(y_high);
    let (upper, further) = upper.overflowing_sub(u128::from(borrow));
    let mask = u128::from(under | further).wrapping_neg();
    (
        difference ^ ((difference ^ low) & mask),
        upper ^ ((upper ^ high) & mask),
    )
}

/// `2p`.
const TWICE: [u64; 4] = {
    let p = Fr::MODULUS.0;
    [
        p[0] << 1,
        p[1] << 1 | p[0] >> 63,
        p[2] << 1 | p[1] >> 63,
        p[3] << 1 | p[2] >> 63,
    ]
};

/// `⌊2^318 / p⌋ − 2^64`.
const RECIPROCAL: u64 = {
    // Bit by bit. The remainder stays below p, so that twice it has 255 bits.
    let p = Fr::MODULUS.0;
    let mut remainder = [0u64; 4];
    let mut quotient = 0u128;
    let mut bit = 0;
    while bit <= 318 {
        let mut doubled = [0u64; 4];
        let mut carry = if bit == 0 { 1 } else { 0 };
        let mut reduced = [0u64; 4];
        let mut borrow = false;
        let mut i = 0;
        while i < 4 {
            doubled[i] = remainder[i] << 1 | carry;
            carry = remainder[i] >> 63;
            let (once, under) = doubled[i].overflowing_sub(p[i]);
            let (twice, further) = once.overflowing_sub(borrow as u64);
            reduced[i] = twice;
            borrow = under || further;
            i += 1;
        }
        remainder = if borrow { doubled } else { reduced };
        quotient = quotient << 1 | !borrow as u128;
        bit += 1;
    }
    (quotient - (1 << 64)) as u64
};

/// `x mod p` for `x = limbs + top · 2^256` below `7p`.
#[inline(always)]
fn subtract_multiples(limbs: &[u64; 4], top: u64) -> Fr {
    // The quotient estimated from the upper bits, from below: short by one at most.
    const SHIFT: u32 = 48;
    let upper = top << (64 - SHIFT) | limbs[3] >> SHIFT;
    let estimate = upper / ((Fr::MODULUS.0[3] >> SHIFT) + 1);
    let mut multiple = [0u64; 4];
    let mut carry = 0;
    for (limb, p) in multiple.iter_mut().zip(Fr::MODULUS.0) {
        (*limb, carry) = multiply_add(0, p, estimate, carry);
    }
    let ((low, high), (m_low, m_high)) = (halves(limbs), halves(&multiple));
    let (low, borrow) = low.overflowing_sub(m_low);
    let high = high.wrapping_sub(m_high).wrapping_sub(u128::from(borrow));
    subtract_once(low, high)
}

impl Products<Fr> for WideProducts {
    #[inline(always)]
    fn add(&mut self, x: &Fr, y: &Fr) {
        let (x, y) = (&x.0.0, &y.0.0);
        let mut product = [0u64; 8];
        for i in 0..4 {
            let mut carry = 0;
            for j in 0..4 {
                (product[i + j], carry) = multiply_add(product[i + j], x[i], y[j], carry);
            }
            product[i + 4] = carry;
        }
        let mut carry = false;
        for (sum, limb) in self.0.iter_mut().zip(product) {
            (*sum, carry) = sum.carrying_add(limb, carry);
        }
        self.0[8] += u64::from(carry);
    }

    #[inline(always)]
    fn add_one(&mut self, x: &Fr) {
        // The product with 1, which is `2^256 mod p` in Montgomery form.
        let mut carry = false;
        for (sum, limb) in self.0[4..8].iter_mut().zip(x.0.0) {
            (*sum, carry) = sum.carrying_add(limb, carry);
        }
        self.0[8] += u64::from(carry);
    }

    #[inline(always)]
    fn merge(&mut self, other: &Self) {
        let mut carry = false;
        for (a, b) in self.0.iter_mut().zip(other.0) {
            (*a, carry) = a.carrying_add(b, carry);
        }
    }

    #[inline]
    fn reduce(&self) -> Fr {
        // Montgomery reduction of the low 512 bits; what lies above counts `2^256` in a Montgomery
        // form, so it is an ordinary integer.
        let mut limbs = self.0;
        let mut over = 0u64;
        for i in 0..4 {
            let quotient = limbs[i].wrapping_mul(INVERSE);
            let mut carry = 0;
            for j in 0..4 {
                (limbs[i + j], carry) =
                    multiply_add(limbs[i + j], quotient, Fr::MODULUS.0[j], carry);
            }
            let sum = u128::from(limbs[i + 4]) + u128::from(carry) + u128::from(over);
            limbs[i + 4] = sum as u64;
            over = (sum >> 64) as u64;
        }
        // Below 2^256 + p, which is below 7p.
        let low = subtract_multiples(&[limbs[4], limbs[5], limbs[6], limbs[7]], over);
        match self.0[8] {
            0 => low,
            high => low + Fr::from(high),
        }
    }
}

impl Field for Fr {
    type Accumulator = WideSum;
    type Products = WideProducts;

    fn inverted(&self) -> Option<Self> {
        inversion::inverse(self)
    }

    #[inline(always)]
    fn plus(&self, other: &Self) -> Self {
        limbs::plus(self, other)
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        limbs::minus(self, other)
    }

    #[inline]
    fn mul_u64(&self, u: u64) -> Self {
        let (limbs, modulus) = (&self.0.0, &Fr::MODULUS.0);
        let (l0, carry) = multiply_add(0, limbs[0], u, 0);
        let (l1, carry) = multiply_add(0, limbs[1], u, carry);
        let (l2, carry) = multiply_add(0, limbs[2], u, carry);
        let (l3, top) = multiply_add(0, limbs[3], u, carry);
        // The quotient estimated from below by the bits from 254 on, of which there are 64: `RECIPROCAL` is
        // `2^318 / p − 2^64`. It is short by less than 4.
        let upper = top << 2 | l3 >> 62;
        let quotient = upper + multiply_add(0, upper, RECIPROCAL, 0).1;
        let (m0, carry) = multiply_add(0, modulus[0], quotient, 0);
        let (m1, carry) = multiply_add(0, modulus[1], quotient, carry);
        let (m2, carry) = multiply_add(0, modulus[2], quotient, carry);
        let m3 = modulus[3].wrapping_mul(quotient).wrapping_add(carry);
        // What is left is below 4p, so below 2^256.
        let ((low, high), (m_low, m_high)) = (halves(&[l0, l1, l2, l3]), halves(&[m0, m1, m2, m3]));
        let (low, borrow) = low.overflowing_sub(m_low);
        let high = high.wrapping_sub(m_high).wrapping_sub(u128::from(borrow));
        let (low, high) = subtract_if_larger((low, high), halves(&TWICE));
        subtract_once(low, high)
    }

    #[inline]
    fn from_word(x: u64) -> Self {
        Fr::ONE.mul_u64(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{AdditiveGroup, One, UniformRand, Zero};
    use proptest::prelude::*;

    fn element(seed: u64) -> Fr {
        match seed % 8 {
            0 => Fr::zero(),
            1 => -Fr::from(1u64),
            2 => Fr::from(seed),
            _ => {
                use ark_std::rand::SeedableRng;
                Fr::rand(&mut ark_std::rand::rngs::StdRng::seed_from_u64(seed))
            }
        }
    }

    proptest! {
        #[test]
        fn small_products_agree_with_field_products(seed: u64, u: u64) {
            for u in [u, 0, 1, u64::MAX] {
                for x in [element(seed), Fr::zero(), Fr::one(), -Fr::one()] {
                    prop_assert_eq!(x.mul_u64(u), x * Fr::from(u));
                }
                prop_assert_eq!(Fr::from_word(u), Fr::from(u));
            }
        }

        #[test]
        fn additions_without_branches_agree(a: u64, b: u64) {
            let (a, b) = (element(a), element(b));
            for (a, b) in [(a, b), (a, a), (a, -a), (Fr::zero(), b), (-Fr::from(1u64), b)] {
                prop_assert_eq!(a.plus(&b), a + b);
                prop_assert_eq!(a.minus(&b), a - b);
            }
        }

        #[test]
        fn wide_products_agree_with_field_products(terms in prop::collection::vec((any::<u64>(), any::<u64>()), 0..40)) {
            let mut left = WideProducts::default();
            let mut right = WideProducts::default();
            let mut expected = Fr::zero();
            for (i, (a, b)) in terms.iter().enumerate() {
                let side = if i % 2 == 0 { &mut left } else { &mut right };
                side.add(&element(*a), &element(*b));
                expected += element(*a) * element(*b);
                if a % 3 == 0 {
                    side.add_one(&element(*b));
                    expected += element(*b);
                }
            }
            left.merge(&right);
            prop_assert_eq!(left.reduce(), expected);
            // Sums that reach the top limb.
            for _ in 0..70 {
                let copy = left;
                left.merge(&copy);
                expected.double_in_place();
                if left.0[8] >= u64::MAX / 4 {
                    break;
                }
                prop_assert_eq!(left.reduce(), expected);
            }
        }

        #[test]
        fn wide_sums_agree_with_field_sums(terms in prop::collection::vec((any::<u64>(), any::<u64>()), 0..40), x: i128) {
            let mut left = WideSum::default();
            let mut right = WideSum::default();
            let mut expected = Fr::zero();
            for (i, (seed, u)) in terms.iter().enumerate() {
                let side = if i % 2 == 0 { &mut left } else { &mut right };
                side.add_u64(&element(*seed), *u);
                expected += element(*seed) * Fr::from(*u);
            }
            left.merge(&right);
            prop_assert_eq!(left.reduce(), expected);
            prop_assert_eq!(expected.mul_i128(x), expected * Fr::from(x));
            prop_assert_eq!(<Fr as Field>::from_i128(x), Fr::from(x));
        }
    }
}

#[cfg(test)]
mod zero_sums {
    use super::*;
    use ark_ff::{One, UniformRand, Zero};

    #[test]
    fn products_that_cancel_sum_to_the_canonical_zero() {
        let mut rng = ark_std::test_rng();
        for n in 1..40u64 {
            let mut sum = WideProducts::default();
            let mut integers = WideSum::default();
            for _ in 0..n {
                let (a, b) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
                sum.add(&a, &b);
                sum.add(&-a, &b);
                integers.add_u64(&a, n);
                integers.add_u64(&-a, n);
            }
            assert_eq!(sum.reduce(), Fr::zero());
            assert_eq!(integers.reduce(), Fr::zero());
            let a = Fr::rand(&mut rng);
            assert_eq!(a.plus(&-a), Fr::zero());
            assert_eq!(a.minus(&a), Fr::zero());
            assert_eq!((-Fr::one()).plus(&Fr::one()), Fr::zero());
        }
    }
}

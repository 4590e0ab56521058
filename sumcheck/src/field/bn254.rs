//! The scalar field of BN254 (about 100 bits of security against discrete logarithms).

#![allow(
    clippy::indexing_slicing,
    reason = "limbs of arrays, whose bounds are constants"
)]

use super::{Accumulator, Field, Products};
use ark_bn254::Fr;
use ark_ff::{BigInt, PrimeField, Zero};

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

/// A 256-bit number as its (low, high) halves: the compiler turns arithmetic on them into carry
/// chains, and keeps masks free of branches.
#[inline(always)]
fn halves(x: &[u64; 4]) -> (u128, u128) {
    let join = |low: u64, high: u64| u128::from(low) | u128::from(high) << 64;
    (join(x[0], x[1]), join(x[2], x[3]))
}

#[inline(always)]
fn from_halves(low: u128, high: u128) -> Fr {
    Fr::new_unchecked(BigInt([
        low as u64,
        (low >> 64) as u64,
        high as u64,
        (high >> 64) as u64,
    ]))
}

/// `x` if it is below `p`, else `x − p`, for `x < 2p`.
#[inline(always)]
fn subtract_once(low: u128, high: u128) -> Fr {
    let (p_low, p_high) = halves(&Fr::MODULUS.0);
    let (reduced, borrow) = low.overflowing_sub(p_low);
    let reduced_high = high.wrapping_sub(p_high).wrapping_sub(u128::from(borrow));
    // Everything is below 2^255: the top bit says whether the difference is negative.
    let mask = ((reduced_high as i128) >> 127) as u128;
    from_halves(
        reduced ^ ((reduced ^ low) & mask),
        reduced_high ^ ((reduced_high ^ high) & mask),
    )
}

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

    #[inline(always)]
    fn plus(&self, other: &Self) -> Self {
        let ((a, a_high), (b, b_high)) = (halves(&self.0.0), halves(&other.0.0));
        let (low, carry) = a.overflowing_add(b);
        subtract_once(low, a_high + b_high + u128::from(carry))
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        let ((a, a_high), (b, b_high)) = (halves(&self.0.0), halves(&other.0.0));
        let (low, borrow) = a.overflowing_sub(b);
        let high = a_high.wrapping_sub(b_high).wrapping_sub(u128::from(borrow));
        let mask = ((high as i128) >> 127) as u128;
        let (p_low, p_high) = halves(&Fr::MODULUS.0);
        let (low, carry) = low.overflowing_add(p_low & mask);
        from_halves(
            low,
            high.wrapping_add(p_high & mask)
                .wrapping_add(u128::from(carry)),
        )
    }

    #[inline]
    fn mul_u64(&self, u: u64) -> Self {
        if u == 0 || self.is_zero() {
            return Fr::zero();
        }
        let mut sum = WideSum::default();
        sum.add_u64(self, u);
        let [l0, l1, l2, l3, top, _] = sum.0;
        // The value is below p · 2^64. Estimate the quotient by its top bits, from below:
        // p ≥ 0x30644e72e131a029 · 2^192, so q = value / 2^192 / (that + 1) never exceeds value / p.
        let numerator = (u128::from(top) << 64) | u128::from(l3);
        let q = (numerator / (u128::from(Fr::MODULUS.0[3]) + 1)) as u64;
        let mut limbs = [l0, l1, l2, l3];
        let mut top = top;
        let mut borrow = 0u128;
        for (limb, m) in limbs.iter_mut().zip(Fr::MODULUS.0) {
            let take = u128::from(m) * u128::from(q) + borrow;
            let (value, under) = limb.overflowing_sub(take as u64);
            *limb = value;
            borrow = (take >> 64) + u128::from(under);
        }
        top = top.wrapping_sub(borrow as u64);
        let mut low = BigInt::<4>(limbs);
        // The estimate is short by a few multiples of p at most.
        while top > 0 || low >= Fr::MODULUS {
            let borrowed = ark_ff::BigInteger::sub_with_borrow(&mut low, &Fr::MODULUS);
            top -= u64::from(borrowed);
        }
        Fr::new_unchecked(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{AdditiveGroup, UniformRand};
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
                prop_assert_eq!(element(seed).mul_u64(u), element(seed) * Fr::from(u));
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
    use ark_ff::{One, UniformRand};

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

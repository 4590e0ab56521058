//! The scalar field of BN254 (about 100 bits of security against discrete logarithms).

use super::{Accumulator, Field};
use ark_bn254::Fr;
use ark_ff::{BigInt, PrimeField, Zero};

/// A 384-bit integer `Σ x_i · u_i`, where `x_i` is the Montgomery form read as an integer below
/// `2^254`: `2^64` terms fit.
#[derive(Clone, Copy, Default, Debug)]
pub struct WideSum([u64; 6]);

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
        let high = Fr::from((u128::from(h1) << 64) | u128::from(h0));
        let mut low = BigInt::<4>([l0, l1, l2, l3]);
        while low >= Fr::MODULUS {
            ark_ff::BigInteger::sub_with_borrow(&mut low, &Fr::MODULUS);
        }
        high + Fr::new_unchecked(low)
    }
}

impl Field for Fr {
    type Accumulator = WideSum;

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
    use ark_ff::UniformRand;
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

//! Every operation against arkworks, on random and on adversarial elements.
#![allow(clippy::unwrap_used)]

use super::*;
use ark_bn254::{FqConfig, FrConfig};
use ark_ff::{AdditiveGroup, BigInt, Field, One, UniformRand};
use ark_std::rand::{Rng, SeedableRng, rngs::StdRng};
use proptest::prelude::*;

/// Elements whose *memory form* is a chosen integer: 0, 1, p − 1 and their neighbours, limbs of ones
/// and of zeros; or random ones.
fn element<T: MontConfig<4>>(rng: &mut StdRng) -> Fp4<T> {
    let p = T::MODULUS;
    let near = |mut limbs: BigInt<4>, by: u64| {
        ark_ff::BigInteger::sub_with_borrow(&mut limbs, &BigInt::from(by));
        Fp4::<T>::new_unchecked(limbs)
    };
    match rng.gen_range(0..12) {
        0 => Fp4::<T>::ZERO,
        1 => Fp4::<T>::one(),
        2 => -Fp4::<T>::one(),
        3 => Fp4::<T>::new_unchecked(BigInt::from(rng.gen_range(0u64..4))),
        4 => near(p, rng.gen_range(1..5)),
        5 => near(p, 1 << 52),
        6 => {
            let bits = rng.gen_range(1..254);
            let mut limbs = [0; 4];
            for bit in 0..bits {
                limbs[bit / 64] |= 1 << (bit % 64);
            }
            let limbs = BigInt(limbs);
            match limbs < p {
                true => Fp4::<T>::new_unchecked(limbs),
                false => near(p, 2),
            }
        }
        7 => {
            let bit = rng.gen_range(0..253);
            let mut limbs = [0; 4];
            limbs[bit / 64] |= 1 << (bit % 64);
            Fp4::<T>::new_unchecked(BigInt(limbs))
        }
        _ => Fp4::<T>::rand(rng),
    }
}

fn elements<T: MontConfig<4>>(rng: &mut StdRng, count: usize) -> Vec<Fp4<T>> {
    match rng.gen_range(0..4) {
        // All lanes alike.
        0 => vec![element(rng); count],
        _ => (0..count).map(|_| element(rng)).collect(),
    }
}

fn operations_agree<T: MontConfig<4>>(seed: u64, count: usize) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let a = elements::<T>(rng, count);
    let b = elements::<T>(rng, count);
    let x = element::<T>(rng);
    let expected: Vec<_> = a.iter().zip(&b).map(|(a, b)| *a * b).collect();
    let mut product = a.clone();
    mul_assign(&mut product, &b);
    assert_eq!(product, expected);
    let mut scaled = a.clone();
    scale(&mut scaled, &x);
    assert_eq!(scaled, a.iter().map(|a| *a * x).collect::<Vec<_>>());
    let mut bound = vec![Fp4::<T>::ZERO; count / 2];
    bind(&a, &x, &mut bound);
    let expected: Vec<_> = a
        .chunks_exact(2)
        .map(|pair| pair[0] + x * (pair[1] - pair[0]))
        .collect();
    assert_eq!(bound, expected);
    let expected: Fp4<T> = a.iter().zip(&b).map(|(a, b)| *a * b).sum();
    assert_eq!(dot(&a, &b), expected);
}

fn products_agree<T: MontConfig<4>>(seed: u64, pairs: usize, groups: usize) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let rows: Vec<Vec<Fp4<T>>> = (0..4 * groups).map(|_| elements(rng, 2 * pairs)).collect();
    let groups: Vec<[&[Fp4<T>]; 4]> = rows
        .chunks_exact(4)
        .map(|group| [&group[0], &group[1], &group[2], &group[3]].map(Vec::as_slice))
        .collect();
    let weights = elements::<T>(rng, pairs);
    let expected = portable::products_of_four(&groups, &weights);
    assert_eq!(products_of_four(&groups, &weights), expected);
}

proptest! {
    #[test]
    fn products_agree_with_arkworks(seed: u64, pairs in 0usize..60, groups in 0usize..12) {
        products_agree::<FrConfig>(seed, pairs, groups);
        products_agree::<FqConfig>(seed, pairs, groups);
    }


    #[test]
    fn both_fields_agree_with_arkworks(seed: u64, count in 0usize..200) {
        operations_agree::<FrConfig>(seed, count);
        operations_agree::<FqConfig>(seed, count);
    }
}

#[test]
fn long_sums_agree_with_arkworks() {
    let largest = Fq::new_unchecked({
        let mut p = FqConfig::MODULUS;
        ark_ff::BigInteger::sub_with_borrow(&mut p, &BigInt::from(1u64));
        p
    });
    let all = vec![largest; 5000];
    assert_eq!(dot(&all, &all), largest.square() * Fq::from(5000u64));
    operations_agree::<FrConfig>(7, 10_000);
    products_agree::<FrConfig>(8, 1000, 9);
    let pairs: Vec<Fq> = (0..800).map(|i| [Fq::ZERO, largest][i % 2]).collect();
    let groups = [[pairs.as_slice(); 4]; 17];
    let weights = vec![largest; 400];
    let expected = portable::products_of_four(&groups, &weights);
    assert_eq!(products_of_four(&groups, &weights), expected);
}

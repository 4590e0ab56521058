//! BN254's scalar field with multiplications counted: what a prover costs, whatever the machine.
//!
//! Everything generic over [`Field`] runs over [`Counted`] too, with the same results. It takes the portable
//! paths; packed ones need the same products, up to the passes that they skip or join. Counters are of the
//! whole process: [`operations`] before and after, and nothing else over this field in between.

use super::{Accumulator, Field, Products, ProverField};
use ark_bn254::{Fr, FrConfig};
use ark_ff::fields::models::fp::FpConfig;
use ark_ff::{
    AdditiveGroup, BigInt, FftField, Field as _, Fp, MontBackend, PrimeField, SqrtPrecomputation,
};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Counted operations, by kind. Additions are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    /// Products of two elements, reduced at once; squares among them.
    pub products: u64,
    /// Products of two elements in sums that are reduced at the end.
    pub delayed: u64,
    /// Products with a machine word.
    pub small: u64,
    /// Integers made field elements, or the other way round: a product each.
    pub conversions: u64,
    pub inversions: u64,
}

impl Operations {
    /// Products of two elements, of every kind.
    pub fn multiplications(&self) -> u64 {
        self.products + self.delayed
    }

    /// What was counted since an earlier reading.
    pub fn since(&self, before: &Self) -> Self {
        Operations {
            products: self.products - before.products,
            delayed: self.delayed - before.delayed,
            small: self.small - before.small,
            conversions: self.conversions - before.conversions,
            inversions: self.inversions - before.inversions,
        }
    }
}

#[derive(Clone, Copy)]
enum Class {
    Product,
    Delayed,
    Small,
    Conversion,
    Inversion,
}

/// One thread's counters; only that thread writes them.
type Shard = [AtomicU64; 5];

static SHARDS: Mutex<Vec<Arc<Shard>>> = Mutex::new(Vec::new());

thread_local! {
    static OWN: Arc<Shard> = {
        let shard = Arc::new(Shard::default());
        SHARDS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(shard.clone());
        shard
    };
}

#[inline]
fn count(class: Class, n: u64) {
    // A thread that ends has nothing left to count.
    let _ = OWN.try_with(|shard| {
        let counter = &shard[class as usize];
        counter.store(counter.load(Ordering::Relaxed) + n, Ordering::Relaxed);
    });
}

/// Everything counted so far, in threads whose work the caller has waited for.
pub fn operations() -> Operations {
    let shards = SHARDS.lock().unwrap_or_else(PoisonError::into_inner);
    let sum = |class: Class| {
        let counters = shards.iter().map(|shard| &shard[class as usize]);
        counters.map(|c| c.load(Ordering::Relaxed)).sum()
    };
    Operations {
        products: sum(Class::Product),
        delayed: sum(Class::Delayed),
        small: sum(Class::Small),
        conversions: sum(Class::Conversion),
        inversions: sum(Class::Inversion),
    }
}

/// Arithmetic of [`Counted`].
#[derive(Clone, Copy, Debug)]
pub struct Counting;

/// An element of BN254's scalar field whose products are counted.
pub type Counted = Fp<Counting, 4>;

type Backend = MontBackend<FrConfig, 4>;

const fn inner(x: Counted) -> Fr {
    Fp(x.0, PhantomData)
}

const fn outer(x: Fr) -> Counted {
    Fp(x.0, PhantomData)
}

#[inline(always)]
fn assign(a: &mut Counted, operation: impl FnOnce(&mut Fr)) {
    let mut x = inner(*a);
    operation(&mut x);
    *a = outer(x);
}

impl FpConfig<4> for Counting {
    const MODULUS: BigInt<4> = <Backend as FpConfig<4>>::MODULUS;
    const GENERATOR: Counted = outer(<Fr as FftField>::GENERATOR);
    const ZERO: Counted = outer(<Fr as AdditiveGroup>::ZERO);
    const ONE: Counted = outer(<Fr as ark_ff::Field>::ONE);
    const NEG_ONE: Counted = outer(<Fr as ark_ff::Field>::NEG_ONE);
    const TWO_ADICITY: u32 = <Fr as FftField>::TWO_ADICITY;
    const TWO_ADIC_ROOT_OF_UNITY: Counted = outer(<Fr as FftField>::TWO_ADIC_ROOT_OF_UNITY);
    const SQRT_PRECOMP: Option<SqrtPrecomputation<Counted>> = None;

    fn add_assign(a: &mut Counted, b: &Counted) {
        assign(a, |x| *x += inner(*b));
    }

    fn sub_assign(a: &mut Counted, b: &Counted) {
        assign(a, |x| *x -= inner(*b));
    }

    fn double_in_place(a: &mut Counted) {
        assign(a, |x| {
            x.double_in_place();
        });
    }

    fn neg_in_place(a: &mut Counted) {
        assign(a, |x| {
            x.neg_in_place();
        });
    }

    fn mul_assign(a: &mut Counted, b: &Counted) {
        count(Class::Product, 1);
        assign(a, |x| *x *= inner(*b));
    }

    fn sum_of_products<const T: usize>(a: &[Counted; T], b: &[Counted; T]) -> Counted {
        count(Class::Delayed, T as u64);
        let terms = a.iter().zip(b).map(|(a, b)| inner(*a) * inner(*b));
        outer(terms.sum())
    }

    fn square_in_place(a: &mut Counted) {
        count(Class::Product, 1);
        assign(a, |x| {
            x.square_in_place();
        });
    }

    fn inverse(a: &Counted) -> Option<Counted> {
        count(Class::Inversion, 1);
        inner(*a).inverse().map(outer)
    }

    fn from_bigint(other: BigInt<4>) -> Option<Counted> {
        count(Class::Conversion, 1);
        Fr::from_bigint(other).map(outer)
    }

    fn into_bigint(other: Counted) -> BigInt<4> {
        count(Class::Conversion, 1);
        inner(other).into_bigint()
    }
}

/// Sums whose products are counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum<S>(S);

impl<S: Accumulator<Fr>> Accumulator<Counted> for Sum<S> {
    #[inline(always)]
    fn add_u64(&mut self, x: &Counted, u: u64) {
        count(Class::Small, 1);
        self.0.add_u64(&inner(*x), u);
    }

    fn merge(&mut self, other: &Self) {
        self.0.merge(&other.0);
    }

    fn reduce(&self) -> Counted {
        outer(self.0.reduce())
    }
}

impl<S: Products<Fr>> Products<Counted> for Sum<S> {
    #[inline(always)]
    fn add(&mut self, x: &Counted, y: &Counted) {
        count(Class::Delayed, 1);
        self.0.add(&inner(*x), &inner(*y));
    }

    fn add_one(&mut self, x: &Counted) {
        self.0.add_one(&inner(*x));
    }

    fn merge(&mut self, other: &Self) {
        self.0.merge(&other.0);
    }

    fn reduce(&self) -> Counted {
        outer(self.0.reduce())
    }
}

impl Field for Counted {
    type Accumulator = Sum<<Fr as Field>::Accumulator>;
    type Products = Sum<<Fr as Field>::Products>;

    fn mul_u64(&self, u: u64) -> Self {
        if u == 0 || *self == Self::ZERO {
            return Self::ZERO;
        }
        count(Class::Small, 1);
        outer(inner(*self).mul_u64(u))
    }
}

impl ProverField for Counted {
    type Buckets = super::Reduced<Self>;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ark_ff::{One, UniformRand, Zero};
    use rayon::prelude::*;

    /// One test: the counters are of the process.
    #[test]
    fn the_same_field_and_every_product_is_counted() {
        let mut rng = ark_std::test_rng();
        let pairs: Vec<(Fr, Fr)> = (0..40)
            .map(|_| (Fr::rand(&mut rng), Fr::rand(&mut rng)))
            .collect();
        let before = operations();
        for (a, b) in &pairs {
            let (x, y) = (outer(*a), outer(*b));
            assert_eq!(inner(x * y), a * b);
            assert_eq!(inner(x + y), a + b);
            assert_eq!(inner(x - y), a - b);
            assert_eq!(inner(-x), -*a);
            assert_eq!(inner(x.square()), a.square());
            assert_eq!(inner(x.inverse().unwrap()), a.inverse().unwrap());
            assert_eq!(inner(x.mul_u64(77)), a.mul_u64(77));
            assert_eq!(inner(x.double()), a.double());
        }
        let found = operations().since(&before);
        let expected = Operations {
            products: 80,
            small: 40,
            inversions: 40,
            ..Operations::default()
        };
        assert_eq!(found, expected);
        assert!(Counted::zero().inverse().is_none());
        assert_eq!(inner(Counted::one()), Fr::one());
        assert_eq!(inner(Counted::from(12u64)), Fr::from(12u64));
        assert_eq!(inner(Counted::from_i128(-5)), <Fr as Field>::from_i128(-5));

        // Other threads count too, and delayed sums are a class of their own.
        let xs: Vec<Counted> = pairs.iter().map(|(a, _)| outer(*a)).collect();
        let before = operations();
        let dots: Vec<Counted> = (0..100)
            .into_par_iter()
            .map(|_| Counted::dot(&xs, &xs))
            .collect();
        let found = operations().since(&before);
        assert_eq!((found.products, found.delayed), (0, 4000));
        assert_eq!(found.multiplications(), 4000);
        let expected: Fr = pairs.iter().map(|(a, _)| a.square()).sum();
        assert!(dots.iter().all(|dot| inner(*dot) == expected));
        let mut sum = <Counted as Field>::Accumulator::default();
        sum.add_u64(&xs[0], 3);
        assert_eq!(inner(sum.reduce()), pairs[0].0.mul_u64(3));
    }
}

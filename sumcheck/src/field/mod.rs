//! Fields, in two parts.
//!
//! [`Field`] is algebra: what relations, channels and verifiers ask for. [`ProverField`] adds operations on slices,
//! which the kernels of provers go through. Its provided methods are portable; a field's own file overrides what it
//! can do faster.

mod bn254;
#[cfg(feature = "prover")]
mod bn254_kernels;
#[cfg(feature = "prover")]
mod buckets;
#[cfg(feature = "prover")]
pub mod counted;
#[cfg(feature = "prover")]
mod eight;
pub mod inversion;
#[cfg(feature = "prover")]
mod kernels;
pub mod limbs;
#[cfg(feature = "prover")]
pub mod packed;
#[cfg(feature = "prover")]
mod pairs;
#[cfg(feature = "prover")]
mod slices;
#[cfg(feature = "prover")]
mod table_rows;

#[cfg(feature = "prover")]
pub use buckets::{Buckets, KEYS, Reduced};
#[cfg(feature = "prover")]
pub use eight::EIGHT_NODES;
#[cfg(feature = "prover")]
pub use kernels::ProverField;
#[cfg(feature = "prover")]
pub use pairs::{Kind, PairSums, Points, Portable, Slice};
#[cfg(feature = "prover")]
pub use table_rows::{TableProducts, TableRows};

use ark_ff::PrimeField;

/// Sum of products `Σ x_i · u_i` of field elements with machine integers, reduced once at the end.
pub trait Accumulator<F>: Copy + Default + Send + Sync {
    /// Adds `x · u`.
    fn add_u64(&mut self, x: &F, u: u64);
    /// Adds what another accumulator holds.
    fn merge(&mut self, other: &Self);
    /// The sum.
    fn reduce(&self) -> F;
}

/// Sum of products `Σ x_i · y_i` of field elements, reduced once at the end.
pub trait Products<F>: Copy + Default + Send + Sync {
    /// Adds `x · y`.
    fn add(&mut self, x: &F, y: &F);
    /// Adds `x`.
    fn add_one(&mut self, x: &F);
    /// Adds what another sum holds.
    fn merge(&mut self, other: &Self);
    /// The sum.
    fn reduce(&self) -> F;
}

/// A prime field that the arguments can work over: what a verifier asks of it.
pub trait Field: PrimeField {
    /// Delayed-reduction accumulator. Holds at least `2^32` terms without overflow.
    type Accumulator: Accumulator<Self>;

    /// Delayed-reduction sum of products. Holds at least `2^32` terms without overflow.
    type Products: Products<Self>;

    /// `self · u`, cheaper than widening `u` first.
    fn mul_u64(&self, u: u64) -> Self;

    /// `self + other` without a branch on the values: kernels add random elements, and a branch that
    /// is mispredicted every other time costs more than the addition.
    #[inline(always)]
    fn plus(&self, other: &Self) -> Self {
        *self + other
    }

    /// `self − other` without a branch on the values.
    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        *self - other
    }

    /// The inverse, if this is not zero.
    fn inverted(&self) -> Option<Self> {
        self.inverse()
    }

    /// The field element of a machine word.
    fn from_word(x: u64) -> Self {
        Self::from(x)
    }

    /// The field element of a signed integer.
    fn from_i128(x: i128) -> Self {
        let magnitude = match u64::try_from(x.unsigned_abs()) {
            Ok(small) => Self::from_word(small),
            Err(_) => Self::from(x.unsigned_abs()),
        };
        if x < 0 { -magnitude } else { magnitude }
    }

    /// `self · x` for a signed integer.
    fn mul_i128(&self, x: i128) -> Self {
        let magnitude = x.unsigned_abs();
        let product = match u64::try_from(magnitude) {
            Ok(small) => self.mul_u64(small),
            Err(_) => *self * Self::from(magnitude),
        };
        if x < 0 { -product } else { product }
    }
}

/// `1, base, base², …`, so many.
pub fn powers<F: Field>(base: F, count: usize) -> Vec<F> {
    let powers = std::iter::successors(Some(F::one()), |power| Some(*power * base));
    powers.take(count).collect()
}

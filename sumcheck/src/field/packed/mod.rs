//! Packed arithmetic: many field elements at a time, where the processor can.
//!
//! Every operation has three ways with the same results, bit for bit: arkworks, always there; lanes of
//! AVX-512 IFMA; and lanes of AVX2 and FMA, where products are split by double-precision multiply-adds.
//! The best that the processor has is chosen at run time ([`selected`]). Elements stay in arkworks' form in
//! memory, so nothing outside of this module knows which way was taken. The environment variables [`PORTABLE`]
//! and [`FUSED`] force another, for measurements and tests. Verifiers come here in builds with the feature
//! `packed-verify` of `commitments`, and in no others.
//!
//! The algorithms over lanes are compiled from the same files for each: for the processor's instructions
//! (`ifma`, `fma`) and, in tests, for those of AVX-512 in plain Rust (`emulated`), so that their logic is
//! tested on any processor. An instance has an `arch`, of instructions, and a `kernel`, of products.
//!
//! All of the project's `unsafe` code is below this module: loads and stores through the layout of
//! [`Fp4`] and [`G1Affine`](ark_bn254::G1Affine) (asserted at compile time), and calls of functions that need processor
//! features, and requests to read memory soon, behind a token that exists only where the features do; and one
//! block of assembly, of six instructions on registers.

#![allow(unsafe_code)]

#[allow(clippy::duplicate_mod)]
#[cfg(not(target_arch = "x86_64"))]
#[path = "absent.rs"]
mod ifma;
#[cfg(target_arch = "x86_64")]
mod ifma;

#[allow(clippy::duplicate_mod)]
#[cfg(not(target_arch = "x86_64"))]
#[path = "absent.rs"]
mod fma;
#[cfg(target_arch = "x86_64")]
mod fma;

#[cfg(any(test, feature = "testing"))]
mod emulated;
#[allow(clippy::duplicate_mod)]
#[cfg(not(any(test, feature = "testing")))]
#[path = "absent.rs"]
mod emulated;

// Elsewhere only the type is needed.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
mod constants;
mod operations;
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
mod plan;
pub(super) mod portable;
mod select;

#[cfg(test)]
mod tests;

pub use constants::Fp4;
pub use operations::{Exceptions, Pair, PairScratch, Prefetch};
#[cfg(any(test, feature = "testing"))]
pub use select::compared;
pub use select::{Backend, EMULATED, FUSED, Lanes, PORTABLE, lanes, selected};

//! The algorithms by the processor's AVX2 and FMA.
//!
//! Vectors of eight lanes are two registers of four. `kernel` has products: halves of exact products of
//! 52-bit limbs, by fused multiply-adds of double-precision numbers. All else is the instructions of
//! AVX-512 that the algorithms use, two at a time.
//!
//! Every entry point takes a [`Token`], which exists only where the processor has the instructions; that
//! is the whole safety argument of the calls into `#[target_feature]` functions.

#[allow(clippy::duplicate_mod)]
#[path = "../algorithms/mod.rs"]
mod algorithms;
pub(super) mod arch;
#[expect(
    clippy::needless_range_loop,
    reason = "limbs and columns are indexed alike, and unrolled"
)]
mod kernel;

pub(super) use algorithms::*;
pub(super) use arch::Token;

#[cfg(test)]
mod tests;

//! The algorithms by the processor's AVX-512 IFMA.
//!
//! Every entry point takes a [`Token`], which exists only where the processor has the instructions; that
//! is the whole safety argument of the calls into `#[target_feature]` functions.

#[path = "../algorithms/mod.rs"]
mod algorithms;
pub(super) mod arch;
#[expect(
    clippy::needless_range_loop,
    reason = "limbs and ways are indexed alike, and unrolled"
)]
#[path = "../kernel512.rs"]
mod kernel;

pub(super) use algorithms::*;
pub(super) use arch::{Token, prefetch};

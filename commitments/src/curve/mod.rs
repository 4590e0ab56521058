//! Sums of many points of BN254 G1, and products of pairings.
//!
//! All sums rest on batched-affine addition ([`segments`], [`batch`]): an affine addition costs one inversion,
//! and Montgomery's trick shares one inversion among hundreds of additions, which leaves about six
//! base-field multiplications each.

#[cfg(feature = "prover")]
mod batch;
#[cfg(feature = "prover")]
mod columns;
#[cfg(feature = "prover")]
mod count;
mod decode;
#[cfg(feature = "prover")]
mod fixed_base;
#[cfg(feature = "prover")]
mod msm;
#[cfg(feature = "prover")]
mod packed;
mod pairing;
mod segments;
pub(crate) mod verifier;
mod windows;

#[cfg(feature = "prover")]
pub use batch::sum_points;
#[cfg(feature = "prover")]
pub(crate) use batch::{Forest, pair_sums};
#[cfg(feature = "prover")]
pub use columns::column_sums;
#[cfg(feature = "prover")]
pub(crate) use columns::{DigitColumns, many_column_sums};
#[cfg(feature = "prover")]
pub use count::group_additions;
#[cfg(feature = "prover")]
pub(crate) use fixed_base::{FixedBase, FixedBases};
#[cfg(feature = "prover")]
pub(crate) use msm::msm_additions;
#[cfg(feature = "prover")]
pub use msm::{msm, msm_signed};
pub use pairing::Pairings;
pub(crate) use pairing::{Lines, product_is_one};
#[cfg(feature = "prover")]
pub(crate) use segments::Halving;

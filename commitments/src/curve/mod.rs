//! Sums of many points of BN254 G1.
//!
//! Everything rests on batched-affine addition ([`batch`]): an affine addition costs one inversion,
//! and Montgomery's trick shares one inversion among hundreds of additions, which leaves about six
//! base-field multiplications each.

mod batch;
mod columns;
mod count;
mod fixed_base;
mod msm;

pub(crate) use batch::pair_sums;
pub use batch::sum_points;
pub use columns::column_sums;
pub(crate) use columns::{DigitColumns, many_column_sums};
pub use count::group_additions;
pub(crate) use fixed_base::FixedBase;
pub(crate) use msm::msm_portable;
pub use msm::{msm, msm_signed};

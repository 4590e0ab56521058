//! What verifiers do with points: multi-scalar multiplications, and decoding.
//!
//! By portable code on one thread. In builds with the feature `packed-verify` the lanes that there are take part
//! (`super::packed`), with the same results.

#[cfg(feature = "packed-verify")]
pub(crate) use super::packed::{msm, points};
#[cfg(not(feature = "packed-verify"))]
pub(crate) use super::{decode::points, windows::msm_portable as msm};

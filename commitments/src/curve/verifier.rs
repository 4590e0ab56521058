//! What verifiers do with points: multi-scalar multiplications, and decoding.
//!
//! By portable code on one thread. In builds with the feature `packed-verify` the lanes that there are take part
//! (`super::packed`), with the same results. A prover that checks its own proof does it with the same verifier, whose key
//! says that sums are a prover's ([`By`]): over the lanes and on all threads, with the same results. No verifier has such a
//! key, and builds without provers have no such way.

#[cfg(feature = "packed-verify")]
pub(crate) use super::packed::{msm, points};
#[cfg(not(feature = "packed-verify"))]
pub(crate) use super::{decode::points, windows::msm_portable as msm};

use crate::wire::{DecodeError, Reader};
use ark_bn254::{Fr, G1Affine, G1Projective};

/// Who calculates.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum By {
    #[default]
    Verifier,
    /// A prover, of its own proof.
    #[cfg(feature = "prover")]
    Prover,
}

impl By {
    /// `Σ scalars[i] · bases[i]`; there may be more bases than scalars, and scalars without a base count for nothing.
    pub fn msm(self, bases: &[G1Affine], scalars: &[Fr]) -> G1Projective {
        match self {
            By::Verifier => msm(bases, scalars),
            #[cfg(feature = "prover")]
            By::Prover => super::msm(bases, scalars.get(..bases.len()).unwrap_or(scalars)),
        }
    }

    /// The next `count` points, up to the first one that is none.
    ///
    /// # Errors
    /// Why that is none.
    pub fn points(
        self,
        count: usize,
        input: &mut Reader<'_>,
    ) -> Result<Vec<G1Affine>, DecodeError> {
        match self {
            By::Verifier => points(count, input),
            #[cfg(feature = "prover")]
            By::Prover => super::packed::points_on_all_threads(count, input),
        }
    }
}

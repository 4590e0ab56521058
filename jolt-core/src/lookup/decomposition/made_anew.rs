//! Decompositions that are made anew: a verifier by itself shares nothing between two proofs.

use super::{CutError, Decomposition};
use crate::lookup::LookupShape;
use std::sync::Arc;

impl Decomposition {
    /// [`Decomposition::new`].
    ///
    /// # Errors
    /// As [`Decomposition::new`].
    pub fn made(shape: &LookupShape, chunk_bits: usize) -> Result<Arc<Self>, CutError> {
        Self::new(shape, chunk_bits).map(Arc::new)
    }
}

//! Layouts that are made anew: a verifier by itself shares nothing between two proofs.

use super::layout::Layout;
use crate::lookup::LookupShape;
use crate::lookup::decomposition::CutError;
use std::sync::Arc;

/// Where a prover keeps layouts.
#[derive(Clone, Debug, Default)]
pub struct Made;

impl Made {
    /// The layout of a shape.
    pub fn layout(&self, shape: &LookupShape, chunk_bits: usize) -> Result<Arc<Layout>, CutError> {
        Layout::new(shape, chunk_bits).map(Arc::new)
    }
}

//! What a prover of reads of a dense table commits if it deviates.

use crate::lookup::dense::DenseShape;
use std::sync::Arc;

/// One count of the table is 1 too high.
pub(super) fn entry_too_high<T: std::ops::AddAssign + From<u8>>(counts: &mut [T]) {
    counts[1] += T::from(1);
}

/// The first index is one that the table does not have: `2^n` too high.
pub(super) fn first_beyond(shape: DenseShape, index: &[u32]) -> Arc<Vec<u32>> {
    let mut own = index.to_vec();
    if let Some(first) = own.first_mut() {
        *first += 1 << shape.index_bits;
    }
    Arc::new(own)
}

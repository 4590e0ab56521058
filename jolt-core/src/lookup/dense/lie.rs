//! Provers that deviate, for soundness tests: what was read at row 0 is wrong, and all but one thing is
//! made consistent with that.

use super::DenseShape;
use std::sync::Arc;

impl DenseShape {
    /// The indices that a prover with such a lie commits.
    pub(crate) fn lying(self, index: Arc<Vec<u32>>, lie: Option<Lie>) -> Arc<Vec<u32>> {
        let mut own = index;
        if lie == Some(Lie::Beyond)
            && let Some(first) = Arc::make_mut(&mut own).first_mut()
        {
            *first += 1 << self.index_bits;
        }
        own
    }
}

/// What a prover adjusts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Nothing is wrong with what was read, but one count of the table is 1 too high.
    Count,
    /// What the reads add up to, or their product.
    Reads,
    /// What the table adds up to, or its product.
    Table,
    /// The read does not count.
    Skip,
    /// The index is one that the table does not have: `2^n` too high.
    Beyond,
}

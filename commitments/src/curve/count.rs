//! How many group operations were made: one number for the whole process.

use std::sync::atomic::{AtomicU64, Ordering};

static ADDITIONS: AtomicU64 = AtomicU64::new(0);

/// Additions and doublings made so far by column sums and multi-scalar multiplications, in all threads.
/// Whoever wants those of one computation reads it before and after.
pub fn group_additions() -> u64 {
    ADDITIONS.load(Ordering::Relaxed)
}

/// Counts a batch.
pub(super) fn count(additions: usize) {
    ADDITIONS.fetch_add(additions as u64, Ordering::Relaxed);
}

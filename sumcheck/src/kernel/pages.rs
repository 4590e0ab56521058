//! Fresh memory for large vectors.

use rayon::prelude::*;

/// So many copies of a value, in pages of their own if they are many: what shrinks and is freed goes back to the
/// system. All threads write them: the first touch of a page costs more than what is written to it.
///
/// The common allocator maps what is larger than 32 MiB by itself, and keeps what is smaller in heaps, one for
/// each thread, where gaps stay resident. Capacity beyond the rows is address space and not memory.
pub fn own_pages<T: Copy + Send + Sync>(value: T, len: usize) -> Vec<T> {
    const MANY: usize = 1 << 20;
    const MAPPED: usize = 33 << 20;
    /// Below this, one thread is as fast.
    const LARGE: usize = 1 << 14;
    let size = size_of::<T>().max(1);
    let capacity = match len * size {
        MANY..MAPPED => MAPPED / size,
        _ => len,
    };
    let mut rows = Vec::with_capacity(capacity);
    if len < LARGE {
        rows.resize(len, value);
    } else {
        rows.par_extend(rayon::iter::repeat_n(value, len).with_min_len(LARGE / 4));
    }
    rows
}

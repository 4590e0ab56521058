//! Fresh memory for large vectors.

use rayon::prelude::*;

/// A vector of copies, written by all threads: the first touch of a page costs more than what is written
/// to it.
pub(crate) fn filled<T: Copy + Send + Sync>(value: T, length: usize) -> Vec<T> {
    /// Below this, one thread is as fast.
    const LARGE: usize = 1 << 14;
    match length < LARGE {
        true => vec![value; length],
        false => rayon::iter::repeat_n(value, length)
            .with_min_len(LARGE / 4)
            .collect(),
    }
}

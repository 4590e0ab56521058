//! Provers that deviate, for soundness tests: one read is served at another index, and all but one thing
//! is made consistent with that.

/// What is not made consistent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing else is changed: what was read is not in the table.
    Sum,
    /// The leaves are those of other columns than the ones committed.
    Leaves,
    /// The sum over the reads is not the one of their leaves.
    Reads,
    /// The sum over the table is not the one of its leaves.
    Table,
    /// The table has entries that it does not have.
    Entry,
    /// Nothing, if `α` is this number: the outputs are such that tuples have the fingerprints of the other index's, and
    /// are looked up there.
    Collision {
        /// What `α` is. It divides the differences of the two indices' chunks.
        alpha: i128,
    },
}

/// A read that is served at another index: the chunks are its own, the outputs the other's.
#[derive(Clone, Copy, Debug)]
pub struct Lie {
    /// What is not made consistent.
    pub mode: Mode,
    /// The read.
    pub read: usize,
    /// The index served.
    pub other: u128,
}

//! Provers that deviate, for soundness tests: what was read at row 0 is wrong, and all but one thing is
//! made consistent with that.

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
}

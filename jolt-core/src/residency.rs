//! How much the prover holds, and how much it computes again.
//!
//! Large columns are functions of small ones: a partial product of a lookup index, an operand of a cycle, bound to
//! the challenges so far. The longer they are not written out, the less is held: each round halves what they take,
//! and costs one more pass over the small ones. No message depends on it, nor any key.

/// What the prover does where it can either hold or compute again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Residency {
    /// Computes again what costs next to nothing.
    #[default]
    Ample,
    /// One round more.
    Lean,
    /// Two rounds more.
    Least,
}

impl Residency {
    /// All, from the one that holds the most.
    pub const ALL: [Residency; 3] = [Residency::Ample, Residency::Lean, Residency::Least];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Residency::Ample => "ample",
            Residency::Lean => "lean",
            Residency::Least => "least",
        }
    }

    /// Rounds before partial products of lookups are written out.
    pub(crate) const fn late_products(self) -> usize {
        2 + self as usize
    }

    /// Rounds more than usual before columns of the step constraints are.
    pub(crate) const fn late_columns(self) -> usize {
        self as usize
    }
}

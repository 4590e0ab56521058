//! What the prover says, phase by phase.

use super::balance::Lie;
use super::witness::Story;

/// What the prover says, phase by phase. Only a soundness test can want different stories, or a lie.
#[derive(Clone, Copy)]
pub struct Stories<'a> {
    /// What is committed.
    pub commit: Story<'a>,
    /// What accesses are summed.
    pub balance: Story<'a>,
    /// What differences are summed, and how often each is counted.
    pub range: Story<'a>,
    /// What is found first.
    pub initial: Story<'a>,
    /// Which cells are accessed.
    pub forbidden: Story<'a>,
    /// The columns in `accesses` and `flags`.
    pub access: Story<'a>,
    /// The column in `differences`.
    pub leaf: Story<'a>,
    /// The columns in `registers_first` and `ram_first`.
    pub first: Story<'a>,
    /// The columns in what is said of final contents.
    pub finals: Story<'a>,
    /// The columns in `shift`.
    pub labels: Story<'a>,
    /// A false sum.
    pub lie: Option<Lie>,
}

impl<'a> Stories<'a> {
    pub fn of(story: Story<'a>) -> Self {
        Stories {
            commit: story,
            balance: story,
            range: story,
            initial: story,
            forbidden: story,
            access: story,
            leaf: story,
            first: story,
            finals: story,
            labels: story,
            lie: None,
        }
    }
}

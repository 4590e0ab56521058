//! Batches of commitments, and what each is of.

use std::ops::Range;

/// Of what a batch is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content {
    /// So many oracles.
    Oracles(usize),
    /// A hidden message: number of its first element, and how many it has.
    Message(usize, usize),
    /// A mask of the last sumcheck, by number.
    Mask(usize),
}

impl Content {
    /// The elements of a hidden message.
    pub fn message(self) -> Option<Range<usize>> {
        match self {
            Content::Message(first, count) => Some(first..first + count),
            Content::Oracles(_) | Content::Mask(_) => None,
        }
    }
}

/// Of each batch of oracles the factors of its columns, from those of all oracles, in order.
pub(super) fn factors_of_oracles<F>(
    contents: impl Iterator<Item = Content>,
    factors: Vec<Vec<F>>,
) -> Vec<Vec<Vec<F>>> {
    let mut factors = factors.into_iter();
    contents
        .map(|content| match content {
            Content::Oracles(count) => factors.by_ref().take(count).collect(),
            Content::Message(..) | Content::Mask(_) => Vec::new(),
        })
        .collect()
}

//! The messages of an opening, and their encoding.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::key::Dials;
use super::plan::Plan;
use crate::PcsError;
use crate::codewords::merkle::{Hash, Leaves};
use crate::wire::{DecodeError, Reader, put};
use ark_bn254::Fr;

/// An opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Of each length of columns, the longest first: the values of their sum and of the sum by powers of `τ`.
    pub(crate) values: Vec<[Fr; 2]>,
    /// The roots of the words that are committed.
    pub(crate) layers: Vec<Hash>,
    /// A round's slope.
    pub(crate) slopes: Vec<Fr>,
    /// The rows that are left at the end.
    pub(crate) last: Vec<Fr>,
    /// Leaves of the trees of the columns that take part, and of the words.
    pub(crate) columns: Vec<Leaves>,
    pub(crate) words: Vec<Leaves>,
}

impl Opening {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let values = self.values.as_flattened().iter();
        values.for_each(|value| put(value, out));
        out.extend_from_slice(self.layers.as_flattened());
        let scalars = self.slopes.iter().chain(&self.last);
        scalars.for_each(|scalar| put(scalar, out));
        out.extend(self.leaves());
    }

    /// The encoding of what is opened of all trees.
    pub(super) fn leaves(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let leaves = self.columns.iter().chain(&self.words);
        leaves.for_each(|leaves| leaves.write(&mut bytes));
        bytes
    }

    pub(super) fn read(
        plan: &Plan,
        dials: Dials,
        input: &mut Reader<'_>,
    ) -> Result<Self, DecodeError> {
        let scalars = |count: usize, input: &mut Reader<'_>| {
            let scalars = (0..count).map(|_| input.canonical("scalar"));
            scalars.collect::<Result<Vec<Fr>, _>>()
        };
        let pairs = plan
            .joins
            .iter()
            .map(|_| Ok([input.canonical("scalar")?, input.canonical("scalar")?]));
        let values = pairs.collect::<Result<_, DecodeError>>()?;
        let layers = plan.layers.iter().map(|_| input.array());
        let layers = layers.collect::<Result<_, _>>()?;
        let slopes = scalars(plan.rounds(), input)?;
        let last = scalars(1 << dials.last_vars, input)?;
        let columns = plan
            .parts
            .iter()
            .map(|part| Leaves::read(plan.part_tree(part), dials.queries, input));
        let columns = columns.collect::<Result<_, _>>()?;
        let words = plan
            .layers
            .iter()
            .map(|layer| Leaves::read(plan.layer_tree(*layer), dials.queries, input));
        Ok(Opening {
            words: words.collect::<Result<_, _>>()?,
            values,
            layers,
            slopes,
            last,
            columns,
        })
    }

    /// That everything is there, and nothing more.
    pub(super) fn check_sizes(&self, plan: &Plan, dials: Dials) -> Result<(), PcsError> {
        let counts = [
            ("values", self.values.len(), plan.joins.len()),
            ("words", self.layers.len(), plan.layers.len()),
            ("rounds", self.slopes.len(), plan.rounds()),
            ("last rows", self.last.len(), 1 << dials.last_vars),
            (
                "opened trees of columns",
                self.columns.len(),
                plan.parts.len(),
            ),
            ("opened words", self.words.len(), plan.layers.len()),
        ];
        for (what, found, expected) in counts {
            if found != expected {
                return Err(PcsError::WrongCount {
                    what,
                    found,
                    expected,
                });
            }
        }
        let columns = self
            .columns
            .iter()
            .zip(plan.parts.iter().map(|p| plan.part_tree(p)));
        let words = self
            .words
            .iter()
            .zip(plan.layers.iter().map(|l| plan.layer_tree(*l)));
        let fits = columns
            .chain(words)
            .all(|(leaves, tree)| leaves.fits(tree, dials.queries));
        match fits {
            true => Ok(()),
            false => Err(PcsError::Rejected),
        }
    }
}

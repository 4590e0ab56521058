//! The messages of an opening, and their encoding.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::key::VerifierKey;
use super::plan::{Part, tree};
use crate::PcsError;
use crate::codewords::merkle::Leaves;
use crate::wire::{DecodeError, Reader, put};
use ark_bn254::Fr;

/// An opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The sum of all lines, as the point and the factors weigh them.
    pub(crate) row: Vec<Fr>,
    /// Their sum by powers of `τ`.
    pub(crate) test: Vec<Fr>,
    /// Leaves of each batch that takes part.
    pub(crate) columns: Vec<Leaves>,
}

impl Opening {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let scalars = self.row.iter().chain(&self.test);
        scalars.for_each(|scalar| put(scalar, out));
        out.extend(self.leaves());
    }

    /// The encoding of what is opened of all trees.
    pub(super) fn leaves(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let leaves = self.columns.iter();
        leaves.for_each(|leaves| leaves.write(&mut bytes));
        bytes
    }

    pub(super) fn read(
        key: &VerifierKey,
        parts: &[Part],
        input: &mut Reader<'_>,
    ) -> Result<Self, DecodeError> {
        let mut row = || {
            let scalars = (0..1u64 << key.line_vars()).map(|_| input.canonical("scalar"));
            scalars.collect::<Result<Vec<Fr>, _>>()
        };
        let (row, test) = (row()?, row()?);
        let queries = key.positions().queries;
        let columns = parts
            .iter()
            .map(|part| Leaves::read(tree(key, part), queries, input));
        Ok(Opening {
            columns: columns.collect::<Result<_, _>>()?,
            row,
            test,
        })
    }

    /// That everything is there, and nothing more.
    pub(super) fn check_sizes(&self, key: &VerifierKey, parts: &[Part]) -> Result<(), PcsError> {
        let counts = [
            ("rows", self.row.len(), 1 << key.line_vars()),
            ("rows of the test", self.test.len(), 1 << key.line_vars()),
            ("opened trees", self.columns.len(), parts.len()),
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
        let queries = key.positions().queries;
        let mut columns = self.columns.iter().zip(parts);
        match columns.all(|(leaves, part)| leaves.fits(tree(key, part), queries)) {
            true => Ok(()),
            false => Err(PcsError::Rejected),
        }
    }
}

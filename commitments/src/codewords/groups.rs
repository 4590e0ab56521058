//! Which columns of a batch share a tree, and the commitment of a batch: the roots of its trees.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::merkle::{HASH, Hash};
use crate::wire::{DecodeError, Reader};
use crate::{Combined, PcsError, columns};
use ark_bn254::Fr;
use ark_ff::Zero;
use sumcheck::{Point, Shape};

/// The commitment of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roots {
    /// Of the polynomials of the batch.
    pub(crate) shapes: Vec<Shape>,
    /// Of each group of columns.
    pub(crate) roots: Vec<Hash>,
}

/// What both sides know of a batch.
pub(crate) trait Shapes {
    fn shapes(&self) -> &[Shape];
}

impl Shapes for Roots {
    fn shapes(&self) -> &[Shape] {
        &self.shapes
    }
}

/// A term of a sum of columns: of a batch the shapes of its polynomials, and the factors of their columns.
pub(crate) type Term<'a> = (&'a [Shape], &'a [Vec<Fr>]);

/// The sum that parts are of.
pub(crate) fn sum_of<'a, B: Shapes>(parts: &'a [Combined<'_, B, Fr>]) -> Vec<Term<'a>> {
    let parts = parts.iter();
    parts
        .map(|part| (part.batch.shapes(), part.factors.as_slice()))
        .collect()
}

/// That a point has no more than `max` coordinates, and that no polynomial which takes part has more variables.
///
/// # Errors
/// [`PcsError::TooManyVars`] and [`PcsError::WrongCount`].
pub(crate) fn fits_point(max: usize, point: &Point<Fr>, sum: &[Term<'_>]) -> Result<(), PcsError> {
    let found = point.vars();
    if found > max {
        return Err(PcsError::TooManyVars { vars: found, max });
    }
    let shapes = sum
        .iter()
        .flat_map(|(shapes, factors)| shapes.iter().zip(*factors));
    let takes_part = shapes.filter(|(_, factors)| !factors.is_empty());
    let expected = takes_part.map(|(shape, _)| shape.vars).max().unwrap_or(0);
    if expected > found {
        return Err(PcsError::WrongCount {
            what: "coordinates",
            found,
            expected,
        });
    }
    Ok(())
}

/// The factors of all columns of a tree; none if none of them takes part.
///
/// # Errors
/// [`PcsError::WrongCount`] if some do not fit.
pub(crate) fn factors_of(
    polys: &[(usize, usize)],
    factors: &[Vec<Fr>],
) -> Result<Option<Vec<Fr>>, PcsError> {
    let (mut all, mut takes_part) = (Vec::new(), false);
    for (number, columns) in polys {
        let own = factors.get(*number).map_or(&[][..], Vec::as_slice);
        if !own.is_empty() && own.len() != *columns {
            return Err(PcsError::WrongCount {
                what: "factors",
                found: own.len(),
                expected: *columns,
            });
        }
        takes_part |= !own.is_empty();
        all.extend(own);
        all.extend(std::iter::repeat_n(
            Fr::zero(),
            columns.saturating_sub(own.len()),
        ));
    }
    Ok(takes_part.then_some(all))
}

/// Polynomials of a batch whose columns share a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Variables of each column.
    pub vars: usize,
    /// Numbers of the polynomials, and of how many columns each is.
    pub polys: Vec<(usize, usize)>,
}

/// The groups of a batch of polynomials, those of less than `least` variables with those of as many.
pub(crate) fn groups(shapes: &[Shape], least: usize) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (number, shape) in shapes.iter().enumerate() {
        let vars = shape.vars.max(least);
        let own = (number, columns(shape));
        match groups.iter_mut().find(|group| group.vars == vars) {
            Some(group) => group.polys.push(own),
            None => groups.push(Group {
                vars,
                polys: vec![own],
            }),
        }
    }
    groups
}

/// Bytes that each polynomial adds to the encoding of a batch: the first of a group its root.
pub(crate) fn root_bytes(shapes: &[Shape], least: usize) -> Vec<usize> {
    let mut bytes = vec![0; shapes.len()];
    for group in groups(shapes, least) {
        let first = group
            .polys
            .first()
            .and_then(|(first, _)| bytes.get_mut(*first));
        if let Some(first) = first {
            *first = HASH;
        }
    }
    bytes
}

impl Roots {
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.roots.as_flattened());
    }

    pub(crate) fn read(
        shapes: &[Shape],
        least: usize,
        input: &mut Reader<'_>,
    ) -> Result<Self, DecodeError> {
        let groups = groups(shapes, least);
        let roots = groups.iter().map(|_| input.array());
        Ok(Roots {
            roots: roots.collect::<Result<_, _>>()?,
            shapes: shapes.to_vec(),
        })
    }
}

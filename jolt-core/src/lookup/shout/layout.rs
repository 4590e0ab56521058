//! How an index is cut: digits of 4 bits, groups of 16 bits, the most significant first.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are those of a layout that the key fixes; no proof has a say"
)]

use crate::digits::ADDRESS_VARS;
use crate::digits::products::GROUP;
use crate::lookup::{LookupShape, Unsupported};
use sumcheck::{Field, Point};

/// Bits of a group of digits, which is an address segment.
pub(in crate::lookup) const GROUP_BITS: usize = GROUP * ADDRESS_VARS;

/// The cut of an index of `index_bits` bits, a multiple of 16.
#[derive(Clone, Copy, Debug)]
pub(in crate::lookup) struct Layout {
    pub index_bits: usize,
}

impl Layout {
    pub fn new(shape: &LookupShape) -> Result<Self, Unsupported> {
        shape.fits_tables()?;
        let index_bits = shape.index_bits;
        if index_bits == 0 || index_bits > 128 || !index_bits.is_multiple_of(GROUP_BITS) {
            let group = GROUP_BITS;
            return Err(Unsupported::Groups { index_bits, group });
        }
        Ok(Layout { index_bits })
    }

    pub fn groups(self) -> usize {
        self.index_bits / GROUP_BITS
    }

    pub fn digits(self) -> usize {
        self.index_bits / ADDRESS_VARS
    }

    /// The address of every digit, from the points of the groups.
    pub fn addresses<F: Field>(self, groups: &[Point<F>]) -> Vec<Point<F>> {
        (0..self.digits())
            .map(|i| {
                let start = GROUP_BITS - ADDRESS_VARS * (i % GROUP + 1);
                Point(groups[i / GROUP].0[start..start + ADDRESS_VARS].to_vec())
            })
            .collect()
    }

    /// The whole index point, most significant bit first.
    pub fn msb_first<F: Field>(self, groups: &[Point<F>]) -> Vec<F> {
        groups.iter().flat_map(Point::msb_first).collect()
    }
}

//! `eq(point, ·)` as a product of two short tables.

#![allow(
    clippy::indexing_slicing,
    reason = "masks keep the indices below the lengths of the tables"
)]

use crate::{Field, Point};

/// `eq(point, ·)` in two halves: any entry or part of it, without the whole.
pub struct EqBlocks<F> {
    low_vars: usize,
    pub(crate) low: Vec<F>,
    pub(crate) high: Vec<F>,
}

impl<F: Field> EqBlocks<F> {
    /// Two tables of about `2^(n/2)` entries.
    pub fn new(point: &Point<F>) -> Self {
        let low_vars = point.vars().div_ceil(2);
        let (low, high) = point.split_at(low_vars);
        EqBlocks {
            low_vars,
            low: low.eq_table(),
            high: high.eq_table(),
        }
    }

    /// `eq(point, k mod 2^n)`. Costs one multiplication.
    #[inline]
    pub fn get(&self, k: u32) -> F {
        let k = k as usize;
        let low = self.low[k & (self.low.len() - 1)];
        match self.high.len() {
            1 => low,
            n => low * self.high[(k >> self.low_vars) & (n - 1)],
        }
    }
}

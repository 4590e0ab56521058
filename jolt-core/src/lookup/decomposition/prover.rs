//! What provers look up: subtables, written out.

use super::{Decomposition, Subtable};
use rayon::prelude::*;

impl Decomposition {
    /// The entries of each subtable, `2^b` of them.
    pub fn entries(&self) -> Vec<Vec<i128>> {
        self.subtables.par_iter().map(Subtable::entries).collect()
    }
}

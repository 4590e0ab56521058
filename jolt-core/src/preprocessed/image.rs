//! Initial memory as polynomials: of aligned blocks of cells, those that are not empty.
//!
//! ```text
//! image(low, high) = Σ_block eq(high, block) · cells_block(low)
//! ```
//!
//! Blocks are as small as they can be if there are to be few of them.

use sumcheck::{EqBlocks, Field, Point, Shape};

/// Variables of the smallest blocks.
const MIN_VARS: u32 = 4;

/// The most blocks.
const MAX_BLOCKS: usize = 16;

/// Which blocks of memory are polynomials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImagePlan {
    vars: usize,
    /// Numbers, ascending.
    blocks: Vec<u32>,
}

impl ImagePlan {
    /// Of contents: (cell, value), ascending.
    pub fn new(image: &[(u32, u64)]) -> Self {
        let blocks = |vars: u32| {
            let mut blocks: Vec<u32> = image.iter().map(|(cell, _)| cell >> vars).collect();
            blocks.dedup();
            blocks
        };
        let fits = |vars: &u32| blocks(*vars).len() <= MAX_BLOCKS;
        // Cells have numbers of 32 bits.
        let vars = (MIN_VARS..u32::BITS).find(fits).unwrap_or(u32::BITS - 1);
        ImagePlan {
            vars: usize::try_from(vars).unwrap_or_default(),
            blocks: blocks(vars),
        }
    }

    /// Whether there are no contents.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Variables of all polynomials.
    pub fn vars(&self) -> usize {
        self.vars
    }

    /// Of the polynomials, in order.
    pub fn shapes(&self) -> Vec<Shape> {
        let shape = Shape {
            vars: self.vars,
            radix: None,
        };
        vec![shape; self.blocks.len()]
    }

    /// The point of cells within a block, and the factor of each polynomial, for a point of cells.
    pub fn functionals<F: Field>(&self, cell: &Point<F>) -> (Point<F>, Vec<F>) {
        // A memory has at least as many cells as a block of it.
        let (low, high) = cell.split_at(self.vars.min(cell.vars()));
        let eq = EqBlocks::new(&high);
        (low, self.blocks.iter().map(|block| eq.get(*block)).collect())
    }

    /// The polynomials, in order.
    #[cfg(feature = "prover")]
    pub fn polys<F: Field>(&self, image: &[(u32, u64)]) -> Vec<sumcheck::Poly<F>> {
        let block = |number: &u32| {
            let own = |cell: &u32| cell >> self.vars == *number;
            let mut cells = Vec::new();
            for (cell, value) in image.iter().filter(|(cell, _)| own(cell)) {
                let at = (cell - (number << self.vars)) as usize;
                cells.resize(at, 0);
                cells.push(i128::from(*value));
            }
            sumcheck::Poly::signed(self.vars, cells)
        };
        self.blocks.iter().map(block).collect()
    }
}

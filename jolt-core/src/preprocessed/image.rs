//! Initial memory as polynomials: of aligned blocks of cells, those that are not empty.
//!
//! ```text
//! image(low, high) = Σ_block eq(high, block) · cells_block(low)
//! ```
//!
//! Blocks are as small as they can be if there are to be few of them, and of a bounded size.

use sumcheck::{EqBlocks, Field, Point, Shape};

/// Variables of the smallest blocks.
const MIN_VARS: u32 = 4;

/// Variables of the largest blocks: of a program that is all over memory there are more blocks, and not larger ones.
const MAX_VARS: u32 = 20;

/// The most blocks that are smaller.
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
        let vars = (MIN_VARS..MAX_VARS).find(fits).unwrap_or(MAX_VARS);
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
        (
            low,
            self.blocks.iter().map(|block| eq.get(*block)).collect(),
        )
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::evaluate_cells;
    use ark_bn254::Fr;
    use ark_ff::UniformRand;
    use ark_std::rand::SeedableRng;
    use ark_std::rand::rngs::StdRng;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use sumcheck::Weights;

    #[test]
    fn blocks_are_of_a_bounded_size() {
        let image: Vec<(u32, u64)> = (0..40).map(|at| (at << 23, 1)).collect();
        let plan = ImagePlan::new(&image);
        assert_eq!((plan.vars(), plan.blocks.len()), (20, 40));
    }

    proptest! {
        #[test]
        fn memory_is_the_sum_of_its_blocks(
            seed: u64,
            cells in prop::collection::btree_map(0u32..1 << 12, any::<u64>(), 0..90),
            far in any::<bool>(),
        ) {
            let rng = &mut StdRng::seed_from_u64(seed);
            // Some of it far away, as a kernel is.
            let above = |cell: u32| if far && cell % 2 == 1 { cell / 16 + (1 << 28) } else { cell };
            let cells: BTreeMap<u32, u64> = cells.into_iter().map(|(k, v)| (above(k), v)).collect();
            let image: Vec<(u32, u64)> = cells.into_iter().collect();
            let plan = ImagePlan::new(&image);
            prop_assert!(plan.blocks.len() <= MAX_BLOCKS);
            prop_assert_eq!(plan.is_empty(), image.is_empty());
            let polys = plan.polys::<Fr>(&image);
            let shapes: Vec<Shape> = polys.iter().map(|poly| poly.shape()).collect();
            prop_assert_eq!(plan.shapes(), shapes);
            let point = Point((0..29).map(|_| Fr::rand(rng)).collect());
            let (low, factors) = plan.functionals(&point);
            prop_assert_eq!(low.vars(), plan.vars());
            let terms = polys.iter().zip(factors);
            let value: Fr = terms.map(|(p, factor)| factor * p.evaluate(&Weights::One, &low)).sum();
            prop_assert_eq!(value, evaluate_cells(&image, &point));
        }
    }
}

//! Initial memory as polynomials: of aligned blocks of cells, those that are not empty.
//!
//! ```text
//! image(low, high) = Σ_block eq(high, block) · cells_block(low)
//! ```
//!
//! Blocks are of the size that costs least, with few columns and few words, and of no more words than there are contents,
//! up to a factor.

use sumcheck::{EqBlocks, Field, Point, Shape};

/// Variables of the smallest blocks.
const MIN_VARS: u32 = 4;

/// Variables of the largest blocks.
const MAX_VARS: u32 = 28;

/// What a column costs a verifier, in words that a prover commits to.
const COLUMN: u64 = 1 << 11;

/// The most words for each cell that has contents.
const SPARSE: u64 = 64;

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
        // A column of its own for each block, and a word for each of its cells. There is no more of these than of cells,
        // up to a factor: a program may be all over memory.
        let most = (image.len() as u64) * SPARSE + (1 << 16);
        let mut blocks: Vec<u32> = image.iter().map(|(cell, _)| cell >> MIN_VARS).collect();
        blocks.dedup();
        let cost = |vars: u32, blocks: &[u32]| {
            let count = blocks.len() as u64;
            ((count << vars) + count * COLUMN, count << vars)
        };
        let mut best = (cost(MIN_VARS, &blocks).0, MIN_VARS, blocks.clone());
        for vars in MIN_VARS + 1..=MAX_VARS {
            blocks.iter_mut().for_each(|block| *block >>= 1);
            blocks.dedup();
            let (cost, words) = cost(vars, &blocks);
            if cost < best.0 && words <= most {
                best = (cost, vars, blocks.clone());
            }
        }
        let (_, vars, blocks) = best;
        ImagePlan {
            vars: usize::try_from(vars).unwrap_or_default(),
            blocks,
        }
    }

    /// What the polynomials are of, in a canonical encoding.
    pub fn to_bytes(&self) -> Vec<u8> {
        let sizes = [self.vars as u64, self.blocks.len() as u64];
        let sizes = sizes.iter().flat_map(|size| size.to_le_bytes());
        let blocks = self.blocks.iter().flat_map(|block| block.to_le_bytes());
        sizes.chain(blocks).collect()
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
    fn blocks_have_no_more_words_than_contents_up_to_a_factor() {
        // Here and there, a few cells each; and one range, as a program's.
        for (count, apart, each) in [(40u32, 23, 1), (500, 20, 3), (2000, 17, 1), (1, 0, 170_000)] {
            let cells = (0..count).flat_map(|at| (0..each).map(move |k| (at << apart) + k));
            let image: Vec<(u32, u64)> = cells.map(|cell| (cell, 1)).collect();
            let plan = ImagePlan::new(&image);
            let words = plan.blocks.len() << plan.vars();
            assert!(words <= 64 * image.len() + (1 << 16), "{count}: {words}");
        }
        let image: Vec<(u32, u64)> = (0..170_000).map(|cell| (cell, 1)).collect();
        assert!(ImagePlan::new(&image).blocks.len() <= 16);
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

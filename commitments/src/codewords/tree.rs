//! Merkle trees of provers: all hashes are kept.

use super::merkle::{Hash, Leaf, Leaves, TreeShape, leaf, node};
use ark_bn254::Fr;
use rayon::prelude::*;

/// Leaves that a task hashes.
const BLOCK: usize = 1 << 8;

/// A tree.
pub(crate) struct Tree {
    /// From the leaves up to the root.
    layers: Vec<Vec<Hash>>,
}

impl Tree {
    /// Over `2^depth` leaves; `values` appends those of the leaf of a number.
    pub fn new(depth: usize, values: impl Fn(usize, &mut Vec<Fr>) + Sync) -> Self {
        let hash = |buffer: &mut Vec<Fr>, number: usize| {
            buffer.clear();
            values(number, buffer);
            leaf(buffer)
        };
        let leaves = (0..1usize << depth).into_par_iter().with_min_len(BLOCK);
        let mut layers = vec![leaves.map_init(Vec::new, hash).collect::<Vec<Hash>>()];
        for _ in 0..depth {
            let below = &layers[layers.len() - 1];
            let pairs = below.par_chunks_exact(2).with_min_len(BLOCK);
            let layer = pairs.map(|pair| node(&pair[0], &pair[1])).collect();
            layers.push(layer);
        }
        Tree { layers }
    }

    pub fn root(&self) -> Hash {
        self.layers[self.layers.len() - 1][0]
    }

    /// The leaves of these numbers.
    pub fn open(
        &self,
        numbers: &[usize],
        values: impl Fn(usize, &mut Vec<Fr>),
        width: usize,
    ) -> Leaves {
        let depth = self.layers.len() - 1;
        let shape = TreeShape { depth, width };
        let below_cap = depth - shape.cap_vars(numbers.len());
        let leaves = numbers.iter().map(|number| {
            let mut own = Vec::with_capacity(width);
            values(*number, &mut own);
            let layers = self.layers[..below_cap].iter().enumerate();
            Leaf {
                values: own,
                path: layers
                    .map(|(up, layer)| layer[(number >> up) ^ 1])
                    .collect(),
            }
        });
        Leaves {
            leaves: leaves.collect(),
            cap: self.layers[below_cap].clone(),
        }
    }
}

//! Merkle trees, as verifiers see them: hashes, and leaves that are opened.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use crate::wire::{DecodeError, Reader, put};
use ark_bn254::Fr;
use sha2::{Digest, Sha256};

/// Bytes of a hash.
pub(crate) const HASH: usize = 32;

/// A hash.
pub type Hash = [u8; HASH];

const LEAF: [u8; 1] = [0];
const NODE: [u8; 1] = [1];

/// The hash of a leaf. How many values it has is known beforehand.
pub(crate) fn leaf(values: &[Fr]) -> Hash {
    let mut bytes = Vec::with_capacity(1 + HASH * values.len());
    bytes.extend(LEAF);
    values.iter().for_each(|value| put(value, &mut bytes));
    Sha256::digest(&bytes).into()
}

/// The hash of a node.
pub(crate) fn node(left: &Hash, right: &Hash) -> Hash {
    let hash = Sha256::new().chain_update(NODE);
    hash.chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// The size of a tree: `2^depth` leaves of `width` values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TreeShape {
    pub depth: usize,
    pub width: usize,
}

impl TreeShape {
    /// `log2` of the nodes of the cap, where so many leaves are opened: the layer in which about as many nodes are on
    /// their paths.
    pub fn cap_vars(self, leaves: usize) -> usize {
        let vars = leaves
            .checked_ilog2()
            .and_then(|vars| usize::try_from(vars).ok());
        vars.unwrap_or(0).min(self.depth)
    }

    /// Hashes on the path of a leaf.
    fn path(self, leaves: usize) -> usize {
        self.depth.saturating_sub(self.cap_vars(leaves))
    }
}

/// A leaf, and its path: the hashes beside it, from the leaf up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    pub(crate) values: Vec<Fr>,
    pub(crate) path: Vec<Hash>,
}

/// Leaves of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaves {
    pub(crate) cap: Vec<Hash>,
    pub(crate) leaves: Vec<Leaf>,
}

impl Leaves {
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.cap.as_flattened());
        for leaf in &self.leaves {
            leaf.values.iter().for_each(|value| put(value, out));
            out.extend_from_slice(leaf.path.as_flattened());
        }
    }

    /// Reads `count` leaves of a tree of this shape. What is allocated is in the input.
    pub(crate) fn read(
        shape: TreeShape,
        count: usize,
        input: &mut Reader<'_>,
    ) -> Result<Self, DecodeError> {
        let hashes = |count: usize, input: &mut Reader<'_>| {
            let hashes = (0..count).map(|_| input.array());
            hashes.collect::<Result<Vec<Hash>, _>>()
        };
        let cap = hashes(1 << shape.cap_vars(count), input)?;
        let leaves = (0..count).map(|_| {
            let values = (0..shape.width).map(|_| input.canonical("scalar"));
            Ok(Leaf {
                values: values.collect::<Result<_, DecodeError>>()?,
                path: hashes(shape.path(count), input)?,
            })
        });
        let leaves = leaves.collect::<Result<_, DecodeError>>()?;
        Ok(Leaves { cap, leaves })
    }

    /// Whether there are so many leaves, and everything has the size that it should.
    pub(crate) fn fits(&self, shape: TreeShape, count: usize) -> bool {
        let fits =
            |leaf: &Leaf| leaf.values.len() == shape.width && leaf.path.len() == shape.path(count);
        let cap = self.cap.len() == 1 << shape.cap_vars(count);
        cap && self.leaves.len() == count && self.leaves.iter().all(fits)
    }

    /// Whether these are the leaves of these numbers in the tree of this root.
    pub(crate) fn are_of(&self, root: &Hash, numbers: &[usize]) -> bool {
        let leaves = self.leaves.iter().zip(numbers);
        let mut below = leaves.map(|(leaf, number)| leaf.is_below(&self.cap, *number));
        self.leaves.len() == numbers.len()
            && folded(&self.cap).as_ref() == Some(root)
            && below.all(|is_below| is_below)
    }
}

impl Leaf {
    fn is_below(&self, cap: &[Hash], mut number: usize) -> bool {
        let mut hash = leaf(&self.values);
        for beside in &self.path {
            hash = match number & 1 {
                0 => node(&hash, beside),
                _ => node(beside, &hash),
            };
            number >>= 1;
        }
        cap.get(number) == Some(&hash)
    }
}

/// The root of a layer.
fn folded(layer: &[Hash]) -> Option<Hash> {
    let mut layer = layer.to_vec();
    while layer.len() > 1 {
        let (pairs, _) = layer.as_chunks::<2>();
        layer = pairs
            .iter()
            .map(|[left, right]| node(left, right))
            .collect();
    }
    layer.first().copied()
}

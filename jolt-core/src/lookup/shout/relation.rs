//! The read relation, and the claims that it leaves.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are those of a layout that the key fixes; no proof has a say"
)]

use super::layout::{GROUP_BITS, Layout};
use crate::digits::products::{self, GROUP};
use crate::lookup::selectors::SelectorWeights;
use crate::lookup::{LookupShape, SelectorClaim};
use sumcheck::{Claimed, Field, Order, Point, Reduced, Relation, Segment};

const SEGMENTS: [&str; 8] = ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"];

/// Factors of `read`.
pub(super) struct ReadFactors<F> {
    /// The partial products.
    products: Vec<Claimed<F>>,
    value: Claimed<F>,
}

/// `Σ_{k,j} eq(r, j) · P0(k0, j) ⋯ V(k, j)`.
pub(super) fn read<F: Field>(layout: Layout, cycle: &Point<F>) -> (Relation<F>, ReadFactors<F>) {
    let groups = layout.groups();
    let mut segments: Vec<Segment> = SEGMENTS[..groups]
        .iter()
        .map(|name| Segment {
            name,
            vars: GROUP_BITS,
            order: Order::MsbFirst,
        })
        .collect();
    segments.push(Segment::cycle(cycle.vars()));
    let mut relation = Relation::new("read", segments);
    let mut summand = relation.eq("eq(r,j)", groups, cycle.clone());
    let products: Vec<Claimed<F>> = (0..groups)
        .map(|g| relation.claimed(format!("P{g}"), &[g, groups]))
        .collect();
    for product in &products {
        summand = summand * *product;
    }
    let all: Vec<usize> = (0..=groups).collect();
    let value = relation.claimed("V", &all);
    relation.summand = summand * value;
    (relation, ReadFactors { products, value })
}

/// What the `read` batch leaves behind.
pub(super) struct Read<F, V> {
    /// Claims on the partial products.
    pub products: Vec<V>,
    cycle: Point<F>,
    addresses: Vec<Point<F>>,
    pub selectors: SelectorClaim<F, V>,
}

impl<F: Field, V: Copy> Read<F, V> {
    pub fn take(
        (shape, layout): (&LookupShape, Layout),
        gamma: F,
        factors: ReadFactors<F>,
        mut reduced: Reduced<F, V>,
    ) -> Self {
        let products = factors.products.into_iter();
        let products = products.map(|factor| reduced.take(factor)).collect();
        let value = reduced.take(factors.value);
        let (groups, cycle) = reduced.at_last();
        let weights = SelectorWeights::new(shape, gamma, &layout.msb_first(&groups));
        let addresses = layout.addresses(&groups);
        reduced.done();
        Read {
            products,
            addresses,
            selectors: weights.claim(cycle.clone(), value),
            cycle,
        }
    }

    /// Where the partial products are reduced to digits.
    pub fn at(&self, challenges: [F; 2], one_hot: bool) -> products::At<F> {
        let (cycle, addresses) = (self.cycle.clone(), self.addresses.clone());
        products::At::new(cycle, addresses, GROUP, challenges, one_hot)
    }
}

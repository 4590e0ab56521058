//! The read relation.

use super::layout::{GROUP_BITS, Layout};
use sumcheck::{Field, Order, Point, Relation, Segment};

const SEGMENTS: [&str; 8] = ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"];

/// `Σ_{k,j} eq(r, j) · P0(k0, j) ⋯ V(k, j)`.
pub(super) fn read<F: Field>(layout: Layout, cycle: &Point<F>) -> Relation<F> {
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
    for g in 0..groups {
        summand = summand * relation.claimed(format!("P{g}"), &[g, groups]);
    }
    let all: Vec<usize> = (0..=groups).collect();
    relation.summand = summand * relation.claimed("V", &all);
    relation
}

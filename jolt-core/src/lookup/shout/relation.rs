//! The read relation, and the public weights of the caller's selectors.

use super::layout::{GROUP_BITS, Layout};
use crate::lookup::{LookupShape, SelectorClaim};
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

/// The public coefficients of `V` at an index point: what each selector of a read counts for.
#[derive(Clone, Debug)]
pub(super) struct SelectorWeights<F> {
    pub tables: Vec<F>,
    pub pair: F,
    pub single: F,
}

impl<F: Field> SelectorWeights<F> {
    /// At an index point, most significant bit first.
    pub fn new(shape: &LookupShape, gamma: F, msb_first: &[F]) -> Self {
        let operands = Operands::at(msb_first);
        SelectorWeights {
            tables: shape
                .tables
                .iter()
                .map(|table| table.automaton().evaluate(msb_first))
                .collect(),
            pair: gamma * (operands.left + gamma * operands.right),
            single: gamma.square() * operands.whole,
        }
    }

    pub fn claim<V>(self, point: Point<F>, value: V) -> SelectorClaim<F, V> {
        SelectorClaim {
            point,
            tables: self.tables,
            pair: self.pair,
            single: self.single,
            value,
        }
    }
}

/// The operands as polynomials of the index bits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Operands<F> {
    pub left: F,
    pub right: F,
    pub whole: F,
}

impl<F: Field> Operands<F> {
    pub fn at(msb_first: &[F]) -> Self {
        let mut operands = Operands {
            left: F::zero(),
            right: F::zero(),
            whole: F::zero(),
        };
        for pair in msb_first.chunks_exact(2) {
            operands = operands.advance(pair[0], pair[1]);
        }
        operands
    }

    /// Appends the next two lower bits.
    pub fn advance(self, a: F, b: F) -> Self {
        Operands {
            left: self.left.double() + a,
            right: self.right.double() + b,
            whole: (self.whole.double() + a).double() + b,
        }
    }
}

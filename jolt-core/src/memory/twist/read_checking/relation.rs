//! The relation of a read check.
//!
//! `Σ_a γ^a value_a(r) = Σ_{k,j} eq(r, j) · Val(k, j) · Σ_a γ^a ra_a(k, j)` over ports `a` (three for registers: rs1,
//! rs2, rd; one for RAM). For RAM, `Val(k, j) + forbidden(k)` is in the place of `Val(k, j)` (see [`protection`]), and the
//! product of both halves of the address, `ra_low(k_low, j) · ra_high(k_high, j)`, in that of `ra(k, j)`.

use crate::machine::{Machine, Part};
use crate::memory::protection::{self, Forbidden};
use sumcheck::{Claimed, Expr, Field, Order, Point, Reduced, Relation, Segment};

/// A read check, and the claims that it leaves.
pub struct Read<F, const ADDRESSES: usize> {
    pub relation: Relation<F>,
    /// On `Val`.
    pub value: Claimed<F>,
    /// On the address of each port; of RAM, on both halves of its one address.
    pub addresses: [Claimed<F>; ADDRESSES],
}

/// What is left of a read check.
#[must_use = "claims must be consumed"]
pub struct Left<F, V, const ADDRESSES: usize> {
    /// Where in memory, and when.
    pub address: Point<F>,
    pub cycle: Point<F>,
    /// `Val` there.
    pub value: V,
    /// The addresses there.
    pub addresses: [V; ADDRESSES],
}

/// Segments of a read check, first those of the address, of so many variables; and `eq(r, j)` and `Val(k, j)`.
fn begin<F: Field>(
    name: &'static str,
    address: &[usize],
    point: &Point<F>,
) -> (Relation<F>, Expr<F>, Claimed<F>) {
    let mut segments: Vec<Segment> = address
        .iter()
        .map(|vars| Segment {
            name: "k",
            vars: *vars,
            order: Order::LsbFirst,
        })
        .collect();
    segments.push(Segment::cycle(point.vars()));
    let all: Vec<usize> = (0..segments.len()).collect();
    let mut relation = Relation::new(name, segments);
    let eq = relation.eq("eq(r,j)", address.len(), point.clone());
    let value = relation.claimed("value", &all);
    (relation, eq, value)
}

impl<F: Field, const ADDRESSES: usize> Read<F, ADDRESSES> {
    /// What is left at the end.
    pub fn leave<V: Copy>(&self, mut reduced: Reduced<F, V>) -> Left<F, V, ADDRESSES> {
        let (address, cycle) = reduced.at_last();
        let left = Left {
            address: Point::join(&address),
            cycle,
            value: reduced.take(self.value),
            addresses: reduced.take_each(self.addresses),
        };
        reduced.done();
        left
    }
}

impl<F: Field> Read<F, 3> {
    /// Over `2^address_vars` cells, through ports of these names, for claims at `point`.
    pub fn new(
        name: &'static str,
        address_vars: usize,
        point: &Point<F>,
        ports: [&str; 3],
        gamma: F,
    ) -> Self {
        let (mut relation, eq, value) = begin(name, &[address_vars], point);
        let ports = ports.map(|port| relation.claimed(port, &[0, 1]));
        relation.summand = eq * value * Expr::batch("γ", gamma, ports.map(Expr::from));
        Read {
            relation,
            value,
            addresses: ports,
        }
    }
}

impl<F: Field> Read<F, 2> {
    /// Of RAM, through one port that reads `value + forbidden`.
    pub fn guarded(
        name: &'static str,
        machine: &Machine,
        point: &Point<F>,
        forbidden: &Forbidden<F>,
    ) -> Self {
        let halves = [Part::Low, Part::High].map(|part| machine.part_vars(part));
        let (mut relation, eq, value) = begin(name, &halves, point);
        let forbidden = protection::factor(&mut relation, halves.len(), forbidden);
        let low = relation.claimed("address_low", &[0, 2]);
        let high = relation.claimed("address_high", &[1, 2]);
        relation.summand = eq * (value + forbidden) * low * high;
        Read {
            relation,
            value,
            addresses: [low, high],
        }
    }
}

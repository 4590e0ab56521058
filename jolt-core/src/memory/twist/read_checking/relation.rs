//! The relation of a read check.
//!
//! `Σ_a γ^a value_a(r) = Σ_{k,j} eq(r, j) · Val(k, j) · Σ_a γ^a ra_a(k, j)` over ports `a` (three for registers: rs1,
//! rs2, rd; one for RAM). For RAM, `Val(k, j) + forbidden(k)` is in the place of `Val(k, j)` (see [`protection`]).

use crate::memory::protection::{self, Forbidden};
use sumcheck::{Claimed, Expr, Field, Order, Point, Reduced, Relation, Segment};

/// A read check through some ports, and the claims that it leaves.
pub struct Read<F, const PORTS: usize> {
    pub relation: Relation<F>,
    /// On `Val`.
    pub value: Claimed<F>,
    /// On the address of each port.
    pub ports: [Claimed<F>; PORTS],
}

/// What is left of a read check.
#[must_use = "claims must be consumed"]
pub struct Left<F, V, const PORTS: usize> {
    /// Where in memory, and when.
    pub address: Point<F>,
    pub cycle: Point<F>,
    /// `Val` there.
    pub value: V,
    /// The address of each port there.
    pub ports: [V; PORTS],
}

/// Segments of a read check, and `eq(r, j) · Val(k, j)`.
fn begin<F: Field>(
    name: &'static str,
    address_vars: usize,
    point: &Point<F>,
) -> (Relation<F>, Expr<F>, Claimed<F>) {
    let address = Segment {
        name: "k",
        vars: address_vars,
        order: Order::LsbFirst,
    };
    let mut relation = Relation::new(name, vec![address, Segment::cycle(point.vars())]);
    let eq = relation.eq("eq(r,j)", 1, point.clone());
    let value = relation.claimed("value", &[0, 1]);
    (relation, eq, value)
}

impl<F: Field, const PORTS: usize> Read<F, PORTS> {
    /// Over `2^address_vars` cells, through ports of these names, for claims at `point`.
    pub fn new(
        name: &'static str,
        address_vars: usize,
        point: &Point<F>,
        ports: [&str; PORTS],
        gamma: F,
    ) -> Self {
        let (mut relation, eq, value) = begin(name, address_vars, point);
        let ports = ports.map(|port| relation.claimed(port, &[0, 1]));
        relation.summand = eq * value * Expr::batch("γ", gamma, ports.map(Expr::from));
        Read {
            relation,
            value,
            ports,
        }
    }

    /// What is left at the end.
    pub fn leave<V: Copy>(&self, mut reduced: Reduced<F, V>) -> Left<F, V, PORTS> {
        let [address, cycle] = reduced.at();
        let left = Left {
            address,
            cycle,
            value: reduced.take(self.value),
            ports: reduced.take_each(self.ports),
        };
        reduced.done();
        left
    }
}

impl<F: Field> Read<F, 1> {
    /// Through one port that reads `value + forbidden`.
    pub fn guarded(
        name: &'static str,
        address_vars: usize,
        point: &Point<F>,
        forbidden: &Forbidden<F>,
    ) -> Self {
        let (mut relation, eq, value) = begin(name, address_vars, point);
        let forbidden = protection::factor(&mut relation, forbidden);
        let address = relation.claimed("address", &[0, 1]);
        relation.summand = eq * (value + forbidden) * address;
        Read {
            relation,
            value,
            ports: [address],
        }
    }
}

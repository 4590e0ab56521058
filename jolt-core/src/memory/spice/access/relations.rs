//! The relations, and the claims that they leave.

#![allow(
    clippy::indexing_slicing,
    reason = "tables, ports and columns are numbered by the code; no proof has a say"
)]

use super::Public;
use crate::machine::Run;
use crate::memory::labels::Shift;
use crate::memory::spice::balance::Port;
use crate::memory::spice::ports::{CELL, NAMES, PORTS, REGISTER_PORTS};
use crate::memory::value::Contents;
use std::array;
use sumcheck::{Claimed, Expr, Field, Point, Relation, Segment};

fn name(what: &str, port: usize) -> String {
    format!("{what}_{}", NAMES[port])
}

/// Claims on the columns of one port.
pub struct AtPort<F> {
    /// Whether the row accesses memory through it.
    pub active: Claimed<F>,
    /// The value read.
    pub old: Claimed<F>,
    /// See [`Columns`](crate::memory::spice::witness::Columns).
    pub first: Claimed<F>,
    /// See [`Columns`](crate::memory::spice::witness::Columns).
    pub last: Claimed<F>,
    /// See [`Columns`](crate::memory::spice::witness::Columns).
    pub difference: Claimed<F>,
    /// See [`Columns`](crate::memory::spice::witness::Columns); of ports of registers.
    pub carry: Option<Claimed<F>>,
    /// What is added; of ports that write.
    pub increment: Option<Claimed<F>>,
    /// Number of the register, or the cell.
    pub place: Claimed<F>,
}

/// The claim on the leaves of `accesses`, by cycle.
pub struct Accesses<F> {
    pub relation: Relation<F>,
    /// On columns.
    pub ports: [AtPort<F>; PORTS],
}

impl<F: Field> Accesses<F> {
    fn new(run: &Run<'_>, public: &Public<F>) -> Self {
        let mut relation = Relation::new("accesses", vec![Segment::cycle(run.cycle_vars)]);
        let eq = relation.eq("eq(p,j)", 0, public.opened.accesses.clone());
        let position = relation.public("j", [0], |[point]| position(point));
        let mut terms = Vec::with_capacity(3 * PORTS);
        let ports = array::from_fn(|port| {
            let weights = Port::new(
                port,
                run.cycle_vars,
                &public.opened,
                &public.challenges,
                public.zeta,
            );
            let weight = |what: &str, value| Expr::constant(name(what, port), value);
            let mut claimed = |what| relation.claimed(name(what, port), &[0]);
            let [active, old] = ["active", "old"].map(&mut claimed);
            let [first, last, difference] = ["first", "last", "difference"].map(&mut claimed);
            let carry = (port < REGISTER_PORTS).then(|| claimed("carry"));
            let increment = [None, None, Some("rd_inc"), Some("cell_inc")][port];
            let increment = increment.map(|name| relation.claimed(name, &[0]));
            let place = relation.claimed(name("place", port), &[0]);
            // zero · (1 − active) · old
            let zero = public.zero.get(port).copied();
            let mut own = vec![
                weight("c1", weights.constant),
                weight("cj", weights.position) * position.clone(),
                weight("cf", weights.first) * first,
                weight("cl", weights.last) * last,
                weight("cd", weights.difference) * difference,
                weight("co", weights.old - zero.unwrap_or_default()) * old,
            ];
            own.extend(carry.map(|carry| weight("cc", weights.carry) * carry));
            own.extend(increment.map(|increment| weight("ci", weights.increment) * increment));
            terms.push(active * Expr::Sum(own));
            terms.extend(zero.map(|zero| weight("cz", zero) * old));
            terms.push(weight("cp", weights.place) * place);
            AtPort {
                active,
                old,
                first,
                last,
                difference,
                carry,
                increment,
                place,
            }
        });
        relation.summand = eq * Expr::Sum(terms);
        Accesses { relation, ports }
    }
}

/// The number of a cycle, `Σ_i 2^i j_i`.
fn position<F: Field>(cycle: &Point<F>) -> F {
    let powers = std::iter::successors(Some(F::one()), |p| Some(p.double()));
    powers.zip(&cycle.0).map(|(power, x)| power * x).sum()
}

/// The claim on the leaves of `differences`, by cycle.
pub struct Differences<F> {
    pub relation: Relation<F>,
    /// On a column that is linear in others.
    pub leaf: Claimed<F>,
}

impl<F: Field> Differences<F> {
    fn new(run: &Run<'_>, public: &Public<F>) -> Self {
        let mut relation = Relation::new("differences", vec![Segment::cycle(run.cycle_vars)]);
        let eq = relation.eq("eq(q,j)", 0, public.opened.differences.clone());
        let leaf = relation.claimed("leaf", &[0]);
        relation.summand = eq * leaf;
        Differences { relation, leaf }
    }
}

/// Columns that are flags or carries.
pub const FLAGS: usize = 2 * PORTS + REGISTER_PORTS;

/// Flags are 0 or 1, carries 0, 1 or 2.
pub struct Flags<F> {
    pub relation: Relation<F>,
    /// On `first` of each port.
    pub first: [Claimed<F>; PORTS],
    /// On `last` of each port.
    pub last: [Claimed<F>; PORTS],
    /// On `carry` of each port of registers.
    pub carry: [Claimed<F>; REGISTER_PORTS],
}

impl<F: Field> Flags<F> {
    fn new(run: &Run<'_>, public: &Public<F>) -> Self {
        let mut relation = Relation::new("flags", vec![Segment::cycle(run.cycle_vars)]);
        let eq = relation.eq("eq(p,j)", 0, public.opened.accesses.clone());
        let minus = |x: Claimed<F>, k: u64| x - Expr::constant(k.to_string(), F::from(k));
        let mut claimed = |what, port| relation.claimed(name(what, port), &[0]);
        let first = array::from_fn(|port| claimed("first", port));
        let last = array::from_fn(|port| claimed("last", port));
        let carry = array::from_fn(|port| claimed("carry", port));
        let flags = first.iter().chain(&last);
        let flags = flags.map(|flag: &Claimed<F>| *flag * *flag - *flag);
        let carries = carry.iter();
        let carries = carries.map(|carry| *carry * minus(*carry, 1) * minus(*carry, 2));
        relation.summand = eq * Expr::batch("θ", public.theta, flags.chain(carries));
        Flags {
            relation,
            first,
            last,
            carry,
        }
    }
}

/// Claims on the columns of one port in a relation of first accesses.
pub struct FirstAtPort<F> {
    /// On the address at the point of places.
    pub address: Claimed<F>,
    /// See [`Columns`](crate::memory::spice::witness::Columns).
    pub first: Claimed<F>,
    /// The value read.
    pub old: Claimed<F>,
}

/// `touched + δ·values = Σ_j Σ_a ra_a(j) · first_a(j) · (1 + δ·old_a(j))`.
pub struct FirstAccesses<F, const N: usize> {
    pub relation: Relation<F>,
    /// On columns.
    pub ports: [FirstAtPort<F>; N],
}

impl<F: Field, const N: usize> FirstAccesses<F, N> {
    /// Through the ports from one on.
    fn new(run: &Run<'_>, relation: &'static str, from: usize, delta: F) -> Self {
        let mut relation = Relation::new(relation, vec![Segment::cycle(run.cycle_vars)]);
        let ports = array::from_fn(|at| {
            let mut claimed = |what| relation.claimed(name(what, from + at), &[0]);
            FirstAtPort {
                address: claimed("ra"),
                first: claimed("first"),
                old: claimed("old"),
            }
        });
        let terms = ports.iter().map(|port: &FirstAtPort<F>| {
            let one = Expr::constant("1", F::one());
            port.address * port.first * (one + Expr::constant("δ", delta) * port.old)
        });
        let terms: Vec<Expr<F>> = terms.collect();
        relation.summand = match <[Expr<F>; 1]>::try_from(terms) {
            Ok([product]) => product,
            Err(terms) => Expr::Sum(terms),
        };
        FirstAccesses { relation, ports }
    }
}

/// The relations of the batch, in order.
pub struct Relations<F> {
    /// Leaves of `accesses`.
    pub accesses: Accesses<F>,
    /// Leaves of `differences`.
    pub differences: Differences<F>,
    /// Flags and carries.
    pub flags: Flags<F>,
    /// First accesses of registers.
    pub registers: FirstAccesses<F, REGISTER_PORTS>,
    /// First accesses of RAM.
    pub ram: FirstAccesses<F, 1>,
    /// Final contents, block by block.
    pub finals: Vec<Contents<F, 1>>,
    /// The next label.
    pub shift: Shift<F>,
}

impl<F: Field> Relations<F> {
    /// From what both sides know.
    pub fn new(run: &Run<'_>, public: &Public<F>) -> Self {
        let finals = run.finals.iter();
        let finals = finals.map(|f| Contents::at_the_end(f.name, ["address"], run.cycle_vars));
        Relations {
            accesses: Accesses::new(run, public),
            differences: Differences::new(run, public),
            flags: Flags::new(run, public),
            registers: FirstAccesses::new(run, "registers_first", 0, public.delta),
            ram: FirstAccesses::new(run, "ram_first", CELL, public.delta),
            finals: finals.collect(),
            shift: Shift::new(run, &public.step),
        }
    }

    /// The relations alone.
    pub(in crate::memory::spice) fn batch(&self) -> Vec<Relation<F>> {
        let first = [
            &self.accesses.relation,
            &self.differences.relation,
            &self.flags.relation,
            &self.registers.relation,
            &self.ram.relation,
        ];
        let finals = self.finals.iter().map(|contents| &contents.relation);
        let all = first.into_iter().chain(finals);
        all.chain([&self.shift.relation]).cloned().collect()
    }
}

//! From a claim on the output to claims on the entries of every position's matrices.
//!
//! `out(j)` is a row of states, taken through one matrix for each position. For the claims on the states
//! at the cut after position `i`, `Σ_to ρ^to s_{i+1}[to](p)`, one relation of degree 3 over cycles:
//!
//! ```text
//! Σ_j eq(p, j) · Σ_{from, to} ρ^to · s_i[from](j) · m_i[from, to](j)
//! ```
//!
//! from the last position down to the second; the first one's entries are the first states themselves, and 0
//! in a read without a table ([`super::settle`]).
//! Each entry is one factor for all tables: a sum of a virtual column (constants of the selected table)
//! and a committed one. So the degree is 3 however many tables and positions there are, where one
//! sumcheck over the whole of `g` has a degree of two more than positions.

use super::Kernels;
use super::layout::Layout;
use std::sync::Arc;
use sumcheck::kernel::Column;
use sumcheck::{
    Claimed, Expr, Field, Instance, Point, ProverChannel, Reduced, Relation, Segment, Value,
    VerifierChannel, VerifyError, batch,
};

pub(super) const BATCH: &str = "execute";

/// Claims on the entries of one position's matrices, one for each slot.
pub(super) struct Entries<F, V> {
    pub point: Point<F>,
    pub values: Vec<V>,
}

/// The relation of one position.
pub(super) fn read<F: Field>(
    layout: &Layout,
    position: usize,
    rho: F,
    cycle: &Point<F>,
) -> Relation<F> {
    let mut relation = Relation::new("read", vec![Segment::cycle(cycle.vars())]);
    let eq = relation.eq("eq(p,j)", 0, cycle.clone());
    let states: Vec<Claimed<F>> = (0..layout.widths[position])
        .map(|from| relation.claimed(format!("s{from}"), &[0]))
        .collect();
    let mut powers = vec![F::one()];
    for to in 1..layout.widths[position + 1] {
        powers.push(powers[to - 1] * rho);
    }
    let mut terms = Vec::new();
    for (from, to) in &layout.positions[position].slots {
        let entry = relation.claimed(format!("m{from},{to}"), &[0]);
        let product = states[*from] * entry;
        terms.push(match to {
            0 => product,
            to => Expr::constant(format!("ρ^{to}"), powers[*to]) * product,
        });
    }
    relation.summand = eq * Expr::Sum(terms);
    relation
}

/// Splits what one relation leaves into states and entries.
fn split<F: Field, V: Copy>(mut reduced: Reduced<F, V>) -> (Vec<V>, Entries<F, V>) {
    let states = reduced.take_all("s");
    let values = reduced.take_all("m");
    let point = reduced.points[0].clone();
    reduced.done();
    (states, Entries { point, values })
}

/// `ρ`; one state alone needs none.
fn weight<F: Field>(states: usize, sample: impl FnOnce() -> F) -> F {
    match states {
        0 | 1 => F::one(),
        _ => sample(),
    }
}

/// Proves; claims on entries by position.
pub(super) fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    layout: &Layout,
    kernels: &dyn Kernels<F>,
    (point, out): (Point<F>, F),
) -> Vec<Entries<F, F>> {
    let (mut point, mut states) = (point, vec![out]);
    let mut entries = Vec::with_capacity(layout.len());
    let outputs = kernels.states();
    for position in (1..layout.len()).rev() {
        let rho = weight(states.len(), || channel.sample("lookup/states"));
        let claim = states.iter().rev().fold(F::zero(), |sum, s| sum * rho + s);
        let mut columns = vec![None];
        let signed = |values: Vec<i128>| Some(Column::signed(Arc::new(values)));
        columns.extend((0..layout.widths[position]).map(|s| signed(outputs.column(position, s))));
        let slots = 0..layout.positions[position].slots.len();
        columns.extend(slots.map(|k| signed(kernels.entries(position, k))));
        let relation = read(layout, position, rho, &point);
        let instance = Instance {
            prover: kernels.general(&relation, columns),
            relation,
            claim,
        };
        let reduced = batch::prove_all(channel, BATCH, vec![instance]).remove(0);
        let (left, own) = split(reduced);
        (point, states) = (own.point.clone(), left);
        entries.push(own);
    }
    entries.push(Entries {
        point,
        values: states,
    });
    entries.reverse();
    entries
}

/// The verifier's side.
pub(super) fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    layout: &Layout,
    (point, out): (Point<F>, Value),
) -> Result<Vec<Entries<F, Value>>, VerifyError> {
    let (mut point, mut states) = (point, vec![out]);
    let mut entries = Vec::with_capacity(layout.len());
    for position in (1..layout.len()).rev() {
        let rho = weight(states.len(), || channel.sample("lookup/states"));
        if states.len() > 1 {
            channel.risk(&["lookup/states"], "states of the tables", states.len() - 1);
        }
        let mut power = F::one();
        let mut terms = Vec::with_capacity(states.len());
        for state in &states {
            terms.push((power, *state));
            power *= rho;
        }
        let claim = channel.linear(F::zero(), &terms);
        let relations = vec![(read(layout, position, rho, &point), claim)];
        let reduced = batch::verify_all(channel, BATCH, relations)?.remove(0);
        let (left, own) = split(reduced);
        (point, states) = (own.point.clone(), left);
        entries.push(own);
    }
    entries.push(Entries {
        point,
        values: states,
    });
    entries.reverse();
    Ok(entries)
}

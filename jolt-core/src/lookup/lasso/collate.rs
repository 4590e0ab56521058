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

#![allow(
    clippy::indexing_slicing,
    reason = "indices are those of a layout that the key fixes; no proof has a say"
)]

use super::layout::Layout;
use sumcheck::{Claimed, Expr, Field, Point, Reduced, Relation, Segment};

pub(super) const BATCH: &str = "execute";

/// Claims on the entries of one position's matrices, one for each slot.
pub(super) struct Entries<F, V> {
    pub point: Point<F>,
    pub values: Vec<V>,
}

/// Factors of `read`.
pub(super) struct ReadFactors<F> {
    states: Vec<Claimed<F>>,
    /// By slot.
    entries: Vec<Claimed<F>>,
}

/// The relation of one position.
pub(super) fn read<F: Field>(
    layout: &Layout,
    position: usize,
    rho: F,
    cycle: &Point<F>,
) -> (Relation<F>, ReadFactors<F>) {
    let mut relation = Relation::new("read", vec![Segment::cycle(cycle.vars())]);
    let eq = relation.eq("eq(p,j)", 0, cycle.clone());
    let states: Vec<Claimed<F>> = (0..layout.widths[position])
        .map(|from| relation.claimed(format!("s{from}"), &[0]))
        .collect();
    let mut powers = vec![F::one()];
    for to in 1..layout.widths[position + 1] {
        powers.push(powers[to - 1] * rho);
    }
    let slots = &layout.positions[position].slots;
    let entries: Vec<Claimed<F>> = slots
        .iter()
        .map(|(from, to)| relation.claimed(format!("m{from},{to}"), &[0]))
        .collect();
    let terms = slots.iter().zip(&entries).map(|((from, to), entry)| {
        let product = states[*from] * *entry;
        match to {
            0 => product,
            to => Expr::constant(format!("ρ^{to}"), powers[*to]) * product,
        }
    });
    relation.summand = eq * Expr::Sum(terms.collect());
    (relation, ReadFactors { states, entries })
}

/// Splits what one relation leaves into states and entries.
pub(super) fn split<F: Field, V: Copy>(
    factors: ReadFactors<F>,
    mut reduced: Reduced<F, V>,
) -> (Vec<V>, Entries<F, V>) {
    let mut take = |factors: Vec<Claimed<F>>| -> Vec<V> {
        let values = factors.into_iter().map(|factor| reduced.take(factor));
        values.collect()
    };
    let (states, values) = (take(factors.states), take(factors.entries));
    let [point] = reduced.at();
    reduced.done();
    (states, Entries { point, values })
}

//! The two relations of the last batch, both over cycles.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are those of a layout that the key fixes; no proof has a say"
)]

use super::layout::Layout;
use crate::lookup::LookupShape;
use std::collections::BTreeMap;
use sumcheck::{Claimed, Expr, Field, Point, Relation, Segment};

/// Columns that tables read one by one, ascending.
pub fn used(layout: &Layout, shape: &LookupShape) -> Vec<usize> {
    let mut used = Vec::new();
    for t in 0..shape.tables.len() {
        for i in 0..layout.positions() {
            let uses = layout.cut.chunk(t, i).uses.iter();
            used.extend(uses.map(|s| layout.output(t, i, *s)));
        }
    }
    used.sort_unstable();
    used.dedup();
    used
}

/// Factors of `read`.
pub struct ReadFactors<F> {
    /// The selector of each table.
    pub tables: Vec<Claimed<F>>,
    pub pair: Claimed<F>,
    pub single: Claimed<F>,
    pub index: Claimed<F>,
    pub left: Claimed<F>,
    pub right: Claimed<F>,
    /// Columns that tables read one by one.
    pub columns: BTreeMap<usize, Claimed<F>>,
}

/// Factors of both relations.
pub struct ExecuteFactors<F> {
    pub read: ReadFactors<F>,
    pub leaf: Claimed<F>,
}

/// `read` for the claims at `cycle`, and `leaves` for those at `leaf_cycle`.
pub fn execute<F: Field>(
    (layout, shape): (&Layout, &LookupShape),
    (cycle, gamma): (&Point<F>, F),
    leaf_cycle: &Point<F>,
) -> ([Relation<F>; 2], ExecuteFactors<F>) {
    let (of_reads, read) = read(layout, shape, cycle, gamma);
    let (of_leaves, leaf) = leaves(leaf_cycle);
    ([of_reads, of_leaves], ExecuteFactors { read, leaf })
}

/// `out + γ·left + γ²·right = Σ_j eq(r, j) · V(j)`, where a table is a chain of the outputs committed:
///
/// ```text
/// V = Σ_t s_t·g_t(e) + γ·pair·left + γ²·(pair·right + single·index)
/// ```
fn read<F: Field>(
    layout: &Layout,
    shape: &LookupShape,
    cycle: &Point<F>,
    gamma: F,
) -> (Relation<F>, ReadFactors<F>) {
    let mut relation = Relation::new("read", vec![Segment::cycle(cycle.vars())]);
    let eq = relation.eq("eq(r,j)", 0, cycle.clone());
    let tables: Vec<Claimed<F>> = (0..shape.tables.len())
        .map(|t| relation.claimed(format!("s{t}"), &[0]))
        .collect();
    let [pair, single, index, left, right] =
        ["pair", "single", "index", "left", "right"].map(|name| relation.claimed(name, &[0]));
    let columns: BTreeMap<usize, Claimed<F>> = used(layout, shape)
        .into_iter()
        .map(|column| (column, relation.claimed(format!("e{column}"), &[0])))
        .collect();
    let value = tables.iter().enumerate().map(|(t, selects)| {
        *selects
            * layout
                .cut
                .expr(t, |i, s| columns[&layout.output(t, i, s)].into())
    });
    let mut value: Vec<Expr<F>> = value.collect();
    let power = |name: &str, value| Expr::constant(name, value);
    let square = gamma.square();
    value.push(power("γ", gamma) * pair * left);
    value.push(power("γ²", square) * pair * right);
    value.push(power("γ²", square) * single * index);
    relation.summand = eq * Expr::Sum(value);
    let factors = ReadFactors {
        tables,
        pair,
        single,
        index,
        left,
        right,
        columns,
    };
    (relation, factors)
}

/// `claim = Σ_j eq(p, j) · leaf(j)`, where `leaf` is linear in columns and selectors.
fn leaves<F: Field>(cycle: &Point<F>) -> (Relation<F>, Claimed<F>) {
    let mut relation = Relation::new("leaves", vec![Segment::cycle(cycle.vars())]);
    let eq = relation.eq("eq(p,j)", 0, cycle.clone());
    let leaf = relation.claimed("leaf", &[0]);
    relation.summand = eq * leaf;
    (relation, leaf)
}

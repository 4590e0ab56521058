//! Value evaluation: a claim on the virtual `Val` becomes claims on write addresses and increments.
//!
//! Relations, over cycles only:
//! - before a cycle: `Val(r_k, r) − init(r_k) = Σ_j LT(j, r) · wa(j) · inc(j)`, degree 3;
//! - at the end: `Val_final(r_k) − init(r_k) = Σ_j wa(j) · inc(j)`, degree 2;
//!
//! with `wa(j) = wa(r_k, j)`. Rows that write nothing have `wa · inc = 0`, so padding costs nothing.

use sumcheck::kernel::{Column, eq_table};
use sumcheck::{Field, Point, Relation, Segment};

/// The contents before the cycle point `r`.
pub fn before<F: Field>(name: &'static str, r: &Point<F>) -> Relation<F> {
    let mut relation = Relation::new(name, vec![Segment::cycle(r.vars())]);
    let r = r.clone();
    let lt = relation.public("LT(j,r)", &[0], move |points| points[0].less_than(&r));
    let address = relation.claimed("address", &[0]);
    let increment = relation.claimed("increment", &[0]);
    relation.summand = lt * address * increment;
    relation
}

/// The contents after the last cycle.
pub fn at_the_end<F: Field>(name: &'static str, cycle_vars: usize) -> Relation<F> {
    let mut relation = Relation::new(name, vec![Segment::cycle(cycle_vars)]);
    let address = relation.claimed("address", &[0]);
    let increment = relation.claimed("increment", &[0]);
    relation.summand = address * increment;
    relation
}

/// `LT(j, r) = Σ_{i>j} eq(r, i)` for all cycles.
pub fn less_than_column<F: Field>(r: &Point<F>) -> Column<F> {
    let mut above = F::one();
    let eq = eq_table(r);
    let rows = eq
        .iter()
        .map(|e| {
            above -= e;
            above
        })
        .collect();
    Column::field(rows)
}

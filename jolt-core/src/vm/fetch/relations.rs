//! The relations of the phase, and what they leave on the digit oracles.

use super::claims::Sorted;
use crate::bytecode::digit_vars;
use crate::digits::{self, booleanity};
use crate::machine::Run;
use crate::step::Oracles;
use std::sync::Arc;
use sumcheck::{EvalClaim, Expr, Field, Oracle, Order, Point, Reduced, Relation, Segment};

/// Segments of the digits of an index, least significant digit first, then the cycle.
fn digit_segments(radices: &[usize], cycle_vars: usize) -> Vec<Segment> {
    let mut segments: Vec<Segment> = radices
        .iter()
        .map(|radix| Segment {
            name: "k",
            vars: digit_vars(*radix),
            order: Order::LsbFirst,
        })
        .collect();
    segments.push(Segment::cycle(cycle_vars));
    segments
}

fn join<F: Field>(points: &[Point<F>]) -> Point<F> {
    Point(points.iter().flat_map(|p| p.0.iter().copied()).collect())
}

/// `Σ_{k,j} Π_i d_i(k_i, j) · Σ_p eq(r_p, j) · column_p(k)`.
pub(super) fn bytecode<F: Field>(
    run: &Run<'_>,
    points: &[(&'static str, Point<F>)],
    combined: &[Arc<Vec<F>>],
) -> Relation<F> {
    let radices = run.machine.bytecode_radices();
    let n = radices.len();
    let mut relation = Relation::new("bytecode", digit_segments(&radices, run.cycle_vars));
    let address: Vec<usize> = (0..n).collect();
    let mut sum = Vec::with_capacity(points.len());
    for ((name, point), column) in points.iter().zip(combined) {
        let eq = relation.eq(*name, n, point.clone());
        let code = run.machine.bytecode.clone();
        let column = column.clone();
        let public = relation.public(format!("column[{name}]"), &address, move |points| {
            code.evaluate(&column, &join(&points[..n]))
        });
        sum.push(eq * public);
    }
    let mut product = Expr::Product(Vec::new());
    for i in 0..n {
        product = product * relation.claimed(format!("d_{i}"), &[i, n]);
    }
    relation.summand = product * Expr::Sum(sum);
    relation
}

/// `Σ_j Σ_a (Σ_p w_{a,p} eq(r_p, j)) · Π_i d_i(a_i, j)` over address points `a`: addresses that were bound to a
/// point, as digits.
pub(super) fn addresses<F: Field, V: Copy>(
    sorted: &Sorted<F, V>,
    digits: usize,
    cycle_vars: usize,
) -> Relation<F> {
    let mut relation = Relation::new("addresses", vec![Segment::cycle(cycle_vars)]);
    let mut sum = Vec::new();
    for (a, address) in sorted.addresses.iter().enumerate() {
        let mut weight = Vec::new();
        for (at, w) in sorted.address_weights(address) {
            let (name, point) = &sorted.points[at];
            let eq = relation.eq(*name, 0, point.clone());
            weight.push(Expr::constant(format!("w_{a}{at}"), w) * eq);
        }
        let mut product = Expr::Product(vec![Expr::Sum(weight)]);
        for i in 0..digits {
            product = product * relation.claimed(format!("d_{a}_{i}"), &[0]);
        }
        sum.push(product);
    }
    relation.summand = Expr::Sum(sum);
    relation
}

/// The digit points of an address point, least significant digit first.
pub fn split_address<F: Field>(address: &Point<F>, radices: &[usize]) -> Vec<Point<F>> {
    let mut rest = address.clone();
    radices
        .iter()
        .map(|radix| {
            let (digit, others) = rest.split_at(digit_vars(*radix));
            rest = others;
            digit
        })
        .collect()
}

/// Turns what the batch leaves into claims on the digit oracles.
pub(super) fn digit_claims<F: Field, V: Copy>(
    run: &Run<'_>,
    sorted: &Sorted<F, V>,
    reduced: [Reduced<F, V>; 3],
    oracles: &Oracles,
) -> Vec<EvalClaim<F, V>> {
    let [mut bytecode, mut addresses, one_hot] = reduced;
    let rows = run.machine.bytecode_radices();
    let cells = run.machine.ram_radices();
    let mut claims = Vec::new();
    let mut product =
        |values: Vec<V>, at: Vec<Point<F>>, radices: &[usize], all: &[Oracle], cycle: &Point<F>| {
            for (((oracle, radix), at), value) in all.iter().zip(radices).zip(&at).zip(values) {
                claims.push(digits::claim(*oracle, *radix, at, cycle, value));
            }
        };
    let cycle = bytecode.points[rows.len()].clone();
    let row_points = bytecode.points[..rows.len()].to_vec();
    product(
        bytecode.take_all("d_"),
        row_points,
        &rows,
        &oracles.row,
        &cycle,
    );
    bytecode.done();
    for (a, address) in sorted.addresses.iter().enumerate() {
        let values = addresses.take_all(&format!("d_{a}_"));
        let at = split_address(&address.point, &cells);
        product(values, at, &cells, &oracles.address, &cycle);
    }
    addresses.done();
    let all: Vec<(Oracle, usize)> = oracles
        .row
        .iter()
        .chain(&oracles.address)
        .chain([&oracles.offset])
        .copied()
        .zip(run.machine.digit_radices())
        .collect();
    claims.extend(booleanity::claims(one_hot, &all));
    claims
}

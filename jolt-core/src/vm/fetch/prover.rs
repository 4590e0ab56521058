//! Kernels of the phase.

use super::claims::Sorted;
use super::relations::split_address;
use crate::bytecode::digits;
use crate::vm::Run;
use crate::witness::Witness;
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::kernel::{Column, CycleProver, EqSum, eq_prefix_sum, eq_rows};
use sumcheck::{Expr, Field, Point, Relation, RoundProver, Segment, UniPoly};

/// The kernel of `bytecode`: row rounds over one histogram per cycle point, then cycle rounds over
/// one weight column `Σ_p column_p · eq(r_p, j)` times the digits.
pub(super) struct FetchProver<F> {
    /// For each cycle point: how much of it falls on each row, and its combination of columns.
    sides: Vec<(Vec<F>, Vec<F>)>,
    points: Vec<Point<F>>,
    radices: Vec<usize>,
    row_digits: Vec<Arc<Vec<u8>>>,
    challenges: Vec<F>,
    cycle: Option<CycleProver<F>>,
}

impl<F: Field> FetchProver<F> {
    pub fn new(
        run: &Run<'_>,
        witness: &Witness,
        points: &[(&'static str, Point<F>)],
        combined: &[Arc<Vec<F>>],
    ) -> Self {
        let size = 1usize << run.machine.bytecode.vars;
        let sides = points
            .par_iter()
            .zip(combined)
            .map(|((_, point), column)| {
                let mut column = column.to_vec();
                let mut falls = vec![F::zero(); size];
                let eq = eq_rows(point, F::one(), witness.cycles());
                for (row, eq) in witness.row.iter().zip(eq) {
                    falls[*row as usize] += eq;
                }
                falls[0] += F::one() - eq_prefix_sum(point, witness.cycles());
                let padding = column[0];
                column.resize(size, padding);
                (falls, column)
            })
            .collect();
        let radices = run.machine.bytecode_radices();
        FetchProver {
            sides,
            points: points.iter().map(|(_, p)| p.clone()).collect(),
            row_digits: digits(&witness.row, &radices),
            radices,
            challenges: Vec::new(),
            cycle: None,
        }
    }

    fn enter_cycles(&mut self) {
        let weights = self.points.iter().zip(&self.sides);
        let weights = EqSum(
            weights
                .map(|(point, (_, c))| (c[0], point.clone()))
                .collect(),
        );
        let address = split_address(&Point(self.challenges.clone()), &self.radices);
        self.cycle = Some(weighted_products(
            vec![(weights, address)],
            &self.row_digits,
        ));
    }
}

impl<F: Field> RoundProver<F> for FetchProver<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        if let Some(cycle) = &mut self.cycle {
            return cycle.round(claim);
        }
        let (mut at_zero, mut quadratic) = (F::zero(), F::zero());
        for (falls, column) in &self.sides {
            for (f, c) in falls.chunks_exact(2).zip(column.chunks_exact(2)) {
                at_zero += f[0] * c[0];
                quadratic += (f[1] - f[0]) * (c[1] - c[0]);
            }
        }
        UniPoly(vec![
            at_zero,
            claim - at_zero.double() - quadratic,
            quadratic,
        ])
    }

    fn bind(&mut self, challenge: F) {
        if let Some(cycle) = &mut self.cycle {
            return cycle.bind(challenge);
        }
        let fold = |values: &Vec<F>| -> Vec<F> {
            values
                .chunks_exact(2)
                .map(|v| v[0] + challenge * (v[1] - v[0]))
                .collect()
        };
        for (falls, column) in &mut self.sides {
            *falls = fold(falls);
            *column = fold(column);
        }
        self.challenges.push(challenge);
        if self.sides[0].0.len() == 1 {
            self.enter_cycles();
        }
    }

    fn finish(&mut self) -> Vec<F> {
        self.cycle
            .as_mut()
            .map(CycleProver::finish)
            .unwrap_or_default()
    }
}

/// The kernel of `addresses`.
pub(super) fn addresses<F: Field>(
    run: &Run<'_>,
    witness: &Witness,
    sorted: &Sorted<F, F>,
) -> CycleProver<F> {
    let radices = run.machine.ram_radices();
    let products: Vec<_> = sorted
        .addresses
        .iter()
        .map(|address| {
            let weights = sorted.address_weights(address);
            let weights = weights.into_iter();
            let weights = weights.map(|(at, w)| (w, sorted.points[at].1.clone()));
            (
                EqSum(weights.collect()),
                split_address(&address.point, &radices),
            )
        })
        .collect();
    weighted_products(products, &digits(&witness.address, &radices))
}

/// Weights of cycles, and the digit points of one address.
type Product<F> = (EqSum<F>, Vec<Point<F>>);

/// Proves `Σ_j Σ_a (Σ_p w_{a,p} eq(r_p, j)) · Π_i d_i(a_i, j)`: one weight column per product, written out for
/// real cycles, and digits through tables.
fn weighted_products<F: Field>(
    products: Vec<Product<F>>,
    digits: &[Arc<Vec<u8>>],
) -> CycleProver<F> {
    let vars = products[0].0.0[0].1.vars();
    let cycles = digits.first().map_or(0, |d| d.len());
    let mut relation = Relation::new("weighted", vec![Segment::cycle(vars)]);
    let mut columns = Vec::new();
    let mut sum = Vec::new();
    for (weights, address) in products {
        let mut product = relation.public("w", &[0], |_| F::zero());
        columns.push(Some(Column::eq_sum(weights, cycles)));
        for (point, digits) in address.iter().zip(digits) {
            product = product * relation.claimed("d", &[0]);
            columns.push(Some(Column::digits(digits.clone(), point.eq_table())));
        }
        sum.push(product);
    }
    relation.summand = match <[Expr<F>; 1]>::try_from(sum) {
        Ok([product]) => product,
        Err(sum) => Expr::Sum(sum),
    };
    CycleProver::new(&relation, &[], columns)
}

//! The rows of a group's polynomial, a sum of committed columns of which nothing is written out: for provers.

use super::opening::Group;
use crate::Embedding;
use rayon::prelude::*;
use std::collections::BTreeMap;
use sumcheck::kernel::ColumnSum;
use sumcheck::{Held, Oracle, ProverField};

/// Rows to a task.
const BLOCK: usize = 1 << 12;

/// A group's polynomial.
pub(super) fn of_group<'a, F: ProverField>(
    group: &Group<F>,
    polys: &'a [Held<F>],
) -> ColumnSum<'a, F> {
    of_columns(&group.columns, polys)
}

/// `Σ factor · column`, of each oracle a factor for each of its columns.
fn of_columns<'a, F: ProverField>(
    columns: &BTreeMap<Oracle, Vec<F>>,
    polys: &'a [Held<F>],
) -> ColumnSum<'a, F> {
    let columns = columns.iter();
    ColumnSum::new(columns.map(|(oracle, factors)| (&polys[oracle.0], factors.clone())))
}

/// `Σ_g weight_g · f_g`, each group's polynomial extended to `vars` variables. It is made of
/// the columns anew: holding the groups' polynomials until the weights are known would cost more.
pub(super) fn combined_rows<F: ProverField>(
    embedding: Embedding,
    groups: &[Group<F>],
    polys: &[Held<F>],
    (vars, weights): (usize, &[F]),
) -> Vec<F> {
    // Rows that zeros follow are rows of the whole.
    let as_it_is = |group: &Group<F>| embedding == Embedding::Pad || group.point.vars() == vars;
    let mut repeated: Vec<(&Group<F>, F)> = Vec::new();
    let mut whole: BTreeMap<Oracle, Vec<F>> = BTreeMap::new();
    for (group, weight) in groups.iter().zip(weights) {
        match as_it_is(group) {
            true => add_columns(&mut whole, group, *weight),
            false => repeated.push((group, *weight)),
        }
    }
    let mut sums = of_columns(&whole, polys).rows();
    for (group, power) in repeated {
        let shift = vars - group.point.vars();
        let rows = of_group(group, polys).rows();
        let real = sums.len().max(rows.len() << shift);
        sums.resize(real, F::zero());
        sums.par_iter_mut()
            .enumerate()
            .with_min_len(BLOCK)
            .for_each(|(i, sum)| {
                if let Some(row) = rows.get(i >> shift) {
                    *sum += power * row;
                }
            });
    }
    sums
}

fn add_columns<F: ProverField>(whole: &mut BTreeMap<Oracle, Vec<F>>, group: &Group<F>, power: F) {
    for (oracle, factors) in &group.columns {
        let sum = whole.entry(*oracle).or_default();
        sum.resize(factors.len().max(sum.len()), F::zero());
        sum.iter_mut()
            .zip(factors)
            .for_each(|(s, f)| *s += power * f);
    }
}

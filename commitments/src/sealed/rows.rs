//! The rows of a group's polynomial, a sum of committed columns of which nothing is written out: for provers.

use super::opening::Group;
use super::reduction::Source;
use crate::Embedding;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use sumcheck::kernel::own_pages;
use sumcheck::{Oracle, PackedDigits, Poly, ProverField, Rows, Shared};

/// Rows that fit the cache, so that all oracles are added before the next rows are fetched.
const BLOCK: usize = 1 << 12;

/// A committed polynomial, for as long as it may be opened.
#[derive(Clone, Debug)]
pub(super) enum Held<F> {
    /// In full.
    Own(Arc<Poly<F>>),
    /// Together with whoever committed it.
    Shared(Shared),
}

impl<F: ProverField> Held<F> {
    /// In full.
    pub fn poly(&self) -> Arc<Poly<F>> {
        match self {
            Held::Own(poly) => poly.clone(),
            Held::Shared(column) => Arc::new(column.poly()),
        }
    }

    fn view(&self) -> View<'_, F> {
        match self {
            Held::Own(poly) => match &poly.rows {
                Rows::Dense(values) => View::Dense(values),
                Rows::Signed(values) => View::Signed(values),
                Rows::Digits { digits, .. } => View::Digits(digits),
            },
            Held::Shared(Shared::Digits(packed)) => View::Packed(packed),
            Held::Shared(Shared::Signed(_, values)) => View::Signed(values),
        }
    }
}

/// Rows as they are held.
#[derive(Clone, Copy)]
enum View<'a, F> {
    Dense(&'a [F]),
    Signed(&'a [i128]),
    Digits(&'a [u8]),
    Packed(&'a PackedDigits),
}

impl<F> View<'_, F> {
    fn len(self) -> usize {
        match self {
            View::Dense(values) => values.len(),
            View::Signed(values) => values.len(),
            View::Digits(digits) => digits.len(),
            View::Packed(packed) => packed.len(),
        }
    }
}

/// A sum of columns times their factors, of which nothing is written out.
pub(super) struct Sum<'a, F> {
    terms: Vec<(View<'a, F>, Vec<F>)>,
    /// Rows without the zeros beyond the real length.
    len: usize,
    packed: usize,
}

impl<'a, F: ProverField> Sum<'a, F> {
    fn new(columns: impl IntoIterator<Item = (Oracle, Vec<F>)>, polys: &'a [Held<F>]) -> Self {
        let terms: Vec<(View<'a, F>, Vec<F>)> = columns
            .into_iter()
            .map(|(oracle, mut table)| {
                let view = polys[oracle.0].view();
                if matches!(view, View::Digits(_) | View::Packed(_)) {
                    table.insert(0, F::zero());
                    table.resize(table.len().max(16), F::zero());
                }
                (view, table)
            })
            .collect();
        let packed = terms.iter().filter(|(v, _)| matches!(v, View::Packed(_)));
        Sum {
            len: terms.iter().map(|(view, _)| view.len()).max().unwrap_or(0),
            packed: packed.count(),
            terms,
        }
    }

    /// A group's polynomial.
    pub fn of(group: &Group<F>, polys: &'a [Held<F>]) -> Self {
        let columns = group.columns.iter().map(|(o, f)| (*o, f.clone()));
        Self::new(columns, polys)
    }

    /// All rows.
    pub fn rows(&self) -> Vec<F> {
        let mut sums = own_pages(F::zero(), self.len);
        let blocks = sums.par_chunks_mut(Self::BLOCK).enumerate();
        blocks.for_each_init(Vec::new, |buffer, (b, sums)| {
            self.add(Self::BLOCK * b, sums, buffer);
        });
        sums
    }
}

impl<F: ProverField> Source<F> for Sum<'_, F> {
    const BLOCK: usize = BLOCK;

    fn len(&self) -> usize {
        self.len
    }

    fn add(&self, start: usize, sums: &mut [F], buffer: &mut Vec<u8>) {
        let real = self.len.saturating_sub(start).min(sums.len());
        buffer.resize(BLOCK * self.packed, 0);
        add_block(&self.terms, start, &mut sums[..real], buffer);
    }
}

/// Adds all columns' rows `start …` to `sums`; `unpacked` has a block for each packed column.
fn add_block<F: ProverField>(
    terms: &[(View<'_, F>, Vec<F>)],
    start: usize,
    sums: &mut [F],
    unpacked: &mut [u8],
) {
    let (mut digits, mut tables): (Vec<&[u8]>, Vec<[F; 16]>) = (Vec::new(), Vec::new());
    let mut unpacked = unpacked.chunks_mut(BLOCK);
    for (view, table) in terms {
        let start = start.min(view.len());
        match *view {
            View::Dense(values) => {
                let real = sums.len().min(values.len() - start);
                F::add_scaled(&mut sums[..real], &table[0], &values[start..]);
            }
            View::Signed(values) => sums
                .iter_mut()
                .zip(&values[start..])
                .filter(|(_, v)| **v != 0)
                .for_each(|(s, v)| *s += table[0].mul_i128(*v)),
            View::Packed(packed) => {
                let (Some(out), Ok(table)) =
                    (unpacked.next(), <[F; 16]>::try_from(table.as_slice()))
                else {
                    unreachable!("a block for each packed column, and 16 entries");
                };
                let out = &mut out[..sums.len()];
                packed.unpack(start.next_multiple_of(2), out);
                digits.push(out);
                tables.push(table);
            }
            View::Digits(rows) => {
                let rows = &rows[start..];
                match <[F; 16]>::try_from(table.as_slice()) {
                    // Columns of one length are added together.
                    Ok(table) if rows.len() >= sums.len() => {
                        digits.push(rows);
                        tables.push(table);
                    }
                    _ => sums
                        .iter_mut()
                        .zip(rows)
                        .for_each(|(s, d)| *s = s.plus(&table[usize::from(*d)])),
                }
            }
        }
    }
    F::add_entries(sums, &digits, &tables);
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
    let mut sums = Sum::new(whole, polys).rows();
    for (group, power) in repeated {
        let shift = vars - group.point.vars();
        let rows = Sum::of(group, polys).rows();
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

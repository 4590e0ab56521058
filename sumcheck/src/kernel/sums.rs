//! Sums of the columns of polynomials that are held, of which nothing is written out.

use super::late::RowSource;
use super::own_pages;
use crate::ProverField;
use crate::shared::{Held, View};
use rayon::prelude::*;

/// Rows that fit the cache, so that all oracles are added before the next rows are fetched.
const BLOCK: usize = 1 << 12;

/// A sum of columns times their factors, of which nothing is written out.
pub struct ColumnSum<'a, F> {
    terms: Vec<(View<'a, F>, Vec<F>)>,
    /// Rows without the zeros beyond the real length.
    len: usize,
    packed: usize,
}

impl<'a, F: ProverField> ColumnSum<'a, F> {
    /// Of each polynomial a factor for each of its columns: of digits, the columns of those that are not 0.
    pub fn new(columns: impl IntoIterator<Item = (&'a Held<F>, Vec<F>)>) -> Self {
        let terms: Vec<(View<'a, F>, Vec<F>)> = columns
            .into_iter()
            .map(|(poly, mut table)| {
                let view = poly.view();
                if matches!(view, View::Digits(_) | View::Packed(_)) {
                    table.insert(0, F::zero());
                    table.resize(table.len().max(16), F::zero());
                }
                (view, table)
            })
            .collect();
        let packed = terms.iter().filter(|(v, _)| matches!(v, View::Packed(_)));
        ColumnSum {
            len: terms.iter().map(|(view, _)| view.len()).max().unwrap_or(0),
            packed: packed.count(),
            terms,
        }
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

impl<F: ProverField> RowSource<F> for ColumnSum<'_, F> {
    const BLOCK: usize = BLOCK;

    fn count(&self) -> usize {
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

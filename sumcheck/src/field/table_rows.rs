//! Rows that are entries of small tables until they are written out, and what kernels do with them.
//!
//! A column of digits at a fixed point has 16 values; with `m` variables bound a row depends on `2^m`
//! digits, and is a sum of entries of tables over pairs of digits. Kernels read the digits, so that such a
//! column costs half a byte a row.

use super::{Field, Products};

/// Consecutive rows of a column.
#[derive(Clone, Copy, Debug)]
pub enum TableRows<'a, F> {
    /// Written out.
    Values(&'a [F]),
    /// Rows `2j` and `2j + 1` are the entries of the high and of the low half of byte `j`.
    Halves(&'a [u8], &'a [F; 16]),
    /// Row `j` is a sum of one entry of each table, of the bytes from `j · tables.len()` on. There are
    /// one, two or four tables.
    Sums(&'a [u8], &'a [[F; 256]]),
}

impl<F: Field> TableRows<'_, F> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            TableRows::Values(values) => values.len(),
            TableRows::Halves(bytes, _) => 2 * bytes.len(),
            TableRows::Sums(bytes, tables) => bytes.len() / tables.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows from an even one on.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn skip(&self, rows: usize) -> Self {
        match self {
            TableRows::Values(values) => TableRows::Values(&values[rows..]),
            TableRows::Halves(bytes, table) => TableRows::Halves(&bytes[rows / 2..], table),
            TableRows::Sums(bytes, tables) => {
                TableRows::Sums(&bytes[rows * tables.len()..], tables)
            }
        }
    }

    /// Writes the first rows.
    ///
    /// # Panics
    /// If there are fewer than `out` has.
    pub fn write(&self, out: &mut [F]) {
        assert!(out.len() <= self.len(), "a row for every place");
        match self {
            TableRows::Values(values) => out.copy_from_slice(&values[..out.len()]),
            TableRows::Halves(bytes, table) => {
                for (out, byte) in out.chunks_mut(2).zip(*bytes) {
                    out[0] = table[usize::from(byte >> 4)];
                    if let Some(out) = out.get_mut(1) {
                        *out = table[usize::from(byte & 15)];
                    }
                }
            }
            TableRows::Sums(bytes, [t]) => {
                for (out, b) in out.iter_mut().zip(*bytes) {
                    *out = t[usize::from(*b)];
                }
            }
            TableRows::Sums(bytes, [t, u]) => {
                for (out, b) in out.iter_mut().zip(bytes.chunks_exact(2)) {
                    *out = t[usize::from(b[0])].plus(&u[usize::from(b[1])]);
                }
            }
            TableRows::Sums(bytes, tables) => {
                for (out, b) in out.iter_mut().zip(bytes.chunks_exact(tables.len())) {
                    let mut entries = tables.iter().zip(b).map(|(t, b)| t[usize::from(*b)]);
                    let first = entries.next().unwrap_or_default();
                    *out = entries.fold(first, |sum, entry| sum.plus(&entry));
                }
            }
        }
    }
}

/// Products of the rows of two columns, of which nothing is bound.
#[derive(Clone, Copy, Debug)]
pub struct TableProducts<'a, F> {
    /// Of each column, rows `2j` and `2j + 1` in the high and in the low half of byte `j`.
    pub bytes: [&'a [u8]; 2],
    /// Entry `16 k + l` is the product where the first column has digit `k` and the second `l`.
    pub table: &'a [F; 256],
}

impl<F: Field> TableProducts<'_, F> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        2 * self.bytes[0].len().min(self.bytes[1].len())
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows from an even one on.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn skip(&self, rows: usize) -> Self {
        TableProducts {
            bytes: self.bytes.map(|bytes| &bytes[rows / 2..]),
            table: self.table,
        }
    }

    /// The product of both columns over pair `j` of rows, as a polynomial: at 0 and 1, and its leading
    /// coefficient.
    #[inline(always)]
    fn quadratic(&self, j: usize) -> [F; 3] {
        let [first, second] = self.bytes.map(|bytes| bytes[j]);
        let entry = |k: u8, l: u8| &self.table[usize::from(k << 4 | l)];
        let (zero, one) = (
            entry(first >> 4, second >> 4),
            entry(first & 15, second & 15),
        );
        let mixed = entry(first >> 4, second & 15).plus(entry(first & 15, second >> 4));
        [*zero, *one, zero.plus(one).minus(&mixed)]
    }
}

/// [`ProverField::products_of_tables`]: four delayed products for each group and pair of rows, and four to weigh
/// all groups.
pub fn products_of_tables<F: Field>(groups: &[[TableProducts<'_, F>; 2]], weights: &[F]) -> [F; 4] {
    let twice = |x: F| x.plus(&x);
    // At −1 and 2.
    let extend = |[zero, one, leading]: &[F; 3]| {
        [
            twice(zero.plus(leading)).minus(one),
            twice(one.plus(leading)).minus(zero),
        ]
    };
    let mut totals = [F::zero(); 4];
    for (j, weight) in weights.iter().enumerate() {
        let mut sums = [F::Products::default(); 4];
        for [p, q] in groups {
            let (p, q) = (p.quadratic(j), q.quadratic(j));
            let ([p_minus, p_two], [q_minus, q_two]) = (extend(&p), extend(&q));
            sums[0].add(&p[0], &q[0]);
            sums[1].add(&p_minus, &q_minus);
            sums[2].add(&p_two, &q_two);
            sums[3].add(&p[2], &q[2]);
        }
        for (total, sum) in totals.iter_mut().zip(sums) {
            *total = total.plus(&(sum.reduce() * weight));
        }
    }
    totals
}

/// Rows that are taken at a time.
const BLOCK: usize = 128;

/// [`ProverField::bind_table_rows`], one by one.
pub fn bind<F: Field>(rows: &TableRows<'_, F>, x: &F, out: &mut [F]) {
    let mut block = [F::zero(); BLOCK];
    for (k, out) in out.chunks_mut(BLOCK / 2).enumerate() {
        let block = &mut block[..2 * out.len()];
        rows.skip(BLOCK * k).write(block);
        super::slices::bind_pairs(block, x, out);
    }
}

/// [`ProverField::sums_of_squares`]: two delayed products for each pair of rows, and two to weigh all
/// columns.
pub fn sums_of_squares<F: Field>(columns: &[TableRows<'_, F>], weights: &[F]) -> [F; 2] {
    let mut totals = [F::zero(); 2];
    let mut rows = [F::zero(); BLOCK];
    for (k, weights) in weights.chunks(BLOCK / 2).enumerate() {
        let mut sums = [[F::Products::default(); 2]; BLOCK / 2];
        for column in columns {
            let rows = &mut rows[..2 * weights.len()];
            column.skip(BLOCK * k).write(rows);
            for (sums, ends) in sums.iter_mut().zip(rows.chunks_exact(2)) {
                let step = ends[1].minus(&ends[0]);
                sums[0].add(&ends[0], &ends[0]);
                sums[1].add(&step, &step);
            }
        }
        for (sums, weight) in sums.iter().zip(weights) {
            for (total, sum) in totals.iter_mut().zip(sums) {
                *total = total.plus(&(sum.reduce() * weight));
            }
        }
    }
    totals
}

/// [`ProverField::products_of_four`], one by one.
pub fn products_of_four<F: Field>(groups: &[[TableRows<'_, F>; 4]], weights: &[F]) -> [F; 4] {
    let mut out = [F::zero(); 4];
    let mut ends = [F::zero(); 2];
    for (j, weight) in weights.iter().enumerate() {
        for group in groups {
            let mut products = [*weight; 4];
            for rows in group {
                rows.skip(2 * j).write(&mut ends);
                let [zero, one] = ends;
                let step = one - zero;
                products[0] *= zero;
                products[1] *= zero - step;
                products[2] *= one + step;
                products[3] *= step;
            }
            for (out, product) in out.iter_mut().zip(products) {
                *out += product;
            }
        }
    }
    out
}

//! What kernels ask of a field: operations on slices, which a field may do in packed arithmetic.

use super::{
    Buckets, Field, Kind, PairSums, Points, Portable, Slice, TableProducts, TableRows, eight,
    packed, pairs, slices, table_rows,
};
use crate::Expr;

/// A field that provers work over.
pub trait ProverField: Field {
    /// Sums by key.
    type Buckets: Buckets<Self>;

    /// Whether the operations on slices take a packed path, which then beats operations one by one.
    fn packed() -> bool {
        false
    }

    /// `out[i] = pairs[2i] + x (pairs[2i + 1] − pairs[2i])`: binds the least significant variable.
    ///
    /// # Panics
    /// If `pairs` is shorter than twice `out`.
    fn bind_pairs(pairs: &[Self], x: &Self, out: &mut [Self]) {
        slices::bind_pairs(pairs, x, out);
    }

    /// [`bind_pairs`](Self::bind_pairs) for rows of any kind.
    ///
    /// # Panics
    /// If there are fewer rows than twice `out`.
    fn bind_slice(rows: &Slice<'_, Self>, x: &Self, out: &mut [Self]) {
        pairs::bind(rows, x, out);
    }

    /// Binds the two least significant variables, the first to `x`, of rows of any kind.
    ///
    /// # Panics
    /// If there are fewer rows than four times `out`.
    fn bind_slice_twice(rows: &Slice<'_, Self>, x: [&Self; 2], out: &mut [Self]) {
        pairs::bind_twice(rows, x, out);
    }

    /// Sums of `summand` over pairs of rows of factors of these kinds.
    fn pair_sums<'a>(
        summand: &'a Expr<Self>,
        _kinds: &[Kind],
        points: Points,
    ) -> Box<dyn PairSums<Self> + 'a> {
        Box::new(Portable::new(summand, points))
    }

    /// `Σ a[i] b[i]` over the shorter of both.
    fn dot(a: &[Self], b: &[Self]) -> Self {
        slices::dot(a, b)
    }

    /// `Σ_j weights[j] Σ_g Π_i f_gi,j(X)` at 0, −1, 2, and its leading coefficient, where `f_gi,j` is linear
    /// with values at 0 and 1 in rows `2j` and `2j + 1` of `groups[g][i]`.
    ///
    /// # Panics
    /// If some rows are fewer than twice the weights.
    fn products_of_four(groups: &[[TableRows<'_, Self>; 4]], weights: &[Self]) -> [Self; 4] {
        table_rows::products_of_four(groups, weights)
    }

    /// [`products_of_four`](Self::products_of_four) where products of two are table entries.
    ///
    /// # Panics
    /// If some rows are fewer than twice the weights.
    fn products_of_tables(groups: &[[TableProducts<'_, Self>; 2]], weights: &[Self]) -> [Self; 4] {
        table_rows::products_of_tables(groups, weights)
    }

    /// `Σ_j weights[j] Σ_i f_i,j(X)²` at 0, and its leading coefficient, where `f_i,j` is linear with values
    /// at 0 and 1 in rows `2j` and `2j + 1` of `columns[i]`.
    ///
    /// # Panics
    /// If some rows are fewer than twice the weights.
    fn sums_of_squares(columns: &[TableRows<'_, Self>], weights: &[Self]) -> [Self; 2] {
        table_rows::sums_of_squares(columns, weights)
    }

    /// [`bind_pairs`](Self::bind_pairs) for rows that may be table entries.
    ///
    /// # Panics
    /// If there are fewer rows than twice `out`.
    fn bind_table_rows(rows: &TableRows<'_, Self>, x: &Self, out: &mut [Self]) {
        table_rows::bind(rows, x, out);
    }

    /// `Σ_j weights[j] · v_j(X) · Π_i f_i,j(X)` at infinity (the leading coefficient) and [`EIGHT_NODES`](super::EIGHT_NODES),
    /// where `f_i,j` and `v_j` are linear with values at 0 and 1 in `rows[i]` and `values`, at `2j` and
    /// `2j + 1`.
    ///
    /// # Panics
    /// If some rows are fewer than twice the weights.
    fn products_of_eight(rows: &[&[Self]; 8], values: &[Self], weights: &[Self]) -> [Self; 9] {
        eight::products_of_eight(rows, values, weights)
    }

    /// `a[i] *= b[i]`.
    ///
    /// # Panics
    /// If `b` is shorter than `a`.
    fn mul_slices(a: &mut [Self], b: &[Self]) {
        assert!(a.len() <= b.len(), "a factor for every element");
        packed::portable::mul_assign(a, b);
    }

    /// `sums[j] += Σ_i tables[i][digits[i][j]]`; of a digit, the low four bits count.
    ///
    /// # Panics
    /// If some digits are fewer than the sums, or not as many as tables.
    fn add_entries(sums: &mut [Self], digits: &[&[u8]], tables: &[[Self; 16]]) {
        slices::add_entries(sums, digits, tables);
    }

    /// `sums[i] += by · rows[i]`.
    ///
    /// # Panics
    /// If there are fewer rows than sums.
    fn add_scaled(sums: &mut [Self], by: &Self, rows: &[Self]) {
        assert!(sums.len() <= rows.len(), "a row for every sum");
        packed::portable::add_scaled(sums, by, rows);
    }

    /// `a[i] *= by`.
    fn scale_slice(a: &mut [Self], by: &Self) {
        packed::portable::scale(a, by);
    }

    /// `(low[i], high[i]) = (low[i] (1 − x), low[i] x)`: one more variable of an equality table.
    ///
    /// # Panics
    /// If `high` is shorter than `low`.
    fn split_slices(low: &mut [Self], x: &Self, high: &mut [Self]) {
        assert!(low.len() <= high.len(), "two halves of one length");
        packed::portable::split(low, x, high);
    }
}

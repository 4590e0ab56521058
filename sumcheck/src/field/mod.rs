//! Field bounds, and the slice operations that kernels go through.
//!
//! Protocol code asks only for [`Field`]. Its provided methods are portable; a field's own file
//! overrides what it can do faster.

mod bn254;
mod buckets;
pub mod counted;
mod eight;
pub mod packed;
mod pairs;
mod table_rows;

pub use buckets::{Buckets, KEYS, Reduced};
pub use eight::EIGHT_NODES;
pub use pairs::{Kind, PairSums, Points, Portable, Slice};
pub use table_rows::{TableProducts, TableRows};

use crate::Expr;
use ark_ff::PrimeField;

/// Sum of products `Σ x_i · u_i` of field elements with machine integers, reduced once at the end.
pub trait Accumulator<F>: Copy + Default + Send + Sync {
    /// Adds `x · u`.
    fn add_u64(&mut self, x: &F, u: u64);
    /// Adds what another accumulator holds.
    fn merge(&mut self, other: &Self);
    /// The sum.
    fn reduce(&self) -> F;
}

/// Sum of products `Σ x_i · y_i` of field elements, reduced once at the end.
pub trait Products<F>: Copy + Default + Send + Sync {
    /// Adds `x · y`.
    fn add(&mut self, x: &F, y: &F);
    /// Adds what another sum holds.
    fn merge(&mut self, other: &Self);
    /// The sum.
    fn reduce(&self) -> F;
}

/// A prime field that the arguments can work over.
pub trait Field: PrimeField {
    /// Delayed-reduction accumulator. Holds at least `2^32` terms without overflow.
    type Accumulator: Accumulator<Self>;

    /// Delayed-reduction sum of products. Holds at least `2^32` terms without overflow.
    type Products: Products<Self>;

    /// Sums by key.
    type Buckets: Buckets<Self>;

    /// `self · u`, cheaper than widening `u` first.
    fn mul_u64(&self, u: u64) -> Self;

    /// `self + other` without a branch on the values: kernels add random elements, and a branch that
    /// is mispredicted every other time costs more than the addition.
    #[inline(always)]
    fn plus(&self, other: &Self) -> Self {
        *self + other
    }

    /// `self − other` without a branch on the values.
    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        *self - other
    }

    /// Whether the operations on slices take a packed path, which then beats operations one by one.
    fn packed() -> bool {
        false
    }

    /// `out[i] = pairs[2i] + x (pairs[2i + 1] − pairs[2i])`: binds the least significant variable.
    ///
    /// # Panics
    /// If `pairs` is shorter than twice `out`.
    fn bind_pairs(pairs: &[Self], x: &Self, out: &mut [Self]) {
        bind_pairs(pairs, x, out);
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
        dot(a, b)
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

    /// `Σ_j weights[j] · v_j(X) · Π_i f_i,j(X)` at infinity (the leading coefficient) and [`EIGHT_NODES`],
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
        add_entries(sums, digits, tables);
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

    /// The field element of a signed integer.
    fn from_i128(x: i128) -> Self {
        let magnitude = Self::from(x.unsigned_abs());
        if x < 0 { -magnitude } else { magnitude }
    }

    /// `self · x` for a signed integer.
    fn mul_i128(&self, x: i128) -> Self {
        let magnitude = x.unsigned_abs();
        let product = match u64::try_from(magnitude) {
            Ok(small) => self.mul_u64(small),
            Err(_) => *self * Self::from(magnitude),
        };
        if x < 0 { -product } else { product }
    }
}

/// `1, base, base², …`, so many.
pub fn powers<F: Field>(base: F, count: usize) -> Vec<F> {
    let powers = std::iter::successors(Some(F::one()), |power| Some(*power * base));
    powers.take(count).collect()
}

fn bind_pairs<F: Field>(pairs: &[F], x: &F, out: &mut [F]) {
    let (pairs, _) = pairs.as_chunks::<2>();
    assert!(out.len() <= pairs.len(), "a pair for every element");
    for (out, [a, b]) in out.iter_mut().zip(pairs) {
        *out = a.plus(&(*x * b.minus(a)));
    }
}

fn add_entries<F: Field>(sums: &mut [F], digits: &[&[u8]], tables: &[[F; 16]]) {
    assert_eq!(digits.len(), tables.len(), "a table for all digits");
    for (digits, table) in digits.iter().zip(tables) {
        let digits = &digits[..sums.len()];
        for (sum, digit) in sums.iter_mut().zip(digits) {
            *sum = sum.plus(&table[usize::from(digit & 15)]);
        }
    }
}

fn dot<F: Field>(a: &[F], b: &[F]) -> F {
    let mut sum = F::Products::default();
    for (a, b) in a.iter().zip(b) {
        sum.add(a, b);
    }
    sum.reduce()
}

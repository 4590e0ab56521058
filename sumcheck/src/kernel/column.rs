//! Columns over cycles that stay small for as long as possible.

use super::pairs::Pairs;
use super::{eq_rows, own_pages};
use crate::field::{Kind, Slice};
use crate::{Point, ProverField};
use rayon::prelude::*;
use std::sync::Arc;

/// A multilinear polynomial over cycles: real rows, then a tail up to `2^n`, constant or in closed form.
#[derive(Clone, Debug)]
pub struct Column<F> {
    rows: Rows<F>,
    /// Of a constant tail.
    tail: F,
    /// Bindings of small rows, pairs of digits included, that are still not written out.
    late: usize,
    /// The whole column, which is its tail too; then the rows are an even number, or one, or none.
    sum: Option<EqSum<F>>,
}

/// `Σ_t scale_t · eq(point_t, ·)`.
#[derive(Clone, Debug)]
pub struct EqSum<F>(pub Vec<(F, Point<F>)>);

impl<F: ProverField> EqSum<F> {
    fn vars(&self) -> usize {
        self.0.first().map_or(0, |(_, point)| point.vars())
    }

    /// One multiplication for each variable and term.
    pub(super) fn get(&self, j: usize) -> F {
        let term = |(scale, point): &(F, Point<F>)| {
            point.0.iter().enumerate().fold(*scale, |product, (k, r)| {
                let one = product * r;
                if (j >> k) & 1 == 1 {
                    one
                } else {
                    product - one
                }
            })
        };
        self.0.iter().map(term).sum()
    }

    /// The first rows.
    fn rows(&self, count: usize) -> Vec<F> {
        let mut terms = self.0.iter();
        let Some((scale, point)) = terms.next() else {
            return vec![F::zero(); count];
        };
        let mut rows = eq_rows(point, *scale, count);
        for (scale, point) in terms {
            let more = eq_rows(point, *scale, count);
            rows.par_iter_mut()
                .zip(more)
                .with_min_len(1 << 10)
                .for_each(|(sum, x)| *sum = sum.plus(&x));
        }
        rows
    }

    pub(super) fn bind(&mut self, x: F) {
        for (scale, point) in &mut self.0 {
            let r = point.0.remove(0);
            let one = *scale * r;
            *scale = *scale - one + x * (one.double() - *scale);
        }
    }

    /// The sums over all pairs of rows from `pairs` on, of the first and of the second row.
    fn pairs_from(&self, pairs: usize) -> (F, F) {
        let mut sums = (F::zero(), F::zero());
        for (scale, point) in &self.0 {
            let (current, rest) = point.split_at(1);
            let all = *scale * (F::one() - rest.prefix_sum(pairs));
            let one = all * current.0[0];
            sums = (sums.0 + all - one, sums.1 + one);
        }
        sums
    }
}

#[derive(Clone, Debug)]
enum Rows<F> {
    Field(Vec<F>),
    Words(Arc<Vec<u64>>),
    Signed(Arc<Vec<i128>>),
    Wide(Arc<Vec<u128>>),
    /// `table[digits[j]]`; digit 0 beyond the real rows.
    Digits(Arc<Vec<u8>>, Vec<F>),
    /// `table[index[j]]`; entry 0 beyond the real rows.
    Indexed(Arc<Vec<u32>>, Arc<Vec<F>>),
    /// `table[digits[2j] · radix + digits[2j + 1]]`: digits after one binding.
    Pairs(Arc<Vec<u8>>, Vec<F>, usize),
    /// `first + step · j` in every row, real or not.
    Position(F, F),
    /// Rows bound to a challenge and still not written out: half of the small rows would be field elements that
    /// live for one round.
    Bound(Box<Column<F>>, F),
}

/// Binds the least significant variable of real rows, beyond which every row is `tail`, without further
/// memory: what is written to the rows `n … 2n` comes from the rows `2n … 4n`, for `n = 1, 2, 4, …`. What
/// they no longer need is given back, which is of use if they lie in pages of their own ([`own_pages`]).
pub fn bind_rows_in_place<F: ProverField>(rows: &mut Vec<F>, tail: F, x: F) {
    let pairs = rows.len() / 2;
    if let [a, b, ..] = rows.as_mut_slice() {
        *a = a.plus(&(x * b.minus(a)));
    }
    let mut done = 1;
    while done < pairs {
        let (out, rest) = rows.split_at_mut(2 * done);
        let end = pairs.min(2 * done);
        bind_blocks(&rest[..2 * (end - done)], x, &mut out[done..end]);
        done = end;
    }
    if let (1, Some(a)) = (rows.len() % 2, rows.last().copied()) {
        rows[pairs] = a.plus(&(x * tail.minus(&a)));
    }
    rows.truncate(rows.len().div_ceil(2));
    rows.shrink_to_fit();
}

/// Binds pairs of rows, on all threads if they are many.
fn bind_blocks<F: ProverField>(pairs: &[F], x: F, out: &mut [F]) {
    const BLOCK: usize = 1 << 10;
    if out.len() <= BLOCK {
        return F::bind_pairs(pairs, &x, out);
    }
    let blocks = out.par_chunks_mut(BLOCK).zip(pairs.par_chunks(2 * BLOCK));
    blocks.for_each(|(out, pairs)| F::bind_pairs(pairs, &x, out));
}

impl<F: ProverField> Column<F> {
    fn constant_tail(rows: Rows<F>, tail: F) -> Self {
        Column {
            rows,
            tail,
            late: 1,
            sum: None,
        }
    }

    /// Field elements; zero beyond.
    pub fn field(values: Vec<F>) -> Self {
        Self::with_tail(values, F::zero())
    }

    /// Field elements, then `tail` in every further row.
    pub fn with_tail(values: Vec<F>, tail: F) -> Self {
        Self::constant_tail(Rows::Field(values), tail)
    }

    /// A sum of equality polynomials, of which the first rows are written out, so many at least. Only
    /// a [`CycleProver`](super::CycleProver) without a common equality factor takes it, as a factor that its
    /// summand is linear in.
    pub fn eq_sum(sum: EqSum<F>, rows: usize) -> Self {
        let rows = rows.next_multiple_of(2).min(1 << sum.vars());
        let rows = sum.rows(rows);
        Self::eq_sum_of_rows(sum, rows)
    }

    /// [`eq_sum`](Self::eq_sum), given its first rows: an even number of them, or all.
    pub fn eq_sum_of_rows(sum: EqSum<F>, rows: Vec<F>) -> Self {
        debug_assert!(
            rows.len().is_multiple_of(2) || sum.vars() == 0,
            "whole pairs"
        );
        Column {
            rows: Rows::Field(rows),
            tail: F::zero(),
            late: 0,
            sum: Some(sum),
        }
    }

    /// Machine words; zero beyond.
    pub fn words(values: Arc<Vec<u64>>) -> Self {
        Self::constant_tail(Rows::Words(values), F::zero())
    }

    /// Signed integers; zero beyond.
    pub fn signed(values: Arc<Vec<i128>>) -> Self {
        Self::constant_tail(Rows::Signed(values), F::zero())
    }

    /// Double-width machine words; zero beyond.
    pub fn wide(values: Arc<Vec<u128>>) -> Self {
        Self::constant_tail(Rows::Wide(values), F::zero())
    }

    /// `table[digit]` per row, digit 0 beyond: a one-hot matrix at a fixed address.
    pub fn digits(digits: Arc<Vec<u8>>, table: Vec<F>) -> Self {
        let tail = table[0];
        Self::constant_tail(Rows::Digits(digits, table), tail)
    }

    /// `table[index]` per row, entry 0 beyond: a public table read at committed positions.
    pub fn indexed(index: Arc<Vec<u32>>, table: Arc<Vec<F>>) -> Self {
        let tail = table[0];
        Self::constant_tail(Rows::Indexed(index, table), tail)
    }

    /// `j` in row `j`. It has no real rows and no constant tail: it must only occur multiplied by a column
    /// that is zero beyond its real rows.
    pub fn position() -> Self {
        Self::constant_tail(Rows::Position(F::zero(), F::one()), F::zero())
    }

    /// Number of real rows.
    pub fn len(&self) -> usize {
        match &self.rows {
            Rows::Field(v) => v.len(),
            Rows::Words(v) => v.len(),
            Rows::Signed(v) => v.len(),
            Rows::Wide(v) => v.len(),
            Rows::Digits(d, _) => d.len(),
            Rows::Indexed(index, _) => index.len(),
            Rows::Pairs(d, _, _) => d.len().div_ceil(2),
            Rows::Bound(small, _) => small.len().div_ceil(2),
            Rows::Position(..) => 0,
        }
    }

    /// Whether there is no real row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Value of every row beyond the real ones; `None` if these are not alike.
    pub fn tail(&self) -> Option<F> {
        self.sum.is_none().then_some(self.tail)
    }

    /// The sums over all pairs of rows from `pairs` on, if they are in closed form and not alike.
    pub(super) fn pairs_from(&self, pairs: usize) -> Option<(F, F)> {
        self.sum.as_ref().map(|sum| sum.pairs_from(pairs))
    }

    /// Value of row `j`.
    pub fn get(&self, j: usize) -> F {
        match &self.rows {
            Rows::Field(v) => match (v.get(j), &self.sum) {
                (Some(x), _) => *x,
                (None, Some(sum)) => sum.get(j),
                (None, None) => self.tail,
            },
            Rows::Words(v) => v.get(j).map_or(self.tail, |x| F::from_word(*x)),
            Rows::Signed(v) => v.get(j).map_or(self.tail, |x| F::from_i128(*x)),
            Rows::Wide(v) => v.get(j).map_or(self.tail, |x| F::from(*x)),
            Rows::Digits(d, table) => d.get(j).map_or(self.tail, |d| table[usize::from(*d)]),
            Rows::Indexed(index, table) => index.get(j).map_or(self.tail, |i| table[*i as usize]),
            Rows::Pairs(d, table, radix) => match d.get(2 * j) {
                None => self.tail,
                Some(first) => {
                    let second = d.get(2 * j + 1).copied().unwrap_or(0);
                    table[usize::from(*first) * radix + usize::from(second)]
                }
            },
            Rows::Position(first, step) => *first + step.mul_u64(j as u64),
            Rows::Bound(small, x) => {
                let a = small.get(2 * j);
                a + *x * small.get(2 * j + 1).minus(&a)
            }
        }
    }

    /// What [`slice`](Self::slice) gives.
    pub fn kind(&self) -> Kind {
        match &self.rows {
            Rows::Words(_) => Kind::Words,
            Rows::Signed(_) => Kind::Signed,
            Rows::Wide(_) => Kind::Wide,
            _ => Kind::Field,
        }
    }

    /// The rows `start …`, as many as `scratch` has: as they are kept, if they are all real and no
    /// table has to be read; else written to `scratch`.
    pub fn slice<'a>(&'a self, start: usize, scratch: &'a mut [F]) -> Slice<'a, F> {
        self.kept(start, scratch.len()).unwrap_or_else(|| {
            self.fill(start, scratch);
            Slice::Field(scratch)
        })
    }

    /// The rows `start …` as they are kept, if they are all real and no table has to be read.
    fn kept(&self, start: usize, count: usize) -> Option<Slice<'_, F>> {
        let rows = start..start + count;
        match &self.rows {
            Rows::Field(v) => v.get(rows).map(Slice::Field),
            Rows::Words(v) => v.get(rows).map(Slice::Words),
            Rows::Signed(v) => v.get(rows).map(Slice::Signed),
            Rows::Wide(v) => v.get(rows).map(Slice::Wide),
            _ => None,
        }
    }

    /// Writes the rows `start …`.
    fn fill(&self, start: usize, out: &mut [F]) {
        /// One table entry per item; returns how many.
        fn entries<F: Copy, I: Copy>(items: &[I], out: &mut [F], entry: impl Fn(I) -> F) -> usize {
            for (out, item) in out.iter_mut().zip(items) {
                *out = entry(*item);
            }
            items.len().min(out.len())
        }
        let real = match &self.rows {
            Rows::Bound(small, x) => return small.bound_twice(*x, start, out),
            Rows::Position(_, step) => {
                let mut next = self.get(start);
                for out in out {
                    *out = next;
                    next += step;
                }
                return;
            }
            Rows::Digits(digits, table) => {
                let digits = digits.get(start..).unwrap_or_default();
                entries(digits, out, |d| table[usize::from(d)])
            }
            Rows::Indexed(index, table) => {
                let index = index.get(start..).unwrap_or_default();
                entries(index, out, |i| table[i as usize])
            }
            Rows::Pairs(digits, table, radix) => {
                let (pairs, _) = digits.get(2 * start..).unwrap_or_default().as_chunks::<2>();
                let entry = |[a, b]: [u8; 2]| table[usize::from(a) * radix + usize::from(b)];
                entries(pairs, out, entry)
            }
            _ => 0,
        };
        for (j, out) in (start..).zip(out.iter_mut()).skip(real) {
            *out = self.get(j);
        }
    }

    /// The rows `start …` after binding the least significant variable to `x`.
    fn bound(&self, x: F, start: usize, out: &mut [F]) {
        const BLOCK: usize = 1 << 5;
        if let Some(rows) = self.kept(2 * start, 2 * out.len()) {
            return F::bind_slice(&rows, &x, out);
        }
        let mut scratch = [F::zero(); 2 * BLOCK];
        for (block, out) in out.chunks_mut(BLOCK).enumerate() {
            let scratch = &mut scratch[..2 * out.len()];
            let rows = self.slice(2 * (start + BLOCK * block), scratch);
            F::bind_slice(&rows, &x, out);
        }
    }

    /// [`bound`](Self::bound), for both variables at once where small rows are bound already.
    fn bound_twice(&self, x: F, start: usize, out: &mut [F]) {
        if let Rows::Bound(small, first) = &self.rows
            && let Some(rows) = small.kept(4 * start, 4 * out.len())
        {
            return F::bind_slice_twice(&rows, [first, &x], out);
        }
        self.bound(x, start, out);
    }

    /// Binds the least significant variable: row `j` becomes `p_2j + x · (p_2j+1 − p_2j)`.
    ///
    /// Half a multiplication per row of the first call; one more where rows are written out after the
    /// second; none for digits the first time, and one for each different pair of rows where an index repeats
    /// itself.
    pub fn bind(&mut self, x: F) {
        Self::bind_all(std::slice::from_mut(self), x);
    }

    /// [`bind`](Self::bind) for many columns, those with one index together.
    pub(super) fn bind_all(columns: &mut [Self], x: F) {
        let mut indices: Vec<(Arc<Vec<u32>>, Option<Pairs>)> = Vec::new();
        for column in columns.iter() {
            if let Rows::Indexed(index, _) = &column.rows
                && !indices.iter().any(|(known, _)| Arc::ptr_eq(known, index))
            {
                indices.push((index.clone(), None));
            }
        }
        let each = indices.par_iter_mut();
        each.for_each(|(index, pairs)| *pairs = Pairs::of(index));
        columns.par_iter_mut().for_each(|column| {
            let index = match &column.rows {
                Rows::Indexed(index, _) => Some(index),
                _ => None,
            };
            let pairs = index.and_then(|index| {
                let mut known = indices.iter();
                known.find(|(known, _)| Arc::ptr_eq(known, index))
            });
            column.bind_with(x, pairs.and_then(|(_, pairs)| pairs.as_ref()));
        });
    }

    /// Binds, given the pairs of an index if they are few.
    fn bind_with(&mut self, x: F, pairs: Option<&Pairs>) {
        const BLOCK: usize = 1 << 8;
        let rows = std::mem::replace(&mut self.rows, Rows::Field(Vec::new()));
        self.rows = match (rows, pairs) {
            (Rows::Indexed(_, table), Some(pairs)) => {
                Rows::Indexed(pairs.index.clone(), Arc::new(pairs.bind(&table, x)))
            }
            (Rows::Digits(digits, table), _) => {
                let radix = table.len();
                let pairs = table
                    .iter()
                    .flat_map(|a| table.iter().map(move |b| *a + x * (*b - a)))
                    .collect();
                Rows::Pairs(digits, pairs, radix)
            }
            (Rows::Position(first, step), _) => Rows::Position(first + x * step, step.double()),
            (Rows::Field(mut rows), _) => {
                bind_rows_in_place(&mut rows, self.tail, x);
                if let Some(sum) = &mut self.sum {
                    sum.bind(x);
                    if rows.len() % 2 == 1 && sum.vars() > 0 {
                        rows.push(sum.get(rows.len()));
                    }
                }
                Rows::Field(rows)
            }
            (rows, _) if self.late > 0 => {
                self.late -= 1;
                Rows::Bound(Box::new(Self::constant_tail(rows, self.tail)), x)
            }
            (rows, _) => {
                let column = Self::constant_tail(rows, self.tail);
                let mut out = own_pages(F::zero(), column.len().div_ceil(2));
                let blocks = out.par_chunks_mut(BLOCK).with_min_len(8).enumerate();
                blocks.for_each(|(block, out)| column.bound_twice(x, BLOCK * block, out));
                Rows::Field(out)
            }
        };
    }

    /// The value at a cycle point: `Σ_j eq(point, j) · p(j)`.
    pub fn evaluate(&self, point: &Point<F>) -> F {
        if let Rows::Position(first, step) = &self.rows {
            let powers = std::iter::successors(Some(*step), |s| Some(s.double()));
            let terms = powers.zip(&point.0).map(|(power, x)| power * x);
            return *first + terms.sum::<F>();
        }
        if let Some(EqSum(terms)) = &self.sum {
            return terms.iter().map(|(scale, p)| *scale * p.eq(point)).sum();
        }
        let eq = point.eq_table();
        let real: F = (0..self.len())
            .into_par_iter()
            .with_min_len(1 << 10)
            .map(|j| eq[j] * self.get(j))
            .sum();
        real + self.tail * (F::one() - point.prefix_sum(self.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::UniformRand;
    use ark_std::test_rng;

    #[test]
    fn rows_are_bound_in_place_as_elsewhere() {
        let mut rng = test_rng();
        let (tail, x) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
        for len in (0..70).chain([1023, 2048, 2049, 4097, 9001]) {
            let rows: Vec<Fr> = (0..len).map(|_| Fr::rand(&mut rng)).collect();
            let pairs = rows.chunks(2);
            let bound: Vec<Fr> = pairs
                .map(|pair| pair[0] + x * (pair.get(1).unwrap_or(&tail) - &pair[0]))
                .collect();
            let mut own = rows;
            bind_rows_in_place(&mut own, tail, x);
            assert_eq!(own, bound, "{len} rows in place");
        }
    }

    #[test]
    fn small_rows_are_bound_as_field_elements_are() {
        use ark_std::rand::Rng;
        let mut rng = test_rng();
        for len in [1, 5, 64, 131, 512, 1300] {
            let words: Vec<u64> = (0..len).map(|_| rng.r#gen()).collect();
            let wide: Vec<u128> = (0..len).map(|_| rng.r#gen()).collect();
            let signed: Vec<i128> = (0..len).map(|_| rng.r#gen::<i128>() >> 1).collect();
            let loops: Vec<u32> = (0..len as u32).map(|j| j % 6).collect();
            let table: Vec<Fr> = (0..6).map(|_| Fr::rand(&mut rng)).collect();
            let at = |j: &u32| table[*j as usize];
            let full = [
                words.iter().map(|x| Fr::from(*x)).collect(),
                wide.iter().map(|x| Fr::from(*x)).collect(),
                signed.iter().map(|x| Fr::from(*x)).collect(),
                loops.iter().map(at).collect::<Vec<_>>(),
            ];
            let columns = [
                Column::words(Arc::new(words)),
                Column::wide(Arc::new(wide)),
                Column::signed(Arc::new(signed)),
                Column::indexed(Arc::new(loops), Arc::new(table)),
            ];
            for (mut column, full) in columns.into_iter().zip(full) {
                let mut expected = Column::with_tail(full, column.tail);
                for _ in 0..4 {
                    let x = Fr::rand(&mut rng);
                    column.bind(x);
                    expected.bind(x);
                    assert_eq!(column.len(), expected.len());
                    for j in 0..=column.len() {
                        assert_eq!(column.get(j), expected.get(j), "row {j} of {len}");
                    }
                }
            }
        }
    }
}

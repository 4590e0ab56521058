//! The operations, whichever way they go.

use super::plan::Plan;
use super::select::{Backend, Way, selected};
use super::{Fp4, emulated, fma, ifma, portable};
use crate::Expr;
use crate::field::pairs::{self, Kind, PairSums, Points, Portable, Slice};
use crate::field::{self, Field, TableProducts, TableRows, eight, table_rows};
use ark_bn254::{Fq, G1Affine};
use ark_ff::MontConfig;

/// Calls a function over the lanes that there are, or else evaluates an expression.
macro_rules! over_lanes {
    ($backend:expr, $function:ident($($argument:expr),*), else $portable:expr) => {
        match $backend.0 {
            Way::Multiplied(token) => ifma::$function(token, $($argument),*),
            Way::Fused(token) => fma::$function(token, $($argument),*),
            Way::Emulated(token) => emulated::$function(token, $($argument),*),
            Way::Portable => $portable,
        }
    };
}

/// Asks for memory before it is read, where the packed path is used. By default it does not.
#[derive(Clone, Copy, Default)]
pub struct Prefetch(bool);

impl Prefetch {
    /// Asks if the processor's lanes are used.
    pub fn detect() -> Self {
        Prefetch(matches!(selected().0, Way::Multiplied(_) | Way::Fused(_)))
    }

    /// Asks for a value, which is going to be read.
    #[inline(always)]
    pub fn ask<T>(self, value: &T) {
        if self.0 {
            ifma::prefetch(value);
        }
    }
}

/// One addition of [`Backend::add_pairs`]: `points[write] = points[read] + points[read + 1]`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pair {
    /// Where the two summands begin.
    pub read: u32,
    /// Where the sum goes.
    pub write: u32,
}

/// What to do with pairs that have equal abscissas, or an abscissa of zero.
#[derive(Clone, Copy)]
pub struct Exceptions {
    /// A denominator other than zero.
    pub denominator: fn(&G1Affine, &G1Affine) -> Fq,
    /// The sum, given the inverse of that denominator.
    pub sum: fn(&G1Affine, &G1Affine, &Fq) -> G1Affine,
}

/// Memory that batches of [`Backend::add_pairs`] and [`Backend::double_points`] share.
#[derive(Default)]
pub struct PairScratch {
    multiplied: ifma::Prefixes,
    fused: fma::Prefixes,
    emulated: emulated::Prefixes,
}

impl Backend {
    /// `a[i] *= b[i]`.
    ///
    /// # Panics
    /// If `b` is shorter than `a`.
    pub fn mul_assign<T: MontConfig<4>>(self, a: &mut [Fp4<T>], b: &[Fp4<T>]) {
        assert!(a.len() <= b.len(), "a factor for every element");
        over_lanes!(self, mul_assign(a, b), else portable::mul_assign(a, b))
    }

    /// `a[i] *= by`.
    pub fn scale<T: MontConfig<4>>(self, a: &mut [Fp4<T>], by: &Fp4<T>) {
        over_lanes!(self, scale(a, by), else portable::scale(a, by))
    }

    /// `sums[i] += by · rows[i]`.
    ///
    /// # Panics
    /// If there are fewer rows than sums.
    pub fn add_scaled<T: MontConfig<4>>(self, sums: &mut [Fp4<T>], by: &Fp4<T>, rows: &[Fp4<T>]) {
        assert!(sums.len() <= rows.len(), "a row for every sum");
        over_lanes!(self, add_scaled(sums, by, rows), else portable::add_scaled(sums, by, rows))
    }

    /// [`ProverField::add_entries`].
    ///
    /// # Panics
    /// If some digits are fewer than the sums, or not as many as tables.
    pub(in crate::field) fn add_entries<T: MontConfig<4>>(
        self,
        sums: &mut [Fp4<T>],
        digits: &[&[u8]],
        tables: &[[Fp4<T>; 16]],
    ) where
        Fp4<T>: Field,
    {
        let enough = digits.iter().all(|d| d.len() >= sums.len());
        assert!(
            enough && digits.len() == tables.len(),
            "a digit for every sum"
        );
        let done = over_lanes!(self, add_entries(sums, digits, tables), else 0);
        if done < sums.len() {
            let rest: Vec<&[u8]> = digits.iter().map(|d| &d[done..]).collect();
            field::slices::add_entries(&mut sums[done..], &rest, tables);
        }
    }

    /// `(low[i], high[i]) = (low[i] (1 − x), low[i] x)`.
    ///
    /// # Panics
    /// If `high` is shorter than `low`.
    pub fn split<T: MontConfig<4>>(self, low: &mut [Fp4<T>], x: &Fp4<T>, high: &mut [Fp4<T>]) {
        assert!(low.len() <= high.len(), "two halves of one length");
        over_lanes!(self, split_by(low, x, high), else portable::split(low, x, high))
    }

    /// `out[i] = pairs[2i] + x (pairs[2i + 1] − pairs[2i])`: binds the least significant variable.
    ///
    /// # Panics
    /// If `pairs` is shorter than twice `out`.
    pub fn bind<T: MontConfig<4>>(self, pairs: &[Fp4<T>], x: &Fp4<T>, out: &mut [Fp4<T>]) {
        assert!(2 * out.len() <= pairs.len(), "a pair for every element");
        over_lanes!(self, bind(pairs, x, out), else portable::bind(pairs, x, out))
    }

    /// `Σ a[i] b[i]` over the shorter of both.
    pub fn dot<T: MontConfig<4>>(self, a: &[Fp4<T>], b: &[Fp4<T>]) -> Fp4<T> {
        over_lanes!(self, dot(a, b), else portable::dot(a, b))
    }

    /// [`ProverField::products_of_four`].
    ///
    /// # Panics
    /// If some rows are fewer than twice the weights.
    pub(in crate::field) fn products_of_four<T: MontConfig<4>>(
        self,
        groups: &[[TableRows<'_, Fp4<T>>; 4]],
        weights: &[Fp4<T>],
    ) -> [Fp4<T>; 4]
    where
        Fp4<T>: Field,
    {
        let enough = |rows: &TableRows<'_, Fp4<T>>| rows.len() >= 2 * weights.len();
        assert!(groups.iter().flatten().all(enough), "two rows a weight");
        let (done, sums) = over_lanes!(self, products_of_four(groups, weights), else (0, [Fp4::<T>::default(); 4]));
        if done == weights.len() {
            return sums;
        }
        let rest: Vec<_> = groups
            .iter()
            .map(|group| group.map(|rows| rows.skip(2 * done)))
            .collect();
        add_arrays(sums, table_rows::products_of_four(&rest, &weights[done..]))
    }

    /// [`ProverField::products_of_tables`].
    ///
    /// # Panics
    /// If some rows are fewer than twice the weights.
    pub(in crate::field) fn products_of_tables<T: MontConfig<4>>(
        self,
        groups: &[[TableProducts<'_, Fp4<T>>; 2]],
        weights: &[Fp4<T>],
    ) -> [Fp4<T>; 4]
    where
        Fp4<T>: Field,
    {
        let enough = |rows: &TableProducts<'_, Fp4<T>>| rows.len() >= 2 * weights.len();
        assert!(groups.iter().flatten().all(enough), "two rows a weight");
        let (done, sums) = over_lanes!(self, products_of_tables(groups, weights), else (0, [Fp4::<T>::default(); 4]));
        if done == weights.len() {
            return sums;
        }
        let rest: Vec<_> = groups
            .iter()
            .map(|group| group.map(|rows| rows.skip(2 * done)))
            .collect();
        add_arrays(
            sums,
            table_rows::products_of_tables(&rest, &weights[done..]),
        )
    }

    /// [`ProverField::sums_of_squares`].
    ///
    /// # Panics
    /// If some rows are fewer than twice the weights.
    pub(in crate::field) fn sums_of_squares<T: MontConfig<4>>(
        self,
        columns: &[TableRows<'_, Fp4<T>>],
        weights: &[Fp4<T>],
    ) -> [Fp4<T>; 2]
    where
        Fp4<T>: Field,
    {
        let enough = |rows: &TableRows<'_, Fp4<T>>| rows.len() >= 2 * weights.len();
        assert!(columns.iter().all(enough), "two rows a weight");
        let (done, sums) = over_lanes!(self, sums_of_squares(columns, weights), else (0, [Fp4::<T>::default(); 2]));
        if done == weights.len() {
            return sums;
        }
        let rest: Vec<_> = columns.iter().map(|rows| rows.skip(2 * done)).collect();
        add_arrays(sums, table_rows::sums_of_squares(&rest, &weights[done..]))
    }

    /// [`ProverField::bind_table_rows`].
    ///
    /// # Panics
    /// If there are fewer rows than twice `out`.
    pub(in crate::field) fn bind_table_rows<T: MontConfig<4>>(
        self,
        rows: &TableRows<'_, Fp4<T>>,
        x: &Fp4<T>,
        out: &mut [Fp4<T>],
    ) where
        Fp4<T>: Field,
    {
        assert!(2 * out.len() <= rows.len(), "a pair for every element");
        let done = over_lanes!(self, bind_table_rows(rows, x, out), else 0);
        table_rows::bind(&rows.skip(2 * done), x, &mut out[done..]);
    }

    /// Adds `values[j]` to the sum of `keys[j]`, up to the shorter of both; elements and sums as eight limbs, of
    /// 32 bits and without carries: `2^32` terms fit. If keys are `sparse`, some of key 0 are left out.
    pub(in crate::field) fn add_by_key<T: MontConfig<4>>(
        self,
        sums: &mut [[u64; 8]; 256],
        keys: &[u8],
        values: &[Fp4<T>],
        sparse: bool,
    ) {
        over_lanes!(self, add_by_key(sums, keys, values, sparse), else portable::add_by_key(sums, keys, values, sparse))
    }

    /// [`ProverField::products_of_eight`].
    ///
    /// # Panics
    /// If some rows are fewer than twice the weights.
    pub(in crate::field) fn products_of_eight<T: MontConfig<4>>(
        self,
        rows: &[&[Fp4<T>]; 8],
        values: &[Fp4<T>],
        weights: &[Fp4<T>],
    ) -> [Fp4<T>; 9]
    where
        Fp4<T>: Field,
    {
        let enough = |rows: &&[Fp4<T>]| rows.len() >= 2 * weights.len();
        assert!(
            rows.iter().all(enough) && enough(&values),
            "two rows a weight"
        );
        let (done, sums) = over_lanes!(self, products_of_eight(rows, values, weights), else (0, [Fp4::<T>::default(); 9]));
        if done == weights.len() {
            return sums;
        }
        let rest = rows.map(|rows| &rows[2 * done..]);
        add_arrays(
            sums,
            eight::products_of_eight(&rest, &values[2 * done..], &weights[done..]),
        )
    }

    /// The sums of a summand over factors of some kinds.
    pub(in crate::field) fn pair_sums<'a, T: MontConfig<4>>(
        self,
        summand: &'a Expr<Fp4<T>>,
        kinds: &[Kind],
        points: Points,
    ) -> Box<dyn PairSums<Fp4<T>> + 'a>
    where
        Fp4<T>: Field,
    {
        let portable = Portable::new(summand, points);
        let plan = self.is_packed().then(|| Plan::new(summand, kinds, points));
        match plan.flatten() {
            Some(plan) => Box::new(Planned {
                backend: self,
                plan,
                portable,
            }),
            None => Box::new(portable),
        }
    }

    /// `out[i] = rows[2i] + x (rows[2i + 1] − rows[2i])`.
    ///
    /// # Panics
    /// If there are fewer rows than twice `out`.
    pub(in crate::field) fn bind_slice<T: MontConfig<4>>(
        self,
        rows: &Slice<'_, Fp4<T>>,
        x: &Fp4<T>,
        out: &mut [Fp4<T>],
    ) where
        Fp4<T>: Field,
    {
        assert!(2 * out.len() <= rows.len(), "a pair for every element");
        if let Slice::Field(rows) = rows {
            return self.bind(rows, x, out);
        }
        let done = over_lanes!(self, bind_integers(rows, &pairs::weights(x), out), else 0);
        pairs::bind(&rows.skip(2 * done), x, &mut out[done..]);
    }

    /// [`ProverField::bind_slice_twice`].
    ///
    /// # Panics
    /// If there are fewer rows than four times `out`.
    pub(in crate::field) fn bind_slice_twice<T: MontConfig<4>>(
        self,
        rows: &Slice<'_, Fp4<T>>,
        [x, y]: [&Fp4<T>; 2],
        out: &mut [Fp4<T>],
    ) where
        Fp4<T>: Field,
    {
        assert!(4 * out.len() <= rows.len(), "four rows for every element");
        let [below, above] = pairs::weights(y);
        let [first, second] = pairs::weights(x);
        let weights = [first * below, second * below, first * above, second * above];
        let done = match rows {
            Slice::Field(_) => 0,
            _ => over_lanes!(self, bind_integers(rows, &weights, out), else 0),
        };
        pairs::bind_twice(&rows.skip(4 * done), [x, y], &mut out[done..]);
    }

    /// Adds pairs of points by the chord rule, with one inversion for all; pairs that it does not cover
    /// go to `exceptions`. Returns whether it did: `false`, and nothing is changed, where there are
    /// no lanes.
    ///
    /// Sums may overwrite summands: pairs are taken in their order, so that writes must ascend, none of
    /// them beyond its own pair.
    ///
    /// # Panics
    /// If a pair is out of bounds.
    pub fn add_pairs(
        self,
        points: &mut [G1Affine],
        pairs: &[Pair],
        exceptions: &Exceptions,
        scratch: &mut PairScratch,
    ) -> bool {
        match self.0 {
            Way::Multiplied(token) => {
                ifma::add_pairs(token, points, pairs, exceptions, &mut scratch.multiplied);
            }
            Way::Fused(token) => {
                fma::add_pairs(token, points, pairs, exceptions, &mut scratch.fused);
            }
            Way::Emulated(token) => {
                emulated::add_pairs(token, points, pairs, exceptions, &mut scratch.emulated);
            }
            Way::Portable => return false,
        }
        true
    }

    /// Doubles points, with one inversion for all. Returns whether it did: `false`, and nothing is changed, where
    /// there are no lanes.
    pub fn double_points(self, points: &mut [G1Affine], scratch: &mut PairScratch) -> bool {
        match self.0 {
            Way::Multiplied(token) => ifma::double_points(token, points, &mut scratch.multiplied),
            Way::Fused(token) => fma::double_points(token, points, &mut scratch.fused),
            Way::Emulated(token) => emulated::double_points(token, points, &mut scratch.emulated),
            Way::Portable => return false,
        }
        true
    }
}

fn add_arrays<F: Field, const N: usize>(mut a: [F; N], b: [F; N]) -> [F; N] {
    for (a, b) in a.iter_mut().zip(b) {
        *a += b;
    }
    a
}

/// A summand prepared for lanes, and the portable way for what does not fill them.
struct Planned<'a, T: MontConfig<4>> {
    backend: Backend,
    plan: Plan,
    portable: Portable<'a, Fp4<T>>,
}

impl<T: MontConfig<4>> PairSums<Fp4<T>> for Planned<'_, T>
where
    Fp4<T>: Field,
{
    fn add(&self, rows: &[Slice<'_, Fp4<T>>], weights: &[Fp4<T>], sums: &mut [Fp4<T>]) {
        let fits = |(rows, kind): (&Slice<'_, Fp4<T>>, &Option<Kind>)| {
            kind.is_none_or(|kind| rows.kind() == kind && rows.len() >= 2 * weights.len())
        };
        let fit = rows.len() == self.plan.kinds.len()
            && rows.iter().zip(&self.plan.kinds).all(fits)
            && sums.len() > self.plan.points.degree;
        let done = match fit {
            true => over_lanes!(self.backend, pair_sums(&self.plan, rows, weights, sums), else 0),
            false => 0,
        };
        if done < weights.len() {
            let rest: Vec<Slice<'_, Fp4<T>>> = rows.iter().map(|r| r.skip(2 * done)).collect();
            self.portable.add(&rest, &weights[done..], sums);
        }
    }
}

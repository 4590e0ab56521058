//! Packed arithmetic: many field elements at a time, where the processor can.
//!
//! Every operation has two paths with the same results, bit for bit: arkworks, always there, and
//! AVX-512 IFMA, chosen at run time ([`available`]). Elements stay in arkworks' form in memory, so
//! nothing outside of this module knows which path ran. The environment variable [`PORTABLE`], or
//! [`set_enabled`], forces the portable path, for measurements and tests. Verifiers do not come here.
//!
//! All of the project's `unsafe` code is below this module: loads and stores through the layout of
//! [`Fp4`] and [`G1Affine`] (asserted at compile time), and calls of functions that need processor
//! features, and requests to read memory soon, behind a token that exists only where the features do.

#![allow(unsafe_code)]

// Elsewhere only the type is needed.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
mod constants;
#[cfg(target_arch = "x86_64")]
mod ifma;
#[cfg(not(target_arch = "x86_64"))]
#[path = "absent.rs"]
mod ifma;
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
mod plan;
pub(super) mod portable;
#[cfg(test)]
mod tests;

pub use constants::Fp4;
pub use ifma::PairScratch;

use super::pairs::{self, Kind, PairSums, Points, Portable, Slice};
use super::{Field, TableProducts, TableRows, eight, table_rows};
use crate::Expr;
use ark_bn254::{Fq, G1Affine};
use ark_ff::MontConfig;
use ifma::Ifma;
use plan::Plan;
use std::sync::atomic::{AtomicU8, Ordering};

/// Name of the environment variable that, set to anything but `0`, switches the packed path off from
/// the start.
pub const PORTABLE: &str = "JOLT_LAB_PORTABLE";

const UNKNOWN: u8 = 0;
const ENABLED: u8 = 1;
const DISABLED: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(UNKNOWN);

/// Switches the packed path on or off, for the whole process.
pub fn set_enabled(enabled: bool) {
    let state = if enabled { ENABLED } else { DISABLED };
    STATE.store(state, Ordering::Relaxed);
}

#[cold]
fn initialise() -> u8 {
    let portable = std::env::var_os(PORTABLE).is_some_and(|value| value != "0");
    let state = if portable { DISABLED } else { ENABLED };
    STATE.store(state, Ordering::Relaxed);
    state
}

/// Whether the packed path is used: the processor has the instructions, and nobody switched it off.
pub fn available() -> bool {
    token().is_some()
}

#[inline]
fn token() -> Option<Ifma> {
    let state = match STATE.load(Ordering::Relaxed) {
        UNKNOWN => initialise(),
        known => known,
    };
    match state {
        ENABLED => Ifma::detect(),
        _ => None,
    }
}

/// Asks for memory before it is read, where the packed path is used. By default it does not.
#[derive(Clone, Copy, Default)]
pub struct Prefetch(Option<Ifma>);

impl Prefetch {
    /// Asks if the packed path is used.
    pub fn detect() -> Self {
        Prefetch(token())
    }

    /// Asks for a value, which is going to be read.
    #[inline(always)]
    pub fn ask<T>(self, value: &T) {
        if let Some(ifma) = self.0 {
            ifma::prefetch(ifma, value);
        }
    }
}

/// `a[i] *= b[i]`.
///
/// # Panics
/// If `b` is shorter than `a`.
pub fn mul_assign<T: MontConfig<4>>(a: &mut [Fp4<T>], b: &[Fp4<T>]) {
    assert!(a.len() <= b.len(), "a factor for every element");
    match token() {
        Some(ifma) => ifma::mul_assign(ifma, a, b),
        None => portable::mul_assign(a, b),
    }
}

/// `a[i] *= by`.
pub fn scale<T: MontConfig<4>>(a: &mut [Fp4<T>], by: &Fp4<T>) {
    match token() {
        Some(ifma) => ifma::scale(ifma, a, by),
        None => portable::scale(a, by),
    }
}

/// `sums[i] += by · rows[i]`.
///
/// # Panics
/// If there are fewer rows than sums.
pub fn add_scaled<T: MontConfig<4>>(sums: &mut [Fp4<T>], by: &Fp4<T>, rows: &[Fp4<T>]) {
    assert!(sums.len() <= rows.len(), "a row for every sum");
    match token() {
        Some(ifma) => ifma::add_scaled(ifma, sums, by, rows),
        None => portable::add_scaled(sums, by, rows),
    }
}

/// [`Field::add_entries`].
///
/// # Panics
/// If some digits are fewer than the sums, or not as many as tables.
pub(super) fn add_entries<T: MontConfig<4>>(
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
    let done = match token() {
        Some(ifma) => ifma::add_entries(ifma, sums, digits, tables),
        None => 0,
    };
    if done < sums.len() {
        let rest: Vec<&[u8]> = digits.iter().map(|d| &d[done..]).collect();
        super::add_entries(&mut sums[done..], &rest, tables);
    }
}

/// `(low[i], high[i]) = (low[i] (1 − x), low[i] x)`.
///
/// # Panics
/// If `high` is shorter than `low`.
pub fn split<T: MontConfig<4>>(low: &mut [Fp4<T>], x: &Fp4<T>, high: &mut [Fp4<T>]) {
    assert!(low.len() <= high.len(), "two halves of one length");
    match token() {
        Some(ifma) => ifma::split_by(ifma, low, x, high),
        None => portable::split(low, x, high),
    }
}

/// `out[i] = pairs[2i] + x (pairs[2i + 1] − pairs[2i])`: binds the least significant variable.
///
/// # Panics
/// If `pairs` is shorter than twice `out`.
pub fn bind<T: MontConfig<4>>(pairs: &[Fp4<T>], x: &Fp4<T>, out: &mut [Fp4<T>]) {
    assert!(2 * out.len() <= pairs.len(), "a pair for every element");
    match token() {
        Some(ifma) => ifma::bind(ifma, pairs, x, out),
        None => portable::bind(pairs, x, out),
    }
}

/// `Σ a[i] b[i]` over the shorter of both.
pub fn dot<T: MontConfig<4>>(a: &[Fp4<T>], b: &[Fp4<T>]) -> Fp4<T> {
    match token() {
        Some(ifma) => ifma::dot(ifma, a, b),
        None => portable::dot(a, b),
    }
}

/// [`Field::products_of_four`].
///
/// # Panics
/// If some rows are fewer than twice the weights.
pub(super) fn products_of_four<T: MontConfig<4>>(
    groups: &[[TableRows<'_, Fp4<T>>; 4]],
    weights: &[Fp4<T>],
) -> [Fp4<T>; 4]
where
    Fp4<T>: Field,
{
    let enough = |rows: &TableRows<'_, Fp4<T>>| rows.len() >= 2 * weights.len();
    assert!(groups.iter().flatten().all(enough), "two rows a weight");
    let (done, sums) = match token() {
        Some(ifma) => ifma::products_of_four(ifma, groups, weights),
        None => (0, [Fp4::<T>::default(); 4]),
    };
    if done == weights.len() {
        return sums;
    }
    let rest: Vec<_> = groups
        .iter()
        .map(|group| group.map(|rows| rows.skip(2 * done)))
        .collect();
    add_arrays(sums, table_rows::products_of_four(&rest, &weights[done..]))
}

/// [`Field::products_of_tables`].
///
/// # Panics
/// If some rows are fewer than twice the weights.
pub(super) fn products_of_tables<T: MontConfig<4>>(
    groups: &[[TableProducts<'_, Fp4<T>>; 2]],
    weights: &[Fp4<T>],
) -> [Fp4<T>; 4]
where
    Fp4<T>: Field,
{
    let enough = |rows: &TableProducts<'_, Fp4<T>>| rows.len() >= 2 * weights.len();
    assert!(groups.iter().flatten().all(enough), "two rows a weight");
    let (done, sums) = match token() {
        Some(ifma) => ifma::products_of_tables(ifma, groups, weights),
        None => (0, [Fp4::<T>::default(); 4]),
    };
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

/// [`Field::sums_of_squares`].
///
/// # Panics
/// If some rows are fewer than twice the weights.
pub(super) fn sums_of_squares<T: MontConfig<4>>(
    columns: &[TableRows<'_, Fp4<T>>],
    weights: &[Fp4<T>],
) -> [Fp4<T>; 2]
where
    Fp4<T>: Field,
{
    let enough = |rows: &TableRows<'_, Fp4<T>>| rows.len() >= 2 * weights.len();
    assert!(columns.iter().all(enough), "two rows a weight");
    let (done, sums) = match token() {
        Some(ifma) => ifma::sums_of_squares(ifma, columns, weights),
        None => (0, [Fp4::<T>::default(); 2]),
    };
    if done == weights.len() {
        return sums;
    }
    let rest: Vec<_> = columns.iter().map(|rows| rows.skip(2 * done)).collect();
    add_arrays(sums, table_rows::sums_of_squares(&rest, &weights[done..]))
}

/// [`Field::bind_table_rows`].
///
/// # Panics
/// If there are fewer rows than twice `out`.
pub(super) fn bind_table_rows<T: MontConfig<4>>(
    rows: &TableRows<'_, Fp4<T>>,
    x: &Fp4<T>,
    out: &mut [Fp4<T>],
) where
    Fp4<T>: Field,
{
    assert!(2 * out.len() <= rows.len(), "a pair for every element");
    let done = match token() {
        Some(ifma) => ifma::bind_table_rows(ifma, rows, x, out),
        None => 0,
    };
    table_rows::bind(&rows.skip(2 * done), x, &mut out[done..]);
}

/// Adds `values[j]` to the sum of `keys[j]`, up to the shorter of both; elements and sums as eight limbs, of
/// 32 bits and without carries: `2^32` terms fit. If keys are `sparse`, some of key 0 are left out.
pub(super) fn add_by_key<T: MontConfig<4>>(
    sums: &mut [[u64; 8]; 256],
    keys: &[u8],
    values: &[Fp4<T>],
    sparse: bool,
) {
    if let Some(ifma) = token() {
        return ifma::add_by_key(ifma, sums, keys, values, sparse);
    }
    for (key, value) in keys.iter().zip(values) {
        if *key != 0 || !sparse {
            let (halves, _) = sums[usize::from(*key)].as_chunks_mut::<2>();
            for ([low, high], word) in halves.iter_mut().zip(value.0.0) {
                *low += word & u64::from(u32::MAX);
                *high += word >> 32;
            }
        }
    }
}

fn add_arrays<F: Field, const N: usize>(mut a: [F; N], b: [F; N]) -> [F; N] {
    for (a, b) in a.iter_mut().zip(b) {
        *a += b;
    }
    a
}

/// [`Field::products_of_eight`].
///
/// # Panics
/// If some rows are fewer than twice the weights.
pub(super) fn products_of_eight<T: MontConfig<4>>(
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
    let (done, sums) = match token() {
        Some(ifma) => ifma::products_of_eight(ifma, rows, values, weights),
        None => (0, [Fp4::<T>::default(); 9]),
    };
    if done == weights.len() {
        return sums;
    }
    let rest = rows.map(|rows| &rows[2 * done..]);
    add_arrays(
        sums,
        eight::products_of_eight(&rest, &values[2 * done..], &weights[done..]),
    )
}

/// A summand prepared for lanes, and the portable way for what does not fill them.
struct Planned<'a, T: MontConfig<4>> {
    plan: Plan,
    portable: Portable<'a, Fp4<T>>,
}

/// The sums of a summand over factors of some kinds.
pub(super) fn pair_sums<'a, T: MontConfig<4>>(
    summand: &'a Expr<Fp4<T>>,
    kinds: &[Kind],
    points: Points,
) -> Box<dyn PairSums<Fp4<T>> + 'a>
where
    Fp4<T>: Field,
{
    let portable = Portable::new(summand, points);
    match token().and_then(|_| Plan::new(summand, kinds, points)) {
        Some(plan) => Box::new(Planned { plan, portable }),
        None => Box::new(portable),
    }
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
        let done = match token() {
            Some(ifma) if fit => ifma::pair_sums(ifma, &self.plan, rows, weights, sums),
            _ => 0,
        };
        if done < weights.len() {
            let rest: Vec<Slice<'_, Fp4<T>>> = rows.iter().map(|r| r.skip(2 * done)).collect();
            self.portable.add(&rest, &weights[done..], sums);
        }
    }
}

/// `out[i] = rows[2i] + x (rows[2i + 1] − rows[2i])`.
///
/// # Panics
/// If there are fewer rows than twice `out`.
pub(super) fn bind_slice<T: MontConfig<4>>(rows: &Slice<'_, Fp4<T>>, x: &Fp4<T>, out: &mut [Fp4<T>])
where
    Fp4<T>: Field,
{
    assert!(2 * out.len() <= rows.len(), "a pair for every element");
    let done = match (rows, token()) {
        (Slice::Field(rows), _) => return bind(rows, x, out),
        (_, Some(ifma)) => ifma::bind_integers(ifma, rows, &pairs::weights(x), out),
        (_, None) => 0,
    };
    pairs::bind(&rows.skip(2 * done), x, &mut out[done..]);
}

/// [`Field::bind_slice_twice`].
///
/// # Panics
/// If there are fewer rows than four times `out`.
pub(super) fn bind_slice_twice<T: MontConfig<4>>(
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
    let done = match (rows, token()) {
        (Slice::Field(_), _) | (_, None) => 0,
        (_, Some(ifma)) => ifma::bind_integers(ifma, rows, &weights, out),
    };
    pairs::bind_twice(&rows.skip(4 * done), [x, y], &mut out[done..]);
}

/// One addition of [`add_pairs`]: `points[write] = points[read] + points[read + 1]`.
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

/// Adds pairs of points by the chord rule, with one inversion for all; pairs that it does not cover
/// go to `exceptions`. Returns whether it did: `false`, and nothing is changed, where the packed path
/// is not [`available`].
///
/// Sums may overwrite summands: pairs are taken in their order, so that writes must ascend, none of
/// them beyond its own pair.
///
/// # Panics
/// If a pair is out of bounds.
pub fn add_pairs(
    points: &mut [G1Affine],
    pairs: &[Pair],
    exceptions: &Exceptions,
    scratch: &mut PairScratch,
) -> bool {
    match token() {
        Some(ifma) => ifma::add_pairs(ifma, points, pairs, exceptions, scratch),
        None => return false,
    }
    true
}

//! Sums of a summand over pairs of rows: what a round of a sumcheck over cycles computes.
//!
//! For factors that are linear between the two rows of a pair, `f_i,j(X)`, and weights `w_j`, a round
//! needs `Σ_j w_j · g(f_1,j(X) … f_k,j(X))` at a few points `X`. The portable way is here, the packed one
//! in [`super::packed`].

use super::{Field, Products};
use crate::Expr;

/// Consecutive rows of a factor, as small as they are kept.
#[derive(Clone, Copy, Debug)]
pub enum Slice<'a, F> {
    /// Field elements.
    Field(&'a [F]),
    /// Machine words.
    Words(&'a [u64]),
    /// Signed integers of magnitude below `2^127`.
    Signed(&'a [i128]),
    /// Double-width machine words.
    Wide(&'a [u128]),
}

/// What rows consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Field elements.
    Field,
    /// Machine words.
    Words,
    /// Signed integers.
    Signed,
    /// Double-width machine words.
    Wide,
}

impl<'a, F> Slice<'a, F> {
    /// What the rows consist of.
    pub fn kind(&self) -> Kind {
        match self {
            Slice::Field(_) => Kind::Field,
            Slice::Words(_) => Kind::Words,
            Slice::Signed(_) => Kind::Signed,
            Slice::Wide(_) => Kind::Wide,
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Slice::Field(rows) => rows.len(),
            Slice::Words(rows) => rows.len(),
            Slice::Signed(rows) => rows.len(),
            Slice::Wide(rows) => rows.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows from `start` on; none if there are fewer.
    pub fn skip(&self, start: usize) -> Slice<'a, F> {
        match self {
            Slice::Field(rows) => Slice::Field(&rows[start.min(rows.len())..]),
            Slice::Words(rows) => Slice::Words(&rows[start.min(rows.len())..]),
            Slice::Signed(rows) => Slice::Signed(&rows[start.min(rows.len())..]),
            Slice::Wide(rows) => Slice::Wide(&rows[start.min(rows.len())..]),
        }
    }
}

impl<F: Field> Slice<'_, F> {
    /// Row `j` as a field element.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline(always)]
    pub fn get(&self, j: usize) -> F {
        match self {
            Slice::Field(rows) => rows[j],
            Slice::Words(rows) => F::from(rows[j]),
            Slice::Signed(rows) => F::from_i128(rows[j]),
            Slice::Wide(rows) => F::from(rows[j]),
        }
    }
}

/// The points at which a round polynomial of some degree is evaluated: `0 … degree`, perhaps without 1,
/// which a claim determines.
#[derive(Clone, Copy, Debug)]
pub struct Points {
    /// The last point.
    pub degree: usize,
    /// Whether 1 is one of them.
    pub with_one: bool,
}

impl Points {
    /// Whether `x` is left out.
    pub fn skips(&self, x: usize) -> bool {
        x == 1 && !self.with_one
    }
}

/// Sums one summand over pairs of rows.
pub trait PairSums<F>: Sync {
    /// Adds `Σ_j weights[j] · g(… f_i,j(x) …)` to `sums[x]` for all points `x`, where `f_i,j` is linear with
    /// values `rows[i][2j]` and `rows[i][2j + 1]` at 0 and 1. Factors that the summand does not use
    /// may be empty.
    ///
    /// # Panics
    /// If a factor has fewer rows than two for every weight, or `sums` fewer than `degree + 1` elements.
    fn add(&self, rows: &[Slice<'_, F>], weights: &[F], sums: &mut [F]);
}

/// One pair after the other, with delayed reduction over the pairs.
pub struct Portable<'a, F> {
    summand: &'a Expr<F>,
    used: Vec<usize>,
    points: Points,
}

impl<'a, F: Field> Portable<'a, F> {
    /// For a summand at some points.
    pub fn new(summand: &'a Expr<F>, points: Points) -> Self {
        Portable {
            used: summand.factors(),
            summand,
            points,
        }
    }
}

impl<F: Field> PairSums<F> for Portable<'_, F> {
    fn add(&self, rows: &[Slice<'_, F>], weights: &[F], sums: &mut [F]) {
        let mut wide = vec![F::Products::default(); self.points.degree + 1];
        let mut at = vec![F::zero(); rows.len()];
        let mut step = at.clone();
        for (j, weight) in weights.iter().enumerate() {
            for i in &self.used {
                at[*i] = rows[*i].get(2 * j);
                step[*i] = rows[*i].get(2 * j + 1).minus(&at[*i]);
            }
            for (x, wide) in wide.iter_mut().enumerate() {
                if x > 0 {
                    for i in &self.used {
                        at[*i] = at[*i].plus(&step[*i]);
                    }
                }
                if !self.points.skips(x) {
                    wide.add(&self.summand.eval(&at), weight);
                }
            }
        }
        for (sum, wide) in sums.iter_mut().zip(wide) {
            *sum += wide.reduce();
        }
    }
}

/// `out[i] = rows[2i] + x (rows[2i + 1] − rows[2i])`.
///
/// # Panics
/// If there are fewer rows than twice `out`.
pub fn bind<F: Field>(rows: &Slice<'_, F>, x: &F, out: &mut [F]) {
    for (j, out) in out.iter_mut().enumerate() {
        let a = rows.get(2 * j);
        *out = a.plus(&(*x * rows.get(2 * j + 1).minus(&a)));
    }
}

/// `eq(x, ·)` on 0 and 1.
pub(super) fn weights<F: Field>(x: &F) -> [F; 2] {
    [F::one() - x, *x]
}

/// Binds two variables: [`bind`] to `x`, then to `y`.
///
/// # Panics
/// If there are fewer rows than four times `out`.
pub fn bind_twice<F: Field>(rows: &Slice<'_, F>, [x, y]: [&F; 2], out: &mut [F]) {
    for (j, out) in out.iter_mut().enumerate() {
        let mut pair = [F::zero(); 2];
        bind(&rows.skip(4 * j), x, &mut pair);
        *out = pair[0].plus(&(*y * pair[1].minus(&pair[0])));
    }
}

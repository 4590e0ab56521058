//! The general kernel for relations over cycles: `Σ_j eq(r, j) · g(f_1(j) … f_k(j))`.
//!
//! With a common factor `eq(r, ·)` the round polynomial is a linear factor times `t(X)`, which has
//! one degree less; `t(1)` follows from the claim, so that for `g` of degree `d` a round evaluates
//! `g` at `d` points per pair of real rows. Padding rows are constant and enter as one term; in place of
//! a common factor, each term of `g` may have a sum of equality polynomials, whose padding has a closed
//! form as well.
//!
//! Rows are taken in blocks, which [`ProverField::pair_sums`] sums, packed where it can be: integers and table
//! entries stay what they are until the first challenge.
//!
//! Cost per real row, over all rounds: `d` evaluations of `g` and one multiplication per column; none for tables read
//! at an index that repeats itself.

use super::{Column, SplitEq, eq_table};
use crate::field::{Points, Slice};
use crate::{Expr, Point, ProverField, Relation, RoundProver, Source, UniPoly};
use rayon::prelude::*;

/// Pairs of rows in a block.
const BLOCK: usize = 64;

/// Proves a relation with one segment, over cycles.
pub struct CycleProver<F> {
    /// The summand, less the common equality factor if there is one.
    summand: Expr<F>,
    degree: usize,
    vars_left: usize,
    eq: Option<SplitEq<F>>,
    /// One column per factor; the common equality factor's is never read.
    columns: Vec<Column<F>>,
    claimed: Vec<usize>,
    /// Factors of the whole summand: beyond the real rows of one that is zero there, all is zero.
    divisors: Vec<usize>,
}

impl<F: ProverField> CycleProver<F> {
    /// A prover for what is left of `relation` after the segments before the last are bound to
    /// `bound`, one point each. `columns[i]` is factor `i` over the last segment; `None` for
    /// equality factors and for public factors that do not depend on it.
    ///
    /// # Panics
    /// If a claimed factor has no column, or a sum of equality polynomials ([`Column::eq_sum`]) is not
    /// a linear factor of a summand without a common equality factor.
    pub fn new(
        relation: &Relation<F>,
        bound: &[Point<F>],
        columns: Vec<Option<Column<F>>>,
    ) -> Self {
        let last = relation.segments.len() - 1;
        let vars = relation.segments[last].vars;
        let mut common = None;
        let mut summand = relation.summand.clone();
        let mut all = Vec::with_capacity(columns.len());
        let mut points = bound.to_vec();
        points.push(Point(vec![F::zero(); vars]));
        let mut publics = relation.publics(&points);
        for (i, (factor, column)) in relation.factors.iter().zip(columns).enumerate() {
            let dependent = factor.segments.contains(&last);
            all.push(match (&factor.source, column) {
                (_, Some(column)) => column,
                (Source::Eq(_, point), None) if dependent => match summand.divide_by(i) {
                    Some(rest) if common.is_none() => {
                        summand = rest;
                        common = Some(SplitEq::new(point));
                        Column::field(Vec::new())
                    }
                    _ => Column::field(eq_table(point)),
                },
                _ if !dependent => {
                    let value = publics.value(i);
                    let value = value.unwrap_or_else(|| panic!("no column for {}", factor.name));
                    summand = summand.with_constant(i, &factor.name, value);
                    Column::with_tail(Vec::new(), value)
                }
                _ => panic!("no column for {}", factor.name),
            });
        }
        let degrees: Vec<usize> = relation
            .factors
            .iter()
            .map(|f| usize::from(f.segments.contains(&last)))
            .collect();
        let sums: Vec<usize> = all
            .iter()
            .map(|c| usize::from(c.tail().is_none()))
            .collect();
        assert!(
            summand.degree(&sums) <= usize::from(common.is_none()),
            "a sum of equality polynomials as another than a linear factor"
        );
        let claimed = relation
            .factors
            .iter()
            .enumerate()
            .filter(|(_, f)| matches!(f.source, Source::Claimed))
            .map(|(i, _)| i)
            .collect();
        let divisors = (0..all.len())
            .filter(|i| summand.divide_by(*i).is_some())
            .collect();
        CycleProver {
            divisors,
            degree: summand.degree(&degrees),
            summand,
            vars_left: vars,
            eq: common,
            columns: all,
            claimed,
        }
    }

    /// `Σ_pairs weight · g` at 0, 2, 3, … `degree` (and at 1 if `with_one`), real rows only.
    fn real_pairs(&self, with_one: bool) -> Vec<F> {
        let pairs = self.pairs();
        let used = self.summand.factors();
        let points = Points {
            degree: self.degree,
            with_one,
        };
        let kinds: Vec<_> = self.columns.iter().map(Column::kind).collect();
        let sums = F::pair_sums(&self.summand, &kinds, points);
        let zero = || vec![F::zero(); self.degree + 1];
        let block = |buffers: &mut Buffers<F>, sum: &mut [F], start: usize| {
            let len = BLOCK.min(pairs - start);
            let (weights, factor) = match &self.eq {
                Some(eq) => eq.weights(start, &mut buffers.weights[..len]),
                None => (&buffers.weights[..len], F::one()),
            };
            let mut rows = vec![Slice::Field(&[]); self.columns.len()];
            for (i, scratch) in used.iter().zip(&mut buffers.rows) {
                rows[*i] = self.columns[*i].slice(2 * start, &mut scratch[..2 * len]);
            }
            let mut own = zero();
            sums.add(&rows, weights, &mut own);
            for (sum, own) in sum.iter_mut().zip(own) {
                *sum += factor * own;
            }
        };
        (0..pairs.div_ceil(BLOCK))
            .into_par_iter()
            .with_min_len(8)
            .fold(
                || (zero(), None),
                |(mut sum, buffers), at| {
                    let mut buffers = buffers.unwrap_or_else(|| Buffers::new(used.len()));
                    block(&mut buffers, &mut sum, at * BLOCK);
                    (sum, Some(buffers))
                },
            )
            .map(|(sum, _)| sum)
            .reduce(zero, |mut a, b| {
                for (a, b) in a.iter_mut().zip(&b) {
                    *a += b;
                }
                a
            })
    }

    /// Pairs of rows after which the summand is constant.
    fn pairs(&self) -> usize {
        let vanishing = self
            .divisors
            .iter()
            .map(|i| &self.columns[*i])
            .filter(|c| c.tail().is_some_and(|tail| tail.is_zero()))
            .map(Column::len)
            .min();
        let rows = vanishing.or_else(|| self.columns.iter().map(Column::len).max());
        rows.unwrap_or(0).div_ceil(2)
    }

    /// What the rows beyond the real pairs add at 0 and, from there, at every further point.
    fn tail_pairs(&self) -> (F, F) {
        let pairs = self.pairs();
        let mut tails: Vec<F> = self
            .columns
            .iter()
            .map(|c| c.tail().unwrap_or_default())
            .collect();
        let g = self.summand.eval(&tails);
        let constant = match &self.eq {
            _ if g.is_zero() => g,
            Some(eq) => g * (F::one() - eq.rest_point().prefix_sum(pairs)),
            None => g * F::from(((1u64 << (self.vars_left - 1)) - pairs as u64) as u128),
        };
        let (mut at_zero, mut step) = (constant, F::zero());
        for (i, column) in self.columns.iter().enumerate() {
            if let Some((zero, one)) = column.pairs_from(pairs) {
                tails[i] = F::one();
                let slope = self.summand.eval(&tails) - g;
                tails[i] = F::zero();
                at_zero += slope * zero;
                step += slope * (one - zero);
            }
        }
        (at_zero, step)
    }
}

/// What a block is written to: the rows of the factors used, and weights.
struct Buffers<F> {
    rows: Vec<Vec<F>>,
    weights: Vec<F>,
}

impl<F: ProverField> Buffers<F> {
    fn new(factors: usize) -> Self {
        Buffers {
            rows: vec![vec![F::zero(); 2 * BLOCK]; factors],
            weights: vec![F::one(); BLOCK],
        }
    }
}

impl<F: ProverField> RoundProver<F> for CycleProver<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        let linear = self.eq.as_ref().map(SplitEq::linear);
        // A Boolean coordinate makes t(1) invisible in the claim; then it is evaluated.
        let inverse = linear.and_then(|(_, one)| one.inverted());
        let with_one = linear.is_some() && inverse.is_none();
        let mut evals = self.real_pairs(with_one);
        let (mut tail, step) = self.tail_pairs();
        for e in &mut evals {
            *e += tail;
            tail += step;
        }
        if self.degree > 0 && !with_one {
            evals[1] = match (linear, inverse) {
                (Some((zero, _)), Some(inverse)) => (claim - zero * evals[0]) * inverse,
                _ => claim - evals[0],
            };
        }
        let t = UniPoly::from_evals(&evals);
        match linear {
            Some((zero, one)) => t.times_linear(zero, one - zero),
            None => t,
        }
    }

    fn bind(&mut self, challenge: F) {
        Column::bind_all(&mut self.columns, challenge);
        if let Some(eq) = &mut self.eq {
            eq.bind(challenge);
        }
        self.vars_left -= 1;
    }

    fn finish(&mut self) -> Vec<F> {
        self.claimed
            .iter()
            .map(|i| self.columns[*i].get(0))
            .collect()
    }
}

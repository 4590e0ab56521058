//! Indices that repeat themselves: code runs in loops.
//!
//! Most pairs of consecutive entries of an index into a table occur many times, pairs of pairs as well. A
//! column that is a table read at such an index is bound by binding each different pair once: it is a
//! table read at an index again. And a sum of such columns times equality polynomials needs only the weight that
//! falls on each different pair.

use super::pairs::Pairs;
use super::{CycleProver, EqSum, eq_rows};
use crate::field::{Kind, Points, Slice};
use crate::kernel::Column;
use crate::{Expr, Point, ProverField, Relation, RoundProver, UniPoly};
use rayon::prelude::*;
use std::sync::Arc;

/// Weights by level: of entries, of different pairs, of different pairs of pairs and so on.
pub type Falls<F> = Vec<Vec<F>>;

/// An index and the different pairs, pairs of pairs and so on, of its entries.
#[derive(Clone, Debug)]
pub struct Repeats {
    index: Arc<Vec<u32>>,
    /// Number of different entries of the index.
    entries: usize,
    levels: Vec<Pairs>,
}

impl Repeats {
    /// Levels of pairs that are looked for: later ones are small anyway.
    const LEVELS: usize = 3;

    /// Of an index whose entries are below `entries`.
    pub fn of(index: Arc<Vec<u32>>, entries: usize) -> Self {
        let mut levels: Vec<Pairs> = Vec::new();
        while levels.len() < Self::LEVELS {
            let last = levels.last().map_or(&index, |pairs| &pairs.index);
            match Pairs::of(last) {
                Some(pairs) => levels.push(pairs),
                None => break,
            }
        }
        Repeats {
            index,
            entries,
            levels,
        }
    }

    /// Whether most pairs of entries occur more than once.
    pub fn any(&self) -> bool {
        !self.levels.is_empty()
    }

    fn top(&self) -> &Arc<Vec<u32>> {
        self.levels.last().map_or(&self.index, |pairs| &pairs.index)
    }

    /// How much of `eq(point, ·)` falls on each entry, and on each pair of every level; entry 0 follows
    /// the last.
    ///
    /// Costs a multiplication and an addition for each row of the last level.
    pub fn falls<F: ProverField>(&self, point: &Point<F>) -> Falls<F> {
        let (low, high) = point.split_at(self.levels.len());
        let count = |level: usize| match level {
            0 => self.entries,
            _ => self.levels[level - 1].pairs.len(),
        };
        let top = self.top();
        let mut falls = vec![F::zero(); count(self.levels.len())];
        for (at, eq) in top.iter().zip(eq_rows(&high, F::one(), top.len())) {
            let sum = &mut falls[*at as usize];
            *sum = sum.plus(&eq);
        }
        falls[0] += F::one() - high.prefix_sum(top.len());
        let mut all = vec![falls];
        for (level, pairs) in self.levels.iter().enumerate().rev() {
            let above = all.last().expect("one at least");
            let mut below = vec![F::zero(); count(level)];
            for ([a, b], fall) in pairs.pairs.iter().zip(above) {
                let second = *fall * low.0[level];
                below[*a as usize] += *fall - second;
                below[*b as usize] += second;
            }
            all.push(below);
        }
        all.reverse();
        all
    }
}

/// Numbers for values, in the order of their first use.
pub struct Numbers {
    /// One more than the value's number, or 0. Pages that nobody touches cost nothing.
    numbers: Vec<u32>,
    /// The values that have numbers.
    pub values: Vec<u32>,
}

impl Numbers {
    /// For values below `2^vars`, of which none has a number.
    pub fn new(vars: usize) -> Self {
        Numbers {
            numbers: vec![0; 1 << vars],
            values: Vec::new(),
        }
    }

    /// The number of a value, a new one if need be. Higher bits do not count.
    pub fn number(&mut self, value: u32) -> u32 {
        let value = value & (self.numbers.len() - 1) as u32;
        let number = &mut self.numbers[value as usize];
        if *number == 0 {
            self.values.push(value);
            *number = self.values.len() as u32;
        }
        *number - 1
    }
}

/// Proves a relation over cycles whose factors are sums of equality polynomials, in which its summand is linear,
/// and tables read at one index: over different pairs while that pays, then as [`CycleProver`].
///
/// Cost: that of a [`CycleProver`] over an eighth of the rows, where the index repeats itself.
pub struct RepeatsProver<F> {
    relation: Relation<F>,
    repeats: Arc<Repeats>,
    factors: Vec<RepeatsFactor<F>>,
    /// Variables that are bound.
    bound: usize,
    cycle: Option<CycleProver<F>>,
}

/// A factor of such a relation.
pub enum RepeatsFactor<F> {
    /// A sum of equality polynomials, and what [`Repeats::falls`] gives for each.
    Weights(EqSum<F>, Vec<Arc<Falls<F>>>),
    /// A table; entry 0 follows the last row.
    Table(Arc<Vec<F>>),
}

impl<F: ProverField> RepeatsProver<F> {
    /// For a relation with one segment, over cycles, whose factors are given.
    pub fn new(
        relation: Relation<F>,
        repeats: Arc<Repeats>,
        factors: Vec<RepeatsFactor<F>>,
    ) -> Self {
        let mut prover = RepeatsProver {
            relation,
            repeats,
            factors,
            bound: 0,
            cycle: None,
        };
        prover.maybe_enter_cycles();
        prover
    }

    fn maybe_enter_cycles(&mut self) {
        if self.bound < self.repeats.levels.len() {
            return;
        }
        let index = self.repeats.top();
        let columns = std::mem::take(&mut self.factors)
            .into_iter()
            .map(|factor| match factor {
                RepeatsFactor::Weights(sum, _) => Column::eq_sum(sum, index.len()),
                RepeatsFactor::Table(table) => Column::indexed(index.clone(), table),
            });
        let mut relation = self.relation.clone();
        relation.segments[0].vars -= self.bound;
        let columns = columns.map(Some).collect();
        self.cycle = Some(CycleProver::new(&relation, &[], columns));
    }

    /// Both ends of the pairs `start …` of a factor.
    fn ends(&self, factor: &RepeatsFactor<F>, start: usize, out: &mut [F]) {
        match factor {
            RepeatsFactor::Table(table) => {
                self.repeats.levels[self.bound].ends(table, start, out);
            }
            RepeatsFactor::Weights(EqSum(terms), falls) => {
                out.fill(F::zero());
                let (out, _) = out.as_chunks_mut::<2>();
                for ((scale, point), falls) in terms.iter().zip(falls) {
                    let one = *scale * point.0[0];
                    let zero = *scale - one;
                    for (out, fall) in out.iter_mut().zip(&falls[self.bound + 1][start..]) {
                        out[0] += *fall * zero;
                        out[1] += *fall * one;
                    }
                }
            }
        }
    }

    fn round_over_pairs(&self, claim: F) -> UniPoly<F> {
        const BLOCK: usize = 64;
        let summand: &Expr<F> = &self.relation.summand;
        let degree = summand.degree(&vec![1; self.factors.len()]);
        let points = Points {
            degree,
            with_one: false,
        };
        let kinds = vec![Kind::Field; self.factors.len()];
        let sums = F::pair_sums(summand, &kinds, points);
        let pairs = self.repeats.levels[self.bound].pairs.len();
        let weights = [F::one(); BLOCK];
        let block = |block: usize| {
            let start = block * BLOCK;
            let len = BLOCK.min(pairs - start);
            let mut rows = vec![vec![F::zero(); 2 * len]; self.factors.len()];
            for (rows, factor) in rows.iter_mut().zip(&self.factors) {
                self.ends(factor, start, rows);
            }
            let rows: Vec<Slice<'_, F>> = rows.iter().map(|rows| Slice::Field(rows)).collect();
            let mut own = vec![F::zero(); degree + 1];
            sums.add(&rows, &weights[..len], &mut own);
            own
        };
        let blocks = (0..pairs.div_ceil(BLOCK)).into_par_iter();
        let mut evals = blocks.map(block).reduce(
            || vec![F::zero(); degree + 1],
            |mut a, b| {
                a.iter_mut().zip(&b).for_each(|(a, b)| *a += b);
                a
            },
        );
        if degree > 0 {
            evals[1] = claim - evals[0];
        }
        UniPoly::from_evals(&evals)
    }
}

impl<F: ProverField> RoundProver<F> for RepeatsProver<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        match &mut self.cycle {
            Some(cycle) => cycle.round(claim),
            None => self.round_over_pairs(claim),
        }
    }

    fn bind(&mut self, x: F) {
        if let Some(cycle) = &mut self.cycle {
            return cycle.bind(x);
        }
        let pairs = &self.repeats.levels[self.bound];
        self.factors.par_iter_mut().for_each(|factor| match factor {
            RepeatsFactor::Weights(sum, _) => sum.bind(x),
            RepeatsFactor::Table(table) => *table = Arc::new(pairs.bind(table, x)),
        });
        self.bound += 1;
        self.maybe_enter_cycles();
    }

    fn finish(&mut self) -> Vec<F> {
        self.cycle
            .as_mut()
            .map(CycleProver::finish)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NaiveProver, Segment};
    use ark_bn254::Fr;
    use ark_ff::UniformRand;
    use ark_std::rand::Rng;
    use ark_std::test_rng;

    /// A loop with a few steps out of line.
    fn index(rows: usize, rng: &mut impl Rng) -> Vec<u32> {
        let row = |j: usize| match rng.gen_range(0..30) {
            0 => rng.gen_range(0..7),
            _ => (j % 7) as u32,
        };
        (0..rows).map(row).collect()
    }

    fn point(vars: usize, rng: &mut impl Rng) -> Point<Fr> {
        Point((0..vars).map(|_| Fr::rand(rng)).collect())
    }

    #[test]
    fn weights_fall_where_they_belong() {
        let mut rng = test_rng();
        for rows in [1, 2, 3, 40, 127, 250] {
            let index = Arc::new(index(rows, &mut rng));
            let repeats = Repeats::of(index.clone(), 7);
            assert_eq!(repeats.any(), rows >= 40);
            let point = point(8, &mut rng);
            let mut expected = vec![Fr::from(0u64); 7];
            for (j, eq) in point.eq_table().into_iter().enumerate() {
                expected[index.get(j).map_or(0, |at| *at as usize)] += eq;
            }
            assert_eq!(repeats.falls(&point)[0], expected);
        }
    }

    #[test]
    fn messages_are_the_naive_prover_s() {
        let mut rng = test_rng();
        for rows in [2usize, 3, 100, 128, 199, 256, 1000] {
            let vars = rows.next_power_of_two().trailing_zeros() as usize;
            let index = Arc::new(index(rows, &mut rng));
            let mut relation = Relation::new("r", vec![Segment::cycle(vars)]);
            let (mut factors, mut columns, mut full) = (Vec::new(), Vec::new(), Vec::new());
            let repeats = Arc::new(Repeats::of(index.clone(), 7));
            let mut sum = Vec::new();
            for tables in [1, 2] {
                let terms: Vec<_> = (0..tables)
                    .map(|_| (Fr::rand(&mut rng), point(vars, &mut rng)))
                    .collect();
                let falls = terms.iter().map(|(_, p)| Arc::new(repeats.falls(p)));
                let falls = falls.collect();
                let eq = EqSum(terms);
                full.push((0..1 << vars).map(|j| eq.get(j)).collect());
                columns.push(Some(Column::eq_sum(eq.clone(), rows)));
                factors.push(RepeatsFactor::Weights(eq, falls));
                let mut product = relation.public("w", [0], |_| Fr::from(0u64));
                for _ in 0..=tables {
                    let table: Vec<Fr> = (0..7).map(|_| Fr::rand(&mut rng)).collect();
                    let at = |j: usize| index.get(j).map_or(0, |at| *at as usize);
                    full.push((0..1 << vars).map(|j| table[at(j)]).collect());
                    let table = Arc::new(table);
                    columns.push(Some(Column::indexed(index.clone(), table.clone())));
                    factors.push(RepeatsFactor::Table(table));
                    product = product * relation.claimed("d", &[0]);
                }
                sum.push(product);
            }
            relation.summand = Expr::Sum(sum);
            let mut naive = NaiveProver::new(&relation, full);
            let mut cycles = CycleProver::new(&relation, &[], columns);
            let mut repeated = RepeatsProver::new(relation, repeats, factors);
            let mut claim = naive.sum();
            for _ in 0..vars {
                let slow = naive.round(claim);
                assert_eq!(slow.0, cycles.round(claim).0);
                assert_eq!(slow.0, repeated.round(claim).0);
                let x = Fr::rand(&mut rng);
                claim = slow.eval(x);
                naive.bind(x);
                cycles.bind(x);
                repeated.bind(x);
            }
            assert_eq!(naive.finish(), cycles.finish());
            assert_eq!(naive.finish(), repeated.finish());
        }
    }
}

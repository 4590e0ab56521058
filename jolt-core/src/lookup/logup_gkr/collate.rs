//! The kernel of the relation `read`: a sum over cycles in which few tables are selected.
//!
//! A cycle selects one table, so a pair of rows after `k` rounds has at most `2^(k+1)` selectors that are
//! not zero, and no more than there are tables: selectors are kept as lists, and only tables that are
//! selected are evaluated. A table that is linear in its outputs contributes a polynomial of degree 2,
//! from three products; another one, of degree `d`, is evaluated at `d + 1` points, for all pairs of a block
//! that select it at once. Sums of equal degree are kept apart and joined as coefficients.
//!
//! Cost per pair of rows and selected table: 3 multiplications and one for each output of a linear table;
//! `(d + 1)` times one for each transition of the others; and 12 for operands. One for each column to bind.

use super::layout::Layout;
use super::relation::used;
use super::witness::Selectors;
use crate::lookup::LookupShape;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use sumcheck::kernel::{Column, SplitEq};
use sumcheck::{Field, Point, ProverField, RoundProver, UniPoly};

/// Pairs of rows that a task takes at a time.
const BLOCK: usize = 1 << 9;

/// An entry of a matrix, over the inputs of a program.
enum Weight<F> {
    One,
    Constant(F),
    /// A constant and a sum of inputs.
    Affine(F, Vec<usize>),
}

/// A table as a function of the columns.
enum Program<F> {
    /// A constant and scaled columns.
    Linear(F, Vec<(F, usize)>),
    /// A product of matrices.
    Chain {
        /// Scaled columns.
        inputs: Vec<(i128, usize)>,
        layers: Vec<Vec<(usize, usize, Weight<F>)>>,
        /// States of the widest layer.
        states: usize,
        degree: usize,
    },
}

/// A state's value while it is linear.
type Affine<F> = (F, BTreeMap<usize, F>);

impl<F: Field> Program<F> {
    fn new(layout: &Layout, table: usize, number: &HashMap<usize, usize>) -> Self {
        if let Some((constant, terms)) = Self::linear(layout, table, number) {
            let terms = terms.into_iter().map(|(column, factor)| (factor, column));
            return Program::Linear(constant, terms.collect());
        }
        let mut inputs: Vec<(i128, usize)> = Vec::new();
        let (mut states, mut degree) = (1, vec![Some(0)]);
        let mut layers = Vec::with_capacity(layout.positions());
        for i in 0..layout.positions() {
            let entries = &layout.cut.chunk(table, i).entries;
            let width = entries.iter().map(|(_, to, _)| to + 1).max().unwrap_or(0);
            states = states.max(width);
            let mut next = vec![None; width];
            let mut layer = Vec::with_capacity(entries.len());
            for (from, to, entry) in entries {
                let own = usize::from(!entry.terms.is_empty());
                if let Some(Some(before)) = degree.get(*from) {
                    next[*to] = next[*to].max(Some(before + own));
                }
                let terms = entry.terms.iter().map(|(scale, s)| {
                    let input = (*scale, number[&layout.output(table, i, *s)]);
                    let known = inputs.iter().position(|i| *i == input);
                    known.unwrap_or_else(|| {
                        inputs.push(input);
                        inputs.len() - 1
                    })
                });
                let terms: Vec<usize> = terms.collect();
                let weight = match (entry.constant, terms.is_empty()) {
                    (1, true) => Weight::One,
                    (c, true) => Weight::Constant(F::from_i128(c)),
                    (c, false) => Weight::Affine(F::from_i128(c), terms),
                };
                layer.push((*from, *to, weight));
            }
            layers.push(layer);
            degree = next;
        }
        Program::Chain {
            inputs,
            layers,
            states,
            degree: degree.first().copied().flatten().unwrap_or(0),
        }
    }

    /// The table as a linear function, if no path multiplies outputs.
    fn linear(layout: &Layout, table: usize, number: &HashMap<usize, usize>) -> Option<Affine<F>> {
        let mut row: Vec<Affine<F>> = vec![(F::one(), BTreeMap::new())];
        for i in 0..layout.positions() {
            let entries = &layout.cut.chunk(table, i).entries;
            let width = entries.iter().map(|(_, to, _)| to + 1).max().unwrap_or(0);
            let mut next: Vec<Affine<F>> = vec![(F::zero(), BTreeMap::new()); width];
            for (from, to, entry) in entries {
                let Some((constant, terms)) = row.get(*from) else {
                    continue;
                };
                let (sum, sums) = &mut next[*to];
                let own = F::from_i128(entry.constant);
                *sum += *constant * own;
                for (column, factor) in terms {
                    *sums.entry(*column).or_default() += own * factor;
                }
                if !entry.terms.is_empty() && !terms.is_empty() {
                    return None;
                }
                for (scale, s) in &entry.terms {
                    let column = number[&layout.output(table, i, *s)];
                    *sums.entry(column).or_default() += constant.mul_i128(*scale);
                }
            }
            row = next;
        }
        Some(row.into_iter().next().unwrap_or_default())
    }

    /// Degree in the columns.
    fn degree(&self) -> usize {
        match self {
            Program::Linear(..) => 1,
            Program::Chain { degree, .. } => *degree,
        }
    }
}

/// The pairs of a block that select one table: pair, selectors at both ends.
type Selecting<F> = Vec<(usize, [F; 2])>;

/// What a task writes to; for each of some pairs, one entry after the other.
#[derive(Clone, Default)]
struct Scratch<F> {
    selecting: Vec<Selecting<F>>,
    selectors: Vec<F>,
    selector_slopes: Vec<F>,
    /// Input by input.
    inputs: Vec<F>,
    slopes: Vec<F>,
    /// State by state.
    row: Vec<F>,
    next: Vec<F>,
    product: Vec<F>,
}

fn add<F: Field>(sums: &mut [F], values: &[F]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum = sum.plus(value);
    }
}

impl<F: ProverField> Scratch<F> {
    /// The products of matrices at the inputs of `count` pairs, which are written to the start of `row`.
    fn chain(&mut self, layers: &[Vec<(usize, usize, Weight<F>)>], states: usize, count: usize) {
        let part = |k: usize| k * count..(k + 1) * count;
        for buffer in [&mut self.row, &mut self.next] {
            buffer.resize(states * count, F::zero());
        }
        self.row.fill(F::zero());
        for (number, layer) in layers.iter().enumerate() {
            self.next.fill(F::zero());
            for (from, to, weight) in layer {
                match weight {
                    Weight::Affine(constant, terms) => {
                        self.product.clear();
                        self.product.resize(count, *constant);
                        for input in terms {
                            add(&mut self.product, &self.inputs[part(*input)]);
                        }
                        if number > 0 {
                            F::mul_slices(&mut self.product, &self.row[part(*from)]);
                        }
                        add(&mut self.next[part(*to)], &self.product);
                    }
                    constant => {
                        let constant = match constant {
                            Weight::Constant(c) => Some(c),
                            _ => None,
                        };
                        let before = &self.row[part(*from)];
                        for (sum, before) in self.next[part(*to)].iter_mut().zip(before) {
                            let value = match (number, constant) {
                                (0, None) => F::one(),
                                (0, Some(c)) => *c,
                                (_, None) => *before,
                                (_, Some(c)) => *before * c,
                            };
                            *sum = sum.plus(&value);
                        }
                    }
                }
            }
            std::mem::swap(&mut self.row, &mut self.next);
        }
    }
}

/// Sums at `0 … d` for each degree `d` of summands.
type Sums<F> = Vec<Vec<F>>;

/// The kernel.
pub struct Collate<F> {
    eq: SplitEq<F>,
    programs: Vec<Program<F>>,
    gamma: F,
    /// `pair, single, index, left, right`, then the columns used.
    columns: Vec<Column<F>>,
    /// Selectors that are not zero, by table: those of row `j` are `starts[j] .. starts[j + 1]`.
    selectors: Vec<(u16, F)>,
    starts: Vec<u32>,
    /// Degree of the sum without `eq`.
    degree: usize,
}

/// Selectors of some rows, one after the other, and how many each row has.
type Rows<F> = (Vec<(u16, F)>, Vec<u32>);

/// Columns before those used.
const OWN: usize = 5;

impl<F: ProverField> Collate<F> {
    /// `columns` are those of the relation after its selectors; `selected` says what every real row
    /// selects.
    pub fn new(
        layout: &Layout,
        shape: &LookupShape,
        (cycle, gamma): (&Point<F>, F),
        columns: Vec<Column<F>>,
        selected: &[Selectors],
    ) -> Self {
        let used = used(layout, shape).into_iter();
        let number = used.enumerate().map(|(i, column)| (column, OWN + i));
        let number = number.collect();
        let programs = (0..shape.tables.len()).map(|t| Program::new(layout, t, &number));
        let programs: Vec<Program<F>> = programs.collect();
        let (mut selectors, mut starts) = (Vec::new(), vec![0]);
        for row in selected {
            selectors.extend(row.table.map(|t| (t as u16, F::one())));
            starts.push(selectors.len() as u32);
        }
        let degrees = programs.iter().map(|p| p.degree() + 1);
        Collate {
            eq: SplitEq::new(cycle),
            degree: degrees.max().unwrap_or(2).max(2),
            programs,
            gamma,
            columns,
            selectors,
            starts,
        }
    }

    fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Selectors of a row.
    fn row(&self, j: usize) -> &[(u16, F)] {
        match (self.starts.get(j), self.starts.get(j + 1)) {
            (Some(start), Some(end)) => &self.selectors[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// Calls back with every table that one of two rows selects, and both selectors.
    fn union(&self, pair: usize, mut each: impl FnMut(u16, F, F)) {
        let (mut a, mut b) = (self.row(2 * pair), self.row(2 * pair + 1));
        loop {
            match (a.first(), b.first()) {
                (None, None) => return,
                (Some((t, x)), Some((u, y))) if t == u => {
                    each(*t, *x, *y);
                    (a, b) = (&a[1..], &b[1..]);
                }
                (Some((t, x)), other) if other.is_none_or(|(u, _)| t < u) => {
                    each(*t, *x, F::zero());
                    a = &a[1..];
                }
                (_, Some((u, y))) => {
                    each(*u, F::zero(), *y);
                    b = &b[1..];
                }
                (Some(_), None) => return,
            }
        }
    }

    fn zero(&self) -> Sums<F> {
        (0..=self.degree).map(|d| vec![F::zero(); d + 1]).collect()
    }

    /// Adds a product of two linear functions, given at 0 and 1.
    fn quadratic(sums: &mut Sums<F>, a: [F; 2], b: [F; 2]) {
        let sums = &mut sums[2];
        sums[0] = sums[0].plus(&(a[0] * b[0]));
        sums[1] = sums[1].plus(&(a[1] * b[1]));
        let twice = |x: [F; 2]| x[1].double().minus(&x[0]);
        sums[2] = sums[2].plus(&(twice(a) * twice(b)));
    }

    fn ends(&self, column: usize, pair: usize) -> [F; 2] {
        let column = &self.columns[column];
        [column.get(2 * pair), column.get(2 * pair + 1)]
    }

    /// One pair of rows, but for tables that are not linear: these are listed.
    fn pair(&self, sums: &mut Sums<F>, selecting: &mut [Selecting<F>], pair: usize, weight: F) {
        let weighted = |x: [F; 2]| x.map(|x| if x.is_zero() { x } else { weight * x });
        let [exposes, single] = [0, 1].map(|c| weighted(self.ends(c, pair)));
        let none = |x: &[F; 2]| x[0].is_zero() && x[1].is_zero();
        if !none(&exposes) {
            let [left, right] = [3, 4].map(|c| self.ends(c, pair));
            let value = [0, 1].map(|k| self.gamma * (left[k] + self.gamma * right[k]));
            Self::quadratic(sums, exposes, value);
        }
        if !none(&single) {
            let square = self.gamma.square();
            Self::quadratic(sums, single, self.ends(2, pair).map(|x| square * x));
        }
        self.union(pair, |table, a, b| {
            let selects = weighted([a, b]);
            let Program::Linear(constant, terms) = &self.programs[usize::from(table)] else {
                selecting[usize::from(table)].push((pair, selects));
                return;
            };
            let mut value = [*constant; 2];
            for (factor, column) in terms {
                let ends = self.ends(*column, pair);
                for (value, end) in value.iter_mut().zip(ends) {
                    if !end.is_zero() {
                        *value = value.plus(&(*factor * end));
                    }
                }
            }
            Self::quadratic(sums, selects, value);
        });
    }

    /// A table that is not linear, in all pairs that select it.
    fn nonlinear(&self, sums: &mut Sums<F>, scratch: &mut Scratch<F>, table: usize) {
        let Program::Chain {
            inputs,
            layers,
            states,
            degree,
        } = &self.programs[table]
        else {
            return;
        };
        let pairs = std::mem::take(&mut scratch.selecting[table]);
        if pairs.is_empty() {
            return;
        }
        scratch.selectors.clear();
        scratch.selector_slopes.clear();
        for (_, [a, b]) in &pairs {
            scratch.selectors.push(*a);
            scratch.selector_slopes.push(b.minus(a));
        }
        scratch.inputs.clear();
        scratch.slopes.clear();
        for (scale, column) in inputs {
            for (pair, _) in &pairs {
                let [mut a, mut b] = self.ends(*column, *pair);
                if *scale != 1 {
                    [a, b] = [a, b].map(|x| x.mul_i128(*scale));
                }
                scratch.inputs.push(a);
                scratch.slopes.push(b.minus(&a));
            }
        }
        for sum in &mut sums[degree + 1] {
            scratch.chain(layers, *states, pairs.len());
            *sum += F::dot(&scratch.selectors, &scratch.row[..pairs.len()]);
            add(&mut scratch.selectors, &scratch.selector_slopes);
            add(&mut scratch.inputs, &scratch.slopes);
        }
        scratch.selecting[table] = pairs;
        scratch.selecting[table].clear();
    }
}

impl<F: ProverField> RoundProver<F> for Collate<F> {
    fn round(&mut self, _claim: F) -> UniPoly<F> {
        let pairs = self.rows().div_ceil(2);
        let (low, high) = self.eq.rest();
        let empty = || Scratch {
            selecting: vec![Vec::new(); self.programs.len()],
            ..Scratch::default()
        };
        let sums = (0..pairs.div_ceil(BLOCK))
            .into_par_iter()
            .fold(
                || (self.zero(), empty()),
                |(mut sums, mut scratch), block| {
                    for pair in block * BLOCK..pairs.min((block + 1) * BLOCK) {
                        let weight = low[pair % low.len()] * high[pair / low.len()];
                        self.pair(&mut sums, &mut scratch.selecting, pair, weight);
                    }
                    for table in 0..self.programs.len() {
                        self.nonlinear(&mut sums, &mut scratch, table);
                    }
                    (sums, scratch)
                },
            )
            .map(|(sums, _)| sums)
            .reduce(
                || self.zero(),
                |mut a, b| {
                    let both = a.iter_mut().flatten().zip(b.iter().flatten());
                    both.for_each(|(a, b)| *a += b);
                    a
                },
            );
        let mut sum = vec![F::zero(); self.degree + 1];
        for evals in sums.iter().filter(|s| s.iter().any(|x| !x.is_zero())) {
            let poly = UniPoly::from_evals(evals);
            sum.iter_mut().zip(&poly.0).for_each(|(s, c)| *s += c);
        }
        let (zero, one) = self.eq.linear();
        UniPoly(sum).times_linear(zero, one - zero)
    }

    fn bind(&mut self, challenge: F) {
        self.columns.par_iter_mut().for_each(|c| c.bind(challenge));
        self.eq.bind(challenge);
        let pairs = self.rows().div_ceil(2);
        let bound: Vec<Rows<F>> = (0..pairs.div_ceil(BLOCK))
            .into_par_iter()
            .map(|block| {
                let (mut all, mut lens) = (Vec::new(), Vec::with_capacity(BLOCK));
                for pair in block * BLOCK..pairs.min((block + 1) * BLOCK) {
                    let before = all.len();
                    self.union(pair, |table, a, b| {
                        all.push((table, a + challenge * (b - a)));
                    });
                    lens.push((all.len() - before) as u32);
                }
                (all, lens)
            })
            .collect();
        let (mut selectors, mut starts) = (Vec::new(), vec![0]);
        for (mut own, lens) in bound {
            selectors.append(&mut own);
            let mut end = starts.last().copied().unwrap_or(0);
            for len in lens {
                end += len;
                starts.push(end);
            }
        }
        (self.selectors, self.starts) = (selectors, starts);
    }

    fn finish(&mut self) -> Vec<F> {
        let mut claims = vec![F::zero(); self.programs.len()];
        for (table, selector) in self.row(0) {
            claims[usize::from(*table)] = *selector;
        }
        claims.extend(self.columns.iter().map(|c| c.get(0)));
        claims
    }
}

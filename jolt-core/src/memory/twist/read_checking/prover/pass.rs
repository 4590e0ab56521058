//! Several address rounds of the read check from one pass over the accesses.
//!
//! Let a cell be a group `g` and its low bits `k`, and `A_g,k(t)` the weights of the accesses to it until time
//! `t`. What the rounds over the low bits need of accesses and values is the matrix
//!
//! ```text
//! M(k', k) = Σ_g Σ_{accesses to (g, k)} weight · Val_g,k'
//!          = Σ_g Val_g,k'(end) · A_g,k(end) − Σ_{writes to (g, k') at t} increment · A_g,k(t)
//! ```
//!
//! So an access costs one addition, and a write one product for each `k`; stretches of time are taken by
//! themselves, since only `Val(end)` depends on what was before. With the low bits bound, accesses are those of
//! the next pass, with fewer bits and other weights.
//!
//! Cost: for `b` bits, an addition for each access and `2^b` products for each write, in the first pass with
//! integers; one multiplication for each access and each write between passes.

use crate::memory::prover::PASS_BITS;
use rayon::prelude::*;
use sumcheck::kernel::Numbers;
use sumcheck::{Accumulator, Field, ProverField};

/// `sums[k] += by · xs[k]`.
fn add_multiples<F: Field>(sums: &mut [F::Accumulator], by: i128, xs: &[F]) {
    let magnitude = by.unsigned_abs();
    let (low, high) = (magnitude as u64, (magnitude >> 64) as u64);
    for (sum, x) in sums.iter_mut().zip(xs) {
        let x = if by < 0 { -*x } else { *x };
        sum.add_u64(&x, low);
        if high != 0 {
            sum.add_u64(&(x * F::from(1u128 << 64)), high);
        }
    }
}

/// What the accesses of one stretch of time add up to, increments being integers.
pub struct Tally<F: Field> {
    width: usize,
    /// Weights of the accesses to each cell.
    weights: Vec<F>,
    /// Increments of each cell.
    increments: Vec<i128>,
    /// `Σ increment · weights so far` at `k' · width + k`.
    early: Vec<F::Accumulator>,
}

impl<F: Field> Tally<F> {
    /// For some cells, in groups of `width`.
    pub fn new(cells: usize, width: usize) -> Self {
        Tally {
            width,
            weights: vec![F::zero(); cells],
            increments: vec![0; cells],
            early: vec![F::Accumulator::default(); width * width],
        }
    }

    /// Weights of the accesses to each cell.
    pub fn weights(&self) -> &[F] {
        &self.weights
    }

    /// The next access reads.
    #[inline]
    pub fn read(&mut self, cell: usize, weight: &F) {
        self.weights[cell] = self.weights[cell].plus(weight);
    }

    /// The last access writes.
    #[inline]
    pub fn write(&mut self, cell: usize, increment: i128) {
        self.increments[cell] += increment;
        let low = cell % self.width;
        let sums = &mut self.early[low * self.width..][..self.width];
        add_multiples(sums, increment, &self.weights[cell - low..]);
    }

    /// `M(k', k)` at `k' · width + k`, given the values at the end.
    fn matrix(&self, values: &[i128]) -> Vec<F> {
        let width = self.width;
        let mut sums = vec![F::Accumulator::default(); width * width];
        let groups = values.chunks(width).zip(self.weights.chunks(width));
        for (values, weights) in groups {
            for (value, sums) in values.iter().zip(sums.chunks_mut(width)) {
                if *value != 0 {
                    add_multiples(sums, *value, weights);
                }
            }
        }
        let both = sums.iter().zip(&self.early);
        both.map(|(sum, early)| sum.reduce() - early.reduce())
            .collect()
    }
}

fn sum_of<F: Field>(matrices: impl ParallelIterator<Item = Vec<F>>, width: usize) -> Vec<F> {
    matrices.reduce(
        || vec![F::zero(); width * width],
        |mut a, b| {
            a.iter_mut().zip(&b).for_each(|(a, b)| *a += b);
            a
        },
    )
}

/// `M(k', k)` at `k' · width + k` for stretches one after the other, given the values before the first.
pub fn first_matrix<F: Field>(tallies: &[Tally<F>], before: &[i128]) -> Vec<F> {
    let width = tallies.first().map_or(1, |tally| tally.width);
    let mut values = before.to_vec();
    let ends: Vec<Vec<i128>> = tallies
        .iter()
        .map(|tally| {
            let both = values.iter_mut().zip(&tally.increments);
            both.for_each(|(value, increment)| *value += increment);
            values.clone()
        })
        .collect();
    let matrices = tallies.par_iter().zip(ends);
    sum_of(matrices.map(|(tally, end)| tally.matrix(&end)), width)
}

/// The accesses of one stretch of time, in order.
#[derive(Default)]
pub struct Accesses<F> {
    /// The cell of each, twice, plus whether it writes.
    nodes: Vec<u32>,
    weights: Vec<F>,
    /// Of the writes.
    increments: Vec<F>,
}

/// What [`Accesses`] add up to.
struct Sums<F> {
    weights: Vec<F>,
    increments: Vec<F>,
    early: Vec<F>,
}

impl<F: ProverField> Accesses<F> {
    /// One more.
    pub fn push(&mut self, cell: usize, weight: F, increment: i128) {
        self.nodes.push(2 * cell as u32 + u32::from(increment != 0));
        self.weights.push(weight);
        if increment != 0 {
            self.increments.push(F::from_i128(increment));
        }
    }

    /// [`Tally`] with field elements.
    fn sums(&self, cells: usize, width: usize) -> Sums<F> {
        let mut sums = Sums {
            weights: vec![F::zero(); cells],
            increments: vec![F::zero(); cells],
            early: vec![F::zero(); width * width],
        };
        let mut increments = self.increments.iter();
        for (node, weight) in self.nodes.iter().zip(&self.weights) {
            let cell = (node >> 1) as usize;
            sums.weights[cell] = sums.weights[cell].plus(weight);
            if node & 1 == 1
                && let Some(increment) = increments.next()
            {
                sums.increments[cell] = sums.increments[cell].plus(increment);
                let low = cell % width;
                let early = &mut sums.early[low * width..][..width];
                F::add_scaled(early, increment, &sums.weights[cell - low..]);
            }
        }
        sums
    }

    /// Binds the low bits: `factors` are their equality table, `parents` the cell that each group becomes.
    fn bind(&mut self, factors: &[F], parents: &[u32]) {
        const BLOCK: usize = 1 << 7;
        let bits = factors.len().trailing_zeros();
        let mut all = [F::zero(); BLOCK];
        let mut written = [F::zero(); BLOCK];
        let mut increments = self.increments.as_mut_slice();
        let blocks = self.nodes.chunks_mut(BLOCK);
        for (nodes, weights) in blocks.zip(self.weights.chunks_mut(BLOCK)) {
            let mut writes = 0;
            for (node, factor) in nodes.iter_mut().zip(&mut all) {
                let (write, cell) = (*node & 1, (*node >> 1) as usize);
                *factor = factors[cell & (factors.len() - 1)];
                written[writes] = *factor;
                writes += write as usize;
                *node = 2 * parents[cell >> bits] + write;
            }
            F::mul_slices(weights, &all);
            let (here, rest) = std::mem::take(&mut increments).split_at_mut(writes);
            F::mul_slices(here, &written);
            increments = rest;
        }
    }
}

/// All accesses between two passes.
pub struct History<F> {
    /// One stretch of time after the other.
    pub stretches: Vec<Accesses<F>>,
    /// Values before the first, in groups.
    pub values: Vec<F>,
    /// What the cells of each group share.
    pub prefixes: Vec<u32>,
    /// Bits that are in no pass yet.
    pub vars: usize,
}

impl<F: ProverField> History<F> {
    /// Binds the low bits of the last pass, whose equality table is given, and takes the next pass.
    ///
    /// # Panics
    /// If no bits are left.
    pub fn next(&mut self, factors: &[F]) -> Matrix<F> {
        let bits = self.vars.min(PASS_BITS);
        let width = 1 << bits;
        self.vars -= bits;
        let mut groups = Numbers::new(self.vars);
        let parents: Vec<u32> = self
            .prefixes
            .iter()
            .map(|prefix| (groups.number(prefix >> bits) << bits) + (prefix & (width - 1)))
            .collect();
        let cells = groups.values.len() << bits;
        let mut values = vec![F::zero(); cells];
        for (group, parent) in self.values.chunks(factors.len()).zip(&parents) {
            values[*parent as usize] = F::dot(group, factors);
        }
        self.prefixes = groups.values;
        let stretches = self.stretches.par_iter_mut().map(|stretch| {
            stretch.bind(factors, &parents);
            stretch.sums(cells, width as usize)
        });
        let sums: Vec<Sums<F>> = stretches.collect();
        let matrix = matrix(&sums, &values, width as usize);
        self.values = values;
        Matrix::new(width as usize, matrix)
    }
}

/// `M(k', k)` at `k' · width + k`, as [`first_matrix`].
fn matrix<F: ProverField>(stretches: &[Sums<F>], before: &[F], width: usize) -> Vec<F> {
    let mut values = before.to_vec();
    let ends: Vec<Vec<F>> = stretches
        .iter()
        .map(|sums| {
            let both = values.iter_mut().zip(&sums.increments);
            both.for_each(|(value, increment)| *value += increment);
            values.clone()
        })
        .collect();
    let matrices = stretches.par_iter().zip(ends).map(|(sums, end)| {
        let mut matrix = vec![F::zero(); width * width];
        for (values, weights) in end.chunks(width).zip(sums.weights.chunks(width)) {
            for (value, row) in values.iter().zip(matrix.chunks_mut(width)) {
                if !value.is_zero() {
                    F::add_scaled(row, value, weights);
                }
            }
        }
        let both = matrix.iter_mut().zip(&sums.early);
        both.for_each(|(entry, early)| *entry -= early);
        matrix
    });
    sum_of(matrices, width)
}

/// `M(k', k)`, partly bound: what is left of the rounds of a pass.
pub struct Matrix<F> {
    width: usize,
    entries: Vec<F>,
}

impl<F: Field> Matrix<F> {
    /// `M(k', k)` at `k' · width + k`.
    pub fn new(width: usize, entries: Vec<F>) -> Self {
        Matrix { width, entries }
    }

    /// Whether no bit is left.
    pub fn is_bound(&self) -> bool {
        self.width == 1
    }

    /// The entries `M(2k + a, 2l + b)` at `2a + b`.
    fn block(&self, k: usize, l: usize) -> [F; 4] {
        let at = 2 * (k * self.width + l);
        let below = at + self.width;
        [
            self.entries[at],
            self.entries[at + 1],
            self.entries[below],
            self.entries[below + 1],
        ]
    }

    /// The round polynomial's value at 0 and its quadratic coefficient.
    pub fn coefficients(&self) -> [F; 2] {
        let (mut at_zero, mut quadratic) = (F::zero(), F::zero());
        for k in 0..self.width / 2 {
            let [zeros, right, left, ones] = self.block(k, k);
            at_zero += zeros;
            quadratic += zeros + ones - left - right;
        }
        [at_zero, quadratic]
    }

    /// Binds the lowest bit on both sides.
    pub fn bind(&mut self, x: F) {
        let half = self.width / 2;
        let line = |a: F, b: F| a + x * (b - a);
        let entry = |at: usize| {
            let [a, b, c, d] = self.block(at / half, at % half);
            line(line(a, b), line(c, d))
        };
        self.entries = (0..half * half).map(entry).collect();
        self.width = half;
    }
}

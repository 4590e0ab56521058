//! Address rounds of the read relation, by phases of 8 index bits.
//!
//! Before phase `p` the challenges `ρ` have fixed `8p` high bits. With
//! `u(j) = eq(r, j) · eq(ρ, high bits of index_j)` a round needs, for each chunk `c` of the phase,
//!
//! ```text
//! Σ_{j: chunk_j = c} u(j) · T(ρ, c, low bits of index_j)
//! ```
//!
//! and `T` splits at the cut after the chunk: `Σ_s prefix_s(ρ, c) · suffix_s(low bits)`, one term for
//! each state of the table's automaton. So one pass over the reads accumulates
//! `A_s(c) = Σ u(j) · suffix_s(j)`, with integer suffixes and delayed reduction; then the 8 rounds run
//! over tables of 256 entries, `Σ_c A_s(c) · prefix_s(ρ, c)`. Operands are two linear functions of the
//! index: terms of the same kind, with states "value so far" and "1".
//!
//! Reads are sorted by table and exposed operands first: one table's accumulators fit the cache, and
//! reads without either drop out.
//!
//! Cost per read and phase: 1 multiplication (update of `u`), one u64 product for each state of its
//! table and each operand, one evaluation of the table's suffix; 48 bytes in memory.

use crate::lookup::selectors::Operands;
use crate::lookup::{Exposed, LookupShape, Reads};
use instruction_tables::deinterleave;
use instruction_tables::tables::Table;
use rayon::prelude::*;
use sumcheck::kernel::eq_table;
use sumcheck::{Accumulator, Field, Point, Products, UniPoly};

const CHUNK_BITS: usize = 8;
const CHUNKS: usize = 1 << CHUNK_BITS;
/// Automaton steps in a chunk.
const CHUNK_STEPS: usize = CHUNK_BITS / 2;
/// Reads that one task takes at a time.
const READS: usize = 1 << 13;
/// Entries of terms that one task takes at a time: less is not worth waking a thread for.
const TERMS_EACH: usize = 1 << 12;

pub(super) struct AddressProver<F: Field> {
    index_bits: usize,
    gamma: F,
    buckets: Vec<Bucket<F>>,
    tables: Vec<TablePrefix<F>>,
    operands: Operands<F>,
    /// `Σ_c left(c) · right(c)` over the pairs is the sum of this phase.
    terms: Vec<[Vec<F>; 2]>,
    /// Challenges of this phase.
    chunk: Vec<F>,
    phase: usize,
}

/// Reads of one table with the same operands exposed: indexes, and `u` of each.
struct Bucket<F> {
    table: Option<&'static dyn Table>,
    exposed: Exposed,
    indexes: Vec<u128>,
    weights: Vec<F>,
}

/// A table that is read, and its prefix row at the challenges so far.
struct TablePrefix<F> {
    table: &'static dyn Table,
    row: Vec<F>,
}

/// Accumulators of a bucket, `columns` for each chunk: one for each state, then (if the bucket
/// exposes operands) one for suffix 1 and two for the operands: left and right, or the low 64 bits
/// of the index and the others.
struct Sums<F: Field> {
    columns: usize,
    entries: Vec<F::Accumulator>,
}

impl<F: Field> AddressProver<F> {
    pub fn new(shape: &LookupShape, reads: &Reads, cycle: &Point<F>, gamma: F) -> Self {
        let buckets = sort(shape, reads, cycle);
        let tables = shape
            .tables
            .iter()
            .enumerate()
            .filter(|(t, _)| reads.table.iter().any(|r| usize::from(*r) == *t))
            .map(|(_, table)| TablePrefix {
                table: *table,
                row: row_of(table.automaton().start()),
            })
            .collect();
        let mut prover = AddressProver {
            index_bits: shape.index_bits,
            gamma,
            buckets,
            tables,
            operands: Operands::default(),
            terms: Vec::new(),
            chunk: Vec::with_capacity(CHUNK_BITS),
            phase: 0,
        };
        prover.start_phase(None);
        prover
    }

    /// Accumulates the tables of a phase; `update` is `eq` of the chunk bound last.
    fn start_phase(&mut self, update: Option<&[F]>) {
        let rest = self.index_bits - CHUNK_BITS * (self.phase + 1);
        let cut = Cut {
            rest,
            step: CHUNK_STEPS * (self.phase + 1),
        };
        let sums: Vec<Sums<F>> = self
            .buckets
            .par_iter_mut()
            .map(|bucket| bucket.accumulate(cut, update))
            .collect();
        let phase = self.phase;
        let tables = self.tables.par_iter().map(|t| {
            let mine = |bucket: &Bucket<F>| {
                let name = bucket.table.map(|other| other.name());
                name == Some(t.table.name())
            };
            let columns = self.buckets.iter().zip(&sums).filter(|(b, _)| mine(b));
            let columns: Vec<&Sums<F>> = columns.map(|(_, sums)| sums).collect();
            let prefixes = t.chunk_rows(phase);
            let terms = prefixes.into_iter().enumerate();
            terms
                .map(|(state, prefix)| [total(&columns, |_| state), prefix])
                .collect::<Vec<_>>()
        });
        let mut terms: Vec<[Vec<F>; 2]> = tables.flatten().collect();
        terms.extend(self.operand_terms(cut, &sums));
        self.terms = terms;
    }

    /// The terms of exposed operands: prefix times number of reads, and suffixes.
    fn operand_terms(&self, cut: Cut, sums: &[Sums<F>]) -> Vec<[Vec<F>; 2]> {
        let (gamma, square) = (self.gamma, self.gamma.square());
        // Suffix 1 and both operands, over all buckets that expose this.
        let exposing = |exposed: Exposed| {
            let buckets = self.buckets.iter().zip(sums);
            let columns: Vec<&Sums<F>> = buckets
                .filter(|(b, _)| b.exposed == exposed)
                .map(|(_, sums)| sums)
                .collect();
            [3, 2, 1].map(|from_end| total(&columns, |columns| columns - from_end))
        };
        let [pairs, left, right] = exposing(Exposed::Pair);
        let [singles, low, high] = exposing(Exposed::Single);
        let mut suffixes = vec![F::zero(); CHUNKS];
        add_scaled(&mut suffixes, &left, gamma);
        add_scaled(&mut suffixes, &right, square);
        add_scaled(&mut suffixes, &low, square);
        add_scaled(&mut suffixes, &high, square * power_of_two::<F>(64));
        let (word, whole) = (
            power_of_two::<F>(cut.rest / 2),
            square * power_of_two::<F>(cut.rest),
        );
        let mut pair_prefix = Vec::with_capacity(CHUNKS);
        let mut single_prefix = Vec::with_capacity(CHUNKS);
        for c in 0..CHUNKS {
            let mut o = self.operands;
            for step in (0..CHUNK_STEPS).rev() {
                let pair = c >> (2 * step);
                o = o.advance(F::from(pair >> 1 & 1 == 1), F::from(pair & 1 == 1));
            }
            pair_prefix.push(word * (gamma * o.left + square * o.right));
            single_prefix.push(whole * o.whole);
        }
        vec![
            [suffixes, vec![F::one(); CHUNKS]],
            [pairs, pair_prefix],
            [singles, single_prefix],
        ]
    }

    pub fn round(&mut self, claim: F) -> UniPoly<F> {
        let zero = || [F::Products::default(); 2];
        let [at_zero, leading] = self
            .terms
            .par_iter()
            .with_min_len(TERMS_EACH / self.terms[0][0].len())
            .fold(zero, |mut sums, [a, b]| {
                let half = a.len() / 2;
                let ((a0, a1), (b0, b1)) = (a.split_at(half), b.split_at(half));
                for ((a0, a1), (b0, b1)) in a0.iter().zip(a1).zip(b0.iter().zip(b1)) {
                    sums[0].add(a0, b0);
                    sums[1].add(&a1.minus(a0), &b1.minus(b0));
                }
                sums
            })
            .reduce(zero, |mut a, b| {
                a.iter_mut().zip(&b).for_each(|(a, b)| a.merge(b));
                a
            })
            .map(|sum| sum.reduce());
        UniPoly(vec![at_zero, claim - at_zero.double() - leading, leading])
    }

    pub fn bind(&mut self, challenge: F) {
        let each = TERMS_EACH / self.terms[0][0].len();
        let terms = self.terms.par_iter_mut().with_min_len(each);
        terms.for_each(|term| {
            for table in term {
                let half = table.len() / 2;
                let (low, high) = table.split_at_mut(half);
                for (low, high) in low.iter_mut().zip(high) {
                    *low = low.plus(&(challenge * high.minus(low)));
                }
                table.truncate(half);
            }
        });
        self.chunk.push(challenge);
        if self.chunk.len() == CHUNK_BITS {
            self.end_phase();
        }
    }

    fn end_phase(&mut self) {
        for (step, pair) in self.chunk.chunks_exact(2).enumerate() {
            let step = CHUNK_STEPS * self.phase + step;
            self.operands = self.operands.advance(pair[0], pair[1]);
            for t in &mut self.tables {
                t.row = t.table.automaton().advance(step, &t.row, pair[0], pair[1]);
            }
        }
        self.chunk.reverse();
        let update = Point(std::mem::take(&mut self.chunk)).eq_table();
        self.phase += 1;
        if self.phase * CHUNK_BITS < self.index_bits {
            self.start_phase(Some(&update));
        }
    }
}

/// The cut after the chunk of a phase.
#[derive(Clone, Copy)]
struct Cut {
    /// Index bits below it.
    rest: usize,
    /// Automaton steps above it.
    step: usize,
}

/// Sorts reads by table and operands, in order of cycle within a bucket.
fn sort<F: Field>(shape: &LookupShape, reads: &Reads, cycle: &Point<F>) -> Vec<Bucket<F>> {
    let eq = eq_table(cycle);
    let class = |j: usize| {
        let exposed = match reads.operands[j] {
            Exposed::Nothing => 0,
            Exposed::Pair => 1,
            Exposed::Single => 2,
        };
        3 * usize::from(reads.table[j]) + exposed
    };
    let mut counts = [0usize; 3 * 256];
    (0..reads.index.len()).for_each(|j| counts[class(j)] += 1);
    let mut position = [usize::MAX; 3 * 256];
    let mut buckets = Vec::new();
    for (class, count) in counts.iter().enumerate() {
        let table = shape.tables.get(class / 3).copied();
        let exposed = [Exposed::Nothing, Exposed::Pair, Exposed::Single][class % 3];
        if *count > 0 && (table.is_some() || exposed != Exposed::Nothing) {
            position[class] = buckets.len();
            buckets.push(Bucket {
                table,
                exposed,
                indexes: Vec::with_capacity(*count),
                weights: Vec::with_capacity(*count),
            });
        }
    }
    for (j, index) in reads.index.iter().enumerate() {
        if let Some(bucket) = buckets.get_mut(position[class(j)]) {
            bucket.indexes.push(*index);
            bucket.weights.push(eq[j]);
        }
    }
    buckets
}

impl<F: Field> Bucket<F> {
    fn states(&self) -> usize {
        self.table.map_or(0, |t| t.automaton().states())
    }

    fn accumulate(&mut self, cut: Cut, update: Option<&[F]>) -> Sums<F> {
        let operands = match self.exposed {
            Exposed::Nothing => 0,
            Exposed::Pair | Exposed::Single => 3,
        };
        let columns = self.states() + operands;
        let zero = || vec![F::Accumulator::default(); columns * CHUNKS];
        let (table, exposed) = (self.table, self.exposed);
        let add = |mut entries: Vec<F::Accumulator>, (indexes, weights): (&[u128], &mut [F])| {
            if let Some(update) = update {
                apply(update, cut, indexes, weights);
            }
            let kind = (table, exposed);
            accumulate(kind, indexes, weights, cut, (columns, &mut entries));
            entries
        };
        let entries = if self.indexes.len() <= READS {
            add(zero(), (&self.indexes, &mut self.weights))
        } else {
            let tasks = self.indexes.par_chunks(READS);
            let tasks = tasks
                .zip(self.weights.par_chunks_mut(READS))
                .fold(zero, add);
            let merged = tasks.reduce_with(|mut a, b| {
                a.iter_mut().zip(&b).for_each(|(a, b)| a.merge(b));
                a
            });
            merged.unwrap_or_else(zero)
        };
        Sums { columns, entries }
    }
}

/// Multiplies each weight by the entry of the chunk that was bound last.
fn apply<F: Field>(update: &[F], cut: Cut, indexes: &[u128], weights: &mut [F]) {
    const BLOCK: usize = 1 << 7;
    let mut factors = [F::zero(); BLOCK];
    let shift = cut.rest + CHUNK_BITS;
    for (indexes, weights) in indexes.chunks(BLOCK).zip(weights.chunks_mut(BLOCK)) {
        for (factor, index) in factors.iter_mut().zip(indexes) {
            *factor = update[(*index >> shift) as usize & (CHUNKS - 1)];
        }
        F::mul_slices(weights, &factors);
    }
}

/// Adds reads of one table and kind to their chunks' accumulators, `columns` for each chunk.
fn accumulate<F: Field>(
    (table, exposed): (Option<&'static dyn Table>, Exposed),
    indexes: &[u128],
    weights: &[F],
    cut: Cut,
    (columns, entries): (usize, &mut [F::Accumulator]),
) {
    let states = table.map_or(0, |t| t.automaton().states());
    let mut suffix = vec![0i128; states];
    for (index, u) in indexes.iter().zip(weights) {
        let high = (*index >> cut.rest) as usize;
        let at = (high & (CHUNKS - 1)) * columns;
        let sums = &mut entries[at..at + columns];
        let low = *index & !(u128::MAX << cut.rest);
        if let Some(table) = table {
            table.suffix(cut.step, low, &mut suffix);
            for (sum, value) in sums.iter_mut().zip(&suffix) {
                add_integer(sum, u, *value);
            }
        }
        let (first, second) = match exposed {
            Exposed::Nothing => continue,
            Exposed::Pair => deinterleave(low),
            Exposed::Single => (low as u64, (low >> 64) as u64),
        };
        sums[states].add_u64(u, 1);
        sums[states + 1].add_u64(u, first);
        sums[states + 2].add_u64(u, second);
    }
}

/// One column of accumulators, summed over buckets; `column` finds it by their number of columns.
fn total<F: Field>(buckets: &[&Sums<F>], column: impl Fn(usize) -> usize) -> Vec<F> {
    let chunk = |c: usize| {
        let entry = |sums: &Sums<F>| sums.entries[c * sums.columns + column(sums.columns)];
        let mut entries = buckets.iter().map(|sums| entry(sums));
        let Some(mut sum) = entries.next() else {
            return F::zero();
        };
        entries.for_each(|entry| sum.merge(&entry));
        sum.reduce()
    };
    (0..CHUNKS).map(chunk).collect()
}

/// Adds `u · value`. Suffixes are between 0 and 2^64, seldom the latter.
#[inline(always)]
fn add_integer<F: Field>(sum: &mut F::Accumulator, u: &F, value: i128) {
    match u64::try_from(value) {
        Ok(value) => sum.add_u64(u, value),
        Err(_) => sum.add_u64(&u.mul_i128(value), 1),
    }
}

impl<F: Field> TablePrefix<F> {
    /// The prefix of every chunk of the phase, one table for each state.
    fn chunk_rows(&self, phase: usize) -> Vec<Vec<F>> {
        let automaton = self.table.automaton();
        let states = self.row.len();
        // Rows of `states` entries, one for each value of the bits so far.
        let mut rows = self.row.clone();
        for step in CHUNK_STEPS * phase..CHUNK_STEPS * (phase + 1) {
            let mut next = vec![F::zero(); 4 * rows.len()];
            for (i, next) in next.chunks_exact_mut(states).enumerate() {
                let matrix = automaton.matrix(step, i % 4);
                let row = &rows[i / 4 * states..(i / 4 + 1) * states];
                for (from, value) in row.iter().enumerate() {
                    for (next, entry) in next.iter_mut().zip(matrix.row(from)) {
                        match entry {
                            0 => {}
                            1 => *next += value,
                            entry => *next += value.mul_i128(*entry),
                        }
                    }
                }
            }
            rows = next;
        }
        let column = |state| rows.iter().skip(state).step_by(states).copied().collect();
        (0..states).map(column).collect()
    }
}

fn row_of<F: Field>(integers: &[i128]) -> Vec<F> {
    integers.iter().map(|x| F::from_i128(*x)).collect()
}

fn add_scaled<F: Field>(sum: &mut [F], values: &[F], scale: F) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum = sum.plus(&(scale * value));
    }
}

fn power_of_two<F: Field>(exponent: usize) -> F {
    F::from(2u64).pow([exponent as u64])
}

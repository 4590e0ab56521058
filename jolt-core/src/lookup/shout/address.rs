//! Address rounds of the read relation, by phases of 2, 4 or 8 index bits.
//!
//! Before a phase the challenges `ρ` have fixed some high bits. With
//! `u(j) = eq(r, j) · eq(ρ, high bits of index_j)` a round needs, for each chunk `c` of the phase,
//!
//! ```text
//! Σ_{j: chunk_j = c} u(j) · T(ρ, c, low bits of index_j)
//! ```
//!
//! and `T` splits at the cut after the chunk: `Σ_s prefix_s(ρ, c) · suffix_s(low bits)`, one term for
//! each state of the table's automaton. So one pass over the reads accumulates
//! `A_s(c) = Σ u(j) · suffix_s(j)`, with integer suffixes and delayed reduction; then the rounds of `b` bits
//! run over tables of `2^b` entries, `Σ_c A_s(c) · prefix_s(ρ, c)`. Operands are two linear functions of the
//! index: terms of the same kind, with states "value so far" and "1".
//!
//! Reads are sorted by table and exposed operands first: one table's accumulators fit the cache, and
//! reads without either drop out. Suffix 1, of a state that nothing can change any more and of operands, is a
//! histogram of `u` alone. An operand of which no read of a bucket has bits left is left out.
//!
//! Cost per read and phase: 1 multiplication (update of `u`), one addition, one u64 product for each other
//! state of its table and each operand that has bits left, one evaluation of the table's suffix; 48 bytes in
//! memory. Cost per phase: about 4 multiplications for each of `2^b` entries of each term. So phases are long
//! where there are many reads, and short where there are few.

use crate::lookup::selectors::Operands;
use crate::lookup::{Exposed, LookupShape, Reads};
use instruction_tables::tables::{self, Table};
use instruction_tables::{Automaton, Matrix, deinterleave};
use rayon::prelude::*;
use sumcheck::field::Buckets;
use sumcheck::kernel::eq_table;
use sumcheck::{Accumulator, Field, Point, Products, ProverField, UniPoly};

/// Reads that one task takes at a time.
const READS: usize = 1 << 13;
/// Reads that it prepares at a time.
const BLOCK: usize = 1 << 7;
/// Entries of terms that one task takes at a time: less is not worth waking a thread for.
const TERMS_EACH: usize = 1 << 12;

/// Index bits of a phase for so many reads.
pub(super) fn chunk_bits(reads: usize) -> usize {
    match reads {
        0..256 => 2,
        256..8192 => 4,
        _ => 8,
    }
}

pub(super) struct AddressProver<F: Field> {
    index_bits: usize,
    chunk_bits: usize,
    gamma: F,
    buckets: Vec<Bucket<F>>,
    tables: Vec<TablePrefix<F>>,
    operands: Operands<F>,
    /// `Σ_c left(c) · right(c)` over the pairs is the sum of this phase.
    terms: Vec<[Vec<F>; 2]>,
    /// Challenges of this phase.
    chunk: Vec<F>,
    /// Index bits that the phases before have bound.
    bound: usize,
}

/// Reads of one table with the same operands exposed: indexes, and `u` of each.
struct Bucket<F> {
    kind: Kind,
    indexes: Vec<u128>,
    weights: Vec<F>,
    /// All bits of the indexes.
    bits: u128,
}

/// What reads of a bucket have in common.
#[derive(Clone, Copy)]
struct Kind {
    table: Option<&'static dyn Table>,
    exposed: Exposed,
    /// Whether indexes are kept as two operands, the left one in the high half: nothing is interleaved or
    /// the other way round in every pass.
    apart: bool,
}

impl Kind {
    fn new(table: Option<&'static dyn Table>, exposed: Exposed) -> Self {
        let pair = table.is_some_and(|t| t.kind() == tables::Kind::Pair);
        Kind {
            table,
            exposed,
            apart: exposed == Exposed::Pair || (exposed == Exposed::Nothing && pair),
        }
    }

    fn states(&self) -> usize {
        self.table.map_or(0, |t| t.automaton().states())
    }

    fn keep(&self, index: u128) -> u128 {
        match (self.apart, deinterleave(index)) {
            (true, (left, right)) => u128::from(left) << 64 | u128::from(right),
            (false, _) => index,
        }
    }

    /// The byte of a kept index above so many bits.
    #[inline(always)]
    fn byte(&self, kept: u128, shift: usize) -> u8 {
        // Bits 3 to 0 to the even places of a byte.
        const SPREAD: [u8; 16] = [0, 1, 4, 5, 16, 17, 20, 21, 64, 65, 68, 69, 80, 81, 84, 85];
        if self.apart {
            let half = |word: u64| SPREAD[(word >> (shift / 2)) as usize & 15];
            half((kept >> 64) as u64) << 1 | half(kept as u64)
        } else {
            (kept >> shift) as u8
        }
    }

    /// The operands that so many low bits of a kept index have, or its low 64 bits and the others.
    #[inline(always)]
    fn operands(&self, kept: u128, bits: usize) -> (u64, u64) {
        if self.apart {
            let mask = !(u128::MAX << (bits / 2)) as u64;
            ((kept >> 64) as u64 & mask, kept as u64 & mask)
        } else {
            let low = kept & !(u128::MAX << bits);
            (low as u64, (low >> 64) as u64)
        }
    }
}

/// A table that is read, and its prefix row at the challenges so far.
struct TablePrefix<F> {
    table: &'static dyn Table,
    row: Vec<F>,
}

/// What a pass over a bucket accumulates.
#[derive(Clone, Default)]
struct Columns {
    /// States of the table whose suffix is not always 1.
    states: Vec<usize>,
    /// Whether an operand has bits left: left and right, or the low 64 bits of the index and the others.
    operands: [bool; 2],
}

impl Columns {
    fn count(&self) -> usize {
        self.states.len() + self.operands.iter().filter(|o| **o).count()
    }
}

/// Sums of a bucket: `Σ u` for each chunk, and accumulators for each chunk and column.
#[derive(Clone)]
struct Sums<F: ProverField> {
    ones: F::Buckets,
    entries: Vec<F::Accumulator>,
}

impl<F: ProverField> Sums<F> {
    fn new(columns: &Columns, chunks: usize) -> Self {
        Sums {
            ones: F::Buckets::default(),
            entries: vec![F::Accumulator::default(); columns.count() * chunks],
        }
    }

    fn merge(mut self, other: Self) -> Self {
        self.ones.merge(&other.ones);
        let entries = self.entries.iter_mut().zip(&other.entries);
        entries.for_each(|(a, b)| a.merge(b));
        self
    }

    fn reduce(self, states: usize, columns: &Columns, chunks: usize) -> Terms<F> {
        let count = columns.count();
        let ones = self.ones.sums(chunks);
        let mut reduced = (0..count).map(|column| -> Vec<F> {
            let entries = self.entries.iter().skip(column).step_by(count);
            entries.map(Accumulator::reduce).collect()
        });
        let mut suffixes = vec![None; states];
        for (state, sums) in columns.states.iter().zip(&mut reduced) {
            suffixes[*state] = Some(sums);
        }
        let suffix = |sums: Option<Vec<F>>| sums.unwrap_or_else(|| ones.clone());
        Terms {
            suffixes: suffixes.into_iter().map(suffix).collect(),
            operands: columns
                .operands
                .map(|left| left.then(|| reduced.next()).flatten()),
            ones,
        }
    }
}

/// Reduced sums of a bucket, one for each chunk: of every state, of operands that have bits left, and of suffix 1.
struct Terms<F> {
    suffixes: Vec<Vec<F>>,
    operands: [Option<Vec<F>>; 2],
    ones: Vec<F>,
}

impl<F: ProverField> AddressProver<F> {
    /// `chunk_bits` are 2, 4 or 8, and divide the bits of an index.
    pub fn new(
        shape: &LookupShape,
        reads: &Reads,
        cycle: &Point<F>,
        gamma: F,
        chunk_bits: usize,
    ) -> Self {
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
            chunk_bits,
            gamma,
            buckets,
            tables,
            operands: Operands::default(),
            terms: Vec::new(),
            chunk: Vec::with_capacity(chunk_bits),
            bound: 0,
        };
        prover.start_phase(None);
        prover
    }

    /// Accumulates the tables of a phase; `update` is `eq` of the chunk bound last.
    fn start_phase(&mut self, update: Option<&[F]>) {
        let above = self.bound + self.chunk_bits;
        let cut = Cut {
            rest: self.index_bits - above,
            step: above / 2,
            bits: self.chunk_bits,
        };
        let sums: Vec<Terms<F>> = self
            .buckets
            .par_iter_mut()
            .with_min_len(cut.buckets_each())
            .map(|bucket| bucket.accumulate(cut, update))
            .collect();
        let tables = self.tables.par_iter().with_min_len(cut.buckets_each());
        let tables = tables.map(|t| {
            let mine = |bucket: &Bucket<F>| {
                let name = bucket.kind.table.map(|other| other.name());
                name == Some(t.table.name())
            };
            let mine: Vec<&Terms<F>> = self
                .buckets
                .iter()
                .zip(&sums)
                .filter(|(bucket, _)| mine(bucket))
                .map(|(_, terms)| terms)
                .collect();
            let prefixes = t.chunk_rows(cut);
            let terms = prefixes.into_iter().enumerate();
            let suffix = |state: usize| {
                let sums = mine.iter().map(|terms| &terms.suffixes[state]);
                total(sums, cut.chunks())
            };
            terms
                .map(|(state, prefix)| [suffix(state), prefix])
                .collect::<Vec<_>>()
        });
        let mut terms: Vec<[Vec<F>; 2]> = tables.flatten().collect();
        terms.extend(self.operand_terms(cut, &sums));
        self.terms = terms;
    }

    /// The terms of exposed operands: prefix times number of reads, and suffixes.
    fn operand_terms(&self, cut: Cut, sums: &[Terms<F>]) -> Vec<[Vec<F>; 2]> {
        let (gamma, square) = (self.gamma, self.gamma.square());
        // Suffix 1 and both operands, over all buckets that expose this.
        let exposing = |exposed: Exposed| {
            let buckets = self.buckets.iter().zip(sums);
            let mine: Vec<&Terms<F>> = buckets
                .filter(|(b, _)| b.kind.exposed == exposed)
                .map(|(_, terms)| terms)
                .collect();
            let operand = |k: usize| {
                let sums = mine.iter().filter_map(|t| t.operands[k].as_ref());
                total(sums, cut.chunks())
            };
            [
                total(mine.iter().map(|terms| &terms.ones), cut.chunks()),
                operand(0),
                operand(1),
            ]
        };
        let [pairs, left, right] = exposing(Exposed::Pair);
        let [singles, low, high] = exposing(Exposed::Single);
        let chunks = cut.chunks();
        let mut suffixes = vec![F::zero(); chunks];
        add_scaled(&mut suffixes, &left, gamma);
        add_scaled(&mut suffixes, &right, square);
        add_scaled(&mut suffixes, &low, square);
        add_scaled(&mut suffixes, &high, square * power_of_two::<F>(64));
        let (word, whole) = (
            power_of_two::<F>(cut.rest / 2),
            square * power_of_two::<F>(cut.rest),
        );
        let mut pair_prefix = Vec::with_capacity(chunks);
        let mut single_prefix = Vec::with_capacity(chunks);
        for c in 0..chunks {
            let mut o = self.operands;
            for step in (0..cut.bits / 2).rev() {
                let pair = c >> (2 * step);
                o = o.advance(F::from(pair >> 1 & 1 == 1), F::from(pair & 1 == 1));
            }
            pair_prefix.push(word * (gamma * o.left + square * o.right));
            single_prefix.push(whole * o.whole);
        }
        vec![
            [suffixes, vec![F::one(); chunks]],
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
        if self.chunk.len() == self.chunk_bits {
            self.end_phase();
        }
    }

    fn end_phase(&mut self) {
        for (step, pair) in self.chunk.chunks_exact(2).enumerate() {
            let step = self.bound / 2 + step;
            self.operands = self.operands.advance(pair[0], pair[1]);
            for t in &mut self.tables {
                t.row = t.table.automaton().advance(step, &t.row, pair[0], pair[1]);
            }
        }
        self.chunk.reverse();
        let update = Point(std::mem::take(&mut self.chunk)).eq_table();
        self.bound += self.chunk_bits;
        if self.bound < self.index_bits {
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
    /// Index bits of the phase.
    bits: usize,
}

impl Cut {
    /// Number of chunks of a phase.
    fn chunks(&self) -> usize {
        1 << self.bits
    }

    /// Buckets and tables that one task takes at a time: small ones are not worth waking a thread for.
    fn buckets_each(&self) -> usize {
        256 / self.chunks()
    }

    /// The chunk of a phase that ends above so many bits.
    #[inline(always)]
    fn chunk(&self, kind: &Kind, kept: u128, shift: usize) -> u8 {
        kind.byte(kept, shift) & (self.chunks() - 1) as u8
    }
}

/// Sorts reads by table and operands, in order of cycle within a bucket.
fn sort<F: ProverField>(shape: &LookupShape, reads: &Reads, cycle: &Point<F>) -> Vec<Bucket<F>> {
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
                kind: Kind::new(table, exposed),
                indexes: Vec::with_capacity(*count),
                weights: Vec::with_capacity(*count),
                bits: 0,
            });
        }
    }
    for (j, index) in reads.index.iter().enumerate() {
        if let Some(bucket) = buckets.get_mut(position[class(j)]) {
            let kept = bucket.kind.keep(*index);
            bucket.indexes.push(kept);
            bucket.weights.push(eq[j]);
            bucket.bits |= kept;
        }
    }
    buckets
}

impl<F: ProverField> Bucket<F> {
    /// What to accumulate at a cut.
    fn columns(&self, cut: Cut) -> Columns {
        let always_one = |state: &usize| {
            let table = self.kind.table.expect("a state is a table's");
            always_one(table.automaton(), cut.step, *state)
        };
        let (first, second) = self.kind.operands(self.bits, cut.rest);
        let exposed = self.kind.exposed != Exposed::Nothing;
        Columns {
            states: (0..self.kind.states())
                .filter(|state| !always_one(state))
                .collect(),
            operands: [first, second].map(|bits| exposed && bits != 0),
        }
    }

    fn accumulate(&mut self, cut: Cut, update: Option<&[F]>) -> Terms<F> {
        let columns = self.columns(cut);
        let kind = self.kind;
        let add = |mut sums: Sums<F>, (indexes, weights): (&[u128], &mut [F])| {
            for (indexes, weights) in indexes.chunks(BLOCK).zip(weights.chunks_mut(BLOCK)) {
                if let Some(update) = update {
                    apply(update, (&kind, cut), indexes, weights);
                }
                accumulate((&kind, cut), &columns, indexes, weights, &mut sums);
            }
            sums
        };
        let zero = || Sums::new(&columns, cut.chunks());
        let sums = if self.indexes.len() <= READS {
            add(zero(), (&self.indexes, &mut self.weights))
        } else {
            let tasks = self.indexes.par_chunks(READS);
            let tasks = tasks.zip(self.weights.par_chunks_mut(READS));
            tasks.fold(zero, add).reduce(zero, Sums::merge)
        };
        sums.reduce(kind.states(), &columns, cut.chunks())
    }
}

/// Whether the suffix of a state is 1, whatever the bits from a step on: the state leads to itself alone.
fn always_one(automaton: &Automaton, step: usize, state: usize) -> bool {
    let stays = |matrix: &Matrix| {
        let row = matrix.row(state).iter().enumerate();
        row.fold(true, |stays, (to, weight)| {
            stays && *weight == i128::from(to == state)
        })
    };
    let mut matrices = (step..automaton.steps())
        .flat_map(|step| (0..4).map(move |pair| automaton.matrix(step, pair)));
    automaton.end()[state] == 1 && matrices.all(stays)
}

/// Multiplies each weight by the entry of the chunk that was bound last; for a block at most.
fn apply<F: ProverField>(
    update: &[F],
    (kind, cut): (&Kind, Cut),
    indexes: &[u128],
    weights: &mut [F],
) {
    let mut factors = [F::zero(); BLOCK];
    let shift = cut.rest + cut.bits;
    for (factor, index) in factors.iter_mut().zip(indexes) {
        *factor = update[usize::from(cut.chunk(kind, *index, shift))];
    }
    F::mul_slices(weights, &factors);
}

/// Adds reads of one table and kind to their chunks' sums; a block at most.
fn accumulate<F: ProverField>(
    (kind, cut): (&Kind, Cut),
    columns: &Columns,
    indexes: &[u128],
    weights: &[F],
    sums: &mut Sums<F>,
) {
    let mut chunks = [0u8; BLOCK];
    for (chunk, index) in chunks.iter_mut().zip(indexes) {
        *chunk = cut.chunk(kind, *index, cut.rest);
    }
    sums.ones.add(&chunks, weights);
    let count = columns.count();
    let mut suffix = vec![0i128; kind.states()];
    for ((index, u), chunk) in indexes.iter().zip(weights).zip(chunks) {
        let at = usize::from(chunk) * count;
        let (states, rest) = sums.entries[at..at + count].split_at_mut(columns.states.len());
        let (first, second) = kind.operands(*index, cut.rest);
        if let Some(table) = kind.table {
            match kind.apart {
                true => table.suffix_pair(cut.step, first, second, &mut suffix),
                false => {
                    let low = u128::from(second) << 64 | u128::from(first);
                    table.suffix(cut.step, low, &mut suffix);
                }
            }
            for (sum, state) in states.iter_mut().zip(&columns.states) {
                add_integer(sum, u, suffix[*state]);
            }
        }
        match (columns.operands, rest) {
            ([true, true], [left, right]) => {
                left.add_u64(u, first);
                right.add_u64(u, second);
            }
            ([true, false], [left]) => left.add_u64(u, first),
            ([false, true], [right]) => right.add_u64(u, second),
            _ => {}
        }
    }
}

/// The sum of tables of so many entries.
fn total<'a, F: Field>(tables: impl Iterator<Item = &'a Vec<F>>, entries: usize) -> Vec<F> {
    tables.fold(vec![F::zero(); entries], |mut sum, table| {
        sum.iter_mut().zip(table).for_each(|(sum, x)| *sum += x);
        sum
    })
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
    fn chunk_rows(&self, cut: Cut) -> Vec<Vec<F>> {
        let automaton = self.table.automaton();
        let states = self.row.len();
        // Rows of `states` entries, one for each value of the bits so far.
        let mut rows = self.row.clone();
        for step in cut.step - cut.bits / 2..cut.step {
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

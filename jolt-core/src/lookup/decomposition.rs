//! Tables cut into subtables over chunks of the index, from their automata.
//!
//! A table is a product of small matrices, one for each pair of index bits. Joined chunk by chunk, it is
//!
//! ```text
//! T(index) = start · N_0(c_0) · N_1(c_1) … N_{n-1}(c_{n-1}) · end
//! ```
//!
//! for chunks `c_i` of `b` bits, the most significant first. Entries of the `N_i` are functions of one
//! chunk. Most are constant, and most others equal, up to a scale and a constant, one that another
//! position or table has; what is left are the *subtables*. So an entry is `constant + Σ scale · subtable`,
//! and a table a sum over paths ([`Expr::Chain`]) in the outputs of its subtables: Lasso's `g`
//! [STW23; AST23].
//!
//! Subtables are integers with greatest common divisor 1, and zero at chunk 0. Three always exist:
//! [`CHUNK`] (the chunk itself, which needs no table but a range), [`LEFT`] and [`RIGHT`] (every other
//! bit of it).
//!
//! Functions are compared at *all* `2^b` chunks, exactly (`vanishes`): the row vectors that chunks lead to
//! span a space of no more dimensions than states, and what is 0 on a basis is 0 on all of it. Residues
//! modulo `2^61 − 1` at two points only say which functions are worth comparing. Automata are bounded
//! ([`LookupShape::fits_tables`]), so no sum overflows.
//!
//! Cost: for each function `b/2` times four small products for each basis vector, and an elimination; for
//! each subtable one pass over `2^b` chunks. Entries are written out when somebody asks for them, which a
//! verifier never does.

use super::LookupShape;
use ark_bn254::Fr;
use instruction_tables::Automaton;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use sumcheck::{Expr, Field};

/// The subtable that is the chunk itself.
pub const CHUNK: usize = 0;
/// The subtable of the bits of the left operand in a chunk.
pub const LEFT: usize = 1;
/// The subtable of the bits of the right operand in a chunk.
pub const RIGHT: usize = 2;

/// An entry of a chunk's matrix: `constant + Σ scale · subtable`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its value at chunk 0.
    pub constant: i128,
    /// (scale, subtable).
    pub terms: Vec<(i128, usize)>,
}

/// One chunk's matrix of one table; states that no path uses are left out. The first chunk's has one row,
/// the last one's one column: start and end are multiplied in.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// `(from, to, entry)`, zero entries left out.
    pub entries: Vec<(usize, usize, Entry)>,
    /// Subtables that occur, ascending.
    pub uses: Vec<usize>,
}

/// Why tables cannot be cut.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CutError {
    /// The tables do not belong to the shape.
    #[error("{cause}")]
    Shape {
        /// Why.
        cause: String,
    },
    /// Chunks that are empty, too long, have half a pair of bits, or do not make up an index.
    #[error("{index_bits} index bits in chunks of {chunk_bits}")]
    Chunks {
        /// Bits of an index.
        index_bits: usize,
        /// Bits of a chunk.
        chunk_bits: usize,
    },
    /// More entries of subtables than memory should hold.
    #[error("{subtables} subtables of chunks of {chunk_bits} bits are too many")]
    TooMany {
        /// Distinct subtables.
        subtables: usize,
        /// Bits of a chunk.
        chunk_bits: usize,
    },
}

/// Entries of all subtables together, at most: 1 GiB.
const MAX_ENTRIES: usize = 1 << 26;

/// `row · N(c) · column` for a product `N` of consecutive steps of an automaton, between states that paths from
/// its start to its end go through. Values, and all sums on the way to them, are at most `2^120`: a shape's
/// tables are bounded so along whole paths, and what is outside of the chunk only makes that larger.
#[derive(Clone)]
struct Function {
    automaton: Arc<Automaton>,
    first: usize,
    steps: usize,
    row: Vec<i128>,
    column: Vec<i128>,
}

impl Function {
    fn dot(&self, row: &[i128]) -> i128 {
        row.iter().zip(&self.column).map(|(x, c)| x * c).sum()
    }

    /// Whether some path of transitions leads from the row to the column; without one, all values are 0.
    fn is_connected(&self) -> bool {
        let mut reached: Vec<bool> = self.row.iter().map(|x| *x != 0).collect();
        for step in self.first..self.first + self.steps {
            reached = leads(&self.automaton, step, &reached);
        }
        reached.iter().zip(&self.column).any(|(r, c)| *r && *c != 0)
    }

    fn value(&self, chunk: usize) -> i128 {
        let mut row = self.row.clone();
        for s in 0..self.steps {
            let pair = (chunk >> (2 * (self.steps - 1 - s))) & 3;
            row = self.automaton.matrix(self.first + s, pair).apply_row(&row);
        }
        self.dot(&row)
    }

    /// A chunk at which the value is not that of chunk 0, if there is one.
    fn changing(&self) -> Option<usize> {
        let zero = self.value(0);
        // Mostly one pair of bits is enough.
        let pairs = (0..self.steps).flat_map(|i| [1, 2, 3].map(|pair| pair << (2 * i)));
        let mut chunks = pairs.chain(1..1 << (2 * self.steps));
        chunks.find(|chunk| self.value(*chunk) != zero)
    }

    /// Calls `seen` with the values of all chunks, in order.
    fn each(&self, seen: &mut dyn FnMut(i128)) {
        let states = self.row.len();
        let step = |s: usize| {
            [0, 1, 2, 3].map(|pair| {
                let matrix = self.automaton.matrix(self.first + s, pair);
                let all = (0..states).flat_map(|from| (0..states).map(move |to| (from, to)));
                let weighed = all.map(|(from, to)| (from, to, matrix.get(from, to)));
                weighed.filter(|(_, _, weight)| *weight != 0).collect()
            })
        };
        let steps: Vec<[Vec<Transition>; 4]> = (0..self.steps).map(step).collect();
        let mut rows = vec![0i128; states * (self.steps + 1)];
        rows[..states].copy_from_slice(&self.row);
        self.descend(&steps, &mut rows, seen);
    }

    /// The chunks that begin as the one that led to the first of `rows` did, by the steps that are left.
    fn descend(
        &self,
        steps: &[[Vec<Transition>; 4]],
        rows: &mut [i128],
        seen: &mut dyn FnMut(i128),
    ) {
        let states = self.row.len();
        let (row, below) = rows.split_at_mut(states);
        let Some((step, rest)) = steps.split_first() else {
            return seen(self.dot(row));
        };
        for transitions in step {
            below[..states].fill(0);
            for (from, to, weight) in transitions {
                below[*to] += match weight {
                    1 => row[*from],
                    weight => row[*from] * weight,
                };
            }
            self.descend(rest, below, seen);
        }
    }

    /// The extension at a point.
    fn evaluate<F: Field>(&self, msb_first: &[F]) -> F {
        let mut row: Vec<F> = self.row.iter().map(|x| F::from_i128(*x)).collect();
        for (s, pair) in msb_first.chunks_exact(2).enumerate() {
            row = self
                .automaton
                .advance(self.first + s, &row, pair[0], pair[1]);
        }
        let terms = row.iter().zip(&self.column);
        terms.map(|(x, c)| x.mul_i128(*c)).sum()
    }
}

/// From, to, weight.
type Transition = (usize, usize, i128);

/// The states that a step leads to from these.
fn leads(automaton: &Automaton, step: usize, from: &[bool]) -> Vec<bool> {
    let to = |to: usize| {
        let from = from.iter().enumerate().filter(|(_, reached)| **reached);
        let mut entries = from.flat_map(|(from, _)| (0..4).map(move |pair| (pair, from)));
        entries.any(|(pair, from)| automaton.matrix(step, pair).get(from, to) != 0)
    };
    (0..from.len()).map(to).collect()
}

/// Whether `Σ_k factor_k · (f_k(c) − f_k(0)) = 0` for every chunk `c`, for one or two functions and factors
/// of at most `2^121`, so that the sum is below `2^244`.
///
/// The rows that the functions' chunks lead to, side by side with a 1, are combinations of a basis that is
/// taken from step to step; the sum is linear in them. This is decided modulo the order of [`Fr`], which is
/// larger than any such sum, so it is decided for the integers.
fn vanishes(functions: &[(&Function, i128)]) -> bool {
    let Some((first, _)) = functions.first() else {
        return true;
    };
    let element = |x: &i128| Fr::from_i128(*x);
    let (mut start, mut end, mut zero) = (Vec::new(), Vec::new(), Fr::from(0u64));
    for (function, factor) in functions {
        let factor = element(factor);
        start.extend(function.row.iter().map(element));
        end.extend(function.column.iter().map(|c| factor.mul_i128(*c)));
        zero -= factor.mul_i128(function.value(0));
    }
    start.push(Fr::from(1u64));
    end.push(zero);
    let mut basis = Basis::default();
    basis.insert(start);
    for s in 0..first.steps {
        let mut next = Basis::default();
        for row in &basis.rows {
            for pair in 0..4 {
                let mut image = Vec::with_capacity(row.len());
                let mut rest = row.as_slice();
                for (function, _) in functions {
                    let states = function.row.len();
                    let own = &rest[..states];
                    let matrix = function.automaton.matrix(function.first + s, pair);
                    image.extend((0..states).map(|to| {
                        let terms = own.iter().enumerate();
                        let terms = terms.map(|(from, x)| (x, matrix.get(from, to)));
                        let terms = terms.filter(|(_, entry)| *entry != 0);
                        terms.map(|(x, entry)| x.mul_i128(entry)).sum::<Fr>()
                    }));
                    rest = &rest[states..];
                }
                image.extend(rest);
                next.insert(image);
            }
        }
        basis = next;
    }
    let zero = Fr::from(0u64);
    let sum = |row: &Vec<Fr>| row.iter().zip(&end).map(|(x, e)| *x * e).sum::<Fr>();
    basis.rows.iter().all(|row| sum(row) == zero)
}

/// Row vectors, no one a combination of the others: each has its first entry that is not 0 where those
/// after it have zeros.
#[derive(Default)]
struct Basis {
    rows: Vec<Vec<Fr>>,
    pivots: Vec<usize>,
}

impl Basis {
    /// Adds a vector, unless it is a combination of those that there are.
    fn insert(&mut self, mut row: Vec<Fr>) {
        let zero = Fr::from(0u64);
        for (own, pivot) in self.rows.iter().zip(&self.pivots) {
            let (by, lead) = (row[*pivot], own[*pivot]);
            if by != zero {
                // A multiple, so that nothing is divided.
                for (x, y) in row.iter_mut().zip(own) {
                    *x = *x * lead - *y * by;
                }
            }
        }
        if let Some(pivot) = row.iter().position(|x| *x != zero) {
            self.rows.push(row);
            self.pivots.push(pivot);
        }
    }
}

/// A function of one chunk that is looked up.
pub struct Subtable {
    name: String,
    function: Function,
    /// The function is `zero + scale · subtable`.
    zero: i128,
    scale: i128,
    /// The first chunk at which the subtable is not 0; 0 for a subtable that is 0.
    pivot: usize,
    largest: u128,
    entries: OnceLock<Vec<i128>>,
}

impl Subtable {
    /// Where it first occurs: table, position, states.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The values at all chunks; the first is 0. Computed when first asked for.
    pub fn entries(&self) -> &[i128] {
        // Nothing in there waits for another thread.
        self.entries.get_or_init(|| {
            let mut entries = Vec::with_capacity(1 << (2 * self.function.steps));
            let mut push = |value| entries.push((value - self.zero) / self.scale);
            self.function.each(&mut push);
            entries
        })
    }

    /// The largest absolute value.
    pub fn largest(&self) -> u128 {
        self.largest
    }

    /// The multilinear extension, the most significant bit of the chunk first: one small product of a
    /// vector and a matrix for every two bits.
    ///
    /// # Panics
    /// If the point has another number of coordinates than a chunk has bits.
    pub fn evaluate<F: Field>(&self, msb_first: &[F]) -> F {
        assert_eq!(
            msb_first.len(),
            2 * self.function.steps,
            "coordinates of a chunk's point"
        );
        let scale = F::from_i128(self.scale).inverse();
        let value = self.function.evaluate(msb_first) - F::from_i128(self.zero);
        value * scale.expect("scales are small and not zero")
    }

    fn new(name: String, function: Function) -> Self {
        let zero = function.value(0);
        let (mut divisor, mut largest, mut chunk) = (0u128, 0u128, 0usize);
        let mut first = None;
        function.each(&mut |value| {
            let entry = value - zero;
            if entry != 0 {
                first.get_or_insert((chunk, entry.signum()));
                divisor = gcd(divisor, entry.unsigned_abs());
                largest = largest.max(entry.unsigned_abs());
            }
            chunk += 1;
        });
        let (pivot, sign) = first.unwrap_or((0, 1));
        let divisor = divisor.max(1);
        Subtable {
            name,
            function,
            zero,
            scale: sign * i128::try_from(divisor).expect("values are at most 2^120"),
            pivot,
            largest: largest / divisor,
            entries: OnceLock::new(),
        }
    }

    /// The constant and scale of a function that is a multiple of this one's, up to a constant.
    fn occurrence(&self, function: &Function) -> (i128, i128) {
        let constant = function.value(0);
        let entry = (self.function.value(self.pivot) - self.zero) / self.scale;
        let change = function.value(self.pivot) - constant;
        // Subtables have no common divisor, so that only integers make integers of them.
        (constant, change.checked_div(entry).unwrap_or(0))
    }
}

fn gcd(a: u128, b: u128) -> u128 {
    match (a, u64::try_from(a), u64::try_from(b)) {
        (0, ..) => b,
        // Division of words is faster.
        (_, Ok(a), Ok(b)) => gcd64(b % a, a).into(),
        _ => gcd(b % a, a),
    }
}

fn gcd64(a: u64, b: u64) -> u64 {
    match a {
        0 => b,
        _ => gcd64(b % a, a),
    }
}

/// The tables of a shape, cut into chunks.
pub struct Decomposition {
    chunk_bits: usize,
    positions: usize,
    subtables: Vec<Subtable>,
    tables: Vec<Vec<Chunk>>,
}

impl Decomposition {
    /// Cuts all tables of a shape into chunks of so many bits.
    ///
    /// # Errors
    /// Tables that do not belong to the shape; chunks that are empty, longer than 16 bits, have half a pair
    /// of bits, or do not make up an index; too many subtables.
    pub fn new(shape: &LookupShape, chunk_bits: usize) -> Result<Self, CutError> {
        shape
            .fits_tables()
            .map_err(|cause| CutError::Shape { cause })?;
        if !matches!(chunk_bits, 2..=16)
            || !chunk_bits.is_multiple_of(2)
            || shape.index_bits == 0
            || !shape.index_bits.is_multiple_of(chunk_bits)
        {
            return Err(CutError::Chunks {
                index_bits: shape.index_bits,
                chunk_bits,
            });
        }
        let positions = shape.index_bits / chunk_bits;
        let mut found = Found::new(chunk_bits);
        let tables: Vec<Vec<Layer>> = shape
            .tables
            .iter()
            .map(|table| found.table(table.name(), table.automaton(), positions))
            .collect::<Result<_, _>>()?;
        let subtables: Vec<Subtable> = found
            .functions
            .into_par_iter()
            .map(|distinct| Subtable::new(distinct.name, distinct.function))
            .collect();
        let entry = |occurrence: Occurrence| match occurrence {
            Occurrence::Constant(constant) => Entry {
                constant,
                terms: Vec::new(),
            },
            Occurrence::Subtable(function, s) => {
                let (constant, scale) = subtables[s].occurrence(&function);
                Entry {
                    constant,
                    terms: vec![(scale, s)],
                }
            }
        };
        let chunk = |occurrences: Layer| {
            let entries: Vec<_> = occurrences
                .into_iter()
                .map(|(from, to, o)| (from, to, entry(o)))
                .collect();
            let terms = entries.iter().flat_map(|(_, _, e)| &e.terms);
            let mut uses: Vec<usize> = terms.map(|(_, s)| *s).collect();
            uses.sort_unstable();
            uses.dedup();
            Chunk { entries, uses }
        };
        let tables = tables
            .into_iter()
            .map(|chunks| chunks.into_iter().map(chunk).collect())
            .collect();
        Ok(Decomposition {
            chunk_bits,
            positions,
            subtables,
            tables,
        })
    }

    /// Bits of a chunk.
    pub fn chunk_bits(&self) -> usize {
        self.chunk_bits
    }

    /// Chunks of an index.
    pub fn positions(&self) -> usize {
        self.positions
    }

    /// The distinct subtables; [`CHUNK`], [`LEFT`] and [`RIGHT`] come first.
    pub fn subtables(&self) -> &[Subtable] {
        &self.subtables
    }

    /// The matrix of a table at a position, 0 the most significant.
    pub fn chunk(&self, table: usize, position: usize) -> &Chunk {
        &self.tables[table][position]
    }

    /// Whether a table needs a subtable at a position: the coefficient of the table's selector in the flag
    /// of that lookup.
    pub fn uses(&self, table: usize, position: usize, subtable: usize) -> bool {
        let uses = &self.tables[table][position].uses;
        uses.binary_search(&subtable).is_ok()
    }

    /// A chunk of an index, position 0 the most significant.
    pub fn value(&self, index: u128, position: usize) -> usize {
        let shift = (self.positions - 1 - position) * self.chunk_bits;
        (index >> shift) as usize & ((1 << self.chunk_bits) - 1)
    }

    /// Factor of a position's chunk in the whole index: `2^(b · chunks below)`.
    pub fn weight(&self, position: usize) -> u128 {
        1 << ((self.positions - 1 - position) * self.chunk_bits)
    }

    /// Factor of a position's [`LEFT`] and [`RIGHT`] in the operands.
    pub fn operand_weight(&self, position: usize) -> u64 {
        1 << ((self.positions - 1 - position) * self.chunk_bits / 2)
    }

    /// A table as a polynomial in the outputs `output(position, subtable)` of its subtables. On honest
    /// outputs its value is the table's entry.
    pub fn expr<F: Field>(
        &self,
        table: usize,
        output: impl Fn(usize, usize) -> Expr<F>,
    ) -> Expr<F> {
        let entry = |position: usize, entry: &Entry| {
            let scaled = entry.terms.iter().map(|(scale, s)| match scale {
                1 => output(position, *s),
                c => constant::<F>(*c) * output(position, *s),
            });
            let mut terms: Vec<Expr<F>> = scaled.collect();
            if entry.constant != 0 || terms.is_empty() {
                terms.push(constant(entry.constant));
            }
            match terms.len() {
                1 => terms.swap_remove(0),
                _ => Expr::Sum(terms),
            }
        };
        let layers = self.tables[table].iter().enumerate();
        let layer = |(position, chunk): (usize, &Chunk)| {
            let entries = chunk.entries.iter();
            entries
                .map(|(from, to, e)| (*from, *to, entry(position, e)))
                .collect()
        };
        Expr::Chain(layers.map(layer).collect())
    }
}

fn constant<F: Field>(value: i128) -> Expr<F> {
    Expr::constant(value.to_string(), F::from_i128(value))
}

/// An entry before its scale is known.
enum Occurrence {
    Constant(i128),
    Subtable(Function, usize),
}

/// `(from, to, entry)` of one chunk.
type Layer = Vec<(usize, usize, Occurrence)>;

/// The same before subtables are told apart, with fingerprints of those that are not constant.
type Candidates = Vec<(usize, usize, Function, Option<u64>)>;

/// The Mersenne prime `2^61 − 1`.
const P: u64 = (1 << 61) - 1;

/// `x mod P`.
fn reduce(x: u128) -> u64 {
    let p = u128::from(P);
    // 2^61 = 1; twice, since what remains of 128 bits has 67.
    let x = (x & p) + (x >> 61);
    let x = ((x & p) + (x >> 61)) as u64;
    if x >= P { x - P } else { x }
}

fn mul(a: u64, b: u64) -> u64 {
    reduce(u128::from(a) * u128::from(b))
}

fn sub(a: u64, b: u64) -> u64 {
    if a >= b { a - b } else { a + P - b }
}

fn residue(x: i128) -> u64 {
    let magnitude = reduce(x.unsigned_abs());
    if x < 0 { sub(0, magnitude) } else { magnitude }
}

fn inverse(x: u64) -> u64 {
    let (mut power, mut e, mut base) = (1, P - 2, x);
    while e > 0 {
        if e & 1 == 1 {
            power = mul(power, base);
        }
        base = mul(base, base);
        e >>= 1;
    }
    power
}

/// Subtables found so far, and which of them have a fingerprint. Functions that are equal up to scale and constant
/// mostly have equal fingerprints, and no others do; how many subtables there are depends on that, and nothing else.
struct Found {
    steps: usize,
    points: [Vec<u64>; 2],
    ids: HashMap<u64, Vec<usize>>,
    functions: Vec<Distinct>,
}

impl Found {
    fn new(chunk_bits: usize) -> Self {
        let mut state = 0x243f_6a88_85a3_08d3u64;
        let mut coordinate = || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let x = (state ^ (state >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (x ^ (x >> 32)) % P
        };
        let mut found = Found {
            steps: chunk_bits / 2,
            points: [0, 1].map(|_| (0..chunk_bits).map(|_| coordinate()).collect()),
            ids: HashMap::new(),
            functions: Vec::new(),
        };
        let steps = found.steps;
        let weights = [(2, 1), (1, 0), (0, 1)].into_iter().enumerate();
        for (id, (high, low)) in weights {
            let base = if id == CHUNK { 2 } else { 1 };
            let emitted = |i: usize, a, b| (high * a + low * b) << (base * i);
            let function = Function {
                automaton: Arc::new(Automaton::emitting(steps, emitted)),
                first: 0,
                steps,
                row: vec![1, 0],
                column: vec![0, 1],
            };
            let name = ["chunk", "left", "right"][id].to_owned();
            let fingerprint = found.fingerprint(&function);
            found.ids.entry(fingerprint).or_default().push(id);
            found.functions.push(Distinct::new(name, function));
        }
        found
    }

    /// The extension modulo `P` at one of the two points.
    fn at(&self, function: &Function, point: &[u64]) -> u64 {
        let mut row: Vec<u64> = function.row.iter().map(|x| residue(*x)).collect();
        for (s, pair) in point.chunks_exact(2).enumerate() {
            let ([a, b], mut next) = ([pair[0], pair[1]], vec![0; row.len()]);
            let (na, nb) = (sub(1, a), sub(1, b));
            let weights = [mul(na, nb), mul(na, b), mul(a, nb), mul(a, b)];
            for (k, weight) in weights.into_iter().enumerate() {
                let matrix = function.automaton.matrix(function.first + s, k);
                for (from, x) in row.iter().enumerate() {
                    let x = mul(*x, weight);
                    for (to, entry) in matrix.row(from).iter().enumerate() {
                        if *entry != 0 {
                            next[to] = sub(next[to], sub(0, mul(x, residue(*entry))));
                        }
                    }
                }
            }
            row = next;
        }
        let terms = row.iter().zip(&function.column);
        terms.fold(0, |sum, (x, c)| (sum + mul(*x, residue(*c))) % P)
    }

    /// What functions have in common that are equal up to scale and constant.
    fn fingerprint(&self, function: &Function) -> u64 {
        let zero = residue(function.value(0));
        let [x, y] = [0, 1].map(|i| sub(self.at(function, &self.points[i]), zero));
        match (x, y) {
            (0, 0) => P + 1,
            (_, 0) => P,
            _ => mul(x, inverse(y)),
        }
    }

    /// The fingerprint of a function, none if it is constant; nothing at all if it is 0.
    fn candidate(&self, function: &Function) -> Option<Option<u64>> {
        if !function.is_connected() {
            return None;
        }
        // The fingerprint of a constant is that of no change at either point.
        let fingerprint = self.fingerprint(function);
        match fingerprint == P + 1 && vanishes(&[(function, 1)]) {
            true => (function.value(0) != 0).then_some(None),
            false => Some(Some(fingerprint)),
        }
    }

    /// The chunks of a table, without states that no path uses.
    fn table(
        &mut self,
        name: &str,
        automaton: &Automaton,
        positions: usize,
    ) -> Result<Vec<Layer>, CutError> {
        let automaton = Arc::new(automaton.clone());
        let states = automaton.states();
        let unit = |s: usize| -> Vec<i128> { (0..states).map(|k| i128::from(k == s)).collect() };
        let used = used_states(&automaton, self.steps, positions);
        // Row or column vectors at a cut, one for each state that some path goes through.
        let ends = |cut: usize, whole: &[i128]| -> Vec<(usize, Vec<i128>)> {
            match cut {
                0 => vec![(0, whole.to_vec())],
                cut if cut == positions => vec![(0, whole.to_vec())],
                _ => used[cut].iter().map(|s| (*s, unit(*s))).collect(),
            }
        };
        // (from, to, function, fingerprint) of all entries that are not zero.
        let mut layers: Vec<Candidates> = Vec::with_capacity(positions);
        for position in 0..positions {
            let rows = ends(position, automaton.start());
            let columns = ends(position + 1, automaton.end());
            let mut layer = Vec::new();
            for (from, row) in &rows {
                for (to, column) in &columns {
                    let function = Function {
                        automaton: automaton.clone(),
                        first: position * self.steps,
                        steps: self.steps,
                        row: row.clone(),
                        column: column.clone(),
                    };
                    if let Some(fingerprint) = self.candidate(&function) {
                        layer.push((*from, *to, function, fingerprint));
                    }
                }
            }
            layers.push(layer);
        }
        // Only states on a path from the start to the end.
        let mut reached = vec![0];
        for layer in &mut layers {
            layer.retain(|(from, ..)| reached.contains(from));
            reached = layer.iter().map(|(_, to, ..)| *to).collect();
        }
        let mut wanted = vec![0];
        for layer in layers.iter_mut().rev() {
            layer.retain(|(_, to, ..)| wanted.contains(to));
            wanted = layer.iter().map(|(from, ..)| *from).collect();
        }
        let mut from_states = vec![0];
        let mut numbered = Vec::with_capacity(positions);
        for (position, layer) in layers.into_iter().enumerate() {
            let mut to_states: Vec<usize> = layer.iter().map(|(_, to, ..)| *to).collect();
            to_states.sort_unstable();
            to_states.dedup();
            let number = |states: &[usize], s: usize| states.iter().position(|x| *x == s);
            let mut entries = Vec::with_capacity(layer.len());
            for (from, to, function, print) in layer {
                let ends = number(&from_states, from).zip(number(&to_states, to));
                if let Some((row, column)) = ends {
                    let name = || format!("{name}/{position} {from}→{to}");
                    entries.push((row, column, self.occurrence(name, function, print)?));
                }
            }
            from_states = to_states;
            numbered.push(entries);
        }
        Ok(numbered)
    }

    fn occurrence(
        &mut self,
        name: impl Fn() -> String,
        function: Function,
        fingerprint: Option<u64>,
    ) -> Result<Occurrence, CutError> {
        let Some(fingerprint) = fingerprint else {
            return Ok(Occurrence::Constant(function.value(0)));
        };
        let known = self.ids.entry(fingerprint).or_default();
        let equal = known.iter();
        let equal = equal
            .copied()
            .find(|id| self.functions[*id].is_multiple(&function));
        if let Some(id) = equal {
            return Ok(Occurrence::Subtable(function, id));
        }
        let id = self.functions.len();
        if id >= MAX_ENTRIES >> (2 * self.steps) {
            return Err(CutError::TooMany {
                subtables: id + 1,
                chunk_bits: 2 * self.steps,
            });
        }
        known.push(id);
        self.functions.push(Distinct::new(name(), function.clone()));
        Ok(Occurrence::Subtable(function, id))
    }
}

/// A function that no other one before is a multiple of, up to a constant.
struct Distinct {
    name: String,
    function: Function,
    /// Where it changes: [`Function::changing`].
    chunk: usize,
}

impl Distinct {
    fn new(name: String, function: Function) -> Self {
        Distinct {
            chunk: function.changing().unwrap_or(0),
            name,
            function,
        }
    }

    /// Whether another function is a multiple of this one, up to a constant.
    fn is_multiple(&self, other: &Function) -> bool {
        let change = |f: &Function| f.value(self.chunk) - f.value(0);
        let (x, y) = (change(other), change(&self.function));
        x != 0 && vanishes(&[(other, y), (&self.function, -x)])
    }
}

/// At every cut, the states that some path of transitions from the start to the end goes through.
fn used_states(automaton: &Automaton, steps: usize, positions: usize) -> Vec<Vec<usize>> {
    let states = automaton.states();
    let nonzero = |vector: &[i128]| -> Vec<bool> { vector.iter().map(|x| *x != 0).collect() };
    let mut forth = vec![nonzero(automaton.start())];
    for step in 0..steps * positions {
        forth.push(leads(automaton, step, &forth[step]));
    }
    let mut back = vec![nonzero(automaton.end())];
    for step in (0..steps * positions).rev() {
        let to = &back[back.len() - 1];
        let from = |from: usize| {
            let to = to.iter().enumerate().filter(|(_, wanted)| **wanted);
            let mut entries = to.flat_map(|(to, _)| (0..4).map(move |pair| (pair, to)));
            entries.any(|(pair, to)| automaton.matrix(step, pair).get(from, to) != 0)
        };
        back.push((0..states).map(from).collect());
    }
    back.reverse();
    let at = |cut: usize| {
        let (forth, back) = (&forth[cut * steps], &back[cut * steps]);
        (0..states).filter(|s| forth[*s] && back[*s]).collect()
    };
    (0..=positions).map(at).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::UniformRand;
    use ark_std::rand::rngs::StdRng;
    use ark_std::rand::{Rng, SeedableRng};
    use instruction_tables::tables::AutomatonTable;
    use instruction_tables::{Kind, WordSize, tables};
    use sumcheck::Point;

    fn shape(word: WordSize) -> LookupShape {
        LookupShape {
            cycle_vars: 4,
            index_bits: 2 * word.bits(),
            tables: tables::all(word).iter().map(|(_, t)| *t).collect(),
        }
    }

    fn recombines(word: WordSize, chunk_bits: usize, rounds: usize) -> Decomposition {
        let shape = shape(word);
        let cut = Decomposition::new(&shape, chunk_bits).unwrap();
        let rng = &mut StdRng::seed_from_u64(1);
        let subtables = cut.subtables().len();
        let factors: Vec<Expr<Fr>> = (0..cut.positions() * subtables).map(Expr::Factor).collect();
        for (t, table) in shape.tables.iter().enumerate() {
            let output = |position: usize, s: usize| {
                assert!(cut.uses(t, position, s));
                factors[position * subtables + s].clone()
            };
            let expr = cut.expr(t, output);
            for _ in 0..rounds {
                // Words of few bits are as likely as long ones.
                let [x, y]: [u64; 2] = [0, 1].map(|_| {
                    let shift = rng.gen_range(0..word.bits());
                    (rng.r#gen::<u64>() & word.mask()) >> shift
                });
                let index = instruction_tables::interleave(x, y);
                let mut values = vec![Fr::from(77u64); cut.positions() * subtables];
                for position in 0..cut.positions() {
                    let k = cut.value(index, position);
                    for (s, subtable) in cut.subtables().iter().enumerate() {
                        if cut.uses(t, position, s) {
                            values[position * subtables + s] = Fr::from_i128(subtable.entries()[k]);
                        }
                    }
                }
                let expected = Fr::from(table.entry(index));
                assert_eq!(expr.eval(&values), expected, "{} {index:x}", table.name());
            }
        }
        cut
    }

    #[test]
    fn chunks_recombine_to_every_table() {
        for (word, chunk_bits, rounds) in [
            (WordSize::W8, 2, 40),
            (WordSize::W8, 4, 40),
            (WordSize::W8, 16, 40),
            (WordSize::W32, 8, 30),
            (WordSize::W64, 4, 10),
            (WordSize::W64, 8, 20),
        ] {
            recombines(word, chunk_bits, rounds);
        }
    }

    /// The shape of the machine: how many subtables there are, and how long their entries.
    #[test]
    fn subtables_of_the_machine_are_few_and_small() {
        let cut = recombines(WordSize::W64, 16, 20);
        for (i, subtable) in cut.subtables().iter().enumerate() {
            let entries = subtable.entries();
            assert_eq!((entries.len(), entries[0]), (1 << 16, 0));
            let longest = entries.iter().map(|e| e.unsigned_abs()).max().unwrap();
            assert!(longest >> 65 == 0, "{} {longest:x}", subtable.name());
            println!(
                "{i:3} {:5.1} bits {}",
                (longest as f64).log2(),
                subtable.name()
            );
        }
        let mut widest = 0;
        for (t, table) in shape(WordSize::W64).tables.iter().enumerate() {
            let uses: Vec<&Vec<usize>> = (0..8).map(|i| &cut.chunk(t, i).uses).collect();
            println!("{} {uses:?}", table.name());
            widest = uses.iter().map(|u| u.len()).max().unwrap().max(widest);
        }
        println!(
            "{} subtables, at most {widest} for a chunk",
            cut.subtables().len()
        );
        assert!(cut.subtables().len() <= 80 && widest <= 9);
    }

    #[test]
    fn extensions_of_subtables_are_those_of_their_entries() {
        let rng = &mut StdRng::seed_from_u64(2);
        for (word, chunk_bits) in [(WordSize::W8, 8), (WordSize::W64, 8), (WordSize::W32, 4)] {
            let cut = Decomposition::new(&shape(word), chunk_bits).unwrap();
            let point: Vec<Fr> = (0..chunk_bits).map(|_| Fr::rand(rng)).collect();
            let eq = Point(point.iter().rev().copied().collect()).eq_table();
            for subtable in cut.subtables() {
                let terms = eq.iter().zip(subtable.entries());
                let sum: Fr = terms.map(|(e, v)| e.mul_i128(*v)).sum();
                assert_eq!(subtable.evaluate(&point), sum, "{}", subtable.name());
            }
        }
    }

    /// The index, and at one chunk something that two points modulo `2^61 − 1` do not see.
    fn dented(steps: usize, low_bits: usize, at: usize) -> AutomatonTable {
        let dent = i128::from(P);
        let automaton = Automaton::new(steps, &[1, 0, dent], &[0, 1, 1], move |i, a, b| {
            let emitted = (2 * a + b) << (2 * i);
            let here = (at >> (2 * i)) as i128 & 3 == 2 * a + b;
            let mut transitions = vec![(0, 0, 1), (0, 1, emitted), (1, 1, 1)];
            if 2 * i >= low_bits || here {
                transitions.push((2, 2, 1));
            }
            transitions
        });
        AutomatonTable::new(format!("DENTED{at}"), Kind::Single, automaton).unwrap()
    }

    /// Wherever the dent is, no chunk is taken for another function's.
    #[test]
    fn functions_are_compared_at_every_chunk() {
        let plain = Automaton::emitting(20, |i, a, b| (2 * a + b) << (2 * i));
        let plain = AutomatonTable::new("PLAIN", Kind::Single, plain).unwrap();
        let plain = plain.leak();
        for at in 0..256 {
            let table = dented(20, 8, at).leak();
            let shape = LookupShape {
                cycle_vars: 8,
                index_bits: 40,
                tables: vec![plain, table],
            };
            let cut = Decomposition::new(&shape, 8).unwrap();
            let subtables = cut.subtables().len();
            let factors: Vec<Expr<Fr>> = (0..5 * subtables).map(Expr::Factor).collect();
            let expr = cut.expr(1, |i, s| factors[i * subtables + s].clone());
            for chunk in (0..256).step_by(17).chain([at, at ^ 1]) {
                for index in [chunk as u128, chunk as u128 | 0x5a00] {
                    let values = (0..5).flat_map(|i| {
                        let k = cut.value(index, i);
                        cut.subtables()
                            .iter()
                            .map(move |s| Fr::from_i128(s.entries()[k]))
                    });
                    let value = expr.eval(&values.collect::<Vec<_>>());
                    assert_eq!(value, Fr::from(table.entry(index)), "{at} {index:x}");
                }
            }
        }
    }

    #[test]
    fn constants_and_multiples_are_told_exactly() {
        let function = |weight: fn(i128) -> i128| Function {
            automaton: Arc::new(Automaton::emitting(4, move |i, a, b| {
                weight((2 * a + b) << (2 * i))
            })),
            first: 0,
            steps: 4,
            row: vec![1, 0],
            column: vec![0, 1],
        };
        let (one, other) = (function(|x| x), function(|x| 7 * x));
        let are_multiples = |a: &Function, b: &Function| {
            let of = |f: &Function| Distinct::new(String::new(), f.clone());
            assert_eq!(of(a).is_multiple(b), of(b).is_multiple(a));
            of(a).is_multiple(b)
        };
        assert!(are_multiples(&one, &other));
        assert!(vanishes(&[(&function(|_| 3), 1)]));
        // Zero wherever it is looked at modulo P.
        let unseen = function(|x| x * i128::from(P));
        assert_eq!(Found::new(8).fingerprint(&unseen), P + 1);
        assert!(!vanishes(&[(&unseen, 1)]) && are_multiples(&unseen, &one));
        let bent = function(|x| x + i128::from(P) * i128::from(x == 3));
        let found = Found::new(8);
        assert_eq!(found.fingerprint(&bent), found.fingerprint(&one));
        assert!(!are_multiples(&bent, &one));
        // It changes at one chunk alone, and at none.
        let last = function(|x| i128::from(x == 3 << 6));
        assert_eq!(last.changing(), Some(3 << 6));
        assert_eq!(function(|_| 1).changing(), None);
    }

    #[test]
    fn entries_have_no_common_divisor_and_begin_with_zero() {
        let cut = Decomposition::new(&shape(WordSize::W64), 8).unwrap();
        for subtable in cut.subtables() {
            let entries = subtable.entries();
            let largest = entries.iter().map(|e| e.unsigned_abs()).max();
            assert_eq!((entries[0], largest), (0, Some(subtable.largest())));
            let divisor = entries.iter().fold(0, |d, e| gcd(d, e.unsigned_abs()));
            let first = entries.iter().find(|e| **e != 0).unwrap();
            assert_eq!((divisor, first.signum()), (1, 1), "{}", subtable.name());
            assert_eq!(entries[subtable.pivot], *first);
        }
        for (x, expected) in [(0, 0), (-1, P - 1), (i128::from(P), 0), (i128::MIN, P - 32)] {
            assert_eq!(residue(x), expected, "{x}");
        }
        assert_eq!(residue(i128::MAX), 31);
        assert_eq!(
            (gcd(1 << 70, 3 << 68), gcd(0, 5), gcd(12, 18)),
            (1 << 68, 5, 6)
        );
    }

    #[test]
    fn chunks_that_do_not_make_up_an_index_are_refused() {
        for bits in [0, 1, 3, 6, 18, 32] {
            assert!(Decomposition::new(&shape(WordSize::W8), bits).is_err());
        }
    }

    #[test]
    fn operands_and_index_are_sums_over_chunks() {
        let cut = Decomposition::new(&shape(WordSize::W64), 8).unwrap();
        let index = 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210u128;
        let (mut whole, mut left, mut right) = (0u128, 0u64, 0u64);
        for i in 0..cut.positions() {
            let k = cut.value(index, i);
            let entry = |s: usize| cut.subtables()[s].entries()[k];
            whole += cut.weight(i) * entry(CHUNK) as u128;
            left += cut.operand_weight(i) * entry(LEFT) as u64;
            right += cut.operand_weight(i) * entry(RIGHT) as u64;
        }
        assert_eq!(whole, index);
        assert_eq!((left, right), instruction_tables::deinterleave(index));
    }
}

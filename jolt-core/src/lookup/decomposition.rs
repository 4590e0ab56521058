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
//! Functions are compared by their extensions at two fixed points modulo `2^61 − 1`, and at some chunks.
//! Cost: one small product for each step of each table, and one pass over `2^b` chunks per subtable.

use super::LookupShape;
use instruction_tables::Automaton;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;
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

/// `row · N(c) · column` for a product `N` of consecutive steps of an automaton.
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

    fn value(&self, chunk: usize) -> i128 {
        let mut row = self.row.clone();
        for s in 0..self.steps {
            let pair = (chunk >> (2 * (self.steps - 1 - s))) & 3;
            row = self.automaton.matrix(self.first + s, pair).apply_row(&row);
        }
        self.dot(&row)
    }

    /// All values.
    fn values(&self) -> Vec<i128> {
        let mut rows = vec![self.row.clone()];
        for s in 0..self.steps {
            let step = |row: &Vec<i128>| {
                [0, 1, 2, 3].map(|pair| {
                    let matrix = self.automaton.matrix(self.first + s, pair);
                    matrix.apply_row(row)
                })
            };
            rows = rows.iter().flat_map(step).collect();
        }
        rows.iter().map(|row| self.dot(row)).collect()
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

/// A function of one chunk that is looked up.
pub struct Subtable {
    name: String,
    function: Function,
    /// The function is `zero + scale · subtable`.
    zero: i128,
    scale: i128,
    entries: Vec<i128>,
}

impl Subtable {
    /// Where it first occurs: table, position, states.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The values at all chunks; the first is 0.
    pub fn entries(&self) -> &[i128] {
        &self.entries
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
        let mut entries = function.values();
        let zero = entries[0];
        let mut scale = 0u128;
        for entry in &mut entries {
            *entry -= zero;
            scale = gcd(scale, entry.unsigned_abs());
        }
        let first = entries.iter().find(|e| **e != 0);
        let sign = first.map_or(1, |e| e.signum());
        let scale = sign * i128::try_from(scale.max(1)).expect("entries are small");
        entries.iter_mut().for_each(|e| *e /= scale);
        Subtable {
            name,
            function,
            zero,
            scale,
            entries,
        }
    }
}

fn gcd(a: u128, b: u128) -> u128 {
    match a {
        0 => b,
        _ => gcd(b % a, a),
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
    /// If chunks are empty, longer than 16 bits, have half a pair of bits, or do not make up an index.
    pub fn new(shape: &LookupShape, chunk_bits: usize) -> Result<Self, String> {
        shape.fits_tables()?;
        if !matches!(chunk_bits, 2..=16)
            || !chunk_bits.is_multiple_of(2)
            || shape.index_bits == 0
            || !shape.index_bits.is_multiple_of(chunk_bits)
        {
            return Err(format!(
                "{} index bits in chunks of {chunk_bits}",
                shape.index_bits
            ));
        }
        let positions = shape.index_bits / chunk_bits;
        let mut found = Found::new(chunk_bits);
        let tables: Vec<Vec<Layer>> = shape
            .tables
            .iter()
            .map(|table| found.table(table.name(), table.automaton(), positions))
            .collect();
        let subtables: Vec<Subtable> = found
            .functions
            .into_par_iter()
            .map(|(name, function)| Subtable::new(name, function))
            .collect();
        let pivots: Vec<usize> = subtables
            .iter()
            .map(|s| s.entries.iter().position(|e| *e != 0).unwrap_or(0))
            .collect();
        let entry = |occurrence: Occurrence| match occurrence {
            Occurrence::Constant(constant) => Entry {
                constant,
                terms: Vec::new(),
            },
            Occurrence::Subtable(function, s) => {
                let constant = function.value(0);
                let pivot = subtables[s].entries[pivots[s]];
                let scale = (function.value(pivots[s]) - constant) / pivot;
                for k in probes(chunk_bits) {
                    let expected = constant + scale * subtables[s].entries[k];
                    assert_eq!(function.value(k), expected, "{}", subtables[s].name);
                }
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

/// Chunks at which equality up to a scale is checked: some, all of few.
fn probes(chunk_bits: usize) -> impl Iterator<Item = usize> {
    let size = 1usize << chunk_bits;
    let count = size.min(64);
    (0..count).map(move |i| (i * 0x9e37_79b1 + i * i * 0x85eb) % size)
}

/// An entry before its scale is known.
enum Occurrence {
    Constant(i128),
    Subtable(Function, usize),
}

/// `(from, to, entry)` of one chunk.
type Layer = Vec<(usize, usize, Occurrence)>;

/// The same before subtables are told apart, with fingerprints.
type Candidates = Vec<(usize, usize, Function, Option<u64>)>;

/// The Mersenne prime `2^61 − 1`.
const P: u64 = (1 << 61) - 1;

fn mul(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(P)) as u64
}

fn sub(a: u64, b: u64) -> u64 {
    (a + P - b) % P
}

fn residue(x: i128) -> u64 {
    x.rem_euclid(i128::from(P)) as u64
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

/// Subtables found so far, by their fingerprint up to scale and constant.
struct Found {
    steps: usize,
    points: [Vec<u64>; 2],
    ids: HashMap<u64, usize>,
    functions: Vec<(String, Function)>,
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
            found.functions.push((name.clone(), function.clone()));
            if let Some(fingerprint) = found.fingerprint(&function) {
                // Of chunks of two bits, `left` and `right` are still three functions.
                found.ids.entry(fingerprint).or_insert(id);
            }
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
                            next[to] = (next[to] + mul(x, residue(*entry))) % P;
                        }
                    }
                }
            }
            row = next;
        }
        let terms = row.iter().zip(&function.column);
        terms.fold(0, |sum, (x, c)| (sum + mul(*x, residue(*c))) % P)
    }

    /// What functions have in common that are equal up to scale and constant; `None` for a constant.
    fn fingerprint(&self, function: &Function) -> Option<u64> {
        let zero = residue(function.value(0));
        let [x, y] = [0, 1].map(|i| sub(self.at(function, &self.points[i]), zero));
        match (x, y) {
            (0, 0) => None,
            (_, 0) => Some(P),
            _ => Some(mul(x, inverse(y))),
        }
    }

    /// The chunks of a table, without states that no path uses.
    fn table(&mut self, name: &str, automaton: &Automaton, positions: usize) -> Vec<Layer> {
        let automaton = Arc::new(automaton.clone());
        let states = automaton.states();
        let unit = |s: usize| -> Vec<i128> { (0..states).map(|k| i128::from(k == s)).collect() };
        let ends = |cut: usize, whole: &[i128]| match cut {
            0 => vec![whole.to_vec()],
            cut if cut == positions => vec![whole.to_vec()],
            _ => (0..states).map(unit).collect(),
        };
        // (from, to, function, fingerprint) of all entries that are not zero.
        let mut layers: Vec<Candidates> = (0..positions)
            .map(|position| {
                let rows = ends(position, automaton.start());
                let columns = ends(position + 1, automaton.end());
                let mut layer = Vec::new();
                for (from, row) in rows.iter().enumerate() {
                    for (to, column) in columns.iter().enumerate() {
                        let function = Function {
                            automaton: automaton.clone(),
                            first: position * self.steps,
                            steps: self.steps,
                            row: row.clone(),
                            column: column.clone(),
                        };
                        let fingerprint = self.fingerprint(&function);
                        if fingerprint.is_some() || function.value(0) != 0 {
                            layer.push((from, to, function, fingerprint));
                        }
                    }
                }
                layer
            })
            .collect();
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
        let numbered = layers.into_iter().enumerate().map(|(position, layer)| {
            let mut to_states: Vec<usize> = layer.iter().map(|(_, to, ..)| *to).collect();
            to_states.sort_unstable();
            to_states.dedup();
            let number = |states: &[usize], s: usize| states.iter().position(|x| *x == s);
            let entries = layer.into_iter().filter_map(|(from, to, function, print)| {
                let ends = (number(&from_states, from)?, number(&to_states, to)?);
                let name = || format!("{name}/{position} {from}→{to}");
                Some((ends.0, ends.1, self.occurrence(name, function, print)))
            });
            let entries = entries.collect();
            from_states = to_states;
            entries
        });
        numbered.collect()
    }

    fn occurrence(
        &mut self,
        name: impl Fn() -> String,
        function: Function,
        fingerprint: Option<u64>,
    ) -> Occurrence {
        let Some(fingerprint) = fingerprint else {
            return Occurrence::Constant(function.value(0));
        };
        let next = self.functions.len();
        let id = *self.ids.entry(fingerprint).or_insert(next);
        if id == next {
            self.functions.push((name(), function.clone()));
        }
        Occurrence::Subtable(function, id)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::UniformRand;
    use ark_std::rand::rngs::StdRng;
    use ark_std::rand::{Rng, SeedableRng};
    use instruction_tables::{WordSize, tables};
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

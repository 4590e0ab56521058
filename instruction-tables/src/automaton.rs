//! Weighted bit automata: one definition of a table, and everything that arguments need of it.
//!
//! A table over `2W` index bits is a product of small integer matrices, one per *step*; a step reads
//! two index bits `(a, b)`, and the first step reads the most significant pair:
//!
//! ```text
//! T(index) = start · M_0[a_0, b_0] · M_1[a_1, b_1] … M_{W-1}[a_{W-1}, b_{W-1}] · end
//! ```
//!
//! Every index bit occurs in one matrix, so with `M_s[a, b]` extended multilinearly to field elements
//! the product *is* the multilinear extension. A cut between two steps splits it into a row vector of
//! the high bits (prefix) times a column vector of the low bits (suffix): a prefix–suffix
//! decomposition of as many terms as there are states. Products of consecutive matrices are Lasso's
//! chunk subtables.
//!
//! Cost of [`Automaton::evaluate`]: per step, one multiplication for each transition that is not always taken with weight 1,
//! plus at most three small ones if its weight depends on the bits.

use sumcheck::{Expr, Field};

/// A square integer matrix, row-major. Rows are source states, columns target states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    states: usize,
    entries: Vec<i128>,
}

impl Matrix {
    /// The `states × states` identity.
    pub fn identity(states: usize) -> Self {
        let mut matrix = Self::zero(states);
        for s in 0..states {
            matrix.entries[s * states + s] = 1;
        }
        matrix
    }

    fn zero(states: usize) -> Self {
        Matrix {
            states,
            entries: vec![0; states * states],
        }
    }

    /// Number of rows, which is that of columns.
    pub fn states(&self) -> usize {
        self.states
    }

    /// The entry in row `from`, column `to`.
    pub fn get(&self, from: usize, to: usize) -> i128 {
        self.entries[from * self.states + to]
    }

    /// Row `from`.
    pub fn row(&self, from: usize) -> &[i128] {
        &self.entries[from * self.states..(from + 1) * self.states]
    }

    /// `self · other`.
    pub fn times(&self, other: &Matrix) -> Matrix {
        let mut product = Matrix::zero(self.states);
        for from in 0..self.states {
            let row = self.apply_left(self.row(from), other);
            product.entries[from * self.states..(from + 1) * self.states].copy_from_slice(&row);
        }
        product
    }

    /// The row vector `vector · self`.
    pub fn apply_row(&self, vector: &[i128]) -> Vec<i128> {
        self.apply_left(vector, self)
    }

    fn apply_left(&self, vector: &[i128], matrix: &Matrix) -> Vec<i128> {
        let mut out = vec![0; matrix.states];
        for (from, x) in vector.iter().enumerate() {
            if *x != 0 {
                for (to, entry) in matrix.row(from).iter().enumerate() {
                    out[to] += x * entry;
                }
            }
        }
        out
    }
}

/// A transition whose weight depends on the two bits: `one + low·b + high·a + both·a·b`.
#[derive(Clone, Debug)]
struct Transition {
    from: usize,
    to: usize,
    one: i128,
    low: i128,
    high: i128,
    both: i128,
}

#[derive(Clone, Debug)]
struct Step {
    /// Matrices of the bit pairs `00, 01, 10, 11`.
    matrices: [Matrix; 4],
    transitions: Vec<Transition>,
}

impl Step {
    fn new(matrices: [Matrix; 4]) -> Self {
        let states = matrices[0].states;
        let mut transitions = Vec::new();
        for from in 0..states {
            for to in 0..states {
                let [m00, m01, m10, m11] = [0, 1, 2, 3].map(|k: usize| matrices[k].get(from, to));
                if [m00, m01, m10, m11] != [0; 4] {
                    transitions.push(Transition {
                        from,
                        to,
                        one: m00,
                        // Weights for which this wraps around make no table: see `magnitude`.
                        low: m01.wrapping_sub(m00),
                        high: m10.wrapping_sub(m00),
                        both: m11.wrapping_sub(m10).wrapping_sub(m01).wrapping_add(m00),
                    });
                }
            }
        }
        Step {
            matrices,
            transitions,
        }
    }
}

/// A weighted automaton over pairs of index bits. See the module documentation.
#[derive(Clone, Debug)]
pub struct Automaton {
    start: Vec<i128>,
    end: Vec<i128>,
    steps: Vec<Step>,
}

impl Automaton {
    /// An automaton of `steps` steps. `transitions(i, a, b)` lists `(from, to, weight)` for the step
    /// that reads bits `2i + 1` and `2i` of the index, as `a` and `b` (each 0 or 1); weights of equal
    /// states add up. In a two-operand table these are bit `i` of the left and right operand. Weights beyond
    /// `2^120` make an automaton of which no argument takes a table.
    ///
    /// # Panics
    /// If `end` has another length than `start`, or a transition names a state that there is not.
    pub fn new(
        steps: usize,
        start: &[i128],
        end: &[i128],
        transitions: impl Fn(usize, i128, i128) -> Vec<(usize, usize, i128)>,
    ) -> Self {
        let states = start.len();
        assert_eq!(end.len(), states, "a final weight for every state");
        let matrix = |i: usize, a: i128, b: i128| {
            let mut matrix = Matrix::zero(states);
            for (from, to, weight) in transitions(i, a, b) {
                assert!(from < states && to < states, "a state out of {states}");
                let entry = &mut matrix.entries[from * states + to];
                *entry = entry.saturating_add(weight);
            }
            matrix
        };
        Automaton {
            start: start.to_vec(),
            end: end.to_vec(),
            steps: (0..steps)
                .rev()
                .map(|i| {
                    Step::new([
                        matrix(i, 0, 0),
                        matrix(i, 0, 1),
                        matrix(i, 1, 0),
                        matrix(i, 1, 1),
                    ])
                })
                .collect(),
        }
    }

    /// The automaton of a function that is linear in what each step emits, `Σ_i weight(i, a_i, b_i)`:
    /// state 0 is still emitting, state 1 holds the sum.
    pub fn emitting(steps: usize, weight: impl Fn(usize, i128, i128) -> i128) -> Self {
        Self::new(steps, &[1, 0], &[0, 1], |i, a, b| {
            vec![(0, 0, 1), (0, 1, weight(i, a, b)), (1, 1, 1)]
        })
    }

    /// A bound of all weights, and of all sums of prefixes, of suffixes and of whole paths, at every cut and
    /// index.
    pub(crate) fn magnitude(&self) -> f64 {
        let size = |x: &i128| x.unsigned_abs() as f64;
        let states = self.states();
        let mut row: Vec<f64> = self.start.iter().map(size).collect();
        let mut column: Vec<f64> = self.end.iter().map(size).collect();
        let largest = |step: &Step, from: usize, to: usize| {
            let entries = step.matrices.iter().map(|m| size(&m.get(from, to)));
            entries.fold(0.0, f64::max)
        };
        let weights = self.steps.iter().flat_map(|step| &step.matrices);
        let weights = weights.flat_map(|m| &m.entries).map(size);
        let mut bound = weights.fold(0.0, f64::max);
        bound = bound.max(row.iter().sum()).max(column.iter().sum());
        for (forth, back) in self.steps.iter().zip(self.steps.iter().rev()) {
            let next = |to| {
                (0..states)
                    .map(|from| row[from] * largest(forth, from, to))
                    .sum()
            };
            row = (0..states).map(next).collect();
            let next = |from| {
                (0..states)
                    .map(|to| column[to] * largest(back, from, to))
                    .sum()
            };
            column = (0..states).map(next).collect();
            let sums = row.iter().sum::<f64>().max(column.iter().sum());
            bound = bound.max(sums);
        }
        let paths = row.iter().zip(self.end.iter().map(size));
        bound.max(paths.map(|(x, end)| x * end).sum())
    }

    /// The definition as bytes: equal for equal automata alone. What a table's
    /// [`definition`](crate::Table::definition) is.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for size in [self.states(), self.steps()] {
            bytes.extend((size as u64).to_le_bytes());
        }
        let matrices = self.steps.iter().flat_map(|step| &step.matrices);
        let entries = matrices.flat_map(|m| &m.entries);
        for weight in self.start.iter().chain(&self.end).chain(entries) {
            bytes.extend(weight.to_le_bytes());
        }
        bytes
    }

    /// Number of states: the terms of every prefix–suffix decomposition.
    pub fn states(&self) -> usize {
        self.start.len()
    }

    /// Number of steps; the index has twice as many bits.
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// The initial row vector, one entry per state.
    pub fn start(&self) -> &[i128] {
        &self.start
    }

    /// The final column vector, one entry per state.
    pub fn end(&self) -> &[i128] {
        &self.end
    }

    /// The matrix of `step` (0 reads the most significant pair) for the bit pair `2a + b`.
    pub fn matrix(&self, step: usize, pair: usize) -> &Matrix {
        &self.steps[step].matrices[pair]
    }

    /// The table's value, by the definition.
    pub fn entry(&self, index: u128) -> i128 {
        let mut row = self.start.clone();
        for (s, step) in self.steps.iter().enumerate() {
            row = step.matrices[self.pair(s, index)].apply_row(&row);
        }
        row.iter().zip(&self.end).map(|(x, e)| x * e).sum()
    }

    fn pair(&self, step: usize, low_bits: u128) -> usize {
        (low_bits >> (2 * (self.steps.len() - 1 - step))) as usize & 3
    }

    /// The multilinear extension at a point of `2 · steps` coordinates, the most significant index
    /// bit first.
    ///
    /// # Panics
    /// If the point has another length.
    pub fn evaluate<F: Field>(&self, point_msb_first: &[F]) -> F {
        assert_eq!(
            point_msb_first.len(),
            2 * self.steps.len(),
            "coordinates of a table's point"
        );
        let mut row: Vec<F> = self.start.iter().map(|x| small(*x)).collect();
        for (step, pair) in self.steps.iter().zip(point_msb_first.chunks_exact(2)) {
            row = step_row(step, &row, pair[0], pair[1]);
        }
        let ends = row.iter().zip(&self.end).filter(|(_, end)| **end != 0);
        ends.map(|(x, end)| if *end == 1 { *x } else { x.mul_i128(*end) })
            .sum()
    }

    /// `scale` times the table as an expression in its index bits, bit 0 first: a product of matrices
    /// whose entries are multilinear in two bits each. Its degree is at most the number of bits; that of a
    /// table that adds up what each pair emits is 2.
    ///
    /// ```
    /// use ark_bn254::Fr;
    /// use instruction_tables::{WordSize, tables};
    /// use sumcheck::Expr;
    ///
    /// let (_, table) = tables::by_name(WordSize::W8, "AND").expect("a table");
    /// let bits: Vec<Expr<Fr>> = (0..16).map(Expr::Factor).collect();
    /// let and = table.automaton().expression(Expr::constant("1", Fr::from(1)), &bits);
    /// assert_eq!(and.degree(&[1; 16]), 2);
    /// let index = 0b1011u16; // the bits of 3 and 1, interleaved
    /// let values: Vec<Fr> = (0..16).map(|i| Fr::from(index >> i & 1)).collect();
    /// assert_eq!(and.eval(&values), Fr::from(table.entry(index.into())));
    /// ```
    ///
    /// # Panics
    /// If there are not twice as many bits as steps.
    pub fn expression<F: Field>(&self, scale: Expr<F>, bits: &[Expr<F>]) -> Expr<F> {
        assert_eq!(bits.len(), 2 * self.steps.len(), "bits of a table's index");
        let constant = |c: i128| Expr::constant(c.to_string(), F::from_i128(c));
        let times = |c: i128, x: Expr<F>| match c {
            1 => x,
            c => constant(c) * x,
        };
        let ends = |vector: &[i128]| -> Vec<(usize, i128)> {
            let weights = vector.iter().copied().enumerate();
            weights.filter(|(_, weight)| *weight != 0).collect()
        };
        let start = ends(&self.start).into_iter();
        let mut layers: Vec<Vec<_>> = vec![
            start
                .map(|(s, c)| (0, s, times(c, scale.clone())))
                .collect(),
        ];
        for (step, pair) in self.steps.iter().zip(bits.rchunks_exact(2)) {
            let (a, b) = (&pair[1], &pair[0]);
            let weight = |t: &Transition| {
                let mut terms = Vec::new();
                if t.one != 0 {
                    terms.push(constant(t.one));
                }
                for (c, x) in [(t.low, b), (t.high, a)] {
                    if c != 0 {
                        terms.push(times(c, x.clone()));
                    }
                }
                if t.both != 0 {
                    terms.push(times(t.both, a.clone() * b.clone()));
                }
                match terms.len() {
                    1 => terms.remove(0),
                    _ => Expr::Sum(terms),
                }
            };
            let transitions = step.transitions.iter();
            layers.push(transitions.map(|t| (t.from, t.to, weight(t))).collect());
        }
        let end = ends(&self.end).into_iter();
        layers.push(end.map(|(s, c)| (s, 0, constant(c))).collect());
        Expr::Chain(layers)
    }

    /// Extends a prefix: `row · M_step[a, b]` for field elements `a`, `b`. Starting from
    /// [`Automaton::start`], it binds index bits from the most significant end.
    pub fn advance<F: Field>(&self, step: usize, row: &[F], a: F, b: F) -> Vec<F> {
        step_row(&self.steps[step], row, a, b)
    }

    /// The products `M_first · … · M_{first+steps-1}` for all `4^steps` values of the chunk, whose
    /// most significant bits belong to step `first`.
    pub fn chunk(&self, first_step: usize, steps: usize) -> Vec<Matrix> {
        let mut products = vec![Matrix::identity(self.states())];
        for step in &self.steps[first_step..first_step + steps] {
            products = products
                .iter()
                .flat_map(|p| step.matrices.iter().map(|m| p.times(m)))
                .collect();
        }
        products
    }

    /// The suffix at the cut before `step`: the column `M_step · … · M_{last} · end` for the
    /// remaining `2 · (steps - step)` low bits of the index, written to `out` (one entry per state).
    /// Higher bits of `low_bits` are ignored. One small product per remaining step: tables override
    /// it by closed formulas ([`crate::Table::suffix`]).
    pub fn suffix(&self, step: usize, low_bits: u128, out: &mut [i128]) {
        let states = self.states();
        out[..states].copy_from_slice(&self.end);
        let mut next = vec![0i128; states];
        for s in (step..self.steps.len()).rev() {
            let matrix = &self.steps[s].matrices[self.pair(s, low_bits)];
            for (from, value) in next.iter_mut().enumerate() {
                *value = matrix.row(from).iter().zip(&*out).map(|(m, x)| m * x).sum();
            }
            out[..states].copy_from_slice(&next);
        }
    }
}

fn step_row<F: Field>(step: &Step, row: &[F], a: F, b: F) -> Vec<F> {
    let ab = a * b;
    let mut next = vec![F::zero(); row.len()];
    for t in &step.transitions {
        let (value, sum) = (row[t.from], &mut next[t.to]);
        // Many transitions are taken whatever the bits are.
        match (t.one, t.low, t.high, t.both) {
            (1, 0, 0, 0) => *sum += value,
            _ if value.is_zero() => {}
            (one, low, high, both) => {
                let mut weight = small::<F>(one);
                for (coefficient, x) in [(low, b), (high, a), (both, ab)] {
                    match coefficient {
                        0 => {}
                        1 => weight += x,
                        -1 => weight -= x,
                        c => weight += x.mul_i128(c),
                    }
                }
                *sum += value * weight;
            }
        }
    }
    next
}

/// An integer that is seldom another than 0 and 1.
fn small<F: Field>(x: i128) -> F {
    match x {
        0 => F::zero(),
        1 => F::one(),
        x => F::from_i128(x),
    }
}

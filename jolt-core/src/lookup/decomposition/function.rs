//! Functions of one chunk: entries of products of an automaton's steps, value by value, all in turn, and as
//! extensions. And the states between which they matter.

#![allow(
    clippy::indexing_slicing,
    reason = "states and chunks are those of an automaton that the key fixes; no proof has a say"
)]

use instruction_tables::Automaton;
use std::sync::Arc;
use sumcheck::Field;

/// `row · N(c) · column` for a product `N` of consecutive steps of an automaton, between states that paths from
/// its start to its end go through. Values, and all sums on the way to them, are at most `2^120`: a shape's
/// tables are bounded so along whole paths, and what is outside of the chunk only makes that larger.
#[derive(Clone)]
pub(super) struct Function {
    pub automaton: Arc<Automaton>,
    pub first: usize,
    pub steps: usize,
    pub row: Vec<i128>,
    pub column: Vec<i128>,
}

impl Function {
    fn dot(&self, row: &[i128]) -> i128 {
        row.iter().zip(&self.column).map(|(x, c)| x * c).sum()
    }

    /// Whether some path of transitions leads from the row to the column; without one, all values are 0.
    pub fn is_connected(&self) -> bool {
        let mut reached: Vec<bool> = self.row.iter().map(|x| *x != 0).collect();
        for step in self.first..self.first + self.steps {
            reached = leads(&self.automaton, step, &reached);
        }
        reached.iter().zip(&self.column).any(|(r, c)| *r && *c != 0)
    }

    pub fn value(&self, chunk: usize) -> i128 {
        let mut row = self.row.clone();
        for s in 0..self.steps {
            let pair = (chunk >> (2 * (self.steps - 1 - s))) & 3;
            row = self.automaton.matrix(self.first + s, pair).apply_row(&row);
        }
        self.dot(&row)
    }

    /// A chunk at which the value is not that of chunk 0, if there is one.
    pub fn changing(&self) -> Option<usize> {
        let zero = self.value(0);
        // Mostly one pair of bits is enough.
        let pairs = (0..self.steps).flat_map(|i| [1, 2, 3].map(|pair| pair << (2 * i)));
        let mut chunks = pairs.chain(1..1 << (2 * self.steps));
        chunks.find(|chunk| self.value(*chunk) != zero)
    }

    /// Calls `seen` with the values of all chunks, in order.
    pub fn each(&self, seen: &mut dyn FnMut(i128)) {
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
    pub fn evaluate<F: Field>(&self, msb_first: &[F]) -> F {
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

/// At every cut, the states that some path of transitions from the start to the end goes through.
pub(super) fn used_states(
    automaton: &Automaton,
    steps: usize,
    positions: usize,
) -> Vec<Vec<usize>> {
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

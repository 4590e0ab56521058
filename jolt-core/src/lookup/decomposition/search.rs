//! Tables cut into chunks: the functions that their matrices have, and the few of them that are subtables.

#![allow(
    clippy::indexing_slicing,
    reason = "states and chunks are those of an automaton that the key fixes; no proof has a say"
)]

use super::comparison::{Distinct, vanishes};
use super::function::{Function, used_states};
use super::residue::{P, inverse, mul, residue, sub};
use super::{CHUNK, CutError};
use instruction_tables::Automaton;
use std::collections::HashMap;
use std::sync::Arc;

/// Entries of all subtables together, at most: 1 GiB.
const MAX_ENTRIES: usize = 1 << 26;

/// An entry before its scale is known.
pub(super) enum Occurrence {
    Constant(i128),
    Subtable(Function, usize),
}

/// `(from, to, entry)` of one chunk.
pub(super) type Layer = Vec<(usize, usize, Occurrence)>;

/// The same before subtables are told apart, with fingerprints of those that are not constant.
type Candidates = Vec<(usize, usize, Function, Option<u64>)>;

/// Subtables found so far, and which of them have a fingerprint. Functions that are equal up to scale and constant
/// mostly have equal fingerprints, and no others do; how many subtables there are depends on that, and nothing else.
pub(super) struct Found {
    steps: usize,
    points: [Vec<u64>; 2],
    ids: HashMap<u64, Vec<usize>>,
    pub functions: Vec<Distinct>,
}

impl Found {
    pub fn new(chunk_bits: usize) -> Self {
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
    pub fn fingerprint(&self, function: &Function) -> u64 {
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
    pub fn table(
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

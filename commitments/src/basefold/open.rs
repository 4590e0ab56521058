//! The prover's side of an opening.

use super::fold;
use super::key::VerifierKey;
use super::opening::Opening;
use super::plan::{Layer, Plan, first_powers};
use super::verify::own_point;
use super::{COLUMNS, FOLD, JOIN, LAST, LEAVES, QUERY, SLOPE, VALUES, WORD};
use crate::codewords::merkle::Leaves;
use crate::codewords::{
    Codewords, Tree, add, among, columns_of, interpolate, position, root_of_unity, sum_of,
};
use crate::{Combined, Key, PcsError, Script};
use ark_bn254::Fr;
use ark_ff::{Field, One, Zero};
use rayon::prelude::*;
use sumcheck::{Point, Poly, ProverField};

/// Values that a task folds.
const BLOCK: usize = 1 << 10;

/// Who may change messages before they are heard. Nothing else follows from what is changed: so lies are told.
pub(super) trait Speaker {
    /// The values of each length of columns.
    fn values(&mut self, _values: &mut [[Fr; 2]]) {}
    /// What was drawn at a level.
    fn joined(&mut self, _join: Fr) {}
    /// A word that is to be committed.
    fn word(&mut self, _word: &mut [Fr]) {}
    /// The slope of a round.
    fn slope(&mut self, _slope: &mut Fr) {}
    /// The last rows.
    fn last(&mut self, _rows: &mut [Fr]) {}
}

/// Who changes nothing.
pub(super) struct Honest;

impl Speaker for Honest {}

/// The columns that join at a level: their sum, and their sum by powers of `τ`, as codewords and as rows.
struct Joining {
    words: [Vec<Fr>; 2],
    rows: [Vec<Fr>; 2],
}

/// A word that was committed.
struct Committed {
    layer: Layer,
    word: Vec<Fr>,
    tree: Tree,
}

impl Committed {
    fn leaf(&self, number: usize, values: &mut Vec<Fr>) {
        let apart = self.word.len() >> self.layer.steps;
        values.extend(self.word.iter().skip(number).step_by(apart));
    }
}

/// Value and proof of a sum of columns.
pub(super) fn open(
    key: &VerifierKey,
    script: &mut Script<'_>,
    parts: &[Combined<'_, Codewords, Fr>],
    point: &Point<Fr>,
    speaker: &mut impl Speaker,
) -> Result<(Fr, Opening), PcsError> {
    let sum = sum_of(parts);
    let plan = Plan::new(key.dials(), &sum)?;
    let point = own_point(key.max_vars(), point, plan.vars, &sum)?;
    let tau: Fr = script.sample(COLUMNS);
    let joining = joining(&plan, parts, tau);
    let at = |level: usize| Point(point[level..].to_vec()).eq_table();
    let joins = plan.joins.iter().zip(&joining);
    let values = joins.map(|(level, joining)| {
        let eq = at(*level);
        [0, 1].map(|of| inner(&joining.rows[of], &eq))
    });
    let mut values: Vec<[Fr; 2]> = values.collect();
    speaker.values(&mut values);
    values.iter().for_each(|pair| script.absorb(VALUES, pair));
    let mut joining = plan.joins.iter().zip(joining).peekable();
    let mut word = vec![Fr::zero(); 1 << plan.length_vars(0)];
    let mut rows = vec![Fr::zero(); 1 << plan.vars];
    let (mut committed, mut slopes): (Vec<Committed>, Vec<Fr>) = Default::default();
    for level in 0..=plan.rounds() {
        let join: Fr = script.sample(JOIN);
        speaker.joined(join);
        if let Some((_, own)) = joining.next_if(|(of, _)| **of == level) {
            for (sum, by) in own.words.iter().zip([join, join.square()]) {
                Fr::add_scaled(&mut word, &by, sum);
            }
            for (sum, by) in own.rows.iter().zip([join, join.square()]) {
                Fr::add_scaled(&mut rows, &by, sum);
            }
        }
        if let Some(layer) = plan.layer_at(level) {
            speaker.word(&mut word);
            let depth = plan.layer_tree(layer).depth;
            let tree = Tree::new(depth, |number, leaf| {
                leaf.extend(word.iter().skip(number).step_by(1 << depth));
            });
            script.absorb(WORD, &tree.root());
            let word = word.clone();
            committed.push(Committed { layer, word, tree });
        }
        if level < plan.rounds() {
            let eq = at(level + 1);
            let pairs = rows.par_chunks(2).zip(&eq);
            let mut slope = pairs.map(|(pair, eq)| (pair[1] - pair[0]) * eq).sum();
            speaker.slope(&mut slope);
            script.absorb(SLOPE, &slope);
            slopes.push(slope);
            let r: Fr = script.sample(FOLD);
            rows = bound(&rows, r);
            word = folded(&word, r);
        }
    }
    speaker.last(&mut rows);
    script.absorb(LAST, rows.as_slice());
    let mut query = || position(script.sample(QUERY), plan.length_vars(0));
    let positions: Vec<usize> = (0..key.dials().queries).map(|_| query()).collect();
    let value = values.iter().map(|[own, _]| own).sum();
    let opening = Opening {
        columns: columns(&plan, parts, &positions),
        words: words(&plan, &committed, &positions),
        layers: committed.iter().map(|word| word.tree.root()).collect(),
        last: rows,
        values,
        slopes,
    };
    script.absorb(LEAVES, &opening.leaves());
    Ok((value, opening))
}

/// The rows of all columns of a polynomial, repeated until there are `2^vars`.
pub(super) fn repeated(poly: &Poly<Fr>, vars: usize) -> Vec<Vec<Fr>> {
    let (own, times) = (1usize << poly.vars, 1usize << (vars - poly.vars));
    columns_of(poly, |rows| {
        let padded = rows.chain(std::iter::repeat(Fr::zero())).take(own);
        let repeated = padded.flat_map(|row| std::iter::repeat_n(row, times));
        repeated.collect()
    })
}

/// Of each level at which columns join.
fn joining(plan: &Plan, parts: &[Combined<'_, Codewords, Fr>], tau: Fr) -> Vec<Joining> {
    let first = first_powers(&plan.parts, &plan.joins, tau);
    let of_level = |level: &usize| {
        let length = 1 << plan.length_vars(*level);
        let mut words = [vec![Fr::zero(); length], vec![Fr::zero(); length]];
        for (part, first) in plan.parts.iter().zip(&first) {
            if part.level != *level {
                continue;
            }
            let columns = &parts[part.batch].batch.groups[part.group].columns;
            let mut power = *first;
            for (column, factor) in columns.iter().zip(&part.factors) {
                let [own, powers] = &mut words;
                if !factor.is_zero() {
                    add(own, *factor, column);
                }
                add(powers, power, column);
                power *= tau;
            }
        }
        let vars = plan.vars - level;
        let [own, powers] = words.clone();
        let (own, powers) = rayon::join(|| interpolate(own, vars), || interpolate(powers, vars));
        let rows = [own, powers];
        Joining { words, rows }
    };
    plan.joins.iter().map(of_level).collect()
}

fn inner(a: &[Fr], b: &[Fr]) -> Fr {
    a.par_iter().zip(b).map(|(a, b)| *a * b).sum()
}

/// Rows with their lowest variable bound.
fn bound(rows: &[Fr], r: Fr) -> Vec<Fr> {
    let mut bound = vec![Fr::zero(); rows.len() / 2];
    let blocks = bound.par_chunks_mut(BLOCK).zip(rows.par_chunks(2 * BLOCK));
    blocks.for_each(|(bound, rows)| Fr::bind_pairs(rows, &r, bound));
    bound
}

/// The folded word.
fn folded(word: &[Fr], r: Fr) -> Vec<Fr> {
    let (front, back) = word.split_at(word.len() / 2);
    let root = root_of_unity(word.len().ilog2() as usize);
    let inverse = root.inverse().unwrap_or_else(Fr::one);
    let half = fold::half();
    let mut folded = vec![Fr::zero(); front.len()];
    let halves = front.par_chunks(BLOCK).zip(back.par_chunks(BLOCK));
    let blocks = folded.par_chunks_mut(BLOCK).zip(halves).enumerate();
    blocks.for_each(|(block, (folded, (front, back)))| {
        let mut x = inverse.pow([(BLOCK * block) as u64]);
        for ((folded, at), opposite) in folded.iter_mut().zip(front).zip(back) {
            *folded = fold::pair([*at, *opposite], x, r, half);
            x *= inverse;
        }
    });
    folded
}

/// What is opened of the trees of columns.
fn columns(plan: &Plan, parts: &[Combined<'_, Codewords, Fr>], positions: &[usize]) -> Vec<Leaves> {
    let parts = plan.parts.iter().map(|part| {
        let group = &parts[part.batch].batch.groups[part.group];
        let numbers = among(positions, plan.length_vars(part.level));
        group.open(&numbers)
    });
    parts.collect()
}

/// What is opened of the trees of words.
fn words(plan: &Plan, committed: &[Committed], positions: &[usize]) -> Vec<Leaves> {
    let words = committed.iter().map(|word| {
        let shape = plan.layer_tree(word.layer);
        let numbers = among(positions, shape.depth);
        word.tree
            .open(&numbers, |at, values| word.leaf(at, values), shape.width)
    });
    words.collect()
}

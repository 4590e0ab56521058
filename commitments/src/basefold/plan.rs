//! What an opening consists of: which trees take part, where their columns join, and which words are committed.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::MAX_COLUMNS;
use super::key::{Dials, MAX_VARS};
use crate::PcsError;
use crate::codewords::merkle::TreeShape;
use crate::codewords::{Term, factors_of, groups};
use ark_bn254::Fr;
use ark_ff::One;

/// Rounds between two words that are committed, at most.
const STEPS: usize = 3;

/// A tree that takes part.
#[derive(Debug)]
pub(super) struct Part {
    /// Number of the batch, and of the tree in it.
    pub batch: usize,
    pub group: usize,
    /// The level at which its columns join.
    pub level: usize,
    /// Of each column its factor in the sum.
    pub factors: Vec<Fr>,
}

/// A word that is committed: that of a level, in leaves of the `2^steps` values that are folded to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layer {
    pub level: usize,
    pub steps: usize,
}

/// The plan of an opening. Level `k` is that of words of `vars − k` variables.
#[derive(Debug)]
pub(super) struct Plan {
    dials: Dials,
    /// Variables of the longest columns that take part.
    pub vars: usize,
    pub parts: Vec<Part>,
    /// Levels at which columns join, in order.
    pub joins: Vec<usize>,
    pub layers: Vec<Layer>,
}

impl Plan {
    /// Of a sum of columns.
    ///
    /// # Errors
    /// Factors that do not fit the shapes; more columns than [`MAX_COLUMNS`], or variables than any key allows.
    pub fn new(dials: Dials, sum: &[Term<'_>]) -> Result<Self, PcsError> {
        let mut parts = Vec::new();
        for (batch, (shapes, factors)) in sum.iter().enumerate() {
            for (number, group) in groups(shapes, dials.last_vars).into_iter().enumerate() {
                if let Some(factors) = factors_of(&group.polys, factors)? {
                    let (vars, max) = (group.vars, MAX_VARS);
                    if vars > max {
                        return Err(PcsError::TooManyVars { vars, max });
                    }
                    parts.push(Part {
                        batch,
                        group: number,
                        level: group.vars,
                        factors,
                    });
                }
            }
        }
        let found = parts.iter().map(|part| part.factors.len()).sum();
        if found > MAX_COLUMNS {
            return Err(PcsError::WrongCount {
                what: "columns",
                found,
                expected: MAX_COLUMNS,
            });
        }
        let vars = parts.iter().map(|part| part.level).max();
        let vars = vars.unwrap_or(dials.last_vars);
        parts
            .iter_mut()
            .for_each(|part| part.level = vars - part.level);
        let mut joins: Vec<usize> = parts.iter().map(|part| part.level).collect();
        joins.sort_unstable();
        joins.dedup();
        Ok(Plan {
            dials,
            vars,
            layers: layers(&joins, vars.saturating_sub(dials.last_vars)),
            parts,
            joins,
        })
    }

    /// Rounds, and the level of the last rows.
    pub fn rounds(&self) -> usize {
        self.vars.saturating_sub(self.dials.last_vars)
    }

    /// `log2` of the length of the word of a level.
    pub fn length_vars(&self, level: usize) -> usize {
        (self.vars + self.dials.rate_vars).saturating_sub(level)
    }

    /// The tree of a part.
    pub fn part_tree(&self, part: &Part) -> TreeShape {
        TreeShape {
            depth: self.length_vars(part.level),
            width: part.factors.len(),
        }
    }

    /// The tree of a layer.
    pub fn layer_tree(&self, layer: Layer) -> TreeShape {
        TreeShape {
            depth: self.length_vars(layer.level + layer.steps),
            width: 1 << layer.steps,
        }
    }

    /// The first layer that begins at a level.
    pub fn layer_at(&self, level: usize) -> Option<Layer> {
        let mut layers = self.layers.iter();
        layers.find(|layer| layer.level == level).copied()
    }
}

/// The words that are committed: of every level at which columns join, and in between.
fn layers(joins: &[usize], rounds: usize) -> Vec<Layer> {
    let (mut layers, mut level) = (Vec::new(), 0);
    while level < rounds {
        let next = joins.iter().find(|join| **join > level).copied();
        let steps = (next.unwrap_or(rounds).min(rounds) - level).min(STEPS);
        layers.push(Layer { level, steps });
        level += steps;
    }
    layers
}

/// `β·factor + β²·τ^i` of each column of a part, which begin at number `first` of those of its level.
pub(super) fn weights(factors: &[Fr], first: Fr, tau: Fr, beta: Fr) -> Vec<Fr> {
    let mut power = beta * beta * first;
    let weight = |factor: &Fr| {
        let weight = beta * factor + power;
        power *= tau;
        weight
    };
    factors.iter().map(weight).collect()
}

/// Of each part the power of `τ` of its first column: columns of a level are numbered through.
pub(super) fn first_powers(parts: &[Part], joins: &[usize], tau: Fr) -> Vec<Fr> {
    let mut next: Vec<Fr> = vec![Fr::one(); joins.len()];
    let first = parts.iter().map(|part| {
        let join = joins.iter().position(|level| *level == part.level);
        let Some(power) = join.and_then(|join| next.get_mut(join)) else {
            return Fr::one();
        };
        let first = *power;
        part.factors.iter().for_each(|_| *power *= tau);
        first
    });
    first.collect()
}

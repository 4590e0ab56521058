//! Verifying openings: challenges, the claim, and the positions that are drawn.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::fold;
use super::key::VerifierKey;
use super::opening::Opening;
use super::plan::{Plan, first_powers, weights};
use super::{COLUMNS, FOLD, JOIN, LAST, LEAVES, QUERY, SLOPE, VALUES, WORD, WORDS};
use crate::codewords::merkle::Leaf;
use crate::codewords::{Roots, Term, among, at, fits_point, position, sum_of};
use crate::{Combined, Embedding, Key, PcsError, Script};
use ark_bn254::Fr;
use ark_ff::Zero;
use sumcheck::Point;

/// What was drawn.
struct Drawn {
    /// `τ`.
    columns: Fr,
    /// `β`, of each level.
    joins: Vec<Fr>,
    /// `r`, of each round.
    folds: Vec<Fr>,
    /// Positions in the word of level 0.
    positions: Vec<usize>,
    /// The value that the last rows must have at what is left of the point.
    claim: Fr,
}

/// The plan of an opening of these parts.
pub(super) fn plan(key: &VerifierKey, parts: &[Combined<'_, Roots, Fr>]) -> Result<Plan, PcsError> {
    Plan::new(key.dials(), &sum_of(parts))
}

/// The last `vars` coordinates of a point, with zeros before it if it has less.
///
/// # Errors
/// As [`fits_point`].
pub(super) fn own_point(
    max: usize,
    point: &Point<Fr>,
    vars: usize,
    sum: &[Term<'_>],
) -> Result<Vec<Fr>, PcsError> {
    fits_point(max, point, sum)?;
    let extended = Embedding::Repeat.extend(point, vars).0;
    let before = extended.len().saturating_sub(vars);
    Ok(extended.into_iter().skip(before).collect())
}

/// Whether an opening shows the value of a claim.
pub(super) fn holds(
    key: &VerifierKey,
    script: &mut Script<'_>,
    parts: &[Combined<'_, Roots, Fr>],
    (point, value): (&Point<Fr>, Fr),
    opening: &Opening,
) -> Result<bool, PcsError> {
    let sum = sum_of(parts);
    let plan = Plan::new(key.dials(), &sum)?;
    let point = own_point(key.max_vars(), point, plan.vars, &sum)?;
    opening.check_sizes(&plan, key.dials())?;
    let drawn = hear(key, script, &plan, &point, opening);
    let total: Fr = opening.values.iter().map(|[own, _]| own).sum();
    let rest = Point(point.into_iter().skip(plan.rounds()).collect());
    let last = rest.eq_table().into_iter().zip(&opening.last);
    let last: Fr = last.map(|(eq, row)| eq * row).sum();
    let verdicts = [
        (VALUES, total == value),
        (LAST, last == drawn.claim),
        (LEAVES, leaves_are_committed(&plan, parts, &drawn, opening)),
        (WORDS, words_agree(&plan, &drawn, opening)),
    ];
    Ok(verdicts.into_iter().fold(true, |all, (check, holds)| {
        let enforced = script.enforced(check);
        all & (holds | !enforced)
    }))
}

/// Hears all messages, and draws all challenges.
fn hear(
    key: &VerifierKey,
    script: &mut Script<'_>,
    plan: &Plan,
    point: &[Fr],
    opening: &Opening,
) -> Drawn {
    let columns = script.sample(COLUMNS);
    opening
        .values
        .iter()
        .for_each(|pair| script.absorb(VALUES, pair));
    let (mut values, mut words) = (opening.values.iter(), opening.layers.iter());
    let (mut slopes, mut point) = (opening.slopes.iter(), point.iter());
    let (mut joins, mut folds, mut claim) = (Vec::new(), Vec::new(), Fr::zero());
    for level in 0..=plan.rounds() {
        let join: Fr = script.sample(JOIN);
        joins.push(join);
        if plan.joins.contains(&level)
            && let Some([own, powers]) = values.next()
        {
            claim += join * (*own + join * powers);
        }
        if plan.layer_at(level).is_some()
            && let Some(root) = words.next()
        {
            script.absorb(WORD, root);
        }
        if level < plan.rounds()
            && let (Some(slope), Some(z)) = (slopes.next(), point.next())
        {
            script.absorb(SLOPE, slope);
            let r: Fr = script.sample(FOLD);
            claim += (r - z) * slope;
            folds.push(r);
        }
    }
    script.absorb(LAST, opening.last.as_slice());
    let mut query = || position(script.sample(QUERY), plan.length_vars(0));
    let positions = (0..key.dials().queries).map(|_| query()).collect();
    script.absorb(LEAVES, &opening.leaves());
    Drawn {
        columns,
        joins,
        folds,
        positions,
        claim,
    }
}

/// Whether all leaves are of the trees whose roots were heard.
fn leaves_are_committed(
    plan: &Plan,
    parts: &[Combined<'_, Roots, Fr>],
    drawn: &Drawn,
    opening: &Opening,
) -> bool {
    let columns = plan
        .parts
        .iter()
        .zip(&opening.columns)
        .all(|(part, leaves)| {
            let batch = parts.get(part.batch).map(|part| &part.batch.roots);
            let numbers = among(&drawn.positions, plan.length_vars(part.level));
            let root = batch.and_then(|roots| roots.get(part.group));
            root.is_some_and(|root| leaves.are_of(root, &numbers))
        });
    let layers = plan.layers.iter().zip(&opening.layers);
    let words = layers.zip(&opening.words).all(|((layer, root), leaves)| {
        let numbers = among(&drawn.positions, plan.layer_tree(*layer).depth);
        leaves.are_of(root, &numbers)
    });
    columns && words
}

/// Whether at all positions each word is what the one before folds to, and the columns that join.
fn words_agree(plan: &Plan, drawn: &Drawn, opening: &Opening) -> bool {
    let first = first_powers(&plan.parts, &plan.joins, drawn.columns);
    let weights: Vec<Vec<Fr>> = plan
        .parts
        .iter()
        .zip(first)
        .map(|(part, first)| {
            let join = drawn.joins.get(part.level).copied().unwrap_or_default();
            weights(&part.factors, first, drawn.columns, join)
        })
        .collect();
    let mut positions = drawn.positions.iter().enumerate();
    positions.all(|(number, position)| {
        let joining = |level: usize| -> Fr {
            let parts = plan.parts.iter().zip(&weights).zip(&opening.columns);
            let own = parts.filter(|((part, _), _)| part.level == level);
            own.map(|((_, weights), leaves)| weighted(leaves.leaves.get(number), weights))
                .sum()
        };
        let mut folded = Fr::zero();
        for (layer, leaves) in plan.layers.iter().zip(&opening.words) {
            let vars = plan.layer_tree(*layer).depth;
            let values = leaves
                .leaves
                .get(number)
                .map_or(&[][..], |leaf| &leaf.values);
            let at = position & ((1 << plan.length_vars(layer.level)) - 1);
            if values.get(at >> vars) != Some(&(folded + joining(layer.level))) {
                return false;
            }
            let challenges = drawn.folds.iter().skip(layer.level).take(layer.steps);
            let challenges: Vec<Fr> = challenges.copied().collect();
            let leaf = at & ((1 << vars) - 1);
            folded = fold::leaf(values, leaf, plan.length_vars(layer.level), &challenges);
        }
        let vars = plan.length_vars(plan.rounds());
        let last = at(&opening.last, vars, position & ((1 << vars) - 1));
        last == folded + joining(plan.rounds())
    })
}

fn weighted(leaf: Option<&Leaf>, weights: &[Fr]) -> Fr {
    let values = leaf.map_or(&[][..], |leaf| &leaf.values);
    values
        .iter()
        .zip(weights)
        .map(|(value, weight)| *value * weight)
        .sum()
}

//! Openings held to ones made from the equations, checks and challenges with lies against them, sizes.
#![allow(clippy::unwrap_used)]

mod checks;
#[cfg(feature = "testing")]
mod lies;
mod sizes;

use super::open::{Honest, Speaker, open};
use super::*;
use crate::codewords::{Tree, position, root_of_unity};
use crate::tests::{random, with_script};
use ark_ff::{Field, One, Zero};
use sumcheck::{Checks, Poly, Weights};

/// A key with few positions and last rows.
fn key(queries: usize, last_vars: usize) -> VerifierKey {
    let dials = Dials {
        rate_vars: 2,
        queries,
        last_vars,
    };
    VerifierKey::new(8, dials).unwrap()
}

/// Columns that were committed, and what is said of their sum.
struct Case {
    key: VerifierKey,
    roots: Roots,
    kept: Codewords,
    factors: Vec<Vec<Fr>>,
    point: Point<Fr>,
}

impl Case {
    /// Dense columns of so many variables, with random factors, at a random point.
    fn dense(key: VerifierKey, seed: u64, vars: &[usize]) -> Self {
        let polys: Vec<Poly<Fr>> = polys(seed, vars);
        let (roots, kept) = BaseFold::commit(&key, &polys.iter().collect::<Vec<_>>()).unwrap();
        let factors = random(seed + 1, vars.len());
        Case {
            key,
            roots,
            kept,
            factors: factors.into_iter().map(|factor| vec![factor]).collect(),
            point: Point(random(seed + 2, *vars.iter().max().unwrap())),
        }
    }

    /// Value and opening, as a speaker says them.
    fn open(&self, checks: &Checks, speaker: &mut impl Speaker) -> (Fr, Opening) {
        let part = Combined {
            batch: &self.kept,
            factors: self.factors.clone(),
        };
        with_script(checks, |script| {
            open(&self.key, script, &[part], &self.point, speaker).unwrap()
        })
    }

    fn verdict(&self, checks: &Checks, value: Fr, opening: &Opening) -> Result<(), PcsError> {
        let part = Combined {
            batch: &self.roots,
            factors: self.factors.clone(),
        };
        with_script(checks, |script| {
            BaseFold::verify(&self.key, script, &[part], (&self.point, value), opening)
        })
    }

    /// What a speaker says with these checks is rejected with all of them on, and accepted with these.
    fn is_false<S: Speaker>(&self, weakened: &Checks, speaker: impl Fn() -> S, what: &str) {
        for (checks, expected) in [
            (&Checks::all(), Err(PcsError::Rejected)),
            (weakened, Ok(())),
        ] {
            let (value, opening) = self.open(checks, &mut speaker());
            assert_eq!(self.verdict(checks, value, &opening), expected, "{what}");
        }
    }
}

fn polys(seed: u64, vars: &[usize]) -> Vec<Poly<Fr>> {
    let polys = (seed..).zip(vars);
    polys
        .map(|(seed, vars)| Poly::dense(*vars, random(seed, 1 << vars)))
        .collect()
}

/// The value of the polynomial of rows at a power of the root of unity of order `2^vars`.
fn at(rows: &[Fr], vars: usize, power: usize) -> Fr {
    let x = root_of_unity(vars).pow([power as u64]);
    rows.iter().rev().fold(Fr::zero(), |sum, row| sum * x + row)
}

fn codeword(rows: &[Fr], rate_vars: usize) -> Vec<Fr> {
    let vars = rows.len().ilog2() as usize + rate_vars;
    (0..1 << vars).map(|power| at(rows, vars, power)).collect()
}

/// Messages made from rows alone: a word is the codeword of what is left of all rows. `vars` are those of the
/// polynomials, the longest first. No trees are opened; the positions that were drawn are beside it.
fn by_hand(script: &mut Script<'_>, case: &Case, polys: &[Poly<Fr>]) -> (Opening, Vec<usize>) {
    let Dials {
        rate_vars,
        queries,
        last_vars,
    } = case.key.dials();
    let long = case.point.vars();
    let tau: Fr = script.sample("open/columns");
    let mut levels: Vec<usize> = polys.iter().map(|poly| long - poly.vars).collect();
    levels.dedup();
    let sum = |level: usize, with: &dyn Fn(usize, usize) -> Fr| {
        let mut rows = vec![Fr::zero(); 1 << (long - level)];
        let own = polys
            .iter()
            .enumerate()
            .filter(|(_, poly)| long - poly.vars == level);
        for (number, (of, poly)) in own.enumerate() {
            poly.accumulate(with(number, of), &Weights::One, &mut rows);
        }
        rows
    };
    let joining = |level| {
        [
            sum(level, &|_, of| case.factors[of][0]),
            sum(level, &|number, _| tau.pow([number as u64])),
        ]
    };
    let value = |rows: &Vec<Fr>, level: usize| {
        let point = Point(case.point.0[level..].to_vec());
        Poly::dense(long - level, rows.clone()).evaluate(&Weights::One, &point)
    };
    let values: Vec<[Fr; 2]> = levels
        .iter()
        .map(|level| joining(*level).map(|rows| value(&rows, *level)))
        .collect();
    values
        .iter()
        .for_each(|pair| script.absorb("open/values", pair));
    let mut rows = vec![Fr::zero(); 1 << long];
    let (mut layers, mut slopes, mut next) = (Vec::new(), Vec::new(), 0);
    for level in 0..=long - last_vars {
        let join: Fr = script.sample("open/join");
        if levels.contains(&level) {
            let [own, powers] = joining(level);
            let added = own
                .iter()
                .zip(&powers)
                .map(|(own, power)| join * (*own + join * power));
            rows.iter_mut()
                .zip(added)
                .for_each(|(row, added)| *row += added);
        }
        if level < long - last_vars {
            if levels.contains(&level) || level == next {
                let after = levels
                    .iter()
                    .find(|of| **of > level)
                    .map_or(long - last_vars, |of| *of);
                next = after.min(level + 3).min(long - last_vars);
                let word = codeword(&rows, rate_vars);
                let apart = word.len() >> (next - level);
                let tree = Tree::new(apart.ilog2() as usize, |at, values| {
                    values.extend(word.iter().skip(at).step_by(apart));
                });
                script.absorb("open/word", &tree.root());
                layers.push(tree.root());
            }
            let with = |x: Fr, rows: &[Fr]| -> Vec<Fr> {
                rows.chunks(2)
                    .map(|pair| pair[0] + x * (pair[1] - pair[0]))
                    .collect()
            };
            let [zero, one] = [Fr::zero(), Fr::one()].map(|x| value(&with(x, &rows), level + 1));
            let slope = one - zero;
            script.absorb("open/slope", &slope);
            slopes.push(slope);
            rows = with(script.sample("open/fold"), &rows);
        }
    }
    script.absorb("open/last", rows.as_slice());
    let mut query = || position(script.sample("open/query"), long + rate_vars);
    let positions = (0..queries).map(|_| query()).collect();
    let opening = Opening {
        values,
        layers,
        slopes,
        last: rows,
        columns: Vec::new(),
        words: Vec::new(),
    };
    (opening, positions)
}

#[test]
fn messages_are_those_of_the_equations() {
    for (last, vars) in [
        (1, vec![7]),
        (2, vec![6, 6, 6]),
        (1, vec![7, 7, 6, 2, 2, 1]),
        (2, vec![8, 4, 3]),
        (3, vec![3, 3]),
    ] {
        let case = Case::dense(key(5, last), 7, &vars);
        let polys = polys(7, &vars);
        let (expected, _) = with_script(&Checks::all(), |script| by_hand(script, &case, &polys));
        let (value, found) = case.open(&Checks::all(), &mut Honest);
        assert_eq!(
            value,
            expected.values.iter().map(|[own, _]| own).sum::<Fr>()
        );
        let found = Opening {
            columns: Vec::new(),
            words: Vec::new(),
            ..found
        };
        assert_eq!(found, expected, "{last} {vars:?}");
    }
}

/// What is opened are the codewords at the positions drawn.
#[test]
fn leaves_are_values_of_codewords() {
    let (vars, key) = ([6, 6, 3], key(9, 2));
    let case = Case::dense(key, 3, &vars);
    let (_, opening) = case.open(&Checks::all(), &mut Honest);
    let polys = polys(3, &vars);
    let (_, drawn) = with_script(&Checks::all(), |script| by_hand(script, &case, &polys));
    assert_eq!(drawn.len(), 9);
    for (number, position) in drawn.iter().enumerate() {
        for (tree, own) in [(0, &polys[..2]), (1, &polys[2..])] {
            let opened = &opening.columns[tree].leaves[number].values;
            let expected = own.iter().map(|poly| {
                let sumcheck::Rows::Dense(rows) = &poly.rows else {
                    unreachable!()
                };
                let length = 1 << (poly.vars + 2);
                at(rows, poly.vars + 2, position % length)
            });
            assert_eq!(*opened, expected.collect::<Vec<_>>());
        }
    }
}

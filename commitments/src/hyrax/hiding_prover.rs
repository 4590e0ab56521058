//! The prover's side of [`super::hiding`].

use super::hiding::{ANSWER, ANSWERS, HidingHyrax, HidingKey, HidingOpening, KNOWLEDGE};
use super::key::SHORT;
use super::{Lines, VerifierKey, commit, open};
use crate::draws::{Class, Draws};
use crate::pcs_hiding::commit_dense;
use crate::{Combined, HidingProver, Key, PcsError, PcsKeys, Script, check_polys, columns};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::Zero;
use rayon::prelude::*;
use sumcheck::{Point, Poly};

/// Of each polynomial, of each column, the blinding of each line. None at all of what belongs to a key.
pub type Blindings = Vec<Vec<Vec<Fr>>>;

impl PcsKeys for HidingHyrax {
    const TOGETHER: usize = super::Hyrax::TOGETHER;
    type ProverKey = HidingKey;
    type Kept = Blindings;

    fn keep(HidingKey(key): &HidingKey, polys: &[&Poly<Fr>]) -> Result<Blindings, PcsError> {
        check_polys(key.max_vars(), polys)?;
        let none = |poly: &&Poly<Fr>| vec![Vec::new(); columns(&poly.shape())];
        Ok(polys.iter().map(none).collect())
    }

    fn verifier_key(key: &HidingKey) -> &HidingKey {
        key
    }
}

impl HidingProver for HidingHyrax {
    fn commit(
        HidingKey(key): &HidingKey,
        polys: &[&Poly<Fr>],
        draws: (&mut Draws, Class),
    ) -> Result<(Lines, Blindings), PcsError> {
        Ok(blinded(key, commit::commit(key, polys)?, draws))
    }

    fn commit_public(HidingKey(key): &HidingKey, poly: &Poly<Fr>) -> Result<Lines, PcsError> {
        commit::commit(key, &[poly])
    }

    fn commit_short(
        key: &HidingKey,
        vars: usize,
        polys: &[&[Fr]],
        (draws, class): (&mut Draws, Class),
    ) -> Result<(Lines, Blindings), PcsError> {
        let HidingKey(points) = key;
        if vars > points.layout().line_vars() || polys.iter().any(|rows| rows.len() > SHORT) {
            return commit_dense::<Self>(key, vars, polys, (draws, class));
        }
        let blindings: Vec<Fr> = polys.iter().map(|_| draws.next(class)).collect();
        let each = polys.par_iter().zip(&blindings);
        let sum = |(rows, blinding): (&&[Fr], &Fr)| {
            points.short().sum([blinding].into_iter().chain(*rows))
        };
        let sums = each.map(sum);
        let points = G1Projective::normalize_batch(&sums.collect::<Vec<_>>());
        let lines = points.into_iter().map(|point| vec![vec![point]]);
        let kept = blindings.into_iter().map(|blinding| vec![vec![blinding]]);
        Ok((lines.collect(), kept.collect()))
    }

    fn commit_sparse(
        HidingKey(key): &HidingKey,
        vars: usize,
        rows: &[(usize, Fr)],
        draws: (&mut Draws, Class),
    ) -> Result<(Lines, Blindings), PcsError> {
        let max = key.max_vars();
        if vars > max {
            return Err(PcsError::TooManyVars { vars, max });
        }
        let mut lines = vec![G1Projective::zero(); key.layout().lines(vars)];
        let line_vars = key.layout().line_vars();
        for (row, value) in rows {
            let points = key.rows().get(row & ((1 << line_vars) - 1));
            let (Some(line), Some(point)) = (lines.get_mut(row >> line_vars), points) else {
                return Err(PcsError::WrongCount {
                    what: "rows",
                    found: row + 1,
                    expected: 1 << vars,
                });
            };
            *line += *point * value;
        }
        let lines = vec![vec![G1Projective::normalize_batch(&lines)]];
        Ok(blinded(key, lines, draws))
    }

    fn open(
        HidingKey(key): &HidingKey,
        script: &mut Script<'_>,
        (rows, point): (Vec<Fr>, &Point<Fr>),
        parts: &[Combined<'_, Blindings, Fr>],
        draws: &mut Draws,
    ) -> Result<(Fr, HidingOpening), PcsError> {
        let (_, high) = point.split_at(key.layout().low(point.vars()));
        let mut blinding = combined(parts, &high.eq_table());
        let (of_blindings, hidden) = (key.blinding(), std::cell::Cell::new([Fr::zero(); 2]));
        let mut draw = || draws.next::<Fr>(Class::Opening);
        let rounds = open::fold_all(
            key,
            script,
            (&rows, point),
            |[left, right]| {
                let own = [draw(), draw()];
                hidden.set(own);
                [left + of_blindings * own[0], right + of_blindings * own[1]]
            },
            |y, inverse| {
                let [left, right] = hidden.get();
                blinding += y * left + inverse * right;
            },
        )?;
        let mask = [draw(), draw()];
        let knowledge = (rounds.base() * mask[0] + of_blindings * mask[1]).into_affine();
        script.absorb(KNOWLEDGE, &knowledge);
        let challenge: Fr = script.sample(ANSWER);
        let answers = [
            mask[0] + challenge * rounds.last,
            mask[1] + challenge * blinding,
        ];
        script.absorb(ANSWERS, &answers);
        let opening = HidingOpening {
            cross: rounds.cross,
            knowledge,
            answers,
        };
        Ok((rounds.value, opening))
    }
}

/// Adds a fresh multiple of `H` to every point, zeros included.
fn blinded(
    key: &VerifierKey,
    mut lines: Lines,
    (draws, class): (&mut Draws, Class),
) -> (Lines, Blindings) {
    let each = |lines: &Vec<G1Affine>| -> Vec<Fr> { lines.iter().map(|_| Fr::zero()).collect() };
    let mut kept: Blindings = lines.iter().map(|c| c.iter().map(each).collect()).collect();
    let all = kept.iter_mut().flatten().flatten();
    all.for_each(|blinding| *blinding = draws.next(class));
    let scalars: Vec<Fr> = kept.iter().flatten().flatten().copied().collect();
    let multiples = key.blindings().multiples(&scalars);
    let points: Vec<G1Affine> = lines.iter().flatten().flatten().copied().collect();
    let sums = points.par_iter().zip(multiples).map(|(c, h)| *c + h);
    let sums: Vec<G1Projective> = sums.collect();
    let sums = G1Projective::normalize_batch(&sums);
    let points = lines.iter_mut().flatten().flatten();
    points.zip(sums).for_each(|(point, sum)| *point = sum);
    (lines, kept)
}

/// The blinding of a combination: `Σ factor · Σ_i weight_i · β_i`.
fn combined(parts: &[Combined<'_, Blindings, Fr>], weights: &[Fr]) -> Fr {
    let mut sum = Fr::zero();
    for part in parts {
        let columns = part.batch.iter().zip(&part.factors);
        for (lines, factor) in columns.flat_map(|(columns, factors)| columns.iter().zip(factors)) {
            let own = lines.iter().zip(weights).map(|(b, w)| *b * w);
            sum += *factor * own.sum::<Fr>();
        }
    }
    sum
}

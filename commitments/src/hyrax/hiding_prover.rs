//! The prover's side of [`super::hiding`].

use super::hiding::{ANSWER, ANSWERS, HidingHyrax, HidingOpening, KNOWLEDGE};
use super::{Hyrax, Lines, VerifierKey, commit, open};
use crate::draws::{Class, Draws};
use crate::hiding::{HidingKey, HidingProverKey, blind, check_sparse};
use crate::pcs_hiding::commit_dense;
use crate::{Combined, HidingProver, Key, PcsError, PcsKeys, Script, check_polys, columns};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::Zero;
use rayon::prelude::*;
use sumcheck::{Point, Poly};

/// Of each polynomial, of each column, the blinding of each line. None at all of what belongs to a key.
pub type Blindings = Vec<Vec<Vec<Fr>>>;

type ProverKey = HidingProverKey<Hyrax>;

impl PcsKeys for HidingHyrax {
    const TOGETHER: usize = Hyrax::TOGETHER;
    type ProverKey = ProverKey;
    type Kept = Blindings;

    fn keep(key: &ProverKey, polys: &[&Poly<Fr>]) -> Result<Blindings, PcsError> {
        check_polys(key.max_vars(), polys)?;
        let none = |poly: &&Poly<Fr>| vec![Vec::new(); columns(&poly.shape())];
        Ok(polys.iter().map(none).collect())
    }

    fn verifier_key(key: &ProverKey) -> &HidingKey<VerifierKey> {
        key.verifier_key()
    }

    fn checking_key(key: &ProverKey) -> HidingKey<VerifierKey> {
        key.verifier_key().with(VerifierKey::checking)
    }
}

impl HidingProver for HidingHyrax {
    fn commit(
        key: &ProverKey,
        polys: &[&Poly<Fr>],
        draws: (&mut Draws, Class),
    ) -> Result<(Lines, Blindings), PcsError> {
        Ok(blinded(key, commit::commit(key.clear(), polys)?, draws))
    }

    fn commit_public(key: &ProverKey, poly: &Poly<Fr>) -> Result<Lines, PcsError> {
        commit::commit(key.clear(), &[poly])
    }

    fn commit_short(
        key: &ProverKey,
        vars: usize,
        polys: &[&[Fr]],
        (draws, class): (&mut Draws, Class),
    ) -> Result<(Lines, Blindings), PcsError> {
        let rows = key.clear().rows().get(..1 << vars);
        let short = rows.and_then(|rows| key.commit_short((vars, rows), polys, (draws, class)));
        let Some((points, blindings)) = short else {
            return commit_dense::<Self>(key, vars, polys, (draws, class));
        };
        let lines = points.into_iter().map(|point| vec![vec![point]]);
        let kept = blindings.into_iter().map(|blinding| vec![vec![blinding]]);
        Ok((lines.collect(), kept.collect()))
    }

    fn commit_sparse(
        key: &ProverKey,
        vars: usize,
        rows: &[(usize, Fr)],
        draws: (&mut Draws, Class),
    ) -> Result<(Lines, Blindings), PcsError> {
        check_sparse(key.max_vars(), vars, rows)?;
        let line_vars = key.clear().layout().line_vars();
        let terms = rows.par_iter().map(|(row, value)| {
            let point = key.clear().rows()[row & ((1 << line_vars) - 1)];
            (row >> line_vars, point * value)
        });
        let terms: Vec<(usize, G1Projective)> = terms.collect();
        let mut lines = vec![G1Projective::zero(); key.clear().layout().lines(vars)];
        for (line, term) in terms {
            lines[line] += term;
        }
        let lines = vec![vec![G1Projective::normalize_batch(&lines)]];
        Ok(blinded(key, lines, draws))
    }

    fn open(
        key: &ProverKey,
        script: &mut Script<'_>,
        (rows, point): (Vec<Fr>, &Point<Fr>),
        parts: &[Combined<'_, Blindings, Fr>],
        draws: &mut Draws,
    ) -> Result<(Fr, HidingOpening), PcsError> {
        let (_, high) = point.split_at(key.clear().layout().low(point.vars()));
        let mut blinding = combined(parts, &high.eq_table());
        let (of_blindings, hidden) = (key.multiples(), std::cell::Cell::new([Fr::zero(); 2]));
        let mut draw = || draws.next::<Fr>(Class::Opening);
        let rounds = open::fold_all(
            key.clear(),
            script,
            (&rows, point),
            |[left, right]| {
                let own = [draw(), draw()];
                hidden.set(own);
                let [of_left, of_right] = own.map(|drawn| of_blindings.multiple(&drawn));
                [left + of_left, right + of_right]
            },
            |y, inverse| {
                let [left, right] = hidden.get();
                blinding += y * left + inverse * right;
            },
        )?;
        let mask = [draw(), draw()];
        let knowledge = rounds.base() * mask[0] + of_blindings.multiple(&mask[1]);
        let knowledge = knowledge.into_affine();
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

/// Adds a fresh multiple of `H` to every point.
fn blinded(key: &ProverKey, mut lines: Lines, draws: (&mut Draws, Class)) -> (Lines, Blindings) {
    let all = lines.iter_mut().flatten().flatten().collect();
    let mut drawn = blind(key.multiples(), all, draws).into_iter();
    let mut column = |lines: &Vec<G1Affine>| drawn.by_ref().take(lines.len()).collect();
    let own = |columns: &Vec<Vec<G1Affine>>| columns.iter().map(&mut column).collect();
    let kept = lines.iter().map(own).collect();
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

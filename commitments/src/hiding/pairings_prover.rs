//! The prover's side of [`super::pairings`].

use super::pairings::{Blinded, BlindedOpening, CORRECTION, OverPairings, blinded_verifying_key};
use super::prover::{Blinder, HidingProverKey, blind, check_sparse};
use crate::draws::{Class, Draws};
use crate::keys_prover::{Keys, erase_hiding_proving_key};
use crate::pcs_hiding::commit_dense;
use crate::{Columns, Combined, HidingProver, Key, PcsError, PcsKeys, Script, columns};
use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::CurveGroup;
use ark_ff::Zero;
use rayon::prelude::*;
use sumcheck::{Point, Poly};

/// An opening whose points have blindings.
pub struct Opened<O> {
    /// What the rows are at the point.
    pub value: Fr,
    /// The opening.
    pub opening: O,
    /// Of each point that is paired, in order, how much of `H` is in it.
    pub blindings: Vec<Fr>,
}

/// The prover's side of a scheme over pairings.
pub trait BlindedProver: OverPairings + PcsKeys<Kept = ()> {
    /// The points that stand for the rows of a polynomial in `vars` variables.
    ///
    /// # Errors
    /// The key is too small.
    fn bases(key: &Self::ProverKey, vars: usize) -> Result<&[G1Affine], PcsError>;

    /// The points of `G_2` that an equation's are paired with, in order.
    fn paired(key: &Self::VerifierKey) -> Vec<G2Affine>;

    /// [`PcsProver::open`](crate::PcsProver::open) of commitments that have so much of `H` in them, with points that a
    /// [`Blinder`] makes.
    ///
    /// # Errors
    /// As there.
    fn open_blinded(
        key: &Self::ProverKey,
        script: &mut Script<'_>,
        rows: (Vec<Fr>, &Point<Fr>),
        commitment: Fr,
        blinder: &mut Blinder<'_>,
    ) -> Result<Opened<Self::Opening>, PcsError>;
}

/// Of each polynomial, of each column, its blinding. None at all of what belongs to a key.
pub(super) type Blindings = Vec<Vec<Fr>>;

impl<P: BlindedProver> PcsKeys for Blinded<P> {
    const TOGETHER: usize = P::TOGETHER;
    type ProverKey = HidingProverKey<P>;
    type Kept = Blindings;

    fn keep(key: &Self::ProverKey, polys: &[&Poly<Fr>]) -> Result<Blindings, PcsError> {
        P::keep(key.clear(), polys)?;
        Ok(vec![Vec::new(); polys.len()])
    }

    fn verifier_key(key: &Self::ProverKey) -> &Self::VerifierKey {
        key.verifier_key()
    }
}

impl<P: BlindedProver> HidingProver for Blinded<P> {
    fn commit(
        key: &Self::ProverKey,
        polys: &[&Poly<Fr>],
        draws: (&mut Draws, Class),
    ) -> Result<(Columns, Blindings), PcsError> {
        Ok(blinded(key, committed(key, polys)?, draws))
    }

    fn commit_public(key: &Self::ProverKey, poly: &Poly<Fr>) -> Result<Columns, PcsError> {
        committed(key, &[poly])
    }

    fn commit_short(
        key: &Self::ProverKey,
        vars: usize,
        polys: &[&[Fr]],
        (draws, class): (&mut Draws, Class),
    ) -> Result<(Columns, Blindings), PcsError> {
        let bases = P::bases(key.clear(), vars)?;
        let rows = bases.get(..1 << vars);
        let short = rows.and_then(|rows| key.commit_short((vars, rows), polys, (draws, class)));
        let Some((points, blindings)) = short else {
            return commit_dense::<Self>(key, vars, polys, (draws, class));
        };
        let columns = points.into_iter().map(|point| vec![point]);
        let kept = blindings.into_iter().map(|blinding| vec![blinding]);
        Ok((columns.collect(), kept.collect()))
    }

    fn commit_sparse(
        key: &Self::ProverKey,
        vars: usize,
        rows: &[(usize, Fr)],
        draws: (&mut Draws, Class),
    ) -> Result<(Columns, Blindings), PcsError> {
        check_sparse(key.max_vars(), vars, rows)?;
        let bases = P::bases(key.clear(), vars)?;
        let terms = rows.par_iter().map(|(row, value)| bases[*row] * value);
        let point = terms.sum::<G1Projective>().into_affine();
        Ok(blinded(key, vec![vec![point]], draws))
    }

    fn open(
        key: &Self::ProverKey,
        script: &mut Script<'_>,
        rows: (Vec<Fr>, &Point<Fr>),
        parts: &[Combined<'_, Blindings, Fr>],
        draws: &mut Draws,
    ) -> Result<(Fr, Self::Opening), PcsError> {
        let mut blinder = Blinder::new(key.multiples(), draws);
        let opened = P::open_blinded(key.clear(), script, rows, combined(parts), &mut blinder)?;
        let correction = correction::<P>(key, &opened.blindings);
        script.absorb(CORRECTION, &correction);
        let opening = BlindedOpening {
            opening: opened.opening,
            correction,
        };
        Ok((opened.value, opening))
    }
}

fn committed<P: BlindedProver>(
    key: &HidingProverKey<P>,
    polys: &[&Poly<Fr>],
) -> Result<Columns, PcsError> {
    columns::commit(key.max_vars(), |vars| P::bases(key.clear(), vars), polys)
}

/// Adds a fresh multiple of `H` to every point.
fn blinded<P: PcsKeys>(
    key: &HidingProverKey<P>,
    mut points: Columns,
    draws: (&mut Draws, Class),
) -> (Columns, Blindings) {
    let all = points.iter_mut().flatten().collect();
    let mut drawn = blind(key.multiples(), all, draws).into_iter();
    let own = |columns: &Vec<G1Affine>| drawn.by_ref().take(columns.len()).collect();
    let kept = points.iter().map(own).collect();
    (points, kept)
}

/// The blinding of a combination.
fn combined(parts: &[Combined<'_, Blindings, Fr>]) -> Fr {
    let polys = parts
        .iter()
        .flat_map(|part| part.batch.iter().zip(&part.factors));
    let terms = polys.flat_map(|(blindings, factors)| blindings.iter().zip(factors));
    terms.map(|(blinding, factor)| *blinding * factor).sum()
}

/// `E = Σ_i b_i·R_i`.
fn correction<P: BlindedProver>(key: &HidingProverKey<P>, blindings: &[Fr]) -> G2Affine {
    let paired = P::paired(key.verifier_key().clear());
    let terms = paired.par_iter().zip(blindings);
    let terms = terms.map(|(point, blinding)| *point * blinding);
    terms.reduce(G2Projective::zero, |a, b| a + b).into_affine()
}

/// Both keys of proofs that tell nothing.
pub(crate) fn blinded_keys<P: BlindedProver>(key: P::ProverKey) -> Keys<Fr> {
    Keys {
        verifying: blinded_verifying_key::<P>(P::verifier_key(&key).clone()),
        proving: erase_hiding_proving_key::<Blinded<P>>(HidingProverKey::new(key)),
    }
}

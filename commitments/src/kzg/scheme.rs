//! What schemes over powers of tau have in common: a column is one point, and so are keys and their encodings.

use super::VerifierKey;
use crate::columns::{self, Columns};
use crate::wire::{DecodeError, Reader};
use crate::{Combined, Embedding, OpeningRisk, Pairings, Pcs, PcsError, Script};
use ark_bn254::{Fr, G1Affine};
use std::fmt::Debug;
use sumcheck::{Point, Shape};
#[cfg(feature = "prover")]
use {
    super::Powers,
    crate::{Key, PcsKeys, PcsProver},
    sumcheck::Poly,
};

/// Scalars and points.
pub type Terms = (Vec<Fr>, Vec<G1Affine>);

/// A scheme that commits to a column of `2^l` rows as to a polynomial in one variable, whose coefficients they are: what
/// is its own.
pub trait OverPowers: Sized + Send + Sync + 'static {
    /// Name in the registry, and in transcripts.
    const NAME: &'static str;
    /// What it is, in a few words.
    const ABOUT: &'static str;
    /// Keys of `papers/references.bib`.
    const PAPERS: &'static [&'static str];
    /// Proof of one evaluation.
    type Opening: Clone + PartialEq + Debug + Send + Sync + 'static;

    /// [`Pcs::reduce`] of the polynomial that is committed to by `Σ scalar · point` over `terms`: what is to be paired with
    /// `G_2`, `τ·G_2` and `τ²·G_2`. The point has no more coordinates than the key allows.
    ///
    /// # Errors
    /// As there.
    fn reduce(
        script: &mut Script<'_>,
        terms: Terms,
        claim: (&Point<Fr>, Fr),
        opening: &Self::Opening,
    ) -> Result<Vec<G1Affine>, PcsError>;

    /// [`Pcs::risks`].
    fn risks(vars: usize) -> Vec<OpeningRisk>;

    /// [`Pcs::write_opening`].
    fn write_opening(opening: &Self::Opening, out: &mut Vec<u8>);

    /// [`Pcs::read_opening`].
    ///
    /// # Errors
    /// Anything that is no opening.
    fn read_opening(vars: usize, input: &mut Reader<'_>) -> Result<Self::Opening, DecodeError>;

    /// `PcsProver::open`. There are as many rows as powers, `2^l`.
    #[cfg(feature = "prover")]
    fn open(
        powers: &[G1Affine],
        script: &mut Script<'_>,
        rows: Vec<Fr>,
        point: &Point<Fr>,
    ) -> (Fr, Self::Opening);
}

impl<P: OverPowers> Pcs for P {
    const NAME: &'static str = P::NAME;
    const EMBEDDING: Embedding = Embedding::Pad;
    type F = Fr;
    type VerifierKey = VerifierKey;
    type Commitment = Columns;
    type Opening = P::Opening;
    type Equation = Vec<G1Affine>;
    type Sum = Pairings;

    fn reduce(
        key: &VerifierKey,
        script: &mut Script<'_>,
        parts: &[Combined<'_, Columns, Fr>],
        claim: (&Point<Fr>, Fr),
        opening: &P::Opening,
    ) -> Result<Vec<G1Affine>, PcsError> {
        let (vars, max) = (claim.0.vars(), crate::Key::max_vars(key));
        if vars > max {
            return Err(PcsError::TooManyVars { vars, max });
        }
        P::reduce(script, columns::terms(parts), claim, opening)
    }

    fn add(_key: &VerifierKey, sum: &mut Pairings, weight: Fr, equation: Vec<G1Affine>) {
        sum.add(weight, &equation);
    }

    fn holds(key: &VerifierKey, sum: Pairings) -> bool {
        sum.hold(key.prepared().iter())
    }

    fn risks(_key: &VerifierKey, vars: usize) -> Vec<OpeningRisk> {
        P::risks(vars)
    }

    fn commitment_bytes(_key: &VerifierKey, shape: &Shape) -> usize {
        columns::POINT * crate::columns(shape)
    }

    fn write_commitment(commitment: &Columns, out: &mut Vec<u8>) {
        columns::write(commitment, out);
    }

    fn read_commitment(
        _key: &VerifierKey,
        shapes: &[Shape],
        input: &mut Reader<'_>,
    ) -> Result<Columns, DecodeError> {
        columns::read(shapes, input)
    }

    fn write_opening(opening: &P::Opening, out: &mut Vec<u8>) {
        P::write_opening(opening, out);
    }

    fn read_opening(
        _key: &VerifierKey,
        vars: usize,
        input: &mut Reader<'_>,
    ) -> Result<P::Opening, DecodeError> {
        P::read_opening(vars, input)
    }

    fn write_verifier_key(key: &VerifierKey) -> Vec<u8> {
        key.to_bytes()
    }

    fn read_verifier_key(bytes: &[u8]) -> Result<VerifierKey, DecodeError> {
        VerifierKey::from_bytes(bytes)
    }
}

#[cfg(feature = "prover")]
impl<P: OverPowers> PcsKeys for P {
    const TOGETHER: usize = 16;
    type ProverKey = Powers;
    type Kept = ();

    fn keep(_key: &Powers, _polys: &[&Poly<Fr>]) -> Result<(), PcsError> {
        Ok(())
    }

    fn verifier_key(key: &Powers) -> &VerifierKey {
        key.verifier_key()
    }
}

#[cfg(feature = "prover")]
impl<P: OverPowers> PcsProver for P {
    fn commit(key: &Powers, polys: &[&Poly<Fr>]) -> Result<(Columns, ()), PcsError> {
        let committed = columns::commit(key.max_vars(), |vars| key.points(vars), polys)?;
        Ok((committed, ()))
    }

    fn open(
        key: &Powers,
        script: &mut Script<'_>,
        mut rows: Vec<Fr>,
        _parts: &[Combined<'_, (), Fr>],
        point: &Point<Fr>,
    ) -> Result<(Fr, P::Opening), PcsError> {
        let powers = key.points(point.vars())?;
        let (found, expected) = (rows.len(), powers.len());
        if found > expected {
            return Err(PcsError::WrongCount {
                what: "rows",
                found,
                expected,
            });
        }
        rows.resize(expected, Fr::from(0));
        Ok(P::open(powers, script, rows, point))
    }
}

//! What schemes over powers of tau have in common: a column is one point, and so are keys and their encodings.

use super::VerifierKey;
use crate::columns::{self, Columns};
use crate::keys::VerifyingKey;
use crate::wire::{DecodeError, Reader};
use crate::{Combined, Embedding, OpeningRisk, Pairings, Pcs, PcsError, Script, SetupError};
use ark_bn254::{Fr, G1Affine};
use std::fmt::Debug;
use std::sync::Arc;
use sumcheck::{Point, Shape};
#[cfg(feature = "prover")]
use {
    super::Powers,
    crate::keys_prover::Keys,
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
    /// Whether there are keys of which proofs tell nothing but their statement.
    const HIDES: bool = false;
    /// Proof of one evaluation.
    type Opening: Clone + PartialEq + Debug + Send + Sync + 'static;

    /// The verifying key of such proofs.
    ///
    /// # Errors
    /// There is none.
    fn hiding_verifying_key(_key: VerifierKey) -> Result<Arc<dyn VerifyingKey<Fr>>, SetupError> {
        Err(tells::<Self>())
    }

    /// Both keys of such proofs.
    ///
    /// # Errors
    /// There are none.
    #[cfg(feature = "prover")]
    fn hiding_keys(_powers: Powers) -> Result<Keys<Fr>, SetupError> {
        Err(tells::<Self>())
    }

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

/// Why a scheme that does not say how does not hide.
fn tells<P: OverPowers>() -> SetupError {
    SetupError::CannotHide {
        scheme: P::NAME,
        cause: "its openings send values of polynomials in the clear, which blinding points does not hide",
    }
}

/// Whether a point has no more coordinates than the key allows.
///
/// # Errors
/// [`PcsError::TooManyVars`].
pub(crate) fn allowed(key: &VerifierKey, point: &Point<Fr>) -> Result<(), PcsError> {
    let (vars, max) = (point.vars(), crate::Key::max_vars(key));
    match vars > max {
        true => Err(PcsError::TooManyVars { vars, max }),
        false => Ok(()),
    }
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
        allowed(key, claim.0)?;
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

    fn commitment_bytes(_key: &VerifierKey, shapes: &[Shape]) -> Vec<usize> {
        columns::bytes(shapes)
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
        _parts: &[Combined<'_, Columns, Fr>],
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
        rows: Vec<Fr>,
        _parts: &[Combined<'_, (), Fr>],
        point: &Point<Fr>,
    ) -> Result<(Fr, P::Opening), PcsError> {
        let (powers, rows) = whole(key, rows, point)?;
        Ok(P::open(powers, script, rows, point))
    }
}

/// The powers for an opening at a point, and as many rows.
///
/// # Errors
/// A point of too many coordinates, or more rows than it has.
#[cfg(feature = "prover")]
pub(crate) fn whole<'a>(
    key: &'a Powers,
    mut rows: Vec<Fr>,
    point: &Point<Fr>,
) -> Result<(&'a [G1Affine], Vec<Fr>), PcsError> {
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
    Ok((powers, rows))
}

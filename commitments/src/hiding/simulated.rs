//! **Insecure**: openings that are made without the polynomials, by who knows the logarithm of `H`, or what the hash answers.

use super::{Blinded, BlindedOpening, BlindedProver, HidingKey, blinding_logarithm};
use crate::{Combined, Draws, Pcs, PcsError, Script, SetupError, columns};
use ark_bn254::{Fr, G1Affine, G2Affine, G2Projective};
use ark_ec::CurveGroup;
use ark_ff::Field;
use sumcheck::{Checks, Point};

/// What an opening is asked of: a sum of columns, and its value at a point.
pub type Asked<'a, 'b, C> = (&'a [Combined<'b, C, Fr>], (&'a Point<Fr>, Fr));

/// A scheme that hides, whose openings are simulated.
pub trait Simulated: Pcs<F = Fr> {
    /// The verifier's key as the simulator has it, for polynomials in up to so many variables.
    ///
    /// # Errors
    /// Too many variables.
    fn simulators(max_vars: usize) -> Result<Self::VerifierKey, SetupError>;

    /// What of the hash is programmed, if it is to answer this.
    fn programmed(_answer: u64) -> Checks {
        Checks::all()
    }

    /// An opening that is accepted, whatever is committed; points of commitments have these logarithms.
    ///
    /// # Errors
    /// The question makes no sense.
    fn solved(
        key: &Self::VerifierKey,
        script: &mut Script<'_>,
        asked: Asked<'_, '_, Self::Commitment>,
        logarithm: &dyn Fn(&G1Affine) -> Fr,
        draws: &mut Draws,
    ) -> Result<Self::Opening, PcsError>;
}

/// A scheme over pairings, whose openings are simulated.
pub trait SimulatedPairings: BlindedProver {
    /// The clear scheme's key.
    ///
    /// # Errors
    /// Too many variables.
    fn own_key(max_vars: usize) -> Result<Self::VerifierKey, SetupError>;

    /// Draws an opening of what is committed with this logarithm and has this value; and the logarithms of the points that
    /// are paired then.
    fn simulate(
        script: &mut Script<'_>,
        point: &Point<Fr>,
        claim: (Fr, Fr),
        draws: &mut Draws,
    ) -> (Self::Opening, Vec<Fr>);
}

/// No answer of the transcript's hash is chosen, and no secret of the setup is used: what is known is the logarithm of `H`.
impl<P: SimulatedPairings> Simulated for Blinded<P> {
    fn simulators(max_vars: usize) -> Result<HidingKey<P::VerifierKey>, SetupError> {
        let key = P::own_key(max_vars)?;
        Ok(HidingKey::knowing(key, blinding_logarithm()))
    }

    fn solved(
        key: &HidingKey<P::VerifierKey>,
        script: &mut Script<'_>,
        (parts, (point, value)): Asked<'_, '_, Self::Commitment>,
        logarithm: &dyn Fn(&G1Affine) -> Fr,
        draws: &mut Draws,
    ) -> Result<Self::Opening, PcsError> {
        let (scalars, points) = columns::terms(parts);
        let terms = scalars.iter().zip(&points);
        let committed = terms.map(|(scalar, point)| *scalar * logarithm(point));
        let (opening, paired) = P::simulate(script, point, (committed.sum(), value), draws);
        Ok(BlindedOpening {
            opening,
            correction: correction::<P>(key.clear(), &paired),
        })
    }
}

/// The only `E` that passes, where the points that are paired have these logarithms.
pub(crate) fn correction<P: BlindedProver>(key: &P::VerifierKey, paired: &[Fr]) -> G2Affine {
    let with = P::paired(key);
    let terms = with.iter().zip(paired).map(|(point, x)| *point * x);
    let inverse = blinding_logarithm().inverse().unwrap_or_default();
    (terms.sum::<G2Projective>() * inverse).into_affine()
}

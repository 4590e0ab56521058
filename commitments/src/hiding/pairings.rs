//! Schemes over pairings that hide.
//!
//! Let an opening in the clear leave the equation `Π_i e(P_i, R_i) = 1`, with points `R_i` of `G_2` that are the key's, and
//! `P_i` linear in the commitments and in the opening's points.
//!
//! **Protocol.** Every commitment has a multiple of `H` in it, and every point of an opening gets one of its own. So `P_i` is
//! the clear one and `b_i·H`, and the product is `e(H, E)` for `E = Σ_i b_i·R_i`. The prover, who knows all `b_i`, makes `E`
//! from the key and sends it last; the check is
//!
//! ```text
//! Π_i e(P_i, R_i) = e(H, E)
//! ```
//!
//! **Soundness**, in the algebraic group model: `P_i = p_i·G_1 + h_i·H` and `R_i = r_i·G_2`, `E = e·G_2`, where `p_i`, `r_i`
//! and `e` are known polynomials in the secrets of the setup and `h_i` is known. With `η` the logarithm of `H` the check says
//! `Σ_i p_i·r_i + η·(Σ_i h_i·r_i − e) = 0`. Nobody knows `η`, which is no secret of the setup, so that both sums are zero, or a
//! discrete logarithm is found. The first one is the clear scheme's equation, of what commitments stand for without their
//! blindings: whatever `E` is, it repairs nothing but blindings. That needs `E` in the group of prime order, which is checked.
//!
//! **Hiding.** The points of the opening are uniform and independent, and `E` is what the equation makes it, since `H ≠ 0`. A
//! scalar that is sent must be masked by the scheme ([`OverPairings`]). The simulator draws all of these and knows the
//! logarithms of the points that it drew, hence `x_i` with `P_i = x_i·G_1`; with `η`, by programming the hash to the curve, it
//! makes `E = η^{−1}·Σ_i x_i·R_i`. It needs no secret of the setup, nor any other answer of a random oracle. What is opened of
//! polynomials that everybody knows is opened as it is, and added.
//!
//! A setup with `η·G_2` in it would do with a check in `G_1`; this one holds over every ceremony as it is.
//!
//! **Transcript.** The scheme's opening, then `open/correction` (`E`).
//!
//! **Cost** beside the clear scheme: a multiple of `H` for each point; proof 64 bytes; prover a multiple in `G_2` for each
//! `R_i`; verifier one point of `G_2` to decode and one pair more, whose lines are made (0.25 ms and 0.5 ms), for each of the
//! proofs that are decided together: no two of them have one `E`.

use super::HidingKey;
use crate::keys::{VerifyingKey, erase_hiding_verifying_key};
use crate::wire::{DecodeError, Reader, put};
use crate::{Columns, Combined, Embedding, OpeningRisk, Pairings, Pcs, PcsError, Script};
use ark_bn254::{Fr, G1Affine, G2Affine};
use std::marker::PhantomData;
use std::sync::Arc;
use sumcheck::{Label, Point, Shape};

pub(super) const CORRECTION: Label = "open/correction";

/// A scheme whose commitments are points, and whose openings leave pairings: what is different if all points are blinded.
/// Openings must have no scalar that depends on the rows, but for one that a mask makes uniform.
pub trait OverPairings:
    Pcs<F = Fr, Commitment = Columns, Equation = Vec<G1Affine>, Sum = Pairings>
{
    /// [`Pcs::reduce`].
    ///
    /// # Errors
    /// As there.
    fn reduce_blinded(
        key: &Self::VerifierKey,
        script: &mut Script<'_>,
        parts: &[Combined<'_, Columns, Fr>],
        claim: (&Point<Fr>, Fr),
        opening: &Self::Opening,
    ) -> Result<Vec<G1Affine>, PcsError> {
        Self::reduce(key, script, parts, claim, opening)
    }

    /// [`Pcs::risks`].
    fn risks_blinded(key: &Self::VerifierKey, vars: usize) -> Vec<OpeningRisk> {
        Self::risks(key, vars)
    }

    /// [`Pcs::read_opening`].
    ///
    /// # Errors
    /// Anything that is no opening.
    fn read_blinded(
        key: &Self::VerifierKey,
        vars: usize,
        parts: &[Combined<'_, Columns, Fr>],
        input: &mut Reader<'_>,
    ) -> Result<Self::Opening, DecodeError> {
        Self::read_opening(key, vars, parts, input)
    }
}

/// The scheme with blindings.
#[derive(Clone, Copy, Debug)]
pub struct Blinded<P>(PhantomData<P>);

/// An opening of blinded points.
#[derive(Clone, Debug, PartialEq)]
pub struct BlindedOpening<O> {
    /// The scheme's own.
    pub opening: O,
    /// `E`.
    pub correction: G2Affine,
}

/// `Π_i e(P_i, R_i) = e(H, E)`.
#[derive(Clone, Debug)]
pub struct BlindedEquation {
    /// The `P_i`.
    pub points: Vec<G1Affine>,
    /// `E`.
    pub correction: G2Affine,
}

impl<P: OverPairings> Pcs for Blinded<P> {
    const NAME: &'static str = P::NAME;
    const EMBEDDING: Embedding = P::EMBEDDING;
    type F = Fr;
    type VerifierKey = HidingKey<P::VerifierKey>;
    type Commitment = Columns;
    type Opening = BlindedOpening<P::Opening>;
    type Equation = BlindedEquation;
    type Sum = Pairings;

    fn reduce(
        key: &Self::VerifierKey,
        script: &mut Script<'_>,
        parts: &[Combined<'_, Columns, Fr>],
        claim: (&Point<Fr>, Fr),
        BlindedOpening {
            opening,
            correction,
        }: &Self::Opening,
    ) -> Result<BlindedEquation, PcsError> {
        let points = P::reduce_blinded(key.clear(), script, parts, claim, opening)?;
        script.absorb(CORRECTION, correction);
        Ok(BlindedEquation {
            points,
            correction: *correction,
        })
    }

    fn add(key: &Self::VerifierKey, sum: &mut Pairings, weight: Fr, equation: BlindedEquation) {
        P::add(key.clear(), sum, weight, equation.points);
        sum.add_pair(key.blinding() * -weight, equation.correction);
    }

    fn holds(key: &Self::VerifierKey, sum: Pairings) -> bool {
        P::holds(key.clear(), sum)
    }

    fn risks(key: &Self::VerifierKey, vars: usize) -> Vec<OpeningRisk> {
        P::risks_blinded(key.clear(), vars)
    }

    fn commitment_bytes(key: &Self::VerifierKey, shapes: &[Shape]) -> Vec<usize> {
        P::commitment_bytes(key.clear(), shapes)
    }

    fn write_commitment(commitment: &Columns, out: &mut Vec<u8>) {
        P::write_commitment(commitment, out);
    }

    fn read_commitment(
        key: &Self::VerifierKey,
        shapes: &[Shape],
        input: &mut Reader<'_>,
    ) -> Result<Columns, DecodeError> {
        P::read_commitment(key.clear(), shapes, input)
    }

    fn write_opening(opening: &Self::Opening, out: &mut Vec<u8>) {
        P::write_opening(&opening.opening, out);
        put(&opening.correction, out);
    }

    fn read_opening(
        key: &Self::VerifierKey,
        vars: usize,
        parts: &[Combined<'_, Columns, Fr>],
        input: &mut Reader<'_>,
    ) -> Result<Self::Opening, DecodeError> {
        Ok(BlindedOpening {
            opening: P::read_blinded(key.clear(), vars, parts, input)?,
            // Canonical, on the curve, and in the group of prime order.
            correction: input.canonical("G2 point")?,
        })
    }

    fn write_verifier_key(key: &Self::VerifierKey) -> Vec<u8> {
        P::write_verifier_key(key.clear())
    }

    fn read_verifier_key(bytes: &[u8]) -> Result<Self::VerifierKey, DecodeError> {
        P::read_verifier_key(bytes).map(HidingKey::new)
    }
}

/// The verifying key of proofs that tell nothing.
pub(crate) fn blinded_verifying_key<P: OverPairings>(
    key: P::VerifierKey,
) -> Arc<dyn VerifyingKey<Fr>> {
    erase_hiding_verifying_key::<Blinded<P>>(HidingKey::new(key))
}

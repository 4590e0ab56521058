//! PST13: multilinear KZG over BN254 (about 100 bits of security).
//!
//! A commitment is `f(s) · G_1` for a secret point `s` of the setup ([`Srs`]). For a claim `f(z) = v`
//! in `l` variables,
//!
//! ```text
//! f(X) − v = Σ_k (X_k − z_k) · q_k(X_{k+1} … X_{l−1})
//! ```
//!
//! where variable 0 is divided out first. The proof is `Q_k = q_k(s) · G_1`, and the check is
//! `e(C − v·G_1 + Σ_k z_k·Q_k, G_2) = Π_k e(Q_k, s_k·G_2)`: one product of `l + 1` pairings.
//!
//! Costs, for `T = 2^l` rows: opening `T − 1` points of multi-scalar multiplication; proof `l` points;
//! committing one affine addition per row and pair of digits that are not both zero, or one multi-scalar
//! multiplication.
//!
//! A cheater may commit to a polynomial in more variables than the claim has. An opening still binds:
//! the quotients may then depend on the additional variables, but the equation says that `f − v`
//! vanishes at `z` for *every* assignment of them, so `v` is determined by `f`.
//!
//! [PST13: Papamanthou, Shi, Tamassia 2013, ePrint 2011/587]

#[cfg(feature = "prover")]
mod cache;
#[cfg(feature = "prover")]
mod commit;
#[cfg(feature = "prover")]
mod digests;
#[cfg(feature = "prover")]
mod open;
mod pairing;
#[cfg(feature = "prover")]
mod srs;
#[cfg(test)]
mod tests;
mod verify;
mod vk;

#[cfg(feature = "prover")]
pub use srs::Srs;
pub use vk::VerifierKey;

use crate::curve::msm_portable;
use crate::wire::{DecodeError, Reader, put};
use crate::{Homomorphic, Pcs, PcsError};
#[cfg(feature = "prover")]
use crate::{HomomorphicProver, PcsProver};
use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::One;
use ark_serialize::CanonicalSerialize;
#[cfg(feature = "prover")]
use sumcheck::Poly;
use sumcheck::{Point, Transcript};

/// Variables of the largest setup: 2^26 points are 4 GiB.
pub const MAX_VARS: usize = 26;

/// The scheme.
#[derive(Clone, Copy, Debug)]
pub struct Pst13;

/// Quotient commitments `Q_0 … Q_{l−1}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening(pub Vec<G1Affine>);

impl Pcs for Pst13 {
    const NAME: &'static str = "pst13";
    type F = Fr;
    type VerifierKey = VerifierKey;
    type Commitment = G1Affine;
    type Opening = Opening;

    fn verify(
        key: &VerifierKey,
        transcript: &mut Transcript,
        commitment: &G1Affine,
        claim: (&Point<Fr>, Fr),
        opening: &Opening,
    ) -> Result<(), PcsError> {
        let term = (Fr::one(), *commitment);
        Self::verify_combination(key, transcript, &[term], claim, opening)
    }

    fn commitment_bytes(_vars: usize) -> usize {
        G1Affine::zero().compressed_size()
    }

    fn write_commitment(commitment: &G1Affine, out: &mut Vec<u8>) {
        put(commitment, out);
    }

    fn read_commitment(_vars: usize, input: &mut Reader<'_>) -> Result<G1Affine, DecodeError> {
        input.canonical("G1 point")
    }

    fn write_opening(opening: &Opening, out: &mut Vec<u8>) {
        opening.0.iter().for_each(|point| put(point, out));
    }

    fn read_opening(vars: usize, input: &mut Reader<'_>) -> Result<Opening, DecodeError> {
        let points = (0..vars).map(|_| input.canonical("G1 point"));
        points.collect::<Result<_, _>>().map(Opening)
    }

    fn write_verifier_key(key: &VerifierKey) -> Vec<u8> {
        key.to_bytes()
    }

    fn read_verifier_key(bytes: &[u8]) -> Result<VerifierKey, DecodeError> {
        VerifierKey::from_bytes(bytes)
    }
}

impl Homomorphic for Pst13 {
    fn combine(terms: &[(Fr, G1Affine)]) -> G1Affine {
        let (scalars, points): (Vec<Fr>, Vec<G1Affine>) = terms.iter().copied().unzip();
        // Verifiers combine.
        msm_portable(&points, &scalars).into_affine()
    }

    fn verify_combination(
        key: &VerifierKey,
        transcript: &mut Transcript,
        terms: &[(Fr, G1Affine)],
        (point, value): (&Point<Fr>, Fr),
        opening: &Opening,
    ) -> Result<(), PcsError> {
        transcript.absorb("open/quotients", &opening.0);
        verify::verify(key, terms, point, value, opening)
    }
}

#[cfg(feature = "prover")]
impl PcsProver for Pst13 {
    type ProverKey = Srs;
    type Blinding = ();

    fn commit(
        key: &Srs,
        polys: &[&Poly<Fr>],
        blindings: &[Vec<()>],
    ) -> Result<Vec<Vec<G1Affine>>, PcsError> {
        commit::commit(key, polys, blindings)
    }

    fn open(
        key: &Srs,
        transcript: &mut Transcript,
        rows: Vec<Fr>,
        _blinding: &(),
        point: &Point<Fr>,
    ) -> Result<(Fr, Opening), PcsError> {
        let (value, opening) = open::open(key, rows, point)?;
        transcript.absorb("open/quotients", &opening.0);
        Ok((value, opening))
    }
}

#[cfg(feature = "prover")]
impl HomomorphicProver for Pst13 {
    fn combine_blindings(_terms: &[(Fr, ())]) {}
}

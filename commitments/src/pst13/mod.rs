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
//! Points with blindings hide (`hiding.rs`).
//!
//! [PST13: Papamanthou, Shi, Tamassia 2013, ePrint 2011/587]

#[cfg(feature = "prover")]
mod cache;
#[cfg(feature = "prover")]
mod digests;
mod hiding;
#[cfg(feature = "prover")]
mod hiding_prover;
#[cfg(all(test, feature = "testing"))]
mod hiding_tests;
#[cfg(all(feature = "testing", feature = "prover"))]
mod known;
#[cfg(all(test, feature = "testing"))]
mod lies;
#[cfg(feature = "prover")]
mod open;
#[cfg(feature = "prover")]
mod srs;
#[cfg(test)]
mod tests;
mod verify;
mod vk;

#[cfg(feature = "prover")]
pub use srs::Srs;
pub use vk::VerifierKey;

use crate::columns::{self, Columns};
use crate::wire::{DecodeError, Reader, put};
use crate::{Combined, Embedding, OpeningRisk, Pairings, Pcs, PcsError, Script};
#[cfg(feature = "prover")]
use crate::{Key, PcsKeys, PcsProver, hiding::Blinder};
use ark_bn254::{Fr, G1Affine};
#[cfg(feature = "prover")]
use sumcheck::Poly;
use sumcheck::{Label, Point, Shape};

const QUOTIENTS: Label = "open/quotients";

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
    const EMBEDDING: Embedding = Embedding::Repeat;
    type F = Fr;
    type VerifierKey = VerifierKey;
    type Commitment = Columns;
    type Opening = Opening;
    type Equation = Vec<G1Affine>;
    type Sum = Pairings;

    fn reduce(
        key: &VerifierKey,
        script: &mut Script<'_>,
        parts: &[Combined<'_, Columns, Fr>],
        (point, value): (&Point<Fr>, Fr),
        opening: &Opening,
    ) -> Result<Vec<G1Affine>, PcsError> {
        script.absorb(QUOTIENTS, &opening.0);
        verify::reduce(key, columns::terms(parts), point, value, opening)
    }

    fn add(_key: &VerifierKey, sum: &mut Pairings, weight: Fr, equation: Vec<G1Affine>) {
        sum.add(weight, &equation);
    }

    fn holds(key: &VerifierKey, sum: Pairings) -> bool {
        let secrets = key.prepared_secrets();
        sum.hold(std::iter::once(key.prepared_generator()).chain(secrets))
    }

    fn risks(_key: &VerifierKey, _vars: usize) -> Vec<OpeningRisk> {
        Vec::new()
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

    fn write_opening(opening: &Opening, out: &mut Vec<u8>) {
        opening.0.iter().for_each(|point| put(point, out));
    }

    fn read_opening(
        _key: &VerifierKey,
        vars: usize,
        _parts: &[Combined<'_, Columns, Fr>],
        input: &mut Reader<'_>,
    ) -> Result<Opening, DecodeError> {
        columns::points(vars, input).map(Opening)
    }

    fn write_verifier_key(key: &VerifierKey) -> Vec<u8> {
        key.to_bytes()
    }

    fn read_verifier_key(bytes: &[u8]) -> Result<VerifierKey, DecodeError> {
        VerifierKey::from_bytes(bytes)
    }
}

#[cfg(feature = "prover")]
impl PcsKeys for Pst13 {
    const TOGETHER: usize = 16;
    type ProverKey = Srs;
    type Kept = ();

    fn keep(_key: &Srs, _polys: &[&Poly<Fr>]) -> Result<(), PcsError> {
        Ok(())
    }

    fn verifier_key(key: &Srs) -> &VerifierKey {
        key.verifier_key()
    }
}

#[cfg(feature = "prover")]
impl PcsProver for Pst13 {
    fn commit(key: &Srs, polys: &[&Poly<Fr>]) -> Result<(Columns, ()), PcsError> {
        Ok((
            columns::commit(key.max_vars(), |vars| key.level(vars), polys)?,
            (),
        ))
    }

    fn open(
        key: &Srs,
        script: &mut Script<'_>,
        rows: Vec<Fr>,
        _parts: &[Combined<'_, (), Fr>],
        point: &Point<Fr>,
    ) -> Result<(Fr, Opening), PcsError> {
        let (value, opening) = open::open(key, rows, point, &mut Blinder::none())?;
        script.absorb(QUOTIENTS, &opening.0);
        Ok((value, opening))
    }
}

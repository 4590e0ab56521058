//! The prover's side of [`super::hiding`].

use super::{Opening, Pst13, QUOTIENTS, Srs, VerifierKey, open};
use crate::hiding::{BlindedProver, Blinder, Opened};
use crate::{PcsError, Script};
use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use sumcheck::Point;

impl BlindedProver for Pst13 {
    fn bases(key: &Srs, vars: usize) -> Result<&[G1Affine], PcsError> {
        key.level(vars)
    }

    fn paired(key: &VerifierKey) -> Vec<G2Affine> {
        let secrets = key.secrets().iter().copied();
        std::iter::once(G2Affine::generator())
            .chain(secrets)
            .collect()
    }

    fn open_blinded(
        key: &Srs,
        script: &mut Script<'_>,
        (rows, point): (Vec<Fr>, &Point<Fr>),
        commitment: Fr,
        blinder: &mut Blinder<'_>,
    ) -> Result<Opened<Opening>, PcsError> {
        let (value, opening) = open::open(key, rows, point, blinder)?;
        script.absorb(QUOTIENTS, &opening.0);
        let terms = point.0.iter().zip(&blinder.drawn);
        let first = commitment + terms.map(|(z, t)| *z * t).sum::<Fr>();
        // Variable k meets the secret that is (vars − 1 − k)-th from the top.
        let quotients = blinder.drawn.iter().rev().map(|t| -*t);
        let blindings = std::iter::once(first).chain(quotients).collect();
        Ok(Opened {
            value,
            opening,
            blindings,
        })
    }
}

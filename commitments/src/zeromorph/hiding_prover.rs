//! The prover's side of [`super::hiding`].

use super::{Opening, Zeromorph, open};
use crate::hiding::{BlindedProver, Blinder, Opened};
use crate::kzg::{Powers, VerifierKey, whole};
use crate::{PcsError, Script};
use ark_bn254::{Fr, G1Affine, G2Affine};
use sumcheck::Point;

impl BlindedProver for Zeromorph {
    fn bases(key: &Powers, vars: usize) -> Result<&[G1Affine], PcsError> {
        key.points(vars)
    }

    fn paired(key: &VerifierKey) -> Vec<G2Affine> {
        key.paired().to_vec()
    }

    fn open_blinded(
        key: &Powers,
        script: &mut Script<'_>,
        (rows, point): (Vec<Fr>, &Point<Fr>),
        commitment: Fr,
        blinder: &mut Blinder<'_>,
    ) -> Result<Opened<Opening>, PcsError> {
        let (powers, rows) = whole(key, rows, point)?;
        Ok(open::open(
            powers,
            script,
            (rows, point),
            commitment,
            blinder,
        ))
    }
}

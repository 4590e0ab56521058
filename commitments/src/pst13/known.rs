//! **Insecure**: the scheme with known logarithms.

use super::vk::test_secrets;
use super::{Pst13, Srs};
use crate::hiding::{Blinded, HidingProverKey, Trapdoor, blinding_logarithm};
use crate::{Key, Script, SetupError};
use ark_bn254::Fr;
use sumcheck::Point;

fn bases(max_vars: usize, vars: usize) -> Vec<Fr> {
    let secrets = test_secrets(max_vars);
    Point(secrets[..vars].iter().rev().copied().collect()).eq_table()
}

impl Trapdoor for Blinded<Pst13> {
    fn knowing(max_vars: usize) -> Result<HidingProverKey<Pst13>, SetupError> {
        let key = Srs::insecure_test(max_vars)?;
        Ok(HidingProverKey::knowing(key, blinding_logarithm()))
    }

    fn bases(key: &HidingProverKey<Pst13>, vars: usize) -> Vec<Fr> {
        bases(key.max_vars(), vars)
    }

    /// Draws are the blindings of quotients.
    fn changes(
        key: &HidingProverKey<Pst13>,
        _script: &mut Script<'_>,
        difference: &[Fr],
        point: &Point<Fr>,
        _opening: &Self::Opening,
    ) -> Vec<Fr> {
        let mut rest = difference.to_vec();
        let each = point.0.iter().enumerate();
        let changes = each.map(|(k, z)| {
            let pairs = rest.chunks_exact(2);
            let quotient: Vec<Fr> = pairs.map(|pair| pair[1] - pair[0]).collect();
            let low = rest.iter().step_by(2).zip(&quotient);
            rest = low.map(|(low, q)| *low + *z * q).collect();
            let bases = bases(key.max_vars(), point.vars() - 1 - k);
            let terms = quotient.iter().zip(&bases);
            terms.map(|(q, base)| *q * base).sum::<Fr>() / blinding_logarithm()
        });
        changes.collect()
    }
}

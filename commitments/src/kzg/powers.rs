//! The prover's key.

use super::key::test_secret;
use super::{KeyError, MAX_VARS, VerifierKey};
use crate::curve::FixedBase;
use crate::{Key, PcsError, Provenance, SetupError};
use ark_bn254::{Fr, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::Field;

/// The prover's key: `τ^i · G_1` for `i < 2^max_vars`.
#[derive(Clone, Debug, PartialEq)]
pub struct Powers {
    points: Vec<G1Affine>,
    verifier: VerifierKey,
}

/// `x^from, x^{from + 1}, …`
pub(super) fn powers_of(x: Fr, from: u64, count: usize) -> Vec<Fr> {
    std::iter::successors(Some(x.pow([from])), |power| Some(*power * x))
        .take(count)
        .collect()
}

impl Powers {
    /// Points `τ^i · G_1` and the verifier's key of the same setup. That each point is `τ` times the one before is for the
    /// caller to know.
    ///
    /// # Errors
    /// Another number of points than `2^max_vars`, or first points that are not the generator and the key's `τ·G_1`.
    pub fn new(points: Vec<G1Affine>, verifier: VerifierKey) -> Result<Self, KeyError> {
        let (found, expected) = (points.len(), 1 << verifier.max_vars());
        if found != expected {
            return Err(KeyError::WrongCount { found, expected });
        }
        let first = [G1Affine::generator(), verifier.first()];
        match points.iter().zip(&first).all(|(a, b)| a == b) {
            true => Ok(Powers { points, verifier }),
            false => Err(KeyError::OtherSecret),
        }
    }

    /// **Insecure**: a setup for up to `vars` variables whose secret is public. For tests and benchmarks only.
    ///
    /// # Errors
    /// [`SetupError::TooLarge`] beyond [`MAX_VARS`].
    pub fn insecure_test(vars: usize) -> Result<Self, SetupError> {
        let verifier = VerifierKey::insecure_test(vars)?;
        let scalars = powers_of(test_secret(), 0, 1 << vars);
        let points = FixedBase::new(G1Affine::generator(), scalars.len()).multiples(&scalars);
        Ok(Powers { points, verifier })
    }

    /// The test setup with points that are known to be its own.
    pub(super) fn test_with(points: Vec<G1Affine>, vars: usize) -> Result<Self, SetupError> {
        let verifier = VerifierKey::insecure_test(vars)?;
        Ok(Powers { points, verifier })
    }

    /// The first `2^vars` points.
    ///
    /// # Errors
    /// [`PcsError::TooManyVars`] if there are fewer.
    pub fn points(&self, vars: usize) -> Result<&[G1Affine], PcsError> {
        let max = self.max_vars();
        let points = match vars <= MAX_VARS {
            true => self.points.get(..1 << vars),
            false => None,
        };
        points.ok_or(PcsError::TooManyVars { vars, max })
    }

    /// What verification needs.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.verifier
    }
}

impl Key for Powers {
    fn max_vars(&self) -> usize {
        self.verifier.max_vars()
    }

    fn provenance(&self) -> Provenance {
        self.verifier.provenance()
    }

    fn digest(&self) -> [u8; 32] {
        self.verifier.digest()
    }
}

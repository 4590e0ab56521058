//! The structured reference string, in the evaluation basis.
//!
//! With secrets `s_0, s_1, …` — `s_i` belongs to the variable that is `i`-th from the *top* of the
//! index — level `l` holds the `2^l` points `eq_b(s_{l−1} … s_0) · G_1`: variable `k` of an
//! `l`-variable polynomial meets `s_{l−1−k}`. Since `eq` sums to one over a variable, level `l − 1`
//! is level `l` with adjacent points added, down to level 0, which is the generator itself. So one
//! string serves every smaller size, and a commitment to `f` at level `m` is at every level `l > m`
//! one to the polynomial that ignores the `l − m` low variables and is `f` in the others.

use super::MAX_VARS;
use super::vk::{VerifierKey, test_secrets};
use crate::curve::{FixedBase, pair_sums};
use crate::{Key, PcsError, Provenance, SetupError};
use ark_bn254::G1Affine;
use ark_ec::AffineRepr;
use std::sync::OnceLock;
use sumcheck::Point;

/// The prover's key. Levels below the top are made when one is asked for the first time: until then the key is half as
/// large. An opening of the largest size does not ask: it makes them as it uses them.
#[derive(Clone, Debug)]
pub struct Srs {
    top: Vec<G1Affine>,
    /// From level 0 up.
    lower: OnceLock<Vec<Vec<G1Affine>>>,
    verifier: VerifierKey,
}

/// The levels below one, the largest first, each the sums of adjacent points of the one before.
pub(super) fn levels_below(level: &[G1Affine]) -> Vec<Vec<G1Affine>> {
    let mut levels: Vec<Vec<G1Affine>> = Vec::new();
    while let Some(above) = levels.last().map(Vec::as_slice).or(Some(level))
        && above.len() > 1
    {
        levels.push(pair_sums(above));
    }
    levels
}

impl PartialEq for Srs {
    fn eq(&self, other: &Self) -> bool {
        self.top == other.top && self.verifier == other.verifier
    }
}

impl Srs {
    /// **Insecure**: a setup for up to `vars` variables whose secrets are public. For tests and
    /// benchmarks only.
    pub fn insecure_test(vars: usize) -> Result<Self, SetupError> {
        if vars > MAX_VARS {
            return Err(SetupError::TooLarge {
                vars,
                max: MAX_VARS,
            });
        }
        let secrets = test_secrets(vars);
        let low_first = Point(secrets.iter().rev().copied().collect());
        let scalars = low_first.eq_table();
        let top = FixedBase::new(G1Affine::generator(), scalars.len()).multiples(&scalars);
        Ok(Self::from_top(top, VerifierKey::insecure_test(vars)?))
    }

    /// A key whose largest level is `top`, of `2^vars` points.
    pub(super) fn from_top(top: Vec<G1Affine>, verifier: VerifierKey) -> Self {
        Srs {
            top,
            lower: OnceLock::new(),
            verifier,
        }
    }

    /// The `2^vars` points of a level.
    pub fn level(&self, vars: usize) -> Result<&[G1Affine], PcsError> {
        if vars == self.max_vars() {
            return Ok(&self.top);
        }
        let level = self.lower().get(vars).map(Vec::as_slice);
        level.ok_or(PcsError::TooManyVars {
            vars,
            max: self.max_vars(),
        })
    }

    /// All levels below the top, each the sums of adjacent points of the next.
    fn lower(&self) -> &[Vec<G1Affine>] {
        if let Some(levels) = self.lower.get() {
            return levels;
        }
        // Nobody waits here for another thread, which may itself be waiting for this one's turn.
        let mut levels = levels_below(&self.top);
        levels.reverse();
        let _ = self.lower.set(levels);
        self.lower.get().map_or(&[], Vec::as_slice)
    }

    /// Whether levels below the top are held.
    pub(super) fn has_lower(&self) -> bool {
        self.lower.get().is_some()
    }

    /// What verification needs.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.verifier
    }
}

impl Key for Srs {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ark_ec::CurveGroup;

    #[test]
    fn every_level_is_the_evaluation_basis_of_the_top_secrets() {
        let n = 7;
        let srs = Srs::insecure_test(n).unwrap();
        let secrets = test_secrets(n);
        for l in 0..=n {
            let point = Point(secrets[..l].iter().rev().copied().collect());
            let expected: Vec<G1Affine> = point
                .eq_table()
                .iter()
                .map(|e| (G1Affine::generator() * e).into_affine())
                .collect();
            assert_eq!(srs.level(l).unwrap(), expected);
        }
        assert!(srs.level(n + 1).is_err());
        assert!(Srs::insecure_test(MAX_VARS + 1).is_err());
    }

    #[test]
    fn a_small_setup_is_the_lower_levels_of_a_large_one() {
        let (small, large) = (
            Srs::insecure_test(3).unwrap(),
            Srs::insecure_test(6).unwrap(),
        );
        assert_eq!(small.level(3), large.level(3));
        assert_ne!(small.digest(), large.digest());
        assert!(small.provenance().to_string().contains("INSECURE"));
    }
}

//! The verifier's key: the first powers, and where they come from.

use super::MAX_VARS;
use crate::curve::{Lines, product_is_one};
use crate::wire::{DecodeError, Reader, put};
use crate::{Ceremony, Key, Provenance, SetupError};
use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::PrimeField;
use sha2::{Digest, Sha256};

const MAGIC: &[u8; 8] = b"JLKZGVK1";

/// Why points are no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// More variables than there may be.
    #[error("{vars} variables; at most {MAX_VARS} are supported")]
    TooManyVars {
        /// Asked for.
        vars: usize,
    },
    /// A point is not on its curve, or not in the group of prime order.
    #[error("a point is not in its group")]
    NotInGroup,
    /// The secret is zero.
    #[error("a point is the identity")]
    Identity,
    /// The points of the verifier's key do not belong to one secret.
    #[error("the points are not the first powers of one secret")]
    NotPowers,
    /// Too few points for the prover, or too many.
    #[error("{found} points where {expected} belong")]
    WrongCount {
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// The prover's first points are not those of the verifier's key.
    #[error("the first points are not those of the verifier's key")]
    OtherSecret,
}

/// The secret of the test setup, which everybody can make.
pub(crate) fn test_secret() -> Fr {
    let half = |part: u8| {
        let mut hash = Sha256::new();
        hash.update(b"jolt-lab powers of tau INSECURE public test secret");
        hash.update([part]);
        hash.finalize()
    };
    Fr::from_le_bytes_mod_order(&[half(0), half(1)].concat())
}

/// The verifier's key. It determines the whole setup, so its digest pins the prover's key too.
#[derive(Clone)]
pub struct VerifierKey {
    max_vars: usize,
    provenance: Provenance,
    first: G1Affine,
    powers: [G2Affine; 2],
    /// Of `G_2`, `τ·G_2`, `τ²·G_2`.
    prepared: [Lines; 3],
}

impl PartialEq for VerifierKey {
    fn eq(&self, other: &Self) -> bool {
        let parts = |key: &Self| (key.max_vars, key.provenance, key.first, key.powers);
        parts(self) == parts(other)
    }
}

impl std::fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifierKey")
            .field("vars", &self.max_vars)
            .field("provenance", &self.provenance.to_string())
            .finish()
    }
}

impl VerifierKey {
    /// A key for polynomials of up to `2^max_vars` coefficients: `first` is `τ·G_1`, `powers` are `τ·G_2` and `τ²·G_2`.
    ///
    /// # Errors
    /// Anything else.
    pub fn new(
        max_vars: usize,
        provenance: Provenance,
        first: G1Affine,
        powers: [G2Affine; 2],
    ) -> Result<Self, KeyError> {
        if max_vars > MAX_VARS {
            return Err(KeyError::TooManyVars { vars: max_vars });
        }
        let in_group =
            |p: &G2Affine| p.is_on_curve() && p.is_in_correct_subgroup_assuming_on_curve();
        if !first.is_on_curve() || !powers.iter().all(in_group) {
            return Err(KeyError::NotInGroup);
        }
        if first.is_zero() || powers.iter().any(G2Affine::is_zero) {
            return Err(KeyError::Identity);
        }
        let key = Self::unchecked(max_vars, provenance, first, powers);
        let [zeroth, once, twice] = key.prepared();
        let generator = G1Affine::generator();
        // e(τ·G_1, τ^i·G_2) = e(G_1, τ^{i+1}·G_2)
        let follows = |a, b| product_is_one(&[(first, a), (-generator, b)]);
        match follows(zeroth, once) && follows(once, twice) {
            true => Ok(key),
            false => Err(KeyError::NotPowers),
        }
    }

    /// The key of a ceremony. All that it takes is in there, so that it costs the same for every size.
    ///
    /// # Errors
    /// Points that are not of one secret, or too many variables.
    pub fn of_ceremony(max_vars: usize, ceremony: &Ceremony) -> Result<Self, KeyError> {
        let provenance = Provenance::Ceremony(*ceremony);
        Self::new(max_vars, provenance, ceremony.first(), ceremony.powers())
    }

    fn unchecked(
        max_vars: usize,
        provenance: Provenance,
        first: G1Affine,
        powers: [G2Affine; 2],
    ) -> Self {
        let [once, twice] = powers;
        VerifierKey {
            max_vars,
            provenance,
            first,
            powers,
            prepared: [G2Affine::generator(), once, twice].map(Lines::from),
        }
    }

    /// **Insecure**: a key whose secret is public, without the `2^vars` points of the prover. For tests and benchmarks
    /// only.
    ///
    /// # Errors
    /// [`SetupError::TooLarge`] beyond [`MAX_VARS`].
    pub fn insecure_test(vars: usize) -> Result<Self, SetupError> {
        if vars > MAX_VARS {
            return Err(SetupError::TooLarge {
                vars,
                max: MAX_VARS,
            });
        }
        let tau = test_secret();
        let first = (G1Affine::generator() * tau).into_affine();
        let powers = [tau, tau * tau].map(|power| (G2Affine::generator() * power).into_affine());
        Ok(Self::unchecked(
            vars,
            Provenance::InsecureTest,
            first,
            powers,
        ))
    }

    /// `τ · G_1`.
    pub fn first(&self) -> G1Affine {
        self.first
    }

    /// `G_2`, `τ·G_2` and `τ²·G_2` for products of pairings.
    pub(crate) fn prepared(&self) -> &[Lines; 3] {
        &self.prepared
    }

    /// `G_2`, `τ·G_2` and `τ²·G_2`.
    #[cfg(feature = "prover")]
    pub(crate) fn paired(&self) -> [G2Affine; 3] {
        let [once, twice] = self.powers;
        [G2Affine::generator(), once, twice]
    }

    /// Canonical encoding: magic, provenance, number of variables, points.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.push(self.provenance.tag());
        out.push(self.max_vars as u8);
        put(&self.first, &mut out);
        self.powers.iter().for_each(|power| put(power, &mut out));
        out
    }

    /// The inverse of [`VerifierKey::to_bytes`].
    ///
    /// # Errors
    /// Anything else: another format, points of no key, trailing bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let invalid = |cause: &str| DecodeError::Invalid {
            what: "verifier's key of powers",
            cause: cause.to_owned(),
        };
        if reader.array()? != *MAGIC {
            return Err(invalid("another format or version"));
        }
        let [tag, vars] = reader.array()?;
        let first = reader.canonical("G1 point")?;
        let powers = [reader.canonical("G2 point")?, reader.canonical("G2 point")?];
        reader.end()?;
        // Which ceremony it is, its points say. Nothing here is hashed.
        let ceremony = Ceremony::new(first, powers).map(Provenance::Ceremony);
        let mut known = [Some(Provenance::InsecureTest), ceremony]
            .into_iter()
            .flatten();
        let provenance = known.find(|provenance| provenance.tag() == tag);
        let provenance = provenance.ok_or_else(|| invalid("unknown provenance"))?;
        let key = Self::new(vars.into(), provenance, first, powers);
        key.map_err(|e| invalid(&e.to_string()))
    }
}

impl Key for VerifierKey {
    fn max_vars(&self) -> usize {
        self.max_vars
    }

    fn provenance(&self) -> Provenance {
        self.provenance
    }

    fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.to_bytes()).into()
    }
}

//! The verifier's key: `[s_i]_2` and where they come from.

use crate::curve::Lines;
use crate::wire::{DecodeError, Reader, put};
use crate::{Key, Provenance, SetupError};
use ark_bn254::{Fr, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::PrimeField;
use sha2::{Digest, Sha256};

const MAGIC: &[u8; 8] = b"JLPSTVK1";

/// The secrets of the test setup. They depend on nothing but their index: a small setup is the lower
/// levels of a large one.
pub(crate) fn test_secrets(vars: usize) -> Vec<Fr> {
    (0..vars)
        .map(|i| {
            let half = |part: u8| {
                let mut hash = Sha256::new();
                hash.update(b"jolt-lab pst13 INSECURE public test secret");
                hash.update((i as u64).to_le_bytes());
                hash.update([part]);
                hash.finalize()
            };
            Fr::from_le_bytes_mod_order(&[half(0), half(1)].concat())
        })
        .collect()
}

/// The verifier's key. It determines the whole setup, so its digest pins the prover's key too.
#[derive(Clone)]
pub struct VerifierKey {
    secrets: Vec<G2Affine>,
    provenance: Provenance,
    prepared_secrets: Vec<Lines>,
    prepared_generator: Lines,
}

impl PartialEq for VerifierKey {
    fn eq(&self, other: &Self) -> bool {
        self.secrets == other.secrets && self.provenance == other.provenance
    }
}

impl std::fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifierKey")
            .field("vars", &self.secrets.len())
            .field("provenance", &self.provenance.to_string())
            .finish()
    }
}

impl VerifierKey {
    /// `secrets[i] = s_i · G_2`, top variable of the index first.
    pub(super) fn new(secrets: Vec<G2Affine>, provenance: Provenance) -> Self {
        VerifierKey {
            prepared_secrets: secrets.iter().map(|s| Lines::from(*s)).collect(),
            prepared_generator: Lines::from(G2Affine::generator()),
            secrets,
            provenance,
        }
    }

    /// **Insecure**: the key of [`Srs::insecure_test`](super::Srs::insecure_test), without its `2^vars`
    /// points.
    ///
    /// # Errors
    /// [`SetupError::TooLarge`] beyond [`MAX_VARS`](super::MAX_VARS).
    pub fn insecure_test(vars: usize) -> Result<Self, SetupError> {
        if vars > super::MAX_VARS {
            return Err(SetupError::TooLarge {
                vars,
                max: super::MAX_VARS,
            });
        }
        let generator = G2Affine::generator();
        let secrets = test_secrets(vars);
        let secrets = secrets.iter().map(|s| (generator * s).into_affine());
        Ok(Self::new(secrets.collect(), Provenance::InsecureTest))
    }

    /// `s_i · G_2`, top variable of the index first.
    #[cfg(feature = "prover")]
    pub(super) fn secrets(&self) -> &[G2Affine] {
        &self.secrets
    }

    pub(super) fn prepared_secrets(&self) -> &[Lines] {
        &self.prepared_secrets
    }

    pub(super) fn prepared_generator(&self) -> &Lines {
        &self.prepared_generator
    }

    /// Canonical encoding: magic, provenance, number of variables, points.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.push(self.provenance.tag());
        out.push(self.secrets.len() as u8);
        for secret in &self.secrets {
            put(secret, &mut out);
        }
        out
    }

    /// The inverse of [`VerifierKey::to_bytes`].
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let invalid = |cause: &str| DecodeError::Invalid {
            what: "verifier's key",
            cause: cause.to_owned(),
        };
        if reader.array()? != *MAGIC {
            return Err(invalid("another format or version"));
        }
        let [tag, vars] = reader.array()?;
        let provenance = Provenance::from_tag(tag).ok_or_else(|| invalid("unknown provenance"))?;
        if usize::from(vars) > super::MAX_VARS {
            return Err(invalid("too many variables"));
        }
        let secrets = (0..vars)
            .map(|_| reader.canonical("G2 point"))
            .collect::<Result<_, _>>()?;
        reader.end()?;
        Ok(Self::new(secrets, provenance))
    }
}

impl Key for VerifierKey {
    fn max_vars(&self) -> usize {
        self.secrets.len()
    }

    fn provenance(&self) -> Provenance {
        self.provenance
    }

    fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.to_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::Srs;
    use super::*;

    #[test]
    fn the_test_key_needs_no_points() {
        for vars in [0, 1, 5] {
            let key = VerifierKey::insecure_test(vars).unwrap();
            assert_eq!(&key, Srs::insecure_test(vars).unwrap().verifier_key());
        }
        // A quarter of a billion points are never made.
        assert_eq!(VerifierKey::insecure_test(26).unwrap().max_vars(), 26);
        assert!(VerifierKey::insecure_test(27).is_err());
    }

    #[test]
    fn keys_of_more_variables_than_there_may_be_are_no_keys() {
        let generator = G2Affine::generator();
        let key = |vars| VerifierKey::new(vec![generator; vars], Provenance::InsecureTest);
        assert!(VerifierKey::from_bytes(&key(super::super::MAX_VARS).to_bytes()).is_ok());
        assert!(VerifierKey::from_bytes(&key(super::super::MAX_VARS + 1).to_bytes()).is_err());
    }

    #[test]
    fn encoding_round_trips_and_rejects_everything_else() {
        let key = Srs::insecure_test(3).unwrap().verifier_key().clone();
        let bytes = key.to_bytes();
        assert_eq!(VerifierKey::from_bytes(&bytes).unwrap(), key);
        for cut in 0..bytes.len() {
            assert!(VerifierKey::from_bytes(&bytes[..cut]).is_err());
        }
        let mut long = bytes.clone();
        long.push(0);
        assert!(VerifierKey::from_bytes(&long).is_err());
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            if let Ok(other) = VerifierKey::from_bytes(&changed) {
                assert_ne!(other.digest(), key.digest());
            }
        }
    }
}

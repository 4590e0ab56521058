//! The key of a scheme that hides: that of the clear one, and `H`.

use crate::generators::{Kind, generator};
use crate::wire::put;
use crate::{Key, Provenance};
use ark_bn254::G1Affine;
use sha2::{Digest, Sha256};

/// The key of a scheme that hides: that of the clear one, `H`, and another digest.
#[derive(Clone, Debug, PartialEq)]
pub struct HidingKey<K> {
    key: K,
    blinding: G1Affine,
}

impl<K: Key> HidingKey<K> {
    /// With the point that nobody chose.
    pub fn new(key: K) -> Self {
        HidingKey {
            key,
            blinding: generator(Kind::Blinding, 0),
        }
    }

    /// **Insecure**: with `H` the generator times this, as a simulator has it.
    #[cfg(feature = "testing")]
    pub fn knowing(key: K, logarithm: ark_bn254::Fr) -> Self {
        let generator: G1Affine = ark_ec::AffineRepr::generator();
        HidingKey {
            key,
            blinding: (generator * logarithm).into(),
        }
    }

    /// The same with another key of the clear scheme, for the same setup.
    #[cfg(feature = "prover")]
    pub(crate) fn with(&self, key: impl FnOnce(&K) -> K) -> Self {
        HidingKey {
            key: key(&self.key),
            blinding: self.blinding,
        }
    }

    /// The clear scheme's.
    pub fn clear(&self) -> &K {
        &self.key
    }

    /// `H`.
    pub fn blinding(&self) -> G1Affine {
        self.blinding
    }
}

impl<K: Key> Key for HidingKey<K> {
    fn max_vars(&self) -> usize {
        self.key.max_vars()
    }

    fn provenance(&self) -> Provenance {
        self.key.provenance()
    }

    fn digest(&self) -> [u8; 32] {
        let mut blinding = Vec::new();
        put(&self.blinding, &mut blinding);
        let hash = Sha256::new().chain_update(b"hiding");
        let hash = hash.chain_update(self.key.digest()).chain_update(blinding);
        hash.finalize().into()
    }
}

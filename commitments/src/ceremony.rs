//! Ceremonies of powers of tau: which there are, and which are known.
//!
//! A ceremony makes `τ^i·G_1` and `τ·G_2` for a `τ` that nobody knows if one of its participants forgot a secret. All
//! that a verifier takes from it is `τ·G_2`, and that determines `τ` and so every power. So a ceremony *is* its `τ·G_2`,
//! and is named by a hash of it. Files that hold different numbers of its powers are one ceremony.
//!
//! Whether a `τ` is known to somebody cannot be seen. That the ceremonies below are to be trusted is a judgement about
//! people and records, and it is made here, in a list.

use crate::hex;
use crate::wire::{DecodeError, Reader, put};
use ark_bn254::G2Affine;
use ark_ec::AffineRepr;
use sha2::{Digest, Sha256};
use std::fmt;

/// Bytes of the encoding of `τ·G_2`.
const TAU: usize = 64;

/// What identifiers are hashes of, before the point.
const DOMAIN: &[u8] = b"jolt-lab ceremony of powers of tau over BN254, version 1";

/// A ceremony that is known.
struct Known {
    name: &'static str,
    /// What it was.
    about: &'static str,
    /// The encoding of `τ·G_2`.
    tau: &'static str,
    id: &'static str,
}

/// The ceremonies that are known.
const KNOWN: [Known; 1] = [Known {
    name: "hez_final",
    about: "Perpetual Powers of Tau, 54 contributions and a random beacon",
    tau: "9ef7ae8aee7f9fbc35256c99a6896971279089a85221c4820437d3b5d11f44303de238193d44d835e9f7ca20d12c195fd39765f8915b9a9c2f4dee652d6a18a6",
    id: "85eafffb6007174fc489ad60c01abb87555ea3a451714f3ee7e324337b5a792c",
}];

/// Names a ceremony: SHA-256 of the encoding of its `τ·G_2` behind a fixed string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CeremonyId(pub [u8; 32]);

impl CeremonyId {
    /// From 64 hexadecimal digits, or the name of a ceremony that is known.
    pub fn parse(text: &str) -> Option<Self> {
        let known = KNOWN.iter().find(|known| known.name == text);
        hex::parse(known.map_or(text, |known| known.id)).map(CeremonyId)
    }

    fn known(self) -> Option<&'static Known> {
        KNOWN.iter().find(|k| hex::parse(k.id) == Some(self.0))
    }

    /// The name of the ceremony, if it is known.
    pub fn name(self) -> Option<&'static str> {
        self.known().map(|known| known.name)
    }

    /// What the ceremony was, if it is known.
    pub fn about(self) -> Option<&'static str> {
        self.known().map(|known| known.about)
    }
}

/// The digits.
impl fmt::Display for CeremonyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}

/// A ceremony: `τ·G_2`, a point of the group other than the identity.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Ceremony(G2Affine);

impl fmt::Debug for Ceremony {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ceremony({})", self.id())
    }
}

impl Ceremony {
    /// The ceremony with this `τ·G_2`, a point that was checked to be in the group; none for the identity, which says
    /// that `τ` is zero.
    pub fn new(tau: G2Affine) -> Option<Self> {
        (!tau.is_zero()).then_some(Ceremony(tau))
    }

    /// The ceremony of this name.
    pub fn named(name: &str) -> Option<Self> {
        let known = KNOWN.iter().find(|known| known.name == name)?;
        Self::from_bytes(&hex::parse(known.tau)?).ok()
    }

    /// Names of the ceremonies that are known.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KNOWN.iter().map(|known| known.name)
    }

    /// `τ·G_2`.
    pub fn tau(&self) -> G2Affine {
        self.0
    }

    /// Its identifier.
    pub fn id(&self) -> CeremonyId {
        let hash = Sha256::new().chain_update(DOMAIN);
        CeremonyId(hash.chain_update(self.to_bytes()).finalize().into())
    }

    /// The canonical encoding of `τ·G_2`, of 64 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(TAU);
        put(&self.0, &mut out);
        out
    }

    /// The inverse of [`Ceremony::to_bytes`].
    ///
    /// # Errors
    /// What is no canonical encoding of a point of the group, and the identity.
    pub fn from_bytes(bytes: &[u8; TAU]) -> Result<Self, DecodeError> {
        let tau = Reader::new(bytes).canonical("τ·G2")?;
        Self::new(tau).ok_or_else(|| DecodeError::Invalid {
            what: "τ·G2",
            cause: "it is the identity".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ark_bn254::Fr;
    use ark_ec::CurveGroup;

    #[test]
    fn known_ceremonies_have_the_identifiers_that_are_listed() {
        for name in Ceremony::names() {
            let ceremony = Ceremony::named(name).unwrap();
            let id = ceremony.id();
            println!("{name}: {id}");
            assert_eq!(id.name(), Some(name));
            assert!(id.about().is_some());
            assert_eq!(CeremonyId::parse(name), Some(id));
            assert_eq!(CeremonyId::parse(&id.to_string()), Some(id));
        }
        assert_eq!(Ceremony::named("none"), None);
        assert_eq!(CeremonyId::parse("none"), None);
    }

    #[test]
    fn another_tau_is_another_ceremony() {
        let of = |tau: u64| Ceremony::new((G2Affine::generator() * Fr::from(tau)).into_affine());
        let (three, five) = (of(3).unwrap(), of(5).unwrap());
        assert_ne!(three.id(), five.id());
        assert_eq!(three.id().name(), None);
        assert_eq!(of(0), None);
        let bytes: [u8; TAU] = three.to_bytes().try_into().unwrap();
        assert_eq!(Ceremony::from_bytes(&bytes), Ok(three));
        for at in 0..TAU {
            let mut changed = bytes;
            changed[at] ^= 1;
            let other = Ceremony::from_bytes(&changed);
            assert!(other.is_err() || other.is_ok_and(|other| other.id() != three.id()));
        }
        let identity = Ceremony(G2Affine::zero()).to_bytes();
        assert!(Ceremony::from_bytes(&identity.try_into().unwrap()).is_err());
    }
}

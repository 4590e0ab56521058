//! Ceremonies of powers of tau: which there are, and which are known.
//!
//! A ceremony makes `τ^i·G_1` and `τ^i·G_2` for a `τ` that nobody knows if one of its participants forgot a secret. All
//! that a verifier takes from it are `τ·G_1`, `τ·G_2` and `τ²·G_2`, and these determine every power. So a ceremony *is*
//! these points, and is named by a hash of them. Files that hold different numbers of its powers are one ceremony.
//!
//! Whether a `τ` is known to somebody cannot be seen. That the ceremonies below are to be trusted is a judgement about
//! people and records, and it is made here, in a list.

use crate::hex;
use crate::wire::{DecodeError, Reader, put};
use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use sha2::{Digest, Sha256};
use std::fmt;

/// Bytes of the points that a verifier takes.
pub const CEREMONY_BYTES: usize = 160;

/// What identifiers are hashes of, before the points.
const DOMAIN: &[u8] = b"jolt-lab ceremony of powers of tau over BN254, version 1";

/// A ceremony that is known.
struct Known {
    name: &'static str,
    /// What it was.
    about: &'static str,
    /// Their encoding.
    points: &'static str,
    id: &'static str,
}

/// The ceremonies that are known.
const KNOWN: [Known; 1] = [Known {
    name: "hez_final",
    about: "Perpetual Powers of Tau, 54 contributions and a random beacon",
    points: "cf51b65ad54479e394aef90d4b0ec4e4a1a16bbb6865614a4b5b8a0959fdd3ad\
             9ef7ae8aee7f9fbc35256c99a6896971279089a85221c4820437d3b5d11f44303de238193d44d835e9f7ca20d12c195fd39765f8915b9a9c2f4dee652d6a18a6\
             1ab8e31d06ac8368e511350de475e8edded868f82ca2dfdeae009a85c4ae0726f38b8eb183cd342fd66aae23b56866a86ab559c53798fa196e580920abab1c1e",
    id: "a8f6aa688b4f507b3f924115f3a4514b7f265eb1ad0175a8823161e979ef006e",
}];

/// Names a ceremony: SHA-256 of the encoding of its points behind a fixed string.
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

/// A ceremony: `τ·G_1`, `τ·G_2` and `τ²·G_2`, points of the groups other than the identity. Whether they are of one `τ`
/// is checked where a key is made of them ([`kzg::VerifierKey`](crate::kzg::VerifierKey)).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Ceremony {
    first: G1Affine,
    powers: [G2Affine; 2],
}

impl fmt::Debug for Ceremony {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ceremony({})", self.id())
    }
}

impl Ceremony {
    /// The ceremony with these points, `τ·G_1` and `τ·G_2`, `τ²·G_2`, which were checked to be in the groups; none if one
    /// is the identity, which says that `τ` is zero.
    pub fn new(first: G1Affine, powers: [G2Affine; 2]) -> Option<Self> {
        let none = first.is_zero() || powers.iter().any(G2Affine::is_zero);
        (!none).then_some(Ceremony { first, powers })
    }

    /// The ceremony of this name.
    pub fn named(name: &str) -> Option<Self> {
        let known = KNOWN.iter().find(|known| known.name == name)?;
        Self::from_bytes(&hex::parse(known.points)?).ok()
    }

    /// Names of the ceremonies that are known.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KNOWN.iter().map(|known| known.name)
    }

    /// `τ·G_1`.
    pub fn first(&self) -> G1Affine {
        self.first
    }

    /// `τ·G_2` and `τ²·G_2`.
    pub fn powers(&self) -> [G2Affine; 2] {
        self.powers
    }

    pub fn id(&self) -> CeremonyId {
        let hash = Sha256::new().chain_update(DOMAIN);
        CeremonyId(hash.chain_update(self.to_bytes()).finalize().into())
    }

    /// The canonical encoding, [`CEREMONY_BYTES`] long.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(CEREMONY_BYTES);
        put(&self.first, &mut out);
        self.powers.iter().for_each(|power| put(power, &mut out));
        out
    }

    /// The inverse of [`Ceremony::to_bytes`].
    ///
    /// # Errors
    /// What is no canonical encoding of points of the groups, and the identity.
    pub fn from_bytes(bytes: &[u8; CEREMONY_BYTES]) -> Result<Self, DecodeError> {
        let mut input = Reader::new(bytes);
        let first = input.canonical("τ·G1")?;
        let powers = [input.canonical("τ·G2")?, input.canonical("τ²·G2")?];
        Self::new(first, powers).ok_or_else(|| DecodeError::Invalid {
            what: "ceremony",
            cause: "a point is the identity".to_owned(),
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
        let of = |tau: u64| {
            let powers = [tau, tau * tau].map(|power| G2Affine::generator() * Fr::from(power));
            let first = G1Affine::generator() * Fr::from(tau);
            Ceremony::new(first.into_affine(), powers.map(|p| p.into_affine()))
        };
        let (three, five) = (of(3).unwrap(), of(5).unwrap());
        assert_ne!(three.id(), five.id());
        assert_eq!(three.id().name(), None);
        assert_eq!(of(0), None);
        let bytes: [u8; CEREMONY_BYTES] = three.to_bytes().try_into().unwrap();
        assert_eq!(Ceremony::from_bytes(&bytes), Ok(three));
        for at in 0..CEREMONY_BYTES {
            let mut changed = bytes;
            changed[at] ^= 1;
            let other = Ceremony::from_bytes(&changed);
            assert!(other.is_err() || other.is_ok_and(|other| other.id() != three.id()));
        }
        for (point, end) in [(0..32, 31), (32..96, 95), (96..160, 159)] {
            let mut identity = bytes;
            identity[point].fill(0);
            identity[end] = 0x40;
            let said = Ceremony::from_bytes(&identity).unwrap_err().to_string();
            assert!(said.contains("identity"), "{said}");
        }
    }
}

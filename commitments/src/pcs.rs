//! What a multilinear polynomial commitment scheme is.
//!
//! A polynomial is committed *by columns*: a dense or signed one is one column, `radix`-valued digits
//! are the `radix − 1` columns `[digit = k]`, `k ≥ 1`. Column 0 is one minus the others, for ever: it
//! is defined and not committed. Openings are of one dense polynomial at one point; everything else
//! is reduced to that by [`crate::sealed`].
//!
//! **Shorter polynomials.** A scheme commits a polynomial in `m` variables so that the commitment is
//! also that of `g(x_0 … x_{l−1}) = f(x_{l−m} … x_{l−1})`, for every `l > m` that its key allows:
//! the *high* variables of the longer index are those of the shorter polynomial.

use crate::wire::{DecodeError, Reader};
use sumcheck::{Field, Point, Shape, Transcript};

/// Why committing, opening or verifying failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PcsError {
    /// The key is too small.
    #[error("{vars} variables asked for, but the key allows {max}")]
    TooManyVars {
        /// Asked for.
        vars: usize,
        /// Allowed.
        max: usize,
    },
    /// Two things that belong together have different sizes.
    #[error("{found} {what} where {expected} belong")]
    WrongCount {
        /// Of what.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// A digit is not below its radix, or the radix is not in 2 … 256.
    #[error("polynomial {poly}: a digit is not below its radix {radix}, or the radix is no radix")]
    BadDigits {
        /// Number of the polynomial in the batch.
        poly: usize,
        /// Its radix.
        radix: usize,
    },
    /// The opening proof does not prove the claimed value.
    #[error("the opening does not prove the claimed value")]
    Rejected,
}

/// Where a setup comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Provenance {
    /// Derived from a fixed public seed: whoever reads the seed can open any commitment to any value.
    InsecureTest,
}

impl Provenance {
    /// The byte that stands for it in files and digests.
    pub fn tag(self) -> u8 {
        match self {
            Provenance::InsecureTest => 1,
        }
    }

    /// The inverse of [`Provenance::tag`].
    pub fn from_tag(tag: u8) -> Option<Self> {
        match tag {
            1 => Some(Provenance::InsecureTest),
            _ => None,
        }
    }

    /// Whether proofs under such a setup mean anything.
    pub fn is_secure(self) -> bool {
        match self {
            Provenance::InsecureTest => false,
        }
    }
}

impl std::fmt::Display for Provenance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Provenance::InsecureTest => {
                f.write_str("INSECURE test setup (public trapdoor: anyone can forge proofs)")
            }
        }
    }
}

/// What every key can say of itself.
pub trait Key: Send + Sync + 'static {
    /// Variables of the largest polynomial.
    fn max_vars(&self) -> usize;
    /// Where the setup comes from.
    fn provenance(&self) -> Provenance;
    /// Pins the setup. Equal for the two keys of one setup.
    fn digest(&self) -> [u8; 32];
}

/// Number of commitments of a polynomial of this shape.
pub fn columns(shape: &Shape) -> usize {
    shape.radix.map_or(1, |radix| radix.saturating_sub(1))
}

/// A multilinear polynomial commitment scheme, as far as a verifier sees it.
pub trait Pcs: Sized + Send + Sync + 'static {
    /// Name in the registry, and in transcripts.
    const NAME: &'static str;
    /// Scalars.
    type F: Field;
    /// What verification needs.
    type VerifierKey: Key;
    /// Commitment of one column.
    type Commitment: Clone + PartialEq + std::fmt::Debug + Send + Sync + 'static;
    /// Proof of one evaluation.
    type Opening: Clone + PartialEq + std::fmt::Debug + Send + Sync + 'static;

    /// Checks that the polynomial committed to by `commitment` has at the point of `claim` the value
    /// of `claim`.
    fn verify(
        key: &Self::VerifierKey,
        transcript: &mut Transcript,
        commitment: &Self::Commitment,
        claim: (&Point<Self::F>, Self::F),
        opening: &Self::Opening,
    ) -> Result<(), PcsError>;

    /// Bytes of the canonical encoding of the commitment of a column of `2^vars` rows.
    fn commitment_bytes(vars: usize) -> usize;
    /// Appends the canonical encoding, of [`Pcs::commitment_bytes`] bytes.
    fn write_commitment(commitment: &Self::Commitment, out: &mut Vec<u8>);
    /// Reads the commitment of a column of `2^vars` rows.
    fn read_commitment(
        vars: usize,
        input: &mut Reader<'_>,
    ) -> Result<Self::Commitment, DecodeError>;
    /// Appends the canonical encoding; its length depends on the number of variables alone.
    fn write_opening(opening: &Self::Opening, out: &mut Vec<u8>);
    /// Reads an opening at a point of `vars` coordinates.
    fn read_opening(vars: usize, input: &mut Reader<'_>) -> Result<Self::Opening, DecodeError>;

    /// Canonical encoding of the verifier's key.
    fn write_verifier_key(key: &Self::VerifierKey) -> Vec<u8>;
    /// The inverse of [`Pcs::write_verifier_key`]; trailing bytes are an error.
    fn read_verifier_key(bytes: &[u8]) -> Result<Self::VerifierKey, DecodeError>;
}

/// Commitments form a module over the scalars.
pub trait Homomorphic: Pcs {
    /// Commitment of `Σ scalar · column`.
    fn combine(terms: &[(Self::F, Self::Commitment)]) -> Self::Commitment;
    /// [`Pcs::verify`] for the commitment `Σ scalar · column`. A scheme that has other sums to form may
    /// form them together.
    fn verify_combination(
        key: &Self::VerifierKey,
        transcript: &mut Transcript,
        terms: &[(Self::F, Self::Commitment)],
        claim: (&Point<Self::F>, Self::F),
        opening: &Self::Opening,
    ) -> Result<(), PcsError> {
        Self::verify(key, transcript, &Self::combine(terms), claim, opening)
    }
}

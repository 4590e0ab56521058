//! What a multilinear polynomial commitment scheme is.
//!
//! Polynomials are committed in batches, and each *by columns*: a dense or signed one is one column, `radix`-valued
//! digits are the `radix − 1` columns `[digit = k]`, `k ≥ 1`. Column 0 is one minus the others, for ever: it
//! is defined and not committed.
//!
//! **The capability that arguments need** is to open one public combination of columns, of several batches, at
//! one point ([`Combined`]); everything else is reduced to that by [`crate::sealed`]. Schemes whose commitments can be
//! added combine these; schemes of hashed codewords combine codewords. So the trait says nothing of groups.
//!
//! **Several openings** are decided together: each leaves an equation ([`Pcs::reduce`]), and what is decided is a sum of
//! these, weighted at random ([`Pcs::add`], [`Pcs::holds`]). What equations have in common is computed once
//! ([`crate::sealed::Together`]).
//!
//! **Shorter polynomials** take part in an opening at a longer point in the way that the scheme says, its
//! [`Embedding`].

use crate::ceremony::Ceremony;
use crate::wire::{DecodeError, Reader};
use ark_ff::One;
use ark_serialize::CanonicalSerialize;
use sumcheck::{Checks, Field, Label, Point, Shape, Transcript};

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
        radix: usize,
    },
    /// A commitment that was adopted is another one.
    #[error("the commitment that was made before is not one of this polynomial with this blinding")]
    OtherCommitment,
    /// The opening proof does not prove the claimed value.
    #[error("the opening does not prove the claimed value")]
    Rejected,
}

/// Where a setup comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(
    clippy::large_enum_variant,
    reason = "a key has one, and nothing has many"
)]
pub enum Provenance {
    /// Derived from secrets that are public: whoever reads them can open any commitment to any value.
    InsecureTest,
    /// Hashed from public strings, or nothing at all: there are no secrets.
    Hashed,
    /// Made by the participants of a ceremony of powers of tau: secret unless all of them kept or lost their secrets to
    /// one who puts them together.
    Ceremony(Ceremony),
}

impl Provenance {
    /// The byte that stands for it in files and digests.
    pub fn tag(self) -> u8 {
        match self {
            Provenance::InsecureTest => 1,
            Provenance::Hashed => 2,
            Provenance::Ceremony(_) => 3,
        }
    }

    /// The inverse of [`Provenance::tag`], where that says all. A key of a ceremony has in it which one that is.
    pub fn from_tag(tag: u8) -> Option<Self> {
        match tag {
            1 => Some(Provenance::InsecureTest),
            2 => Some(Provenance::Hashed),
            _ => None,
        }
    }

    /// The ceremony, if it is of one.
    pub fn ceremony(self) -> Option<Ceremony> {
        match self {
            Provenance::Ceremony(ceremony) => Some(ceremony),
            Provenance::InsecureTest | Provenance::Hashed => None,
        }
    }

    /// Whether proofs under such a setup mean anything. Under that of a ceremony they do if it is one of those that are
    /// known to this library; of others only the caller can say. Of the sizes that a key names, such as a number of
    /// positions, this says nothing: [`Pcs::risks`] does.
    pub fn is_secure(self) -> bool {
        match self {
            Provenance::InsecureTest => false,
            Provenance::Hashed => true,
            Provenance::Ceremony(ceremony) => ceremony.id().name().is_some(),
        }
    }
}

impl std::fmt::Display for Provenance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Provenance::InsecureTest => {
                f.write_str("INSECURE test setup (public trapdoor: anyone can forge proofs)")
            }
            Provenance::Hashed => f.write_str("transparent: all of it is public, no secrets"),
            Provenance::Ceremony(ceremony) => {
                let id = ceremony.id();
                match (id.name(), id.about()) {
                    (Some(name), Some(about)) => write!(
                        f,
                        "ceremony {name} ({about}): to be trusted if one participant forgot a secret"
                    ),
                    _ => write!(
                        f,
                        "ceremony {id}, UNKNOWN to this program: whoever made it alone can forge proofs"
                    ),
                }
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

/// How a polynomial `f` in `m` variables is one in `l > m` variables, for every `l` that a key allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Embedding {
    /// `g(x_0 … x_{l−1}) = f(x_{l−m} … x_{l−1})`: the rows are repeated, each `2^{l−m}` times.
    Repeat,
    /// `g(x_0 … x_{l−1}) = f(x_0 … x_{m−1}) · Π_{k ≥ m} (1 − x_k)`: zeros follow the rows.
    Pad,
}

impl Embedding {
    /// The point of `vars` coordinates at which `g` is `f` at `point`: zeros are put before or behind.
    pub fn extend<F: Field>(self, point: &Point<F>, vars: usize) -> Point<F> {
        let zeros = std::iter::repeat_n(F::zero(), vars.saturating_sub(point.vars()));
        let own = point.0.iter().copied();
        Point(match self {
            Embedding::Repeat => zeros.chain(own).collect(),
            Embedding::Pad => own.chain(zeros).collect(),
        })
    }
}

/// The transcript of a proof, as an opening hears and asks it. In builds for tests challenges may be known, and messages
/// go unheard, as everywhere.
pub struct Script<'a> {
    transcript: &'a mut Transcript,
    checks: &'a mut Checks,
}

impl<'a> Script<'a> {
    /// Of this transcript.
    pub fn new(transcript: &'a mut Transcript, checks: &'a mut Checks) -> Self {
        Script { transcript, checks }
    }

    /// What becomes of a copy of it.
    #[cfg(feature = "testing")]
    pub(crate) fn fork<R>(&self, then: impl FnOnce(&mut Script<'_>) -> R) -> R {
        let (mut transcript, mut checks) = (self.transcript.copy(), self.checks.clone());
        then(&mut Script::new(&mut transcript, &mut checks))
    }

    /// Absorbs a message of the opening.
    pub fn absorb<S: CanonicalSerialize + ?Sized>(&mut self, label: Label, value: &S) {
        if self.checks.heard(label) {
            self.transcript.absorb(label, value);
        }
    }

    /// Draws a challenge.
    pub fn sample<F: Field>(&mut self, label: Label) -> F {
        self.checks.sample(self.transcript, label)
    }

    /// Records that a check of the opening is about to be performed, and says whether it counts.
    pub fn enforced(&mut self, check: Label) -> bool {
        self.checks.enforced(check)
    }
}

/// A sum of columns of one batch, each times its factor.
pub struct Combined<'a, B, F> {
    /// The batch: its commitment, or what a prover keeps of it.
    pub batch: &'a B,
    /// Of each polynomial the factors of its columns: one for each, or none at all.
    pub factors: Vec<Vec<F>>,
}

/// A challenge of an opening, and what it may hide: a root of a polynomial of this degree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningRisk {
    pub challenge: Label,
    /// How often it is drawn.
    pub count: usize,
    /// What it combines.
    pub about: &'static str,
    /// The sum of all degrees: the error is at most this over the size of the field.
    pub degree: u128,
    /// `−log2` of a further error, rounded down, which the size of the field has no part in: that positions which are
    /// drawn are none of those at which a cheater would be found.
    pub bits: Option<u32>,
}

impl OpeningRisk {
    /// Of a challenge that is drawn once.
    pub fn once(challenge: Label, about: &'static str, degree: u128) -> Self {
        OpeningRisk {
            challenge,
            count: 1,
            about,
            degree,
            bits: None,
        }
    }
}

/// A multilinear polynomial commitment scheme, as far as a verifier sees it.
pub trait Pcs: Sized + Send + Sync + 'static {
    /// Name in the registry, and in transcripts.
    const NAME: &'static str;
    /// How shorter polynomials take part.
    const EMBEDDING: Embedding;
    /// Scalars.
    type F: Field;
    /// What verification needs.
    type VerifierKey: Key + Clone;
    /// Commitment of a batch of polynomials.
    type Commitment: Clone + PartialEq + std::fmt::Debug + Send + Sync + 'static;
    /// Proof of one evaluation.
    type Opening: Clone + PartialEq + std::fmt::Debug + Send + Sync + 'static;

    /// What an opening leaves to decide.
    type Equation: Send + 'static;
    /// A sum of equations; the one to start with says nothing.
    type Sum: Default + Send + 'static;

    /// The equation that holds if the sum of all of `parts`, each column in as many variables as the point has
    /// coordinates by [`Pcs::EMBEDDING`], has at the point of `claim` the value of `claim`. All of the opening is
    /// absorbed.
    ///
    /// # Errors
    /// [`PcsError::Rejected`] if there is no need for an equation; anything else if the question makes no sense.
    fn reduce(
        key: &Self::VerifierKey,
        script: &mut Script<'_>,
        parts: &[Combined<'_, Self::Commitment, Self::F>],
        claim: (&Point<Self::F>, Self::F),
        opening: &Self::Opening,
    ) -> Result<Self::Equation, PcsError>;

    /// Adds `weight` times an equation of the same key.
    fn add(key: &Self::VerifierKey, sum: &mut Self::Sum, weight: Self::F, equation: Self::Equation);

    /// Whether a sum of equations holds.
    fn holds(key: &Self::VerifierKey, sum: Self::Sum) -> bool;

    /// Whether one equation holds by itself.
    fn decide(key: &Self::VerifierKey, equation: Self::Equation) -> bool {
        let mut sum = Self::Sum::default();
        Self::add(key, &mut sum, Self::F::one(), equation);
        Self::holds(key, sum)
    }

    /// Decides one opening by itself.
    ///
    /// # Errors
    /// As [`Pcs::reduce`]; [`PcsError::Rejected`] if its equation does not hold.
    fn verify(
        key: &Self::VerifierKey,
        script: &mut Script<'_>,
        parts: &[Combined<'_, Self::Commitment, Self::F>],
        claim: (&Point<Self::F>, Self::F),
        opening: &Self::Opening,
    ) -> Result<(), PcsError> {
        let equation = Self::reduce(key, script, parts, claim, opening)?;
        match Self::decide(key, equation) {
            true => Ok(()),
            false => Err(PcsError::Rejected),
        }
    }

    /// The challenges of an opening at a point of `vars` coordinates.
    fn risks(key: &Self::VerifierKey, vars: usize) -> Vec<OpeningRisk>;

    /// Bytes that each polynomial adds to the canonical encoding of a batch of polynomials of these shapes. The encoding
    /// is those of the polynomials, one after the other; what stands for several is added by the first of them.
    fn commitment_bytes(key: &Self::VerifierKey, shapes: &[Shape]) -> Vec<usize>;
    /// Appends the canonical encoding.
    fn write_commitment(commitment: &Self::Commitment, out: &mut Vec<u8>);
    /// Reads the commitment of a batch of polynomials of these shapes.
    fn read_commitment(
        key: &Self::VerifierKey,
        shapes: &[Shape],
        input: &mut Reader<'_>,
    ) -> Result<Self::Commitment, DecodeError>;
    /// Appends the canonical encoding; its length depends on the key, the number of variables, the shapes of the batches
    /// and which polynomials take part.
    fn write_opening(opening: &Self::Opening, out: &mut Vec<u8>);
    /// Reads an opening of a sum of `parts` at a point of `vars` coordinates.
    fn read_opening(
        key: &Self::VerifierKey,
        vars: usize,
        parts: &[Combined<'_, Self::Commitment, Self::F>],
        input: &mut Reader<'_>,
    ) -> Result<Self::Opening, DecodeError>;

    /// Canonical encoding of the verifier's key.
    fn write_verifier_key(key: &Self::VerifierKey) -> Vec<u8>;
    /// The inverse of [`Pcs::write_verifier_key`]; trailing bytes are an error.
    fn read_verifier_key(bytes: &[u8]) -> Result<Self::VerifierKey, DecodeError>;
}

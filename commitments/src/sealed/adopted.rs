//! Commitments that a statement names: made once, and proven of as often as one likes.
//!
//! **Statement.** A session that hides blinds what it commits afresh, so that nobody can tell whether two proofs are about
//! one column. Where others are to compare commitments, the blinding is kept: a [`Precommitment`] is a commitment and what it
//! was blinded with, and a later session adopts it ([`ProverSession::adopt`](super::ProverSession::adopt)). In the clear
//! there is no blinding, and commitments are the same every time.
//!
//! **Protocol.** That of the session. It commits the polynomial again, with the blinding that was kept, and refuses before
//! anything is written if that is another commitment: a blinding is never used for a second polynomial. All other draws are
//! fresh.
//!
//! **What it tells.** That proofs are about one column, and nothing of the column: proofs that name commitments are
//! simulated together with these. See `papers/zero-knowledge.md`.
//!
//! **Cost.** None beside the session's own.

use crate::draws::Draws;
use std::collections::{BTreeMap, VecDeque};
use sumcheck::{Label, Oracle};
use zeroize::Zeroize;

/// Bytes of a blinding.
pub const BLINDING_BYTES: usize = 32;

/// What blinds the commitment of one polynomial, from which all its multiples of `H` follow. **Secret**: whoever has it
/// can try out polynomials. Nothing in the clear.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Blinding(Option<[u8; BLINDING_BYTES]>);

impl Blinding {
    /// Of a commitment in the clear.
    pub fn none() -> Self {
        Blinding(None)
    }

    /// As it was kept.
    pub fn from_bytes(bytes: [u8; BLINDING_BYTES]) -> Self {
        Blinding(Some(bytes))
    }

    /// To be kept; nothing in the clear.
    pub fn to_bytes(&self) -> Option<[u8; BLINDING_BYTES]> {
        self.0
    }

    /// A fresh one.
    pub(super) fn fresh(draws: &mut Draws) -> Self {
        Blinding(Some(draws.bytes()))
    }

    /// The draws of the commitment, if it hides.
    pub(super) fn draws(&self) -> Option<Draws> {
        self.0.map(Draws::expanding)
    }
}

impl Drop for Blinding {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Says nothing of what is secret.
impl std::fmt::Debug for Blinding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Some(_) => "Blinding(secret)",
            None => "Blinding(none)",
        })
    }
}

/// A commitment to one polynomial, and what it was blinded with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Precommitment {
    /// In the scheme's canonical encoding, as in a proof.
    pub commitment: Vec<u8>,
    /// With it, another session proves of the same commitment.
    pub blinding: Blinding,
}

/// What a session has adopted.
#[derive(Default)]
pub(super) struct Adopted {
    label: Option<Label>,
    /// Of the polynomials that are to be committed, in order.
    rest: VecDeque<Option<Precommitment>>,
    /// Of oracles that were committed under the label, by number.
    blindings: BTreeMap<usize, Blinding>,
}

impl Adopted {
    pub fn adopt(&mut self, label: Label, made: Vec<Option<Precommitment>>) {
        self.label = Some(label);
        self.rest = made.into();
    }

    /// Whether blindings under this label are kept.
    pub fn concerns(&self, label: Label) -> bool {
        self.label == Some(label)
    }

    /// The label under which less was committed than adopted.
    pub fn missing(&self) -> Option<Label> {
        self.label.filter(|_| !self.rest.is_empty())
    }

    /// What was adopted of the next polynomial.
    pub fn next(&mut self) -> Option<Precommitment> {
        self.rest.pop_front().flatten()
    }

    pub fn keep(&mut self, oracle: usize, blinding: Blinding) {
        self.blindings.insert(oracle, blinding);
    }

    pub fn blinding(&self, oracle: Oracle) -> Option<&Blinding> {
        self.blindings.get(&oracle.0)
    }
}

//! The sealed channel: transcript, commitment scheme and one opening.
//!
//! **Proof.** One byte string: what was sent and committed, in order, each in its canonical encoding,
//! then the opening. There are no lengths in it: sizes follow from the verifying key, the statement
//! and the protocol.
//!
//! **Transcript.** The protocol's name; the parts of the [`Statement`], in order; the scheme's name
//! and the digest of its setup; then every message before the next challenge. A commitment is absorbed
//! together with its shape.
//!
//! **Opening.** Each claim is a linear functional of committed columns at a row point.
//! 1. `ρ` is drawn. Claims with the same point `p` are one claim `f_p(p) = Σ_i ρ^i · value_i`.
//! 2. If there are several points, a sumcheck over `Σ_j Σ_p eq(p, j) · f_p(j) = Σ_i ρ^i · value_i`
//!    brings them to one point `r`. Its last message is the values `f_p(r)`. (`open/reduction`)
//! 3. `σ` is drawn; `Σ_p σ^p · f_p` is opened at `r`, against the commitment that the verifier forms
//!    from the columns. (`open/proof`)
//!
//! A digit claim with weights `w` is `w_0 + Σ_{k ≥ 1} (w_k − w_0) · column_k`: the constant is moved to
//! the value, so the verifier needs no commitment to it.
//!
//! Points may have different lengths. A polynomial in `m < l` variables is one in `l` variables by the scheme's
//! [`Embedding`](crate::Embedding), and its claim at `p` is one at `(0 … 0, p)` or `(p, 0 … 0)`.
//!
//! **Several proofs** under one commitment key can be decided together ([`Together`]).
//!
//! A protocol that ends all its claims at one point, as the machine does, pays for the opening alone.
//!
//! **Cost** for `T` rows, `P` points, `C` columns: prover `≈ 3 P T` multiplications, and the opening
//! of one polynomial; proof `2 log T + P` scalars and one opening (`P = 1`: one opening); verifier one verification
//! of a sum of `C` columns.

#[cfg(feature = "prover")]
mod adopted;
mod batches;
mod hidden;
mod opening;
#[cfg(feature = "prover")]
mod prover;
#[cfg(feature = "prover")]
mod prover_session;
mod reading;
mod reduction;
#[cfg(feature = "prover")]
mod rows;
mod session;
mod together;
mod verifier;
#[cfg(feature = "prover")]
mod writing;

#[cfg(test)]
mod tests;

#[cfg(feature = "prover")]
pub use adopted::{BLINDING_BYTES, Blinding, Precommitment};
#[cfg(all(feature = "testing", feature = "prover"))]
pub use hidden::Closed;
#[cfg(feature = "prover")]
pub use hidden::HiddenProver;
pub use hidden::{
    Carried, ClosingMessages, HiddenVerifier, closing_messages, closing_risks, closing_vars,
    message_rows,
};
pub use opening::ClaimError;
#[cfg(feature = "prover")]
pub use prover::SealedProver;
#[cfg(feature = "prover")]
pub use prover_session::{Program, ProverSession, SealError};
pub(crate) use reading::decoded;
pub use reduction::relation;
pub use session::VerifierSession;
pub(crate) use together::Equations;
pub use together::Together;
pub use verifier::SealedVerifier;

use crate::{Key, Pcs};
#[cfg(feature = "prover")]
use sha2::{Digest, Sha256};
use sumcheck::{Checks, Label, Shape, Transcript};

/// A proof: an opaque byte string.
pub type Proof = Vec<u8>;

/// What is proven, as far as the channel is concerned: everything here is absorbed first.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    /// Protocol name and version.
    pub protocol: Label,
    /// Key digest, public input and output, sizes …, each under a label.
    pub parts: Vec<(Label, &'a [u8])>,
    recorded: bool,
}

impl<'a> Statement<'a> {
    /// A statement without parts.
    pub fn new(protocol: Label) -> Self {
        Statement {
            protocol,
            parts: Vec::new(),
            recorded: false,
        }
    }

    /// Has the transcript keep all contents, to be looked at. Says nothing else.
    pub fn recorded(mut self) -> Self {
        self.recorded = true;
        self
    }

    /// Adds a part.
    pub fn with(mut self, label: Label, bytes: &'a [u8]) -> Self {
        self.parts.push((label, bytes));
        self
    }

    /// A digest of all of it.
    #[cfg(feature = "prover")]
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new().chain_update(self.protocol.as_bytes());
        for (label, bytes) in &self.parts {
            hash.update((label.len() as u64).to_le_bytes());
            hash.update(label.as_bytes());
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        }
        hash.finalize().into()
    }

    fn transcript<P: Pcs>(&self, key: &dyn Key) -> Transcript {
        let mut transcript = match self.recorded {
            true => Transcript::recording(self.protocol),
            false => Transcript::new(self.protocol),
        };
        for (label, bytes) in &self.parts {
            transcript.absorb_bytes(label, bytes);
        }
        transcript.absorb_bytes("scheme", P::NAME.as_bytes());
        transcript.absorb_bytes("setup", &key.digest());
        transcript
    }
}

/// Whether each polynomial of a batch has commitments of its own, of these sizes: where some stand for several, they are
/// nobody's.
fn has_its_own<P: Pcs>(key: &P::VerifierKey, shapes: &[Shape], sizes: &[usize]) -> bool {
    let alone = shapes.iter().map(|shape| {
        let sizes = P::commitment_bytes(key, std::slice::from_ref(shape));
        sizes.iter().sum::<usize>()
    });
    alone.eq(sizes.iter().copied())
}

/// Absorbs the commitments of one polynomial.
fn absorb_oracle(
    transcript: &mut Transcript,
    checks: &mut Checks,
    (label, shape): (Label, &Shape),
    bytes: &[u8],
) {
    if !checks.heard(label) {
        return;
    }
    let radix = shape.radix.unwrap_or(0) as u64;
    let header = [(shape.vars as u64).to_le_bytes(), radix.to_le_bytes()];
    transcript.absorb_bytes("shape", header.as_flattened());
    transcript.absorb_bytes(label, bytes);
}

//! Sealed proving channels with the scheme erased: what a key starts, and what ends in a proof.

use super::{ClaimError, Precommitment, Proof};
use crate::{NoEntropy, PcsError};
use sumcheck::{Field, Label, Oracle, ProverChannel, Transcript, VerifierChannel, VerifyError};

/// Why there is no proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A commitment could not be made.
    #[error("commit `{label}`: {source}")]
    Commit {
        /// Of the oracle.
        label: &'static str,
        /// The cause.
        source: PcsError,
    },
    /// A polynomial of the key has no commitment.
    #[error("oracle `{label}` belongs to the key, which has no commitment to it")]
    Fixed {
        /// Of the oracle.
        label: &'static str,
    },
    /// Commitments were adopted, and not used.
    #[error("more commitments were adopted for `{label}` than polynomials were committed")]
    NotCommitted {
        /// Of the oracles.
        label: &'static str,
    },
    /// A claim makes no sense.
    #[error("evaluation claim {claim}: {source}")]
    Claim {
        /// Its number.
        claim: usize,
        /// The cause.
        source: ClaimError,
    },
    /// A claim does not hold: the prover refuses rather than lies.
    #[error("evaluation claim {claim} does not hold")]
    FalseClaim {
        /// Its number.
        claim: usize,
    },
    /// The opening failed.
    #[error("open: {0}")]
    Open(PcsError),
    /// The verifier would not accept what is to be hidden.
    #[error("the verifier would not accept: {0}")]
    Replay(VerifyError),
    /// There is nothing to hide with.
    #[error(transparent)]
    Randomness(NoEntropy),
    /// A proof that hides ends with the verifier's program.
    #[error("a proof that hides is finished with the verifier's program (`finish_replaying`)")]
    NoProgram,
}

/// What a verifier does with a proof, but for its end.
pub type Program<'a, F> = dyn FnMut(&mut dyn VerifierChannel<F>) -> Result<(), VerifyError> + 'a;

/// A sealed proving channel.
pub trait ProverSession<F: Field>: ProverChannel<F> {
    /// Opens all claims; the proof.
    ///
    /// # Errors
    /// What the channel could not do, a claim that does not hold, or [`SealError::NoProgram`] of a channel that hides.
    fn finish(self: Box<Self>) -> Result<Proof, SealError>;
    /// The same, with the program that will verify the proof. A channel that hides runs it to know what it has to show.
    ///
    /// # Errors
    /// As [`Self::finish`]; [`SealError::Replay`] names a check that does not hold.
    fn finish_replaying(self: Box<Self>, program: &mut Program<'_, F>) -> Result<Proof, SealError>;
    /// The transcript, for its log.
    fn transcript(&self) -> &Transcript;
    /// The canonical encoding of the commitments of an oracle that was committed here, as in the proof, if they stand for
    /// no other.
    fn commitment(&self, oracle: Oracle) -> Option<&[u8]>;
    /// Adopts commitments that were made before, of the polynomials that are going to be committed under `label`, in order;
    /// `None` for one that is to be made now, and so for all beyond. One that is not of its polynomial, with its blinding
    /// and under this key, is a [failure](Self::failure): [`PcsError::OtherCommitment`].
    fn adopt(&mut self, label: Label, made: Vec<Option<Precommitment>>);
    /// The commitment of an oracle under a label that was [adopted](Self::adopt) for, and its blinding.
    fn precommitment(&self, oracle: Oracle) -> Option<Precommitment>;
    /// Why there is going to be no proof, if that is known.
    fn failure(&self) -> Option<&SealError>;
    /// Lets a soundness test seal claims that do not hold.
    #[cfg(feature = "testing")]
    fn permit_false_claims(&mut self);
}

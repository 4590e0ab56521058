//! Sealed verifying channels with the scheme erased: what a key starts, and what ends in a verdict.

use super::together::Together;
use sumcheck::{Checks, Field, Oracle, Transcript, VerifierChannel, VerifyError};

/// A sealed verifying channel.
pub trait VerifierSession<F: Field>: VerifierChannel<F> {
    /// Checks the opening and the end of the proof; the checks that were performed.
    fn finish(self: Box<Self>) -> Result<Checks, VerifyError> {
        self.conclude().0
    }
    /// The same, with the transcript as far as it came.
    fn conclude(self: Box<Self>) -> (Result<Checks, VerifyError>, Transcript);
    /// Checks all but what can be decided for several proofs at once, and adds that to `others`; the checks that were
    /// performed. Nothing is accepted before [`Together::decide`] says so.
    ///
    /// # Errors
    /// What is wrong with this proof; [`VerifyError::NotAllowed`] if the others are of another commitment key.
    fn finish_with(self: Box<Self>, others: &mut dyn Together<F>) -> Result<Checks, VerifyError>;
    /// The transcript, for its log.
    fn transcript(&self) -> &Transcript;
    /// Ends the session where it is; the transcript so far.
    fn abandon(self: Box<Self>) -> Transcript;
    /// The canonical encoding of an oracle's commitments, if there is such an oracle and they stand for no other.
    fn commitment(&self, oracle: Oracle) -> Option<Vec<u8>>;
}

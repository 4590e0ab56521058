//! Sealed verifying channels with the scheme erased: what a key starts, and what ends in a verdict.

use sumcheck::{Checks, Field, Oracle, Transcript, VerifierChannel, VerifyError};

/// A sealed verifying channel.
pub trait VerifierSession<F: Field>: VerifierChannel<F> {
    /// Checks the opening and the end of the proof; the checks that were performed.
    fn finish(self: Box<Self>) -> Result<Checks, VerifyError> {
        self.conclude().0
    }
    /// The same, with the transcript as far as it came.
    fn conclude(self: Box<Self>) -> (Result<Checks, VerifyError>, Transcript);
    /// The transcript, for its log.
    fn transcript(&self) -> &Transcript;
    /// Ends the session where it is; the transcript so far.
    fn abandon(self: Box<Self>) -> Transcript;
    /// The canonical encoding of an oracle's commitments, if there is such an oracle.
    fn commitment(&self, oracle: Oracle) -> Option<Vec<u8>>;
}

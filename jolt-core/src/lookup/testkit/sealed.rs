//! Proofs of what is false over sessions of keys: sealed all the same, and put before a verifier (feature `testing`).

use super::PROTOCOL;
use commitments::{Keys, sealed};
use sumcheck::{Checks, ProverChannel, ProverField, VerifierChannel, VerifyError};

/// The verdict of a program on what a prover says, where both know that some checks do not count.
///
/// # Errors
/// Why it is rejected.
///
/// # Panics
/// If the keys are too small, or there is no proof.
pub fn verdict<F: ProverField>(
    keys: &Keys<F>,
    checks: &Checks,
    prove: impl FnOnce(&mut dyn ProverChannel<F>),
    mut program: impl FnMut(&mut dyn VerifierChannel<F>) -> Result<(), VerifyError>,
) -> Result<(), VerifyError> {
    let statement = sealed::Statement::new(PROTOCOL);
    let mut prover = keys.proving.session(&statement, checks.clone());
    prover.permit_false_claims();
    prove(&mut *prover);
    let proof = prover.finish_replaying(&mut program);
    let proof = proof.expect("a proof of what is false");
    let mut verifier = keys.verifying.session(&statement, &proof, checks.clone());
    program(&mut *verifier)?;
    verifier.finish().map(|_| ())
}

//! Proving keys with the scheme erased.

use crate::keys::{
    Clear, Erased, Hiding, VerifyingKey, erase_hiding_verifying_key, erase_verifying_key,
};
use crate::sealed::{HiddenProver, ProverSession, SealedProver, Statement};
use crate::{Draws, HidingProver, Key, Pcs, PcsError, PcsProver};
use std::sync::Arc;
use sumcheck::{Checks, Encoded, Field, Fixed, Known, Poly};

/// The two keys of one setup.
#[derive(Clone)]
pub struct Keys<F> {
    /// For proving.
    pub proving: Arc<dyn ProvingKey<F>>,
    /// For verification.
    pub verifying: Arc<dyn VerifyingKey<F>>,
}

/// A proving key of some scheme.
pub trait ProvingKey<F: Field>: Key {
    /// Name of the scheme.
    fn scheme(&self) -> &'static str;
    /// The commitment of a polynomial that is to belong to a key: the same for everybody, as nothing is
    /// blinded.
    ///
    /// # Errors
    /// A polynomial that this key is too small for.
    fn commit(&self, poly: &Poly<F>) -> Result<Fixed<F>, PcsError>;
    /// The verifying key for a prover's check of its own proof: of the same verdicts, and in less time where the scheme
    /// has a way on all threads and over lanes.
    fn checking(&self) -> Arc<dyn VerifyingKey<F>>;
    /// Starts a proof of `statement`.
    fn session(&self, statement: &Statement<'_>, checks: Checks) -> Box<dyn ProverSession<F>>;
}

/// An oracle of a key, from its commitment.
fn fixed<P: Pcs>(poly: &Poly<P::F>, commitment: &P::Commitment) -> Fixed<P::F> {
    let mut bytes = Vec::new();
    P::write_commitment(commitment, &mut bytes);
    Fixed {
        shape: poly.shape(),
        known: Known::Commitment(Encoded::with(bytes, commitment.clone())),
    }
}

impl<P: PcsProver> ProvingKey<P::F> for Erased<P, P::ProverKey, Clear> {
    fn scheme(&self) -> &'static str {
        P::NAME
    }
    fn commit(&self, poly: &Poly<P::F>) -> Result<Fixed<P::F>, PcsError> {
        let (commitment, _) = P::commit(&self.0, &[poly])?;
        Ok(fixed::<P>(poly, &commitment))
    }
    fn checking(&self) -> Arc<dyn VerifyingKey<P::F>> {
        erase_verifying_key::<P>(P::checking_key(&self.0))
    }
    fn session(&self, statement: &Statement<'_>, checks: Checks) -> Box<dyn ProverSession<P::F>> {
        Box::new(SealedProver::<P>::new(self.0.clone(), statement, checks))
    }
}

impl<P: HidingProver> ProvingKey<P::F> for Erased<P, P::ProverKey, Hiding> {
    fn scheme(&self) -> &'static str {
        P::NAME
    }
    fn commit(&self, poly: &Poly<P::F>) -> Result<Fixed<P::F>, PcsError> {
        Ok(fixed::<P>(poly, &P::commit_public(&self.0, poly)?))
    }
    fn checking(&self) -> Arc<dyn VerifyingKey<P::F>> {
        erase_hiding_verifying_key::<P>(P::checking_key(&self.0))
    }
    fn session(&self, statement: &Statement<'_>, checks: Checks) -> Box<dyn ProverSession<P::F>> {
        let draws = Draws::new(&statement.digest());
        let key = self.0.clone();
        Box::new(HiddenProver::<P>::new(key, statement, checks, draws))
    }
}

/// Erases a proving key of proofs in the clear.
pub fn erase_proving_key<P: PcsProver>(key: P::ProverKey) -> Arc<dyn ProvingKey<P::F>> {
    Erased::<P, _, Clear>::new(key)
}

/// Erases a proving key of proofs that tell nothing.
pub fn erase_hiding_proving_key<P: HidingProver>(key: P::ProverKey) -> Arc<dyn ProvingKey<P::F>> {
    Erased::<P, _, Hiding>::new(key)
}

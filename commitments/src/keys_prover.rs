//! Proving keys with the scheme erased.

use crate::keys::{Erased, VerifyingKey};
use crate::sealed::{ProverSession, SealedProver, Statement};
use crate::{Key, PcsError, PcsProver};
use std::marker::PhantomData;
use std::sync::Arc;
use sumcheck::{Checks, Field, Fixed, Known, Poly};

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
    /// Starts a proof of `statement`.
    fn session(&self, statement: &Statement<'_>, checks: Checks) -> Box<dyn ProverSession<F>>;
}

impl<P: PcsProver> ProvingKey<P::F> for Erased<P, P::ProverKey> {
    fn scheme(&self) -> &'static str {
        P::NAME
    }
    fn commit(&self, poly: &Poly<P::F>) -> Result<Fixed<P::F>, PcsError> {
        let shape = poly.shape();
        let (commitment, _) = P::commit(&self.0, &[poly])?;
        let mut bytes = Vec::new();
        P::write_commitment(&commitment, &mut bytes);
        Ok(Fixed {
            shape,
            known: Known::Commitment(bytes),
        })
    }
    fn session(&self, statement: &Statement<'_>, checks: Checks) -> Box<dyn ProverSession<P::F>> {
        Box::new(SealedProver::<P>::new(self.0.clone(), statement, checks))
    }
}

/// Erases a proving key.
pub fn erase_proving_key<P: PcsProver>(key: P::ProverKey) -> Arc<dyn ProvingKey<P::F>> {
    Arc::new(Erased::<P, _>(Arc::new(key), PhantomData))
}

//! Keys of schemes that hide, with the scheme erased: what they start are sessions that tell nothing.

use crate::keys::VerifyingKey;
use crate::sealed::{Equations, HiddenVerifier, Statement, Together, VerifierSession};
use crate::{Embedding, Key, OpeningRisk, Pcs, Provenance};
use std::marker::PhantomData;
use std::sync::Arc;
use sumcheck::{Checks, Shape};
#[cfg(feature = "prover")]
use {
    crate::keys_prover::ProvingKey,
    crate::sealed::{HiddenProver, ProverSession},
    crate::{Draws, HidingProver, PcsError},
    sumcheck::{Fixed, Poly},
};

/// A key with its scheme's name.
struct Hiding<P, K>(Arc<K>, PhantomData<fn() -> P>);

impl<P: Pcs, K: Key> Key for Hiding<P, K> {
    fn max_vars(&self) -> usize {
        self.0.max_vars()
    }
    fn provenance(&self) -> Provenance {
        self.0.provenance()
    }
    fn digest(&self) -> [u8; 32] {
        self.0.digest()
    }
}

impl<P: Pcs> VerifyingKey<P::F> for Hiding<P, P::VerifierKey> {
    fn scheme(&self) -> &'static str {
        P::NAME
    }
    fn hides(&self) -> bool {
        true
    }
    fn to_bytes(&self) -> Vec<u8> {
        P::write_verifier_key(&self.0)
    }
    fn commitment_bytes(&self, shape: &Shape) -> usize {
        P::commitment_bytes(&self.0, shape)
    }
    fn embedding(&self) -> Embedding {
        P::EMBEDDING
    }
    fn risks(&self, vars: usize) -> Vec<OpeningRisk> {
        P::risks(&self.0, vars)
    }
    fn together(&self, checks: Checks) -> Box<dyn Together<P::F>> {
        Box::new(Equations::<P>::new(self.0.clone(), checks))
    }
    fn session<'a>(
        &self,
        statement: &Statement<'_>,
        proof: &'a [u8],
        checks: Checks,
    ) -> Box<dyn VerifierSession<P::F> + 'a> {
        let key = self.0.clone();
        Box::new(HiddenVerifier::<P>::new(key, statement, proof, checks))
    }
}

#[cfg(feature = "prover")]
impl<P: HidingProver> ProvingKey<P::F> for Hiding<P, P::ProverKey> {
    fn scheme(&self) -> &'static str {
        P::NAME
    }
    fn commit(&self, poly: &Poly<P::F>) -> Result<Fixed<P::F>, PcsError> {
        let known = P::commit_public(&self.0, poly)?;
        let mut bytes = Vec::new();
        P::write_commitment(&known, &mut bytes);
        Ok(Fixed {
            shape: poly.shape(),
            known: sumcheck::Known::Commitment(bytes),
        })
    }
    fn session(&self, statement: &Statement<'_>, checks: Checks) -> Box<dyn ProverSession<P::F>> {
        let draws = Draws::new(&statement.digest());
        let key = self.0.clone();
        Box::new(HiddenProver::<P>::new(key, statement, checks, draws))
    }
}

/// Erases a verifying key of a scheme that hides.
pub fn erase_hiding_verifying_key<P: Pcs>(key: P::VerifierKey) -> Arc<dyn VerifyingKey<P::F>> {
    Arc::new(Hiding::<P, _>(Arc::new(key), PhantomData))
}

/// Erases a proving key of a scheme that hides.
#[cfg(feature = "prover")]
pub fn erase_hiding_proving_key<P: HidingProver>(key: P::ProverKey) -> Arc<dyn ProvingKey<P::F>> {
    Arc::new(Hiding::<P, _>(Arc::new(key), PhantomData))
}

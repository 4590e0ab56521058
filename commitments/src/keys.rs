//! Verifying keys with the scheme erased.
//!
//! `dyn` on purpose: the arguments of a virtual machine are compiled once, whatever scheme is chosen
//! at run time. A call through a `dyn` channel costs nothing next to what it does.

use crate::sealed::{
    Equations, HiddenVerifier, SealedVerifier, Statement, Together, VerifierSession, decoded,
};
use crate::{Embedding, Key, OpeningRisk, Pcs, Provenance};
use std::marker::PhantomData;
use std::sync::Arc;
use sumcheck::{Checks, Encoded, Field, Fixed, Known, Shape};

/// A verifying key of some scheme.
pub trait VerifyingKey<F: Field>: Key {
    /// Name of the scheme.
    fn scheme(&self) -> &'static str;
    /// Whether proofs tell nothing but their statement. Pinned by the digest.
    fn hides(&self) -> bool;
    /// Canonical encoding.
    fn to_bytes(&self) -> Vec<u8>;
    /// Bytes of the commitment of a batch of polynomials of these shapes in a proof.
    fn commitment_bytes(&self, shapes: &[Shape]) -> usize;
    /// How shorter polynomials take part in openings.
    fn embedding(&self) -> Embedding;
    /// The scheme's own challenges in an opening at a point of `vars` coordinates.
    fn risks(&self, vars: usize) -> Vec<OpeningRisk>;
    /// No proofs yet, of those under this key that are to be decided together.
    fn together(&self, checks: Checks) -> Box<dyn Together<F>>;
    /// An oracle of a key with its commitment decoded, so that no verification has to.
    ///
    /// # Errors
    /// It has no commitment under this key.
    fn decoded(&self, fixed: Fixed<F>) -> Result<Fixed<F>, String>;
    /// Starts the verification of a proof of `statement`.
    fn session<'a>(
        &self,
        statement: &Statement<'_>,
        proof: &'a [u8],
        checks: Checks,
    ) -> Box<dyn VerifierSession<F> + 'a>;
}

/// Which sessions a key starts.
pub(crate) trait Mode: 'static {
    /// Whether they hide.
    const HIDES: bool;
    /// Starts the verification of a proof.
    fn verify<'a, P: Pcs>(
        key: Arc<P::VerifierKey>,
        statement: &Statement<'_>,
        proof: &'a [u8],
        checks: Checks,
    ) -> Box<dyn VerifierSession<P::F> + 'a>;
}

/// Proofs in the clear.
pub(crate) struct Clear;

/// Proofs that tell nothing.
pub(crate) struct Hiding;

impl Mode for Clear {
    const HIDES: bool = false;
    fn verify<'a, P: Pcs>(
        key: Arc<P::VerifierKey>,
        statement: &Statement<'_>,
        proof: &'a [u8],
        checks: Checks,
    ) -> Box<dyn VerifierSession<P::F> + 'a> {
        Box::new(SealedVerifier::<P>::new(key, statement, proof, checks))
    }
}

impl Mode for Hiding {
    const HIDES: bool = true;
    fn verify<'a, P: Pcs>(
        key: Arc<P::VerifierKey>,
        statement: &Statement<'_>,
        proof: &'a [u8],
        checks: Checks,
    ) -> Box<dyn VerifierSession<P::F> + 'a> {
        Box::new(HiddenVerifier::<P>::new(key, statement, proof, checks))
    }
}

/// A key with its scheme's name, and the mode of its proofs.
pub(crate) struct Erased<P, K, M>(pub(crate) Arc<K>, PhantomData<fn() -> (P, M)>);

impl<P, K, M> Erased<P, K, M> {
    pub(crate) fn new(key: K) -> Arc<Self> {
        Arc::new(Erased(Arc::new(key), PhantomData))
    }
}

impl<P: Pcs, K: Key, M: Mode> Key for Erased<P, K, M> {
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

impl<P: Pcs, M: Mode> VerifyingKey<P::F> for Erased<P, P::VerifierKey, M> {
    fn scheme(&self) -> &'static str {
        P::NAME
    }
    fn hides(&self) -> bool {
        M::HIDES
    }
    fn to_bytes(&self) -> Vec<u8> {
        P::write_verifier_key(&self.0)
    }
    fn commitment_bytes(&self, shapes: &[Shape]) -> usize {
        P::commitment_bytes(&self.0, shapes).iter().sum()
    }
    fn embedding(&self) -> Embedding {
        P::EMBEDDING
    }
    fn decoded(&self, fixed: Fixed<P::F>) -> Result<Fixed<P::F>, String> {
        let Known::Commitment(encoded) = &fixed.known else {
            return Err("there is no commitment to it".to_owned());
        };
        let batch = decoded::<P>(&self.0, &fixed.shape, encoded.bytes())?;
        let known = Known::Commitment(Encoded::with(encoded.bytes().to_vec(), batch));
        Ok(Fixed { known, ..fixed })
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
        M::verify::<P>(self.0.clone(), statement, proof, checks)
    }
}

/// Erases a verifying key of proofs in the clear.
pub fn erase_verifying_key<P: Pcs>(key: P::VerifierKey) -> Arc<dyn VerifyingKey<P::F>> {
    Erased::<P, _, Clear>::new(key)
}

/// Erases a verifying key of proofs that tell nothing.
pub fn erase_hiding_verifying_key<P: Pcs>(key: P::VerifierKey) -> Arc<dyn VerifyingKey<P::F>> {
    Erased::<P, _, Hiding>::new(key)
}

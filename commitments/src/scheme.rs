//! Schemes by name, and their keys with the scheme erased.
//!
//! `dyn` on purpose: the arguments of a virtual machine are compiled once, whatever scheme is chosen
//! at run time. A call through a `dyn` channel costs nothing next to what it does.

use crate::pst13::Pst13;
use crate::sealed::{ProverSession, SealedProver, SealedVerifier, Statement, VerifierSession};
use crate::{Homomorphic, Key, PcsError, Provenance, Setup, SetupError, columns};
use std::marker::PhantomData;
use std::sync::Arc;
use sumcheck::{Checks, Field, Fixed, Known, Poly};

/// Facts about a scheme, for people to compare. Nothing depends on them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemeFacts {
    /// What it is, in a few words.
    pub about: &'static str,
    /// What the setup is.
    pub setup: &'static str,
    /// Whether nobody has to be trusted for the setup.
    pub transparent: bool,
    /// The scalar field.
    pub field: &'static str,
    /// Keys of `papers/references.bib`.
    pub papers: &'static [&'static str],
}

/// A commitment scheme over the field `F`, and how it is set up.
pub trait Scheme<F: Field>: Send + Sync {
    /// Name, as in transcripts and on command lines.
    fn name(&self) -> &'static str;
    /// What the scheme is like.
    fn facts(&self) -> SchemeFacts {
        SchemeFacts::default()
    }
    /// Keys for polynomials of up to `max_vars` variables.
    fn setup(&self, max_vars: usize, setup: &Setup) -> Result<Keys<F>, SetupError>;
    /// The verifying key of [`Scheme::setup`], without the proving key where that is possible: a
    /// verifier's work must not grow with what a proof file asks for.
    fn verifying_key(
        &self,
        max_vars: usize,
        setup: &Setup,
    ) -> Result<Arc<dyn VerifyingKey<F>>, SetupError> {
        Ok(self.setup(max_vars, setup)?.verifying)
    }
    /// Decodes a verifying key.
    fn read_verifying_key(&self, bytes: &[u8]) -> Result<Arc<dyn VerifyingKey<F>>, SetupError>;
}

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

/// A verifying key of some scheme.
pub trait VerifyingKey<F: Field>: Key {
    /// Name of the scheme.
    fn scheme(&self) -> &'static str;
    /// Canonical encoding.
    fn to_bytes(&self) -> Vec<u8>;
    /// Bytes of the commitment of a column of `2^vars` rows in a proof.
    fn commitment_bytes(&self, vars: usize) -> usize;
    /// Starts the verification of a proof of `statement`.
    fn session<'a>(
        &self,
        statement: &Statement<'_>,
        proof: &'a [u8],
        checks: Checks,
    ) -> Box<dyn VerifierSession<F> + 'a>;
}

/// A key with its scheme's name.
struct Erased<P, K>(Arc<K>, PhantomData<fn() -> P>);

impl<P: Homomorphic, K: Key> Key for Erased<P, K> {
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

impl<P: Homomorphic<Blinding = ()>> ProvingKey<P::F> for Erased<P, P::ProverKey> {
    fn scheme(&self) -> &'static str {
        P::NAME
    }
    fn commit(&self, poly: &Poly<P::F>) -> Result<Fixed<P::F>, PcsError> {
        let shape = poly.shape();
        let max = self.0.max_vars();
        if shape.vars > max {
            return Err(PcsError::TooManyVars {
                vars: shape.vars,
                max,
            });
        }
        let blindings = vec![(); columns(&shape)];
        let commitments = P::commit(&self.0, &[poly], &[blindings])?;
        let mut bytes = Vec::new();
        for column in commitments.iter().flatten() {
            P::write_commitment(column, &mut bytes);
        }
        Ok(Fixed {
            shape,
            known: Known::Commitment(bytes),
        })
    }
    fn session(&self, statement: &Statement<'_>, checks: Checks) -> Box<dyn ProverSession<P::F>> {
        Box::new(SealedProver::<P>::new(self.0.clone(), statement, checks))
    }
}

impl<P: Homomorphic> VerifyingKey<P::F> for Erased<P, P::VerifierKey> {
    fn scheme(&self) -> &'static str {
        P::NAME
    }
    fn to_bytes(&self) -> Vec<u8> {
        P::write_verifier_key(&self.0)
    }
    fn commitment_bytes(&self, vars: usize) -> usize {
        P::commitment_bytes(vars)
    }
    fn session<'a>(
        &self,
        statement: &Statement<'_>,
        proof: &'a [u8],
        checks: Checks,
    ) -> Box<dyn VerifierSession<P::F> + 'a> {
        let key = self.0.clone();
        Box::new(SealedVerifier::<P>::new(key, statement, proof, checks))
    }
}

/// Erases a proving key.
pub fn erase_proving_key<P: Homomorphic<Blinding = ()>>(
    key: P::ProverKey,
) -> Arc<dyn ProvingKey<P::F>> {
    Arc::new(Erased::<P, _>(Arc::new(key), PhantomData))
}

/// Erases a verifying key.
pub fn erase_verifying_key<P: Homomorphic>(key: P::VerifierKey) -> Arc<dyn VerifyingKey<P::F>> {
    Arc::new(Erased::<P, _>(Arc::new(key), PhantomData))
}

impl Scheme<ark_bn254::Fr> for Pst13 {
    fn name(&self) -> &'static str {
        <Pst13 as crate::Pcs>::NAME
    }

    fn facts(&self) -> SchemeFacts {
        SchemeFacts {
            about: "a multilinear KZG commitment: one point of BN254, opened by one point a variable",
            setup: "structured and trusted; here a test setup with a public trapdoor",
            transparent: false,
            field: "BN254's scalar field",
            papers: &["PST13", "KZG10"],
        }
    }

    fn setup(&self, max_vars: usize, setup: &Setup) -> Result<Keys<ark_bn254::Fr>, SetupError> {
        let srs = match setup {
            Setup::InsecureTest { cache } => {
                crate::pst13::Srs::insecure_test_cached(max_vars, cache)?
            }
        };
        Ok(Keys {
            verifying: erase_verifying_key::<Pst13>(srs.verifier_key().clone()),
            proving: erase_proving_key::<Pst13>(srs),
        })
    }

    fn verifying_key(
        &self,
        max_vars: usize,
        setup: &Setup,
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        let key = match setup {
            Setup::InsecureTest { .. } => crate::pst13::VerifierKey::insecure_test(max_vars)?,
        };
        Ok(erase_verifying_key::<Pst13>(key))
    }

    fn read_verifying_key(
        &self,
        bytes: &[u8],
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        let key = <Pst13 as crate::Pcs>::read_verifier_key(bytes)?;
        Ok(erase_verifying_key::<Pst13>(key))
    }
}

/// Schemes by name.
#[derive(Clone)]
pub struct Registry<F> {
    schemes: Vec<Arc<dyn Scheme<F>>>,
}

impl Registry<ark_bn254::Fr> {
    /// The schemes of this crate.
    pub fn builtin() -> Self {
        let mut registry = Registry::empty();
        registry.register(Arc::new(Pst13));
        registry
    }
}

impl<F: Field> Registry<F> {
    /// No scheme.
    pub fn empty() -> Self {
        Registry {
            schemes: Vec::new(),
        }
    }

    /// Adds a scheme; one of the same name is replaced.
    pub fn register(&mut self, scheme: Arc<dyn Scheme<F>>) {
        self.schemes.retain(|other| other.name() != scheme.name());
        self.schemes.push(scheme);
    }

    /// The scheme of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Scheme<F>>> {
        self.schemes.iter().find(|scheme| scheme.name() == name)
    }

    /// All names, in order of registration.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.schemes.iter().map(|scheme| scheme.name())
    }
}

//! Schemes as they are set up, by what a command line says.

mod codewords;
mod groups;

pub use codewords::{BaseFoldDials, LigeroLines};
pub use groups::HyraxLines;

use crate::keys::VerifyingKey;
#[cfg(feature = "prover")]
use crate::keys_prover::Keys;
use crate::{CacheDir, Setup, SetupError};
use std::sync::Arc;
use sumcheck::Field;

/// What binding rests on beside the random oracle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foundation {
    /// Discrete logarithms among hashed points of a curve with pairings.
    HashedPoints,
    /// The secrets of a structured setup in such a curve, against algebraic adversaries.
    StructuredPoints,
    /// Hashes alone.
    Hashes,
}

/// Facts about a scheme, for people to compare. No proof depends on them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemeFacts {
    /// What it is, in a few words.
    pub about: &'static str,
    /// What the setup is.
    pub setup: &'static str,
    /// Whether nobody has to be trusted for the setup.
    pub transparent: bool,
    /// What binding rests on; none if the scheme does not say.
    pub foundation: Option<Foundation>,
    /// The scalar field.
    pub field: &'static str,
    /// Keys of `papers/references.bib`.
    pub papers: &'static [&'static str],
}

/// What is said of a scheme of which nothing is known.
const TELLS: &str = "its commitments and openings have no blindings";

/// A commitment scheme over the field `F`, and how it is set up.
pub trait Scheme<F: Field>: Send + Sync {
    /// Name, as in transcripts and on command lines.
    fn name(&self) -> &'static str;
    /// What the scheme is like.
    fn facts(&self) -> SchemeFacts {
        SchemeFacts::default()
    }
    /// Whether its setup can be that of a ceremony of powers of tau ([`Setup::File`], [`Setup::Ceremony`]).
    fn takes_ceremony(&self) -> bool {
        false
    }
    /// Keys for polynomials of up to `max_vars` variables.
    #[cfg(feature = "prover")]
    fn setup(&self, max_vars: usize, setup: &Setup) -> Result<Keys<F>, SetupError>;
    /// The verifying key of such keys, without the proving key: a verifier's work must not grow with what a proof
    /// file asks for.
    fn verifying_key(
        &self,
        max_vars: usize,
        setup: &Setup,
    ) -> Result<Arc<dyn VerifyingKey<F>>, SetupError>;
    /// Decodes a verifying key.
    fn read_verifying_key(&self, bytes: &[u8]) -> Result<Arc<dyn VerifyingKey<F>>, SetupError>;

    /// Whether there are keys of which proofs tell nothing but their statement.
    fn hides(&self) -> bool {
        false
    }
    /// The same as [`Self::setup`], for proofs that tell nothing. Keys are never too small for the messages of such a proof
    /// ([`closing_vars`](crate::sealed::closing_vars)).
    ///
    /// # Errors
    /// As there; [`SetupError::CannotHide`].
    #[cfg(feature = "prover")]
    fn hiding_setup(&self, _max_vars: usize, _setup: &Setup) -> Result<Keys<F>, SetupError> {
        Err(SetupError::CannotHide {
            scheme: self.name(),
            cause: TELLS,
        })
    }
    /// The same as [`Self::verifying_key`], for proofs that tell nothing.
    ///
    /// # Errors
    /// As there; [`SetupError::CannotHide`].
    fn hiding_verifying_key(
        &self,
        _max_vars: usize,
        _setup: &Setup,
    ) -> Result<Arc<dyn VerifyingKey<F>>, SetupError> {
        Err(SetupError::CannotHide {
            scheme: self.name(),
            cause: TELLS,
        })
    }
}

/// The cache of a scheme that takes no ceremony.
fn own_setup<'a, F: Field>(
    scheme: &dyn Scheme<F>,
    setup: &'a Setup,
) -> Result<&'a CacheDir, SetupError> {
    match setup {
        Setup::Builtin { cache } => Ok(cache),
        Setup::File { .. } | Setup::CheckedFile { .. } | Setup::Ceremony(_) => {
            Err(SetupError::Unsupported {
                scheme: scheme.name(),
                cause: scheme.facts().setup,
            })
        }
    }
}

//! Keys of powers from a setup, for all schemes over them.

use super::VerifierKey;
#[cfg(feature = "prover")]
use super::{Powers, PowersFile};
use crate::{Setup, SetupError};

fn of_ceremony(vars: usize, ceremony: &crate::Ceremony) -> Result<VerifierKey, SetupError> {
    let max = super::MAX_VARS;
    if vars > max {
        return Err(SetupError::TooLarge { vars, max });
    }
    let key = VerifierKey::of_ceremony(vars, ceremony);
    key.map_err(|error| SetupError::Ceremony {
        cause: error.to_string(),
    })
}

/// Builds without provers read no files.
#[cfg(not(feature = "prover"))]
fn of_file(_vars: usize, path: &std::path::Path) -> Result<VerifierKey, SetupError> {
    Err(SetupError::BadFile {
        path: path.to_owned(),
        cause: "this verifier reads no files".to_owned(),
    })
}

#[cfg(feature = "prover")]
fn of_file(vars: usize, path: &std::path::Path) -> Result<VerifierKey, SetupError> {
    of_ceremony(vars, PowersFile::open(path)?.ceremony())
}

/// The verifier's key for polynomials of up to `vars` variables.
///
/// # Errors
/// There is no such key.
pub(crate) fn verifier_key(vars: usize, setup: &Setup) -> Result<VerifierKey, SetupError> {
    match setup {
        Setup::Builtin { .. } => VerifierKey::insecure_test(vars),
        Setup::File { path } | Setup::CheckedFile { path } => of_file(vars, path),
        Setup::Ceremony(ceremony) => of_ceremony(vars, ceremony),
    }
}

/// The powers for polynomials of up to `vars` variables.
///
/// # Errors
/// There are none, or too few.
#[cfg(feature = "prover")]
pub(crate) fn powers(vars: usize, setup: &Setup) -> Result<Powers, SetupError> {
    match setup {
        Setup::Builtin { cache } => Powers::insecure_test_cached(vars, cache),
        Setup::File { path } => PowersFile::open(path)?.powers(vars),
        Setup::CheckedFile { path } => PowersFile::open(path)?.check(vars),
        Setup::Ceremony(_) => Err(SetupError::NoPowers),
    }
}

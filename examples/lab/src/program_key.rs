//! Commitments to a program, for keys that have them in place of it: made, kept, read.
//!
//! A verifier believes what commitments say of a program, whatever they are of. So it makes none for a proof's sake, whose
//! header says how large they would be, and takes none from the cache, which others may have written to: its user names a
//! file. A prover keeps those that it made in the cache; with wrong ones it would make no proof, as it verifies its own.

use crate::cli::CommitmentsArguments;
use crate::source::{NewFile, read};
use commitments::CacheDir;
use jolt_core::api::{self, Config, KeyError, KnownProgram, ProvingKey};
use jolt_core::preprocessed::Commitments;
use std::path::PathBuf;
use std::sync::Arc;
use tracer::Program;
use verdict::claim;

impl CommitmentsArguments {
    /// The commitments in the file that is named, if one is.
    ///
    /// # Errors
    /// It cannot be read, or has something else in it.
    pub fn read(&self) -> anyhow::Result<Option<Arc<Commitments>>> {
        let commitments = self.commitments.as_ref().map(|path| {
            let contents = read(path)?;
            claim::commitments(&path.display().to_string(), &contents)
        });
        commitments.transpose()
    }
}

/// Where a prover keeps commitments of this digest.
fn place(digest: &[u8; 32]) -> Option<PathBuf> {
    let name = format!("program-{}.commitments", crate::report::hex(&digest[..16]));
    Some(CacheDir::Default.path()?.join(name))
}

/// A prover's key: with commitments that were made before, if there are some; else with new ones, which are kept.
///
/// # Errors
/// As [`api::setup`].
pub fn provers(program: Program, config: Config) -> Result<ProvingKey, KeyError> {
    if !matches!(config.program, KnownProgram::Committed) {
        return api::setup(program, &config);
    }
    let path = place(&api::commitments_digest(&program, &config)?);
    let kept = path.as_ref().filter(|path| path.is_file());
    let kept = kept.and_then(|path| std::fs::read(path).ok());
    let kept = kept.and_then(|contents| Commitments::from_bytes(&contents).ok());
    if let Some(commitments) = kept {
        let config = Config {
            program: KnownProgram::Known(Arc::new(commitments)),
            ..config.clone()
        };
        match api::setup(program.clone(), &config) {
            Err(KeyError::Commitments(_)) => {}
            made => return made,
        }
    }
    let key = api::setup(program, &config)?;
    if let (Some(path), Some(commitments)) = (path, key.verifying_key().commitments()) {
        // A cache that cannot be written is none.
        let written = path.parent().map(std::fs::create_dir_all);
        let written = written.is_some_and(|made| made.is_ok());
        if let Some(file) = written.then(|| NewFile::create(&path).ok()).flatten() {
            let _ = file.finish(&commitments.to_bytes());
        }
    }
    Ok(key)
}

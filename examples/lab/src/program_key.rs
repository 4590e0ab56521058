//! Commitments to a program, for keys that have them in place of it: made, kept, read.
//!
//! A prover keeps those that it made in the cache: with wrong ones it would make proofs for a key that nobody has. A
//! verifier accepts what it is told to accept by commitments, whatever they are of. So it takes none from the cache, which
//! others may have written to: it makes them anew, or takes them from a file that the user names.

use crate::cli::CommitmentsArguments;
use crate::progress::Progress;
use crate::source::{NewFile, read};
use anyhow::{Context, bail};
use commitments::{CacheDir, Setup};
use jolt_core::api::{self, Config, KnownProgram};
use jolt_core::observer::Observer;
use jolt_core::preprocessed::Commitments;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tracer::Program;
use verdict::claim::{needs_commitments, with_commitments};

/// Commits to a program.
///
/// # Errors
/// There is no such key, or no powers of the ceremony that it is under.
pub fn made(program: &Program, config: &Config) -> anyhow::Result<Commitments> {
    let mut progress = Progress::new("committing to the program");
    progress.phase("setup");
    let key = api::setup(program.clone(), config)?;
    progress.finish();
    let commitments = key.verifying_key().commitments();
    commitments.context("the key has no commitments")
}

/// What a verifier's key is made of, with commitments if it needs them.
///
/// # Errors
/// A file that cannot be read, or is of something else; there are no powers to commit with.
pub fn verifiers(
    program: &Program,
    config: Config,
    arguments: &CommitmentsArguments,
    srs: Option<&Path>,
) -> anyhow::Result<Config> {
    if !needs_commitments(&config) {
        return Ok(config);
    }
    if let Some(path) = &arguments.commitments {
        let contents = read(path)?;
        let file = path.display().to_string();
        return with_commitments(program, config, (&file, &contents));
    }
    let setup = match (&config.setup, srs) {
        (Setup::Ceremony(_), Some(path)) => Setup::File {
            path: path.to_owned(),
        },
        (Setup::Ceremony(_), None) => bail!(
            "the proof is for a key that commits to the program, under a ceremony: give the commitments \
             (--commitments FILE, made by `jolt-lab setup program`), or the ceremony's file to make them (--srs FILE)"
        ),
        (own, _) => own.clone(),
    };
    let commitments = made(
        program,
        &Config {
            setup,
            ..config.clone()
        },
    )?;
    Ok(Config {
        program: KnownProgram::Known(Arc::new(commitments)),
        ..config
    })
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
pub fn provers(program: Program, config: Config) -> Result<api::ProvingKey, api::KeyError> {
    if !needs_commitments(&config) {
        return api::setup(program, &config);
    }
    let digest = api::commitments_digest(&program, &config)?;
    let kept = place(&digest).and_then(|path| std::fs::read(path).ok());
    let kept = kept.and_then(|contents| Commitments::from_bytes(&contents, &digest).ok());
    if let Some(commitments) = kept {
        let known = KnownProgram::Known(Arc::new(commitments));
        let config = Config {
            program: known,
            ..config
        };
        return api::setup(program, &config);
    }
    let key = api::setup(program, &config)?;
    if let (Some(path), Some(commitments)) = (place(&digest), key.verifying_key().commitments()) {
        // A cache that cannot be written is none.
        let written = path.parent().map(std::fs::create_dir_all);
        let written = written.is_some_and(|made| made.is_ok());
        if let Some(file) = written.then(|| NewFile::create(&path).ok()).flatten() {
            let _ = file.finish(&commitments.to_bytes(&digest));
        }
    }
    Ok(key)
}

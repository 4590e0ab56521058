//! What `jolt-lab verify` accepts, and reading proofs within that.

use crate::cli::{AcceptArguments, CommitmentsArguments, HyraxArguments};
use crate::registry::registry;
use crate::{guests, keys};
use anyhow::Context;
use jolt_core::api::VerifyingKey;
use jolt_core::policy::Policy;
use jolt_core::proof::Proof;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use tracer::Program;
use verdict::claim::{PROGRAM_FIRST, Received, received};
use verdict::requirement::Acceptance;
pub use verdict::requirement::{Requirement, requirement};

impl AcceptArguments {
    /// The policy that the options ask for.
    ///
    /// # Errors
    /// Names of nothing.
    pub fn policy(&self) -> anyhow::Result<Policy> {
        let acceptance = Acceptance {
            require: self.require.clone(),
            max_cycles: self.max_cycles.map(|cycles| cycles.0),
            max_bytes: self.max_bytes,
        };
        acceptance.policy(registry())
    }
}

/// The longest proof file that is looked at: far more than the longest of any scheme here.
const MAX_INSPECTED_BYTES: usize = 256 << 20;

/// For commands that look at proofs and trust none: whatever is registered.
pub fn any() -> Policy {
    Policy {
        max_proof_bytes: MAX_INSPECTED_BYTES,
        ..Policy::any(registry())
    }
}

/// Reads a proof file; of one that is too long, no more than that.
///
/// # Errors
/// The file cannot be read, or is no proof file.
pub fn read_proof(policy: &Policy, path: &Path) -> anyhow::Result<Received> {
    let cannot = || {
        // The two were given the other way round.
        let advice = match path.to_str().and_then(guests::find) {
            Some(_) => PROGRAM_FIRST,
            None => "",
        };
        format!("cannot read {}{advice}", path.display())
    };
    let file = File::open(path).with_context(cannot)?;
    let mut contents = Vec::new();
    let most = (policy.max_proof_bytes as u64).saturating_add(1);
    let mut file = file.take(most);
    file.read_to_end(&mut contents).with_context(cannot)?;
    received(policy, &contents, &path.display().to_string())
}

/// The same, where a proof that is not accepted is as good as none.
///
/// # Errors
/// As [`read_proof`], and what is not accepted.
pub fn accepted_proof(policy: &Policy, path: &Path) -> anyhow::Result<(Proof, usize)> {
    match read_proof(policy, path)? {
        Received::Accepted(proof, length) => Ok((proof, length)),
        Received::Refused(cause) => {
            Err(cause).with_context(|| format!("{} cannot be used", path.display()))
        }
    }
}

/// The key of an accepted proof, with the setup that the proof names. How Hyrax cuts polynomials it does not name.
///
/// # Errors
/// As [`Policy::verifying_key_with`], and commitments that cannot be read.
pub fn key(
    policy: &Policy,
    hyrax: &HyraxArguments,
    commitments: &CommitmentsArguments,
    (program, proof): (Program, &Proof),
) -> anyhow::Result<VerifyingKey> {
    let registry = keys::schemes(hyrax);
    let commitments = commitments.read()?;
    let from = (&keys::own_setup(), &registry);
    Ok(policy.verifying_key_with(program, proof, from, commitments.as_ref())?)
}

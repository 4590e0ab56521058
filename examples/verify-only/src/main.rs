//! A verifier and nothing else: it accepts proofs that came with it, and rejects the same proofs with a byte changed. There
//! are proofs in the clear and such that tell nothing, under a transparent setup and under that of a ceremony, of which
//! nothing is here but three points.
//!
//! Built by itself (`-p verify-only`) it has no threads, no environment, no files and no packed arithmetic in it. So it
//! runs where there are none, in WebAssembly too: `run.mjs` beside it calls the same program there. Nothing can be
//! printed in that place, and the exit code says what was found.
//!
//! | exit code | means |
//! |---|---|
//! | 0 | the proofs are accepted, and every changed one rejected |
//! | 1 | there is no key, or a proof is rejected |
//! | 2 | a changed proof is accepted |

use commitments::{CacheDir, Ceremony, Setup};
use jolt_core::api::{Config, Expected, KeyError, VerifyingKey, verifying_key};
use jolt_core::policy::Policy;
use std::process::ExitCode;
use tracer::{ExitStatus, Program};

/// The program that was run.
const PROGRAM: &[u8] = include_bytes!("../../guests/elf/fibonacci.elf");
/// Proofs of its run with input 5: schemes, whether they tell nothing, and files.
const PROOFS: [(&str, bool, &[u8]); 4] = [
    (
        "hyrax",
        false,
        include_bytes!("../../../jolt-core/tests/laws/fibonacci.hyrax.proof"),
    ),
    (
        "zeromorph",
        false,
        include_bytes!("../../../jolt-core/tests/laws/fibonacci.ceremony.proof"),
    ),
    (
        "hyrax",
        true,
        include_bytes!("../../../jolt-core/tests/laws/fibonacci.hidden.proof"),
    ),
    (
        "zeromorph",
        true,
        include_bytes!("../../../jolt-core/tests/laws/fibonacci.hidden-ceremony.proof"),
    ),
];

/// What the prover's key was made for, and this one's is: up to `2^8` cycles.
fn key(scheme: &str, zero_knowledge: bool) -> Result<VerifyingKey, KeyError> {
    let ceremony = Ceremony::named("hez_final").filter(|_| scheme != "hyrax");
    let own = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let config = Config {
        max_cycle_vars: 8,
        scheme: scheme.to_owned(),
        setup: ceremony.map_or(own, Setup::Ceremony),
        zero_knowledge,
        ..Config::default()
    };
    verifying_key(Program::from_elf(PROGRAM)?, &config)
}

/// Whether the bytes are an accepted proof of the run that is expected.
fn accepts(policy: &Policy, key: &VerifyingKey, bytes: &[u8]) -> bool {
    let input = 5u64.to_le_bytes();
    let expected = Expected {
        input: Some(&input),
        status: Some(ExitStatus::Exit(0)),
        ..Expected::default()
    };
    let Ok(proof) = policy.read(bytes) else {
        return false;
    };
    let setup = policy.admits_setup(key.commitment().provenance());
    setup.is_ok() && key.verify(&proof).is_ok() && expected.difference(&proof.statement).is_none()
}

/// Accepts a proof and rejects changed ones.
fn tried(scheme: &str, zero_knowledge: bool, proof: &[u8]) -> ExitCode {
    let policy = Policy::only("shout", "twist", scheme);
    let key = match key(scheme, zero_knowledge) {
        Ok(key) => key,
        Err(error) => {
            eprintln!("no key: {error}");
            return ExitCode::from(1);
        }
    };
    if !accepts(&policy, &key, proof) {
        eprintln!("the proof with {scheme} is rejected");
        return ExitCode::from(1);
    }
    // Header, statement, commitments, messages, opening.
    let places = (0..proof.len()).step_by(997);
    let mut changed = 0;
    for place in places.chain([proof.len() - 1]) {
        let mut bytes = proof.to_vec();
        if let Some(byte) = bytes.get_mut(place) {
            *byte ^= 1;
        }
        if accepts(&policy, &key, &bytes) {
            eprintln!("the proof with {scheme} is accepted with byte {place} changed");
            return ExitCode::from(2);
        }
        changed += 1;
    }
    println!(
        "{scheme}: accepted a proof of {} bytes{}, rejected {changed} changed ones",
        proof.len(),
        if zero_knowledge {
            " that tells nothing"
        } else {
            ""
        }
    );
    ExitCode::SUCCESS
}

fn main() -> ExitCode {
    let tried = PROOFS.map(|(scheme, hides, proof)| tried(scheme, hides, proof));
    let failed = tried.into_iter().find(|code| *code != ExitCode::SUCCESS);
    failed.unwrap_or(ExitCode::SUCCESS)
}

//! A verifier and nothing else: it accepts a proof that came with it, and rejects the same proof with a byte changed.
//!
//! Built by itself (`-p verify-only`) it has no threads, no environment, no files and no packed arithmetic in it. So it
//! runs where there are none, in WebAssembly too: `run.mjs` beside it calls the same program there. Nothing can be
//! printed in that place, and the exit code says what was found.
//!
//! | exit code | means |
//! |---|---|
//! | 0 | the proof is accepted, and every changed one rejected |
//! | 1 | there is no key, or the proof is rejected |
//! | 2 | a changed proof is accepted |

use commitments::{CacheDir, Setup};
use jolt_core::api::{Config, Expected, KeyError, VerifyingKey, verifying_key};
use jolt_core::policy::Policy;
use std::process::ExitCode;
use tracer::{ExitStatus, Program};

/// The program that was run.
const PROGRAM: &[u8] = include_bytes!("../../guests/elf/fibonacci.elf");
/// A proof of its run with input 5.
const PROOF: &[u8] = include_bytes!("../../../jolt-core/tests/laws/fibonacci.hyrax.proof");

/// What the prover's key was made for, and this one's is: up to `2^8` cycles.
fn key() -> Result<VerifyingKey, KeyError> {
    let config = Config {
        max_cycle_vars: 8,
        setup: Setup::Builtin {
            cache: CacheDir::Off,
        },
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
    key.verify(&proof).is_ok() && expected.difference(&proof.statement).is_none()
}

fn main() -> ExitCode {
    let policy = Policy::default();
    let key = match key() {
        Ok(key) => key,
        Err(error) => {
            eprintln!("no key: {error}");
            return ExitCode::from(1);
        }
    };
    if !accepts(&policy, &key, PROOF) {
        eprintln!("the proof is rejected");
        return ExitCode::from(1);
    }
    // Header, statement, commitments, messages, opening.
    let places = (0..PROOF.len()).step_by(997);
    let mut changed = 0;
    for place in places.chain([PROOF.len() - 1]) {
        let mut bytes = PROOF.to_vec();
        if let Some(byte) = bytes.get_mut(place) {
            *byte ^= 1;
        }
        if accepts(&policy, &key, &bytes) {
            eprintln!("the proof is accepted with byte {place} changed");
            return ExitCode::from(2);
        }
        changed += 1;
    }
    println!(
        "accepted a proof of {} bytes, rejected {changed} changed ones",
        PROOF.len()
    );
    ExitCode::SUCCESS
}

//! Which key belongs to a proof.
//!
//! Keys are as small as the run allows: `max_cycle_vars` is the statement's `cycle_vars`, which the
//! prover takes from the trace and the verifier from the proof file. Both are bounded by
//! [`MAX_CYCLE_VARS`](jolt_core::statement::MAX_CYCLE_VARS). The verifier makes no proving key, so what
//! a file asks for costs it nothing.

use crate::registry::registry;
use commitments::{CacheDir, Setup};
use jolt_core::api::Config;

/// The setup of all keys: an insecure one, kept on disk.
pub fn test_setup() -> Setup {
    Setup::InsecureTest {
        cache: CacheDir::Default,
    }
}

/// The configuration for runs of up to `2^cycle_vars` cycles.
pub fn config(scheme: &str, lookup: &str, cycle_vars: usize) -> Config {
    Config {
        scheme: scheme.to_owned(),
        lookup: lookup.to_owned(),
        max_cycle_vars: cycle_vars,
        setup: test_setup(),
        registry: registry().clone(),
    }
}

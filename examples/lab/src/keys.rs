//! Which key belongs to a run.
//!
//! Keys are as small as the run allows: `max_cycle_vars` is the statement's `cycle_vars`, which the prover takes
//! from the trace. Verifiers make theirs by [`crate::policy`].

use crate::cli::Protocol;
use crate::registry::registry;
use commitments::{CacheDir, Setup};
use jolt_core::api::Config;
use jolt_core::proof::Proof;

impl From<&Proof> for Protocol {
    /// What the file names.
    fn from(proof: &Proof) -> Self {
        Protocol {
            lookup: proof.lookup.clone(),
            memory: proof.memory.clone(),
            pcs: proof.scheme.clone(),
        }
    }
}

/// The configuration for runs of up to `2^cycle_vars` cycles.
pub fn config(protocol: &Protocol, cycle_vars: usize) -> Config {
    Config {
        scheme: protocol.pcs.clone(),
        lookup: protocol.lookup.clone(),
        memory: protocol.memory.clone(),
        max_cycle_vars: cycle_vars,
        setup: setup(),
        registry: registry().clone(),
    }
}

/// Where commitment keys come from.
pub fn setup() -> Setup {
    Setup::InsecureTest {
        cache: CacheDir::Default,
    }
}

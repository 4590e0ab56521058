//! Which key belongs to a run.
//!
//! Keys are as small as the run allows ([`Config::fitting`]): the prover takes its cycles from the trace. Verifiers make theirs by [`crate::policy`].

use crate::cli::Protocol;
use crate::registry::registry;
use commitments::{CacheDir, Setup};
use jolt_core::api::{Config, DEFAULT_CYCLE_VARS};
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

/// The configuration of a protocol, for keys of the usual size.
pub fn config(protocol: &Protocol) -> Config {
    Config {
        scheme: protocol.pcs.clone(),
        lookup: protocol.lookup.clone(),
        memory: protocol.memory.clone(),
        setup: setup(),
        registry: registry().clone(),
        max_cycle_vars: DEFAULT_CYCLE_VARS,
        zero_knowledge: false,
    }
}

/// Where commitment keys come from.
pub fn setup() -> Setup {
    Setup::Builtin {
        cache: CacheDir::Default,
    }
}

//! Which key belongs to a run.
//!
//! Keys are as small as the run allows ([`Config::fitting`]): the prover takes its cycles from the trace. Verifiers make theirs by [`crate::policy`].

use crate::cli::{Protocol, SetupArguments};
use crate::registry::registry;
use ark_bn254::Fr;
use commitments::{CacheDir, Scheme, Setup};
use jolt_core::api::{Config, DEFAULT_CYCLE_VARS};
use jolt_core::proof::Proof;

impl From<&Proof> for Protocol {
    /// What the file names.
    fn from(proof: &Proof) -> Self {
        Protocol {
            lookup: proof.lookup.clone(),
            memory: proof.memory.clone(),
            pcs: proof.scheme.clone(),
            setup: SetupArguments::default(),
        }
    }
}

/// The configuration of a protocol for proofs in the clear, for keys of the usual size.
pub fn config(protocol: &Protocol) -> Config {
    Config {
        scheme: protocol.pcs.clone(),
        lookup: protocol.lookup.clone(),
        memory: protocol.memory.clone(),
        setup: setup(&protocol.setup),
        registry: registry().clone(),
        max_cycle_vars: DEFAULT_CYCLE_VARS,
        zero_knowledge: false,
    }
}

/// Where commitment keys come from.
pub fn setup(arguments: &SetupArguments) -> Setup {
    match &arguments.srs {
        Some(path) => Setup::File { path: path.clone() },
        None => own_setup(),
    }
}

/// What a scheme has by itself.
pub fn own_setup() -> Setup {
    Setup::Builtin {
        cache: CacheDir::Default,
    }
}

/// The file for those of several schemes that take one.
pub fn suited(scheme: &dyn Scheme<Fr>, arguments: &SetupArguments) -> SetupArguments {
    match scheme.takes_ceremony() {
        true => arguments.clone(),
        false => SetupArguments::default(),
    }
}

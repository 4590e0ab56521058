//! The arguments and schemes that every command knows, by name.
//!
//! One registry serves the whole process, measurements in child processes included, since those run the
//! same binary. A binary that adds arguments hands its registry to [`main_with`](crate::main_with).

use anyhow::Context;
use ark_bn254::Fr;
use commitments::Scheme;
use jolt_core::lookup::ProveLookup;
use jolt_core::memory::prover::ProveMemory;
use jolt_core::registry::{Registry, lookups};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use sumcheck::field::counted::Counted;

static REGISTRY: OnceLock<Registry> = OnceLock::new();

/// The process's registry; what is built in, unless [`install`] came first.
pub fn registry() -> &'static Registry {
    REGISTRY.get_or_init(Registry::builtin)
}

/// Makes this the process's registry.
///
/// # Errors
/// There is one already: it was installed, or used.
pub fn install(registry: Registry) -> anyhow::Result<()> {
    let installed = REGISTRY.set(registry);
    installed
        .ok()
        .context("the process has a registry already; install one before any command runs")
}

static COUNTED: Mutex<Vec<Arc<dyn ProveLookup<Counted>>>> = Mutex::new(Vec::new());

/// Adds an argument over the field that counts operations, so that `bench` can count those of the argument
/// of the same name.
pub fn count(argument: impl ProveLookup<Counted> + 'static) {
    let mut counted = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
    counted.push(Arc::new(argument));
}

/// The argument of this name over the field that counts, if there is one.
pub fn counted(name: &str) -> Option<Arc<dyn ProveLookup<Counted>>> {
    let added = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
    // The latest one counts, and any before what is built in.
    let mut all = added.iter().rev().cloned().chain(lookups());
    all.find(|argument| argument.name() == name)
}

/// The lookup argument of this name.
///
/// # Errors
/// There is none; the message lists them.
pub fn argument(name: &str) -> anyhow::Result<Arc<dyn ProveLookup<Fr>>> {
    registry().lookup(name).cloned().with_context(|| {
        let names = registry().lookup_names().join(", ");
        format!("unknown lookup argument `{name}`; there are: {names}")
    })
}

/// The memory argument of this name.
///
/// # Errors
/// There is none; the message lists them.
pub fn memory_argument(name: &str) -> anyhow::Result<Arc<dyn ProveMemory<Fr>>> {
    registry().memory(name).cloned().with_context(|| {
        let names = registry().memory_names().join(", ");
        format!("unknown memory argument `{name}`; there are: {names}")
    })
}

/// The commitment scheme of this name.
///
/// # Errors
/// There is none; the message lists them.
pub fn scheme(name: &str) -> anyhow::Result<Arc<dyn Scheme<Fr>>> {
    let schemes = registry().schemes();
    schemes.get(name).cloned().with_context(|| {
        let names: Vec<&str> = schemes.names().collect();
        let names = names.join(", ");
        format!("unknown commitment scheme `{name}`; there are: {names}")
    })
}

//! What a program may choose from by name: lookup arguments, memory arguments, commitment schemes.
//!
//! With the feature `prover` a registry has arguments with their provers, without it their verifiers. It is the same
//! list: what proves an argument also verifies it.
//!
//! A [`Registry`] is a value. Keys are made with the one in their [`Config`](crate::api::Config); the
//! command `jolt-lab` has one for all its commands. A program that adds an argument of its own changes
//! nothing here:
//!
//! ```
//! use jolt_core::api::Config;
//! use jolt_core::lookup::lasso::Lasso;
//! use jolt_core::registry::Registry;
//!
//! let registry = Registry::builtin().with_lookup(Lasso::with_chunks(8)); // replaces `lasso`
//! assert!(registry.lookup("lasso").is_some());
//! let config = Config { lookup: "lasso".to_owned(), registry, ..Config::default() };
//! ```

use crate::lookup::lasso::Lasso;
use crate::lookup::logup_gkr::LogupGkr;
use crate::lookup::naive::Naive;
use crate::lookup::shout::Shout;
use crate::memory::spice::Spice;
use crate::memory::twist::Twist;
use ark_bn254::Fr;
use commitments::Pcs;
use commitments::hyrax::Hyrax;
use std::fmt;
use std::sync::Arc;

#[cfg(not(feature = "prover"))]
pub(crate) use crate::lookup::LookupArgument as AnyLookup;
#[cfg(feature = "prover")]
pub(crate) use crate::lookup::ProveLookup as AnyLookup;
#[cfg(not(feature = "prover"))]
pub(crate) use crate::memory::MemoryArgument as AnyMemory;
#[cfg(feature = "prover")]
pub(crate) use crate::memory::prover::ProveMemory as AnyMemory;
#[cfg(not(feature = "prover"))]
use sumcheck::Field as AnyField;
#[cfg(feature = "prover")]
use sumcheck::ProverField as AnyField;

/// The lookup argument of keys that name no other.
pub const DEFAULT_LOOKUP: &str = "shout";
/// The memory argument of keys that name no other.
pub const DEFAULT_MEMORY: &str = "twist";
/// The commitment scheme of keys that name no other.
pub const DEFAULT_SCHEME: &str = <Hyrax as Pcs>::NAME;

/// The lookup arguments that come with this crate, over any field, the default one first.
pub fn lookups<F: AnyField>() -> Vec<Arc<dyn AnyLookup<F>>> {
    vec![
        Arc::new(Shout),
        Arc::new(Lasso::default()),
        Arc::new(LogupGkr::default()),
        Arc::new(Naive),
    ]
}

/// The memory arguments that come with this crate, over any field, the default one first.
pub fn memories<F: AnyField>() -> Vec<Arc<dyn AnyMemory<F>>> {
    vec![Arc::new(Twist), Arc::new(Spice)]
}

/// Lookup arguments, memory arguments and commitment schemes, by name.
#[derive(Clone)]
pub struct Registry {
    lookups: Vec<Arc<dyn AnyLookup<Fr>>>,
    memories: Vec<Arc<dyn AnyMemory<Fr>>>,
    schemes: commitments::Registry<Fr>,
}

impl Default for Registry {
    fn default() -> Self {
        Self::builtin()
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schemes: Vec<&str> = self.schemes.names().collect();
        f.debug_struct("Registry")
            .field("lookups", &self.lookup_names())
            .field("memories", &self.memory_names())
            .field("schemes", &schemes)
            .finish()
    }
}

impl Registry {
    /// What comes with these crates, the default of each kind first.
    pub fn builtin() -> Self {
        Registry {
            lookups: lookups(),
            memories: memories(),
            schemes: commitments::Registry::builtin(),
        }
    }

    /// Adds a lookup argument; one of the same name is replaced, where it stands.
    #[must_use]
    pub fn with_lookup(mut self, argument: impl AnyLookup<Fr> + 'static) -> Self {
        let argument: Arc<dyn AnyLookup<Fr>> = Arc::new(argument);
        match self
            .lookups
            .iter_mut()
            .find(|a| a.name() == argument.name())
        {
            Some(place) => *place = argument,
            None => self.lookups.push(argument),
        }
        self
    }

    /// Adds a memory argument; one of the same name is replaced, where it stands.
    #[must_use]
    pub fn with_memory(mut self, argument: impl AnyMemory<Fr> + 'static) -> Self {
        let argument: Arc<dyn AnyMemory<Fr>> = Arc::new(argument);
        let mut known = self.memories.iter_mut();
        match known.find(|a| a.name() == argument.name()) {
            Some(place) => *place = argument,
            None => self.memories.push(argument),
        }
        self
    }

    /// Adds a commitment scheme; one of the same name is replaced.
    #[must_use]
    pub fn with_scheme(mut self, scheme: impl commitments::Scheme<Fr> + 'static) -> Self {
        self.schemes.register(Arc::new(scheme));
        self
    }

    /// All lookup arguments, the default one first.
    pub fn lookups(&self) -> &[Arc<dyn AnyLookup<Fr>>] {
        &self.lookups
    }

    /// Their names.
    pub fn lookup_names(&self) -> Vec<&'static str> {
        self.lookups.iter().map(|a| a.name()).collect()
    }

    /// The lookup argument of this name.
    pub fn lookup(&self, name: &str) -> Option<&Arc<dyn AnyLookup<Fr>>> {
        self.lookups.iter().find(|a| a.name() == name)
    }

    /// All memory arguments, the default one first.
    pub fn memories(&self) -> &[Arc<dyn AnyMemory<Fr>>] {
        &self.memories
    }

    /// Their names.
    pub fn memory_names(&self) -> Vec<&'static str> {
        self.memories.iter().map(|a| a.name()).collect()
    }

    /// The memory argument of this name.
    pub fn memory(&self, name: &str) -> Option<&Arc<dyn AnyMemory<Fr>>> {
        self.memories.iter().find(|a| a.name() == name)
    }

    pub fn schemes(&self) -> &commitments::Registry<Fr> {
        &self.schemes
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::lookup::testkit::liars::SlowShout;

    #[test]
    fn the_default_of_each_kind_is_the_first() {
        let builtin = Registry::builtin();
        assert_eq!(builtin.lookup_names()[0], DEFAULT_LOOKUP);
        assert_eq!(builtin.memory_names()[0], DEFAULT_MEMORY);
        assert_eq!(builtin.schemes().names().next(), Some(DEFAULT_SCHEME));
    }

    #[test]
    fn an_argument_of_the_same_name_is_replaced_where_it_stands() {
        let builtin = Registry::builtin();
        let names = builtin.lookup_names();
        let changed = builtin.with_lookup(Lasso::with_chunks(8));
        assert_eq!(changed.lookup_names(), names);
        assert!(changed.lookup("shout-slow").is_none());
        let memories = changed.memory_names();
        assert_eq!(changed.clone().with_memory(Spice).memory_names(), memories);
        let more = changed.clone().with_lookup(SlowShout::default());
        assert!(more.lookup("shout-slow").is_some());
        assert!(format!("{changed:?}").contains("pst13"));
    }
}

//! Keys, proving and verification.
//!
//! Whoever verifies makes a [`verifying_key`]; whoever proves makes both with `setup`, which is there with the feature
//! `prover`.

mod choice;
#[cfg(feature = "prover")]
mod prover;
mod verifier;

#[cfg(feature = "prover")]
pub use prover::{ProveError, ProvingKey, setup};
pub use verifier::{OneOf, Protocol, VerifyingKey, commitments_digest, verifying_key};

use crate::lookup::Unsupported;
use crate::machine::BytecodeError;
use crate::preprocessed::{Commitments, NotOfProgram};
use crate::registry::{DEFAULT_LOOKUP, DEFAULT_MEMORY, DEFAULT_SCHEME, Registry};
use crate::statement::{MAX_CYCLE_VARS, MIN_CYCLE_VARS, Statement, cycle_vars};
use commitments::{PcsError, Setup, SetupError};
use std::sync::Arc;
use tracer::{ElfError, ExitStatus};

/// [`Config::max_cycle_vars`] if nothing else is asked for.
pub const DEFAULT_CYCLE_VARS: usize = 20;

/// What keys are made for.
#[derive(Clone, Debug)]
pub struct Config {
    /// Commitment scheme, by name.
    pub scheme: String,
    /// Lookup argument, by name.
    pub lookup: String,
    /// Memory argument, by name.
    pub memory: String,
    /// `log2` of the most cycles that can be proven. Part of the key: prover and verifier must name the same.
    pub max_cycle_vars: usize,
    /// Where the commitment key comes from.
    pub setup: Setup,
    /// Whether proofs tell nothing but their statement: input and output that are public, status, and
    /// `max_cycle_vars` in place of the length of the run. Part of the key; the scheme must be able to hide. Whoever has
    /// nothing to hide makes shorter runs' proofs cheaper without it.
    pub zero_knowledge: bool,
    /// What the key has of the program. Part of the key.
    pub program: KnownProgram,
    /// What the names above are looked up in.
    pub registry: Registry,
}

/// What a key has of the program.
#[derive(Clone, Debug, Default)]
pub enum KnownProgram {
    /// The program itself. Verifiers read its rows and its initial memory: a tenth of a microsecond for each row.
    #[default]
    Read,
    /// Commitments, which `setup` makes ([`preprocessed`](crate::preprocessed)): for large programs that are verified
    /// often, with a scheme whose commitments are short.
    Committed,
    /// Commitments that a setup of the same program, scheme and size made before.
    Known(Arc<Commitments>),
}

impl Default for Config {
    /// Hyrax with cached points, Shout, Twist, up to 2^20 cycles, zero knowledge.
    fn default() -> Self {
        Config {
            scheme: DEFAULT_SCHEME.to_owned(),
            lookup: DEFAULT_LOOKUP.to_owned(),
            memory: DEFAULT_MEMORY.to_owned(),
            max_cycle_vars: DEFAULT_CYCLE_VARS,
            setup: Setup::Builtin {
                cache: commitments::CacheDir::Default,
            },
            zero_knowledge: true,
            program: KnownProgram::Read,
            registry: Registry::builtin(),
        }
    }
}

impl Config {
    /// The same, for the smallest keys that a run of so many cycles fits. A run that was traced says how many it has
    /// (`tracer::Outcome::cycles`), and a key made for that is used by `ProvingKey::prove_trace`.
    ///
    /// ```
    /// use jolt_core::api::Config;
    ///
    /// assert_eq!(Config::default().fitting(1000).max_cycle_vars, 10); // padded to 2^10
    /// ```
    #[must_use]
    pub fn fitting(self, cycles: u64) -> Self {
        Config {
            max_cycle_vars: cycle_vars(cycles),
            ..self
        }
    }
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The program cannot be loaded.
    #[error(transparent)]
    Elf(#[from] ElfError),
    /// The bytecode breaks a law that soundness rests on: a bug in the instruction records.
    #[error("the program's bytecode is not well-formed: {cause}")]
    Program {
        /// Which row, and which law.
        cause: BytecodeError,
    },
    /// No scheme of this name.
    #[error("unknown commitment scheme `{name}`; there are: {known}")]
    UnknownScheme {
        /// Asked for.
        name: String,
        /// Registered.
        known: String,
    },
    /// No lookup argument of this name.
    #[error("unknown lookup argument `{name}`; there are: {known}")]
    UnknownLookup {
        /// Asked for.
        name: String,
        /// Registered.
        known: String,
    },
    /// No memory argument of this name.
    #[error("unknown memory argument `{name}`; there are: {known}")]
    UnknownMemory {
        /// Asked for.
        name: String,
        /// Registered.
        known: String,
    },
    /// The argument cannot serve this machine.
    #[error("lookup argument `{name}` cannot serve this machine: {cause}")]
    UnsuitableLookup {
        /// The argument.
        name: String,
        cause: Unsupported,
    },
    /// The number of cycles is not supported.
    #[error("keys for 2^{vars} cycles: supported are 2^{MIN_CYCLE_VARS} to 2^{MAX_CYCLE_VARS}")]
    Cycles {
        /// Asked for.
        vars: usize,
    },
    /// Verifiers cannot make commitments.
    #[error(
        "the key commits to the program, and the commitments are needed, which a prover's setup of the same program makes"
    )]
    CommitmentsNeeded,
    /// The key has no commitments.
    #[error("the key reads the program, and has no commitments to it")]
    NoCommitments,
    /// The commitments to the program are of another one.
    #[error(transparent)]
    Commitments(#[from] NotOfProgram),
    /// The program could not be committed to.
    #[error("commit to the program: {0}")]
    Commit(#[from] PcsError),
    /// The commitment key cannot be made.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

/// What a verifier expects of a proof's statement; `None` accepts anything.
#[derive(Clone, Debug, Default)]
pub struct Expected<'a> {
    /// Public input.
    pub input: Option<&'a [u8]>,
    /// Public output.
    pub output: Option<&'a [u8]>,
    pub status: Option<ExitStatus>,
}

impl Expected<'_> {
    /// The first difference, in words.
    pub fn difference(&self, statement: &Statement) -> Option<String> {
        if let Some(input) = self.input
            && input != statement.input
        {
            return Some("the proof is of another public input".to_owned());
        }
        if let Some(output) = self.output
            && output != statement.output
        {
            return Some("the proof is of another public output".to_owned());
        }
        match self.status {
            Some(status) if status != statement.status => Some(format!(
                "the proof is of a run that ended with {}",
                statement.status
            )),
            _ => None,
        }
    }
}

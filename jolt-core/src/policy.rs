//! What a verifier accepts: decided by the caller, before a proof is looked at.
//!
//! A proof file names a scheme and arguments, and says how large the run was. Whoever makes a key from that lets the
//! file choose: how strong the proof is, and how much work it takes to find out that it is none. A [`Policy`] turns
//! this round. It is checked against the file's length and header, before anything is made of them; the key is made
//! for names and sizes that the caller allows. So a file that is rejected costs no more time and memory than a valid
//! proof within the policy.
//!
//! ```
//! use jolt_core::policy::{Policy, PolicyError};
//! use jolt_core::proof::ProofFileError;
//!
//! let policy = Policy { max_cycle_vars: 20, ..Policy::default() };
//! assert_eq!(policy.to_string(), "lookup=shout, memory=twist, pcs=hyrax");
//! let unread = policy.read(b"no proof");
//! assert!(matches!(unread, Err(PolicyError::File(ProofFileError::Magic))));
//! ```
//!
//! **Which arguments are the strongest.** By the error of the interactive protocol ([`crate::soundness`]), at every
//! size: Shout and Twist compare nothing by fingerprints, so that their errors grow with the number of variables,
//! where those of Lasso, LogUp and Spice grow with the number of rows. The group limits all of them equally. A test
//! holds [`Policy::default`] to these figures; `papers/soundness.md` has them.

use crate::api::{self, Config, KeyError, KnownProgram, VerifyingKey};
use crate::preprocessed::Commitments;
use crate::proof::{Proof, ProofFileError};
use crate::registry::{DEFAULT_LOOKUP, DEFAULT_MEMORY, DEFAULT_SCHEME, Registry};
use crate::statement::{MAX_CYCLE_VARS, StatementError};
use commitments::{CeremonyId, Provenance, Setup};
use std::fmt;
use std::sync::Arc;
use tracer::Program;

/// Longest proof file that is accepted if nothing else is asked for. Input and output take 64 KiB at most; proofs of
/// the arguments here take up to some 200 kB.
pub const MAX_PROOF_BYTES: usize = 1 << 20;

/// What a verifier accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Lookup arguments, by name.
    pub lookups: Vec<String>,
    /// Memory arguments, by name.
    pub memories: Vec<String>,
    /// Commitment schemes, by name.
    pub schemes: Vec<String>,
    /// `log2` of the most cycles of a run.
    pub max_cycle_vars: usize,
    /// Most bytes of a proof file.
    pub max_proof_bytes: usize,
    /// Setups of commitment schemes.
    pub setups: Vec<AcceptedSetup>,
    /// Whether proofs must tell nothing but their statement (`true`) or be in the clear; `None` accepts both, which are as
    /// sound.
    pub zero_knowledge: Option<bool>,
}

/// A setup that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptedSetup {
    /// One that there is reason to believe in ([`Provenance::is_secure`]): without secrets, or of a ceremony that is known.
    Secure,
    /// The one of this ceremony, which the caller believes in.
    Ceremony(CeremonyId),
    /// Any, those included whose secrets are public: anybody can forge proofs under them.
    Any,
}

/// As `jolt-lab verify --require setup=` takes it.
impl fmt::Display for AcceptedSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AcceptedSetup::Secure => f.write_str("secure"),
            AcceptedSetup::Ceremony(id) => write!(f, "ceremony:{id}"),
            AcceptedSetup::Any => f.write_str("any"),
        }
    }
}

impl AcceptedSetup {
    fn admits(self, setup: Provenance) -> bool {
        match self {
            AcceptedSetup::Secure => setup.is_secure(),
            AcceptedSetup::Ceremony(id) => setup.ceremony().is_some_and(|c| c.id() == id),
            AcceptedSetup::Any => true,
        }
    }
}

/// Why a proof is not accepted, or cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The bytes are no proof file.
    #[error(transparent)]
    File(#[from] ProofFileError),
    /// The file is too long.
    #[error("the proof has {length} bytes, at most {max} are accepted")]
    Length {
        length: usize,
        /// Accepted.
        max: usize,
    },
    /// The file names something that is not accepted.
    #[error("{what} {name:?} is not accepted; accepted: {accepted}")]
    Name {
        /// Scheme or argument.
        what: &'static str,
        /// What the file names.
        name: String,
        /// What may be named.
        accepted: String,
    },
    /// The proof is of the other mode.
    #[error("the proof is {}, and only proofs {} are accepted (`mode=any` accepts both)", mode_words(!.accepted), mode_words(*.accepted))]
    Mode {
        /// Whether accepted proofs tell nothing.
        accepted: bool,
    },
    /// The statement is of no size that is accepted.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The key is made from a setup whose secrets are public.
    #[error(
        "the setup is insecure: its secrets are public, and anybody can forge proofs; `setup=any` accepts it all the same"
    )]
    InsecureSetup,
    /// The setup is of a ceremony that is neither known nor pinned.
    #[error(
        "the setup is of the ceremony {id}, which is not known here: whoever made it alone can forge proofs; if you know and trust it, `setup=ceremony:{id}` accepts it"
    )]
    UnknownCeremony { id: CeremonyId },
    /// The setup is another one than those that are accepted.
    #[error("the setup is not accepted: {setup}; accepted: {accepted}")]
    Setup {
        /// What it is.
        setup: String,
        /// What it may be.
        accepted: String,
    },
    /// There is no key of what is accepted.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// How proofs are.
fn mode_words(zero_knowledge: bool) -> &'static str {
    match zero_knowledge {
        true => "in zero knowledge",
        false => "in the clear",
    }
}

impl Default for Policy {
    /// The strongest arguments, runs and files of any size that there is a proof for, and the scheme that nobody has to
    /// be trusted for.
    fn default() -> Self {
        Policy::only(DEFAULT_LOOKUP, DEFAULT_MEMORY, DEFAULT_SCHEME)
    }
}

/// The names, as `jolt-lab verify --require` takes them.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            ("lookup", &self.lookups),
            ("memory", &self.memories),
            ("pcs", &self.schemes),
        ];
        let names = kinds.into_iter().flat_map(|(kind, names)| {
            let named = move |name| format!("{kind}={name}");
            names.iter().map(named)
        });
        let mut names: Vec<String> = names.collect();
        if self.setups != [AcceptedSetup::Secure] {
            names.push(self.accepted_setups());
        }
        match self.zero_knowledge {
            Some(true) => names.push("mode=zero-knowledge".to_owned()),
            Some(false) => names.push("mode=clear".to_owned()),
            None => {}
        }
        f.write_str(&names.join(", "))
    }
}

impl Policy {
    /// One argument of each kind, and one scheme, if its setup is secure.
    pub fn only(lookup: &str, memory: &str, scheme: &str) -> Self {
        Policy {
            lookups: vec![lookup.to_owned()],
            memories: vec![memory.to_owned()],
            schemes: vec![scheme.to_owned()],
            max_cycle_vars: MAX_CYCLE_VARS,
            max_proof_bytes: MAX_PROOF_BYTES,
            setups: vec![AcceptedSetup::Secure],
            zero_knowledge: None,
        }
    }

    /// Whatever is registered: for looking at proofs, not for trusting them.
    pub fn any(registry: &Registry) -> Self {
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        Policy {
            lookups: owned(registry.lookup_names()),
            memories: owned(registry.memory_names()),
            schemes: owned(registry.schemes().names().collect()),
            setups: vec![AcceptedSetup::Any],
            ..Policy::default()
        }
    }

    /// Reads a proof file, if it is one that is accepted. Allocates no more than its length, and nothing if it is
    /// too long.
    ///
    /// # Errors
    /// [`PolicyError`] says what is not accepted.
    pub fn read(&self, bytes: &[u8]) -> Result<Proof, PolicyError> {
        self.admits_length(bytes.len())?;
        let proof = Proof::from_bytes(bytes)?;
        self.admits(&proof)?;
        Ok(proof)
    }

    /// Whether a file of so many bytes may be read.
    ///
    /// # Errors
    /// [`PolicyError::Length`].
    pub fn admits_length(&self, length: usize) -> Result<(), PolicyError> {
        let max = self.max_proof_bytes;
        if length > max {
            return Err(PolicyError::Length { length, max });
        }
        Ok(())
    }

    /// Whether a proof's names and sizes are accepted. Says nothing of whether it holds.
    ///
    /// # Errors
    /// [`PolicyError`] says what is not accepted.
    pub fn admits(&self, proof: &Proof) -> Result<(), PolicyError> {
        self.admits_length(proof.payload.len())?;
        for (what, name, accepted) in [
            ("lookup argument", &proof.lookup, &self.lookups),
            ("memory argument", &proof.memory, &self.memories),
            ("commitment scheme", &proof.scheme, &self.schemes),
        ] {
            if !accepted.contains(name) {
                return Err(PolicyError::Name {
                    what,
                    name: name.clone(),
                    accepted: accepted.join(", "),
                });
            }
        }
        if let Some(accepted) = self.zero_knowledge
            && accepted != proof.zero_knowledge
        {
            return Err(PolicyError::Mode { accepted });
        }
        if let Some(ceremony) = proof.ceremony {
            self.admits_setup(Provenance::Ceremony(ceremony))?;
        }
        Ok(proof.statement.check_sizes(self.max_cycle_vars)?)
    }

    fn accepted_setups(&self) -> String {
        let setups = self.setups.iter().map(|setup| format!("setup={setup}"));
        setups.collect::<Vec<_>>().join(", ")
    }

    /// Whether a setup is accepted.
    ///
    /// # Errors
    /// [`PolicyError`] says why it is not.
    pub fn admits_setup(&self, setup: Provenance) -> Result<(), PolicyError> {
        if self.setups.iter().any(|accepted| accepted.admits(setup)) {
            return Ok(());
        }
        Err(match setup {
            Provenance::InsecureTest => PolicyError::InsecureSetup,
            Provenance::Ceremony(ceremony) if !setup.is_secure() => {
                PolicyError::UnknownCeremony { id: ceremony.id() }
            }
            _ => PolicyError::Setup {
                setup: setup.to_string(),
                accepted: self.accepted_setups(),
            },
        })
    }

    /// The key that a proof asks for, if it is accepted: for the arguments that the proof names, and for runs of its
    /// own size. A proof that names a ceremony is verified with that one, if `setup` is [`Setup::Builtin`]; else with
    /// `setup`, whatever the proof names.
    ///
    /// # Errors
    /// [`PolicyError`] says what is not accepted, before anything is made; or why there is no such key: if the proof is
    /// for one that commits to the program, [`KeyError::CommitmentsNeeded`].
    pub fn verifying_key(
        &self,
        program: Program,
        proof: &Proof,
        of: (&Setup, &Registry),
    ) -> Result<VerifyingKey, PolicyError> {
        self.verifying_key_with(program, proof, of, None)
    }

    /// The same, with commitments to the program if the key is to have them in place of it.
    ///
    /// # Errors
    /// As [`Self::verifying_key`]; commitments to something else.
    pub fn verifying_key_with(
        &self,
        program: Program,
        proof: &Proof,
        (setup, registry): (&Setup, &Registry),
        commitments: Option<&Arc<Commitments>>,
    ) -> Result<VerifyingKey, PolicyError> {
        self.admits(proof)?;
        let config = Config {
            scheme: proof.scheme.clone(),
            lookup: proof.lookup.clone(),
            memory: proof.memory.clone(),
            max_cycle_vars: proof.statement.cycle_vars,
            setup: match (setup, proof.ceremony) {
                (Setup::Builtin { .. }, Some(ceremony)) => Setup::Ceremony(ceremony),
                _ => setup.clone(),
            },
            zero_knowledge: proof.zero_knowledge,
            program: match (proof.preprocessed, commitments) {
                (false, _) => KnownProgram::Read,
                (true, None) => KnownProgram::Committed,
                (true, Some(commitments)) => KnownProgram::Known(commitments.clone()),
            },
            registry: registry.clone(),
        };
        let key = api::verifying_key(program, &config)?;
        self.admits_setup(key.commitment().provenance())?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::statement::{MIN_CYCLE_VARS, Statement};
    use ark_bn254::Fr;
    use commitments::ptau::testing;
    use commitments::{CEREMONY_BYTES, CacheDir, Ceremony, SetupError};
    use tracer::testing::ElfWriter;
    use tracer::{ExitStatus, INPUT_CAPACITY, OUTPUT_CAPACITY};

    fn proof() -> Proof {
        Proof {
            key: [0; 32],
            ceremony: None,
            zero_knowledge: false,
            preprocessed: false,
            scheme: "hyrax".to_owned(),
            lookup: "shout".to_owned(),
            memory: "twist".to_owned(),
            statement: Statement {
                input: vec![1; 8],
                output: vec![2; 8],
                status: ExitStatus::Exit(0),
                cycle_vars: 10,
            },
            payload: vec![0; 100],
        }
    }

    #[test]
    fn a_mode_is_required_if_asked_for() {
        for (required, of, admitted) in [
            (None, true, true),
            (None, false, true),
            (Some(true), true, true),
            (Some(true), false, false),
            (Some(false), true, false),
            (Some(false), false, true),
        ] {
            let policy = Policy {
                zero_knowledge: required,
                ..Policy::default()
            };
            let proof = Proof {
                zero_knowledge: of,
                ..proof()
            };
            let refused = policy.admits(&proof).err();
            assert_eq!(refused.is_none(), admitted, "{required:?} {of}");
            assert!(matches!(refused, None | Some(PolicyError::Mode { .. })));
        }
    }

    #[test]
    fn the_default_accepts_what_the_default_configuration_proves() {
        let (policy, config) = (Policy::default(), Config::default());
        assert_eq!(
            policy,
            Policy::only(&config.lookup, &config.memory, &config.scheme)
        );
        assert!(policy.admits(&proof()).is_ok());
        assert_eq!(policy.read(&proof().to_bytes()).unwrap(), proof());
    }

    #[test]
    fn what_is_not_accepted_is_named() {
        type Change = fn(&mut Proof);
        let policy = Policy {
            max_cycle_vars: 20,
            max_proof_bytes: 1000,
            ..Policy::default()
        };
        let changes: [(Change, &str); 9] = [
            (
                |p| p.lookup = "lasso".to_owned(),
                "lookup argument \"lasso\" is not accepted; accepted: shout",
            ),
            (
                |p| p.memory = "spice".to_owned(),
                "memory argument \"spice\"",
            ),
            (|p| p.scheme = "\n".to_owned(), "commitment scheme \"\\n\""),
            (|p| p.statement.cycle_vars = 21, "2^21 cycles"),
            (
                |p| p.statement.cycle_vars = MIN_CYCLE_VARS - 1,
                "2^5 cycles",
            ),
            (|p| p.statement.cycle_vars = 255, "2^255 cycles"),
            (
                |p| p.payload = vec![0; 1001],
                "bytes, at most 1000 are accepted",
            ),
            (
                |p| p.statement.input = vec![0; INPUT_CAPACITY as usize + 1],
                "public input",
            ),
            (
                |p| p.statement.output = vec![0; OUTPUT_CAPACITY as usize + 1],
                "public output",
            ),
        ];
        for (change, words) in changes {
            let mut changed = proof();
            change(&mut changed);
            let said = policy.admits(&changed).unwrap_err().to_string();
            assert!(said.contains(words), "{words}: {said}");
            assert!(policy.read(&changed.to_bytes()).is_err(), "{words}");
        }
        let long = [proof().to_bytes(), vec![0; 1000]].concat();
        assert!(matches!(
            policy.read(&long),
            Err(PolicyError::Length { .. })
        ));
    }

    #[test]
    fn a_secure_setup_is_required() {
        // A jump to itself.
        let program = ElfWriter::new(64).code(&[0x6f]).program().unwrap();
        let from = (
            &Setup::Builtin {
                cache: CacheDir::Off,
            },
            &Registry::builtin(),
        );
        let key = Policy::default().verifying_key(program.clone(), &proof(), from);
        assert!(key.unwrap().is_secure());
        let mut policy = Policy::only("shout", "twist", "pst13");
        let trapdoor = Proof {
            scheme: "pst13".to_owned(),
            ..proof()
        };
        let refused = policy.verifying_key(program.clone(), &trapdoor, from);
        assert!(matches!(refused, Err(PolicyError::InsecureSetup)));
        policy.setups = vec![AcceptedSetup::Any];
        assert!(policy.to_string().ends_with("setup=any"));
        let key = policy.verifying_key(program, &trapdoor, from);
        assert!(!key.unwrap().is_secure());
    }

    /// A ceremony that this library does not know.
    fn unknown() -> Ceremony {
        testing::ceremony(Fr::from(7u64))
    }

    fn of_ceremony(ceremony: Ceremony) -> Proof {
        Proof {
            ceremony: Some(ceremony),
            ..proof()
        }
    }

    #[test]
    fn ceremonies_are_known_or_pinned() {
        let known = Ceremony::named("hez_final").unwrap();
        let pinned = Policy {
            setups: vec![AcceptedSetup::Ceremony(unknown().id())],
            ..Policy::default()
        };
        let default = Policy::default();
        assert!(default.admits(&of_ceremony(known)).is_ok());
        let refused = default.admits(&of_ceremony(unknown())).unwrap_err();
        let said = refused.to_string();
        let pin = format!("setup=ceremony:{}", unknown().id());
        assert!(said.contains(&pin), "{said}");
        assert!(pinned.to_string().ends_with(&pin));
        assert!(pinned.admits(&of_ceremony(unknown())).is_ok());
        // What is pinned takes the place of what is secure.
        let refused = pinned.admits(&of_ceremony(known)).unwrap_err();
        assert!(matches!(refused, PolicyError::Setup { .. }), "{refused}");
        assert!(refused.to_string().contains("hez_final"), "{refused}");
        assert!(pinned.admits_setup(Provenance::Hashed).is_err());
        assert!(pinned.admits_setup(Provenance::InsecureTest).is_err());
        let any = Policy::any(&Registry::builtin());
        assert!(any.admits(&of_ceremony(unknown())).is_ok());
    }

    #[test]
    fn a_ceremony_is_read_from_the_file_and_used() {
        let proof = of_ceremony(unknown());
        let bytes = proof.to_bytes();
        assert_eq!(Proof::from_bytes(&bytes), Ok(proof.clone()));
        let ceremony = 43..43 + CEREMONY_BYTES;
        assert_eq!(bytes[ceremony.clone()], unknown().to_bytes());
        let damaged = |bytes: &[u8]| {
            let read = Proof::from_bytes(bytes);
            matches!(read, Err(ProofFileError::Damaged { field: "ceremony" }))
        };
        for end in ceremony.clone() {
            assert!(damaged(&bytes[..end]));
        }
        let mut identity = bytes.clone();
        identity[ceremony.clone()].fill(0);
        identity[ceremony.end - 1] = 0x40;
        assert!(damaged(&identity));
        let mut mode = bytes;
        mode[10] = 8;
        let read = Proof::from_bytes(&mode);
        assert_eq!(read, Err(ProofFileError::Mode { found: 8 }));
        // Hyrax has no use for a ceremony.
        let policy = Policy {
            setups: vec![AcceptedSetup::Any],
            ..Policy::default()
        };
        let program = ElfWriter::new(64).code(&[0x6f]).program().unwrap();
        let own = Setup::Builtin {
            cache: CacheDir::Off,
        };
        let key = policy.verifying_key(program, &proof, (&own, &Registry::builtin()));
        let Err(PolicyError::Key(KeyError::Setup(error))) = key else {
            panic!("a key");
        };
        assert!(matches!(error, SetupError::Unsupported { .. }), "{error}");
        assert!(error.to_string().contains("hyrax takes no ceremony"));
    }

    #[test]
    fn any_means_all_that_is_registered() {
        let registry = Registry::builtin();
        let policy = Policy::any(&registry);
        assert_eq!(policy.lookups, registry.lookup_names());
        assert_eq!(policy.memories, registry.memory_names());
    }
}

//! One program, prepared: executed, proven, verified.

use jolt_core::api::{self, Config, KeyError, ProveError, ProvingKey, VerifyingKey};
use jolt_core::proof::{Proof as File, ProofFileError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tracer::{ExitStatus, Inputs, Program, TraceError};

/// What the guest put out.
pub type PublicValues = Vec<u8>;

/// A proof's bytes.
pub type Proof = Vec<u8>;

/// What the guest reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// Private, as in other zkVMs: no part of what a verifier sees.
    pub stdin: Vec<u8>,
    /// Proofs that the guest verifies. Jolt Lab has no recursion, and refuses them.
    pub proofs: Option<Vec<u8>>,
}

impl Input {
    /// Nothing.
    pub fn new() -> Self {
        Input::default()
    }

    /// The same with these bytes to read.
    #[must_use]
    pub fn with_stdin(self, stdin: Vec<u8>) -> Self {
        Input { stdin, ..self }
    }
}

/// What proves. There is no other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProverResource {
    #[default]
    Cpu,
}

/// What an execution took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramExecutionReport {
    /// Cycles of the machine, of which an instruction has one or more.
    pub total_num_cycles: u64,
    /// Cycles of parts that the guest names. There are none here: `jolt-lab profile` tells them by function.
    pub region_cycles: BTreeMap<String, u64>,
    /// How long it took.
    pub execution_duration: Duration,
}

/// What proving took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramProvingReport {
    /// From the input to the proof's bytes: execution, witness, all phases, and the prover's own check.
    pub proving_time: Duration,
    pub total_num_cycles: Option<u64>,
}

/// Where the guest reads its input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reads {
    /// As public input: it is part of the statement.
    #[default]
    Public,
    /// As private input.
    Private,
}

/// What is fixed when a program is prepared.
#[derive(Clone, Debug)]
pub struct Options {
    /// `log2` of the most cycles of a run. Part of the key.
    pub max_cycle_vars: usize,
    /// Whether proofs tell nothing but their statement; then a run takes as long as the longest.
    pub zero_knowledge: bool,
    pub reads: Reads,
    /// Scheme, arguments and setup.
    pub config: Config,
}

impl Default for Options {
    /// In the clear, as other collections measure, up to 2^22 cycles.
    fn default() -> Self {
        Options {
            max_cycle_vars: 22,
            zero_knowledge: false,
            reads: Reads::default(),
            config: Config::default(),
        }
    }
}

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Trace(#[from] TraceError),
    #[error(transparent)]
    Prove(#[from] ProveError),
    #[error("the proof's bytes cannot be read: {0}")]
    Proof(#[from] ProofFileError),
    #[error("the proof does not hold: {0}")]
    Rejected(String),
    #[error("the guest ended with {0}")]
    Failed(ExitStatus),
    #[error("Jolt Lab has no recursion: there may be no proofs among the inputs")]
    Recursion,
}

/// A prepared program.
pub struct JoltLab {
    program: Program,
    key: ProvingKey,
    verifier: Verifier,
    reads: Reads,
    max_cycles: u64,
}

impl JoltLab {
    /// Prepares a program with what is usual.
    ///
    /// # Errors
    /// It is no program, or there is no key for it.
    pub fn new(elf: &[u8], _resource: ProverResource) -> Result<Self, Error> {
        Self::with(elf, &Options::default())
    }

    /// Prepares a program: loads it and makes both keys.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with(elf: &[u8], options: &Options) -> Result<Self, Error> {
        let program = Program::from_elf(elf).map_err(KeyError::from)?;
        let config = Config {
            max_cycle_vars: options.max_cycle_vars,
            zero_knowledge: options.zero_knowledge,
            ..options.config.clone()
        };
        let key = api::setup(program.clone(), &config)?;
        let verifier = Verifier {
            key: key.verifying_key().clone(),
        };
        Ok(JoltLab {
            program,
            key,
            verifier,
            reads: options.reads,
            max_cycles: 1 << options.max_cycle_vars,
        })
    }

    /// The verifier alone.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    fn inputs(&self, input: &Input) -> Result<Inputs, Error> {
        if input.proofs.is_some() {
            return Err(Error::Recursion);
        }
        let stdin = input.stdin.clone();
        Ok(match self.reads {
            Reads::Public => Inputs::public(stdin),
            Reads::Private => Inputs {
                private: stdin,
                ..Inputs::default()
            },
        })
    }

    /// Executes the program.
    ///
    /// # Errors
    /// It does not end in time, or badly.
    pub fn execute(&self, input: &Input) -> Result<(PublicValues, ProgramExecutionReport), Error> {
        let inputs = self.inputs(input)?;
        let options = tracer::Options {
            max_cycles: self.max_cycles,
        };
        let start = Instant::now();
        let outcome = tracer::run(&self.program, &inputs, &options)?;
        let execution_duration = start.elapsed();
        if !outcome.status.is_success() {
            return Err(Error::Failed(outcome.status));
        }
        let report = ProgramExecutionReport {
            total_num_cycles: outcome.cycles,
            region_cycles: BTreeMap::new(),
            execution_duration,
        };
        Ok((outcome.output, report))
    }

    /// What a proof would cost: rows of the machine's columns, of the run and after they are padded. Of this zkVM alone, and to
    /// be compared with no other's.
    ///
    /// # Errors
    /// As [`Self::execute`].
    pub fn estimate_cost(&self, input: &Input) -> Result<BTreeMap<String, u64>, Error> {
        let (_, report) = self.execute(input)?;
        let cycles = report.total_num_cycles;
        let padded = 1u64 << jolt_core::statement::cycle_vars(cycles);
        let kinds = [("cycles", cycles), ("padded_cycles", padded)];
        Ok(kinds.map(|(kind, count)| (kind.to_owned(), count)).into())
    }

    /// Executes the program and proves the run.
    ///
    /// # Errors
    /// As [`Self::execute`]; or it cannot be proven.
    pub fn prove(
        &self,
        input: &Input,
    ) -> Result<(PublicValues, Proof, ProgramProvingReport), Error> {
        let inputs = self.inputs(input)?;
        let start = Instant::now();
        let (proof, outcome) = self.key.prove_observed(&inputs, &mut ())?;
        let bytes = proof.to_bytes();
        let proving_time = start.elapsed();
        if !outcome.status.is_success() {
            return Err(Error::Failed(outcome.status));
        }
        let report = ProgramProvingReport {
            proving_time,
            total_num_cycles: Some(outcome.cycles),
        };
        Ok((outcome.output, bytes, report))
    }

    /// What the program is proven to have put out.
    ///
    /// # Errors
    /// The bytes are no proof, or one that does not hold, or of a run that ended badly.
    pub fn verify(&self, proof: &Proof) -> Result<PublicValues, Error> {
        self.verifier.verify(proof)
    }

    /// Digest of the verifying key.
    pub fn program_vk(&self) -> &[u8; 32] {
        self.verifier.program_vk()
    }

    pub fn name(&self) -> &'static str {
        self.verifier.name()
    }

    pub fn sdk_version(&self) -> &'static str {
        self.verifier.sdk_version()
    }
}

/// What verifies proofs of one program.
#[derive(Clone)]
pub struct Verifier {
    key: VerifyingKey,
}

impl Verifier {
    /// As [`JoltLab::verify`].
    ///
    /// # Errors
    /// As there.
    pub fn verify(&self, proof: &Proof) -> Result<PublicValues, Error> {
        let proof = File::from_bytes(proof)?;
        let verdict = self.key.verify(&proof);
        verdict.map_err(|error| Error::Rejected(error.to_string()))?;
        match proof.statement.status {
            status if status.is_success() => Ok(proof.statement.output),
            status => Err(Error::Failed(status)),
        }
    }

    /// Digest of the verifying key.
    pub fn program_vk(&self) -> &[u8; 32] {
        self.key.digest()
    }

    pub fn name(&self) -> &'static str {
        "jolt-lab"
    }

    pub fn sdk_version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

//! Keys, proving and verification.

use crate::lookup::LookupArgument;
use crate::machine::{BytecodeError, Machine, Run};
use crate::memory::MemoryArgument;
use crate::observer::Observer;
use crate::proof::{Proof, VERSION};
use crate::registry::{DEFAULT_LOOKUP, DEFAULT_MEMORY, DEFAULT_SCHEME, Registry};
use crate::statement::{MAX_CYCLE_VARS, MIN_CYCLE_VARS, Statement, StatementError};
use crate::vm;
use crate::witness::Witness;
use ark_bn254::Fr;
use commitments::{Setup, SetupError, VerifierSession};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use sumcheck::{Checks, Event, Recording, VerifyError};
use tracer::{
    ElfError, ExitStatus, Inputs, Options, Outcome, Program, StatusCell, Trace, TraceError,
};

const PROTOCOL: &str = "jolt-lab v1";

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
    /// What the names above are looked up in.
    pub registry: Registry,
}

impl Default for Config {
    /// PST13 with a cached **insecure** test setup, Shout, Twist, up to 2^20 cycles.
    fn default() -> Self {
        Config {
            scheme: DEFAULT_SCHEME.to_owned(),
            lookup: DEFAULT_LOOKUP.to_owned(),
            memory: DEFAULT_MEMORY.to_owned(),
            max_cycle_vars: DEFAULT_CYCLE_VARS,
            setup: Setup::InsecureTest {
                cache: commitments::CacheDir::Default,
            },
            registry: Registry::builtin(),
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
        /// Why.
        cause: String,
    },
    /// The number of cycles is not supported.
    #[error("keys for 2^{vars} cycles: supported are 2^{MIN_CYCLE_VARS} to 2^{MAX_CYCLE_VARS}")]
    Cycles {
        /// Asked for.
        vars: usize,
    },
    /// The commitment key cannot be made.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The program did not run to its end.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// The run is not one that a statement can describe.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The I/O block does not end as output and status say.
    #[error(
        "cell {cell} of the I/O block ends as {actual:#x}, but output and status explain {expected:#x}: \
         bytes were written beyond the output's length, or to a reserved cell"
    )]
    Output {
        /// The cell.
        cell: u32,
        /// Its final value.
        actual: u64,
        /// What the statement explains.
        expected: u64,
    },
    /// The trace breaks a constraint: a bug in tracer or tables, reported and not proven.
    #[error("cycle {cycle} (pc {pc:#x}) breaks `{constraint}`")]
    Unsatisfied {
        /// The first such cycle.
        cycle: usize,
        /// Its pc.
        pc: u64,
        /// The constraint.
        constraint: &'static str,
    },
    /// The prover's own proof does not verify. If every step is right, a bug in the prover.
    #[error("the proof does not verify, and is withheld: {0}")]
    Rejected(VerifyError),
    /// The opening failed.
    #[error(transparent)]
    Seal(#[from] commitments::sealed::SealError),
}

/// A program with everything that verification needs.
#[derive(Clone)]
pub struct VerifyingKey {
    program: Arc<Program>,
    machine: Arc<Machine>,
    lookup: Arc<dyn LookupArgument<Fr>>,
    memory: Arc<dyn MemoryArgument<Fr>>,
    commitment: Arc<dyn commitments::VerifyingKey<Fr>>,
    max_cycle_vars: usize,
    digest: [u8; 32],
}

/// A program with everything that proving needs.
#[derive(Clone)]
pub struct ProvingKey {
    verifying: VerifyingKey,
    commitment: Arc<dyn commitments::ProvingKey<Fr>>,
}

/// Makes the keys of a program.
///
/// # Errors
/// [`KeyError`] names what is unknown, unsupported or unreadable.
pub fn setup(program: Program, config: &Config) -> Result<ProvingKey, KeyError> {
    let choice = Choice::of(&program, config)?;
    let keys = choice.scheme.setup(config.max_cycle_vars, &config.setup)?;
    Ok(ProvingKey {
        verifying: choice.key(program, keys.verifying),
        commitment: keys.proving,
    })
}

/// Makes the verifying key alone: the same one as [`setup`] makes, without the cost of a proving key. All of
/// `config` must be what the prover's was, `max_cycle_vars` too.
///
/// The work depends on the arguments that `config` names, so that these are the caller's to choose and not a
/// file's: [`Policy`](crate::policy::Policy) makes keys for what is accepted of a file's names.
///
/// # Errors
/// As [`setup`].
pub fn verifying_key(program: Program, config: &Config) -> Result<VerifyingKey, KeyError> {
    let choice = Choice::of(&program, config)?;
    let vars = config.max_cycle_vars;
    let commitment = choice.scheme.verifying_key(vars, &config.setup)?;
    Ok(choice.key(program, commitment))
}

/// What a configuration names, found and fit for the program.
struct Choice {
    machine: Machine,
    lookup: Arc<dyn LookupArgument<Fr>>,
    memory: Arc<dyn MemoryArgument<Fr>>,
    scheme: Arc<dyn commitments::Scheme<Fr>>,
    max_cycle_vars: usize,
}

impl Choice {
    fn of(program: &Program, config: &Config) -> Result<Self, KeyError> {
        let vars = config.max_cycle_vars;
        if !(MIN_CYCLE_VARS..=MAX_CYCLE_VARS).contains(&vars) {
            return Err(KeyError::Cycles { vars });
        }
        let registry = &config.registry;
        let lookup = registry.lookup(&config.lookup);
        let lookup = lookup.ok_or_else(|| KeyError::UnknownLookup {
            name: config.lookup.clone(),
            known: registry.lookup_names().join(", "),
        })?;
        let memory = registry.memory(&config.memory);
        let memory = memory.ok_or_else(|| KeyError::UnknownMemory {
            name: config.memory.clone(),
            known: registry.memory_names().join(", "),
        })?;
        let machine = Machine::of(program);
        machine
            .check()
            .map_err(|cause| KeyError::Program { cause })?;
        lookup
            .supports(&vm::lookup_shape(&machine, vars))
            .map_err(|cause| KeyError::UnsuitableLookup {
                name: config.lookup.clone(),
                cause,
            })?;
        let schemes = registry.schemes();
        let scheme = schemes
            .get(&config.scheme)
            .ok_or_else(|| KeyError::UnknownScheme {
                name: config.scheme.clone(),
                known: schemes.names().collect::<Vec<_>>().join(", "),
            })?;
        Ok(Choice {
            machine,
            lookup: lookup.clone(),
            memory: memory.clone(),
            scheme: scheme.clone(),
            max_cycle_vars: vars,
        })
    }

    fn key(
        self,
        program: Program,
        commitment: Arc<dyn commitments::VerifyingKey<Fr>>,
    ) -> VerifyingKey {
        let (lookup, memory, vars) = (self.lookup, self.memory, self.max_cycle_vars);
        let names = [lookup.name(), memory.name()];
        let digest = digest(&program, &self.machine, names, vars, &*commitment);
        VerifyingKey {
            program: Arc::new(program),
            machine: Arc::new(self.machine),
            lookup,
            memory,
            commitment,
            max_cycle_vars: vars,
            digest,
        }
    }
}

/// Everything that the verifier takes for granted, hashed: what differs in any of it is another key.
fn digest(
    program: &Program,
    machine: &Machine,
    arguments: [&str; 2],
    max_cycle_vars: usize,
    commitment: &dyn commitments::VerifyingKey<Fr>,
) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    part(PROTOCOL.as_bytes());
    part(&VERSION.to_le_bytes());
    for argument in arguments {
        part(argument.as_bytes());
    }
    part(commitment.scheme().as_bytes());
    part(&commitment.digest());
    // Layout, limits and conventions.
    let layout = program.layout();
    let (convention, cell) = match program.status_cell() {
        StatusCell::Guest(cell) => (0, cell),
        StatusCell::Htif(cell) => (1, cell),
    };
    for fact in [
        layout.word.bits() as u64,
        layout.io_base,
        layout.io_size,
        layout.ram_base,
        layout.ram_size,
        convention,
        cell.into(),
        max_cycle_vars as u64,
        machine.cells as u64,
    ] {
        part(&fact.to_le_bytes());
    }
    part(&machine.entry.to_le_bytes());
    for set in [&machine.read_only, &machine.guard] {
        let ranges = set.ranges().iter();
        let ends = ranges.flat_map(|range| [range.start, range.end]);
        part(&ends.flat_map(u32::to_le_bytes).collect::<Vec<u8>>());
    }
    for (id, table) in instruction_tables::tables::all(program.word()) {
        part(&[id.0]);
        part(table.name().as_bytes());
    }
    for row in machine.bytecode.rows.iter() {
        part(&crate::bytecode::row_bytes(row));
    }
    for (cell, value) in &machine.image {
        part(&[cell.to_le_bytes().as_slice(), &value.to_le_bytes()].concat());
    }
    hash.finalize().into()
}

impl ProvingKey {
    /// The key for verification.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// Runs the program and proves the run.
    ///
    /// # Errors
    /// [`ProveError`]: the program faults, or runs too long for the key, or ends in a way that no
    /// statement describes.
    pub fn prove(&self, inputs: &Inputs) -> Result<Proof, ProveError> {
        self.prove_observed(inputs, &mut ()).map(|(proof, _)| proof)
    }

    /// The same, reporting progress; also returns what came of the run.
    ///
    /// # Errors
    /// As [`Self::prove`].
    pub fn prove_observed(
        &self,
        inputs: &Inputs,
        observer: &mut dyn Observer,
    ) -> Result<(Proof, Outcome), ProveError> {
        observer.phase("trace");
        let max_cycles = 1 << self.verifying.max_cycle_vars;
        let options = Options { max_cycles };
        let trace = tracer::trace(&self.verifying.program, inputs, &options)?;
        let outcome = trace.outcome.clone();
        let proof = self.prove_trace(&inputs.public, trace, observer);
        let proof = proof.map_err(|error| self.explain(inputs, error))?;
        Ok((proof, outcome))
    }

    /// Why a proof does not verify: runs the program again and looks for the first cycle that breaks a
    /// constraint. Other errors explain themselves.
    pub fn explain(&self, inputs: &Inputs, error: ProveError) -> ProveError {
        let ProveError::Rejected(rejected) = error else {
            return error;
        };
        self.violation(inputs)
            .unwrap_or(ProveError::Rejected(rejected))
    }

    fn violation(&self, inputs: &Inputs) -> Option<ProveError> {
        let key = &self.verifying;
        let max_cycles = 1 << key.max_cycle_vars;
        let trace = tracer::trace(&key.program, inputs, &Options { max_cycles }).ok()?;
        let statement = Statement::of(&inputs.public, &trace.outcome);
        let run = statement.run(&key.program, &key.machine, key.max_cycle_vars);
        let run = run.ok()?;
        let witness = Witness::of(&run, trace);
        let (cycle, constraint) = *vm::constrain::violations(&run, &witness).first()?;
        Some(ProveError::Unsatisfied {
            cycle,
            pc: key.program.address(*witness.row.get(cycle)?),
            constraint,
        })
    }

    /// Proves a run that was traced before. The trace is used up, so that memory holds it once.
    ///
    /// # Errors
    /// As [`Self::prove`], except that the program has run; and a proof that does not verify is not
    /// [explained](Self::explain).
    pub fn prove_trace(
        &self,
        public_input: &[u8],
        trace: Trace,
        observer: &mut dyn Observer,
    ) -> Result<Proof, ProveError> {
        let key = &self.verifying;
        let statement = Statement::of(public_input, &trace.outcome);
        let run = statement.run(&key.program, &key.machine, key.max_cycle_vars)?;
        explained(&run, &trace.outcome)?;
        let witness = Witness::of(&run, trace);
        let parts = key.statement_parts(&statement);
        let channel = self.commitment.session(&parts.sealed(), Checks::all());
        let payload = key.seal(channel, &run, witness, observer)?;
        let proof = key.proof(statement, payload);
        observer.phase("check");
        key.verify(&proof).map_err(ProveError::Rejected)?;
        observer.phase("done");
        Ok(proof)
    }
}

/// What soundness tests need.
#[cfg(feature = "testing")]
impl ProvingKey {
    /// A proof of a statement by a prover that believes it, whatever the trace says. It is bound to the statement, and
    /// not verified.
    ///
    /// # Errors
    /// [`ProveError::Statement`] if the program could make no such statement; [`ProveError::Seal`].
    pub fn prove_anything(
        &self,
        statement: &Statement,
        trace: Trace,
        checks: Checks,
    ) -> Result<Proof, ProveError> {
        let key = &self.verifying;
        let run = statement.run(&key.program, &key.machine, key.max_cycle_vars)?;
        let witness = Witness::of(&run, trace);
        let parts = key.statement_parts(statement);
        let mut channel = self.commitment.session(&parts.sealed(), checks);
        channel.permit_false_claims();
        let payload = key.seal(channel, &run, witness, &mut ())?;
        Ok(key.proof(statement.clone(), payload))
    }
}

/// Checks that the statement explains the whole I/O block.
fn explained(run: &Run<'_>, outcome: &Outcome) -> Result<(), ProveError> {
    let Some(block) = run.finals.first() else {
        return Ok(());
    };
    let mut expected = vec![0; outcome.io.len()];
    for (cell, value) in &block.contents {
        if let Some(place) = expected.get_mut(*cell as usize) {
            *place = *value;
        }
    }
    let differs = (0u32..)
        .zip(outcome.io.iter().zip(&expected))
        .find(|(_, (a, e))| a != e);
    match differs {
        Some((cell, (&actual, &expected))) => Err(ProveError::Output {
            cell,
            actual,
            expected,
        }),
        None => Ok(()),
    }
}

/// Owned parts of the sealed statement.
struct Parts {
    digest: [u8; 32],
    statement: Vec<u8>,
}

impl Parts {
    fn sealed(&self) -> commitments::sealed::Statement<'_> {
        commitments::sealed::Statement::new(PROTOCOL)
            .with("mode", b"clear")
            .with("key", &self.digest)
            .with("statement", &self.statement)
    }
}

impl VerifyingKey {
    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The program as the protocol sees it.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The arguments that the key pins.
    pub fn arguments(&self) -> vm::Arguments<'_, Fr> {
        vm::Arguments {
            lookup: &*self.lookup,
            memory: &*self.memory,
        }
    }

    /// Hash of everything that the verifier takes for granted.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Why a proof is for another key than this one, if its file says so. That it does not say so means
    /// nothing: [`Self::verify`] finds out.
    pub fn mismatch(&self, proof: &Proof) -> Option<String> {
        let hex = |digest: &[u8; 32]| digest.map(|byte| format!("{byte:02x}")).concat();
        (proof.key != self.digest).then(|| {
            format!(
                "the proof is for another program or key (digest {}; that of this key is {}). Both sides must \
                 have the same program, size of RAM, lookup and memory argument, commitment scheme, setup and \
                 max_cycle_vars: this key is for {}, {}, {} and max_cycle_vars = {}",
                hex(&proof.key),
                hex(&self.digest),
                self.lookup.name(),
                self.memory.name(),
                self.commitment.scheme(),
                self.max_cycle_vars
            )
        })
    }

    /// Bytes of the commitment of a column of `2^vars` rows in proofs for this key.
    pub fn commitment_bytes(&self, vars: usize) -> usize {
        self.commitment.commitment_bytes(vars)
    }

    /// Whether the commitment key's trapdoor is unknown. Keys from the test setup are insecure:
    /// anybody can forge proofs for them.
    pub fn is_secure(&self) -> bool {
        self.commitment.provenance().is_secure()
    }

    /// Proves a run over a channel that has absorbed its statement; the payload.
    fn seal(
        &self,
        mut channel: Box<dyn commitments::ProverSession<Fr> + '_>,
        run: &Run<'_>,
        witness: Witness,
        observer: &mut dyn Observer,
    ) -> Result<Vec<u8>, ProveError> {
        vm::prove(&mut *channel, &self.arguments(), run, witness, observer);
        observer.phase("open");
        Ok(channel.finish()?)
    }

    fn proof(&self, statement: Statement, payload: Vec<u8>) -> Proof {
        Proof {
            key: self.digest,
            scheme: self.commitment.scheme().to_owned(),
            lookup: self.lookup.name().to_owned(),
            memory: self.memory.name().to_owned(),
            statement,
            payload,
        }
    }

    fn statement_parts(&self, statement: &Statement) -> Parts {
        Parts {
            digest: self.digest,
            statement: statement.to_bytes(),
        }
    }

    /// Verifies that the proof's own statement holds. The caller reads the statement: a proof of
    /// another input, or of a panic, verifies as what it is.
    ///
    /// # Errors
    /// [`VerifyError`] names what the key does not allow, or the check that failed.
    pub fn verify(&self, proof: &Proof) -> Result<Checks, VerifyError> {
        self.verify_with(proof, Checks::all())
    }

    /// What verification absorbs and draws before the opening, for a proof that is accepted so far.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn transcript_log(&self, proof: &Proof) -> Result<Vec<Event>, VerifyError> {
        let (mut channel, run) = self.session(proof, Checks::all(), false)?;
        vm::verify(&mut *channel, &self.arguments(), &run)?;
        Ok(channel.transcript().log().to_vec())
    }

    /// The transcript of a verification with all its contents, up to where a proof that does not hold
    /// fails, and the verdict.
    pub fn recording(&self, proof: &Proof) -> (Recording, Result<Checks, VerifyError>) {
        let (mut channel, run) = match self.session(proof, Checks::all(), true) {
            Ok(begun) => begun,
            Err(error) => return (Recording::default(), Err(error)),
        };
        let (verdict, transcript) = match vm::verify(&mut *channel, &self.arguments(), &run) {
            Ok(()) => channel.conclude(),
            Err(error) => (Err(error), channel.abandon()),
        };
        (transcript.into_recording().unwrap_or_default(), verdict)
    }

    /// The same as [`Self::verify`], with some checks possibly switched off (feature `testing`).
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn verify_with(&self, proof: &Proof, checks: Checks) -> Result<Checks, VerifyError> {
        let (mut channel, run) = self.session(proof, checks, false)?;
        vm::verify(&mut *channel, &self.arguments(), &run)?;
        channel.finish()
    }

    /// A channel that has absorbed the statement, and the run that is claimed.
    fn session<'a>(
        &'a self,
        proof: &'a Proof,
        checks: Checks,
        recorded: bool,
    ) -> Result<(Box<dyn VerifierSession<Fr> + 'a>, Run<'a>), VerifyError> {
        let not_allowed = |cause: String| VerifyError::NotAllowed { cause };
        if let Some(cause) = self.mismatch(proof) {
            return Err(not_allowed(cause));
        }
        for (what, found, pinned) in [
            (
                "commitment scheme",
                proof.scheme.as_str(),
                self.commitment.scheme(),
            ),
            ("lookup argument", proof.lookup.as_str(), self.lookup.name()),
            ("memory argument", proof.memory.as_str(), self.memory.name()),
        ] {
            if found != pinned {
                return Err(not_allowed(format!(
                    "{what} `{found}`, the key pins `{pinned}`"
                )));
            }
        }
        let run = proof
            .statement
            .run(&self.program, &self.machine, self.max_cycle_vars)
            .map_err(|e| not_allowed(e.to_string()))?;
        let parts = self.statement_parts(&proof.statement);
        let mut sealed = parts.sealed();
        if recorded {
            sealed = sealed.recorded();
        }
        let channel = self.commitment.session(&sealed, &proof.payload, checks);
        Ok((channel, run))
    }
}

/// What a verifier expects of a proof's statement; `None` accepts anything.
#[derive(Clone, Debug, Default)]
pub struct Expected<'a> {
    /// Public input.
    pub input: Option<&'a [u8]>,
    /// Public output.
    pub output: Option<&'a [u8]>,
    /// Status.
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

//! Programs, their runs, and proofs of them.

use crate::columns::Columns;
use crate::errors::{Rejected, unprovable, unusable};
use anyhow::bail;
use commitments::{CacheDir, Setup};
use jolt_core::api::{self, Config, DEFAULT_CYCLE_VARS, Expected};
use jolt_core::policy::Policy;
use jolt_core::registry::{DEFAULT_LOOKUP, DEFAULT_MEMORY, DEFAULT_SCHEME, Registry};
use jolt_core::statement::MAX_CYCLE_VARS;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use tracer::{ExitStatus, Inputs, Options, Outcome, StandardInput};
use verdict::claim::{Claim, Received, Verifier, received};
use verdict::linux::Start;
use verdict::program::ProgramFile;
use verdict::report::{exit_code, sha256};
use verdict::requirement::Acceptance;

/// Input that is not given.
const NOTHING: &[u8] = &[];

/// What a scheme has by itself, kept in the cache that the command has, too.
pub fn own_setup() -> Setup {
    Setup::Builtin {
        cache: CacheDir::Default,
    }
}

/// A RISC-V program from an ELF file.
#[pyclass(frozen, module = "jolt_lab")]
pub struct Program {
    /// What it is called in messages.
    #[pyo3(get)]
    name: String,
    elf: Vec<u8>,
    start: Option<Start>,
    loaded: Arc<tracer::Program>,
}

impl Program {
    fn file(&self) -> ProgramFile<'_> {
        ProgramFile {
            name: &self.name,
            elf: &self.elf,
            start: self.start.as_ref(),
        }
    }
}

/// What a Linux program is started with.
fn start(
    elf: &[u8],
    name: &str,
    (arguments, environment, stdin): (Vec<String>, Vec<String>, Option<&str>),
) -> anyhow::Result<Option<Start>> {
    if !tracer::is_linux(elf) {
        if !arguments.is_empty() || !environment.is_empty() || stdin.is_some() {
            bail!("arguments, environment and stdin are for Linux programs, and {name} is none");
        }
        return Ok(None);
    }
    let own = std::iter::once(name.to_owned());
    Ok(Some(Start {
        arguments: own.chain(arguments).map(String::into_bytes).collect(),
        environment: environment.into_iter().map(String::into_bytes).collect(),
        standard_input: match stdin {
            None | Some("public") => StandardInput::Public,
            Some("private") => StandardInput::Private,
            Some(other) => bail!("stdin: expected 'public' or 'private', not '{other}'"),
        },
    }))
}

/// What a run is given.
fn inputs(public: &[u8], private: &[u8]) -> Inputs {
    Inputs {
        public: public.to_vec(),
        private: private.to_vec(),
    }
}

fn longest(max_cycles: Option<u64>) -> Options {
    let most = 1 << MAX_CYCLE_VARS;
    Options {
        max_cycles: max_cycles.map_or(most, |cycles| cycles.min(most)),
    }
}

#[pymethods]
impl Program {
    #[new]
    #[pyo3(signature = (elf, *, name="program", arguments=Vec::new(), environment=Vec::new(), stdin=None))]
    fn new(
        elf: Vec<u8>,
        name: &str,
        arguments: Vec<String>,
        environment: Vec<String>,
        stdin: Option<&str>,
    ) -> PyResult<Self> {
        let given = (arguments, environment, stdin);
        let start = start(&elf, name, given).map_err(unusable)?;
        let file = ProgramFile {
            name,
            elf: &elf,
            start: start.as_ref(),
        };
        let loaded = Arc::new(file.program().map_err(unusable)?);
        Ok(Program {
            name: name.to_owned(),
            elf,
            start,
            loaded,
        })
    }

    #[staticmethod]
    #[pyo3(signature = (path, *, arguments=Vec::new(), environment=Vec::new(), stdin=None))]
    fn open(
        path: PathBuf,
        arguments: Vec<String>,
        environment: Vec<String>,
        stdin: Option<&str>,
    ) -> PyResult<Self> {
        let elf = std::fs::read(&path)?;
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy();
        Self::new(elf, &name, arguments, environment, stdin)
    }

    /// Bits of a word.
    #[getter]
    fn word_bits(&self) -> usize {
        self.loaded.word().bits()
    }

    #[getter]
    fn entry(&self) -> u64 {
        self.loaded.entry()
    }

    /// Bytecode rows.
    #[getter]
    fn rows(&self) -> usize {
        self.loaded.rows().len()
    }

    #[getter]
    fn sha256(&self) -> String {
        sha256(&self.elf)
    }

    fn __repr__(&self) -> String {
        let (bits, rows) = (self.word_bits(), self.rows());
        format!("Program({:?}, word_bits={bits}, rows={rows})", self.name)
    }

    #[pyo3(signature = (public=NOTHING, private=NOTHING, *, max_cycles=None))]
    fn run(
        &self,
        py: Python<'_>,
        public: &[u8],
        private: &[u8],
        max_cycles: Option<u64>,
    ) -> PyResult<Run> {
        let inputs = inputs(public, private);
        let (program, options) = (&*self.loaded, longest(max_cycles));
        let outcome = py.detach(|| tracer::run(program, &inputs, &options));
        outcome.map(Run).map_err(unprovable)
    }

    /// Columns of cycles: names, type codes of `array`, and bytes as this machine has them.
    #[pyo3(signature = (public=NOTHING, private=NOTHING, *, first=0, last=None, max_cycles=None))]
    fn _columns<'py>(
        &self,
        py: Python<'py>,
        public: &[u8],
        private: &[u8],
        first: u64,
        last: Option<u64>,
        max_cycles: Option<u64>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let inputs = inputs(public, private);
        let (program, options) = (&*self.loaded, longest(max_cycles));
        let before = last.unwrap_or(u64::MAX);
        let columns = py.detach(|| Columns::of(program, &inputs, &options, (first, before)));
        let columns = columns.map_err(unprovable)?;
        let dict = PyDict::new(py);
        for (name, values) in Columns::WORDS.iter().zip(&columns.words) {
            let bytes: Vec<u8> = values
                .iter()
                .flat_map(|value| value.to_ne_bytes())
                .collect();
            dict.set_item(name, ("Q", PyBytes::new(py, &bytes)))?;
        }
        let rows = program.rows();
        let named = |row: &u64| {
            let row = usize::try_from(*row).ok().and_then(|row| rows.get(row));
            row.map_or("", |row| row.name)
        };
        let tabled = |row: &u64| {
            let row = usize::try_from(*row).ok().and_then(|row| rows.get(row));
            row.and_then(|row| row.table).map(|table| table.name())
        };
        let rows = columns.words.get(1).map_or(&[][..], Vec::as_slice);
        dict.set_item("mnemonic", PyList::new(py, rows.iter().map(named))?)?;
        dict.set_item("table", PyList::new(py, rows.iter().map(tabled))?)?;
        Ok(dict)
    }

    #[pyo3(signature = (public=NOTHING, private=NOTHING, *, max_cycles=None, zero_knowledge=true, lookup=DEFAULT_LOOKUP, memory=DEFAULT_MEMORY, pcs=DEFAULT_SCHEME, srs=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn prove(
        &self,
        py: Python<'_>,
        public: &[u8],
        private: &[u8],
        max_cycles: Option<u64>,
        zero_knowledge: bool,
        lookup: &str,
        memory: &str,
        pcs: &str,
        srs: Option<PathBuf>,
    ) -> PyResult<Proof> {
        let inputs = inputs(public, private);
        // The length of a run with private input is private, too: the statement has the most cycles in its place.
        let stated = (zero_knowledge && !private.is_empty())
            .then_some(max_cycles.unwrap_or(1 << DEFAULT_CYCLE_VARS));
        let options = longest(stated.or(max_cycles));
        let config = Config {
            scheme: pcs.to_owned(),
            lookup: lookup.to_owned(),
            memory: memory.to_owned(),
            setup: srs.map_or_else(own_setup, |path| Setup::File { path }),
            zero_knowledge,
            ..Config::default()
        };
        py.detach(|| {
            let trace = tracer::trace(&self.loaded, &inputs, &options).map_err(unprovable)?;
            let config =
                config.fitting(stated.map_or(trace.outcome.cycles, |_| options.max_cycles));
            let key = api::setup((*self.loaded).clone(), &config).map_err(unusable)?;
            let proof = key.prove_trace(&inputs.public, trace, &mut ());
            let proof = proof.map_err(|error| unprovable(key.explain(&inputs, error)))?;
            Ok(Proof::of(proof))
        })
    }

    /// As `jolt-lab verify`: its policy, its statement, its words.
    #[pyo3(signature = (proof, *, require=Vec::new(), max_cycles=None, public=None, output=None, exit_code=None, name="proof"))]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn verify(
        &self,
        py: Python<'_>,
        proof: &[u8],
        require: Vec<String>,
        max_cycles: Option<u64>,
        public: Option<&[u8]>,
        output: Option<&[u8]>,
        exit_code: Option<u64>,
        name: &str,
    ) -> PyResult<Verdict> {
        let registry = Registry::builtin();
        let policy = Acceptance::of(&require, max_cycles).and_then(|asked| asked.policy(&registry));
        let policy = policy.map_err(unusable)?;
        let expected = Expected {
            input: public,
            output,
            status: exit_code.map(ExitStatus::Exit),
        };
        let began = Instant::now();
        let clock = || began.elapsed().as_secs_f64();
        let judged = py.detach(|| {
            let verifier = Verifier {
                program: self.file(),
                policy: &policy,
                registry: &registry,
                setup: &own_setup(),
                ceremony: None,
                commitments: None,
                clock: &clock,
            };
            let (claim, report) = Claim::judged((name, proof), &verifier, &expected)?;
            anyhow::Ok((claim.accepted().is_some(), report))
        });
        let (accepted, report) = judged.map_err(unusable)?;
        match (accepted, report.failure) {
            (true, None) => Ok(Verdict {
                text: report.text,
                facts: serde_json::Value::Object(report.json).to_string(),
            }),
            (_, cause) => {
                let cause = cause.map(|(_, _, cause)| cause);
                Err(Rejected::new_err(cause.unwrap_or_default()))
            }
        }
    }
}

/// What came of a run.
#[pyclass(frozen, module = "jolt_lab")]
pub struct Run(Outcome);

#[pymethods]
impl Run {
    /// The public output.
    #[getter]
    fn output(&self) -> &[u8] {
        &self.0.output
    }

    #[getter]
    fn status(&self) -> String {
        self.0.status.to_string()
    }

    #[getter]
    fn exit_code(&self) -> Option<u64> {
        exit_code(self.0.status)
    }

    #[getter]
    fn success(&self) -> bool {
        self.0.status.is_success()
    }

    #[getter]
    fn cycles(&self) -> u64 {
        self.0.cycles
    }

    #[getter]
    fn instructions(&self) -> u64 {
        self.0.retired
    }

    /// What the program printed, which no proof is about.
    #[getter]
    fn printed(&self) -> &str {
        &self.0.printed
    }

    /// Instructions and cycles by mnemonic.
    #[getter]
    fn profile<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, count) in &self.0.profile.instructions {
            dict.set_item(name, (count.retired, count.cycles))?;
        }
        Ok(dict)
    }

    fn __repr__(&self) -> String {
        format!(
            "Run(status={:?}, cycles={}, output={} bytes)",
            self.status(),
            self.0.cycles,
            self.0.output.len()
        )
    }
}

/// A proof file's contents, read and not verified.
#[pyclass(frozen, module = "jolt_lab")]
pub struct Proof {
    bytes: Vec<u8>,
    proof: jolt_core::proof::Proof,
}

impl Proof {
    fn of(proof: jolt_core::proof::Proof) -> Self {
        Proof {
            bytes: proof.to_bytes(),
            proof,
        }
    }
}

#[pymethods]
impl Proof {
    #[new]
    fn new(bytes: &[u8]) -> PyResult<Self> {
        let policy = Policy::any(&Registry::builtin());
        match received(&policy, bytes, "the proof").map_err(unusable)? {
            Received::Accepted(proof, _) => Ok(Self::of(proof)),
            Received::Refused(cause) => Err(unusable(cause)),
        }
    }

    fn __bytes__(&self) -> &[u8] {
        &self.bytes
    }

    fn __len__(&self) -> usize {
        self.bytes.len()
    }

    /// The public input that the proof names.
    #[getter]
    fn public(&self) -> &[u8] {
        &self.proof.statement.input
    }

    #[getter]
    fn output(&self) -> &[u8] {
        &self.proof.statement.output
    }

    #[getter]
    fn status(&self) -> String {
        self.proof.statement.status.to_string()
    }

    #[getter]
    fn cycle_vars(&self) -> usize {
        self.proof.statement.cycle_vars
    }

    #[getter]
    fn zero_knowledge(&self) -> bool {
        self.proof.zero_knowledge
    }

    #[getter]
    fn lookup(&self) -> &str {
        &self.proof.lookup
    }

    #[getter]
    fn memory(&self) -> &str {
        &self.proof.memory
    }

    #[getter]
    fn pcs(&self) -> &str {
        &self.proof.scheme
    }

    fn __repr__(&self) -> String {
        let Proof { bytes, proof } = self;
        format!(
            "Proof({} bytes, status={:?}, at most 2^{} cycles, {}, {}, {}, zero_knowledge={}, not verified)",
            bytes.len(),
            self.status(),
            proof.statement.cycle_vars,
            proof.lookup,
            proof.memory,
            proof.scheme,
            if proof.zero_knowledge {
                "True"
            } else {
                "False"
            },
        )
    }
}

/// What was accepted.
#[pyclass(frozen, module = "jolt_lab")]
pub struct Verdict {
    /// The statement, in the words of `jolt-lab verify`.
    #[pyo3(get)]
    text: String,
    facts: String,
}

#[pymethods]
impl Verdict {
    /// What `jolt-lab verify --json` prints, as JSON.
    #[getter]
    fn _facts(&self) -> &str {
        &self.facts
    }
}

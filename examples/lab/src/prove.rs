//! `jolt-lab prove`: a program runs, and the run is proven.

use crate::bench::machine;
use crate::cli::{Protocol, ProveArguments};
use crate::estimate::{self, Estimate, Size};
use crate::keys;
use crate::program_key;
use crate::progress::{Phases, Progress};
use crate::report::{Report, add_warnings, bytes, hex, seconds, thousands};
use crate::run::{add_inputs, add_outcome};
use crate::source::{NewFile, Source, fault};
use jolt_core::api::{
    Config, DEFAULT_CYCLE_VARS, KeyError, KnownProgram, ProveError, VerifyingKey,
};
use jolt_core::observer::Observer;
use jolt_core::proof::Proof;
use jolt_core::statement::{MAX_CYCLE_VARS, MIN_CYCLE_VARS};
use serde_json::json;
use sumcheck::field::packed::selected;
use tracer::{Inputs, Options, Outcome, Program, TraceError};

/// Cycles in the statement of a proof of a run with private input, if no other number is asked for: those of the usual
/// key.
const DECLARED: u64 = 1 << DEFAULT_CYCLE_VARS;

/// What is to be proven, and how.
#[derive(Clone, Debug)]
pub struct Task<'a> {
    /// What the program is called.
    pub name: &'a str,
    pub inputs: &'a Inputs,
    /// Cycles before the run is given up.
    pub max_cycles: u64,
    pub protocol: &'a Protocol,
    pub mode: Mode,
    /// Whether the key commits to the program.
    pub commit_program: bool,
    /// Bytes of memory that may be needed, as far as can be told before; `None` means any.
    pub memory_limit: Option<u64>,
}

/// What is said where arithmetic is not the fastest that there is: how it goes, and what that costs (`jolt-lab ablate
/// arithmetic` measures it).
fn slower(arithmetic: &str) -> String {
    let times = match arithmetic {
        "AVX-512 IFMA" => return String::new(),
        "AVX2 and FMA" => "twice",
        _ => "three times",
    };
    let arithmetic = match arithmetic {
        "portable" => "portable arithmetic",
        other => other,
    };
    format!("; by {arithmetic}, which takes about {times} as long as AVX-512 IFMA")
}

/// What a proof tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Whatever follows from a proof in the clear.
    Clear,
    /// Its statement, and the size of the run: for runs that follow from public input.
    Hiding,
    /// Its statement, which has the most cycles of all runs in place of the run's own.
    HidingLength,
}

impl Mode {
    /// The key's size is known before anything private is read, or follows from what is public.
    fn config(self, protocol: &Protocol, cycles: u64, declared: u64) -> Config {
        let config = Config {
            zero_knowledge: self != Mode::Clear,
            ..keys::config(protocol)
        };
        config.fitting(self.stated(declared).unwrap_or(cycles))
    }

    /// How many cycles the proof states, if that is not the run's own number.
    fn stated(self, declared: u64) -> Option<u64> {
        (self == Mode::HidingLength).then_some(declared)
    }

    fn size(self, program: &Program, cycles: u64, declared: u64) -> Size {
        let size = Size::stating(cycles, self.stated(declared).unwrap_or(cycles));
        size.with_rows(program.rows().len())
    }
}

/// A proof with what is known about its making.
pub struct Proven {
    pub proof: Proof,
    /// What came of the run.
    pub outcome: Outcome,
    /// The key for verification.
    pub key: VerifyingKey,
    /// How long everything took.
    pub times: Times,
    /// What was expected, if anything was.
    pub estimate: Option<Estimate>,
}

/// Seconds, by part. No part contains another.
#[derive(Clone, Debug)]
pub struct Times {
    /// Making or loading the keys.
    pub setup_s: f64,
    /// Running the program.
    pub trace_s: f64,
    /// The prover, its last phase being its own verification of the proof.
    pub prove: Phases,
    /// Group additions by phase.
    pub group_additions: Vec<(String, u64)>,
}

/// Why there is no proof.
pub enum NoProof {
    /// The run cannot be proven.
    Run(String),
    /// What was asked for does not exist.
    Unusable(anyhow::Error),
}

impl From<KeyError> for NoProof {
    fn from(error: KeyError) -> Self {
        NoProof::Unusable(error.into())
    }
}

impl From<ProveError> for NoProof {
    fn from(error: ProveError) -> Self {
        NoProof::Run(error.to_string())
    }
}

impl Task<'_> {
    /// Runs the program and proves the run, under the smallest key that fits.
    pub fn prove(&self, program: Program) -> Result<Proven, NoProof> {
        let mut progress = Progress::new(format!("proving {}", self.name));
        // Now, and not after a long run.
        let scheme = keys::scheme(&self.protocol.pcs, &self.protocol.setup);
        let scheme = scheme.map_err(NoProof::Unusable)?;
        if self.protocol.setup.srs.is_some() {
            scheme
                .verifying_key(MIN_CYCLE_VARS, &keys::setup(&self.protocol.setup))
                .map_err(|error| NoProof::Unusable(error.into()))?;
        }
        progress.phase("trace");
        let longest = self.max_cycles.min(1 << MAX_CYCLE_VARS);
        let limit = self.memory_limit;
        let stated = self.mode.stated(longest);
        let of = (program.rows().len(), stated);
        let fitting = limit.and_then(|limit| estimate::most_cycles(self.protocol, limit, of));
        let options = Options {
            max_cycles: fitting.map_or(longest, |most| most.min(longest)),
        };
        let trace = tracer::trace(&program, self.inputs, &options).map_err(|error| {
            match (&error, limit, fitting) {
                (TraceError::CycleLimit { .. }, Some(limit), Some(most)) if most < longest => {
                    self.refusal(&program, longest, limit)
                }
                _ => NoProof::Run(self.fault(&program, &error)),
            }
        })?;
        let cycles = trace.outcome.cycles;
        let estimate = estimate::estimate(self.protocol, self.mode.size(&program, cycles, longest));
        if let Some(Estimate {
            memory_bytes,
            seconds: time,
        }) = estimate
        {
            progress.note(&format!(
                "{} cycles: about {} and {}{}",
                thousands(cycles),
                seconds(time),
                estimate::memory(memory_bytes),
                slower(selected().name())
            ));
        }
        progress.phase("setup");
        let config = self.mode.config(self.protocol, cycles, longest);
        let config = Config {
            program: match self.commit_program {
                true => KnownProgram::Committed,
                false => KnownProgram::Read,
            },
            ..config
        };
        let key = program_key::provers(program, config)?;
        progress.phase("witness");
        let outcome = trace.outcome.clone();
        // Alone, the proof is made on a thread of the pool: from this one every loop would be handed over anew.
        let prove =
            |_: &rayon::Scope<'_>| key.prove_trace(&self.inputs.public, trace, &mut progress);
        let proof = rayon::scope(prove);
        let proof = proof.map_err(|error| key.explain(self.inputs, error))?;
        let (phases, group_additions) = progress.finish_with_additions();
        Ok(Proven {
            proof,
            outcome,
            key: key.verifying_key().clone(),
            estimate,
            times: Times {
                setup_s: phases.get("setup"),
                trace_s: phases.get("trace"),
                prove: phases.without(&["setup", "trace"]),
                group_additions,
            },
        })
    }
}

impl Task<'_> {
    /// Why a run cannot be proven.
    fn fault(&self, program: &Program, error: &TraceError) -> String {
        let declared = match (self.mode, error) {
            (Mode::HidingLength, TraceError::CycleLimit { .. }) => {
                ": a proof that hides private input has the limit in its statement, and not the run's own number"
            }
            _ => "",
        };
        fault(program, error) + declared
    }

    /// Why a run that outgrows its limit is not proven: it is counted to its end, without a trace.
    fn refusal(&self, program: &Program, longest: u64, limit: u64) -> NoProof {
        let options = Options {
            max_cycles: longest,
        };
        match tracer::run(program, self.inputs, &options) {
            Ok(outcome) => {
                let size = self.mode.size(program, outcome.cycles, longest);
                let cause = estimate::too_large(self.protocol, limit, size);
                NoProof::Unusable(anyhow::Error::msg(cause))
            }
            Err(error) => NoProof::Run(self.fault(program, &error)),
        }
    }
}

/// What the options ask for, and the most cycles. Where private input goes into a run, its length is private, too.
fn mode(arguments: &ProveArguments) -> (Mode, u64) {
    let run = &arguments.run;
    match (arguments.clear, &run.private_input) {
        (true, _) => (Mode::Clear, run.longest()),
        (false, None) => (Mode::Hiding, run.longest()),
        (false, Some(_)) => {
            let most = run.max_cycles.map_or(DECLARED, |cycles| cycles.0);
            (Mode::HidingLength, most)
        }
    }
}

/// Proves and writes.
///
/// # Errors
/// Unreadable or unwritable files, unknown names. A run that cannot be proven is a negative verdict.
pub fn prove(arguments: &ProveArguments) -> anyhow::Result<Report> {
    let (mode, max_cycles) = mode(arguments);
    let source = Source::started(&arguments.run.program, &arguments.run.process)?;
    let program = source.program()?;
    let run = &arguments.run;
    let inputs = source.inputs(run.input.as_deref(), run.private_input.as_deref())?;
    let file = NewFile::create(&arguments.output)?;
    let task = Task {
        name: &source.name,
        inputs: &inputs,
        max_cycles,
        protocol: &arguments.protocol,
        mode,
        commit_program: arguments.commit_program,
        memory_limit: arguments.memory_limit.or_else(estimate::available_memory),
    };
    let proven = match task.prove(program) {
        Ok(proven) => proven,
        Err(NoProof::Unusable(error)) => return Err(error),
        Err(NoProof::Run(cause)) => {
            let report = Report::new(json!({ "program": source.name }));
            return Ok(report.rejected(format!("this run cannot be proven: {cause}")));
        }
    };
    let contents = proven.proof.to_bytes();
    file.finish(&contents)?;

    let mut report = Report::new(json!({ "program": source.name }));
    report.line(format!("{} proven", source.name));
    if let Some(start) = &source.start {
        start.add(&mut report, &source.elf);
    }
    verdict::floats::add(&mut report, proven.key.program());
    add_inputs(&mut report, &inputs);
    let vars = proven.proof.statement.cycle_vars;
    add_outcome(&mut report, &proven.outcome, vars);
    add_proof(&mut report, &proven, contents.len());
    let setup = proven.key.commitment().provenance();
    add_warnings(&mut report, setup, proven.key.zero_knowledge());
    let path = arguments.output.display();
    report.fact("written to", &path);
    report
        .json
        .insert("proof".to_owned(), json!(path.to_string()));
    if !proven.outcome.status.is_success() {
        report.line(format!(
            "Note: this is a proof that the program ended with {}, not of success.",
            proven.outcome.status
        ));
    }
    Ok(report)
}

/// Adds sizes and times of a proof.
pub fn add_proof(report: &mut Report, proven: &Proven, proof_bytes: usize) {
    let Times {
        setup_s,
        trace_s,
        prove,
        ..
    } = &proven.times;
    let prove_s = prove.total();
    let rate = proven.outcome.cycles as f64 / prove_s / 1e3;
    report.fact("proof", bytes(proof_bytes as u64));
    let part = |(name, s): &(String, f64)| format!("{name} {}", seconds(*s));
    let phases: Vec<String> = prove.0.iter().map(part).collect();
    report.fact(
        "proving took",
        format!("{} ({rate:.1} kcycles/s)", seconds(prove_s)),
    );
    report.fact("", phases.join(" · "));
    report.fact(
        "before that",
        format!("trace {} · setup {}", seconds(*trace_s), seconds(*setup_s)),
    );
    let peak = machine::peak_rss_bytes("self");
    if let Some(peak) = peak {
        report.fact("memory", format!("{} at most", bytes(peak)));
    }
    report.fact(
        "protocol",
        format!(
            "lookups by {}, memory by {}, committed with {}",
            proven.proof.lookup, proven.proof.memory, proven.proof.scheme
        ),
    );
    for (key, value) in [
        ("lookup", json!(proven.proof.lookup)),
        ("memory", json!(proven.proof.memory)),
        ("pcs", json!(proven.proof.scheme)),
        ("key_digest", json!(hex(proven.key.digest()))),
        ("setup_s", json!(setup_s)),
        ("trace_s", json!(trace_s)),
        ("prove_s", json!(prove_s)),
        ("phases", prove.json()),
        ("verify_ms", json!(prove.get("check") * 1e3)),
        ("proof_bytes", json!(proof_bytes)),
        ("peak_rss_bytes", json!(peak)),
        ("estimated_s", json!(proven.estimate.map(|e| e.seconds))),
        (
            "estimated_bytes",
            json!(proven.estimate.map(|e| e.memory_bytes)),
        ),
        ("threads", json!(rayon::current_num_threads())),
        ("arithmetic", json!(selected().name())),
    ] {
        report.json.insert(key.to_owned(), value);
    }
}

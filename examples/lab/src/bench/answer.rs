//! The child's side of a measurement.

use super::floor;
use super::kernels;
use super::measure::{Counts, Purpose, Request, Sample, Work};
use super::pcs;
use super::workload::Workload;
use crate::bench::machine;
use crate::cli::{Protocol, SetupArguments};
use crate::inspect::record::Record;
use crate::keys;
use crate::lookup::{self, Observed, Sealing, prove_subject};
use crate::prove::{Mode, NoProof, Task};
use crate::registry::{argument as argument_named, counted};
use crate::report::{Report, parse_hex};
use crate::seed::Seed;
use crate::source::Source;
use anyhow::{Context, anyhow, bail};
use ark_bn254::Fr;
use jolt_core::lookup::ProveLookup;
use jolt_core::lookup::api::Lookups;
use jolt_core::lookup::lasso::Lasso;
use jolt_core::lookup::logup_gkr::LogupGkr;
use jolt_core::machine::Machine;
use jolt_core::observer::Observer;
use jolt_core::proof::Proof;
use jolt_core::registry::memories;
use jolt_core::soundness::ErrorBound;
use jolt_core::statement::{MAX_CYCLE_VARS, Statement};
use jolt_core::vm::{self, Provers};
use jolt_core::witness::Witness;
use serde_json::{Map, Value, json};
use std::io::Read;
use std::sync::Arc;
use std::time::Instant;
use sumcheck::channel::plain::PlainProver;
use sumcheck::field::counted::{Counted, Operations, operations};
use tracer::{Inputs, Options};

/// Answers the request on standard input.
///
/// # Errors
/// The request is none, or what it asks for cannot be proven.
pub fn answer() -> anyhow::Result<Report> {
    let mut text = Vec::new();
    std::io::stdin().read_to_end(&mut text)?;
    let request: Request = serde_json::from_slice(&text)
        .context("`measure` is for `bench`; it expects a request on standard input")?;
    let (name, setup) = (&request.pcs, &request.setup);
    let value = match (&request.work, request.purpose) {
        (Work::Kernel { kernel, log_size }, Purpose::Time) => {
            json!(kernels::time(kernel, *log_size, request.seed)?)
        }
        (Work::Kernel { kernel, log_size }, Purpose::Count) => {
            json!(Some(kernels::count(kernel, *log_size, name, request.seed)?))
        }
        (Work::Pcs { kind, log_size }, Purpose::Time) => {
            json!(pcs::time(kind, *log_size, (name, setup), request.seed)?)
        }
        (Work::Pcs { .. }, Purpose::Count) => json!(Some(pcs::count(name)?)),
        (
            Work::Lookup {
                argument,
                table,
                log_reads,
            },
            purpose,
        ) => match purpose {
            Purpose::Time => {
                json!(time_lookup(
                    argument,
                    table,
                    *log_reads,
                    (name, setup),
                    request.seed
                )?)
            }
            Purpose::Count => json!(count_lookup(
                argument,
                table,
                *log_reads,
                name,
                request.seed
            )?),
        },
        (
            Work::Vm {
                program,
                inputs,
                lookup,
                memory,
                hiding,
            },
            purpose,
        ) => {
            let bytes = |hex: &str| parse_hex(hex).map_err(anyhow::Error::msg);
            let inputs = Inputs {
                public: bytes(&inputs.public)?,
                private: bytes(&inputs.private)?,
            };
            match purpose {
                Purpose::Time => {
                    let protocol = Protocol {
                        lookup: lookup.clone(),
                        memory: memory.clone(),
                        pcs: name.clone(),
                        setup: setup.clone(),
                    };
                    json!(time_vm(program, &inputs, &protocol, *hiding)?)
                }
                Purpose::Count => json!(count_vm(program, &inputs, (lookup, memory), name)?),
            }
        }
    };
    Ok(Report::new(value))
}

/// Operations by phase.
#[derive(Default)]
struct CountedPhases {
    current: Option<(&'static str, Operations)>,
    phases: Vec<(String, Counts)>,
}

impl Observer for CountedPhases {
    fn phase(&mut self, name: &'static str) {
        let now = operations();
        if let Some((name, before)) = self.current.replace((name, now)) {
            self.phases
                .push((name.to_owned(), now.since(&before).into()));
        }
    }
}

impl CountedPhases {
    fn with_units(self, pcs: &str) -> anyhow::Result<floor::Tally> {
        let mut total = Counts::default();
        self.phases.iter().for_each(|(_, counts)| total.add(counts));
        Ok(floor::Tally {
            total,
            phases: self.phases,
            units: floor::units(pcs)?,
        })
    }
}

/// Bytes by label, and the protocol's soundness.
fn facts_of(
    record: &Record,
    error: &ErrorBound,
    payload: usize,
    header: usize,
) -> Map<String, Value> {
    let mut sizes: Map<String, Value> = Map::new();
    if header > 0 {
        sizes.insert("header, statement".to_owned(), json!(header));
    }
    for (name, bytes) in record.bytes(payload) {
        sizes.insert(name, json!(bytes));
    }
    let mut facts = Map::new();
    facts.insert("bytes".to_owned(), Value::Object(sizes));
    if let Some(bits) = error.bits() {
        facts.insert("soundness_bits".to_owned(), json!(bits));
    }
    facts
}

fn time_lookup(
    argument: &str,
    table: &str,
    vars: usize,
    (pcs, setup): (&str, &SetupArguments),
    seed: Seed,
) -> anyhow::Result<Sample> {
    let mut subject = Workload::parse(table)?.subject(vars, seed)?;
    let (argument, scheme) = (argument_of(argument)?, keys::scheme(pcs, setup)?);
    let sealing = Sealing {
        scheme: &*scheme,
        setup,
        hiding: false,
    };
    let proven = prove_subject(&*argument, &sealing, &mut subject, table)?;
    proven.verdict.context("the proof does not verify")?;
    let mut facts = facts_of(&proven.record, &proven.error, proven.proof.len(), 0);
    facts.extend(lookup::facts(&subject));
    let phases = proven.phases.without(&["setup"]);
    let mut group_additions = proven.group_additions;
    group_additions.retain(|(name, _)| name != "setup");
    Ok(Sample {
        facts,
        setup_s: proven.phases.get("setup"),
        trace_s: None,
        prove_s: phases.total(),
        phases: phases.0,
        verify_ms: Some(proven.verify_s * 1e3),
        proof_bytes: Some(proven.proof.len() as u64),
        group_additions,
        peak_rss_bytes: proven.peak_rss_bytes,
        threads: rayon::current_num_threads(),
    })
}

/// The argument of a name; behind a colon, with chunks of so many bits.
fn argument_of(name: &str) -> anyhow::Result<Arc<dyn ProveLookup<Fr>>> {
    let Some((name, bits)) = name.split_once(':') else {
        return argument_named(name);
    };
    let bits = bits.parse().context("bits of a chunk")?;
    Ok(match name {
        "lasso" => Arc::new(Lasso::with_chunks(bits)),
        "logup-gkr" => Arc::new(LogupGkr::with_chunks(bits)),
        _ => bail!("{name} cuts no indices into chunks"),
    })
}

fn count_lookup(
    argument: &str,
    table: &str,
    vars: usize,
    pcs: &str,
    seed: Seed,
) -> anyhow::Result<Option<floor::Tally>> {
    let Some(argument) = counted(argument) else {
        return Ok(None);
    };
    let mut subject: Lookups<Counted> = Workload::parse(table)?.subject(vars, seed)?;
    subject.in_the_clear();
    let mut channel = PlainProver::<Counted>::new("counts");
    let mut phases = CountedPhases::default();
    phases.phase("commit");
    let mut observed = Observed::over(&mut channel, &mut phases);
    subject.prove(&mut observed, &*argument)?;
    phases.phase("done");
    Ok(Some(phases.with_units(pcs)?))
}

fn time_vm(
    program: &str,
    inputs: &Inputs,
    protocol: &Protocol,
    hiding: bool,
) -> anyhow::Result<Sample> {
    let task = Task {
        name: program,
        inputs,
        max_cycles: u64::MAX,
        commit_program: false,
        memory_limit: None,
        protocol,
        mode: match hiding {
            true => Mode::Hiding,
            false => Mode::Clear,
        },
    };
    let proven = task
        .prove(Source::open(program)?.program()?)
        .map_err(|error| match error {
            NoProof::Run(cause) => anyhow!("{cause}"),
            NoProof::Unusable(error) => error,
        })?;
    let peak_rss_bytes = machine::peak_rss_bytes("self");
    let file = proven.proof.to_bytes();
    let proof = Proof::from_bytes(&file)?;
    let start = Instant::now();
    proven
        .key
        .verify(&proof)
        .context("the proof does not verify")?;
    let verify_ms = start.elapsed().as_secs_f64() * 1e3;
    let key = &proven.key;
    let run = (proof.statement).run(key.program(), key.machine(), proof.statement.cycle_vars)?;
    let record = Record::of(&run, key)?;
    let payload = proof.payload.len();
    let error = ErrorBound::of(key, &run)?;
    let mut facts = facts_of(&record, &error, payload, file.len() - payload);
    let outcome = &proven.outcome;
    let padded = 1u64 << proof.statement.cycle_vars;
    for (key, value) in [
        ("instructions", json!(outcome.retired)),
        ("cycles", json!(outcome.cycles)),
        ("padded_cycles", json!(padded)),
        ("fill", json!(outcome.cycles as f64 / padded as f64)),
        (
            "cycles_per_instruction",
            json!(outcome.cycles as f64 / outcome.retired.max(1) as f64),
        ),
        ("status", json!(outcome.status.to_string())),
    ] {
        facts.insert(key.to_owned(), value);
    }
    let mut group_additions = proven.times.group_additions.clone();
    group_additions.retain(|(name, _)| name != "setup");
    Ok(Sample {
        facts,
        setup_s: proven.times.setup_s,
        trace_s: Some(proven.times.trace_s),
        prove_s: proven.times.prove.total(),
        phases: proven.times.prove.0.clone(),
        verify_ms: Some(verify_ms),
        proof_bytes: Some(file.len() as u64),
        group_additions,
        peak_rss_bytes,
        threads: rayon::current_num_threads(),
    })
}

fn count_vm(
    program: &str,
    inputs: &Inputs,
    (lookup, memory): (&str, &str),
    pcs: &str,
) -> anyhow::Result<Option<floor::Tally>> {
    let mut memories = memories::<Counted>().into_iter();
    let memory = memories.find(|known| known.name() == memory);
    let (Some(lookup), Some(memory)) = (counted(lookup), memory) else {
        return Ok(None);
    };
    let provers = Provers {
        lookup: &*lookup,
        memory: &*memory,
        program: None,
    };
    let program = Source::open(program)?.program()?;
    let options = Options {
        max_cycles: 1 << MAX_CYCLE_VARS,
    };
    let trace = tracer::trace(&program, inputs, &options)?;
    let machine = Machine::of(&program);
    let statement = Statement::of(&inputs.public, &trace.outcome);
    let run = statement.run(&program, &machine, MAX_CYCLE_VARS)?;
    let witness = Witness::of(&run, trace);
    let mut channel = PlainProver::<Counted>::new("counts");
    let mut phases = CountedPhases::default();
    vm::prove(&mut channel, &provers, &run, witness, &mut phases);
    phases.phase("done");
    Ok(Some(phases.with_units(pcs)?))
}

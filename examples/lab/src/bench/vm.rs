//! `jolt-lab bench vm`: programs on the machine, by phase. Rates are of `prove_s`.

use super::document::{Document, Entry, number, text};
use super::figures::Unit;
use super::floor;
use super::lookup::noise;
use super::measure::{Purpose, Request, Work};
use super::scale::{self, Workload};
use super::sweep::{self, Step, schemes};
use crate::cli::BenchVmArguments;
use crate::registry::{argument, memory_argument};
use crate::report::{Report, bytes, seconds, thousands};
use crate::seed::Seed;
use crate::source::Source;
use anyhow::Context;
use jolt_core::machine::Machine;
use jolt_core::statement::{MAX_CYCLE_VARS, cycle_vars};
use jolt_core::vm::lookup_shape;
use serde_json::{Map, json};

/// Measures programs on the machine.
///
/// # Errors
/// Unreadable files, unknown names, a program that cannot be proven or scaled.
pub fn vm(arguments: &BenchVmArguments, threads: Option<u16>) -> anyhow::Result<Report> {
    let steps = steps(arguments, threads)?;
    let document = Document::new(
        "bench vm",
        sweep::settings(&arguments.measuring, &arguments.setup, Seed::default()),
    );
    let mut report = Report::default();
    report.line("program           2^k       cycles  lookup     memory  pcs");
    report.line("      prove  ± noise  kcycles/s   verify      proof     memory");
    let told = |entry: &Entry| {
        report.line(summary(entry));
        floor::lines(entry)
            .iter()
            .for_each(|line| report.line(line));
    };
    sweep::run(document, &steps, &arguments.measuring, told)?;
    Ok(report)
}

fn steps(arguments: &BenchVmArguments, threads: Option<u16>) -> anyhow::Result<Vec<Step>> {
    let lookups = (arguments.lookup.iter())
        .map(|name| argument(name))
        .collect::<anyhow::Result<Vec<_>>>()?;
    for name in &arguments.memory {
        memory_argument(name)?;
    }
    let schemes = schemes(&arguments.pcs, &arguments.setup)?;
    let pairs: Vec<_> = (lookups.iter())
        .flat_map(|lookup| arguments.memory.iter().map(move |memory| (lookup, memory)))
        .collect();
    let mut steps = Vec::new();
    for name in &arguments.program {
        let source = Source::open(name)?;
        let machine = Machine::of(&source.program()?);
        for workload in workloads(&source, &arguments.log_cycles)? {
            let log_cycles = workload.log_cycles;
            for (pcs, setup) in &schemes {
                for threads in sweep::thread_counts(&arguments.measuring, threads) {
                    for (lookup, memory) in &pairs {
                        let mut entry: Entry = Map::new();
                        for (key, value) in [
                            ("program", json!(name)),
                            ("log_cycles", json!(log_cycles)),
                            ("unit", json!(workload.units.map(|(unit, _)| unit))),
                            ("units", json!(workload.units.map(|(_, count)| count))),
                            ("lookup", json!(lookup.name())),
                            ("memory", json!(memory)),
                            ("pcs", json!(pcs)),
                            ("threads", json!(sweep::threads_of(threads))),
                        ] {
                            entry.insert(key.to_owned(), value);
                        }
                        let serves = lookup.supports(&lookup_shape(&machine, log_cycles));
                        let serves = serves.map_err(|cause| cause.to_string());
                        steps.push(Step {
                            entry,
                            request: serves.map(|()| Request {
                                work: Work::Vm {
                                    program: name.clone(),
                                    inputs: workload.inputs.clone().into(),
                                    lookup: lookup.name().to_owned(),
                                    memory: (*memory).clone(),
                                    hiding: false,
                                },
                                purpose: Purpose::Time,
                                pcs: pcs.clone(),
                                setup: setup.clone(),
                                seed: Seed::default(),
                                environment: Vec::new(),
                                threads,
                            }),
                            unit: Unit {
                                name: "cycle",
                                count: 1 << log_cycles,
                            },
                            log_size: log_cycles,
                        });
                    }
                }
            }
        }
    }
    Ok(steps)
}

/// The workloads of a program: one for each size if it can be scaled, else one as it is.
pub(super) fn workloads(source: &Source, log_cycles: &[u8]) -> anyhow::Result<Vec<Workload>> {
    let program = source.program()?;
    let Some(scale) = source.guest.and_then(|guest| guest.scale) else {
        let inputs = source.inputs(None, None)?;
        let cycles = scale::cycles(&program, &inputs, 1 << MAX_CYCLE_VARS)
            .with_context(|| format!("{} cannot be measured", source.name))?;
        return Ok(vec![Workload {
            inputs,
            units: None,
            log_cycles: cycle_vars(cycles),
        }]);
    };
    let sizes = log_cycles.iter().map(|log| {
        scale::fill(&program, &scale, usize::from(*log))
            .with_context(|| format!("{} with 2^{log} cycles", source.name))
    });
    sizes.collect()
}

fn summary(entry: &Entry) -> String {
    let figure = |key: &str| number(entry, key).unwrap_or(f64::NAN);
    let head = format!(
        "{:<16} {:>4}",
        text(entry, "program"),
        text(entry, "log_cycles")
    );
    let protocol = format!(
        "{:<10} {:<7} {}",
        text(entry, "lookup"),
        text(entry, "memory"),
        text(entry, "pcs")
    );
    if let Some(reason) = entry.get("skipped").and_then(|r| r.as_str()) {
        return format!("{head} {:>12}  {protocol}\n  left out: {reason}", "");
    }
    format!(
        "{head} {:>12}  {protocol}\n   {:>8} {:>8} {:>10.1} {:>8} {:>10} {:>10}",
        thousands(figure("cycles") as u64),
        seconds(figure("prove_s")),
        noise(entry, "prove_s"),
        figure("kcycles_per_s"),
        seconds(figure("verify_ms") / 1e3),
        bytes(figure("proof_bytes") as u64),
        bytes(figure("peak_rss_bytes") as u64),
    )
}

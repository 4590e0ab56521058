//! `jolt-lab bench lookup`: lookup arguments beside each other, on the same reads.

use super::document::{Document, Entry, number, text};
use super::figures::Unit;
use super::measure::{Purpose, Request, Work};
use super::sweep::{self, Step, schemes};
use super::workload::Workload;
use crate::cli::BenchLookupArguments;
use crate::registry::{argument, registry};
use crate::report::{Report, bytes, seconds};
use ark_bn254::Fr;
use jolt_core::lookup::ProveLookup;
use serde_json::{Map, json};
use std::sync::Arc;

/// Measures lookup arguments.
///
/// # Errors
/// Unknown names, files that cannot be written or continued, and proofs that fail.
pub fn lookup(arguments: &BenchLookupArguments, threads: Option<u16>) -> anyhow::Result<Report> {
    let steps = steps(arguments, threads)?;
    let document = Document::new(
        "bench lookup",
        sweep::settings(&arguments.measuring, &arguments.setup, arguments.seed),
    );
    let mut report = Report::default();
    report.line("table            2^k  argument   pcs");
    report.line("     prove  ± noise   ns each     mults  additions   verify      proof    memory");
    let told = |entry: &Entry| report.line(summary(entry));
    sweep::run(document, &steps, &arguments.measuring, told)?;
    Ok(report)
}

fn steps(arguments: &BenchLookupArguments, threads: Option<u16>) -> anyhow::Result<Vec<Step>> {
    let chosen: Vec<Arc<dyn ProveLookup<Fr>>> = match arguments.argument.as_slice() {
        [] => registry().lookups().to_vec(),
        names => names
            .iter()
            .map(|name| argument(name))
            .collect::<anyhow::Result<_>>()?,
    };
    let schemes = schemes(&arguments.pcs, &arguments.setup)?;
    let mut steps = Vec::new();
    for name in &arguments.table {
        let workload = Workload::parse(name)?;
        for vars in arguments.log_reads.iter().map(|k| usize::from(*k)) {
            for (pcs, setup) in &schemes {
                for threads in sweep::thread_counts(&arguments.measuring, threads) {
                    for argument in &chosen {
                        let serves = workload
                            .supported_by(&**argument, vars)
                            .unwrap_or_else(|cause| Err(format!("{cause:#}")));
                        steps.push(Step {
                            entry: identity(argument.name(), &workload, vars, pcs, threads),
                            request: serves.map(|()| Request {
                                work: Work::Lookup {
                                    argument: argument.name().to_owned(),
                                    table: name.clone(),
                                    log_reads: vars,
                                },
                                purpose: Purpose::Time,
                                pcs: pcs.clone(),
                                setup: setup.clone(),
                                threads,
                                seed: arguments.seed,
                                environment: Vec::new(),
                            }),
                            unit: Unit {
                                name: "lookup",
                                count: 1 << vars,
                            },
                            log_size: vars,
                        });
                    }
                }
            }
        }
    }
    Ok(steps)
}

fn identity(
    argument: &str,
    workload: &Workload,
    vars: usize,
    pcs: &str,
    threads: Option<u16>,
) -> Entry {
    let mut entry = Map::new();
    for (key, value) in [
        ("argument", json!(argument)),
        ("table", json!(workload.name())),
        ("log_reads", json!(vars)),
        ("pcs", json!(pcs)),
        ("threads", json!(sweep::threads_of(threads))),
    ] {
        entry.insert(key.to_owned(), value);
    }
    entry
}

/// A median's noise: half of the spread, as a part of it.
pub fn noise(entry: &Entry, figure: &str) -> String {
    let part = |suffix: &str| number(entry, &format!("{figure}{suffix}"));
    match (
        part(""),
        part("_min"),
        part("_max"),
        number(entry, "repeat"),
    ) {
        (Some(median), Some(min), Some(max), Some(repeat)) if repeat > 1.0 => {
            format!("{:.1} %", (max - min) / 2.0 / median * 100.0)
        }
        _ => "one run".to_owned(),
    }
}

fn summary(entry: &Entry) -> String {
    let figure = |key: &str| number(entry, key);
    let head = format!(
        "{:<16} {:>3}  {:<10} {}",
        text(entry, "table"),
        text(entry, "log_reads"),
        text(entry, "argument"),
        text(entry, "pcs"),
    );
    if let Some(reason) = entry.get("skipped").and_then(|r| r.as_str()) {
        return format!("{head}\n  left out: {reason}");
    }
    let shown = |key: &str, digits: usize| {
        figure(key).map_or_else(|| "–".to_owned(), |x| format!("{x:.digits$}"))
    };
    format!(
        "{head}\n  {:>8} {:>8} {:>9} {:>9} {:>10} {:>8} {:>10} {:>9}",
        seconds(figure("prove_s").unwrap_or(f64::NAN)),
        noise(entry, "prove_s"),
        shown("ns_per_lookup", 0),
        shown("multiplications_per_lookup", 1),
        shown("group_additions_per_lookup", 1),
        seconds(figure("verify_ms").unwrap_or(f64::NAN) / 1e3),
        bytes(figure("proof_bytes").unwrap_or(0.0) as u64),
        bytes(figure("peak_rss_bytes").unwrap_or(0.0) as u64),
    )
}

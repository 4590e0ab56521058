//! `jolt-lab bench`: measurements, each repetition in a process of its own.
//!
//! | module | is |
//! |---|---|
//! | [`scale`] | how much work fills a given number of cycles |
//! | [`measure`] | one measurement, in a child process |
//! | [`machine`] | the computer that measures |
//!
//! Times: `setup_s` making or loading the commitment key; `trace_s` running the program; `prove_s` all
//! phases after that, the prover's own verification included; `verify_ms` one verification. A figure is
//! the median of its repetitions; `_min` and `_max` stand beside it. Rates are of `prove_s`.

pub mod machine;
pub mod measure;
pub mod scale;

use crate::cli::BenchVmArguments;
use crate::progress::Progress;
use crate::report::{Report, bytes, seconds, thousands};
use crate::source::{NewFile, Source};
use anyhow::Context;
use jolt_core::statement::{MAX_CYCLE_VARS, cycle_vars};
use jolt_core::vm::Observer;
use measure::{Request, Sample};
use scale::Workload;
use serde_json::{Map, Value, json};

/// Measures programs on the machine.
///
/// # Errors
/// Unreadable files, unknown names, a program that cannot be proven or scaled.
pub fn vm(arguments: &BenchVmArguments, threads: Option<u16>) -> anyhow::Result<Report> {
    let mut results = Vec::new();
    let mut report = Report::default();
    report.line(
        "program           2^k       cycles    prove  kcycles/s   verify      proof     memory",
    );
    for name in &arguments.program {
        let source = Source::open(name)?;
        for workload in workloads(&source, &arguments.log_cycles)? {
            let request = Request {
                program: name.clone(),
                inputs: workload.inputs.clone().into(),
                protocol: arguments.protocol.clone(),
                threads,
            };
            let result = repeat(&request, &workload, arguments.repeat.get())?;
            report.line(summary(&result));
            results.push(Value::Object(result));
            if let Some(path) = &arguments.json {
                let document = document(arguments, threads, &results);
                let text = serde_json::to_string_pretty(&document)?;
                NewFile::create(path)?.finish(format!("{text}\n").as_bytes())?;
            }
        }
    }
    Ok(report)
}

/// The workloads of a program: one for each size if it can be scaled, else one as it is.
fn workloads(source: &Source, log_cycles: &[u8]) -> anyhow::Result<Vec<Workload>> {
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

fn repeat(
    request: &Request,
    workload: &Workload,
    times: usize,
) -> anyhow::Result<Map<String, Value>> {
    let mut progress = Progress::new(format!("{} 2^{}", request.program, workload.log_cycles));
    progress.phase("measuring");
    let samples: Vec<Sample> = (0..times)
        .map(|_| measure::ask(request))
        .collect::<anyhow::Result<_>>()?;
    progress.finish();
    let first = samples.first().context("no repetition")?;
    let mut result = Map::new();
    let mut put = |key: &str, value: Value| result.insert(key.to_owned(), value);
    put("program", json!(request.program));
    put("log_cycles", json!(workload.log_cycles));
    put("unit", json!(workload.units.map(|(unit, _)| unit)));
    put("units", json!(workload.units.map(|(_, count)| count)));
    put("lookup", json!(request.protocol.lookup));
    put("memory", json!(request.protocol.memory));
    put("pcs", json!(request.protocol.pcs));
    put("threads", json!(first.threads));
    put("instructions", json!(first.instructions));
    put("cycles", json!(first.cycles));
    put("padded_cycles", json!(first.padded_cycles));
    put(
        "fill",
        json!(first.cycles as f64 / first.padded_cycles as f64),
    );
    let ratio = first.cycles as f64 / first.instructions.max(1) as f64;
    put("cycles_per_instruction", json!(ratio));
    put("status", json!(first.status));
    put("proof_bytes", json!(first.proof_bytes));
    put("repeat", json!(times));
    let figures: [(&str, Figure); 5] = [
        ("setup_s", |s| s.setup_s),
        ("trace_s", |s| s.trace_s),
        ("prove_s", |s| s.prove_s),
        ("verify_ms", |s| s.verify_ms),
        ("peak_rss_bytes", |s| {
            s.peak_rss_bytes.map_or(f64::NAN, |bytes| bytes as f64)
        }),
    ];
    let mut prove_s = 0.0;
    for (name, figure) in figures {
        let Spread { median, min, max } = Spread::of(samples.iter().map(figure).collect());
        put(name, json!(median));
        put(&format!("{name}_min"), json!(min));
        put(&format!("{name}_max"), json!(max));
        if name == "prove_s" {
            prove_s = median;
        }
    }
    let phases = first.phases.iter().map(|(name, _)| {
        let times = samples.iter().map(|sample| sample.phase(name)).collect();
        (name.clone(), json!(Spread::of(times).median))
    });
    put("phases", Value::Object(phases.collect()));
    put(
        "kinstr_per_s",
        json!(first.instructions as f64 / prove_s / 1e3),
    );
    put("kcycles_per_s", json!(first.cycles as f64 / prove_s / 1e3));
    put("samples", serde_json::to_value(&samples)?);
    Ok(result)
}

type Figure = fn(&Sample) -> f64;

/// Median, least and greatest of some figures.
struct Spread {
    median: f64,
    min: f64,
    max: f64,
}

impl Spread {
    fn of(mut figures: Vec<f64>) -> Self {
        figures.sort_by(f64::total_cmp);
        let at = |i: usize| figures.get(i).copied().unwrap_or(f64::NAN);
        let last = figures.len().saturating_sub(1);
        Spread {
            median: (at(last / 2) + at(last.div_ceil(2))) / 2.0,
            min: at(0),
            max: at(last),
        }
    }
}

fn document(arguments: &BenchVmArguments, threads: Option<u16>, results: &[Value]) -> Value {
    json!({
        "kind": "bench vm",
        "version": env!("CARGO_PKG_VERSION"),
        "profile": if cfg!(debug_assertions) { "dev" } else { "release" },
        "machine": machine::facts(),
        "settings": {
            "programs": arguments.program,
            "log_cycles": arguments.log_cycles,
            "repeat": arguments.repeat,
            "lookup": arguments.protocol.lookup,
            "memory": arguments.protocol.memory,
            "pcs": arguments.protocol.pcs,
            "threads": threads,
        },
        "results": results,
    })
}

fn summary(result: &Map<String, Value>) -> String {
    let number = |key: &str| result.get(key).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let count = |key: &str| result.get(key).and_then(Value::as_u64).unwrap_or(0);
    let program = result.get("program").and_then(Value::as_str).unwrap_or("");
    format!(
        "{program:<16} {:>4} {:>12} {:>8} {:>10.1} {:>8} {:>10} {:>10}",
        count("log_cycles"),
        thousands(count("cycles")),
        seconds(number("prove_s")),
        number("kcycles_per_s"),
        seconds(number("verify_ms") / 1e3),
        bytes(count("proof_bytes")),
        bytes(number("peak_rss_bytes") as u64),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_in_the_middle() {
        let spread = |figures: &[f64]| {
            let Spread { median, min, max } = Spread::of(figures.to_vec());
            (median, min, max)
        };
        assert_eq!(spread(&[3.0, 1.0, 2.0]), (2.0, 1.0, 3.0));
        assert_eq!(spread(&[4.0, 1.0]), (2.5, 1.0, 4.0));
        assert_eq!(spread(&[7.0]), (7.0, 7.0, 7.0));
    }
}

//! `jolt-lab run`: a program runs, nothing is proven.

use crate::cli::RunArguments;
use crate::report::{Report, abridged, exit_code, hex, peak_rss_bytes, seconds, thousands};
use crate::source::{Source, advice};
use jolt_core::statement;
use serde_json::{Map, Value, json};
use std::time::Instant;
use tracer::{Count, Inputs, Options, Outcome};

/// Instructions listed by name.
const LISTED: usize = 8;

/// Runs it.
///
/// # Errors
/// Unreadable files. A run that ends badly is a negative verdict.
pub fn run(arguments: &RunArguments) -> anyhow::Result<Report> {
    let source = Source::open(&arguments.program)?;
    let program = source.program()?;
    let inputs = source.inputs(
        arguments.input.as_deref(),
        arguments.private_input.as_deref(),
    )?;
    let options = Options {
        max_cycles: arguments.max_cycles,
    };
    let start = Instant::now();
    let outcome = match tracer::run(&program, &inputs, &options) {
        Ok(outcome) => outcome,
        Err(error) => {
            let report = Report::new(json!({ "program": source.name }));
            return Ok(report.rejected(format!("{error}{}", advice(&error))));
        }
    };
    let run_s = start.elapsed().as_secs_f64();
    let mut report = Report::new(json!({ "program": source.name, "run_s": run_s }));
    report.line(format!("{} ran in {}", source.name, seconds(run_s)));
    add_inputs(&mut report, &inputs);
    add_outcome(&mut report, &outcome);
    add_profile(&mut report, &outcome);
    report
        .json
        .insert("peak_rss_bytes".to_owned(), json!(peak_rss_bytes()));
    match outcome.status.is_success() {
        true => Ok(report),
        false => Ok(report.rejected(format!("the program ended with {}", outcome.status))),
    }
}

/// Adds the sizes of the inputs.
pub fn add_inputs(report: &mut Report, inputs: &Inputs) {
    let (public, private) = (inputs.public.len(), inputs.private.len());
    report.fact(
        "inputs",
        format!("{public} bytes public, {private} bytes private"),
    );
    report.json.insert("input_bytes".to_owned(), json!(public));
    report
        .json
        .insert("private_input_bytes".to_owned(), json!(private));
}

/// Adds what came of a run.
pub fn add_outcome(report: &mut Report, outcome: &Outcome) {
    let vars = statement::cycle_vars(outcome.cycles);
    let (retired, cycles) = (outcome.retired, outcome.cycles);
    report.fact("ended with", outcome.status);
    report.fact("output", abridged(&outcome.output));
    report.fact("instructions", thousands(retired));
    let ratio = cycles as f64 / retired.max(1) as f64;
    let per = format!("{ratio:.3} per instruction, padded to 2^{vars}");
    report.fact("cycles", format!("{} ({per})", thousands(cycles)));
    for line in outcome.printed.lines() {
        report.fact("printed", line.escape_debug());
    }
    for (key, value) in [
        ("status", json!(outcome.status.to_string())),
        ("exit_code", json!(exit_code(outcome.status))),
        ("output_hex", json!(hex(&outcome.output))),
        ("printed", json!(outcome.printed)),
        ("instructions", json!(retired)),
        ("cycles", json!(cycles)),
        ("padded_cycles", json!(1u64 << vars.min(63))),
        ("touched_cells", json!(outcome.touched.len())),
    ] {
        report.json.insert(key.to_owned(), value);
    }
}

fn add_profile(report: &mut Report, outcome: &Outcome) {
    let mut all: Vec<(&str, Count)> = outcome
        .profile
        .instructions
        .iter()
        .map(|(name, count)| (*name, *count))
        .collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(count.cycles));
    report.line("  instruction        executed       cycles    share");
    for (name, count) in all.iter().take(LISTED) {
        let share = 100.0 * count.cycles as f64 / outcome.cycles.max(1) as f64;
        report.line(format!(
            "  {name:<14} {:>12} {:>12}   {share:>5.1}%",
            thousands(count.retired),
            thousands(count.cycles)
        ));
    }
    if let Some(more) = all.len().checked_sub(LISTED).filter(|more| *more > 0) {
        report.line(format!("  … and {more} more"));
    }
    let profile = all.iter().map(|(name, count)| {
        let counts = json!({ "executed": count.retired, "cycles": count.cycles });
        ((*name).to_owned(), counts)
    });
    let profile = Value::Object(profile.collect::<Map<_, _>>());
    report.json.insert("profile".to_owned(), profile);
}

//! `jolt-lab run`: a program runs, nothing is proven.

use crate::bench::machine;
use crate::cli::RunArguments;
use crate::profile::backtrace;
use crate::profile::debug::Debug;
use crate::profile::kinds::add_mnemonics;
use crate::profile::markers;
use crate::profile::record::record;
use crate::profile::weights::Weights;
use crate::report::{Report, abridged, exit_code, hex, printable, seconds, thousands};
use crate::source::{Source, fault, location, place};
use jolt_core::statement;
use serde_json::json;
use std::time::Instant;
use tracer::{Inputs, Options, Outcome, Program};

/// Runs it.
///
/// # Errors
/// Unreadable files. A run that ends badly is a negative verdict.
pub fn run(arguments: &RunArguments) -> anyhow::Result<Report> {
    let source = Source::started(&arguments.program, &arguments.process)?;
    let program = source.program()?;
    let inputs = source.inputs(
        arguments.input.as_deref(),
        arguments.private_input.as_deref(),
    )?;
    let options = Options {
        max_cycles: arguments.longest(),
    };
    let start = Instant::now();
    let outcome = match tracer::run(&program, &inputs, &options) {
        Ok(outcome) => outcome,
        Err(error) => {
            let pc = error.pc();
            let mut report = Report::new(json!({
                "program": source.name,
                "fault_pc": pc,
                "fault_symbol": pc.and_then(|pc| place(&program, pc)),
            }));
            if let Some(start) = &source.start {
                start.add(&mut report, &source.elf);
            }
            verdict::floats::add(&mut report, &program);
            let debug = Debug::new(&program, &source.elf);
            add_markers(&mut report, (&program, &debug), &inputs, &options);
            backtrace::add(&mut report, (&program, &debug), &inputs, &options);
            return Ok(report.failed(fault(&program, &error)));
        }
    };
    let run_s = start.elapsed().as_secs_f64();
    let peak = machine::peak_rss_bytes("self");
    let mut report = Report::new(json!({ "program": source.name, "run_s": run_s }));
    report.line(format!("{} ran in {}", source.name, seconds(run_s)));
    if let Some(start) = &source.start {
        start.add(&mut report, &source.elf);
    }
    verdict::floats::add(&mut report, &program);
    add_inputs(&mut report, &inputs);
    let vars = statement::cycle_vars(outcome.cycles);
    add_outcome(&mut report, &outcome, vars);
    if source.start.is_some() {
        add_text(&mut report, &outcome);
    }
    let debug = Debug::new(&program, &source.elf);
    add_end(&mut report, (&program, &debug), &outcome);
    // What a Linux program says by its exit code is no failure of it, but for that of a signal.
    let meant = source.start.is_some() && exit_code(outcome.status).is_some_and(|code| code < 128);
    if !outcome.status.is_success() && !meant {
        backtrace::add(&mut report, (&program, &debug), &inputs, &options);
    }
    add_markers(&mut report, (&program, &debug), &inputs, &options);
    add_mnemonics(&mut report, &outcome);
    report.json.insert("peak_rss_bytes".to_owned(), json!(peak));
    if outcome.status.is_success() {
        return Ok(report);
    }
    let cause = format!("the program's status is {}, not exit(0)", outcome.status);
    // A Linux program's exit code is the command's.
    let code = exit_code(outcome.status).filter(|_| source.start.is_some());
    Ok(match code.and_then(|code| u8::try_from(code).ok()) {
        Some(code) => report.ended(code, cause),
        None => report.failed(cause),
    })
}

/// Adds what the program marked, for which it runs once more.
fn add_markers(
    report: &mut Report,
    (program, debug): (&Program, &Debug<'_>),
    inputs: &Inputs,
    options: &Options,
) {
    if markers::are_in(program)
        && let Ok((recording, _)) = record(program, debug, inputs, options)
    {
        let weights = Weights::usual(program.word());
        recording.markers.add(report, &recording.total, &weights);
    }
}

/// Adds what a Linux program wrote to its standard output, as far as it is text.
fn add_text(report: &mut Report, outcome: &Outcome) {
    let Ok(text) = str::from_utf8(&outcome.output) else {
        return;
    };
    for line in text.lines() {
        report.fact("wrote", printable(line));
    }
    report.json.insert("output_text".to_owned(), json!(text));
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

/// Adds what came of a run, which is padded to `2^vars` cycles.
pub fn add_outcome(report: &mut Report, outcome: &Outcome, vars: usize) {
    let (retired, cycles) = (outcome.retired, outcome.cycles);
    report.fact("ended with", outcome.status);
    report.fact("output", abridged(&outcome.output));
    report.fact("instructions", thousands(retired));
    let ratio = cycles as f64 / retired.max(1) as f64;
    let per = format!("{ratio:.3} per instruction, padded to 2^{vars}");
    report.fact("cycles", format!("{} ({per})", thousands(cycles)));
    for line in outcome.printed.lines() {
        report.fact("printed", printable(line));
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

/// Adds where the program ended: the address, the function, and the line if it is known.
fn add_end(report: &mut Report, (program, debug): (&Program, &Debug<'_>), outcome: &Outcome) {
    let places = debug.places(outcome.pc);
    let position = places.last().and_then(|place| place.position());
    let line = position.map_or(String::new(), |position| format!(", {position}"));
    report.fact("ended at", location(program, outcome.pc) + &line);
    report.json.insert("end_pc".to_owned(), json!(outcome.pc));
    let symbol = place(program, outcome.pc);
    report.json.insert("end_symbol".to_owned(), json!(symbol));
}

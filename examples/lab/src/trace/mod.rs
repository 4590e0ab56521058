//! `jolt-lab trace`: what happens in a run, cycle by cycle.
//!
//! | module | is |
//! |---|---|
//! | [`step`] | one cycle, and its fields in JSON |
//! | [`operation`] | what a bytecode row does, in words |
//! | [`text`] | cycles as lines of text |
//! | [`lookups`] | the lookups, written to a file |
//!
//! Cycles are shown as they happen and forgotten: memory does not grow with the run. A reader of the
//! output that has seen enough may close it.

pub mod lookups;
pub mod operation;
pub mod step;
pub mod text;

use crate::cli::TraceArguments;
use crate::report::{Report, thousands};
use crate::source::{Source, fault};
use anyhow::{Context, bail};
use serde_json::json;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use step::{Step, Steps};
use tracer::{Options, TraceError};

/// Why showing ended early.
pub enum Stop {
    /// The run cannot go on.
    Fault(TraceError),
    /// What is shown cannot be written.
    Output(io::Error),
}

impl From<TraceError> for Stop {
    fn from(error: TraceError) -> Self {
        Stop::Fault(error)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Output(error)
    }
}

/// Shows a run, or writes its lookups to a file.
///
/// # Errors
/// Unreadable or unwritable files, an empty range. A run that faults in the range is a negative verdict.
pub fn trace(arguments: &TraceArguments) -> anyhow::Result<Report> {
    let run = &arguments.run;
    let range = arguments.from..arguments.to.unwrap_or(u64::MAX);
    if range.is_empty() {
        bail!("no cycle is from {} and before {}", range.start, range.end);
    }
    let source = Source::started(&run.program, &run.process)?;
    let program = source.program()?;
    let inputs = source.inputs(run.input.as_deref(), run.private_input.as_deref())?;
    let options = Options {
        max_cycles: run.longest(),
    };
    let mut steps = match Steps::new(&program, &inputs, options) {
        Ok(steps) => steps,
        Err(error) => return Ok(failed(&arguments.lookups, fault(&program, &error))),
    };
    if let Some(path) = &arguments.lookups {
        return lookups::write(path, &source.name, &program, &mut steps, range);
    }
    let mut output = BufWriter::new(io::stdout().lock());
    let shown = show(&mut output, &mut steps, range.clone(), run.json);
    match shown.and_then(|shown| Ok(output.flush().map(|()| shown)?)) {
        Ok(true) => Ok(printed()),
        Ok(false) => Ok(failed(&None, ended_before(&range, &steps))),
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is left in the buffer has nowhere to go.
            let _ = output.into_parts();
            Ok(printed())
        }
        Err(Stop::Output(error)) => Err(error).context("cannot write to standard output"),
        Err(Stop::Fault(error)) => {
            let _ = output.flush();
            Ok(failed(&None, fault(&program, &error)))
        }
    }
}

/// Why there is nothing to show.
fn ended_before(range: &Range<u64>, steps: &Steps<'_>) -> String {
    let (from, cycles) = (thousands(range.start), thousands(steps.cycle()));
    format!("there is no cycle {from}: the program ended after {cycles} cycles")
}

fn printed() -> Report {
    Report {
        printed: true,
        ..Report::default()
    }
}

fn failed(lookups: &Option<std::path::PathBuf>, cause: String) -> Report {
    let report = match lookups {
        Some(path) => Report::new(json!({ "lookups": path.display().to_string() })),
        None => printed(),
    };
    report.failed(cause)
}

/// Shows the cycles of a range; whether there were any.
fn show(
    output: &mut impl Write,
    steps: &mut Steps<'_>,
    range: Range<u64>,
    as_json: bool,
) -> Result<bool, Stop> {
    steps.skip_to(range.start)?;
    let mut function = None;
    let mut any = false;
    while let Some(step) = steps.next_before(range.end)? {
        any = true;
        if as_json {
            serde_json::to_writer(&mut *output, &step).map_err(io::Error::from)?;
            output.write_all(b"\n")?;
            continue;
        }
        if function != Some(step.symbol.clone()) {
            heading(output, &step)?;
            function = Some(step.symbol.clone());
        }
        writeln!(output, "{}", text::line(&step))?;
    }
    Ok(any)
}

/// The line before cycles of another function than the last one's.
fn heading(output: &mut impl Write, step: &Step) -> io::Result<()> {
    match (&step.symbol, step.offset) {
        (Some(name), Some(0)) => writeln!(output, "{name}:"),
        (Some(name), offset) => writeln!(output, "{name}+{:#x}:", offset.unwrap_or(0)),
        (None, _) => writeln!(output, "(no symbol):"),
    }
}

//! The lookups of a run, written to a file that `jolt-lab lookup --reads` takes. The format is that of
//! [`jolt_core::lookup::recorded`].

use super::step::Steps;
use super::{Stop, ended_before, failed};
use crate::report::{Report, bytes, thousands};
use crate::source::{NewFile, fault};
use anyhow::Context;
use jolt_core::lookup::recorded::Recorder;
use serde_json::{Map, Value, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Seek};
use std::ops::Range;
use std::path::Path;
use tracer::Program;

/// What was written.
struct Written {
    cycles: u64,
    reads: u64,
    bytes: u64,
    by_table: BTreeMap<&'static str, u64>,
}

/// Writes the lookups of a range of cycles.
///
/// # Errors
/// The file cannot be written. There is none unless the program runs to the end of the range.
pub fn write(
    path: &Path,
    name: &str,
    program: &Program,
    steps: &mut Steps<'_>,
    range: Range<u64>,
) -> anyhow::Result<Report> {
    let mut file = NewFile::create(path)?;
    let written = match record(file.file()?, program, steps, range.clone()) {
        Ok(written) => written,
        Err(Stop::Output(error)) => return Err(error).with_context(|| file.cannot()),
        Err(Stop::Fault(error)) => {
            return Ok(failed(&Some(path.to_owned()), fault(program, &error)));
        }
    };
    if written.cycles == 0 {
        return Ok(failed(&Some(path.to_owned()), ended_before(&range, steps)));
    }
    file.complete()?;
    Ok(report(path, name, &written))
}

fn record(
    file: &mut File,
    program: &Program,
    steps: &mut Steps<'_>,
    range: Range<u64>,
) -> Result<Written, Stop> {
    let mut recorder = Recorder::new(BufWriter::new(file), program.word())?;
    let mut by_table = BTreeMap::new();
    steps.skip_to(range.start)?;
    let start = steps.cycle();
    while let Some((_, cycle)) = steps.next_cycle(range.end)? {
        let row = &program.rows()[cycle.row as usize];
        recorder.push_cycle(row, cycle.index)?;
        if let Some(table) = row.table {
            *by_table.entry(table.name()).or_default() += 1;
        }
    }
    let reads = recorder.reads();
    let bytes = recorder.finish()?.stream_position()?;
    Ok(Written {
        cycles: steps.cycle() - start,
        reads,
        bytes,
        by_table,
    })
}

fn report(path: &Path, name: &str, written: &Written) -> Report {
    let mut tables: Vec<_> = written.by_table.iter().collect();
    tables.sort_by_key(|(_, count)| Reverse(**count));
    let by_table = tables
        .iter()
        .map(|(name, count)| ((**name).to_owned(), json!(count)));
    let by_table = Value::Object(by_table.collect::<Map<_, _>>());
    let mut report = Report::new(json!({
        "program": name,
        "lookups": path.display().to_string(),
        "cycles": written.cycles,
        "reads": written.reads,
        "bytes": written.bytes,
        "reads_by_table": by_table,
    }));
    report.line(format!("{}: lookups of {name}", path.display()));
    report.fact("cycles", thousands(written.cycles));
    report.fact("lookups", thousands(written.reads));
    report.fact("size", bytes(written.bytes));
    let listed: Vec<String> = tables
        .iter()
        .map(|(name, count)| format!("{name} {}", thousands(**count)))
        .collect();
    report.wrapped("tables", &listed);
    report
}

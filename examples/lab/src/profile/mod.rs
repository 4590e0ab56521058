//! `jolt-lab profile`: where the cycles of a run and the prover's work go.
//!
//! | module | is |
//! |---|---|
//! | [`shadow`] | call stacks, from calls and returns |
//! | [`debug`] | names, files and lines of addresses, inlined functions |
//! | [`work`] | what a cycle makes the prover do |
//! | [`weights`] | what that takes it, by phase |
//! | [`mod@calibrate`] | the same, measured |
//! | [`mod@record`] | a run as a tree of calls |
//! | [`markers`] | what parts of itself the program marked |
//! | [`summary`] | functions, lines, call tree, as text and JSON |
//! | [`timeline`] | when calls began and ended |
//! | [`pprof`] | the format of `pprof` |
//! | [`files`] | files for other programs |
//! | [`backtrace`] | the calls that had not returned |
//! | [`kinds`] | cycles by kind of instruction |

pub mod backtrace;
pub mod calibrate;
pub mod debug;
pub mod files;
pub mod kinds;
pub mod markers;
pub mod pprof;
pub mod record;
pub mod shadow;
pub mod summary;
pub mod timeline;
pub mod weights;
pub mod work;

use crate::cli::{CalibratedArguments, ProfileArguments, ProfileFormat, Protocol};
use crate::report::{Report, bytes, exit_code, thousands};
use crate::source::{NewFile, Source, fault, quoted};
use anyhow::bail;
use debug::Debug;
use files::{Recorded, format_of};
use instruction_tables::WordSize;
use record::{DEPTH_NOTE, Recording, record};
use serde_json::{Value, json};
use std::path::Path;
use summary::Summary;
use tracer::Options;
use weights::Weights;

/// Profiles a run.
///
/// # Errors
/// Unreadable or unwritable files, no format. A run that ends badly is a negative verdict, with the profile up to there.
pub fn profile(arguments: &ProfileArguments) -> anyhow::Result<Report> {
    let ProfileArguments {
        run,
        output,
        format,
        by,
        top,
        weights,
        calibrate,
        protocol,
    } = arguments;
    let outputs = outputs(output, *format)?;
    let source = Source::started(&run.program, &run.process)?;
    let program = source.program()?;
    let inputs = source.inputs(run.input.as_deref(), run.private_input.as_deref())?;
    let options = Options {
        max_cycles: run.longest(),
    };
    let files = outputs.iter().map(|(path, _)| NewFile::create(path));
    let files = files.collect::<anyhow::Result<Vec<_>>>()?;
    let debug = Debug::new(&program, &source.elf);
    let (recording, end) = match record(&program, &debug, &inputs, &options) {
        Ok(recorded) => recorded,
        Err(error) => return Ok(Report::default().failed(fault(&program, &error))),
    };
    let weights = match (weights, calibrate) {
        (Some(path), _) => Weights::read(path, program.word())?,
        (None, Some(path)) => calibrated(path, protocol, program.word())?,
        (None, None) => Weights::usual(program.word()),
    };
    let mut report = Report::new(json!({ "program": source.name }));
    let cycles = thousands(recording.total.cycles);
    let executed = thousands(recording.total.executed);
    report.line(format!(
        "{}: {cycles} cycles of {executed} instructions",
        source.name
    ));
    if let Some(start) = &source.start {
        start.add(&mut report, &source.elf);
    }
    verdict::floats::add(&mut report, &program);
    Summary::of(&recording, &weights, *by).add(&mut report, *top);
    if let Ok(outcome) = &end.result {
        kinds::add_kinds(&mut report, outcome);
    }
    notes(&mut report, &recording, &debug);
    let recorded = Recorded {
        program: &source.name,
        recording: &recording,
        debug: &debug,
        weights: &weights,
        by: *by,
    };
    let mut written = Vec::new();
    for ((path, format), file) in outputs.iter().zip(files) {
        if recorded.abridges(*format) {
            report.prose(format!(
                "note: {} has the heaviest paths of calls only, {}: what is of others counts for their caller",
                quoted(path),
                bytes(files::FOLDED as u64)
            ));
        }
        file.finish(&recorded.file(*format)?)?;
        report.fact("wrote", format!("{} ({})", quoted(path), shown_by(*format)));
        written.push(Value::from(path.display().to_string()));
    }
    report.json.insert("files".to_owned(), written.into());
    let status = match &end.result {
        Ok(outcome) => outcome.status,
        Err(error) => {
            backtrace::add_stack(&mut report, &debug, &end.stack, end.pc);
            return Ok(report.failed(fault(&program, error)));
        }
    };
    report
        .json
        .insert("status".to_owned(), json!(status.to_string()));
    report
        .json
        .insert("exit_code".to_owned(), json!(exit_code(status)));
    if status.is_success() {
        return Ok(report);
    }
    backtrace::add_stack(&mut report, &debug, &end.stack, end.pc);
    Ok(report.failed(format!("the program's status is {status}, not exit(0)")))
}

/// Weights measured now, in a file.
fn calibrated(path: &Path, asked: &CalibratedArguments, word: WordSize) -> anyhow::Result<Weights> {
    let file = NewFile::create(path)?;
    let told = |name: &str| eprintln!("measuring {name}");
    let protocol = Protocol {
        lookup: asked.lookup.clone(),
        memory: asked.memory.clone(),
        pcs: asked.pcs.clone(),
        ..Protocol::default()
    };
    let weights = calibrate::calibrate(&protocol, word, told)?;
    file.finish(format!("{:#}\n", serde_json::to_value(&weights)?).as_bytes())?;
    Ok(weights)
}

/// The files to write, and how.
fn outputs(
    paths: &[std::path::PathBuf],
    format: Option<ProfileFormat>,
) -> anyhow::Result<Vec<(&Path, ProfileFormat)>> {
    match (paths, format) {
        ([], Some(_)) => bail!("--format is of a file to write: give one with -o"),
        ([_, _, ..], Some(_)) => bail!("--format is of one file, and there are several"),
        ([path], Some(format)) => Ok(vec![(path, format)]),
        (paths, None) => {
            let all = paths
                .iter()
                .map(|path| Ok((path.as_path(), format_of(path)?)));
            all.collect()
        }
    }
}

/// What shows a file.
fn shown_by(format: ProfileFormat) -> &'static str {
    match format {
        ProfileFormat::Svg => "a flame graph, for a browser",
        ProfileFormat::Folded => "folded stacks",
        ProfileFormat::Pprof => "for pprof: go tool pprof -http=: FILE",
        ProfileFormat::Perfetto => "a timeline, for https://ui.perfetto.dev",
    }
}

/// What has to be known of a recording that is not all that happened, or lacks names.
fn notes(report: &mut Report, recording: &Recording, debug: &Debug<'_>) {
    let mut notes = Vec::new();
    if recording.stacks > 1 {
        notes.push(format!(
            "{} stacks: threads, coroutines and what a kernel began with",
            recording.stacks
        ));
    }
    if recording.too_deep {
        notes.push(DEPTH_NOTE.to_owned());
    }
    if recording.abridged {
        notes.push(format!(
            "more than {} paths of calls, or {} functions in all of them: what is beyond counts for the caller",
            thousands(record::NODES as u64),
            thousands(record::STEPS as u64)
        ));
    }
    if recording.timeline.shortest > 0 {
        notes.push(format!(
            "the timeline has the longest calls only, from {} cycles on",
            thousands(recording.timeline.shortest)
        ));
    }
    notes.extend(debug.advice());
    for note in &notes {
        report.prose(format!("note: {note}"));
    }
    report.json.insert("notes".to_owned(), json!(notes));
}

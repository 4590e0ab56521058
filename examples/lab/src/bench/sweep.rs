//! Many measurements, one after the other: repetitions, limits, and a file that is continued.

use super::document::{Document, Entry, size_key, text};
use super::figures::{Unit, result};
use super::floor::Tally;
use super::measure::{Asked, Limits, Purpose, Request, Sample, ask};
use super::{compare, csv, files, html};
use crate::cli::{HyraxRows, Measuring, ReportArguments, SetupArguments};
use crate::columns::wrapped;
use crate::keys;
use crate::registry::scheme;
use crate::seed::Seed;
use crate::source::NewFile;
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// One measurement of a sweep.
#[derive(Clone, Debug)]
pub struct Step {
    /// The fields that identify it.
    pub entry: Entry,
    /// What to ask; or why it is left out.
    pub request: Result<Request, String>,
    /// What its figures are divided by, if that is known before.
    pub unit: Unit,
    /// `log2` of its size.
    pub log_size: usize,
}

/// Fields that all sweeps have among their settings.
pub fn settings(measuring: &Measuring, setup: &SetupArguments, seed: Seed) -> Value {
    let mut settings = json!({
        "repeat": measuring.repeat,
        "warm_up": measuring.warm_up,
        "repeat_seconds": measuring.repeat_seconds,
        "max_seconds": measuring.max_seconds,
        "max_memory": measuring.max_memory,
        "count_up_to": measuring.count_up_to,
    });
    if !seed.is_usual() {
        settings["seed"] = json!(seed.seed);
    }
    if let Some(path) = &setup.srs {
        settings["srs"] = json!(path.display().to_string());
    }
    if let Some(HyraxRows(vars)) = setup.hyrax.hyrax_rows {
        settings["hyrax_rows"] = json!(1 << vars);
    }
    settings
}

/// Schemes by name, each with the setup for it: the file is for those that take one.
///
/// # Errors
/// Unknown names, or a file that none of them takes.
pub fn schemes(
    names: &[String],
    setup: &SetupArguments,
) -> anyhow::Result<Vec<(String, SetupArguments)>> {
    let named = names.iter().map(|name| {
        let scheme = scheme(name)?;
        Ok((name.clone(), keys::suited(&*scheme, setup)))
    });
    let named: Vec<(String, SetupArguments)> = named.collect::<anyhow::Result<_>>()?;
    if setup.srs.is_some() && named.iter().all(|(_, setup)| setup.srs.is_none()) {
        let names = names.join(", ");
        bail!("--srs: none of these schemes takes powers from a file: {names}");
    }
    let cut = |(_, setup): &(String, SetupArguments)| setup.hyrax.hyrax_rows.is_some();
    if setup.hyrax.hyrax_rows.is_some() && !named.iter().any(cut) {
        bail!(
            "--hyrax-rows: none of these schemes makes a matrix of polynomials: {}",
            names.join(", ")
        );
    }
    Ok(named)
}

/// The numbers of threads to measure with.
pub fn thread_counts(measuring: &Measuring, threads: Option<u16>) -> Vec<Option<u16>> {
    match (measuring.thread_counts.as_slice(), threads) {
        ([], threads) => vec![threads],
        (counts, _) => counts.iter().map(|n| Some(*n)).collect(),
    }
}

/// The number of threads that a child has by default.
pub fn threads_of(threads: Option<u16>) -> usize {
    threads.map_or_else(rayon::current_num_threads, usize::from)
}

/// Takes the steps that the file does not have yet, and writes it after each. `told` hears of each result.
///
/// # Errors
/// Files that cannot be written or do not fit, and measurements that fail.
pub fn run(
    document: Document,
    steps: &[Step],
    measuring: &Measuring,
    mut told: impl FnMut(&Entry),
) -> anyhow::Result<Document> {
    files::prepare(&measuring.output.figures)?;
    let mut document = match &measuring.json {
        Some(path) => document.resume(path)?,
        None => document,
    };
    let measured = steps.iter().filter(|step| step.request.is_ok()).count();
    let advice = compare::advice(measured, measuring.repeat.get());
    if let Some(advice) = advice.filter(|_| measuring.json.is_some() && !measuring.no_advice) {
        eprint!("{}", wrapped("", &advice, 2));
    }
    let mut bar = Bar::new(steps.iter().map(Step::weight).sum());
    for step in steps {
        if document.find(&step.entry).is_none() {
            bar.show(&step.name(&document));
            let entry = match over_before(&document, step, measuring) {
                Some(reason) => skipped(step, &reason),
                None => take(step, measuring, &bar)?,
            };
            document.put(entry);
            if let Some(path) = &measuring.json {
                document.write(path)?;
            }
        }
        bar.advance(step.weight());
        if let Some(entry) = document.find(&step.entry) {
            told(entry);
        }
    }
    bar.finish();
    write_reports(&document, &measuring.output)?;
    Ok(document)
}

/// Writes the table, the report and the files for a paper, where they are wanted.
///
/// # Errors
/// They cannot be written.
pub fn write_reports(document: &Document, output: &ReportArguments) -> anyhow::Result<()> {
    if let Some(path) = &output.csv {
        NewFile::create(path)?.finish(csv::table(document).as_bytes())?;
    }
    if let Some(path) = &output.html {
        NewFile::create(path)?.finish(html::report(document)?.as_bytes())?;
    }
    if let Some(directory) = &output.figures.figures {
        files::write(document, directory, &output.figures)?;
    }
    Ok(())
}

impl Step {
    /// How long it takes, roughly, in units of nothing.
    fn weight(&self) -> u64 {
        match self.request {
            Ok(_) => (1 << self.log_size) + (1 << 12),
            Err(_) => 0,
        }
    }

    fn name(&self, document: &Document) -> String {
        document.identity(&self.entry).join(" ").trim().to_owned()
    }
}

fn skipped(step: &Step, reason: &str) -> Entry {
    let mut entry = step.entry.clone();
    entry.insert("skipped".to_owned(), json!(reason));
    entry
}

/// Why a step is left out: a smaller one of its series took too long, or too much memory.
fn over_before(document: &Document, step: &Step, measuring: &Measuring) -> Option<String> {
    let size = size_key(&document.kind);
    let series = |entry: &Entry| {
        let mut of = entry.clone();
        of.insert(size.to_owned(), Value::Null);
        document.identity(&of)
    };
    let wanted = series(&step.entry);
    document.results.iter().find_map(|entry| {
        let log = entry.get(size)?.as_u64()?;
        let smaller = log < step.log_size as u64 && series(entry) == wanted;
        let over = match (entry.get("prove_s"), measuring.max_seconds) {
            (Some(seconds), Some(limit)) => seconds.as_f64()? > limit,
            _ => text(entry, "skipped").starts_with("stopped"),
        };
        (smaller && over).then(|| format!("2^{log} exceeded the limit"))
    })
}

fn take(step: &Step, measuring: &Measuring, bar: &Bar) -> anyhow::Result<Entry> {
    let request = match &step.request {
        Ok(request) => request,
        Err(reason) => return Ok(skipped(step, reason)),
    };
    let limits = Limits {
        // Keys are made once; with them, and programs to run, a child takes longer than its prover.
        seconds: measuring.max_seconds.map(|s| 2.0 * s + 60.0),
        bytes: measuring.max_memory.map(|mib| mib << 20),
    };
    for _ in 0..measuring.warm_up {
        if let Asked::Stopped(reason) = ask::<Sample>(request, limits)? {
            return Ok(skipped(step, &reason));
        }
    }
    let start = Instant::now();
    let mut samples: Vec<Sample> = Vec::new();
    while samples.len() < measuring.repeat.get() {
        match ask(request, limits)? {
            Asked::Answer(sample) => samples.push(sample),
            Asked::Stopped(reason) => return Ok(skipped(step, &reason)),
        }
        bar.tick();
        let enough = measuring.repeat_seconds;
        if enough.is_some_and(|s| start.elapsed().as_secs_f64() >= s) {
            break;
        }
    }
    let mut counts: Option<Tally> = None;
    if step.log_size <= usize::from(measuring.count_up_to) {
        let request = Request {
            purpose: Purpose::Count,
            ..request.clone()
        };
        if let Asked::Answer(found) = ask(&request, limits)? {
            counts = found;
        }
    }
    let first = samples.first().context("no repetition")?;
    let unit = match first.facts.get("cycles").and_then(Value::as_u64) {
        Some(count) => Unit { count, ..step.unit },
        None => step.unit,
    };
    Ok(result(step.entry.clone(), unit, &samples, counts.as_ref()))
}

/// Progress with time left, on a terminal.
struct Bar {
    bar: ProgressBar,
}

impl Bar {
    fn new(weight: u64) -> Self {
        let bar = match std::io::stderr().is_terminal() {
            true => ProgressBar::new(weight),
            false => ProgressBar::hidden(),
        };
        let template = "{spinner} [{elapsed}, {eta} left] {wide_bar} {percent} % {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Bar { bar }
    }

    fn show(&self, message: &str) {
        self.bar.set_message(message.to_owned());
    }

    fn tick(&self) {
        self.bar.tick();
    }

    fn advance(&mut self, weight: u64) {
        self.bar.inc(weight);
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

//! `jolt-lab reproduce`: claims of papers, measured here.
//!
//! | module | is |
//! |---|---|
//! | [`manifest`] | what a manifest says |
//! | [`mod@judge`] | whether results are what its conditions say |
//!
//! Manifests are `papers/reproduce/*.toml`; results recorded beside them are `results/NAME.json`: the size, the
//! document of every run ([`crate::bench::document`]; those recorded before December 2026 have no samples), and the verdicts.

pub mod judge;
pub mod manifest;

use crate::bench::document::{Document, REPRODUCTION};
use crate::bench::{self, files, html};
use crate::cli::{Bench, Cli, Command, ReproduceArguments};
use crate::report::{Report, seconds, show};
use crate::source::NewFile;
use anyhow::{Context, bail};
use judge::{Judged, Verdict, judge};
use manifest::{Manifest, Size};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Instant;

macro_rules! manifests {
    ($($name:literal),* $(,)?) => {
        /// All manifests: name and contents.
        pub const MANIFESTS: &[(&str, &str)] = &[$((
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../papers/reproduce/", $name, ".toml")),
        )),*];
    };
}

manifests!(
    "lasso-linear",
    "lasso-decomposition",
    "logup-gkr-against-lasso",
    "shout-against-lasso",
    "jolt-cost-per-cycle",
    "prefix-suffix-index-bits",
    "small-values",
    "spartan-share",
    "one-hot-columns",
    "twist-against-offline",
    "commitment-schemes",
    "sweep",
);

/// What conditions may come to, in the order of a table's columns.
const VERDICTS: [Verdict; 4] = [
    Verdict::Confirmed,
    Verdict::NotConfirmed,
    Verdict::NotJudged,
    Verdict::NoResults,
];

/// The manifest of a name.
///
/// # Errors
/// There is none; the message lists them.
pub fn find(name: &str) -> anyhow::Result<Manifest> {
    let found = MANIFESTS.iter().find(|(known, _)| *known == name);
    let (_, text) = found.with_context(|| {
        let names: Vec<&str> = MANIFESTS.iter().map(|(name, _)| *name).collect();
        format!("no manifest `{name}`; there are: {}", names.join(", "))
    })?;
    Manifest::parse(text).with_context(|| format!("manifest {name}"))
}

/// Regenerates what a manifest is about, and judges it; or all of them.
///
/// # Errors
/// There is no such manifest, or a measurement fails.
pub fn reproduce(arguments: &ReproduceArguments, threads: Option<u16>) -> anyhow::Result<Report> {
    match &arguments.name {
        Some(name) => one(name, arguments, threads),
        None if arguments.all => all(arguments, threads),
        None if arguments.figures.figures.is_some() => {
            bail!("--figures: of which manifest? `jolt-lab reproduce` lists them")
        }
        None => list(),
    }
}

/// All manifests, each printed when it is judged, and how many conditions of each came out how.
fn all(arguments: &ReproduceArguments, threads: Option<u16>) -> anyhow::Result<Report> {
    if let Some(directory) = &arguments.output {
        std::fs::create_dir_all(directory)
            .with_context(|| format!("cannot make {}", directory.display()))?;
    }
    let within = |directory: &Option<PathBuf>, name: &str| {
        let directory = directory.as_ref();
        directory.map(|directory| directory.join(format!("{name}.json")))
    };
    let mut summary = Report::default();
    let (mut rows, mut sums) = (Vec::new(), [0usize; VERDICTS.len()]);
    let began = Instant::now();
    for (name, _) in MANIFESTS {
        let arguments = ReproduceArguments {
            name: Some((*name).to_owned()),
            results: within(&arguments.results, name),
            output: within(&arguments.output, name),
            ..arguments.clone()
        };
        let start = Instant::now();
        let report = one(name, &arguments, threads)?;
        let took_s = start.elapsed().as_secs_f64();
        if !arguments.json {
            show(&format!("{}\n", report.text))?;
        }
        let judged = report.json.get("conditions").and_then(Value::as_array);
        let verdicts = judged
            .into_iter()
            .flatten()
            .map(|condition| &condition["verdict"]);
        let verdicts: Vec<&Value> = verdicts.collect();
        let counts = VERDICTS.map(|verdict| {
            let same = verdicts.iter().filter(|other| ***other == json!(verdict));
            same.count()
        });
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
        rows.push((*name, counts, took_s, Value::Object(report.json)));
    }
    let took_s = began.elapsed().as_secs_f64();
    let row = |name: &str, counts: [usize; VERDICTS.len()], took_s: f64| {
        let cells = counts.map(|count| format!("{count:>11}"));
        format!("{name:<25} {} {:>8}", cells.concat(), seconds(took_s))
    };
    let heads = VERDICTS.map(|verdict| format!("{:>11}", verdict.short()));
    summary.line(format!(
        "{:<25} {} {:>8}",
        "conditions",
        heads.concat(),
        "time"
    ));
    for (name, counts, took_s, _) in &rows {
        summary.line(row(name, *counts, *took_s));
    }
    summary.line(row("all", sums, took_s));
    let rows = rows.into_iter().map(|(_, _, took_s, mut row)| {
        row["took_s"] = json!(took_s);
        row
    });
    summary.json.insert("manifests".to_owned(), rows.collect());
    summary.json.insert("took_s".to_owned(), json!(took_s));
    Ok(summary)
}

fn one(name: &str, arguments: &ReproduceArguments, threads: Option<u16>) -> anyhow::Result<Report> {
    let manifest = find(name)?;
    files::prepare(&arguments.figures)?;
    let (size, documents) = match &arguments.results {
        Some(path) => read(path, name)?,
        None => (arguments.size, measure(&manifest, arguments, threads)?),
    };
    let mut report = Report::default();
    report.prose(format!("{name}: {}", manifest.title));
    report.fact(
        "paper",
        format!("[{}], {}", manifest.cites.join("; "), manifest.figure),
    );
    report.fact("claim", &manifest.claim);
    report.fact("size", size.name());
    let mut judged = Vec::new();
    for condition in &manifest.conditions {
        let found = documents.iter().find(|(run, _)| *run == condition.run);
        let (_, document) = found.with_context(|| format!("no results of `{}`", condition.run))?;
        let verdict = judge(condition, document, size);
        let head = format!("  {:<24} ", verdict.verdict.text());
        report.beside(&head, &describe(&verdict));
        judged.push(verdict);
    }
    let refuted = judged.iter().any(|j| j.verdict == Verdict::NotConfirmed);
    if let (true, Some(why)) = (refuted, &manifest.here) {
        report.fact("why", why);
    }
    let file = json!({
        "kind": REPRODUCTION,
        "name": name,
        "size": size,
        "runs": documents.iter().map(|(run, document)| json!({
            "run": run,
            "document": document.json(),
        })).collect::<Vec<_>>(),
        "conditions": judged,
    });
    if let Some(path) = &arguments.output {
        let text = serde_json::to_string_pretty(&file)?;
        NewFile::create(path)?.finish(format!("{text}\n").as_bytes())?;
        report.fact("written to", path.display());
        for (run, _) in &documents {
            // Kept as long as something was missing.
            let _ = std::fs::remove_file(part(path, run));
        }
    }
    if let Some(directory) = &arguments.html {
        std::fs::create_dir_all(directory)
            .with_context(|| format!("cannot make {}", directory.display()))?;
        for (run, document) in &documents {
            let path = directory.join(format!("{name}-{run}.html"));
            let page = html::report(document)?;
            NewFile::create(&path)?.finish(page.as_bytes())?;
            report.fact("report", path.display());
        }
    }
    if let Some(directory) = &arguments.figures.figures {
        for (run, document) in &documents {
            let directory = directory.join(format!("{name}-{run}"));
            files::write(document, &directory, &arguments.figures)?;
            report.fact("figures", directory.display());
        }
    }
    report.json.insert("name".to_owned(), json!(name));
    report.json.insert("size".to_owned(), json!(size));
    report.json.insert("conditions".to_owned(), json!(judged));
    Ok(report)
}

fn describe(judged: &Judged) -> String {
    let found = judged.found.map_or_else(String::new, |(least, greatest)| {
        let number = |x: f64| match x.abs() {
            x if x >= 100.0 => format!("{x:.0}"),
            x => format!("{x:.3}"),
        };
        let found = match least == greatest {
            true => number(least),
            false => format!("{} … {}", number(least), number(greatest)),
        };
        let wanted = match judged.wanted {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (None, Some(max)) => format!("at most {max}"),
            (None, None) => "anything".to_owned(),
        };
        format!(": {found} (wanted: {wanted})")
    });
    format!("{}{found}", judged.says)
}

fn list() -> anyhow::Result<Report> {
    let mut report = Report::default();
    let mut all = Vec::new();
    for (name, _) in MANIFESTS {
        let manifest = find(name)?;
        let text = format!("{} [{}]", manifest.title, manifest.cites.join("; "));
        report.beside(&format!("{name:<26} "), &text);
        all.push(json!({
            "name": name,
            "title": manifest.title,
            "cites": manifest.cites,
            "figure": manifest.figure,
            "claim": manifest.claim,
            "commands": manifest.runs.iter().map(|run| json!({
                "smoke": run.line(Size::Smoke),
                "default": run.line(Size::Default),
                "full": run.line(Size::Full),
            })).collect::<Vec<_>>(),
        }));
    }
    report
        .json
        .insert("manifests".to_owned(), Value::Array(all));
    Ok(report)
}

type Documents = Vec<(String, Document)>;

/// The file that a run's results are in until all runs are there.
fn part(output: &Path, run: &str) -> PathBuf {
    output.with_extension(format!("{run}.part.json"))
}

fn measure(
    manifest: &Manifest,
    arguments: &ReproduceArguments,
    threads: Option<u16>,
) -> anyhow::Result<Documents> {
    let mut documents = Vec::new();
    for run in &manifest.runs {
        let temporary = std::env::temp_dir().join(format!("jolt-lab-{}.json", std::process::id()));
        let path = match &arguments.output {
            Some(output) => part(output, &run.name),
            None => temporary.clone(),
        };
        let shown = path.display().to_string();
        let cli = run.parse(arguments.size, &["--no-advice", "--json", &shown])?;
        let measured = bench(&cli, threads).and_then(|()| Document::read(&path));
        // Nothing is lost if it stays behind.
        let _ = std::fs::remove_file(temporary);
        let mut document = measured?;
        // What measures these alone.
        let line = format!("jolt-lab {}", run.line(arguments.size));
        document.head.insert("command".to_owned(), json!(line));
        documents.push((run.name.clone(), document));
    }
    Ok(documents)
}

fn bench(cli: &Cli, threads: Option<u16>) -> anyhow::Result<()> {
    let threads = cli.threads.or(threads);
    match &cli.command {
        Command::Bench(Bench::Lookup(arguments)) => bench::lookup::lookup(arguments, threads)?,
        Command::Bench(Bench::Vm(arguments)) => bench::vm::vm(arguments, threads)?,
        Command::Bench(Bench::Kernels(arguments)) => bench::kernels::kernels(arguments, threads)?,
        Command::Bench(Bench::Pcs(arguments)) => bench::pcs::pcs(arguments, threads)?,
        _ => bail!("a manifest measures lookups, programs, kernels or schemes"),
    };
    Ok(())
}

/// Results recorded earlier.
fn read(path: &Path, name: &str) -> anyhow::Result<(Size, Documents)> {
    let cannot = || format!("{} has no results of `{name}`", path.display());
    let contents =
        std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let value: Value = serde_json::from_slice(&contents).with_context(cannot)?;
    recorded(value, name).with_context(cannot)
}

/// Takes recorded results apart.
fn recorded(mut value: Value, name: &str) -> anyhow::Result<(Size, Documents)> {
    if value["kind"] != REPRODUCTION || value["name"] != name {
        bail!("it is of {} {}", value["kind"], value["name"]);
    }
    let size: Size = serde_json::from_value(value["size"].take())?;
    let Value::Array(runs) = value["runs"].take() else {
        bail!("it has no runs");
    };
    let runs = runs.into_iter().map(|mut run| {
        let name = run["run"].as_str().context("a run has no name")?.to_owned();
        Ok((name, Document::from_json(run["document"].take())?))
    });
    Ok((size, runs.collect::<anyhow::Result<_>>()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;

    fn directory() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../papers/reproduce")
    }

    fn names(directory: &Path, extension: &str) -> BTreeSet<String> {
        let files = fs::read_dir(directory).into_iter().flatten();
        let paths = files.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.extension().is_some_and(|e| e == extension))
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn every_manifest_is_one_and_cites_what_exists() {
        let known: BTreeSet<String> = MANIFESTS
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        assert_eq!(known, names(&directory(), "toml"));
        let bibliography = fs::read_to_string(directory().join("../references.bib")).unwrap();
        for (name, _) in MANIFESTS {
            let manifest = find(name).unwrap();
            assert!(
                !manifest.cites.is_empty() && !manifest.conditions.is_empty(),
                "{name}"
            );
            for key in &manifest.cites {
                let entry = format!("{{{key},");
                assert!(bibliography.contains(&entry), "{name}: [{key}]");
            }
        }
    }

    /// Verdicts beside recorded results are what the conditions say of them today.
    #[test]
    fn recorded_results_are_judged_as_recorded() {
        for name in names(&directory().join("results"), "json") {
            let manifest = find(&name).unwrap();
            let path = directory().join(format!("results/{name}.json"));
            let value: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            let verdicts: Vec<Judged> =
                serde_json::from_value(value["conditions"].clone()).unwrap();
            let (size, documents) = recorded(value, &name).unwrap();
            let judged = manifest.conditions.iter().map(|condition| {
                let (_, document) = (documents.iter())
                    .find(|(run, _)| *run == condition.run)
                    .unwrap();
                judge(condition, document, size)
            });
            for (now, then) in judged.zip(&verdicts) {
                assert_eq!(
                    (&now.says, now.verdict),
                    (&then.says, then.verdict),
                    "{name}"
                );
            }
            assert_eq!(verdicts.len(), manifest.conditions.len(), "{name}");
            let refuted = verdicts.iter().any(|j| j.verdict == Verdict::NotConfirmed);
            assert!(
                !refuted || manifest.here.is_some(),
                "{name}: say why it is not confirmed"
            );
        }
    }
}

//! What a report shows: sections of plots and a table, whatever they are written as.

use super::document::{Document, Entry, keys, number, size_key, text};
use super::plot::{Bar, Bars, Interval, Lines, Name, Plot, Series};
use super::table::Table;
use serde_json::Value;

/// Results that belong together.
#[derive(Clone, Debug)]
pub struct Section {
    /// The table or the program that they are of; empty where there is only one section.
    pub name: String,
    pub figures: Vec<Figure>,
    pub table: Table,
}

/// A plot, and what it is called.
#[derive(Clone, Debug)]
pub struct Figure {
    /// In names of files.
    pub key: &'static str,
    /// Above the plot.
    pub title: String,
    pub plot: Plot,
}

/// What a kind of results is grouped by, and what its lines are.
fn roles(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "bench lookup" => ("table", "argument"),
        "bench vm" => ("program", "lookup"),
        "bench pcs" => ("kind", "pcs"),
        _ => ("", "kernel"),
    }
}

/// What sizes of a kind are numbers of, and what figures are divided by.
pub fn units(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "bench lookup" => ("number of reads", "lookup"),
        "bench vm" => ("number of cycles, padded", "cycle"),
        _ => ("number of rows", "element"),
    }
}

/// The results, in sections.
pub fn sections(document: &Document) -> Vec<Section> {
    let (group, _) = roles(&document.kind);
    let mut names: Vec<String> = Vec::new();
    for entry in &document.results {
        let name = text(entry, group);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let section = |name: String| {
        let own = |entry: &&Entry| text(entry, group) == name;
        let entries: Vec<&Entry> = document.results.iter().filter(own).collect();
        Section {
            figures: figures(document, &entries),
            table: Table::of(document, &entries),
            name,
        }
    };
    names.into_iter().map(section).collect()
}

/// The name of a result's line: its role, unless only other fields differ between results, and those.
pub fn line_name(document: &Document, entry: &Entry) -> Name {
    let (group, role) = roles(&document.kind);
    let size = size_key(&document.kind);
    let varies = |key: &str| {
        let own = text(entry, key);
        document.results.iter().any(|other| text(other, key) != own)
    };
    let keys = keys(&document.kind).unwrap_or_default();
    let others = keys.iter().filter(|key| ![group, role, size].contains(key));
    let shown = |key: &str| match key {
        "threads" => format!("{} threads", text(entry, key)),
        _ => text(entry, key),
    };
    let mut parts: Vec<String> = others
        .filter(|key| varies(key))
        .map(|key| shown(key))
        .collect();
    if parts.is_empty() || varies(role) {
        parts.insert(0, text(entry, role));
    }
    Name(parts)
}

/// A figure's median and spread; all the same where it is the same in every repetition.
fn interval(entry: &Entry, figure: &str) -> Option<Interval> {
    let median = number(entry, figure)?;
    let bound = |suffix: &str| number(entry, &format!("{figure}{suffix}")).unwrap_or(median);
    Some(Interval {
        least: bound("_min"),
        median,
        greatest: bound("_max"),
    })
}

fn figures(document: &Document, entries: &[&Entry]) -> Vec<Figure> {
    let lines = [
        ("prove_s", "Proving", "proving time (s)", 1.0),
        ("peak_rss_bytes", "Memory", "peak memory (MB)", 1e-6),
        ("verify_ms", "Verification", "verification time (ms)", 1.0),
        ("proof_bytes", "Proof", "proof (kB)", 1e-3),
        (
            "multiplications",
            "Multiplications",
            "number of field multiplications",
            1.0,
        ),
        (
            "group_additions",
            "Group additions",
            "number of group additions",
            1.0,
        ),
    ];
    let lines = lines.map(|(key, title, y, scale)| Figure {
        key,
        title: title.to_owned(),
        plot: Plot::Lines(Lines {
            x: units(&document.kind).0.to_owned(),
            y: y.to_owned(),
            series: series(document, entries, key, scale),
        }),
    });
    let bars = [
        ("bytes", "Proof by label", "proof (kB)", "proof_bytes", 1e-3),
        (
            "phases",
            "Proving by phase",
            "proving time (s)",
            "prove_s",
            1.0,
        ),
    ];
    let bars = bars.map(|(key, title, x, whole, scale)| {
        let at = common_size(document, entries, key);
        let size = at.map_or_else(String::new, |at| format!(" at 2^{{{at}}}"));
        Figure {
            key,
            title: format!("{title}{}", size.replace(['{', '}'], "")),
            plot: Plot::Bars(Bars {
                x: format!("{x}{size}"),
                bars: parts(document, entries, key, whole, at, scale),
            }),
        }
    });
    let all = lines.into_iter().chain(bars);
    all.filter_map(|figure| {
        let plot = figure.plot.drawable()?;
        Some(Figure { plot, ..figure })
    })
    .collect()
}

fn series(document: &Document, entries: &[&Entry], figure: &str, scale: f64) -> Vec<Series> {
    let size = size_key(&document.kind);
    let mut all: Vec<Series> = Vec::new();
    for entry in entries {
        let (Some(x), Some(y)) = (number(entry, size), interval(entry, figure)) else {
            continue;
        };
        let (name, point) = (line_name(document, entry), (x, y.scaled(scale)));
        match all.iter_mut().find(|series| series.name == name) {
            Some(series) => series.points.push(point),
            None => all.push(Series {
                name,
                points: vec![point],
            }),
        }
    }
    for series in &mut all {
        series.points.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    all
}

/// The size that most results with this field have; of those the largest.
fn common_size(document: &Document, entries: &[&Entry], object: &str) -> Option<f64> {
    let size = size_key(&document.kind);
    let with = entries
        .iter()
        .filter(|e| e.get(object).is_some_and(Value::is_object));
    let sizes: Vec<f64> = with.filter_map(|entry| number(entry, size)).collect();
    let count = |at: &f64| sizes.iter().filter(|size| *size == at).count();
    let most = sizes
        .iter()
        .max_by(|a, b| count(a).cmp(&count(b)).then(a.total_cmp(b)));
    most.copied()
}

fn parts(
    document: &Document,
    entries: &[&Entry],
    object: &str,
    whole: &str,
    at: Option<f64>,
    scale: f64,
) -> Vec<Bar> {
    let size = size_key(&document.kind);
    let here = entries.iter().filter(|entry| number(entry, size) == at);
    here.filter_map(|entry| {
        let parts = entry.get(object)?.as_object()?.iter();
        let parts =
            parts.filter_map(|(label, value)| Some((label.clone(), value.as_f64()? * scale)));
        Some(Bar {
            name: line_name(document, entry),
            parts: parts.collect(),
            whole: interval(entry, whole).map(|whole| whole.scaled(scale)),
        })
    })
    .collect()
}

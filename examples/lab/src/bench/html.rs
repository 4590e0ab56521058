//! Results as a report with plots: one file, nothing loaded from elsewhere.

mod plot;

use super::csv;
use super::document::{Document, Entry, keys, number, size_key, text};
use super::sweep::write_reports;
use crate::cli::{BenchReportArguments, Measuring};
use crate::report::{Report, bytes, seconds};
use plot::{Bars, Lines, Series};
use serde_json::Value;
use std::fmt::Write;

/// Shows an earlier bench's results.
///
/// # Errors
/// The file has none, or the report cannot be written.
pub fn command(arguments: &BenchReportArguments) -> anyhow::Result<Report> {
    let document = Document::read(&arguments.results)?;
    let measuring = Measuring::writing(arguments.csv.clone(), arguments.html.clone());
    write_reports(&document, &measuring)?;
    let mut report = Report::default();
    for path in [&arguments.csv, &arguments.html].into_iter().flatten() {
        report.fact("written to", path.display());
    }
    Ok(report)
}

const STYLE: &str = "body{font:15px/1.45 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;margin:.5rem 0 1.5rem;font-size:13px}\
td,th{border:1px solid #ccc;padding:.15rem .5rem;text-align:right}\
td:first-child,th:first-child{text-align:left}th{background:#f2f2f2}\
code{background:#f2f2f2;padding:.1rem .3rem}svg{max-width:100%;height:auto}\
.plots{display:flex;flex-wrap:wrap;gap:1rem}.plots>svg{flex:1 1 26rem}details{margin:1rem 0}";

/// Text in HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// What a kind of results is grouped by, and what its lines are.
fn roles(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "bench lookup" => ("table", "argument"),
        "bench vm" => ("program", "lookup"),
        _ => ("", "kernel"),
    }
}

/// The report.
///
/// # Errors
/// A plot cannot be drawn.
pub fn report(document: &Document) -> anyhow::Result<String> {
    let (group, _) = roles(&document.kind);
    let mut groups: Vec<String> = Vec::new();
    for entry in &document.results {
        let name = text(entry, group);
        if !groups.contains(&name) {
            groups.push(name);
        }
    }
    let mut page = String::new();
    let kind = escape(&document.kind);
    write!(
        page,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{kind}</title>\
         <style>{STYLE}</style></head><body>\n<h1>{kind}</h1>\n"
    )?;
    head(&mut page, document)?;
    for name in &groups {
        let entries: Vec<&Entry> = (document.results.iter())
            .filter(|entry| text(entry, group) == *name)
            .collect();
        if !name.is_empty() {
            writeln!(page, "<h2>{}</h2>", escape(name))?;
        }
        section(&mut page, document, &entries)?;
    }
    details(&mut page, document)?;
    page.push_str("</body></html>\n");
    Ok(page)
}

/// What measured, and how.
fn head(page: &mut String, document: &Document) -> anyhow::Result<()> {
    let field = |name: &str| text(&document.head, name);
    writeln!(
        page,
        "<p><code>{}</code></p><table>",
        escape(&field("command"))
    )?;
    let mut row = |name: &str, value: &str| {
        let (name, value) = (escape(name), escape(value));
        writeln!(page, "<tr><th>{name}</th><td>{value}</td></tr>")
    };
    row("commit", &field("commit"))?;
    row(
        "version, build",
        &[field("version"), field("profile")].join(", "),
    )?;
    for object in ["machine", "settings"] {
        if let Some(Value::Object(facts)) = document.head.get(object) {
            for (name, value) in facts.iter().filter(|(_, value)| !value.is_null()) {
                row(
                    &name.replace('_', " "),
                    &text(facts, name).replace("null", &value.to_string()),
                )?;
            }
        }
    }
    page.push_str("</table>\n");
    page.push_str(
        "<p>Lines are medians, bars the least and the greatest of the repetitions. Multiplications are of \
         field elements, the opening left out, over oracles in the clear. Verification includes reading what \
         is public: for reads of several tables, which table each read selects.</p>\n",
    );
    Ok(())
}

/// The name of a line: the role, and whatever else differs between results of one size.
fn line_name(document: &Document, entries: &[&Entry], entry: &Entry) -> String {
    let (group, line) = roles(&document.kind);
    let size = size_key(&document.kind);
    let mut name = text(entry, line);
    for key in keys(&document.kind).unwrap_or_default() {
        let own = text(entry, key);
        let varies = entries.iter().any(|other| text(other, key) != own);
        if varies && ![group, line, size].contains(key) {
            let _ = write!(name, " {key} {own}");
        }
    }
    name
}

fn series(document: &Document, entries: &[&Entry], figure: &str, scale: f64) -> Vec<Series> {
    let size = size_key(&document.kind);
    let mut all: Vec<Series> = Vec::new();
    for entry in entries {
        let (Some(x), Some(y)) = (number(entry, size), number(entry, figure)) else {
            continue;
        };
        let bound = |suffix: &str| number(entry, &format!("{figure}{suffix}")).unwrap_or(y);
        let point = (x, [bound("_min"), y, bound("_max")].map(|y| y * scale));
        let name = line_name(document, entries, entry);
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

fn section(page: &mut String, document: &Document, entries: &[&Entry]) -> anyhow::Result<()> {
    let size = size_key(&document.kind).replace('_', " ");
    page.push_str("<div class=\"plots\">\n");
    for (figure, title, scale) in [
        ("prove_s", "proving, s", 1.0),
        ("peak_rss_bytes", "peak memory, MB", 1e-6),
        ("verify_ms", "verification, ms", 1.0),
        ("multiplications", "field multiplications", 1.0),
        ("group_additions", "group additions", 1.0),
    ] {
        let lines = Lines {
            title,
            x: &size,
            series: series(document, entries, figure, scale),
        };
        if let Some(svg) = lines.svg()? {
            page.push_str(&svg);
        }
    }
    for (object, title) in [
        ("bytes", "proof, kB by label"),
        ("phases", "proving, s by phase"),
    ] {
        let scale = if object == "bytes" { 1e-3 } else { 1.0 };
        if let Some(svg) = bars(document, entries, object, title, scale).svg()? {
            page.push_str(&svg);
        }
    }
    page.push_str("</div>\n");
    table(page, document, entries)
}

/// Stacked bars of the largest size that all lines have.
fn bars<'a>(
    document: &Document,
    entries: &[&Entry],
    object: &str,
    title: &'a str,
    scale: f64,
) -> Bars<'a> {
    let size = size_key(&document.kind);
    let with: Vec<&&Entry> = (entries.iter())
        .filter(|entry| entry.get(object).is_some_and(Value::is_object))
        .collect();
    let names: Vec<String> = (with.iter())
        .map(|entry| line_name(document, entries, entry))
        .collect();
    let count = |at: f64| with.iter().filter(|e| number(e, size) == Some(at)).count();
    let mut sizes: Vec<f64> = with.iter().filter_map(|e| number(e, size)).collect();
    // The size that most lines have; of those the largest.
    sizes.sort_by(|a, b| count(*a).cmp(&count(*b)).then(a.total_cmp(b)));
    let at = sizes.last().copied();
    let bars = (with.iter().zip(names))
        .filter(|(entry, _)| number(entry, size) == at)
        .map(|(entry, name)| {
            let parts = entry.get(object).and_then(Value::as_object);
            let parts = parts
                .into_iter()
                .flatten()
                .filter_map(|(label, value)| Some((label.clone(), value.as_f64()? * scale)));
            (name, parts.collect())
        });
    Bars {
        title,
        at: at.map_or_else(String::new, |at| format!("2^{at}")),
        bars: bars.collect(),
    }
}

fn table(page: &mut String, document: &Document, entries: &[&Entry]) -> anyhow::Result<()> {
    let size = size_key(&document.kind);
    let unit = match document.kind.as_str() {
        "bench lookup" => "lookup",
        "bench vm" => "cycle",
        _ => "element",
    };
    write!(
        page,
        "<table><tr><th></th><th>2^k</th><th>proving</th><th>least … greatest</th><th>ns per {unit}</th>\
         <th>multiplications per {unit}</th><th>group additions per {unit}</th><th>verification</th>\
         <th>proof</th><th>memory</th><th>bits</th><th>repetitions</th></tr>"
    )?;
    for entry in entries {
        let name = escape(&line_name(document, entries, entry));
        let at = escape(&text(entry, size));
        if let Some(reason) = entry.get("skipped").and_then(Value::as_str) {
            let reason = escape(reason);
            write!(
                page,
                "<tr><td>{name}</td><td>{at}</td><td colspan=\"10\">left out: {reason}</td></tr>"
            )?;
            continue;
        }
        let shown = |key: &str, format: &dyn Fn(f64) -> String| {
            number(entry, key).map_or_else(|| "–".to_owned(), format)
        };
        let fixed = |x: f64| format!("{x:.1}");
        let cells = [
            name,
            at,
            shown("prove_s", &seconds),
            [
                shown("prove_s_min", &seconds),
                shown("prove_s_max", &seconds),
            ]
            .join(" … "),
            shown(&format!("ns_per_{unit}"), &|x| format!("{x:.0}")),
            shown(&format!("multiplications_per_{unit}"), &fixed),
            shown(&format!("group_additions_per_{unit}"), &fixed),
            shown("verify_ms", &|ms| seconds(ms / 1e3)),
            shown("proof_bytes", &|b| bytes(b as u64)),
            shown("peak_rss_bytes", &|b| bytes(b as u64)),
            shown("soundness_bits", &|b| format!("{b:.0}")),
            text(entry, "repeat"),
        ];
        page.push_str("<tr>");
        for cell in cells {
            write!(page, "<td>{cell}</td>")?;
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</table>\n");
    Ok(())
}

/// Everything else, by result.
fn details(page: &mut String, document: &Document) -> anyhow::Result<()> {
    page.push_str("<details><summary>All figures</summary><pre>\n");
    page.push_str(&escape(&csv::table(document)));
    page.push_str("</pre></details>\n");
    Ok(())
}

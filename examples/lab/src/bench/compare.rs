//! `jolt-lab compare`: two files of results, figure by figure.
//!
//! A ratio is the second median over the first. Its bounds come from the repetitions: the least of one file
//! over the greatest of the other, both ways. Where 1 lies between them there is no difference beyond noise.
//! A single repetition has no spread, and its ratio no bounds.

use super::document::{Document, Entry, keys, number};
use crate::cli::CompareArguments;
use crate::report::Report;
use anyhow::bail;
use serde_json::{Value, json};

/// Figures that are compared where nothing else is asked for.
const FIGURES: [&str; 6] = [
    "prove_s",
    "verify_ms",
    "peak_rss_bytes",
    "proof_bytes",
    "multiplications",
    "group_additions",
];
/// Figures that are the same in every repetition.
const EXACT: [&str; 3] = ["proof_bytes", "multiplications", "group_additions"];

/// What a ratio says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No difference beyond noise.
    Same,
    /// The second is less.
    Less,
    /// The second is more.
    More,
    /// There is one repetition: no noise is known.
    Unknown,
}

impl Verdict {
    fn text(self) -> &'static str {
        match self {
            Verdict::Same => "no difference beyond noise",
            Verdict::Less => "less",
            Verdict::More => "more",
            Verdict::Unknown => "noise unknown: one repetition",
        }
    }

    /// The same in a table, beside the bounds.
    fn short(self) -> &'static str {
        match self {
            Verdict::Same => "no difference",
            Verdict::Unknown => "one repetition",
            other => other.text(),
        }
    }
}

/// A ratio with its bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// Of the medians.
    pub ratio: f64,
    /// Least and greatest.
    pub bounds: Option<(f64, f64)>,
}

impl Ratio {
    /// Of a figure in two results, if both have it.
    pub fn of(before: &Entry, after: &Entry, figure: &str) -> Option<Self> {
        let (a, b) = (number(before, figure)?, number(after, figure)?);
        let ratio = if a == b { 1.0 } else { b / a };
        if EXACT.contains(&figure) {
            let bounds = Some((ratio, ratio));
            return Some(Ratio { ratio, bounds });
        }
        let spread = |entry: &Entry| {
            let repeated = number(entry, "repeat")? > 1.0;
            let (least, greatest) = match figure.split_once('.') {
                None => (format!("{figure}_min"), format!("{figure}_max")),
                Some((object, field)) => (
                    format!("{object}_min.{field}"),
                    format!("{object}_max.{field}"),
                ),
            };
            let bounds = (number(entry, &least)?, number(entry, &greatest)?);
            repeated.then_some(bounds)
        };
        let bounds = match (spread(before), spread(after)) {
            (Some((a_min, a_max)), Some((b_min, b_max))) => Some((b_min / a_max, b_max / a_min)),
            _ => None,
        };
        Some(Ratio { ratio, bounds })
    }

    /// What it says.
    pub fn verdict(&self) -> Verdict {
        match self.bounds {
            None => Verdict::Unknown,
            Some((_, high)) if high < 1.0 => Verdict::Less,
            Some((low, _)) if low > 1.0 => Verdict::More,
            Some(_) => Verdict::Same,
        }
    }
}

/// Compares two files.
///
/// # Errors
/// Unreadable files, or files of different kinds, or with no result in common.
pub fn compare(arguments: &CompareArguments) -> anyhow::Result<Report> {
    let before = Document::read(&arguments.before)?;
    let after = Document::read(&arguments.after)?;
    if before.kind != after.kind {
        bail!(
            "{} has results of `{}` and {} of `{}`: they cannot be compared",
            arguments.before.display(),
            before.kind,
            arguments.after.display(),
            after.kind
        );
    }
    let figures: Vec<&str> = match arguments.figure.as_slice() {
        [] => FIGURES.to_vec(),
        chosen => chosen.iter().map(String::as_str).collect(),
    };
    let mut report = Report::default();
    let warnings = warnings(&before, &after);
    for warning in &warnings {
        report.prose(format!("warning: {warning}"));
    }
    report.line(format!(
        "  {:<18} {:>10} {:>10} {:>7}  bounds",
        "figure", "A", "B", "B/A"
    ));
    let mut rows = Vec::new();
    let mut logs = Vec::new();
    for a in before.measured() {
        let Some(b) = after.find(a).filter(|b| !b.contains_key("skipped")) else {
            continue;
        };
        report.prose(before.identity(a).join(" "));
        for figure in &figures {
            let (Some(ratio), Some(x), Some(y)) = (
                Ratio::of(a, b, figure),
                number(a, figure),
                number(b, figure),
            ) else {
                continue;
            };
            let verdict = ratio.verdict();
            if *figure == figures[0] {
                logs.push(ratio.ratio.ln());
            }
            let bounds = ratio
                .bounds
                .map_or_else(String::new, |(low, high)| format!("{low:.3}…{high:.3}  "));
            report.line(format!(
                "  {figure:<18} {:>10} {:>10} {:>7.3}  {bounds}{}",
                short(x),
                short(y),
                ratio.ratio,
                verdict.short()
            ));
            rows.push(json!({
                "identity": identity(&before, a),
                "figure": figure,
                "a": x,
                "b": y,
                "ratio": ratio.ratio,
                "low": ratio.bounds.map(|(low, _)| low),
                "high": ratio.bounds.map(|(_, high)| high),
                "verdict": verdict.text(),
            }));
        }
    }
    if rows.is_empty() {
        bail!(
            "the files have no result in common: {} measures something else than {}",
            arguments.after.display(),
            arguments.before.display()
        );
    }
    let mean = (logs.iter().sum::<f64>() / logs.len().max(1) as f64).exp();
    if logs.len() > 1 {
        report.line(format!("geometric mean of {}: {mean:.3}", figures[0]));
    }
    for (key, value) in [
        ("kind", json!(before.kind)),
        ("warnings", json!(warnings)),
        ("comparisons", Value::Array(rows)),
        ("geometric_mean", json!((!logs.is_empty()).then_some(mean))),
    ] {
        report.json.insert(key.to_owned(), value);
    }
    Ok(report)
}

fn identity(document: &Document, entry: &Entry) -> Value {
    let keys = keys(&document.kind).unwrap_or_default();
    let pairs = keys.iter().filter_map(|key| {
        let value = entry.get(*key)?;
        Some(((*key).to_owned(), value.clone()))
    });
    Value::Object(pairs.collect())
}

/// What makes ratios say less than they seem to.
fn warnings(before: &Document, after: &Document) -> Vec<String> {
    let mut warnings = Vec::new();
    for (field, what) in [
        ("machine", "the machines differ"),
        ("profile", "the builds differ"),
    ] {
        let (a, b) = (before.head.get(field), after.head.get(field));
        if a != b {
            let shown = |value: Option<&Value>| value.map(Value::to_string).unwrap_or_default();
            warnings.push(format!("{what}: {} and {}", shown(a), shown(b)));
        }
    }
    warnings
}

/// A number in few digits.
fn short(x: f64) -> String {
    match x.abs() {
        x if x >= 1e7 => format!("{:.3}e6", x / 1e6),
        x if x >= 1e4 => format!("{x:.0}"),
        x if x >= 1.0 => format!("{x:.2}"),
        _ => format!("{x:.5}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn entry(repeat: u64, [min, median, max]: [f64; 3]) -> Entry {
        json!({"repeat": repeat, "prove_s": median, "prove_s_min": min, "prove_s_max": max,
               "phases": {"open": median}, "phases_min": {"open": min}, "phases_max": {"open": max}})
        .as_object()
        .unwrap()
        .clone()
    }

    #[test]
    fn noise_is_what_the_repetitions_spread_over() {
        let base = entry(3, [0.9, 1.0, 1.1]);
        for (other, verdict) in [
            (entry(3, [1.0, 1.05, 1.2]), Verdict::Same),
            (entry(3, [0.4, 0.5, 0.6]), Verdict::Less),
            (entry(3, [1.9, 2.0, 2.1]), Verdict::More),
            (entry(1, [2.0, 2.0, 2.0]), Verdict::Unknown),
        ] {
            for figure in ["prove_s", "phases.open"] {
                let ratio = Ratio::of(&base, &other, figure).unwrap();
                assert_eq!(ratio.verdict(), verdict, "{figure} {other:?}");
            }
        }
        assert_eq!(Ratio::of(&base, &base, "proof_bytes"), None);
    }
}

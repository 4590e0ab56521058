//! Whether results are what a manifest's conditions say.

use super::manifest::{Condition, Figure, Size, Test};
use crate::bench::document::{Document, Entry, keys, number, size_key, text};
use serde::{Deserialize, Serialize};

/// What came of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Confirmed,
    /// It does not.
    NotConfirmed,
    /// It says nothing at this size.
    NotJudged,
    /// There are no results to judge by.
    NoResults,
}

impl Verdict {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Verdict::Confirmed => "confirmed",
            Verdict::NotConfirmed => "NOT confirmed",
            Verdict::NotJudged => "not judged at this size",
            Verdict::NoResults => "no results to judge by",
        }
    }

    /// In a word or two.
    pub fn short(self) -> &'static str {
        match self {
            Verdict::Confirmed => "confirmed",
            Verdict::NotConfirmed => "NOT",
            Verdict::NotJudged => "not judged",
            Verdict::NoResults => "no results",
        }
    }
}

/// A verdict with the numbers that it comes from: the least and the greatest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The condition.
    pub says: String,
    pub verdict: Verdict,
    /// Least and greatest of what was looked at.
    pub found: Option<(f64, f64)>,
    /// What would confirm it.
    pub wanted: (Option<f64>, Option<f64>),
}

/// Judges a condition by the results of its run.
pub fn judge(condition: &Condition, document: &Document, size: Size) -> Judged {
    let other = condition.to_figure.as_ref().unwrap_or(&condition.figure);
    let figures = Figure::parse(&condition.figure).and_then(|f| Ok((f, Figure::parse(other)?)));
    let numbers = figures
        .map(|(figure, other)| looked_at(condition, &figure, &other, document))
        .unwrap_or_default();
    let found =
        (numbers.iter().copied().reduce(f64::min)).zip(numbers.iter().copied().reduce(f64::max));
    let holds = |(least, greatest): (f64, f64)| {
        condition.min.is_none_or(|min| least >= min)
            && condition.max.is_none_or(|max| greatest <= max)
    };
    let verdict = match found {
        _ if !condition.sizes.contains(&size) => Verdict::NotJudged,
        None => Verdict::NoResults,
        Some(found) if holds(found) => Verdict::Confirmed,
        Some(_) => Verdict::NotConfirmed,
    };
    Judged {
        says: condition.says.clone(),
        verdict,
        found,
        wanted: (condition.min, condition.max),
    }
}

/// The numbers that a condition is about.
fn looked_at(
    condition: &Condition,
    figure: &Figure,
    other: &Figure,
    document: &Document,
) -> Vec<f64> {
    let size = size_key(&document.kind);
    let mut of = condition.results(document, &condition.of);
    let at = |entry: &Entry| number(entry, size).unwrap_or(0.0);
    match condition.test {
        Test::Exponent => {
            let points: Vec<(f64, f64)> = (of.iter())
                .filter_map(|entry| Some((at(entry), figure.of(entry)?.log2())))
                .collect();
            slope(&points).into_iter().collect()
        }
        Test::Ratio => {
            let to = condition.results(document, &condition.to);
            // Keys that a filter fixes may differ; all others must agree.
            let shared: Vec<&&str> = (keys(&document.kind).unwrap_or_default().iter())
                .filter(|key| {
                    !condition.of.contains_key(**key) && !condition.to.contains_key(**key)
                })
                .collect();
            let mut pairs: Vec<(f64, f64)> = Vec::new();
            for a in &of {
                let like = |b: &&&Entry| shared.iter().all(|key| text(a, key) == text(b, key));
                let ratios = to
                    .iter()
                    .filter(like)
                    .filter_map(|b| Some((at(a), figure.of(a)? / other.of(b)?)));
                pairs.extend(ratios);
            }
            let largest = pairs.iter().map(|(size, _)| *size).fold(0.0, f64::max);
            pairs.retain(|(size, _)| !condition.largest || *size == largest);
            pairs.into_iter().map(|(_, ratio)| ratio).collect()
        }
        Test::Value | Test::Spread => {
            of.retain(|entry| figure.of(entry).is_some());
            let largest = of.iter().map(|entry| at(entry)).fold(0.0, f64::max);
            of.retain(|entry| !condition.largest || at(entry) == largest);
            let values: Vec<f64> = of.iter().filter_map(|entry| figure.of(entry)).collect();
            if condition.test == Test::Value {
                return values;
            }
            let least = values.iter().copied().reduce(f64::min);
            let greatest = values.iter().copied().reduce(f64::max);
            least
                .zip(greatest)
                .map(|(l, g)| g / l)
                .into_iter()
                .collect()
        }
    }
}

/// The slope of the line through some points, by least squares.
fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let n = points.len() as f64;
    let (x, y) = (
        points.iter().map(|p| p.0).sum::<f64>() / n,
        points.iter().map(|p| p.1).sum::<f64>() / n,
    );
    let over: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    let under: f64 = points.iter().map(|p| (p.0 - x).powi(2)).sum();
    (points.len() > 1 && under > 0.0).then(|| over / under)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::reproduce::manifest::Manifest;
    use serde_json::json;

    fn results() -> Document {
        let mut document = Document::new("bench lookup", json!({}));
        for (argument, factor) in [("shout", 1.0), ("lasso", 3.0)] {
            for log in [10u64, 12, 14] {
                let seconds = factor * 1e-6 * (1u64 << log) as f64;
                let entry = json!({"argument": argument, "table": "and", "log_reads": log, "pcs": "pst13",
                    "threads": 2, "prove_s": seconds, "phases": {"commit": seconds / 4.0}});
                document.put(entry.as_object().unwrap().clone());
            }
        }
        let skipped = json!({"argument": "naive", "table": "and", "log_reads": 10, "pcs": "pst13",
            "threads": 2, "skipped": "why"});
        document.put(skipped.as_object().unwrap().clone());
        document
    }

    fn verdict(condition: &str) -> (Verdict, Option<(f64, f64)>) {
        let text = format!(
            "title = 't'\ncites = []\nfigure = 'f'\nclaim = 'c'\n[[run]]\nname = 'a'\n\
             command = 'bench lookup --table and'\nsmoke = ''\ndefault = ''\nfull = ''\n\
             [[condition]]\nsays = 's'\nrun = 'a'\n{condition}"
        );
        let manifest = Manifest::parse(&text).unwrap();
        let judged = judge(&manifest.conditions[0], &results(), Size::Default);
        (judged.verdict, judged.found)
    }

    #[test]
    fn conditions_are_judged_by_the_numbers() {
        use Verdict::{Confirmed, NoResults, NotConfirmed, NotJudged};
        for (condition, expected) in [
            (
                "figure = 'prove_s'\ntest = 'exponent'\nof = { argument = 'lasso' }\nmin = 0.99\nmax = 1.01",
                Confirmed,
            ),
            (
                "figure = 'prove_s'\ntest = 'exponent'\nof = { argument = 'lasso' }\nmax = 0.9",
                NotConfirmed,
            ),
            (
                "figure = 'prove_s'\ntest = 'ratio'\nof = { argument = 'lasso' }\nto = { argument = 'shout' }\nmin = 2.9\nmax = 3.1",
                Confirmed,
            ),
            (
                "figure = 'prove_s'\ntest = 'ratio'\nof = { argument = 'shout' }\nto = { argument = 'lasso' }\nmin = 1",
                NotConfirmed,
            ),
            (
                "figure = 'phases.commit / prove_s'\ntest = 'value'\nmin = 0.24\nmax = 0.26",
                Confirmed,
            ),
            (
                "figure = 'phases.commit + prove_s / prove_s'\ntest = 'value'\nmin = 1.24\nmax = 1.26",
                Confirmed,
            ),
            (
                "figure = 'prove_s'\ntest = 'spread'\nof = { log_reads = 12 }\nmax = 3.1",
                Confirmed,
            ),
            (
                "figure = 'prove_s'\ntest = 'spread'\nlargest = true\nmin = 2.9\nmax = 3.1",
                Confirmed,
            ),
            (
                "figure = 'prove_s'\ntest = 'value'\nof = { argument = 'naive' }\nmin = 0",
                NoResults,
            ),
            (
                "figure = 'prove_s'\ntest = 'value'\nsizes = ['full']\nmin = 0",
                NotJudged,
            ),
        ] {
            let (found, numbers) = verdict(condition);
            assert_eq!(found, expected, "{condition}: {numbers:?}");
        }
    }
}

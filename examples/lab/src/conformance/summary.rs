//! The table at the end: counts by group, and what was skipped and why.

use super::{Finding, Verdict};
use crate::cli::ConformanceArguments;
use crate::report::{Report, seconds};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Counts of a group.
#[derive(Clone, Debug, Default)]
struct Counts {
    total: usize,
    passed: usize,
    proved: usize,
    failed: usize,
    skipped: usize,
    /// Skips by kind.
    kinds: BTreeMap<String, usize>,
}

impl Counts {
    fn add(&mut self, finding: &Finding) {
        self.total += 1;
        self.proved += usize::from(finding.proved.is_some());
        match &finding.verdict {
            Verdict::Pass => self.passed += 1,
            Verdict::Fail { .. } => self.failed += 1,
            Verdict::Skip { kind, .. } => {
                self.skipped += 1;
                *self.kinds.entry(kind.clone()).or_default() += 1;
            }
        }
    }

    fn json(&self) -> Value {
        json!({
            "total": self.total,
            "passed": self.passed,
            "proved": self.proved,
            "failed": self.failed,
            "skipped": self.skipped,
            "skipped_by_kind": self.kinds,
        })
    }

    fn line(&self, name: &str, width: usize) -> String {
        format!(
            "{name:<width$}  {:>6}  {:>6}  {:>6}  {:>7}  {:>6}",
            self.total, self.passed, self.proved, self.skipped, self.failed
        )
    }
}

/// The report on all files.
pub fn report(arguments: &ConformanceArguments, findings: &[Finding], wall_s: f64) -> Report {
    let mut groups: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut all = Counts::default();
    for finding in findings {
        groups.entry(&finding.item.group).or_default().add(finding);
        all.add(finding);
    }
    let Value::Object(mut json) = all.json() else {
        return Report::default();
    };
    let by_group = groups.iter().map(|(name, counts)| {
        let mut group = json!({ "group": name });
        if let (Value::Object(group), Value::Object(counts)) = (&mut group, counts.json()) {
            group.extend(counts);
        }
        group
    });
    for (key, value) in [
        (
            "directory",
            json!(arguments.directory.display().to_string()),
        ),
        ("prove", json!(arguments.prove)),
        ("max_cycles", json!(arguments.max_cycles.0)),
        ("wall_s", json!(wall_s)),
        ("groups", Value::Array(by_group.collect())),
        ("results", findings.iter().map(Finding::json).collect()),
    ] {
        json.insert(key.to_owned(), value);
    }
    let mut report = Report {
        json,
        ..Report::default()
    };
    let names = groups.keys().map(|name| name.chars().count());
    let width = names.max().unwrap_or(0).max("group".len());
    report.line("");
    report.line(format!(
        "{:<width$}   files  passed  proven  skipped  failed",
        "group"
    ));
    for (name, counts) in &groups {
        report.line(counts.line(name, width));
    }
    if groups.len() > 1 {
        report.line(all.line("all", width));
    }
    for (name, counts) in &groups {
        for (kind, number) in &counts.kinds {
            report.line(format!("  {name}: {number} skipped: {kind}"));
        }
    }
    report.line(format!("{} files in {}", all.total, seconds(wall_s)));
    if all.passed == 0 {
        report.line("Note: nothing passed, so nothing is shown.");
    }
    match all.failed {
        0 => report,
        failed => report.failed(format!("{failed} of {} files failed", all.total)),
    }
}

//! Phases of the prover: shown on a terminal, and timed.

use commitments::group_additions;
use indicatif::{ProgressBar, ProgressStyle};
use jolt_core::observer::Observer;
use serde_json::{Map, Value, json};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Seconds by phase, in order of first appearance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Phases(pub Vec<(String, f64)>);

impl Phases {
    /// Seconds spent in a phase; 0 if there was none of that name.
    pub fn get(&self, name: &str) -> f64 {
        let found = self.0.iter().find(|(phase, _)| phase == name);
        found.map_or(0.0, |(_, seconds)| *seconds)
    }

    /// Seconds spent in all phases.
    pub fn total(&self) -> f64 {
        self.0.iter().map(|(_, seconds)| seconds).sum()
    }

    /// The phases but those named.
    pub fn without(&self, names: &[&str]) -> Self {
        let kept = self
            .0
            .iter()
            .filter(|(name, _)| !names.contains(&name.as_str()));
        Phases(kept.cloned().collect())
    }

    /// As a JSON object.
    pub fn json(&self) -> Value {
        let pairs = self.0.iter().map(|(name, s)| (name.clone(), json!(s)));
        Value::Object(pairs.collect::<Map<_, _>>())
    }

    fn add(&mut self, name: &str, seconds: f64) {
        match self.0.iter_mut().find(|(phase, _)| phase == name) {
            Some((_, sum)) => *sum += seconds,
            None => self.0.push((name.to_owned(), seconds)),
        }
    }
}

/// Times phases; shows a spinner on standard error if that is a terminal.
#[derive(Debug)]
pub struct Progress {
    title: String,
    bar: Option<ProgressBar>,
    current: Option<(&'static str, Instant, u64)>,
    phases: Phases,
    additions: Vec<(String, u64)>,
}

impl Progress {
    /// Progress of the task with this title.
    pub fn new(title: impl Into<String>) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Progress {
            title: title.into(),
            bar,
            current: None,
            phases: Phases::default(),
            additions: Vec::new(),
        }
    }

    fn end_phase(&mut self) {
        if let Some((name, start, before)) = self.current.take() {
            self.phases.add(name, start.elapsed().as_secs_f64());
            let made = group_additions() - before;
            match self.additions.iter_mut().find(|(phase, _)| phase == name) {
                Some((_, sum)) => *sum += made,
                None => self.additions.push((name.to_owned(), made)),
            }
        }
    }

    /// Says something on standard error.
    pub fn note(&self, text: &str) {
        let line = format!("{}: {text}", self.title);
        match &self.bar {
            Some(bar) => bar.println(line),
            None => eprintln!("{line}"),
        }
    }

    /// Ends the task: how long each phase took.
    pub fn finish(self) -> Phases {
        self.finish_with_additions().0
    }

    /// The same, and how many group additions each phase made.
    pub fn finish_with_additions(mut self) -> (Phases, Vec<(String, u64)>) {
        self.end_phase();
        let phases = std::mem::take(&mut self.phases);
        (phases, std::mem::take(&mut self.additions))
    }
}

impl Observer for Progress {
    fn phase(&mut self, name: &'static str) {
        self.end_phase();
        if name == "done" {
            return;
        }
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{}: {name}", self.title));
        }
        self.current = Some((name, Instant::now(), group_additions()));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_are_timed_once_each() {
        let mut progress = Progress::new("test");
        for phase in ["commit", "open", "commit", "done"] {
            progress.phase(phase);
        }
        let phases = progress.finish();
        let names: Vec<&str> = phases.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["commit", "open"]);
        assert_eq!(phases.without(&["open"]).0.len(), 1);
        assert!(phases.total() >= phases.get("commit"));
    }
}

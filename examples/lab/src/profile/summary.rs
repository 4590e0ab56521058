//! A recording in tables: functions, the call tree, lines, phases of the prover.

use super::record::{Function, Recording};
use super::weights::Weights;
use super::work::Work;
use crate::cli::Measure;
use crate::columns::{WIDTH, columns};
use crate::report::{Report, thousands};
use serde_json::{Map, Value, json};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

/// Least percentage of a step of the call tree that is shown.
const LEAST: f64 = 1.0;
/// Steps of the call tree below which it is not followed.
const STEPS: usize = 40;

/// What is known of a function.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// In its own code, or what of it is inlined elsewhere.
    own: Work,
    /// And in what it calls.
    all: Work,
}

/// A step of the call tree, with all below it.
#[derive(Default)]
struct Step {
    all: Work,
    children: BTreeMap<u32, Step>,
}

/// Tables of a recording.
pub struct Summary<'a> {
    recording: &'a Recording,
    weights: &'a Weights,
    by: Measure,
    /// By function.
    entries: Vec<Entry>,
    tree: Step,
    /// By function and line.
    lines: BTreeMap<(u32, u32), Work>,
}

impl<'a> Summary<'a> {
    /// With what the prover takes for it.
    pub fn of(recording: &'a Recording, weights: &'a Weights, by: Measure) -> Self {
        let mut entries = vec![Entry::default(); recording.functions.len()];
        let (mut tree, mut lines) = (Step::default(), BTreeMap::new());
        for sample in &recording.samples {
            let path = recording.path(sample);
            let mut step = &mut tree;
            step.all += sample.work;
            // A function that calls itself counts once.
            let mut seen = HashSet::new();
            for (depth, &function) in path.iter().enumerate() {
                if seen.insert(function) {
                    entries[function as usize].all += sample.work;
                }
                if depth < STEPS {
                    step = step.children.entry(function).or_default();
                    step.all += sample.work;
                }
            }
            if let Some(&last) = path.last() {
                entries[last as usize].own += sample.work;
                if sample.line > 0 {
                    *lines.entry((last, sample.line)).or_default() += sample.work;
                }
            }
        }
        Summary {
            recording,
            weights,
            by,
            entries,
            tree,
            lines,
        }
    }

    fn weight(&self, work: &Work) -> u64 {
        match self.by {
            Measure::Cycles => work.cycles,
            Measure::Prover => self.weights.nanoseconds(work),
        }
    }

    /// Shares of cycles and of the prover's work, in percent.
    fn shares(&self, work: &Work) -> [f64; 2] {
        let share = |part: u64, all: u64| 100.0 * part as f64 / all.max(1) as f64;
        let all = &self.tree.all;
        [
            share(work.cycles, all.cycles),
            share(
                self.weights.nanoseconds(work),
                self.weights.nanoseconds(all),
            ),
        ]
    }

    /// Adds all tables, of which `top` lines each are shown as text.
    pub fn add(&self, report: &mut Report, top: usize) {
        for (key, value) in [
            ("cycles", json!(self.recording.total.cycles)),
            ("instructions", json!(self.recording.total.executed)),
            ("stacks", json!(self.recording.stacks)),
        ] {
            report.json.insert(key.to_owned(), value);
        }
        let total = &self.recording.total;
        self.recording.markers.add(report, total, self.weights);
        self.add_functions(report, top);
        self.add_tree(report, top);
        self.add_lines(report, top);
        self.add_phases(report, top);
    }

    /// Functions with their work, the one with most of its own first.
    fn sorted(&self) -> Vec<(usize, &Function, &Entry)> {
        let functions = self.recording.functions.iter().enumerate();
        let mut all: Vec<_> = functions
            .map(|(number, function)| (number, function, &self.entries[number]))
            .filter(|(_, _, entry)| entry.all.cycles > 0)
            .collect();
        all.sort_by_key(|(number, _, entry)| (Reverse(self.weight(&entry.own)), *number));
        all
    }

    fn add_functions(&self, report: &mut Report, top: usize) {
        let all = self.sorted();
        report.line("       cycles     self  +calls  prover     calls  function");
        let mut rows = Vec::new();
        for (listed, (number, function, entry)) in all.iter().enumerate() {
            let calls = self.recording.calls[*number];
            if listed < top {
                let [own, prover] = self.shares(&entry.own);
                let [with_calls, _] = self.shares(&entry.all);
                let head = format!(
                    " {:>12}   {own:>5.1}%  {with_calls:>5.1}%  {prover:>5.1}% {:>9}  ",
                    thousands(entry.own.cycles),
                    thousands(calls),
                );
                report.line(fitted(&head, &function.name));
            }
            rows.push(json!({
                "name": function.name,
                "symbol": function.symbol,
                "file": function.file,
                "calls": calls,
                "cycles": entry.own.cycles,
                "instructions": entry.own.executed,
                "cycles_with_calls": entry.all.cycles,
                "prover_ns": self.weights.nanoseconds(&entry.own),
                "prover_ns_with_calls": self.weights.nanoseconds(&entry.all),
                "prover_ns_by_phase": self.by_phase(&entry.own),
            }));
        }
        more(report, all.len(), top);
        report.json.insert("functions".to_owned(), rows.into());
    }

    fn add_tree(&self, report: &mut Report, top: usize) {
        // The heaviest steps are those that are shown, wherever they are in the tree.
        let mut steps = Vec::new();
        self.collect(&self.tree, 0, &mut steps);
        let least = (LEAST / 100.0 * self.weight(&self.tree.all) as f64) as u64;
        let mut shown: Vec<usize> = (0..steps.len())
            .filter(|at| self.weight(&steps[*at].2.all) >= least.max(1))
            .collect();
        // A caller is no lighter than what it calls and comes before it, so that none is shown without its callers.
        shown.sort_by_key(|at| (Reverse(self.weight(&steps[*at].2.all)), *at));
        shown.truncate(top);
        shown.sort_unstable();
        report.line("  cycles  prover  call tree");
        for (depth, function, step) in shown.into_iter().map(|at| &steps[at]) {
            let [cycles, prover] = self.shares(&step.all);
            let head = format!("  {cycles:>5.1}%  {prover:>5.1}%  {}", " ".repeat(*depth));
            report.line(fitted(
                &head,
                &self.recording.functions[*function as usize].name,
            ));
        }
    }

    /// All steps below one in the order in which they are shown, with their depth and function.
    fn collect<'t>(&self, step: &'t Step, depth: usize, steps: &mut Vec<(usize, u32, &'t Step)>) {
        let mut children: Vec<(&u32, &Step)> = step.children.iter().collect();
        children.sort_by_key(|(number, step)| (Reverse(self.weight(&step.all)), **number));
        for (function, child) in children {
            steps.push((depth, *function, child));
            self.collect(child, depth + 1, steps);
        }
    }

    fn add_lines(&self, report: &mut Report, top: usize) {
        let mut all: Vec<_> = self.lines.iter().collect();
        if all.is_empty() {
            return;
        }
        all.sort_by_key(|(place, work)| (Reverse(self.weight(work)), **place));
        report.line("       cycles    share  prover  line");
        let mut rows = Vec::new();
        for (listed, ((function, line), work)) in all.iter().enumerate() {
            let function = &self.recording.functions[*function as usize];
            let file = function.file.as_deref().unwrap_or("?");
            if listed < top {
                let [share, prover] = self.shares(work);
                let cycles = thousands(work.cycles);
                let short = file.rsplit('/').next().unwrap_or(file);
                let head =
                    format!(" {cycles:>12}   {share:>5.1}%  {prover:>5.1}%  {short}:{line} ");
                report.line(fitted(&head, &function.name));
            }
            rows.push(json!({
                "file": file,
                "line": line,
                "function": function.name,
                "cycles": work.cycles,
                "prover_ns": self.weights.nanoseconds(work),
            }));
        }
        more(report, all.len(), top);
        report.json.insert("lines".to_owned(), rows.into());
    }

    /// Nanoseconds of some work, by phase.
    fn by_phase(&self, work: &Work) -> Value {
        let names = self.weights.phases.iter().map(|phase| phase.name.clone());
        let times = self.weights.by_phase(work).into_iter().map(Value::from);
        Value::Object(names.zip(times).collect::<Map<_, _>>())
    }

    /// The prover's time of functions by phase.
    fn add_phases(&self, report: &mut Report, top: usize) {
        let milliseconds = |work: &Work| -> String {
            let each = self.weights.by_phase(work).into_iter();
            each.map(|ns| format!("{:>8.1}", ns as f64 / 1e6)).collect()
        };
        let names = self.weights.phases.iter().map(|phase| {
            let short: String = phase.name.chars().take(6).collect();
            match phase.name.chars().nth(7) {
                Some(_) => format!(" {short}."),
                None => format!("{:>8}", phase.name),
            }
        });
        let names: String = names.collect();
        report.line(format!("{names}  prover's ms by function"));
        report.line(format!("{}  all", milliseconds(&self.tree.all)));
        let mut all = self.sorted();
        all.sort_by_key(|(number, _, entry)| {
            (Reverse(self.weights.nanoseconds(&entry.own)), *number)
        });
        // What would be zeros is left out.
        let some = |entry: &Entry| self.weights.nanoseconds(&entry.own) >= 300_000;
        for (_, function, entry) in all.iter().take(top).filter(|(.., entry)| some(entry)) {
            report.line(fitted(
                &format!("{}  ", milliseconds(&entry.own)),
                &function.name,
            ));
        }
        more(report, all.len(), top);
        report.prose(format!(
            "The prover's time is estimated: {}.",
            self.weights.source
        ));
        for weight in self.weights.lines() {
            report.prose(format!("  {weight}"));
        }
        let Work {
            additions,
            lookups,
            registers,
            cells,
            stores,
            ..
        } = self.tree.all;
        report.json.insert(
            "prover".to_owned(),
            json!({
                "ns_by_phase": self.by_phase(&self.tree.all),
                "of": self.weights.source,
                "weights": self.weights.lines(),
                "group_additions": additions,
                "lookups": lookups,
                "registers": registers,
                "cells": cells,
                "stores": stores,
            }),
        );
    }
}

/// A line with as much of a name as fits. Of a long one type parameters go first, and then its start.
pub fn fitted(head: &str, name: &str) -> String {
    let room = WIDTH.saturating_sub(columns(head)).max(1);
    if columns(name) <= room {
        return format!("{head}{name}");
    }
    let name = without_parameters(name);
    let length = columns(&name);
    if length <= room {
        return format!("{head}{name}");
    }
    let end: String = name.chars().skip(length - room + 1).collect();
    format!("{head}…{end}")
}

/// A name with `<…>` for each list of type parameters.
fn without_parameters(name: &str) -> String {
    let (mut short, mut depth) = (String::new(), 0u32);
    let mut last = ' ';
    for (at, c) in name.char_indices() {
        match c {
            // What a name begins with is the type that it is of.
            '<' if at > 0 && depth > 0 || last == ':' || last.is_alphanumeric() => depth += 1,
            '>' if depth > 0 && last != '-' => {
                depth -= 1;
                if depth == 0 {
                    short += "<…>";
                }
            }
            _ if depth == 0 => short.push(c),
            _ => {}
        }
        last = c;
    }
    match depth {
        0 => short,
        // Brackets of something else.
        _ => name.to_owned(),
    }
}

fn more(report: &mut Report, all: usize, listed: usize) {
    if let Some(more) = all.checked_sub(listed).filter(|more| *more > 0) {
        report.line(format!("  … and {more} more"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_their_ends() {
        assert_eq!(fitted("  ", "main"), "  main");
        let line = fitted("head ", &format!("{}end", "ä".repeat(100)));
        assert_eq!(columns(&line), WIDTH);
        assert!(line.starts_with("head …ä") && line.ends_with("end"));
        let sort = format!(
            "sort::quicksort::<u64, <u64 as {}Ord>::lt>",
            "core::".repeat(20)
        );
        assert_eq!(fitted("", &sort), "sort::quicksort::<…>");
        for (name, short) in [
            ("a<b>::c<d<e>>(f)", "a<…>::c<…>(f)"),
            ("<a::B<c> as d::E<f>>::g", "<a::B<…> as d::E<…>>::g"),
            ("f::<fn(u8) -> u8>", "f::<…>"),
            ("operator<<", "operator<<"),
        ] {
            assert_eq!(without_parameters(name), short);
        }
    }
}

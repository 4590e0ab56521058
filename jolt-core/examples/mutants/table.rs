//! What was found, for people and for programs.

use crate::catalogue::Kind;
use crate::equivalent;
use crate::trial::{Outcome, Trial};
use std::fmt::Write;

/// The table by kind, then what survived.
pub fn table(trials: &[Trial]) -> String {
    let mut out = String::new();
    let mut line = |cells: [String; 7]| {
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    };
    let heads = [
        "kind",
        "mutants",
        "killed",
        "a true proof is rejected",
        "equivalent",
        "survivors",
        "seconds",
    ];
    line(heads.map(str::to_owned));
    line(["---", "--:", "--:", "--:", "--:", "--:", "--:"].map(str::to_owned));
    let mut row = |name: &str, trials: &[&Trial]| {
        let count = |of: &dyn Fn(&Trial) -> bool| {
            let such = trials.iter().filter(|trial| of(trial));
            such.count().to_string()
        };
        let seconds: f64 = trials.iter().map(|trial| trial.seconds).sum();
        line([
            name.to_owned(),
            trials.len().to_string(),
            count(&|trial| trial.outcome == Outcome::Killed),
            count(&|trial| trial.outcome == Outcome::Incomplete),
            count(&|trial| trial.survived() && !trial.counts_as_survivor()),
            count(&Trial::counts_as_survivor),
            format!("{seconds:.0}"),
        ]);
    };
    for kind in Kind::ALL {
        let own: Vec<&Trial> = trials.iter().filter(|t| t.mutant.kind == kind).collect();
        if !own.is_empty() {
            row(kind.name(), &own);
        }
    }
    row("all", &trials.iter().collect::<Vec<_>>());
    for trial in trials.iter().filter(|trial| trial.survived()) {
        let name = &trial.mutant.name;
        let _ = match equivalent::reason(name) {
            Some(reason) => writeln!(out, "equivalent: {name}: {reason}"),
            None => writeln!(out, "survivor: {name}"),
        };
    }
    out
}

/// A list of objects.
pub fn json(trials: &[Trial]) -> String {
    let of = |trial: &Trial| {
        serde_json::json!({
            "kind": trial.mutant.kind.name(),
            "name": trial.mutant.name,
            "switch": trial.mutant.switch,
            "outcome": trial.outcome.name(),
            "by": trial.by,
            "said": trial.said.chars().take(600).collect::<String>(),
            "equivalent": equivalent::reason(&trial.mutant.name),
            "seconds": trial.seconds,
        })
    };
    let all: Vec<serde_json::Value> = trials.iter().map(of).collect();
    format!("{:#}\n", serde_json::Value::Array(all))
}

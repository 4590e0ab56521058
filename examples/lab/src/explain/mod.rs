//! `jolt-lab explain`: the relations that verifiers check, as formulas.
//!
//! A relation is a value (`sumcheck::Relation`). The list comes from running verifiers, so it has what they
//! check and nothing else.

pub mod collect;
mod hidden;
mod latex;

use crate::cli::ExplainArguments;
use crate::columns::{self, columns};
use crate::report::Report;
use anyhow::bail;
use ark_bn254::Fr;
use collect::{Found, collect};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use sumcheck::{Notation, Order, Relation, Source};

/// Characters of a formula that are printed unless all are asked for.
const SHORT: usize = 1_500;
/// Factors that are listed unless all are asked for.
const FEW: usize = 24;
/// Columns of a line of a formula, which is put two from the left.
const WIDTH: usize = columns::WIDTH - 2;
/// What a line begins with that goes on with a formula.
const FURTHER: &str = "   ";

/// The formula, of one summand a line where it is a sum of products.
fn formula(relation: &Relation<Fr>, full: bool) -> String {
    let formula = relation.formula(&Notation::TEXT);
    match formula.char_indices().nth(SHORT) {
        Some((end, _)) if !full => {
            let length = formula.chars().count();
            let start = &formula[..end];
            format!("{start} … ({length} characters; --full prints all)")
        }
        _ => formula,
    }
}

/// The text before each occurrence of a sign, and what follows the last; all but the first with the sign.
fn before_each<'a>(text: &'a str, sign: &str) -> Vec<&'a str> {
    let mut starts: Vec<usize> = text.match_indices(sign).map(|(at, _)| at).collect();
    starts.push(text.len());
    let mut start = 0;
    let part = |end| &text[std::mem::replace(&mut start, end)..end];
    starts.into_iter().map(part).collect()
}

/// Breaks a long formula before its sums' signs, and before the matrices of a table; before spaces and products what
/// is too long all the same.
fn wrapped(formula: &str) -> Vec<String> {
    let mut parts = vec![formula];
    for sign in [" + ", " − ", "·[", " ", "·"] {
        let broken = parts.into_iter().flat_map(|part| {
            let fits = columns(FURTHER) + columns(part) <= WIDTH;
            if fits {
                vec![part]
            } else {
                before_each(part, sign)
            }
        });
        parts = broken.collect();
    }
    let mut lines = vec![String::new()];
    for part in parts {
        let last = lines.len() - 1;
        if !lines[last].is_empty() && columns(&lines[last]) + columns(part) > WIDTH {
            lines.push(format!("{FURTHER}{part}"));
        } else {
            lines[last] += part;
        }
    }
    lines
}

fn source(source: &Source<Fr>) -> &'static str {
    match source {
        Source::Claimed => "claimed",
        Source::Eq(..) => "equality",
        Source::Public(_) | Source::PublicOf(..) => "public",
    }
}

fn json_of(found: &Found, full: bool) -> Value {
    let relation = &found.relation;
    let segments: Vec<Value> = relation
        .segments
        .iter()
        .enumerate()
        .map(|(i, segment)| {
            json!({
                "name": segment.name,
                "vars": segment.vars,
                "first_bound": match segment.order {
                    Order::LsbFirst => "least significant",
                    Order::MsbFirst => "most significant",
                },
                "degree": relation.degree(i),
            })
        })
        .collect();
    let names = |segments: &[usize]| -> Vec<&'static str> {
        let names = segments.iter().map(|i| relation.segments[*i].name);
        names.collect()
    };
    let factors: Vec<Value> = relation
        .factors
        .iter()
        .map(|factor| {
            json!({
                "name": factor.name,
                "kind": source(&factor.source),
                "over": names(&factor.segments),
            })
        })
        .collect();
    json!({
        "relation": found.name(),
        "of": found.of,
        "phase": found.phase,
        "batch": found.batch,
        "batched_with": found.with,
        "times": found.times,
        "rounds": relation.rounds(),
        "degree": found.degree(),
        "formula": formula(relation, full),
        "latex": full.then(|| latex::formula(relation)),
        "segments": segments,
        "factors": factors,
        "note": found.note.as_deref().map(|note| format!("papers/{note}")),
    })
}

fn explain_one(report: &mut Report, found: &Found, full: bool) {
    let relation = &found.relation;
    report.line(format!("{}, of {}", found.name(), found.of));
    let mut place = format!("phase {}, batch {}", found.phase, found.batch);
    if !found.with.is_empty() {
        place += &format!(" with {}", found.with.join(", "));
    }
    if found.times > 1 {
        place += &format!("; {} times, the longest shown", found.times);
    }
    report.fact("where", place);
    for (i, segment) in relation.segments.iter().enumerate() {
        let order = match segment.order {
            Order::LsbFirst => "least significant first",
            Order::MsbFirst => "most significant first",
        };
        let text = format!(
            "{}: {} of degree {}, {order}",
            segment.name,
            segment.vars,
            relation.degree(i)
        );
        report.fact(if i == 0 { "rounds" } else { "" }, text);
    }
    for (kind, word) in [
        ("claimed", "claimed"),
        ("equality", "equality"),
        ("public", "public"),
    ] {
        let names = relation
            .factors
            .iter()
            .filter(|factor| source(&factor.source) == kind);
        let mut names: Vec<String> = names
            .map(|factor| {
                let over: Vec<&str> = factor
                    .segments
                    .iter()
                    .map(|i| relation.segments[*i].name)
                    .collect();
                // Equality factors and most columns are over cycles alone.
                match over.as_slice() {
                    ["j"] => factor.name.clone(),
                    over => format!("{} over {}", factor.name, over.join("·")),
                }
            })
            .collect();
        let count = names.len();
        if count > FEW && !full {
            names.truncate(FEW);
            names.push(format!("… ({count} in all)"));
        }
        report.wrapped(word, &names);
    }
    if let Some(note) = &found.note {
        report.fact("note", format!("papers/{note}"));
    }
    let text = formula(relation, full);
    for line in wrapped(&text) {
        report.line(format!("  {line}"));
    }
}

/// Explains a relation, or lists all.
///
/// # Errors
/// There is no relation of this name.
pub fn explain(arguments: &ExplainArguments) -> anyhow::Result<Report> {
    if arguments.hidden {
        return hidden::messages();
    }
    let mut all = collect()?;
    let owners = owners(&all);
    if let Some(of) = &arguments.of {
        all.retain(|found| found.of == *of);
        if all.is_empty() {
            bail!(
                "nothing called `{of}` has relations; there are: {}",
                owners.join(", ")
            );
        }
    }
    let Some(name) = &arguments.relation else {
        return Ok(list(&all));
    };
    let chosen: Vec<&Found> = all.iter().filter(|found| found.is_called(name)).collect();
    if chosen.is_empty() {
        let names: BTreeSet<String> = all.iter().map(Found::name).collect();
        let names: Vec<String> = names.into_iter().collect();
        bail!(
            "no relation is called `{name}`; there are: {}",
            names.join(", ")
        );
    }
    let rows: Vec<Value> = chosen
        .iter()
        .map(|found| json_of(found, arguments.full))
        .collect();
    let mut report = Report::new(json!({ "relations": rows }));
    if arguments.latex {
        // One line each, whatever its length: for files, and not for eyes.
        chosen
            .iter()
            .for_each(|found| report.line(format!("\\[ {} \\]", latex::formula(&found.relation))));
        return Ok(report);
    }
    for (i, found) in chosen.iter().enumerate() {
        if i > 0 {
            report.line("");
        }
        explain_one(&mut report, found, arguments.full);
    }
    Ok(report)
}

fn owners(all: &[Found]) -> Vec<String> {
    let mut owners: Vec<String> = all.iter().map(|found| found.of.clone()).collect();
    owners.dedup();
    owners
}

fn list(all: &[Found]) -> Report {
    let rows: Vec<Value> = all.iter().map(|found| json_of(found, false)).collect();
    let mut report = Report::new(json!({ "relations": rows }));
    for owner in owners(all) {
        report.line(format!("Relations of {owner}"));
        report.line("  relation                   phase     rounds degree factors  papers/");
        for found in all.iter().filter(|found| found.of == owner) {
            let note = found.note.as_deref().unwrap_or("");
            report.line(format!(
                "  {:<26} {:<9} {:>6} {:>6} {:>7}  {note}",
                found.name(),
                found.phase,
                found.relation.rounds(),
                found.degree(),
                found.relation.factors.len(),
            ));
        }
    }
    report.prose(
        "Sizes are those of 2^16 cycles and RV64, where that is possible. \
         `jolt-lab explain RELATION` prints one.",
    );
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_formulas_are_broken_after_terms() {
        let long = vec!["x·y·z"; 100].join(" + ");
        let lines = wrapped(&long);
        assert!(lines.len() > 5);
        assert!(lines.iter().all(|line| columns(line) <= WIDTH));
        assert_eq!(lines.concat().replace("    + ", " + "), long);

        let table = vec!["[0→0: x, 1→1: y]"; 100].join("·");
        let lines = wrapped(&table);
        assert!(lines.len() > 5);
        assert!(lines.iter().all(|line| columns(line) <= WIDTH));
        assert_eq!(lines.concat().replace("   ·", "·"), table);
    }
}

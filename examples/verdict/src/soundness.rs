//! How likely a cheater is to get through the interactive protocol, term by term ([`jolt_core::soundness`]), and
//! what else a proof rests on.

use crate::report::Report;
use jolt_core::soundness::{ASSUMPTIONS, ErrorBound, GROUP_BITS, Term, field_bits};
use serde_json::{Value, json};

/// `−log2` of the error, rounded down to a tenth.
pub fn shown(bits: f64) -> String {
    format!("{:.1}", (bits * 10.0).floor() / 10.0)
}

fn json_of(term: &Term) -> Value {
    let labels: Vec<&str> = term.challenges.iter().map(|(label, _)| *label).collect();
    let drawn: usize = term.challenges.iter().map(|(_, count)| count).sum();
    json!({
        "part": term.part,
        "challenges": labels,
        "drawn": drawn,
        "about": term.about,
        "degree": term.degree as f64,
        "beside_bits": term.beside,
        "bits": term.bits(),
    })
}

/// Adds every term of a bound, their sum and the assumptions.
pub fn add(report: &mut Report, bound: &ErrorBound) {
    report.line(
        "Error of the interactive protocol: each term is its degree / p at most,\n\
         but that of random positions",
    );
    report.line("  part          bits    degree  challenges, and what they may hide");
    for term in &bound.terms {
        let labels: Vec<&str> = term.challenges.iter().map(|(label, _)| *label).collect();
        let drawn: usize = term.challenges.iter().map(|(_, count)| count).sum();
        let times = match drawn {
            0 => " again".to_owned(),
            1 => String::new(),
            n => format!(" ×{n}"),
        };
        let bits = term.bits().map_or("–".to_owned(), shown);
        let head = format!("  {:<11} {bits:>6} {:>9}  ", term.part, term.degree);
        let text = format!("{}{times}: {}", labels.join(", "), term.about);
        report.beside(&head, &text);
    }
    for (phase, label) in &bound.unaccounted {
        report.line(format!(
            "  {phase:<11} NOTHING SAYS WHAT `{label}` MAY HIDE"
        ));
    }
    report.line(match bound.bits() {
        Some(bits) => format!("  {:<11} {:>6} {:>9}", "sum", shown(bits), bound.degree()),
        None => "  sum          none: there are challenges that no term is for".to_owned(),
    });
    report.line("And what is no part of it");
    for assumption in &ASSUMPTIONS {
        let bits = assumption
            .bits
            .map_or(String::new(), |bits| format!("about {bits} bits"));
        report.line(format!("  {:<36} {bits}", assumption.what));
        report.beside("    ", assumption.about);
    }
    let assumptions = ASSUMPTIONS
        .iter()
        .map(|a| json!({ "what": a.what, "bits": a.bits, "about": a.about }));
    let assumptions: Vec<Value> = assumptions.collect();
    let unaccounted: Vec<&str> = bound.unaccounted.iter().map(|(_, label)| *label).collect();
    let terms: Vec<Value> = bound.terms.iter().map(json_of).collect();
    for (key, value) in [
        ("soundness", json!(terms)),
        ("soundness_bits", json!(bound.bits())),
        ("unaccounted_challenges", json!(unaccounted)),
        ("field_bits", json!(field_bits())),
        ("group_bits", json!(GROUP_BITS)),
        ("assumptions", json!(assumptions)),
    ] {
        report.json.insert(key.to_owned(), value);
    }
}

//! How likely a cheater is to get through the interactive protocol, term by term ([`jolt_core::soundness`]), and
//! what else a proof rests on.

use crate::report::Report;
use commitments::Foundation;
use jolt_core::soundness::{ErrorBound, GROUP_BITS, Term, assumptions, field_bits};
use serde_json::{Value, json};

/// `−log2` of the error, rounded down to a tenth.
pub fn shown(bits: f64) -> String {
    format!("{:.1}", (bits * 10.0).floor() / 10.0)
}

/// A term as JSON.
pub fn json_of(term: &Term) -> Value {
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

/// Adds every term of a bound, their sum, and the assumptions of a scheme on this foundation.
pub fn add(report: &mut Report, bound: &ErrorBound, foundation: Option<Foundation>) {
    report.prose(
        "Error of the interactive protocol. All of it is statistical: it holds whatever a cheater can compute, for \
         commitments that open in one way. Each term is its degree / p at most, but that of random positions.",
    );
    report.line("  part          bits    degree  challenges, and what they may hide");
    for term in &bound.terms {
        let bits = term.bits().map_or("–".to_owned(), shown);
        let head = format!("  {:<11} {bits:>6} {:>9}  ", term.part, term.degree);
        report.beside(&head, &what(term));
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
    report.line("And what it rests on beside, with this scheme: assumptions");
    for assumption in assumptions(foundation) {
        let bits = assumption
            .bits
            .map_or(String::new(), |bits| format!("about {bits} bits"));
        report.line(format!("  {:<36} {bits}", assumption.what).trim_end());
        report.beside("    ", assumption.about);
    }
    let assumptions = assumptions(foundation)
        .map(|a| json!({ "what": a.what, "bits": a.bits, "about": a.about }));
    let assumptions: Vec<Value> = assumptions.collect();
    let unaccounted: Vec<&str> = bound.unaccounted.iter().map(|(_, label)| *label).collect();
    let terms: Vec<Value> = bound.terms.iter().map(json_of).collect();
    for (key, value) in [
        ("soundness", json!(terms)),
        ("soundness_bits", json!(bound.bits())),
        ("unaccounted_challenges", json!(unaccounted)),
        ("field_bits", json!(field_bits())),
        // Hashes stand on no group.
        (
            "group_bits",
            json!((foundation != Some(Foundation::Hashes)).then_some(GROUP_BITS)),
        ),
        ("assumptions", json!(assumptions)),
    ] {
        report.json.insert(key.to_owned(), value);
    }
}

/// A term's challenges, and what they may hide.
pub fn what(term: &Term) -> String {
    let labels: Vec<&str> = term.challenges.iter().map(|(label, _)| *label).collect();
    let drawn: usize = term.challenges.iter().map(|(_, count)| count).sum();
    let times = match drawn {
        0 => " again".to_owned(),
        1 => String::new(),
        n => format!(" ×{n}"),
    };
    format!("{}{times}: {}", labels.join(", "), term.about)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is not assumed has no bits.
    #[test]
    fn hashes_stand_on_no_group() {
        for (foundation, bits) in [
            (None, json!(GROUP_BITS)),
            (Some(Foundation::HashedPoints), json!(GROUP_BITS)),
            (Some(Foundation::StructuredPoints), json!(GROUP_BITS)),
            (Some(Foundation::Hashes), Value::Null),
        ] {
            let mut report = Report::default();
            let bound = ErrorBound {
                terms: Vec::new(),
                unaccounted: Vec::new(),
            };
            add(&mut report, &bound, foundation);
            assert_eq!(report.json["group_bits"], bits);
            assert_eq!(
                report.text.contains("discrete logarithms"),
                bits != Value::Null
            );
        }
    }
}

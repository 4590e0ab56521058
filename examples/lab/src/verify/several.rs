//! What is said of several proofs: a part for each file with its verdict, then one line for all.

use crate::report::{Report, seconds};
use serde_json::{Map, Value, json};
use tracer::ExitStatus;
use verdict::claim::Claim;

/// What proofs mean whose setup is not secure.
const NOT_SECURE: &str =
    "under a setup that is not secure: whoever knows its secrets makes such a proof of anything.";

/// Adds them to what is said of all.
pub(super) fn report(mut report: Report, claims: Vec<Claim>, verify_s: f64) -> Report {
    let count = claims.len();
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    let accepted = claims.iter().filter(|claim| claim.accepted().is_some());
    let insecure = accepted.filter(|claim| !claim.is_secure()).count() > 0;
    for claim in claims {
        let accepted = claim.accepted();
        let status = accepted.map(|proof| (proof.statement.status, claim.is_secure()));
        let file = claim.file;
        report.text += &match claim.report.text.is_empty() {
            true => format!("{file}:\n"),
            false => claim.report.text,
        };
        let mut row: Map<String, Value> = Map::new();
        row.insert("file".to_owned(), json!(file));
        row.insert("accepted".to_owned(), json!(status.is_some()));
        row.extend(claim.report.json);
        let cause = claim.report.failure.map(|(_, _, cause)| cause);
        report.fact("verdict", verdict(status, cause.as_deref()));
        if status.is_none() {
            row.insert("error".to_owned(), json!(cause));
            refused.push(format!("{file}: {}", cause.unwrap_or_default()));
        }
        rows.push(Value::Object(row));
    }
    let took = seconds(verify_s);
    for (key, value) in [
        ("accepted", json!(refused.is_empty())),
        ("proofs", Value::Array(rows)),
        ("verify_ms", json!(verify_s * 1e3)),
    ] {
        report.json.insert(key.to_owned(), value);
    }
    if refused.is_empty() {
        report.prose(match insecure {
            false => format!(
                "ACCEPTED: {count} proofs in {took}; every line above about a run is proven."
            ),
            true => format!("ACCEPTED: {count} proofs in {took}, as asked for: {NOT_SECURE}"),
        });
        return report;
    }
    let (accepted, number) = (count - refused.len(), refused.len());
    report.line(format!("{accepted} of {count} proofs accepted, in {took}."));
    if insecure {
        report.prose(format!(
            "Of those that were, as asked for, some are {NOT_SECURE}"
        ));
    }
    report.rejected(format!(
        "{number} of {count} proofs: {}",
        refused.join("; ")
    ))
}

/// Of a proof that is accepted, how its program ended and whether its setup is secure; else why it is refused.
fn verdict(status: Option<(ExitStatus, bool)>, cause: Option<&str>) -> String {
    let Some((status, secure)) = status else {
        return format!("REJECTED: {}", cause.unwrap_or_default());
    };
    let mut words = "ACCEPTED".to_owned();
    if !secure {
        words += ", as asked for, under a setup that is not secure";
    }
    if !status.is_success() {
        words += &format!("; the program ended with {status}");
    }
    words
}

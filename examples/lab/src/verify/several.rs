//! What is said of several proofs: a part for each file with its verdict, then one line for all.

use super::{Claim, Open};
use crate::report::{Report, seconds};
use serde_json::{Map, Value, json};

/// Adds them to what is said of all.
pub(super) fn report(mut report: Report, claims: Vec<Claim<'_>>, verify_s: f64) -> Report {
    let count = claims.len();
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    for claim in claims {
        let file = claim.path.display().to_string();
        report.text += &match claim.report.text.is_empty() {
            true => format!("{file}:\n"),
            false => claim.report.text,
        };
        let mut row: Map<String, Value> = Map::new();
        row.insert("file".to_owned(), json!(file));
        row.insert("accepted".to_owned(), json!(claim.open.is_some()));
        row.extend(claim.report.json);
        let cause = claim.report.failure.map(|(_, _, cause)| cause);
        report.fact("verdict", verdict(claim.open.as_ref(), cause.as_deref()));
        if let Some(cause) = cause {
            row.insert("error".to_owned(), json!(cause));
            refused.push(format!("{file}: {cause}"));
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
        report.line(format!(
            "ACCEPTED: {count} proofs in {took}; every line above about a run is proven."
        ));
        return report;
    }
    let (accepted, number) = (count - refused.len(), refused.len());
    report.line(format!("{accepted} of {count} proofs accepted, in {took}."));
    report.rejected(format!(
        "{number} of {count} proofs: {}",
        refused.join("; ")
    ))
}

fn verdict(open: Option<&Open>, cause: Option<&str>) -> String {
    let status = open.map(|open| open.proof.statement.status);
    match (cause, status.filter(|status| !status.is_success())) {
        (Some(cause), _) => format!("REJECTED: {cause}"),
        (None, Some(status)) => format!("ACCEPTED; the program ended with {status}"),
        (None, None) => "ACCEPTED".to_owned(),
    }
}

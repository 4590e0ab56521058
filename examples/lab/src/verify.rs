//! `jolt-lab verify`: whether a proof holds, and what it says.

use crate::cli::VerifyArguments;
use crate::policy::{self, Received};
use crate::report::{Report, add_statement, add_warnings, hex, seconds};
use crate::source::{Source, read};
use commitments::kzg::PowersFile;
use jolt_core::api::Expected;
use jolt_core::policy::PolicyError;
use jolt_core::statement::StatementError;
use serde_json::json;
use std::time::Instant;
use tracer::ExitStatus;

/// Verifies it.
///
/// # Errors
/// Unreadable files. A proof that does not hold, or is of something else, is a negative verdict.
pub fn verify(arguments: &VerifyArguments) -> anyhow::Result<Report> {
    let source = Source::open(&arguments.program)?;
    let policy = arguments.accept.policy()?;
    let received = policy::read_proof(&policy, &arguments.proof)?;
    let input = arguments.input.as_deref().map(read).transpose()?;
    let expected = Expected {
        input: input.as_deref(),
        output: arguments.expect_output.as_ref().map(|o| o.0.as_slice()),
        status: arguments.expect_exit.map(ExitStatus::Exit),
    };

    let mut report = Report::new(json!({
        "accepted": false,
        "program": source.name,
        "accepted_arguments": {
            "lookup": policy.lookups,
            "memory": policy.memories,
            "pcs": policy.schemes,
        },
        "max_cycle_vars": policy.max_cycle_vars,
    }));
    report.line(format!("accepted arguments: {policy} (--require)"));
    let (proof, proof_bytes) = match received {
        Received::Accepted(proof, length) => (proof, length),
        Received::Refused(cause) => {
            return Ok(report.rejected(format!("{cause}{}", advice(&cause))));
        }
    };
    report.line(format!(
        "{} claims of {}:",
        arguments.proof.display(),
        source.name
    ));
    add_statement(&mut report, &proof.statement);
    if let Some(path) = &arguments.srs {
        let file = PowersFile::open(path)?;
        let wanted = file.ceremony().id();
        let found = proof.ceremony.map(|ceremony| ceremony.id());
        if found != Some(wanted) {
            let found = found.map_or("of none".to_owned(), |id| format!("of {id}"));
            let path = path.display();
            return Ok(report.rejected(format!(
                "{path} is of the ceremony {wanted}, and the setup of the proof is {found}"
            )));
        }
    }
    let start = Instant::now();
    let key = match policy::key(&policy, source.program()?, &proof) {
        Ok(key) => key,
        Err(error) => return Ok(report.rejected(error.to_string())),
    };
    let setup_s = start.elapsed().as_secs_f64();
    if let Some(cause) = key.mismatch(&proof) {
        return Ok(report.rejected(format!("{cause}; the program here is {}", source.name)));
    }
    report.fact("lookups by", &proof.lookup);
    report.fact("memory by", &proof.memory);
    report.fact("committed with", &proof.scheme);
    report.fact("key", hex(key.digest()));
    let setup = key.commitment().provenance();
    add_warnings(&mut report, setup, key.zero_knowledge());
    for (name, value) in [
        ("lookup", json!(proof.lookup)),
        ("memory", json!(proof.memory)),
        ("pcs", json!(proof.scheme)),
        ("key_digest", json!(hex(key.digest()))),
        ("proof_bytes", json!(proof_bytes)),
        ("setup_s", json!(setup_s)),
    ] {
        report.json.insert(name.to_owned(), value);
    }
    if let Some(difference) = expected.difference(&proof.statement) {
        return Ok(report.rejected(difference));
    }
    let start = Instant::now();
    if let Err(error) = key.verify(&proof) {
        let cause = format!(
            "{error}: the proof was altered, or is none for {} whatever its header says",
            source.name
        );
        return Ok(report.rejected(cause));
    }
    let verify_s = start.elapsed().as_secs_f64();
    report.json.insert("accepted".to_owned(), json!(true));
    report
        .json
        .insert("verify_ms".to_owned(), json!(verify_s * 1e3));
    report.line(format!(
        "ACCEPTED in {}: every line above about the run is proven.",
        seconds(verify_s)
    ));
    if !proof.statement.status.is_success() {
        report.line(format!(
            "Note: the program ended with {}.",
            proof.statement.status
        ));
    }
    Ok(report)
}

/// Which option accepts what was not accepted.
fn advice(cause: &PolicyError) -> String {
    match cause {
        PolicyError::Name { what, .. } => {
            let kind = match *what {
                "lookup argument" => "lookup",
                "memory argument" => "memory",
                _ => "pcs",
            };
            format!(" (--require {kind}=NAME)")
        }
        PolicyError::Statement(StatementError::Cycles { .. }) => " (--max-cycles)".to_owned(),
        PolicyError::UnknownCeremony { .. } | PolicyError::Setup { .. } => {
            " (--require)".to_owned()
        }
        _ => String::new(),
    }
}

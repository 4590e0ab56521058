//! `jolt-lab verify`: whether a proof holds, and what it says.

use crate::cli::{Protocol, VerifyArguments};
use crate::keys;
use crate::report::{Report, add_statement, add_warnings, hex, seconds};
use crate::source::{Source, read};
use anyhow::Context;
use jolt_core::api::{self, Expected};
use jolt_core::proof::Proof;
use serde_json::json;
use std::path::Path;
use std::time::Instant;
use tracer::ExitStatus;

/// Reads a proof file.
///
/// # Errors
/// The file cannot be read or is no proof file.
pub fn read_proof(path: &Path) -> anyhow::Result<(Proof, usize)> {
    let contents = read(path)?;
    let proof = Proof::from_bytes(&contents)
        .with_context(|| format!("{} cannot be used", path.display()))?;
    Ok((proof, contents.len()))
}

/// Verifies it.
///
/// # Errors
/// Unreadable files. A proof that does not hold, or is of something else, is a negative verdict.
pub fn verify(arguments: &VerifyArguments) -> anyhow::Result<Report> {
    let source = Source::open(&arguments.program)?;
    let program = source.program()?;
    let (proof, proof_bytes) = read_proof(&arguments.proof)?;
    let input = arguments.input.as_deref().map(read).transpose()?;
    let expected = Expected {
        input: input.as_deref(),
        output: arguments.expect_output.as_ref().map(|o| o.0.as_slice()),
        status: arguments.expect_exit.map(ExitStatus::Exit),
    };

    let mut report = Report::new(json!({ "accepted": false, "program": source.name }));
    report.line(format!(
        "{} claims of {}:",
        arguments.proof.display(),
        source.name
    ));
    add_statement(&mut report, &proof.statement);
    let start = Instant::now();
    let config = keys::config(&Protocol::from(&proof), proof.statement.cycle_vars);
    let key = match api::verifying_key(program, &config) {
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
    add_warnings(&mut report, key.is_secure());
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

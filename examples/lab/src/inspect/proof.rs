//! A proof file: header, statement, bytes by part, soundness by term.
//!
//! A proof has no lengths in it: where its parts lie follows from the program. Without the program, only
//! header and statement can be shown. Nothing is verified here.

use super::record::{ELEMENT, Record};
use crate::cli::{CommitmentsArguments, HyraxArguments};
use crate::keys;
use crate::policy;
use crate::registry;
use crate::report::{Report, add_matrix, add_statement, add_warnings, bytes, hex};
use crate::source::Source;
use anyhow::{Context, bail};
use jolt_core::proof::{Proof, VERSION};
use jolt_core::soundness::ErrorBound;
use serde_json::{Value, json};
use std::path::Path;

/// Inspects it.
///
/// # Errors
/// The file is unreadable or no proof, or the program cannot be the one that it is of.
pub fn inspect(
    path: &Path,
    program: Option<&Source>,
    (hyrax, commitments): (&HyraxArguments, &CommitmentsArguments),
) -> anyhow::Result<Report> {
    let policy = policy::any();
    let (proof, size) = policy::accepted_proof(&policy, path)?;
    let mut report = Report::new(json!({
        "proof": path.display().to_string(),
        "proof_bytes": size,
        "version": VERSION,
        "mode": if proof.zero_knowledge { "zero-knowledge" } else { "clear" },
        "commits_to_program": proof.preprocessed,
        "pcs": proof.scheme,
        "lookup": proof.lookup,
        "memory": proof.memory,
        "key_digest": hex(&proof.key),
        "payload_bytes": proof.payload.len(),
    }));
    report.line(format!(
        "{}: proof file, version {VERSION}, NOT VERIFIED here",
        path.display()
    ));
    report.fact("size", format!("{} ({size})", bytes(size as u64)));
    report.fact("lookups by", &proof.lookup);
    report.fact("memory by", &proof.memory);
    report.fact("committed by", &proof.scheme);
    report.fact("for key", hex(&proof.key));
    if proof.preprocessed {
        report.fact("program", "committed to in the key");
    }
    report.line("Statement");
    add_statement(&mut report, &proof.statement);
    let Some(source) = program else {
        report.line("With `--program PROGRAM`: bytes by part and soundness by term.");
        return Ok(report);
    };
    let key = policy::key(&policy, hyrax, commitments, (source.program()?, &proof))?;
    if let Some(cause) = key.mismatch(&proof) {
        let (path, name) = (path.display(), source.file().here());
        bail!("{path} is no proof of {name}: {cause}");
    }
    report.fact("program", &source.name);
    if let Some(start) = &source.start {
        start.add(&mut report, &source.elf);
    }
    verdict::floats::add(&mut report, key.program());
    report.json.insert("program".to_owned(), json!(source.name));
    let setup = key.commitment().provenance();
    add_warnings(&mut report, setup, key.zero_knowledge());
    let vars = proof.statement.cycle_vars;
    add_matrix(&mut report, keys::layout(&proof.scheme, hyrax, vars));
    let run = proof.statement.run(key.program(), key.machine(), vars)?;
    let record = Record::of(&run, &key)?;
    add_sizes(&mut report, &record, &proof, size)
        .with_context(|| format!("{} is no proof of {}", path.display(), source.name))?;
    let foundation = registry::scheme(&proof.scheme)?.facts().foundation;
    verdict::soundness::add(&mut report, &ErrorBound::of(&key, &run)?, foundation);
    Ok(report)
}

fn add_sizes(
    report: &mut Report,
    record: &Record,
    proof: &Proof,
    size: usize,
) -> anyhow::Result<()> {
    let payload = proof.payload.len();
    let mut rows = vec![(
        "header, statement".to_owned(),
        String::new(),
        size - payload,
    )];
    let mut left = payload;
    // Without a number of bytes, a row takes what is left.
    let mut row = |name: &str, what: String, bytes: Option<usize>| {
        let bytes = bytes.unwrap_or(left);
        left = left
            .checked_sub(bytes)
            .with_context(|| format!("it is too short for `{name}`"))?;
        rows.push((name.to_owned(), what, bytes));
        anyhow::Ok(())
    };
    for part in &record.parts {
        row(&part.name, part.contents(), Some(part.bytes()))?;
    }
    let reduction = record.reduction_elements();
    if reduction > 0 {
        let what = format!("{reduction} field elements");
        row("open reduction", what, Some(reduction * ELEMENT))?;
    }
    row("open", "the opening".to_owned(), None)?;
    report.line("Bytes by part");
    let mut json_rows = Vec::new();
    for (name, what, bytes) in rows {
        report.line(format!("  {name:<28} {bytes:>8}  {what}"));
        json_rows.push(json!({ "part": name, "bytes": bytes, "contents": what }));
    }
    report
        .json
        .insert("parts".to_owned(), Value::Array(json_rows));
    Ok(())
}

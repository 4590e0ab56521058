//! `jolt-lab transcript --dump`: what the verification of a proof absorbs and draws, in order.
//!
//! It looks at proofs by any argument that is registered. To trust a proof, `verify` it.

use crate::cli::TranscriptArguments;
use crate::policy;
use crate::report::Report;
use crate::source::Source;
use serde_json::json;

/// Dumps it.
///
/// # Errors
/// Unreadable files. A proof that does not hold is a negative verdict, with the transcript up to there.
pub fn transcript(arguments: &TranscriptArguments) -> anyhow::Result<Report> {
    let source = Source::started(&arguments.program, &arguments.process)?;
    let policy = policy::any();
    let (proof, _) = policy::accepted_proof(&policy, &arguments.dump)?;
    let path = arguments.dump.display().to_string();
    let report = Report::new(json!({
        "proof": path,
        "program": source.name,
        "policy": "any",
        "every_check_holds": false,
    }));
    let key = match policy::key(
        &policy,
        &arguments.hyrax,
        &arguments.commitments,
        (source.program()?, &proof),
    ) {
        Ok(key) => key,
        Err(error) => return Ok(report.rejected(format!("{error:#}"))),
    };
    let here = source.file().here();
    Ok(verdict::transcript::add(
        report,
        (&path, &source.name, &here),
        (&key, &proof),
        arguments.full,
    ))
}

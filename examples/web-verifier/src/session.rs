//! One verification: from files and a request to everything that is said of it.

use crate::request::Request;
use commitments::{CacheDir, Setup};
use jolt_core::api::{Expected, VerifyingKey};
use jolt_core::policy::{MAX_PROOF_BYTES, Policy};
use jolt_core::proof::Proof;
use jolt_core::registry::Registry;
use jolt_core::soundness::ErrorBound;
use serde_json::{Value, json};
use tracer::ExitStatus;
use verdict::claim::{self, Claim, Open, Received, Verifier, received};
use verdict::program::ProgramFile;
use verdict::report::{Report, UNUSABLE, exact};
use verdict::{soundness, transcript};

/// Slots: request, proof, program, input, commitments to the program.
pub const FILES: usize = 5;

/// Most bytes of a program's file, and of an input.
const MAX_PROGRAM_BYTES: usize = 256 << 20;

/// Answers a request. An empty one asks what may be chosen.
pub fn answered(files: &[Vec<u8>; FILES], clock: &dyn Fn() -> f64) -> String {
    let [request, files @ ..] = files;
    let registry = Registry::builtin();
    let value = if request.is_empty() {
        choices(&registry)
    } else {
        verified(request, files, &registry, clock).unwrap_or_else(|error| {
            let report = Report::unusable(&error);
            json!({ "verdict": part(report, "") })
        })
    };
    exact(value).to_string()
}

/// What there is to choose from; the default of each kind first.
fn choices(registry: &Registry) -> Value {
    let schemes: Vec<&str> = registry.schemes().names().collect();
    let ceremonies: Vec<&str> = commitments::Ceremony::names().collect();
    json!({
        "lookup": registry.lookup_names(),
        "memory": registry.memory_names(),
        "pcs": schemes,
        "ceremonies": ceremonies,
        "default": Policy::default().to_string(),
        "max_proof_bytes": MAX_PROOF_BYTES,
        "max_program_bytes": MAX_PROGRAM_BYTES,
    })
}

/// A report for the host: its exit code, its text, its facts, and what is wrong.
fn part(report: Report, word_of_success: &str) -> Value {
    let (code, word, cause) = match report.failure {
        Some((code, word, cause)) => (code, word, Some(cause)),
        None => (0, word_of_success, None),
    };
    json!({
        "code": code,
        "word": word,
        "cause": cause,
        "text": report.text,
        "facts": report.json,
    })
}

/// The verdict on a proof, and what else is known of it.
fn verified(
    request: &[u8],
    [proof, program, input, commitments]: &[Vec<u8>; FILES - 1],
    registry: &Registry,
    clock: &dyn Fn() -> f64,
) -> anyhow::Result<Value> {
    let request = Request::read(request)?;
    let start = request.start(program)?;
    let policy = request.acceptance()?.policy(registry)?;
    let output = request.output()?;
    let expected = Expected {
        input: request.input.then_some(input.as_slice()),
        output: output.as_deref(),
        status: request.expect_exit.map(ExitStatus::Exit),
    };
    let given = request.commitments.as_deref();
    let given = given.map(|name| claim::commitments(name, commitments));
    let given = given.transpose()?;
    let verifier = Verifier {
        program: ProgramFile {
            name: &request.program,
            elf: program,
            start: start.as_ref(),
        },
        policy: &policy,
        registry,
        setup: &Setup::Builtin {
            cache: CacheDir::Off,
        },
        ceremony: None,
        commitments: given.as_ref(),
        clock,
    };
    let (claim, report) = Claim::judged((&request.proof, proof), &verifier, &expected)?;
    let mut answer = json!({
        "verdict": match (claim.accepted(), &report.failure) {
            (Some(_), None) => part(report, "accepted"),
            (None, Some(_)) => part(report, ""),
            // Neither: nothing may be called accepted.
            _ => part(Report { failure: Some((UNUSABLE, "error", "there is no verdict".to_owned())), ..report }, ""),
        },
    });
    let mut add = |name: &str, value: Value| {
        if let Some(fields) = answer.as_object_mut() {
            fields.insert(name.to_owned(), value);
        }
    };
    if let (Some(Open { key, .. }), Some(accepted)) = (claim.open(), claim.accepted()) {
        let bound = bound(key, accepted, registry);
        add(
            "soundness",
            part(bound.unwrap_or_else(|e| Report::unusable(&e)), "bound"),
        );
    }
    if request.transcript {
        let recorded = recorded((&request, proof), &verifier, registry);
        let recorded = recorded.unwrap_or_else(|error| Report::unusable(&error));
        add("transcript", part(recorded, "whole"));
    }
    Ok(answer)
}

/// How sound the verification of such a proof is.
fn bound(key: &VerifyingKey, proof: &Proof, registry: &Registry) -> anyhow::Result<Report> {
    let vars = proof.statement.cycle_vars;
    let run = proof.statement.run(key.program(), key.machine(), vars)?;
    let mut report = Report::default();
    let scheme = registry.schemes().get(&proof.scheme);
    let foundation = scheme.and_then(|scheme| scheme.facts().foundation);
    soundness::add(&mut report, &ErrorBound::of(key, &run)?, foundation);
    Ok(report)
}

/// The transcript, also of proofs by arguments that are not accepted: to look at, and not to trust.
fn recorded(
    (request, bytes): (&Request, &[u8]),
    verifier: &Verifier<'_>,
    registry: &Registry,
) -> anyhow::Result<Report> {
    let policy = Policy::any(registry);
    let proof: Proof = match received(&policy, bytes, &request.proof)? {
        Received::Accepted(proof, _) => proof,
        Received::Refused(cause) => return Ok(Report::default().rejected(cause.to_string())),
    };
    let program = &verifier.program;
    let report = Report::new(json!({
        "proof": request.proof,
        "program": request.program,
        "policy": "any",
        "every_check_holds": false,
    }));
    let key = policy.verifying_key_with(
        program.program()?,
        &proof,
        (verifier.setup, registry),
        verifier.commitments,
    );
    match key {
        Ok(key) => Ok(transcript::add(
            report,
            (&request.proof, &request.program, &program.here()),
            (&key, &proof),
            request.full,
        )),
        Err(error) => Ok(report.rejected(error.to_string())),
    }
}

//! `jolt-lab verify`: whether proofs hold, and what they say.
//!
//! Each file is looked at by itself: names and sizes, ceremony, key, and what was expected of its statement. The proofs that
//! are left are decided together (`together`).

mod several;
mod together;

use crate::cli::VerifyArguments;
use crate::policy::{self, Received};
use crate::report::{Report, add_statement, add_warnings, hex, seconds};
use crate::source::{Source, read};
use anyhow::bail;
use commitments::kzg::PowersFile;
use jolt_core::api::{Expected, VerifyingKey};
use jolt_core::policy::{Policy, PolicyError};
use jolt_core::proof::Proof;
use jolt_core::statement::StatementError;
use serde_json::json;
use std::path::Path;
use std::time::Instant;
use tracer::ExitStatus;

/// A proof file, and what is said of it.
struct Claim<'a> {
    path: &'a Path,
    /// All but the verdict, unless it was refused already.
    report: Report,
    /// What is to be decided, if it was not refused.
    open: Option<Open>,
}

/// A proof, and the key that it is held against.
struct Open {
    proof: Proof,
    key: VerifyingKey,
}

/// Verifies them.
///
/// # Errors
/// Unreadable files. A proof that does not hold, or is of something else, is a negative verdict.
pub fn verify(arguments: &VerifyArguments) -> anyhow::Result<Report> {
    let source = Source::started(&arguments.program, &arguments.process)?;
    let policy = arguments.accept.policy()?;
    let inputs = arguments.input.iter().map(|path| read(path));
    let inputs: Vec<Vec<u8>> = inputs.collect::<anyhow::Result<_>>()?;
    let count = arguments.proof.len();
    let given = (&arguments.expect_output, &arguments.expect_exit);
    let mut claims: Vec<Claim<'_>> = Vec::new();
    for (number, path) in arguments.proof.iter().enumerate() {
        let output = one_of(given.0, (number, count), "--expect-output")?;
        let status = one_of(given.1, (number, count), "--expect-exit")?;
        let expected = Expected {
            input: one_of(&inputs, (number, count), "--input")?.map(Vec::as_slice),
            output: output.map(|output| output.0.as_slice()),
            status: status.map(|code| ExitStatus::Exit(*code)),
        };
        let claim = Claim {
            path,
            report: Report::default(),
            open: None,
        };
        let claim = claim.examined((&source, &policy, arguments), &expected, &claims)?;
        claims.push(claim);
    }
    let start = Instant::now();
    together::decide(&mut claims, &source.name);
    let verify_s = start.elapsed().as_secs_f64();

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
    report.prose(format!("accepted arguments: {policy} (--require)"));
    Ok(match <[Claim<'_>; 1]>::try_from(claims) {
        Ok([claim]) => claim.alone(report, verify_s),
        Err(claims) => several::report(report, claims, verify_s),
    })
}

/// What is expected of a proof: given once, it is of all of them; else of each in its place.
fn one_of<'a, T>(
    values: &'a [T],
    (number, count): (usize, usize),
    option: &str,
) -> anyhow::Result<Option<&'a T>> {
    match values {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        each if each.len() == count => Ok(each.get(number)),
        each => bail!(
            "{option} is there {} times for {count} proofs: give it once, or once for each in their order",
            each.len()
        ),
    }
}

impl Claim<'_> {
    /// The same with everything that can be said before its proof is decided. Keys of other claims serve this one, too.
    fn examined(
        mut self,
        (source, policy, arguments): (&Source, &Policy, &VerifyArguments),
        expected: &Expected<'_>,
        others: &[Claim<'_>],
    ) -> anyhow::Result<Self> {
        let received = policy::read_proof(policy, self.path)?;
        let report = &mut self.report;
        let (proof, proof_bytes) = match received {
            Received::Accepted(proof, length) => (proof, length),
            Received::Refused(cause) => {
                return Ok(self.refused(format!("{cause}{}", advice(&cause))));
            }
        };
        report.line(format!(
            "{} claims of {}:",
            self.path.display(),
            source.name
        ));
        if let Some(start) = &source.start {
            start.add(report, &source.elf);
        }
        add_statement(report, &proof.statement);
        if let Some(path) = &arguments.srs {
            let file = PowersFile::open(path)?;
            let wanted = file.ceremony().id();
            let found = proof.ceremony.map(|ceremony| ceremony.id());
            if found != Some(wanted) {
                let found = found.map_or("of none".to_owned(), |id| format!("of {id}"));
                let path = path.display();
                return Ok(self.refused(format!(
                    "{path} is of the ceremony {wanted}, and the setup of the proof is {found}"
                )));
            }
        }
        let start = Instant::now();
        let known = others.iter().find_map(|other| other.key_for(&proof));
        let key = match known {
            Some(key) => key,
            None => match policy::key(policy, &arguments.hyrax, (source.program()?, &proof)) {
                Ok(key) => key,
                Err(error) => return Ok(self.refused(error.to_string())),
            },
        };
        let setup_s = start.elapsed().as_secs_f64();
        if let Some(cause) = key.mismatch(&proof) {
            let here = source.here();
            return Ok(self.refused(format!("{cause}; the program here is {here}")));
        }
        report.fact("lookups by", &proof.lookup);
        report.fact("memory by", &proof.memory);
        report.fact("committed by", &proof.scheme);
        report.fact("key", hex(key.digest()));
        let setup = key.commitment().provenance();
        add_warnings(report, setup, key.zero_knowledge());
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
            return Ok(self.refused(difference));
        }
        self.open = Some(Open { proof, key });
        Ok(self)
    }

    /// Its key, if that is the one that a proof asks for: what the policy looked at is the same for both.
    fn key_for(&self, proof: &Proof) -> Option<VerifyingKey> {
        let open = self.open.as_ref()?;
        let names =
            |proof: &Proof| [&proof.scheme, &proof.lookup, &proof.memory].map(String::clone);
        let sizes = |proof: &Proof| {
            let vars = proof.statement.cycle_vars;
            (proof.ceremony, proof.zero_knowledge, vars)
        };
        let same = names(&open.proof) == names(proof) && sizes(&open.proof) == sizes(proof);
        same.then(|| open.key.clone())
    }

    /// The same as a negative verdict.
    fn refused(self, cause: impl Into<String>) -> Self {
        Claim {
            report: self.report.rejected(cause),
            open: None,
            ..self
        }
    }

    /// What is said if there is no other one.
    fn alone(self, mut report: Report, verify_s: f64) -> Report {
        report.text += &self.report.text;
        report.json.extend(self.report.json);
        report.failure = self.report.failure;
        let Some(Open { proof, .. }) = self.open else {
            return report;
        };
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
        report
    }
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

//! A proof's file, and what is said of it.
//!
//! [`Claim::examined`] says everything that can be said before the proof is decided: names and sizes, ceremony, key, and
//! what was expected of the statement. What it leaves [open](Claim::open) is verified, and the claim
//! takes the verdict ([`Claim::decide`]): one that took none is not accepted.

use crate::linux::Start;
use crate::program::ProgramFile;
use crate::report::{Report, add_statement, add_warnings, hex, seconds};
use anyhow::{Context, bail};
use commitments::{CeremonyId, Setup};
use jolt_core::api::{Expected, KeyError, VerifyingKey};
use jolt_core::policy::{Policy, PolicyError};
use jolt_core::preprocessed::Commitments;
use jolt_core::proof::Proof;
use jolt_core::registry::Registry;
use jolt_core::statement::StatementError;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use sumcheck::VerifyError;

/// Commitments to a program, from the contents of a file.
///
/// # Errors
/// The file is none of commitments.
pub fn commitments(file: &str, contents: &[u8]) -> anyhow::Result<Arc<Commitments>> {
    let read = Commitments::from_bytes(contents);
    let read = read.with_context(|| format!("{file} cannot be used as commitments"))?;
    Ok(Arc::new(read))
}

/// What a verifier brings along.
#[derive(Clone, Copy)]
pub struct Verifier<'a> {
    pub program: ProgramFile<'a>,
    pub policy: &'a Policy,
    pub registry: &'a Registry,
    /// Where commitment keys come from, if a proof names no ceremony.
    pub setup: &'a Setup,
    /// A ceremony's file, and the ceremony, if proofs must be of that one.
    pub ceremony: Option<(&'a str, CeremonyId)>,
    /// Commitments to the program, for keys that have them in place of it.
    pub commitments: Option<&'a Arc<Commitments>>,
    /// Seconds since some moment. Not every machine that verifies has a clock of its own.
    pub clock: &'a dyn Fn() -> f64,
}

/// A proof file as far as it was read.
#[expect(clippy::large_enum_variant, reason = "there is one of it")]
pub enum Received {
    /// A proof of names and sizes that are accepted, and the length of its file.
    Accepted(Proof, usize),
    /// One that is not, and why.
    Refused(PolicyError),
}

/// What is said of a program in the place of a proof: the two were given the other way round.
pub const PROGRAM_FIRST: &str = "; the program comes first, then its proofs";

/// Reads a proof file from its contents.
///
/// # Errors
/// It is no proof file.
pub fn received(policy: &Policy, contents: &[u8], file: &str) -> anyhow::Result<Received> {
    match policy.read(contents) {
        Ok(proof) => Ok(Received::Accepted(proof, contents.len())),
        Err(PolicyError::File(error)) => {
            let advice = match contents.starts_with(b"\x7fELF") {
                true => PROGRAM_FIRST,
                false => "",
            };
            Err(error).with_context(|| format!("{file} cannot be used{advice}"))
        }
        Err(PolicyError::Length { max, .. }) => {
            bail!("{file} has more than {max} bytes (--max-bytes)")
        }
        Err(other) => Ok(Received::Refused(other)),
    }
}

/// A proof's file, and what is said of it.
pub struct Claim {
    /// Its name.
    pub file: String,
    /// All but the verdict, unless it was refused already.
    pub report: Report,
    /// What is to be decided, or was, if it was not refused.
    open: Option<Open>,
    /// Whether it was decided, and holds.
    holds: bool,
}

/// A proof, and the key that it is held against.
pub struct Open {
    pub proof: Proof,
    pub key: VerifyingKey,
    /// What the key is of, and what looked at it.
    asked: Asked,
}

/// What a key depends on beside its proof.
#[derive(Clone, PartialEq)]
struct Asked {
    elf: [u8; 32],
    start: Option<Start>,
    policy: Policy,
    ceremony: Option<CeremonyId>,
}

impl Asked {
    fn of(verifier: &Verifier<'_>) -> Self {
        Asked {
            elf: Sha256::digest(verifier.program.elf).into(),
            start: verifier.program.start.cloned(),
            policy: verifier.policy.clone(),
            ceremony: verifier.ceremony.map(|(_, id)| id),
        }
    }
}

impl Claim {
    /// A file with everything that can be said before its proof is decided. Keys of other claims serve this one, too.
    ///
    /// # Errors
    /// The program cannot be loaded.
    pub fn examined(
        (file, received): (String, Received),
        verifier: &Verifier<'_>,
        expected: &Expected<'_>,
        others: &[Claim],
    ) -> anyhow::Result<Self> {
        let program = &verifier.program;
        let mut claim = Claim {
            file,
            report: Report::default(),
            open: None,
            holds: false,
        };
        let report = &mut claim.report;
        let (proof, proof_bytes) = match received {
            Received::Accepted(proof, length) => (proof, length),
            Received::Refused(cause) => {
                return Ok(claim.refused(format!("{cause}{}", advice(&cause))));
            }
        };
        report.line(format!("{} claims of {}:", claim.file, program.name));
        if let Some(start) = program.start {
            start.add(report, program.elf);
        }
        add_statement(report, &proof.statement);
        if let Some((path, wanted)) = verifier.ceremony {
            let found = proof.ceremony.map(|ceremony| ceremony.id());
            if found != Some(wanted) {
                let found = found.map_or("of none".to_owned(), |id| format!("of {id}"));
                return Ok(claim.refused(format!(
                    "{path} is of the ceremony {wanted}, and the setup of the proof is {found}"
                )));
            }
        }
        let start = (verifier.clock)();
        let asked = Asked::of(verifier);
        let known = others
            .iter()
            .find_map(|other| other.key_for(&proof, &asked));
        let key = match known {
            Some(key) => key,
            None => {
                let from = (verifier.setup, verifier.registry);
                let made = verifier.policy.verifying_key_with(
                    program.program()?,
                    &proof,
                    from,
                    verifier.commitments,
                );
                match made {
                    Ok(key) => key,
                    Err(error) => {
                        return Ok(claim.refused(format!("{error}{}", advice(&error))));
                    }
                }
            }
        };
        let setup_s = (verifier.clock)() - start;
        if let Some(cause) = key.mismatch(&proof) {
            let here = program.here();
            return Ok(claim.refused(format!("{cause}; the program here is {here}")));
        }
        crate::floats::add(report, key.program());
        report.fact("lookups by", &proof.lookup);
        report.fact("memory by", &proof.memory);
        report.fact("committed by", &proof.scheme);
        report.fact("key", hex(key.digest()));
        if proof.preprocessed {
            report.fact("", "which commits to the program in place of having it");
        }
        let setup = key.commitment().provenance();
        add_warnings(report, setup, key.zero_knowledge());
        for (name, value) in [
            ("lookup", json!(proof.lookup)),
            ("memory", json!(proof.memory)),
            ("pcs", json!(proof.scheme)),
            ("key_digest", json!(hex(key.digest()))),
            ("commits_to_program", json!(proof.preprocessed)),
            ("proof_bytes", json!(proof_bytes)),
            ("setup_s", json!(setup_s)),
        ] {
            report.json.insert(name.to_owned(), value);
        }
        if let Some(difference) = expected.difference(&proof.statement) {
            return Ok(claim.refused(difference));
        }
        claim.open = Some(Open { proof, key, asked });
        Ok(claim)
    }

    /// One file from its contents, decided by itself: the claim, and all that is said of it.
    ///
    /// # Errors
    /// It is no proof file, or the program cannot be loaded.
    pub fn judged(
        (file, contents): (&str, &[u8]),
        verifier: &Verifier<'_>,
        expected: &Expected<'_>,
    ) -> anyhow::Result<(Self, Report)> {
        let received = received(verifier.policy, contents, file)?;
        let mut claim = Claim::examined((file.to_owned(), received), verifier, expected, &[])?;
        let start = (verifier.clock)();
        if let Some(Open { proof, key, .. }) = claim.open() {
            let verdict = key.verify(proof).map(drop);
            claim.decide(verdict, verifier.program.name);
        }
        let verify_s = (verifier.clock)() - start;
        let report = claim.alone(heading(verifier.policy, verifier.program.name), verify_s);
        Ok((claim, report))
    }

    /// Its key, if that is the one that a proof asks for: of the same program, by the same policy, and what the policy
    /// looked at is the same for both.
    fn key_for(&self, proof: &Proof, asked: &Asked) -> Option<VerifyingKey> {
        let open = self.open.as_ref()?;
        let names =
            |proof: &Proof| [&proof.scheme, &proof.lookup, &proof.memory].map(String::clone);
        let sizes = |proof: &Proof| {
            let vars = proof.statement.cycle_vars;
            let mode = (proof.zero_knowledge, proof.preprocessed);
            (proof.ceremony, mode, vars)
        };
        let same = open.asked == *asked
            && names(&open.proof) == names(proof)
            && sizes(&open.proof) == sizes(proof);
        same.then(|| open.key.clone())
    }

    /// What is to be decided, if it was not refused.
    pub fn open(&self) -> Option<&Open> {
        self.open.as_ref()
    }

    /// The proof, if it was decided and holds.
    pub fn accepted(&self) -> Option<&Proof> {
        let open = self.open.as_ref().filter(|_| self.holds);
        open.map(|open| &open.proof)
    }

    /// Whether its setup is one that there is reason to believe in; not, if it was refused.
    pub fn is_secure(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.key.is_secure())
    }

    /// The same as a negative verdict.
    fn refused(mut self, cause: impl Into<String>) -> Self {
        self.refuse(cause);
        self
    }

    fn refuse(&mut self, cause: impl Into<String>) {
        (self.open, self.holds) = (None, false);
        self.report = std::mem::take(&mut self.report).rejected(cause);
    }

    /// Takes the verdict on what is open: a proof of a program of this name, or none. What was refused stays so.
    pub fn decide(&mut self, verdict: Result<(), VerifyError>, program: &str) {
        match verdict {
            Ok(()) => self.holds = self.open.is_some(),
            Err(error) => self.refuse(format!(
                "{error}: the proof was altered, or is none for {program} whatever its header says"
            )),
        }
    }

    /// What is said if there is no other one, after `report`. It was decided in `verify_s` seconds.
    pub fn alone(&self, mut report: Report, verify_s: f64) -> Report {
        report.text += &self.report.text;
        report.json.extend(self.report.json.clone());
        report.failure = self.report.failure.clone();
        let Some(status) = self.accepted().map(|proof| proof.statement.status) else {
            return match report.failure {
                Some(_) => report,
                None => report.rejected("nothing was decided"),
            };
        };
        report.json.insert("accepted".to_owned(), json!(true));
        report
            .json
            .insert("verify_ms".to_owned(), json!(verify_s * 1e3));
        let took = seconds(verify_s);
        report.prose(match self.is_secure() {
            true => format!("ACCEPTED in {took}: every line above about the run is proven."),
            false => format!(
                "ACCEPTED in {took}, as asked for: under this setup whoever knows its secrets makes such a proof of anything."
            ),
        });
        if !status.is_success() {
            report.line(format!("Note: the program ended with {status}."));
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
        PolicyError::Key(KeyError::CommitmentsNeeded) => {
            " (--commitments FILE, made by `jolt-lab setup program`)".to_owned()
        }
        _ => String::new(),
    }
}

/// What is said before any proof is looked at.
pub fn heading(policy: &Policy, program: &str) -> Report {
    let mut report = Report::new(json!({
        "accepted": false,
        "program": program,
        "accepted_arguments": {
            "lookup": policy.lookups,
            "memory": policy.memories,
            "pcs": policy.schemes,
        },
        "max_cycle_vars": policy.max_cycle_vars,
    }));
    report.prose(format!("accepted arguments: {policy} (--require)"));
    report
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::report::REJECTED;
    use commitments::CacheDir;

    const PROGRAM: &[u8] = include_bytes!("../../guests/elf/fibonacci.elf");
    const PROOF: &[u8] = include_bytes!("../../../jolt-core/tests/laws/fibonacci.hidden.proof");

    /// What is made of the recorded proof, with a byte changed if that is asked for, by a verifier.
    fn of(changed: Option<usize>, what: impl FnOnce((&str, &[u8]), &Verifier<'_>)) {
        let (policy, registry) = (Policy::default(), Registry::builtin());
        let setup = Setup::Builtin {
            cache: CacheDir::Off,
        };
        let verifier = Verifier {
            program: ProgramFile {
                name: "fibonacci",
                elf: PROGRAM,
                start: None,
            },
            policy: &policy,
            registry: &registry,
            setup: &setup,
            ceremony: None,
            commitments: None,
            clock: &|| 0.0,
        };
        let mut contents = PROOF.to_vec();
        if let Some(place) = changed {
            contents[place] ^= 1;
        }
        what(("file", &contents), &verifier);
    }

    fn examined((file, contents): (&str, &[u8]), verifier: &Verifier<'_>) -> Claim {
        let received = received(verifier.policy, contents, file).unwrap();
        let expected = Expected::default();
        Claim::examined((file.to_owned(), received), verifier, &expected, &[]).unwrap()
    }

    /// What one verifier made of its program's key is nothing to another one, of another program or policy.
    #[test]
    fn keys_serve_the_verifier_that_made_them() {
        of(None, |file, verifier| {
            let first = examined(file, verifier);
            let proof = &first.open().unwrap().proof;
            assert!(first.key_for(proof, &Asked::of(verifier)).is_some());
            let strict = Policy {
                max_proof_bytes: verifier.policy.max_proof_bytes - 1,
                ..verifier.policy.clone()
            };
            let other_program = Verifier {
                program: ProgramFile {
                    elf: include_bytes!("../../guests/elf/sort.elf"),
                    ..verifier.program
                },
                ..*verifier
            };
            let other_policy = Verifier {
                policy: &strict,
                ..*verifier
            };
            for other in [other_program, other_policy] {
                assert!(first.key_for(proof, &Asked::of(&other)).is_none());
            }
        });
    }

    #[test]
    fn what_holds_is_accepted() {
        of(None, |file, verifier| {
            let (claim, report) = Claim::judged(file, verifier, &Expected::default()).unwrap();
            assert!(claim.accepted().is_some() && report.failure.is_none());
            assert_eq!(report.json["accepted"], true);
            assert!(report.text.contains("ACCEPTED in"), "{}", report.text);
        });
    }

    #[test]
    fn what_does_not_hold_is_rejected() {
        of(Some(PROOF.len() - 1), |file, verifier| {
            let (claim, report) = Claim::judged(file, verifier, &Expected::default()).unwrap();
            assert!(claim.accepted().is_none());
            assert_eq!(report.failure.map(|(code, ..)| code), Some(REJECTED));
            assert_eq!(report.json["accepted"], false);
            assert!(!report.text.contains("ACCEPTED"), "{}", report.text);
        });
    }

    /// Also if the proof would have been accepted.
    #[test]
    fn a_claim_that_took_no_verdict_is_not_accepted() {
        of(None, |file, verifier| {
            let claim = examined(file, verifier);
            assert!(claim.open().is_some() && claim.accepted().is_none());
            let report = claim.alone(heading(verifier.policy, "fibonacci"), 0.0);
            assert_eq!(report.failure.map(|(code, ..)| code), Some(REJECTED));
            assert_eq!(report.json["accepted"], false);
        });
    }

    #[test]
    fn what_was_refused_stays_so() {
        of(None, |file, verifier| {
            let mut claim = examined(file, verifier).refused("another cause");
            claim.decide(Ok(()), "fibonacci");
            assert!(claim.accepted().is_none());
        });
    }
}

//! `jolt-lab verify`: whether proofs hold, and what they say.
//!
//! Each file is looked at by itself: names and sizes, ceremony, key, and what was expected of its statement. The proofs that
//! are left are decided together (`together`).

mod several;
mod together;

use crate::cli::VerifyArguments;
use crate::report::Report;
use crate::source::{Source, read};
use crate::{keys, policy};
use anyhow::bail;
use commitments::kzg::PowersFile;
use jolt_core::api::Expected;
use std::time::Instant;
use tracer::ExitStatus;
use verdict::claim::{self, Claim, Verifier};

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
    let ceremony = arguments.srs.as_ref().map(|path| {
        let file = PowersFile::open(path)?;
        anyhow::Ok((path.display().to_string(), file.ceremony().id()))
    });
    let ceremony = ceremony.transpose()?;
    let commitments = arguments.commitments.read()?;
    let began = Instant::now();
    let verifier = Verifier {
        program: source.file(),
        policy: &policy,
        registry: &keys::schemes(&arguments.hyrax),
        setup: &keys::own_setup(),
        ceremony: ceremony.as_ref().map(|(path, id)| (path.as_str(), *id)),
        commitments: commitments.as_ref(),
        clock: &|| began.elapsed().as_secs_f64(),
    };
    let mut claims: Vec<Claim> = Vec::new();
    for (number, path) in arguments.proof.iter().enumerate() {
        let output = one_of(given.0, (number, count), "--expect-output")?;
        let status = one_of(given.1, (number, count), "--expect-exit")?;
        let expected = Expected {
            input: one_of(&inputs, (number, count), "--input")?.map(Vec::as_slice),
            output: output.map(|output| output.0.as_slice()),
            status: status.map(|code| ExitStatus::Exit(*code)),
        };
        let received = policy::read_proof(&policy, path)?;
        let received = (path.display().to_string(), received);
        claims.push(Claim::examined(received, &verifier, &expected, &claims)?);
    }
    let start = Instant::now();
    together::decide(&mut claims, &source.name);
    let verify_s = start.elapsed().as_secs_f64();

    let report = claim::heading(&policy, &source.name);
    Ok(match <[Claim; 1]>::try_from(claims) {
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

//! `jolt-lab demo`: knowledge of a secret, proven and verified, with words to it.

mod tap;
mod walk;

use crate::cli::{DemoArguments, Protocol};
use crate::guests;
use crate::prove::{Mode, NoProof, Proven, Task, add_proof};
use crate::report::{Report, abridged, hex, seconds, show, thousands};
use crate::{keys, source::Source};
use anyhow::{Context, bail, ensure};
use jolt_core::api::{self, Config, VerifyingKey};
use jolt_core::proof::Proof;
use serde_json::json;
use std::collections::HashSet;
use std::time::Instant;
use tracer::Inputs;

const PROGRAM: &str = "private-sum";

/// Cycles in the statement, whatever the run has.
const DECLARED: u64 = 1 << 16;

/// Bytes of a point or a scalar in a proof.
const ITEM: usize = 32;

/// The secret: 70 numbers.
fn secret() -> Inputs {
    let numbers = (1..=70u64).flat_map(|k| (20_000 + 997 * k * k % 60_000).to_le_bytes());
    Inputs {
        private: numbers.collect(),
        ..Inputs::default()
    }
}

/// Shows it.
///
/// # Errors
/// The setup cannot be made, or the proof does not do what it is for.
pub fn demo(arguments: &DemoArguments) -> anyhow::Result<Report> {
    if arguments.explain {
        return walk::walk();
    }
    let guest = guests::find(PROGRAM).context("the demo's program is not bundled")?;
    let source = Source::open(guest.name)?;
    let inputs = secret();
    let numbers = inputs.private.len() / 8;
    let mut report = Report::new(json!({}));
    report.prose(format!(
        "{PROGRAM}, compiled by rustc for riscv64im ({} bytes of ELF), reads a list of numbers and puts out their sum \
         and the SHA-256 digest of the list.",
        guest.elf.len()
    ));
    report.line(format!(
        "Private input: {numbers} salaries that nobody is to see. Running and proving …"
    ));
    show(&std::mem::take(&mut report.text))?;
    let proven = prove(&source, &inputs)?;
    let file = proven.proof.to_bytes();
    report.line("\nProver, who knows the numbers");
    let outcome = &proven.outcome;
    report.fact(
        "executed",
        format!(
            "{} instructions in {} cycles",
            thousands(outcome.retired),
            thousands(outcome.cycles)
        ),
    );
    add_proof(&mut report, &proven, file.len());
    show(&std::mem::take(&mut report.text))?;

    report.line("\nVerifier, from the program and the proof's bytes alone");
    let proof = Proof::from_bytes(&file)?;
    let key = verifying_key(&mut report, &source, &proof)?;
    verify(&mut report, &key, &proof)?;
    add_observed(&mut report, &source, (&inputs, &proof))?;

    report.line("\nThe same proof for a sum that is larger by 1");
    let mut forged = proof;
    if let Some(byte) = forged.statement.output.first_mut() {
        *byte = byte.wrapping_add(1);
    }
    match key.verify(&forged) {
        Ok(_) => bail!("a forged statement was accepted: this is a bug, please report it"),
        Err(error) => report.fact("REJECTED", error),
    }
    report.line(
        "\nNobody has to be trusted for the setup: forging a proof takes discrete\n\
         logarithms in BN254 (about 2^100 steps), if the hash is as good as random.\n\
         \n\
         Next:  jolt-lab prove sha256-chain -o chain.proof\n\
         \x20      jolt-lab verify sha256-chain chain.proof\n\
         \x20      jolt-lab inspect chain.proof --program sha256-chain\n\
         \x20      jolt-lab --help",
    );
    Ok(report)
}

fn prove(source: &Source, inputs: &Inputs) -> anyhow::Result<Proven> {
    let task = Task {
        memory_limit: None,
        name: &source.name,
        inputs,
        max_cycles: DECLARED,
        protocol: &Protocol::default(),
        mode: Mode::HidingLength,
        commit_program: false,
    };
    match task.prove(source.program()?) {
        Ok(proven) => Ok(proven),
        Err(NoProof::Run(cause)) => bail!("the demo's run cannot be proven: {cause}"),
        Err(NoProof::Unusable(error)) => Err(error),
    }
}

/// The key that a verifier makes, who wants zero knowledge.
fn verifying_key(
    report: &mut Report,
    source: &Source,
    proof: &Proof,
) -> anyhow::Result<VerifyingKey> {
    let start = Instant::now();
    let config = Config {
        max_cycle_vars: proof.statement.cycle_vars,
        zero_knowledge: true,
        ..keys::config(&Protocol::from(proof))
    };
    let key = api::verifying_key(source.program()?, &config)?;
    let digest = hex(&key.digest()[..8]);
    let took = seconds(start.elapsed().as_secs_f64());
    report.fact("key", format!("{digest} in {took}"));
    Ok(key)
}

fn verify(report: &mut Report, key: &VerifyingKey, proof: &Proof) -> anyhow::Result<()> {
    let start = Instant::now();
    key.verify(proof).context("the demo's proof was rejected")?;
    let took = seconds(start.elapsed().as_secs_f64());
    report.fact("ACCEPTED", format!("in {took}"));
    let output = &proof.statement.output;
    let (sum, digest) = output
        .split_first_chunk()
        .context("the demo's output is too short")?;
    report.fact("sum", thousands(u64::from_le_bytes(*sum)));
    report.fact("digest", abridged(digest));
    report.fact("ended with", proof.statement.status);
    Ok(())
}

/// What somebody sees who has the proof: its statement, and numbers that are different in each proof of it.
fn add_observed(
    report: &mut Report,
    source: &Source,
    (inputs, proof): (&Inputs, &Proof),
) -> anyhow::Result<()> {
    report.line("\nWhat an observer sees, and nothing else");
    report.fact("statement", "program, sum, digest, exit(0)");
    report.fact(
        "cycles",
        format!(
            "at most {}: the run's own number is hidden",
            thousands(DECLARED)
        ),
    );
    let items: HashSet<&[u8]> = proof.payload.chunks(ITEM).collect();
    let again = prove(source, inputs)?.proof;
    ensure!(
        again.statement == proof.statement,
        "the demo's second statement is another one"
    );
    let same = again
        .payload
        .chunks(ITEM)
        .filter(|item| items.contains(item));
    let (same, all) = (same.count(), again.payload.len() / ITEM);
    report.fact(
        "proof",
        format!(
            "{} points and scalars, all of them random:",
            thousands(all as u64)
        ),
    );
    report.fact(
        "",
        format!("the same statement, proven again, has {same} of them"),
    );
    Ok(())
}

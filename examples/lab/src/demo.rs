//! `jolt-lab demo`: a real program, proven and verified, with words to it.

use crate::cli::Protocol;
use crate::guests;
use crate::prove::{NoProof, Task, add_proof};
use crate::report::{Report, abridged, hex, seconds, show, thousands};
use crate::{keys, source::Source};
use anyhow::{Context, bail};
use jolt_core::api::{self, Config};
use jolt_core::proof::Proof;
use serde_json::json;
use std::time::Instant;
use tracer::Inputs;

const PROGRAM: &str = "sha256-chain";
const HASHES: u32 = 18;

/// Shows it.
///
/// # Errors
/// The setup cannot be made, or the proof does not do what it is for.
pub fn demo() -> anyhow::Result<Report> {
    let guest = guests::find(PROGRAM).context("the demo's program is not bundled")?;
    let source = Source::open(guest.name)?;
    let inputs = Inputs::public(HASHES.to_le_bytes());
    show(&format!(
        "{PROGRAM}: {}, compiled by rustc for riscv64im ({} bytes of ELF).\n\
         Public input: {HASHES} iterations. Running and proving it …\n",
        guest.about,
        guest.elf.len()
    ));
    let task = Task {
        memory_limit: None,
        name: guest.name,
        inputs: &inputs,
        max_cycles: 1 << 20,
        protocol: &Protocol::default(),
        zero_knowledge: None,
    };
    let proven = match task.prove(source.program()?) {
        Ok(proven) => proven,
        Err(NoProof::Run(cause)) => bail!("the demo's run cannot be proven: {cause}"),
        Err(NoProof::Unusable(error)) => return Err(error),
    };
    let file = proven.proof.to_bytes();
    let mut report = Report::new(json!({}));
    report.line("\nProver");
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
    show(&std::mem::take(&mut report.text));

    report.line("\nVerifier, from the program and the proof's bytes alone");
    let start = Instant::now();
    let proof = Proof::from_bytes(&file)?;
    let config = Config {
        max_cycle_vars: proof.statement.cycle_vars,
        ..keys::config(&Protocol::from(&proof))
    };
    let key = api::verifying_key(source.program()?, &config)?;
    report.fact(
        "key",
        format!(
            "{} in {}",
            hex(&key.digest()[..8]),
            seconds(start.elapsed().as_secs_f64())
        ),
    );
    let start = Instant::now();
    key.verify(&proof)
        .context("the demo's proof was rejected")?;
    report.fact(
        "ACCEPTED",
        format!("in {}", seconds(start.elapsed().as_secs_f64())),
    );
    report.fact("output", abridged(&proof.statement.output));
    report.fact("ended with", proof.statement.status);

    report.line("\nThe same proof for an output with one bit changed");
    let mut forged = proof;
    if let Some(byte) = forged.statement.output.first_mut() {
        *byte ^= 1;
    }
    match key.verify(&forged) {
        Ok(_) => bail!("a forged statement was accepted: this is a bug, please report it"),
        Err(error) => report.fact("REJECTED", error),
    }
    report.line(
        "\nSuccinct, not zero-knowledge. Nobody has to be trusted for the setup: forging\n\
         a proof takes discrete logarithms in BN254 (about 2^100 steps), if the hash is\n\
         as good as random.\n\
         \n\
         Next:  jolt-lab prove sha256-chain -o chain.proof\n\
         \x20      jolt-lab verify sha256-chain chain.proof\n\
         \x20      jolt-lab inspect chain.proof --program sha256-chain\n\
         \x20      jolt-lab --help",
    );
    Ok(report)
}

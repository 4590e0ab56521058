//! One ELF file: loaded, run, judged, proven, verified.

use super::collect::{Item, selects};
use super::judge::{self, Verdict};
use super::signature::{Signature, reference};
use crate::cli::{ConformanceArguments, Protocol};
use crate::keys;
use crate::source::read;
use jolt_core::api::{self, Expected};
use jolt_core::proof::Proof;
use jolt_core::statement::MAX_CYCLE_VARS;
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use tracer::{Inputs, Options, Program, Trace};
use verdict::floats::KERNEL;

/// What is known about one ELF file.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The file.
    pub item: Item,
    pub verdict: Verdict,
    /// What it was judged by: `tohost`, `signature`.
    pub by: Vec<&'static str>,
    /// The run, if it came to an end.
    pub run: Option<Run>,
    /// The proof, if it was made and verified.
    pub proved: Option<Proved>,
}

/// A run that came to an end.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Bits of a word.
    pub word: usize,
    /// Instructions executed.
    pub instructions: u64,
    pub cycles: u64,
    /// Bytes of the signature.
    pub signature_bytes: usize,
}

/// A proof that a verifier accepted.
#[derive(Clone, Copy, Debug)]
pub struct Proved {
    /// `log2` of the padded number of cycles.
    pub cycle_vars: usize,
    /// Bytes of the proof.
    pub bytes: usize,
    /// Seconds for the proving key and the proof.
    pub prove_s: f64,
    /// Seconds for the verifying key and verification.
    pub verify_s: f64,
    /// Whether the proven statement has the signature as its public output.
    pub states_signature: bool,
}

impl Finding {
    /// Examines a file. Whatever goes wrong with it, a panic too, becomes its verdict.
    pub fn of(item: &Item, arguments: &ConformanceArguments) -> Self {
        let mut finding = Finding {
            item: item.clone(),
            verdict: Verdict::Pass,
            by: Vec::new(),
            run: None,
            proved: None,
        };
        // A finding that was cut short is overwritten where it matters: its verdict.
        finding.verdict = guarded(|| finding.examine(arguments));
        finding
    }

    fn examine(&mut self, arguments: &ConformanceArguments) -> Verdict {
        let path = &self.item.path;
        if let Some(skip) = arguments
            .skip
            .iter()
            .find(|skip| selects(&skip.pattern, path))
        {
            return Verdict::skip(format!("left out: {}", skip.reason), "by --skip");
        }
        let needed = arguments.signatures_dir.as_deref();
        let (elf, reference) = match (read(&self.item.file), reference(&self.item, needed)) {
            (Ok(elf), Ok(reference)) => (elf, reference),
            (Err(error), _) | (_, Err(error)) => return Verdict::fail(format!("{error:#}")),
        };
        let program = match Program::with_float_kernel(&elf, KERNEL) {
            Ok(program) => program,
            Err(error) => return judge::unloadable(&error),
        };
        let options = Options {
            max_cycles: arguments.max_cycles.0.min(1 << MAX_CYCLE_VARS),
        };
        let inputs = Inputs::default();
        let ran = match arguments.prove {
            true => tracer::trace(&program, &inputs, &options),
            false => tracer::run(&program, &inputs, &options).map(|outcome| Trace {
                blocks: Vec::new(),
                outcome,
            }),
        };
        let trace = match ran {
            Ok(trace) => trace,
            Err(error) => return judge::broken_off(&program, &error),
        };
        let outcome = &trace.outcome;
        let signature = match Signature::of(&program, outcome) {
            Ok(signature) => signature,
            Err(reason) => return Verdict::fail(reason),
        };
        self.run = Some(Run {
            word: program.word().bits(),
            instructions: outcome.retired,
            cycles: outcome.cycles,
            signature_bytes: signature.as_ref().map_or(0, |s| s.bytes.len()),
        });
        let (verdict, by) = judge::finished(
            &program,
            outcome,
            signature.as_ref(),
            reference.as_deref(),
            needed.is_some(),
        );
        self.by = by;
        if verdict == Verdict::Pass && arguments.prove {
            match prove(&elf, program, trace, &arguments.protocol) {
                Ok((mut proved, output)) => {
                    let stated = |s: Signature| !s.bytes.is_empty() && s.bytes == output;
                    proved.states_signature = signature.is_some_and(stated);
                    self.proved = Some(proved);
                }
                Err(reason) => return Verdict::fail(reason),
            }
        }
        verdict
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        let kind = match &self.verdict {
            Verdict::Skip { kind, .. } => Some(kind),
            _ => None,
        };
        let (run, proved) = (self.run, self.proved);
        json!({
            "path": self.item.path,
            "group": self.item.group,
            "verdict": self.verdict.name(),
            "kind": kind,
            "reason": self.verdict.reason(),
            "judged_by": self.by,
            "word_bits": run.map(|run| run.word),
            "instructions": run.map(|run| run.instructions),
            "cycles": run.map(|run| run.cycles),
            "signature_bytes": run.map(|run| run.signature_bytes),
            "proved": proved.is_some(),
            "states_signature": proved.map(|proved| proved.states_signature),
            "padded_cycles": proved.map(|proved| 1u64 << proved.cycle_vars),
            "proof_bytes": proved.map(|proved| proved.bytes),
            "prove_s": proved.map(|proved| proved.prove_s),
            "verify_ms": proved.map(|proved| proved.verify_s * 1e3),
        })
    }
}

/// A verdict, whatever happens.
fn guarded(examine: impl FnOnce() -> Verdict) -> Verdict {
    catch_unwind(AssertUnwindSafe(examine)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Verdict::fail(format!("internal error: {}", text.unwrap_or_default()))
    })
}

/// Proves a run under the smallest key that fits, and verifies as somebody else would: from the program's
/// file and the proof's bytes, with a key made for that. Returns what the proof states as output, too.
fn prove(
    elf: &[u8],
    program: Program,
    trace: Trace,
    protocol: &Protocol,
) -> Result<(Proved, Vec<u8>), String> {
    let unproven = |error: &dyn std::fmt::Display| format!("right, but not proven: {error}");
    let outcome = trace.outcome.clone();
    let config = keys::config(protocol).fitting(outcome.cycles);
    let start = Instant::now();
    let key = api::setup(program, &config).map_err(|e| unproven(&e))?;
    let proof = key
        .prove_trace(&[], trace, &mut ())
        .map_err(|e| unproven(&key.explain(&Inputs::default(), e)))?;
    let bytes = proof.to_bytes();
    let prove_s = start.elapsed().as_secs_f64();
    drop((key, proof));

    let refused = |error: &dyn std::fmt::Display| format!("proven, but not verified: {error}");
    let start = Instant::now();
    let program = Program::with_float_kernel(elf, KERNEL).map_err(|e| refused(&e))?;
    let key = api::verifying_key(program, &config).map_err(|e| refused(&e))?;
    let proof = Proof::from_bytes(&bytes).map_err(|e| refused(&e))?;
    key.verify(&proof).map_err(|e| refused(&e))?;
    let expected = Expected {
        input: Some(&[]),
        output: Some(&outcome.output),
        status: Some(outcome.status),
    };
    if let Some(difference) = expected.difference(&proof.statement) {
        return Err(refused(&difference));
    }
    let proved = Proved {
        cycle_vars: config.max_cycle_vars,
        bytes: bytes.len(),
        prove_s,
        verify_s: start.elapsed().as_secs_f64(),
        states_signature: false,
    };
    Ok((proved, proof.statement.output))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure() {
        let number = 7;
        for (verdict, words) in [
            (guarded(|| panic!("plain")), "internal error: plain"),
            (
                guarded(|| panic!("with {number}")),
                "internal error: with 7",
            ),
        ] {
            assert_eq!(verdict, Verdict::fail(words));
        }
        assert_eq!(guarded(|| Verdict::Pass), Verdict::Pass);
    }
}
